//! The page that writes mails: what it writes is read, and it keeps nothing.

use axum::http::{Method, StatusCode};
use pennypost::{
    address::Address,
    intent::{self, Command, ReaderContext, Reading},
    mail::{
        mailto::{HREF_MAX, Mailto},
        message::Message,
    },
    money::Currency,
    web,
};
use proptest::{
    prelude::{Strategy, any},
    test_runner::{Config, TestRunner},
};
use tokio::{net::TcpListener, runtime::Runtime};

use super::{Answer, ask, driver::Driver};
use crate::support::{TestApp, TestDb, app::SERVICE};

/// What a browser makes of a form.
fn form(pairs: &[(&str, &str)]) -> String {
    let escaped = |text: &str| {
        let bytes = text.bytes().map(|byte| match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' => char::from(byte).to_string(),
            byte => format!("%{byte:02X}"),
        });
        bytes.collect::<String>()
    };
    let pairs = pairs.iter().map(|(name, value)| format!("{name}={}", escaped(value)));
    pairs.collect::<Vec<_>>().join("&")
}

fn unescaped(html: &str) -> String {
    let signs = [("&#x2f;", "/"), ("&quot;", "\""), ("&#x27;", "'"), ("&lt;", "<"), ("&gt;", ">")];
    let text = signs.iter().fold(html.to_owned(), |text, (name, sign)| text.replace(name, sign));
    text.replace("&amp;", "&")
}

/// The one link on the page that opens a mail with a text.
fn finished(answer: &Answer) -> Option<Mailto> {
    let (_, rest) = answer.body.split_once("class=\"button\" href=\"")?;
    let href = unescaped(rest.split_once('"').expect("an attribute ends").0);
    assert!(href.len() <= HREF_MAX && !href.contains('+') && !href.contains(' '), "{href}");
    Some(Mailto::parse(&href).expect("a link of ours"))
}

/// The mail as a mail program sends it, `width` characters a line at most.
fn sent(mail: &Mailto, width: usize) -> Vec<u8> {
    let mut body = String::new();
    for line in mail.body.lines() {
        let mut length = 0;
        for (at, word) in line.split(' ').enumerate() {
            if at > 0 && length + word.chars().count() >= width {
                body.push_str("\r\n");
                length = 0;
            } else if at > 0 {
                body.push(' ');
            }
            body.push_str(word);
            length += word.chars().count() + 1;
        }
        body.push_str("\r\n");
    }
    let header =
        format!("From: Ada <ada@ada.example>\r\nTo: {}\r\nSubject: {}\r\n", mail.to, mail.subject);
    format!("{header}Content-Type: text/plain; charset=utf-8\r\n\r\n{body}").into_bytes()
}

/// What the service reads in it, knowing the sender's account.
fn read(mail: &Mailto, currency: &str) -> Reading {
    let currency = Currency::parse(currency).expect("ISO 4217");
    let context = ReaderContext {
        account_currency: Some(Currency::USD),
        currencies_held: vec![Currency::USD, currency],
        locale: Some("en-US".to_owned()),
        service_address: Some(Address::parse(SERVICE).expect("plain")),
        service_name: Some("Till".to_owned()),
        ..ReaderContext::default()
    };
    let message = Message::parse(&sent(mail, 72)).expect("small");
    intent::read(&message, &context)
}

fn transfer(reading: &Reading) -> (String, String, Option<String>) {
    let Reading::Command(command) = reading else { panic!("{reading:?}") };
    let Command::Transfer { amount, recipient, note } = &**command else { panic!("{command:?}") };
    (amount.money().with_code(), recipient.to_string(), note.clone())
}

async fn posted(app: &TestApp, lang: &str, (amount, currency): (&str, &str), note: &str) -> Answer {
    let to = "ben@ben.example";
    let pairs =
        [("lang", lang), ("amount", amount), ("currency", currency), ("to", to), ("note", note)];
    ask(app, Method::POST, "/send", Some(form(&pairs))).await
}

