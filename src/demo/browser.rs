//! As much of a browser as a confirmation page needs: open a link, press its button.

use anyhow::{Context as _, anyhow};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

/// Largest answer that is read, in octets.
const ANSWER_MAX: u64 = 1 << 20;

/// Opens a link and answers with the page.
pub(super) async fn open(link: &str) -> anyhow::Result<String> {
    let (host, path) = split(link)?;
    ask(host, &format!("GET {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n")).await
}

/// Opens a link and presses the page's button; answers with the page that follows.
pub(super) async fn press(link: &str) -> anyhow::Result<String> {
    let page = open(link).await?;
    let (_, after) = page.split_once("name=\"csrf\" value=\"").context("The page has no button")?;
    let (token, _) = after.split_once('"').context("The page has no button")?;
    let (host, path) = split(link)?;
    let body = format!("csrf={token}");
    let request = format!(
        "POST {path} HTTP/1.1\r\nHost: {host}\r\nOrigin: http://{host}\r\n\
         Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {}\r\n\
         Connection: close\r\n\r\n{body}",
        body.len()
    );
    ask(host, &request).await
}

fn split(link: &str) -> anyhow::Result<(&str, &str)> {
    let rest = link.strip_prefix("http://").ok_or_else(|| anyhow!("{link} is no local link"))?;
    let path = rest.find('/').unwrap_or(rest.len());
    Ok(rest.split_at(path))
}

async fn ask(host: &str, request: &str) -> anyhow::Result<String> {
    let mut socket = TcpStream::connect(host).await.with_context(|| format!("Reach {host}"))?;
    socket.write_all(request.as_bytes()).await?;
    let mut answer = Vec::new();
    socket.take(ANSWER_MAX).read_to_end(&mut answer).await?;
    Ok(String::from_utf8_lossy(&answer).into_owned())
}
