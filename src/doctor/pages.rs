//! Whether browsers can reach the pages: the public URL is asked whether it is ours.

use std::time::Duration;

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::lookup_host,
    time::timeout,
};

use super::{Findings, in_words};
use crate::{
    config::{MailServer, Security, Settings},
    mail::wire::{Dialer, WireError},
};

const PART: &str = "pages";

/// How long the answer may take.
const ANSWER_MAX: Duration = Duration::from_secs(10);
/// Octets of the answer that are read.
const OCTETS_MAX: u64 = 16 * 1024;

const START: &str = "Start `pennypost web` (or `all`), then run doctor again.";

pub(super) async fn examine(found: &mut Findings, settings: &Settings, dialer: &Dialer) {
    let url = &settings.public_url;
    let Some(server) = server(url) else {
        found.bad(PART, format!("{url} names no host."), "Look at public_url.");
        return;
    };
    if let Err(error) = lookup_host((server.host.as_str(), server.port)).await {
        found.bad(
            PART,
            format!("{url}: its name leads nowhere: {error}."),
            "Give the name an address in DNS, or mend public_url.",
        );
        return;
    }
    match ask(dialer, &server).await {
        Ok(answer) if is_ours(&answer) => {
            found.ok(PART, format!("{url} reaches the pages."));
        }
        Ok(answer) => {
            let first: String =
                answer.lines().next().unwrap_or_default().chars().take(60).collect();
            let says = format!("{url} reaches something that is not Pennypost ({first}).");
            found.warn(
                PART,
                says,
                "Look at public_url and the proxy before it. If it is ours: start it.",
            );
        }
        Err(Trouble::Wire(error @ WireError::Tls(..))) => found.bad(
            PART,
            in_words(&error),
            "Browsers will warn of it too: renew the certificate, or let it name this host.",
        ),
        Err(trouble) => {
            found.warn(PART, format!("{url} does not answer: {}", trouble.words()), START);
        }
    }
}

enum Trouble {
    Wire(WireError),
    Ended(std::io::Error),
    Silent,
}

impl Trouble {
    fn words(&self) -> String {
        match self {
            Self::Wire(error) => in_words(error),
            Self::Ended(error) => in_words(error),
            Self::Silent => "it says nothing.".to_owned(),
        }
    }
}

/// Host and port of `https://pay.example.org` or `http://localhost:8080`.
fn server(url: &str) -> Option<MailServer> {
    let (security, rest, usual) = match url.strip_prefix("https://") {
        Some(rest) => (Security::Tls, rest, 443),
        None => (Security::Plain, url.strip_prefix("http://")?, 80),
    };
    let (host, port) = match rest.rsplit_once(':') {
        Some((host, port)) => (host, port.parse().ok()?),
        None => (rest, usual),
    };
    (!host.is_empty()).then(|| MailServer { security, host: host.to_owned(), port, login: None })
}

async fn ask(dialer: &Dialer, server: &MailServer) -> Result<String, Trouble> {
    let mut stream = dialer.connect(server).await.map_err(Trouble::Wire)?;
    let host = &server.host;
    let request = format!("GET /livez HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n");
    let mut answer = Vec::new();
    let talk = async {
        stream.write_all(request.as_bytes()).await?;
        stream.flush().await?;
        stream.take(OCTETS_MAX).read_to_end(&mut answer).await
    };
    match timeout(ANSWER_MAX, talk).await {
        // A peer that ends TLS without a farewell has still answered.
        Ok(Ok(_)) => {}
        Ok(Err(error)) if answer.is_empty() => return Err(Trouble::Ended(error)),
        Ok(Err(_)) => {}
        Err(_elapsed) => return Err(Trouble::Silent),
    }
    Ok(String::from_utf8_lossy(&answer).into_owned())
}

fn is_ours(answer: &str) -> bool {
    let (head, body) = answer.split_once("\r\n\r\n").unwrap_or((answer, ""));
    let fine = head.lines().next().is_some_and(|line| line.contains(" 200"));
    fine && body.trim().lines().any(|line| line.trim() == "ok")
}
