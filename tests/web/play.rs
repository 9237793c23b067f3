//! The demo's page, played by a browser against the demo itself.

use std::{
    fs::File,
    io::{Read, Write},
    net::TcpStream,
    process::{Child, Command, Stdio},
    thread,
    time::{Duration, Instant},
};

use axum::http::{Method, StatusCode};

use super::{ask, driver::Driver};
use crate::support::{TestApp, TestDb, orphans};

/// Longest that the story may take before the demo serves.
const PATIENCE: Duration = Duration::from_secs(120);

/// A demo that serves.
struct Stage {
    demo: Child,
    /// `http://localhost:8080`
    url: String,
    _folder: tempfile::TempDir,
}

impl Stage {
    /// Starts a demo, and finds the link that it prints.
    fn set() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let said = folder.path().join("said");
        let demo = Command::new(env!("CARGO_BIN_EXE_pennypost"))
            .args(["demo", "--folder"])
            .arg(folder.path().join("demo"))
            .stdin(Stdio::null())
            .stdout(File::create(&said).expect("a file"))
            .stderr(Stdio::null())
            .spawn()
            .expect("the demo starts");
        orphans::add(&demo);
        let mut stage = Self { demo, url: String::new(), _folder: folder };
        let until = Instant::now() + PATIENCE;
        while stage.url.is_empty() {
            let told = std::fs::read_to_string(&said).unwrap_or_default();
            let mut words = told.split_whitespace();
            let link = words.find_map(|word| word.strip_suffix("/play"));
            stage.url = link.unwrap_or_default().to_owned();
            assert!(Instant::now() < until, "the demo never served: {told}");
            thread::sleep(Duration::from_millis(50));
        }
        stage
    }

    /// A plain request, and the whole answer with its header.
    fn asks(&self, line: &str, header: &str, body: &str) -> String {
        let host = self.url.strip_prefix("http://").expect("a local page");
        let mut socket = TcpStream::connect(host).expect("it serves");
        let length = body.len();
        write!(
            socket,
            "{line} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n{header}\
             Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {length}\r\n\r\n{body}"
        )
        .expect("it listens");
        let mut answer = String::new();
        socket.read_to_string(&mut answer).expect("an answer");
        answer
    }
}

impl Drop for Stage {
    fn drop(&mut self) {
        self.demo.kill().ok();
        self.demo.wait().ok();
        orphans::remove(&self.demo);
    }
}

/// What the newest letter in somebody's mailbox is found by.
fn letter(whose: &str) -> String {
    format!("document.querySelector('[id=\"box-{whose}\"] .mail:not(.sent)')")
}

fn balance(whose: &str) -> String {
    format!("document.querySelector('[id=\"box-{whose}\"] .balance').textContent")
}

const ADA: &str = "ada@home.example";
const BEN: &str = "ben@ferry.example";

#[test]
fn ada_writes_presses_yes_and_ben_has_the_money() {
    let stage = Stage::set();
    let mut browser = Driver::open(&format!("{}/play", stage.url));
    browser.until(&format!("{} === '$71.50' && {} === '$28.50'", balance(ADA), balance(BEN)));

    // The first example is a mail of Ada's.
    browser.presses("document.querySelector('.example')");
    browser.until("document.querySelector('dialog').open");
    let text = "document.querySelector('dialog textarea')";
    browser.types(text, "please pay ben@ferry.example $11.50 for the oars");
    browser.presses("document.querySelector('dialog [type=submit]')");
    let asked = "includes('Please confirm: $11.50')";
    browser.until(&format!("{}.textContent.{asked}", letter(ADA)));
    browser.until("[...document.querySelectorAll('#flow li')].some(one => one.textContent.includes('oars') \
                   && one.textContent.includes('transfer') && one.textContent.includes('Please confirm'))");

    // Its prepared YES opens in the page's own program.
    let yes = format!(
        "{}.querySelector('iframe').contentDocument.querySelector('a[href*=YES]')",
        letter(ADA)
    );
    browser.until(&format!("{}.open && {yes}", letter(ADA)));
    browser.presses(&yes);
    browser
        .until(&format!("document.querySelector('dialog').open && {text}.value.startsWith('YES')"));
    assert_eq!(browser.worth("location.hash"), "");
    browser.presses("document.querySelector('dialog [type=submit]')");
    browser.until(&format!("{}.textContent.includes('Received: $11.50')", letter(BEN)));
    browser.until(&format!("{} === '$60.00' && {} === '$40.00'", balance(ADA), balance(BEN)));
    browser.until("document.querySelector('#sums td').textContent === '$0.00'");
    browser.until("document.querySelector('#bookings li').textContent.includes('Ada → Ben')");

    // A link to a page opens a tab of its own.
    browser.presses("document.querySelector('[id=\"box-ben@ferry.example\"] .write')");
    browser.until("document.querySelector('dialog').open");
    browser.types(text, "pay ada@home.example $3 for the coffee");
    browser.presses("document.querySelector('dialog [type=submit]')");
    let link = format!(
        "{}.querySelector('iframe').contentDocument.querySelector('a[target=_blank]')",
        letter(BEN)
    );
    browser
        .until(&format!("{}.textContent.includes('Please confirm: $3.00') && {link}", letter(BEN)));
    browser.presses(&link);
    let until = Instant::now() + PATIENCE;
    while !browser.pages().iter().any(|page| page.contains("/c/")) {
        assert!(Instant::now() < until, "no tab was opened: {:?}", browser.pages());
    }
    browser.returns();
    assert_eq!(browser.worth("location.pathname"), "/play");

    // Nobody's money moves by a forged mail, and its supposed sender is warned.
    browser.presses("document.querySelector('.example.bad')");
    browser.until("!document.getElementById('forged-note').hidden");
    browser.presses("document.querySelector('dialog [type=submit]')");
    let warned = "includes('A mail in your name was not acted on')";
    browser.until(&format!("{}.textContent.{warned}", letter(BEN)));
    assert_eq!(browser.worth(&balance(BEN)), "$40.00");

    for (width, dark) in [(360, false), (360, true), (1280, true)] {
        browser.sized(width, 800, dark);
        browser.until(&format!("document.documentElement.scrollWidth <= {width}"));
    }
    let frames = "[...document.querySelectorAll('iframe')]";
    let scripts =
        browser.worth(&format!("{frames}.some(f => f.sandbox.contains('allow-scripts'))"));
    assert_eq!(scripts, false);
}

