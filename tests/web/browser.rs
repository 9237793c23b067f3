//! A real browser, as a subprocess: what it shows, and what it does on its own.

use std::{
    fs::File,
    path::Path,
    process::{Child, Command},
    time::Duration,
};

use pennypost::web;
use tokio::{net::TcpListener, time::timeout};

use crate::support::{TestApp, TestDb, app::PUBLIC_URL};

/// Names under which distributions install it.
pub(super) const NAMES: [&str; 4] = ["chromium", "chromium-browser", "google-chrome", "chrome"];
/// Longest that the browser may take, start included.
const PATIENCE: Duration = Duration::from_secs(60);

/// The document that a browser has after `virtual_ms` of waiting on a page, scripts run.
pub(super) async fn dom(url: &str, dark: bool, virtual_ms: u32) -> String {
    let folder = tempfile::TempDir::new().expect("a temporary folder");
    let shown = folder.path().join("dom.html");
    let mut browser = start(folder.path(), &shown, (url, dark, virtual_ms));
    let ended = async {
        loop {
            if let Some(status) = browser.try_wait().expect("a child") {
                break status;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    let Ok(status) = timeout(PATIENCE, ended).await else {
        browser.kill().expect("a child");
        panic!("the browser did not end within {PATIENCE:?}");
    };
    let said = || std::fs::read_to_string(folder.path().join("log")).unwrap_or_default();
    assert!(status.success(), "the browser failed: {}", said());
    std::fs::read_to_string(shown).expect("UTF-8")
}

fn start(folder: &Path, shown: &Path, (url, dark, virtual_ms): (&str, bool, u32)) -> Child {
    for name in NAMES {
        let mut command = Command::new(name);
        command.args(arguments(folder, dark, virtual_ms)).arg(url);
        command.stdout(File::create(shown).expect("a file"));
        command.stderr(File::create(folder.join("log")).expect("a file"));
        match command.spawn() {
            Ok(child) => return child,
            Err(error) => assert_eq!(error.kind(), std::io::ErrorKind::NotFound, "{name}: {error}"),
        }
    }
    panic!("chromium is not installed; `tests/run --install` installs what the tests need");
}

fn arguments(profile: &Path, dark: bool, virtual_ms: u32) -> Vec<String> {
    let scheme = if dark { "0" } else { "1" };
    let fixed =
        ["--headless=new", "--no-sandbox", "--disable-gpu", "--disable-background-networking"];
    let mut arguments: Vec<String> = fixed.iter().map(|flag| (*flag).to_owned()).collect();
    arguments.push(format!("--user-data-dir={}", profile.display()));
    arguments.push(format!("--blink-settings=preferredColorScheme={scheme}"));
    arguments.push(format!("--virtual-time-budget={virtual_ms}"));
    arguments.push("--dump-dom".to_owned());
    arguments
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_browser_that_opens_the_link_and_waits_confirms_nothing() {
    let app = TestApp::on(TestDb::sqlite().await).await;
    let ada = app.person("ada").await.with_balance("100.00 USD").await;
    let ben = app.person("ben").await;
    let link = ada.writes("pay ben@ben.example $20").await.remove(0).link();
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let address = listener.local_addr().expect("bound");
    let served = tokio::spawn({
        let service = web::service(app.process.cx.clone());
        async move { axum::serve(listener, service).await }
    });

    let page = dom(&link.replace(PUBLIC_URL, &format!("http://{address}")), false, 30_000).await;
    assert!(page.contains("Send $20.00 to ben@ben.example?"), "{page}");
    assert!(!page.contains("<script"), "{page}");

    app.settle().await;
    assert_eq!(ben.balance().await, "0.00 USD");
    assert_eq!(app.count("SELECT COUNT(*) FROM confirmations WHERE state = 'live'").await, 1);
    assert!(ada.clicks(&link).await.body.contains("Sent: $20.00"), "and the link still works");
    served.abort();
}
