//! Every page of the web process, as a browser gets it, held to the rules of all pages.

use axum::http::{Method, StatusCode};

use super::{html::Html, snapshot};
use crate::support::{
    TestApp, TestDb,
    letter::Letter,
    person::{Page, Person},
};

/// What is another one each time: tokens of links and forms.
fn without_tokens(html: &str) -> String {
    let mut shown = html.to_owned();
    for opening in ["action=\"&#x2f;c&#x2f;", "name=\"csrf\" value=\""] {
        if let Some((before, rest)) = shown.split_once(opening) {
            let (_, after) = rest.split_once('"').expect("an attribute ends");
            shown = format!("{before}{opening}TOKEN\"{after}");
        }
    }
    shown
}

fn is_sound(name: &str, page: &Page) {
    let html = &page.body;
    assert!(html.len() < 20_000, "{name}: {} octets", html.len());
    assert!(html.starts_with("<!doctype html>"), "{name}: {html}");
    assert!(html.contains("<html lang=\"en\">"), "{name}");
    assert!(html.contains("width=device-width"), "{name}");
    let script = "<script src=\"/send.js\" defer></script>";
    let scripts = usize::from(name.starts_with("send"));
    assert_eq!(html.matches(script).count(), scripts, "{name}");
    assert_eq!(html.matches("<script").count(), scripts, "{name}: no other script");
    for forbidden in ["<img", " style=", "javascript:", " onclick"] {
        assert!(!html.contains(forbidden), "{name} has {forbidden}");
    }
    assert_eq!(html.matches("<h1>").count(), 1, "{name}");
    assert!(html.matches("<button").count() <= 1, "{name}: one thing to do at most");
    let text = Html(html).text();
    assert!(!text.contains('!'), "{name}: {text}");
    for href in Html(html).hrefs() {
        let known = ["https://", "http://", "mailto:", "/send"].iter().any(|s| href.starts_with(s));
        assert!(known, "{name}: {href}");
    }
}

fn shown(name: &str, status: StatusCode, page: &Page) {
    assert_eq!(page.status, status, "{name}: {}", page.body);
    is_sound(name, page);
    snapshot(&format!("page-{name}.html"), &without_tokens(&page.body));
}

async fn asked(ada: &Person, words: &str) -> Letter {
    let mut letters = ada.writes(words).await;
    letters.pop().expect("a letter that asks")
}

#[tokio::test]
async fn pages_read_as_their_snapshots() {
    let app = TestApp::on(TestDb::sqlite().await).await;
    let ada = app.person("ada").await.with_balance("100.00 USD").await;
    let _ben = app.person("ben").await;

    shown("front", StatusCode::OK, &ada.opens("/").await);
    shown("missing", StatusCode::NOT_FOUND, &ada.opens("/nowhere").await);
    let posted = ada.requests(Method::POST, "/", &[], "").await;
    shown("wrong-method", StatusCode::METHOD_NOT_ALLOWED, &posted);
    shown("unknown-link", StatusCode::NOT_FOUND, &ada.opens("/c/v4.local.x").await);

    shown("send", StatusCode::OK, &ada.opens("/send").await);
    let typed = "amount=20&currency=USD&to=ben%40ben.example&note=lunch";
    let ready = ada.requests(Method::POST, "/send", &[], typed).await;
    shown("send-ready", StatusCode::OK, &ready);
    let wrong = ada.requests(Method::POST, "/send", &[], "amount=lots&currency=EUR&to=ben").await;
    shown("send-wrong", StatusCode::UNPROCESSABLE_ENTITY, &wrong);

    let link = asked(&ada, "pay ben@ben.example $20 for lunch").await.link();
    shown("confirm", StatusCode::OK, &ada.opens(&link).await);
    shown("forged", StatusCode::FORBIDDEN, &ada.posts(&link, "wrong").await);
    shown("done", StatusCode::OK, &ada.clicks(&link).await);
    let again = ada.opens(&link).await;
    shown("already", again.status, &again);

    let first = asked(&ada, "pay ben@ben.example $30").await;
    let newer = ada.replies(&first, "make it 40").await.pop().expect("a newer letter");
    shown("changed", StatusCode::GONE, &ada.opens(&first.link()).await);
    app.after(std::time::Duration::from_secs(4 * 86_400)).await;
    shown("expired", StatusCode::GONE, &ada.opens(&newer.link()).await);

    let link = asked(&ada, "pay ben@ben.example $70").await.link();
    let csrf = ada.opens(&link).await.csrf().expect("a form");
    let observing = app.restarted(&[("MODE", "observe")]).await;
    let observed = observing.stranger("ada").posts(&link, &csrf).await;
    shown("observing", StatusCode::SERVICE_UNAVAILABLE, &observed);
    asked(&ada, "freeze").await;
    shown("refused", StatusCode::OK, &ada.posts(&link, &csrf).await);
}

/// A mail nobody vouched for is confirmed on a page that names no money.
#[tokio::test]
async fn the_page_of_a_doubted_mail_reads_as_its_snapshot() {
    let app = TestApp::with(TestDb::sqlite().await, &[("AUTHSERV_ID", "")]).await;
    let ada = app.person("ada").await;
    let link = asked(&ada, "freeze").await.link();
    shown("gate", StatusCode::OK, &ada.opens(&link).await);
}