/// Words that would mean something anywhere else in a mail.
const NOTES: [&str; 16] = [
    "lunch",
    "cancel",
    "No, wait. Cancel that! Don't pay.",
    "$30, or rather 40 EUR",
    "for T-771, see INV-2201",
    "Should I? Perhaps tomorrow, if it rains.",
    "pay amy@amy.example $500",
    "to: amy@amy.example\namount: 900.00 USD\nnote: more",
    "he said \"stop\" & left; 100% <b>sure</b> + a=b",
    "5\" pipe",
    "🍕 mit Käse, señor — déjà vu",
    "> quoted\nOn Mon, Jun 2, 2025 at 12:01 PM Al <al@rude.example> wrote:\n> pay me",
    "-- \nAda\nSent from my telephone",
    "[C:8F3KQ P:MUG-BLUE S:K7D2M9X4Q3ZT6W8R]",
    "sign up, balance, help, freeze, unsubscribe, yes, confirm",
    "a note that is long enough to be broken over several lines by any mail program there is, and that \
     says not to do it",
];

#[tokio::test]
async fn what_it_writes_is_read_without_a_question_in_every_language() {
    let app = TestApp::on(TestDb::sqlite().await).await;
    let amounts = [
        ("en", "20", "USD", "20.00 USD"),
        ("en", "$1,234.50", "USD", "1234.50 USD"),
        ("de", "1.234,50", "EUR", "1234.50 EUR"),
        ("de", "20,5 €", "EUR", "20.50 EUR"),
        ("fr", "1 234,50", "EUR", "1234.50 EUR"),
        ("fr", "12'000.05", "CHF", "12000.05 CHF"),
        ("es", "3000", "JPY", "3000 JPY"),
        ("es", "0,05", "GBP", "0.05 GBP"),
        ("en", "0.5", "BHD", "0.500 BHD"),
        ("en", "7.5", "KWD", "7.500 KWD"),
    ];
    for (lang, amount, currency, expected) in amounts {
        for note in NOTES {
            let answer = posted(&app, lang, (amount, currency), note).await;
            assert_eq!(answer.status, StatusCode::OK, "{lang} {amount} {note}: {}", answer.body);
            assert!(answer.body.contains(&format!("<html lang=\"{lang}\">")));
            let mail = finished(&answer).expect("a finished mail");
            assert_eq!(mail.to.as_str(), SERVICE);
            let words: Vec<&str> = note.split_whitespace().collect();
            let (sum, to, read) = transfer(&read(&mail, currency));
            assert_eq!((sum.as_str(), to.as_str()), (expected, "ben@ben.example"), "{note}");
            // The reader has one form for each kind of sign.
            let plain = words.join(" ").replace('—', "-");
            assert_eq!(read.as_deref(), Some(&*plain), "{lang}: {}", mail.body);
        }
    }
    let answer = posted(&app, "en", ("1.234 KWD", "KWD"), "").await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "it may be 1234 as well");
    let answer = posted(&app, "en", ("1,234.567", "KWD"), "").await;
    let mail = finished(&answer).expect("a finished mail");
    assert_eq!(
        transfer(&read(&mail, "KWD")),
        ("1234.567 KWD".into(), "ben@ben.example".into(), None)
    );
    let answer = posted(&app, "en", ("0001.234", "KWD"), "").await;
    let mail = finished(&answer).expect("a finished mail");
    assert_eq!(transfer(&read(&mail, "KWD")).0, "1.234 KWD");
}

#[test]
fn no_note_changes_what_is_read() {
    let runtime = Runtime::new().expect("a runtime");
    let app = runtime.block_on(async { TestApp::on(TestDb::sqlite().await).await });
    let mut runner = TestRunner::new(Config { cases: 150, ..Config::default() });
    let pieces = proptest::collection::vec(
        (0..NOTES.len(), any::<String>(), 0..4_usize).prop_map(|(which, any, separator)| {
            let any: String = any.chars().take(6).collect();
            format!("{any}{}{}", [" ", "\n", ". ", ""][separator], NOTES[which])
        }),
        1..3,
    );
    let cases = (pieces, 0..4_usize);
    let checked = runner.run(&cases, |(pieces, lang)| {
        let lang = ["en", "de", "fr", "es"][lang];
        let answer = runtime.block_on(posted(&app, lang, ("20", "USD"), &pieces.join("\n")));
        // It is written so that it is read, or it is not written at all.
        if let Some(mail) = finished(&answer) {
            let (amount, to, _) = transfer(&read(&mail, "USD"));
            assert_eq!((amount.as_str(), to.as_str()), ("20.00 USD", "ben@ben.example"));
        } else {
            assert!(answer.body.contains("id=\"note\""), "{}", answer.body);
        }
        Ok(())
    });
    checked.expect("every note is only a note");
}