#[test]
fn only_its_own_page_can_write_and_its_answers_are_guarded() {
    let stage = Stage::set();
    let mail = "from=ada%40home.example&to=till%40post.example&body=balance";
    let page = stage.asks("GET /play", "", "");
    let letter = stage.asks("GET /play/state", "", "");
    assert!(letter.contains("\"sums\":[\"$0.00\"]"), "{letter}");
    let name = letter.split("\"name\":\"").nth(1).and_then(|rest| rest.split('"').next());
    let name = name.expect("Ada has a letter");
    let letter = stage.asks(&format!("GET /play/letter/ada@home.example/{name}"), "", "");
    for (answer, policy) in [
        (
            &page,
            "content-security-policy: default-src 'none'; script-src 'self'; style-src 'self';",
        ),
        (
            &letter,
            "content-security-policy: default-src 'none'; style-src 'unsafe-inline'; base-uri",
        ),
    ] {
        assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
        for header in [policy, "referrer-policy: no-referrer", "x-content-type-options: nosniff"] {
            assert!(answer.contains(header), "{header} in {answer}");
        }
    }
    assert!(page.contains("x-frame-options: DENY") && !page.contains("<style"), "{page}");
    assert!(letter.contains("sandbox allow-same-origin") && !letter.contains("allow-scripts"));
    assert!(letter.contains("x-frame-options: SAMEORIGIN"), "{letter}");
    for elsewhere in ["..%2f..%2fpennypost.toml", "..%2fpennypost.db", "none"] {
        let answer = stage.asks(&format!("GET /play/letter/ada@home.example/{elsewhere}"), "", "");
        assert!(answer.starts_with("HTTP/1.1 404"), "{elsewhere}: {answer}");
    }

    let own = format!("Origin: {}\r\n", stage.url);
    let foreign = stage.asks("POST /play/mail", "Origin: http://evil.example\r\n", mail);
    assert!(foreign.starts_with("HTTP/1.1 403"), "{foreign}");
    let looked = stage.asks(&format!("GET /play/mail?{mail}"), &own, "");
    assert!(looked.starts_with("HTTP/1.1 405"), "{looked}");
    let nobody = stage.asks("POST /play/mail", &own, "from=ada%40home.example&to=nobody");
    assert!(nobody.starts_with("HTTP/1.1 422") && nobody.contains("no mail address"), "{nobody}");
    let before = stage.asks("GET /play/state", "", "").matches("Your balance").count();
    assert!(stage.asks("POST /play/mail", &own, mail).starts_with("HTTP/1.1 204"));
    let until = Instant::now() + PATIENCE;
    while stage.asks("GET /play/state", "", "").matches("Your balance").count() <= before {
        assert!(Instant::now() < until, "no answer came");
        thread::sleep(Duration::from_millis(50));
    }
}

#[tokio::test]
async fn nobody_else_serves_it() {
    let app = TestApp::on(TestDb::sqlite().await).await;
    for url in ["/play", "/play/state", "/play.js", "/play/letter/ada@home.example/x"] {
        assert_eq!(ask(&app, Method::GET, url, None).await.status, StatusCode::NOT_FOUND, "{url}");
    }
    let mail = Some("from=ada%40home.example&to=till%40post.example&body=balance".to_owned());
    assert_eq!(ask(&app, Method::POST, "/play/mail", mail).await.status, StatusCode::NOT_FOUND);
}
