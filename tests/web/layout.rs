//! Letters and pages as a browser lays them out: narrow, wide, light, dark.

use std::fmt::Write;

use axum::http::Method;

use pennypost::{
    jobs,
    language::Language,
    letters::{Sample, templates},
    mail::render::Templates,
};

use super::{ask, browser::dom};
use crate::support::{TestApp, TestDb};

/// Narrowest phone, usual phone, desk.
const WIDTHS: [u32; 3] = [320, 360, 1280];
/// WCAG 2.2, 1.4.3 (contrast of text) and 2.5.5 (size of a target) with 44 px.
const MEASURE: &str = r#"
const parts = c => c.match(/[\d.]+/g).map(Number);
const light = c => { const [r, g, b] = parts(c).map(v => v / 255)
  .map(v => v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4);
  return 0.2126 * r + 0.7152 * g + 0.0722 * b; };
function ground(view, e) {
  for (; e; e = e.parentElement) {
    const c = view.getComputedStyle(e).backgroundColor;
    if ((parts(c)[3] ?? 1) > 0) return c;
  }
  return 'rgb(255, 255, 255)';
}
function measure(frame) {
  const doc = frame.contentDocument, view = frame.contentWindow, found = [];
  const wide = doc.documentElement.scrollWidth, room = doc.documentElement.clientWidth;
  if (wide > room) found.push(`is ${wide} px wide`);
  for (const e of doc.querySelectorAll('body *')) {
    const own = [...e.childNodes].some(n => n.nodeType === 3 && n.data.trim());
    if (!own || !e.getClientRects().length) continue;
    const style = view.getComputedStyle(e);
    const [a, b] = [light(style.color), light(ground(view, e))];
    const ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
    if (ratio < 4.5) found.push(`contrast ${ratio.toFixed(2)} of “${e.textContent.trim()}”`);
    if (parseFloat(style.fontSize) < 14) found.push(`small print “${e.textContent.trim()}”`);
  }
  for (const e of doc.querySelectorAll('button, .button-link, .choice-link, a.button, .choice'))
    if (e.tagName !== 'LI' && e.getBoundingClientRect().height < 44)
      found.push(`“${e.textContent.trim()}” is ${e.getBoundingClientRect().height} px high`);
  const dark = light(view.getComputedStyle(doc.body).backgroundColor) < 0.1;
  return [`${frame.title}: ${dark ? 'dark' : 'light'}`, ...found.map(f => `${frame.title}: ${f}`)];
}
onload = () => {
  const said = [...document.querySelectorAll('iframe')].flatMap(measure);
  document.documentElement.innerHTML = '<body></body>';
  document.body.textContent = said.join('\n');
};
"#;

/// A page that shows each document in each width and says what is wrong with it.
fn sheet(documents: &[(&str, String)]) -> String {
    let mut sheet =
        "<!doctype html><meta charset=utf-8><style>:root, iframe { color-scheme: light \
                     dark }</style>"
            .to_owned();
    for (name, html) in documents {
        let html = html.replace('&', "&amp;").replace('"', "&quot;");
        for width in WIDTHS {
            let frame = format!(
                "<iframe title=\"{name} at {width}\" width={width} height=900 srcdoc=\"{html}\"></iframe>"
            );
            sheet.push_str(&frame);
        }
    }
    write!(sheet, "<script>{MEASURE}</script>").expect("a string takes text");
    sheet
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn letters_and_pages_fit_narrow_screens_and_are_readable_in_light_and_dark() {
    let app = TestApp::with(TestDb::sqlite().await, &[("TRANSFERS_HELD_PER_DAY_MAX", "1")]).await;
    let ada = app.person("ada").await.with_balance("100.00 USD").await;
    let long = "maximilian-von-und-zu-hohenzollern-treasurer";
    let max = app.stranger(long);
    let welcome = max.writes("sign up").await.remove(0);
    let to = max.address();
    let asked = ada.writes(&format!("pay {to} $20 for lunch")).await.remove(0);
    let stranger = app.stranger("maximiliane-von-und-zu-hohenzollern-sigmaringen");
    let words = format!("pay {} $20 for lunch", stranger.address());
    let unknown = ada.writes(&words).await.remove(0);
    let held = ada.replies(&unknown, "YES").await.remove(0);
    let claim = stranger.reads().remove(0);
    let claiming = stranger.opens(&claim.link()).await.body;
    let several = ada.writes("pay nobody@nowhere.example $2000").await.remove(0);
    let readings = ada.writes(&format!("pay {to} 1.234")).await.remove(0);
    let page = ada.opens(&asked.link()).await.body;
    let done = ada.clicks(&asked.link()).await.body;
    let sent = ada.reads().remove(0);
    let already = ada.opens(&asked.link()).await.body;
    let front = ask(&app, Method::GET, "/", None).await.body;
    let empty = ask(&app, Method::GET, "/send?lang=de", None).await.body;
    let typed = |typed: &str| Some(format!("{typed}&currency=USD&lang=fr"));
    let wrong = ask(&app, Method::POST, "/send", typed("amount=lots&to=ben")).await.body;
    let ready = typed(&format!("amount=20&to={}", to.as_str().replace('@', "%40")));
    let ready = ask(&app, Method::POST, "/send", ready).await.body;
    let css = ask(&app, Method::GET, "/style.css", None).await.body;
    let styled = |page: String| {
        let link = "<link rel=\"stylesheet\" href=\"/style.css\">";
        assert!(page.contains(link), "{page}");
        page.replace(link, &format!("<style>{css}</style>"))
    };
    let documents = [
        ("welcome", welcome.html),
        ("confirm", asked.html),
        ("problem", several.html),
        ("unknown", unknown.html),
        ("held", held.html),
        ("claim", claim.html),
        ("claiming", styled(claiming)),
        ("readings", readings.html),
        ("receipt", sent.html),
        ("front page", styled(front)),
        ("confirm page", styled(page)),
        ("done page", styled(done)),
        ("empty send page", styled(empty)),
        ("wrong send page", styled(wrong)),
        ("ready send page", styled(ready)),
        ("already page", styled(already)),
    ];
    fit(&documents).await;
}

/// German has the longest words: all of its letters; of the others those that say most.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn letters_fit_in_every_language() {
    let templates = Templates::load(templates(), None).expect("sound templates");
    for language in Language::ALL {
        let longest = ["transfer_confirm", "transfer_problem", "account_welcome", "account_gate"];
        let meant = |sample: &Sample| language == Language::De || longest.contains(&&*sample.name);
        let samples = jobs::samples(language);
        let samples: Vec<Sample> = samples.into_iter().filter(meant).collect();
        let html = |sample: &Sample| sample.rendered(&templates).expect("renders").html;
        let shown: Vec<(&str, String)> = samples.iter().map(|s| (&*s.name, html(s))).collect();
        fit(&shown).await;
    }
}

async fn fit(documents: &[(&str, String)]) {
    let folder = tempfile::TempDir::new().expect("a temporary folder");
    let file = folder.path().join("sheet.html");
    std::fs::write(&file, sheet(documents)).expect("writes");
    for (dark, scheme) in [(false, "light"), (true, "dark")] {
        let said = dom(&format!("file://{}", file.display()), dark, 5_000).await;
        let (_, said) = said.split_once("<body>").expect("a document");
        let said = said.split("</body>").next().unwrap_or_default();
        let wrong: Vec<&str> = said.lines().filter(|line| !line.ends_with(scheme)).collect();
        assert!(wrong.is_empty(), "{scheme}: {wrong:#?}");
        assert_eq!(said.lines().count(), documents.len() * WIDTHS.len(), "all were measured");
    }
}
