//! The places that the configuration names by a URL: a mailbox, a relay, and the mail server behind
//! them.
//!
//! Not for: connecting (`mail` does). What was wrong is said without the URL, which may hold a password.

use std::{fmt, net::IpAddr, path::PathBuf};

use secrecy::SecretString;

/// A mail server and how to sign in.
#[derive(Debug, Clone)]
pub struct MailServer {
    /// How the connection is protected.
    pub security: Security,
    /// A host name or IP address, without brackets.
    pub host: String,
    /// TCP port.
    pub port: u16,
    /// Who signs in, and with what; none where the server asks for nothing.
    pub login: Option<Login>,
}

/// A user and a password (an app password where the host gives them).
#[derive(Debug, Clone)]
pub struct Login {
    /// As the server knows the user, often an address.
    pub user: String,
    /// Never printed.
    pub password: SecretString,
}

/// How a connection to a mail server is protected.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Security {
    /// TLS from the first octet (RFC 8314).
    Tls,
    /// TLS after STARTTLS, which is demanded: no word is said before it.
    StartTls,
    /// None: to this machine alone.
    Plain,
}

/// Where mail comes from.
#[derive(Debug, Clone)]
pub enum MailboxPlace {
    /// A folder on this machine.
    Maildir(PathBuf),
    /// A folder of an account at a mail host.
    Imap {
        /// The host.
        server: MailServer,
        /// The folder, as people write it: `INBOX`.
        folder: String,
    },
}

/// Where letters leave.
#[derive(Debug, Clone)]
pub enum RelayPlace {
    /// A folder with a Maildir for each addressee.
    Maildir(PathBuf),
    /// A submission server (RFC 6409).
    Smtp(MailServer),
}

/// What a mailbox's URL may be.
pub(super) const MAILBOX_FORMS: &str = "maildir:FOLDER, imaps://USER:PASSWORD@HOST/FOLDER or imap://… (with STARTTLS) is expected; \
     write @ as %40 inside USER and PASSWORD";
/// What a relay's URL may be.
pub(super) const RELAY_FORMS: &str = "maildir:FOLDER, smtps://USER:PASSWORD@HOST or smtp://… (with STARTTLS) is expected; write @ as \
     %40 inside USER and PASSWORD";

/// Fixed names and ports of a protocol with and without TLS from the start.
struct Protocol {
    tls: (&'static str, u16),
    plain: (&'static str, u16),
}

const IMAP: Protocol = Protocol { tls: ("imaps:", 993), plain: ("imap:", 143) };
const SMTP: Protocol = Protocol { tls: ("smtps:", 465), plain: ("smtp:", 587) };

impl MailboxPlace {
    /// Reads `maildir:FOLDER`, `imaps://…` or `imap://…`; none when it is neither.
    pub(super) fn parse(text: &str) -> Option<Self> {
        if let Some(path) = text.strip_prefix("maildir:") {
            return (!path.is_empty()).then(|| Self::Maildir(path.into()));
        }
        let (server, path) = server(text, &IMAP)?;
        // An IMAP mailbox nobody signs in to does not exist.
        server.login.as_ref()?;
        let folder = if path.is_empty() { "INBOX".to_owned() } else { decoded(path)? };
        let folder = if folder.eq_ignore_ascii_case("inbox") { "INBOX".into() } else { folder };
        (!folder.contains(char::is_control)).then_some(Self::Imap { server, folder })
    }
}

impl RelayPlace {
    /// Reads `maildir:FOLDER`, `smtps://…` or `smtp://…`; none when it is neither.
    pub(super) fn parse(text: &str) -> Option<Self> {
        if let Some(path) = text.strip_prefix("maildir:") {
            return (!path.is_empty()).then(|| Self::Maildir(path.into()));
        }
        let (server, path) = server(text, &SMTP)?;
        path.is_empty().then_some(Self::Smtp(server))
    }
}

impl MailServer {
    /// The account, by whichever port and protection it is reached: `user@host`, in small letters.
    pub fn account(&self) -> String {
        let user = self.login.as_ref().map_or("", |login| login.user.as_str());
        format!("{user}@{}", self.host).to_lowercase()
    }
}

impl fmt::Display for MailServer {
    /// `host:port`, without the login.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (open, close) = if self.host.contains(':') { ("[", "]") } else { ("", "") };
        write!(f, "{open}{}{close}:{}", self.host, self.port)
    }
}

/// The server that a URL names, and its path. `?tls=starttls` asks for STARTTLS on this machine too.
fn server<'a>(text: &'a str, protocol: &Protocol) -> Option<(MailServer, &'a str)> {
    let (tls, rest, port) = match text.strip_prefix(protocol.tls.0) {
        Some(rest) => (true, rest, protocol.tls.1),
        None => (false, text.strip_prefix(protocol.plain.0)?, protocol.plain.1),
    };
    let rest = rest.strip_prefix("//")?;
    let (rest, query) = rest.split_once('?').unwrap_or((rest, ""));
    let (authority, path) = rest.split_once('/').unwrap_or((rest, ""));
    // The last @: people forget to write the one in their user name as %40.
    let (login, host) = match authority.rsplit_once('@') {
        Some((login, host)) => (Some(self::login(login)?), host),
        None => (None, authority),
    };
    let (host, port) = host_and_port(host, port)?;
    let security = match (tls, query, is_this_machine(&host)) {
        (true, "", _) => Security::Tls,
        (false, "", true) => Security::Plain,
        (false, "" | "tls=starttls", _) => Security::StartTls,
        _ => return None,
    };
    Some((MailServer { security, host, port, login }, path))
}

