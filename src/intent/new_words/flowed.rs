//! Source lines to shown lines, joining what `format=flowed` broke (RFC 3676).

use super::Line;
use crate::mail::message::Text;

/// Most lines that are looked at; nobody types more.
const LINES_MAX: usize = 20_000;

/// The shown lines of a text part.
pub(super) fn lines(text: &Text) -> Vec<Line> {
    let mut lines: Vec<Line> = Vec::new();
    let mut at = 0_usize;
    let mut open = false;
    for raw in text.body.split_inclusive('\n').take(LINES_MAX) {
        let line = raw.trim_end_matches(['\n', '\r']);
        // Space-stuffing (section 4.4): one blank was put before "From " and ">".
        let stuffed = text.flowed && line.starts_with(' ');
        let shown = if stuffed { line.strip_prefix(' ').unwrap_or(line) } else { line };
        let from = at.saturating_add(usize::from(stuffed));
        let quoted = shown.starts_with('>');
        let signature = shown == "-- ";
        match lines.last_mut().filter(|_| open && !quoted && !signature) {
            Some(last) => append(last, from, shown),
            None => lines.push(line_of(from, shown)),
        }
        open = text.flowed && !quoted && !signature && shown.ends_with(' ');
        if open && text.delsp {
            drop_last_blank(&mut lines);
        }
        at = at.saturating_add(raw.len());
    }
    lines
}

fn line_of(at: usize, text: &str) -> Line {
    Line { text: text.to_owned(), pieces: vec![(at, text.to_owned())] }
}

fn append(line: &mut Line, at: usize, text: &str) {
    line.text.push_str(text);
    line.pieces.push((at, text.to_owned()));
}

fn drop_last_blank(lines: &mut [Line]) {
    if let Some(line) = lines.last_mut() {
        line.text.pop();
        if let Some((_, piece)) = line.pieces.last_mut() {
            piece.pop();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(body: &str, flowed: bool, delsp: bool) -> Vec<String> {
        let text = Text { body: body.to_owned(), flowed, delsp };
        lines(&text).into_iter().map(|line| line.text).collect()
    }

    #[test]
    fn flowed_lines_are_joined() {
        let body = "pay ben@ferry.example \n$20\n> quoted \n-- \nMara";
        assert_eq!(
            shown(body, true, false),
            ["pay ben@ferry.example $20", "> quoted ", "-- ", "Mara"]
        );
        assert_eq!(shown("送って \nください", true, true), ["送ってください"]);
        assert_eq!(shown("a \nb", false, false), ["a ", "b"]);
    }
}