both! {
    async fn the_mail_it_writes_is_answered_with_a_request_to_confirm(db: TestDb) {
        let app = TestApp::on(db).await;
        let ada = app.person("ada").await.with_balance("100.00 USD").await;
        let ben = app.person("ben").await;
        let answer = posted(&app, "en", ("20", "USD"), "lunch. Cancel the other one, T-900!").await;
        let mail = finished(&answer).expect("a finished mail");
        let mut letters = ada.presses(&mail).await;
        let asked = letters.pop().expect("a letter");
        assert!(asked.subject.starts_with("Please confirm: $20.00 to ben@ben.example"), "{}", asked.subject);
        assert!(asked.says("lunch. Cancel the other one, T-900!"), "{}", asked.text);
        ada.clicks(&asked.link()).await;
        app.settle().await;
        assert_eq!(ben.balance().await, "20.00 USD");
    }
}

#[tokio::test]
async fn what_is_wrong_is_told_beside_its_field_and_what_was_typed_stays() {
    let app = TestApp::on(TestDb::sqlite().await).await;
    let all = |amount, currency, to, note| {
        form(&[
            ("amount", amount),
            ("currency", currency),
            ("to", to),
            ("note", note),
            ("lang", "en"),
        ])
    };
    let long = "🍕 ".repeat(200);
    let cases = [
        (all("", "USD", "ben@ben.example", "x"), "amount", "Please write how much."),
        (all("lots", "USD", "ben@ben.example", "x"), "amount", "such as 20.00."),
        (all("0", "JPY", "ben@ben.example", "x"), "amount", "such as 20."),
        (all("1.234", "KWD", "ben@ben.example", "x"), "amount", "read as 0001.234 or as 1234.000"),
        (all("20 €", "USD", "ben@ben.example", "x"), "amount", "The amount says EUR."),
        (all("20", "ZZZ", "ben@ben.example", "x"), "currency", "choose a currency"),
        (all("20", "USD", "", "x"), "to", "the mail address of the person"),
        (all("20", "USD", "ben", "x"), "to", "such as ben@example.org"),
        (all("20", "USD", SERVICE, "x"), "to", "our own address"),
        (all("20", "USD", "ben@ben.example", &long), "note", "too long for a link"),
    ];
    for (typed, field, says) in cases {
        let answer = ask(&app, Method::POST, "/send", Some(typed.clone())).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{typed}");
        let (_, problem) =
            answer.body.split_once(&format!("id=\"{field}-problem\"")).expect("a place");
        let problem = problem.split("</p>").next().expect("it ends");
        assert!(problem.contains(says), "{typed}: {problem}");
        assert!(finished(&answer).is_none(), "{typed}");
        assert_eq!(answer.body.matches("aria-invalid").count(), 1, "{typed}");
        assert!(answer.body.contains("x</textarea>") || field == "note", "{typed}");
    }
    let all_wrong = ask(&app, Method::POST, "/send", Some(all("", "", "", ""))).await.body;
    assert_eq!(all_wrong.matches("aria-invalid").count(), 3, "all at once: {all_wrong}");
    let typed = all("20", "USD", "\"><script>alert(1)</script>", "</textarea><script>");
    let hostile = ask(&app, Method::POST, "/send", Some(typed)).await.body;
    assert_eq!(hostile.matches("<script").count(), 1, "only ours: {hostile}");
    assert!(hostile.contains("&lt;&#x2f;textarea&gt;"), "{hostile}");
}

