//! From answers to the text of a configuration file.

use std::fmt::Write;

use secrecy::{ExposeSecret, SecretString};

use crate::{address::Address, ids, money::Currency};

/// Characters of a fresh key: 5 bits each, so 260.
const KEY_CHARACTERS: usize = 52;

/// A server, or a Maildir for trying things out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Place {
    /// `imaps`, `smtp` …, with host and port.
    Server {
        /// The scheme of its URL.
        scheme: &'static str,
        /// A host name or IP address; an IPv6 address in brackets.
        host: String,
        /// TCP port.
        port: u16,
    },
    /// A folder.
    Maildir(String),
}

/// Which kind of server a word names.
const IMAP: Kind = Kind { tls: ("imaps", 993), start: ("imap", 143) };
const SMTP: Kind = Kind { tls: ("smtps", 465), start: ("smtp", 587) };

struct Kind {
    tls: (&'static str, u16),
    start: (&'static str, u16),
}

impl Place {
    /// Reads `HOST`, `HOST:PORT`, `imaps://HOST:PORT`, `imap://…` or `maildir:FOLDER`.
    pub fn imap(text: &str) -> Option<Self> {
        Self::parse(text, &IMAP)
    }

    /// Reads `HOST`, `HOST:PORT`, `smtps://HOST:PORT`, `smtp://…` or `maildir:FOLDER`.
    pub fn smtp(text: &str) -> Option<Self> {
        Self::parse(text, &SMTP)
    }

    /// Without a scheme, the usual port without TLS from the start means STARTTLS.
    fn parse(text: &str, kind: &Kind) -> Option<Self> {
        if let Some(folder) = text.strip_prefix("maildir:") {
            return (!folder.is_empty()).then(|| Self::Maildir(folder.to_owned()));
        }
        let (named, rest) = match text.split_once("://") {
            Some((scheme, rest)) => {
                let of = [kind.tls, kind.start].into_iter().find(|(of, _)| *of == scheme)?;
                (Some(of), rest)
            }
            None => (None, text),
        };
        let rest = rest.trim_end_matches('/');
        let (host, port) = match rest.rsplit_once(':') {
            Some((host, port)) if !host.ends_with(':') && !port.ends_with(']') => {
                (host, Some(port.parse::<u16>().ok()?))
            }
            _ => (rest, None),
        };
        let (scheme, usual) = match (named, port) {
            (Some(of), _) => of,
            (None, Some(port)) if port == kind.start.1 => kind.start,
            (None, _) => kind.tls,
        };
        let plain = |c: char| c.is_ascii_alphanumeric() || ".-_[]:".contains(c);
        let fits = !host.is_empty() && host.chars().all(plain);
        let port = port.unwrap_or(usual);
        (fits && port != 0).then(|| Self::Server { scheme, host: host.to_owned(), port })
    }

    fn url(&self, user: &str, password: &SecretString) -> String {
        match self {
            Self::Maildir(folder) => format!("maildir:{folder}"),
            Self::Server { scheme, host, port } => format!(
                "{scheme}://{}:{}@{host}:{port}",
                encoded(user),
                encoded(password.expose_secret())
            ),
        }
    }
}

/// Everything that is asked for.
#[derive(Debug, Clone)]
pub struct Answers {
    /// The mailbox's address.
    pub address: Address,
    /// How the servers know the user; mostly the address.
    pub user: String,
    /// Of the mailbox and the relay. Empty where neither is a server.
    pub password: SecretString,
    /// Where mail comes from.
    pub mailbox: Place,
    /// Where letters leave.
    pub relay: Place,
    /// Whose word on senders counts, where it is known.
    pub authserv_id: Option<String>,
    /// Where browsers reach the pages.
    pub public_url: String,
    /// Who runs it.
    pub operator: Option<Address>,
    /// Where the rows live.
    pub database_url: String,
    /// Of new accounts.
    pub currency: Currency,
    /// Of the file that is written over: links and addresses made with it are still out there.
    pub key_before: Option<SecretString>,
}

/// What is wrong with an answer.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Problem {
    /// Signing in needs one.
    #[error("the password is empty")]
    NoPassword,
    /// It cannot be sent to a server.
    #[error("the user or the password holds a control character")]
    Control,
}

impl Answers {
    /// What the configuration could not hold.
    ///
    /// # Errors
    /// The [`Problem`].
    pub fn check(&self) -> Result<(), Problem> {
        let servers = [&self.mailbox, &self.relay];
        if !servers.iter().any(|place| matches!(place, Place::Server { .. })) {
            return Ok(());
        }
        let password = self.password.expose_secret();
        if password.is_empty() {
            return Err(Problem::NoPassword);
        }
        let control = self.user.chars().chain(password.chars()).any(char::is_control);
        if control { Err(Problem::Control) } else { Ok(()) }
    }

