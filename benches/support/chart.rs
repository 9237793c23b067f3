//! results.svg: every bar of DESIGN.md against what was measured, then the contenders side by side.
//! Plain SVG that is read on light and dark ground alike.

use super::outcome::{Bar, Chart, Outcome};

const WIDTH: u64 = 900;
/// Where bars begin.
const LEFT: u64 = 320;
/// The length of a bar that is just reached, and of the longest in a chart.
const JUST: u64 = 160;
const LONGEST: u64 = 360;
const LINE: u64 = 24;
const GAP: u64 = 22;

/// The whole picture.
pub(crate) fn drawn(outcomes: &[Outcome]) -> String {
    let mut picture = Picture { y: 14, parts: String::new() };
    picture
        .head("How far each bar of the design is reached (the line is the bar; longer is better)");
    let top = picture.y;
    for bar in outcomes.iter().flat_map(|outcome| &outcome.bars) {
        picture.bar(bar);
    }
    let (x, bottom) = (LEFT + JUST, picture.y);
    picture
        .add(&format!("<line class=\"goal\" x1=\"{x}\" y1=\"{top}\" x2=\"{x}\" y2=\"{bottom}\"/>"));
    for chart in outcomes.iter().flat_map(|outcome| &outcome.charts) {
        picture.chart(chart);
    }
    let height = picture.y + GAP;
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{WIDTH}\" height=\"{height}\" \
         viewBox=\"0 0 {WIDTH} {height}\" role=\"img\" aria-label=\"Results of the benches\">\n\
         <style>{STYLE}</style>\n<rect class=\"ground\" width=\"{WIDTH}\" height=\"{height}\"/>\n{}</svg>\n",
        picture.parts
    )
}

struct Picture {
    y: u64,
    parts: String,
}

impl Picture {
    fn add(&mut self, part: &str) {
        self.parts.push_str(part);
        self.parts.push('\n');
    }

    fn head(&mut self, text: &str) {
        self.y += GAP;
        let (y, text) = (self.y, escaped(text));
        self.add(&format!("<text class=\"head\" x=\"16\" y=\"{y}\">{text}</text>"));
        self.y += 12;
    }

    /// A name, its bar, and its value from `value_x` on.
    fn line(&mut self, (name, class, length): (&str, &str, u64), (value_x, value): (u64, &str)) {
        let (y, text_y) = (self.y, self.y + 15);
        let (name, value) = (escaped(name), escaped(value));
        let name_x = LEFT - 10;
        self.add(&format!(
            "<text class=\"name\" x=\"{name_x}\" y=\"{text_y}\">{name}</text>\
             <rect class=\"{class}\" x=\"{LEFT}\" y=\"{bar_y}\" width=\"{length}\" height=\"16\" rx=\"2\"/>\
             <text x=\"{value_x}\" y=\"{text_y}\">{value}</text>",
            bar_y = y + 3,
        ));
        self.y += LINE;
    }

    fn bar(&mut self, bar: &Bar) {
        let class = if bar.reached() { "good" } else { "poor" };
        let length = (bar.share() * JUST / 100).clamp(2, JUST * 2);
        // Beside the longest bar there can be, so that the line crosses no words.
        self.line((&bar.what, class, length), (LEFT + JUST * 2 + 10, &bar.in_words()));
    }

    fn chart(&mut self, chart: &Chart) {
        self.head(&chart.title);
        let most = chart.lines.iter().map(|(_, value)| *value).max().unwrap_or(0).max(1);
        for (place, (name, value)) in chart.lines.iter().enumerate() {
            let class = if place == 0 { "ours" } else { "peer" };
            let length = (value * LONGEST / most).max(2);
            let told = format!("{value} {}", chart.unit);
            self.line((name, class, length), (LEFT + length + 8, &told));
        }
    }
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

const STYLE: &str = "text{font:13px system-ui,sans-serif;fill:#1c2024}.head{font-weight:600}\
.name{text-anchor:end}.ground{fill:#ffffff}.good{fill:#2f8f5b}.poor{fill:#c2453d}.ours{fill:#2f6fb5}\
.peer{fill:#9aa4af}.goal{stroke:#1c2024;stroke-width:1.5;stroke-dasharray:4 3}\
@media (prefers-color-scheme:dark){text{fill:#e6e9ec}.ground{fill:#14171a}.good{fill:#4fb47d}\
.poor{fill:#e0736b}.ours{fill:#62a0e0}.peer{fill:#6b7580}.goal{stroke:#e6e9ec}}";
