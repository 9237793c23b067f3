//! What every route answers, and with which headers.

use axum::http::{Method, StatusCode, header};

use super::{Answer, ask};
use crate::support::TestApp;

fn is_guarded(answer: &Answer, what: &str) {
    let of = |name: &str| answer.headers.get(name).and_then(|value| value.to_str().ok());
    let csp = of("content-security-policy").unwrap_or_default();
    let rules: Vec<&str> = csp.split(';').map(str::trim).collect();
    for rule in
        ["default-src 'none'", "frame-ancestors 'none'", "form-action 'self'", "base-uri 'none'"]
    {
        assert!(rules.contains(&rule), "{what}: {rule} in {csp}");
    }
    assert!(!csp.contains("script-src") && !csp.contains("unsafe"), "{what}: {csp}");
    assert_eq!(of("x-frame-options"), Some("DENY"), "{what}");
    assert_eq!(of("x-content-type-options"), Some("nosniff"), "{what}");
    assert_eq!(of("referrer-policy"), Some("no-referrer"), "{what}");
    assert_eq!(of("set-cookie"), None, "{what}");
    let kept = if what == "/style.css" { "max-age=3600" } else { "no-store" };
    assert_eq!(of("cache-control"), Some(kept), "{what}");
}

both! {
    async fn every_answer_is_guarded_and_has_its_status(db: TestDb) {
        let app = TestApp::on(db).await;
        let ada = app.person("ada").await.with_balance("100.00 USD").await;
        let ben = app.person("ben").await;
        let link = ada.writes("pay ben@ben.example $20").await.remove(0).link();
        let large = format!("csrf={}", "x".repeat(17 * 1024));
        let expected = [
            (Method::GET, "/", None, StatusCode::OK),
            (Method::HEAD, "/", None, StatusCode::OK),
            (Method::GET, "/style.css", None, StatusCode::OK),
            (Method::GET, "/livez", None, StatusCode::OK),
            (Method::GET, "/readyz", None, StatusCode::OK),
            (Method::GET, "/healthz", None, StatusCode::OK),
            (Method::GET, "/metrics", None, StatusCode::UNAUTHORIZED),
            (Method::POST, "/metrics", None, StatusCode::METHOD_NOT_ALLOWED),
            (Method::GET, "/nothing", None, StatusCode::NOT_FOUND),
            (Method::GET, "/c/guess", None, StatusCode::NOT_FOUND),
            (Method::POST, "/c/guess", Some("csrf=x".to_owned()), StatusCode::NOT_FOUND),
            (Method::POST, "/", Some("csrf=x".to_owned()), StatusCode::METHOD_NOT_ALLOWED),
            (Method::DELETE, &*link, None, StatusCode::METHOD_NOT_ALLOWED),
            (Method::HEAD, &*link, None, StatusCode::OK),
            (Method::GET, &*link, None, StatusCode::OK),
            (Method::POST, &*link, Some("csrf=guess".to_owned()), StatusCode::FORBIDDEN),
            (Method::POST, &*link, Some(large), StatusCode::PAYLOAD_TOO_LARGE),
        ];
        for (method, url, form, status) in expected {
            let what = format!("{method} {url}");
            let answer = ask(&app, method.clone(), url, form).await;
            assert_eq!(answer.status, status, "{what}");
            is_guarded(&answer, url);
            assert!(!answer.body.contains("<script"), "{what}");
            let page = answer.body.contains("<html");
            assert!(!page || answer.body.contains("<h1>"), "{what}: {}", answer.body);
            let machine = status == StatusCode::UNAUTHORIZED;
            assert!(status.is_success() || page || machine, "{what}: an error is a page of ours");
            if status == StatusCode::METHOD_NOT_ALLOWED {
                assert!(answer.headers.contains_key(header::ALLOW), "{what}");
            }
        }
        assert_eq!(ben.balance().await, "0.00 USD");
    }

    async fn a_hundred_looks_leave_the_link_as_it_was(db: TestDb) {
        let app = TestApp::on(db).await;
        let ada = app.person("ada").await.with_balance("100.00 USD").await;
        let ben = app.person("ben").await;
        let link = ada.writes("pay ben@ben.example $20").await.remove(0).link();
        for _ in 0..100 {
            assert_eq!(ask(&app, Method::HEAD, &link, None).await.body, "");
        }
        let seen = "SELECT COUNT(*) FROM confirmations WHERE seen_at IS NOT NULL";
        assert_eq!(app.count(seen).await, 0, "a scanner's HEAD is no look");
        let first = ask(&app, Method::GET, &link, None).await.body;
        for _ in 0..99 {
            assert_eq!(ask(&app, Method::GET, &link, None).await.body, first);
        }
        app.settle().await;
        assert_eq!(app.count(seen).await, 1);
        assert_eq!(ben.balance().await, "0.00 USD");
        assert!(ada.clicks(&link).await.body.contains("Sent: $20.00"));
        assert_eq!(ben.balance().await, "20.00 USD");
    }

    async fn a_fault_of_ours_is_no_refusal_and_the_link_survives_it(db: TestDb) {
        let app = TestApp::on(db).await;
        let ada = app.person("ada").await.with_balance("100.00 USD").await;
        let ben = app.person("ben").await;
        let link = ada.writes("pay ben@ben.example $20").await.remove(0).link();
        let csrf = ada.opens(&link).await.csrf().expect("a form");
        rename(&app, "ALTER TABLE confirmations RENAME TO elsewhere").await;
        for (method, form) in [(Method::GET, None), (Method::POST, Some(format!("csrf={csrf}")))] {
            let answer = ask(&app, method, &link, form).await;
            assert_eq!(answer.status, StatusCode::SERVICE_UNAVAILABLE);
            is_guarded(&answer, &link);
            assert!(answer.body.contains("fault of ours"), "{}", answer.body);
            assert!(!answer.body.contains("elsewhere"), "no word of the database");
        }
        rename(&app, "ALTER TABLE elsewhere RENAME TO confirmations").await;
        assert!(ada.clicks(&link).await.body.contains("Sent: $20.00"));
        assert_eq!(ben.balance().await, "20.00 USD");
    }
}

async fn rename(app: &TestApp, sql: &'static str) {
    let mut tx = app.process.cx.db.begin().await.expect("begins");
    pennypost::execute!(&mut tx, sql).expect("renames");
    tx.commit().await.expect("commits");
}