    /// The file's text, with a fresh key.
    pub fn file(&self) -> SecretString {
        let mut text = String::from(
            "# Written by `pennypost init`. It holds passwords and the key: readable by its owner alone.\n\
             # `config/default.toml` in the source tells every setting; the environment overrides this file.\n\n\
             # The first mode: mails are read and judged, nobody is answered. When the daily digest to\n\
             # operator_address is what you want it to do, write \"live\" here and start it again.\n",
        );
        let mut line = |name: &str, value: &str| {
            writeln!(text, "{name} = {}", quoted(value)).ok();
        };
        line("mode", "observe");
        line("database_url", &self.database_url);
        line("mailbox_url", &self.mailbox.url(&self.user, &self.password));
        line("relay_url", &self.relay.url(&self.user, &self.password));
        line("service_address", self.address.as_str());
        line("public_url", &self.public_url);
        line("secret_key", &ids::random_code(KEY_CHARACTERS));
        if let Some(key) = &self.key_before {
            line("secret_key_previous", key.expose_secret());
        }
        if let Some(operator) = &self.operator {
            line("operator_address", operator.as_str());
        }
        let known = self.authserv_id.as_deref();
        text.push_str(
            "\n[authentication]\n# Whose word on a mail's sender counts: `pennypost doctor` shows the ids it finds, and\n\
             # whether this one is believed. \"none\" believes nobody.\n",
        );
        writeln!(text, "authserv_id = {}", quoted(known.unwrap_or("none"))).ok();
        writeln!(text, "\n[accounts]\ncurrency = {}", quoted(self.currency.code())).ok();
        text.into()
    }
}

/// Percent-encoded (RFC 3986 section 2.1) but for what is never special.
fn encoded(text: &str) -> String {
    let plain = |b: u8| b.is_ascii_alphanumeric() || b"-._~".contains(&b);
    let octet = |b| if plain(b) { char::from(b).to_string() } else { format!("%{b:02X}") };
    text.bytes().map(octet).collect()
}

/// A basic string of TOML 1.0.
fn quoted(text: &str) -> String {
    let mut out = String::from("\"");
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            c if c.is_control() => {
                write!(out, "\\u{:04X}", u32::from(c)).ok();
            }
            c => out.push(c),
        }
    }
    out.push('"');
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_server_is_named_shortly_or_by_its_url() {
        let server =
            |scheme, host: &str, port| Some(Place::Server { scheme, host: host.to_owned(), port });
        assert_eq!(Place::imap("mail.x.example"), server("imaps", "mail.x.example", 993));
        assert_eq!(Place::imap("mail.x.example:143"), server("imap", "mail.x.example", 143));
        assert_eq!(Place::imap("imap://127.0.0.1:1143"), server("imap", "127.0.0.1", 1143));
        assert_eq!(Place::imap("[::1]:1993"), server("imaps", "[::1]", 1993));
        assert_eq!(Place::imap("[::1]"), server("imaps", "[::1]", 993));
        assert_eq!(Place::smtp("mail.x.example:587"), server("smtp", "mail.x.example", 587));
        assert_eq!(Place::smtp("smtps://mail.x.example"), server("smtps", "mail.x.example", 465));
        assert_eq!(Place::smtp("maildir:out"), Some(Place::Maildir("out".to_owned())));
        for wrong in ["", "imaps://", "pop3://x", "x y", "x:0", "x:port", "user@x", "maildir:"] {
            assert_eq!(Place::imap(wrong), None, "{wrong}");
        }
    }
}
