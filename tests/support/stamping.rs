//! The mail host's last step: between Postfix and Dovecot it stamps `Authentication-Results` on each
//! mail, and takes off what a sender wrote in its own host's name (RFC 8601, section 5).
//!
//! It vouches for those who signed in for the submission of a mail from their own domain, as a host that
//! signs for its users does; for others it says that nothing proves their mail.

use std::{io, net::SocketAddr};

use tokio::{
    io::{AsyncBufReadExt, AsyncWriteExt, BufReader},
    net::{TcpListener, TcpStream, tcp::OwnedWriteHalf},
};

use super::stamp;

type Lines = BufReader<tokio::net::tcp::OwnedReadHalf>;

/// Serves LMTP while this process lives; hands on to the LMTP server on `next`. Answers with its own port.
pub(crate) fn serve(next: u16) -> u16 {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a free port");
    let port = listener.local_addr().expect("it is bound").port();
    listener.set_nonblocking(true).expect("a socket");
    // Not on a test's runtime: all tests of this process may share it.
    let runtime = tokio::runtime::Builder::new_current_thread().enable_io().build();
    let runtime = runtime.expect("a runtime");
    std::thread::spawn(move || {
        runtime.block_on(listen(listener, SocketAddr::from(([127, 0, 0, 1], next))))
    });
    port
}

async fn listen(listener: std::net::TcpListener, next: SocketAddr) {
    let listener = TcpListener::from_std(listener).expect("it does not block");
    while let Ok((stream, _)) = listener.accept().await {
        // Either side may go away at any time; Postfix then tries again.
        tokio::spawn(async move { dialogue(stream, next).await.ok() });
    }
}

/// One connection of Postfix, and its own to Dovecot.
async fn dialogue(stream: TcpStream, next: SocketAddr) -> io::Result<()> {
    let next = TcpStream::connect(next).await?;
    for socket in [&stream, &next] {
        socket.set_nodelay(true)?;
    }
    let (from, mut to) = stream.into_split();
    let (answers, mut asked) = next.into_split();
    let (mut from, mut answers) = (BufReader::new(from), BufReader::new(answers));
    to.write_all(&line(&mut answers).await?).await?;
    let mut recipients = 0;
    loop {
        let command = line(&mut from).await?;
        if command.is_empty() {
            return Ok(());
        }
        let verb = command.get(..4).unwrap_or_default().to_ascii_uppercase();
        asked.write_all(&command).await?;
        let answer = answer(&mut answers).await?;
        match &*verb {
            // None of its extensions but one, so that commands come one by one.
            b"LHLO" => to.write_all(b"250-stamping\r\n250 8BITMIME\r\n").await?,
            b"DATA" if answer.starts_with(b"354") => {
                to.write_all(&answer).await?;
                let mail = stamped(&mail(&mut from).await?);
                asked.write_all(&mail).await?;
                hand_back(&mut answers, &mut to, recipients).await?;
                recipients = 0;
            }
            verb => {
                recipients += usize::from(verb == b"RCPT" && answer.starts_with(b"2"));
                if verb == b"RSET" {
                    recipients = 0;
                }
                to.write_all(&answer).await?;
            }
        }
    }
}

/// One answer for each recipient.
async fn hand_back(answers: &mut Lines, to: &mut OwnedWriteHalf, count: usize) -> io::Result<()> {
    for _ in 0..count {
        to.write_all(&answer(answers).await?).await?;
    }
    Ok(())
}

async fn line(from: &mut Lines) -> io::Result<Vec<u8>> {
    let mut line = Vec::new();
    from.read_until(b'\n', &mut line).await?;
    Ok(line)
}

/// The last line of an answer.
async fn answer(from: &mut Lines) -> io::Result<Vec<u8>> {
    loop {
        let line = line(from).await?;
        if line.is_empty() {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        if line.get(3) != Some(&b'-') {
            return Ok(line);
        }
    }
}

/// A mail with the dot that ends it.
async fn mail(from: &mut Lines) -> io::Result<Vec<u8>> {
    let mut mail = Vec::new();
    loop {
        let line = line(from).await?;
        if line.is_empty() {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        mail.extend_from_slice(&line);
        if line == b".\r\n" {
            return Ok(mail);
        }
    }
}

/// The mail as it is delivered.
fn stamped(mail: &[u8]) -> Vec<u8> {
    let end = mail.windows(4).position(|four| four == b"\r\n\r\n").map_or(mail.len(), |at| at + 2);
    let (header, rest) = mail.split_at(end);
    let header = String::from_utf8_lossy(header);
    let fields = fields(&header);
    let from = fields.iter().find_map(|field| value(field, "from:"));
    let domain = from.as_deref().and_then(domain).unwrap_or_default();
    // Postfix's own field is the topmost.
    let signed_in = fields.iter().find_map(|field| value(field, "received:"));
    let signed_in = signed_in.as_deref().and_then(|received| {
        let (_, user) = received.split_once("(Authenticated sender: ")?;
        user.split_once(')').map(|(user, _)| user)
    });
    let verdict = if !domain.is_empty() && signed_in.and_then(self::domain) == Some(domain) {
        format!("dkim=pass header.d={domain}; dmarc=pass header.from={domain}")
    } else {
        format!("dkim=none; dmarc=fail header.from={domain}")
    };
    let mut stamped = format!("Authentication-Results: {}; {verdict}\r\n", stamp::HOST);
    let in_our_name = |field: &str| {
        value(field, "authentication-results:").is_some_and(|v| v.trim().starts_with(stamp::HOST))
    };
    for field in fields.iter().filter(|field| !in_our_name(field)) {
        stamped.push_str(field);
    }
    let mut stamped = stamped.into_bytes();
    stamped.extend_from_slice(rest);
    stamped
}

/// The header's fields, each with its folded lines.
fn fields(header: &str) -> Vec<String> {
    let mut fields: Vec<String> = Vec::new();
    for line in header.split_inclusive("\r\n") {
        match fields.last_mut() {
            Some(last) if line.starts_with([' ', '\t']) => last.push_str(line),
            _ => fields.push(line.to_owned()),
        }
    }
    fields
}

/// What follows a field's name, unfolded.
fn value(field: &str, name: &str) -> Option<String> {
    let start = field.get(..name.len())?;
    let rest = field.get(name.len()..)?;
    start.eq_ignore_ascii_case(name).then(|| rest.replace("\r\n", ""))
}

/// The domain of the last address.
fn domain(text: &str) -> Option<&str> {
    let (_, domain) = text.rsplit_once('@')?;
    domain.split(['>', ' ']).next()
}
