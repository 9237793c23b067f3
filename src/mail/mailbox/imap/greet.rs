//! The words before the sign-in: the greeting, what the server can, STARTTLS.
//!
//! Lines are read octet by octet, so that nothing that was said in clear is left in a buffer when TLS
//! begins: a response that somebody injected behind the server's OK meets the handshake and breaks it.

use tokio::io::{AsyncReadExt, AsyncWriteExt};

use super::{ImapError, Said, patience::Patient, session::failed};

/// Longest line before the sign-in.
const LINE_MAX: usize = 8 * 1024;
/// Most lines that one answer may have.
const LINES_MAX: usize = 100;

/// Reads the greeting.
pub(super) async fn greeting(stream: &mut Patient, name: &str) -> Result<(), ImapError> {
    let line = line(stream, name).await?;
    let upper = line.to_ascii_uppercase();
    if upper.starts_with("* OK") {
        return Ok(());
    }
    match upper.strip_prefix("* BYE") {
        Some(_) => Err(ImapError::Bye(
            name.to_owned(),
            Said::new(line.get(5..).unwrap_or_default().trim()),
        )),
        // PREAUTH is no mailbox that somebody signs in to; before STARTTLS it is an attack.
        None => Err(ImapError::Protocol(name.to_owned())),
    }
}

/// What the server can before the sign-in, in capitals.
pub(super) async fn capabilities(
    stream: &mut Patient,
    name: &str,
) -> Result<Vec<String>, ImapError> {
    let mut found = Vec::new();
    ask(stream, name, "CAPABILITY", |line| {
        let upper = line.to_ascii_uppercase();
        if let Some(words) = upper.strip_prefix("* CAPABILITY ") {
            found.extend(words.split_ascii_whitespace().map(str::to_owned));
        }
    })
    .await?;
    Ok(found)
}

/// Asks for TLS; the handshake is the next that may be said.
pub(super) async fn start_tls(stream: &mut Patient, name: &str) -> Result<(), ImapError> {
    match ask(stream, name, "STARTTLS", |_| {}).await {
        Err(ImapError::Refused { .. }) => Err(ImapError::NoStartTls(name.to_owned())),
        other => other,
    }
}

async fn ask(
    stream: &mut Patient,
    name: &str,
    verb: &'static str,
    mut untagged: impl FnMut(&str),
) -> Result<(), ImapError> {
    let lost = |error| failed(name, error);
    stream.write_all(format!("P {verb}\r\n").as_bytes()).await.map_err(lost)?;
    stream.flush().await.map_err(lost)?;
    for _ in 0..LINES_MAX {
        let line = line(stream, name).await?;
        if line.to_ascii_uppercase().starts_with("* BYE") {
            let said = Said::new(line.get(5..).unwrap_or_default().trim());
            return Err(ImapError::Bye(name.to_owned(), said));
        }
        let Some(answer) = line.strip_prefix("P ") else {
            untagged(&line);
            continue;
        };
        let (status, words) = answer.split_once(' ').unwrap_or((answer, ""));
        return match &*status.to_ascii_uppercase() {
            "OK" => Ok(()),
            status => Err(ImapError::Refused { verb, no: status == "NO", said: Said::new(words) }),
        };
    }
    Err(ImapError::Protocol(name.to_owned()))
}

/// One line without its end.
async fn line(stream: &mut Patient, name: &str) -> Result<String, ImapError> {
    let mut line = Vec::new();
    loop {
        let octet = stream.read_u8().await.map_err(|error| failed(name, error))?;
        match octet {
            b'\n' => break,
            _ if line.len() >= LINE_MAX => return Err(ImapError::Protocol(name.to_owned())),
            octet => line.push(octet),
        }
    }
    if line.last() == Some(&b'\r') {
        line.pop();
    }
    Ok(String::from_utf8_lossy(&line).into_owned())
}