fn login(text: &str) -> Option<Login> {
    let (user, password) = text.split_once(':')?;
    let (user, password) = (decoded(user)?, decoded(password)?);
    let usable = |text: &str| !text.is_empty() && !text.contains(char::is_control);
    (usable(&user) && usable(&password))
        .then(|| Login { user, password: SecretString::from(password) })
}

fn host_and_port(text: &str, usual: u16) -> Option<(String, u16)> {
    let (host, port) = match text.strip_prefix('[') {
        Some(rest) => {
            let (host, after) = rest.split_once(']')?;
            host.parse::<std::net::Ipv6Addr>().ok()?;
            (host, after.strip_prefix(':'))
        }
        None => match text.split_once(':') {
            Some((host, port)) => (host, Some(port)),
            None => (text, None),
        },
    };
    let plain = |c: char| c.is_ascii_alphanumeric() || ".-_:".contains(c);
    let port = port.map_or(Some(usual), |port| port.parse().ok().filter(|port| *port != 0))?;
    (!host.is_empty() && host.chars().all(plain)).then(|| (host.to_ascii_lowercase(), port))
}

/// Whether a host is this machine: what is said to it crosses no wire.
fn is_this_machine(host: &str) -> bool {
    host == "localhost" || host.parse::<IpAddr>().is_ok_and(|ip| ip.is_loopback())
}

/// Percent-decoded (RFC 3986 section 2.1); none when it is not UTF-8 or a `%` has no two digits.
fn decoded(text: &str) -> Option<String> {
    let mut octets = Vec::new();
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        if byte != b'%' {
            octets.push(byte);
            continue;
        }
        let digit = |byte: Option<u8>| char::from(byte?).to_digit(16);
        let (high, low) = (digit(rest.next())?, digit(rest.next())?);
        octets.push(u8::try_from(high * 16 + low).ok()?);
    }
    String::from_utf8(octets).ok()
}

#[cfg(test)]
mod tests {
    use secrecy::ExposeSecret;

    use super::*;

    fn imap(text: &str) -> (MailServer, String) {
        match MailboxPlace::parse(text) {
            Some(MailboxPlace::Imap { server, folder }) => (server, folder),
            other => panic!("{text}: {other:?}"),
        }
    }

    #[test]
    fn a_mailbox_is_a_folder_of_an_account() {
        let (server, folder) =
            imap("imaps://till%40post.example:p%3Aw@mail.post.example/Some%20box");
        assert_eq!(
            (server.security, &*server.host, server.port),
            (Security::Tls, "mail.post.example", 993)
        );
        let login = server.login.expect("a login");
        assert_eq!((&*login.user, login.password.expose_secret()), ("till@post.example", "p:w"));
        assert_eq!(folder, "Some box");
        let (server, folder) = imap("imap://till@post.example:secret@[::1]:1143/inbox");
        assert_eq!((server.security, server.port), (Security::Plain, 1143));
        assert_eq!((server.to_string(), &*folder), ("[::1]:1143".to_owned(), "INBOX"));
        assert!(!format!("{server:?}").contains("secret"));
    }

    #[test]
    fn plain_words_are_for_this_machine_alone() {
        assert_eq!(imap("imap://a:b@mail.example").0.security, Security::StartTls);
        assert_eq!(imap("imap://a:b@localhost").0.security, Security::Plain);
        assert_eq!(imap("imap://a:b@127.0.0.1?tls=starttls").0.security, Security::StartTls);
        assert!(MailboxPlace::parse("imap://a:b@mail.example?tls=none").is_none());
    }

    #[test]
    fn what_is_no_place_is_refused() {
        for wrong in [
            "maildir:",
            "imaps://mail.example",
            "imaps://user@mail.example",
            "imaps://a:@h",
            "imaps:a:b@h",
            "imaps://a:b@",
            "imaps://a:b@h:0",
            "imaps://a:b@h:99999",
            "imaps://a:%zz@h",
            "imaps://a:%@h",
            "imaps://a:b%0d@h",
            "pop3://a:b@h",
            "",
            "imaps://a:b@h h",
            "imaps://a:b@h/x%0ay",
        ] {
            assert!(MailboxPlace::parse(wrong).is_none(), "{wrong}");
        }
        for wrong in ["smtps://h/x", "smtp:h", "maildir:", "smtps://a@h"] {
            assert!(RelayPlace::parse(wrong).is_none(), "{wrong}");
        }
        assert!(
            matches!(RelayPlace::parse("smtp://h"), Some(RelayPlace::Smtp(s)) if s.login.is_none())
        );
    }
}