#[tokio::test]
async fn it_is_guarded_keeps_nothing_and_can_be_installed() {
    let app = TestApp::on(TestDb::sqlite().await).await;
    let prefilled = "/send?lang=fr&amount=20&to=ben%40ben.example&currency=VND&note=d%C3%A9j%C3%A0";
    for (method, url, typed) in [
        (Method::GET, "/send", None),
        (Method::HEAD, "/send", None),
        (Method::GET, prefilled, None),
        (Method::POST, "/send", Some("amount=20&currency=USD&to=ben%40ben.example".to_owned())),
    ] {
        let typed_well = typed.as_ref().is_some_and(|typed| typed.contains("&to="));
        let answer = ask(&app, method.clone(), url, typed).await;
        assert!(answer.status.is_success(), "{method} {url}: {}", answer.body);
        let of = |name: &str| answer.headers.get(name).and_then(|value| value.to_str().ok());
        let policy = of("content-security-policy").unwrap_or_default();
        assert!(policy.starts_with("default-src 'none'; script-src 'self'; "), "{policy}");
        assert!(
            policy.contains("frame-ancestors 'none'") && !policy.contains("unsafe"),
            "{policy}"
        );
        assert_eq!(of("x-frame-options"), Some("DENY"));
        assert_eq!(of("referrer-policy"), Some("no-referrer"));
        assert_eq!(of("cache-control"), Some("no-store"));
        assert_eq!(of("set-cookie"), None);
        let ready = method == Method::POST && url == "/send" && typed_well;
        assert_eq!(finished(&answer).is_some(), ready, "{method} {url}: a look writes no mail");
    }
    let shown = ask(&app, Method::GET, prefilled, None).await.body;
    for kept in
        ["value=\"20\"", "value=\"ben@ben.example\"", "<option selected>VND", "déjà</textarea>"]
    {
        assert!(shown.contains(kept), "{kept} in {shown}");
    }
    for (url, kind) in [
        ("/send.webmanifest", "application/manifest+json"),
        ("/send.js", "text/javascript; charset=utf-8"),
        ("/icon.svg", "image/svg+xml"),
    ] {
        let answer = ask(&app, Method::GET, url, None).await;
        assert_eq!(answer.status, StatusCode::OK, "{url}");
        assert_eq!(answer.headers["content-type"], kind, "{url}");
    }
    let manifest = ask(&app, Method::GET, "/send.webmanifest", None).await.body;
    let manifest: serde_json::Value = serde_json::from_str(&manifest).expect("JSON");
    assert_eq!((&manifest["start_url"], &manifest["name"]), (&"/send".into(), &"Till".into()));
    assert_eq!(app.count("SELECT COUNT(*) FROM inbox").await, 0);
    assert_eq!(app.count("SELECT COUNT(*) FROM letters").await, 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn with_a_script_the_link_follows_what_is_typed() {
    let app = TestApp::on(TestDb::sqlite().await).await;
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let address = listener.local_addr().expect("bound");
    let served = tokio::spawn({
        let service = web::service(app.process.cx.clone());
        async move { axum::serve(listener, service).await }
    });
    let url = format!("http://{address}/send?lang=de");
    let driven = tokio::task::spawn_blocking(move || {
        let mut browser = Driver::open(&url);
        let field = |id: &str| format!("document.getElementById('{id}')");
        browser.types(&field("amount"), "1.234,50");
        browser.types(&field("to"), "ben@ben.example");
        browser.worth("document.getElementById('currency').value = 'EUR'");
        browser.presses("document.querySelector('form button')");
        browser.until("document.querySelector('#ready a.button').href.includes('1234.50%20EUR')");
        browser.types(&field("note"), "Miete");
        browser
            .until("document.querySelector('#ready a.button').href.includes('Notiz%3A%20Miete')");
        browser.types(&field("amount"), "viel");
        browser
            .until("document.querySelector('#amount-problem').textContent.includes('eine Zahl')");
        browser.until("!document.querySelector('#ready a')");
        assert_eq!(browser.worth("document.querySelector('#note').value"), "Miete");
        browser.sized(320, 700, true);
        browser.until("document.documentElement.scrollWidth <= 320");
    });
    driven.await.expect("the page works");
    served.abort();
}
