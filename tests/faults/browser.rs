//! A browser that opens a confirmation link and presses its button, through kills and restarts.

use std::time::{Duration, Instant};

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

/// What a page said about a confirmation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Shown {
    /// "Sent: …": this press moved the money.
    Sent,
    /// "Not sent": this press was refused.
    NotSent,
    /// "Already done".
    Already,
    /// "A newer request waits for you".
    Newer,
    /// "This link no longer works".
    Gone,
}

impl Shown {
    /// Nothing can be confirmed by this link any more.
    pub(crate) fn is_gone(&self) -> bool {
        matches!(self, Self::Newer | Self::Gone)
    }
}

/// A definite answer of the page.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) reference: String,
    pub(crate) shown: Shown,
}

/// Opens the link and presses the button until there is a definite answer; none when the time is over.
/// A broken connection says nothing of what has happened, so the button is pressed again.
pub(crate) async fn click(reference: String, link: String, until: Instant) -> Option<Answer> {
    while Instant::now() < until {
        if let Some(shown) = press(&link).await {
            return Some(Answer { reference, shown });
        }
        tokio::time::sleep(Duration::from_millis(30)).await;
    }
    None
}

/// Opens a link as scanners of mail do, without pressing anything, whatever comes of it.
pub(crate) async fn scan(link: String) {
    for method in ["GET", "HEAD", "GET", "HEAD", "GET"] {
        if let Some((host, path)) = parts(&link) {
            ask(host, &opening(method, host, path)).await;
        }
    }
}

fn parts(link: &str) -> Option<(&str, &str)> {
    link.strip_prefix("http://")?.split_once('/')
}

fn opening(method: &str, host: &str, path: &str) -> String {
    format!("{method} /{path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n")
}

async fn press(link: &str) -> Option<Shown> {
    let (host, path) = parts(link)?;
    let page = ask(host, &opening("GET", host, path)).await?;
    let Some((_, after)) = page.split_once("name=\"csrf\" value=\"") else { return shown(&page) };
    let body = format!("csrf={}", after.split_once('"')?.0);
    let post = format!(
        "POST /{path} HTTP/1.1\r\nHost: {host}\r\nOrigin: http://{host}\r\n\
         Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {}\r\n\
         Connection: close\r\n\r\n{body}",
        body.len()
    );
    shown(&ask(host, &post).await?)
}

/// The whole answer; none when the connection broke before its end.
async fn ask(host: &str, request: &str) -> Option<String> {
    let mut socket = TcpStream::connect(host).await.ok()?;
    socket.write_all(request.as_bytes()).await.ok()?;
    let mut answer = String::new();
    socket.read_to_string(&mut answer).await.ok()?;
    answer.contains("</html>").then_some(answer)
}

/// A page of a fault says nothing definite.
fn shown(page: &str) -> Option<Shown> {
    let titles = [
        ("Already done", Shown::Already),
        ("A newer request waits", Shown::Newer),
        ("This link no longer works", Shown::Gone),
        ("Not sent: no money has moved", Shown::NotSent),
        ("Sent: $", Shown::Sent),
    ];
    titles.into_iter().find(|(title, _)| page.contains(title)).map(|(_, shown)| shown)
}
