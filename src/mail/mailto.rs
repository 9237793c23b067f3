//! `mailto:` links that open a finished mail (RFC 6068): written, and read back.
//!
//! Not for: what such a mail says (the letters do), nor reading the mail once it was sent (`intent`).

use crate::address::{Address, AddressError};

/// The length to aim at: every mail program opens it.
pub const HREF_AIM: usize = 500;
/// The length above which some mail programs cut the link or do nothing.
pub const HREF_MAX: usize = 1_800;

/// A mail that is to be opened by a link.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mailto {
    /// The one recipient.
    pub to: Address,
    /// May be empty; then the link has none.
    pub subject: String,
    /// Lines ended by `\n`; may be empty.
    pub body: String,
}

/// Why a link cannot be written or read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum MailtoError {
    /// Longer than [`HREF_MAX`].
    #[error("the link would have {0} characters; mail programs are sure to open {HREF_MAX}")]
    TooLong(usize),
    /// No `mailto:` link.
    #[error("a mail link begins with mailto:")]
    Scheme,
    /// A `%` that two hexadecimal digits do not follow, or octets that are no UTF-8.
    #[error("the link has a broken % sequence")]
    Escape,
    /// The recipient is no plain address, or there are several.
    #[error("the link names no plain recipient: {0}")]
    Recipient(#[from] AddressError),
    /// A field that we do not write, or one twice.
    #[error("the link has an unexpected field `{0}`")]
    Field(String),
}

impl Mailto {
    /// The link: only to, subject and body; blanks as `%20`, line breaks as `%0D%0A`.
    ///
    /// # Errors
    /// [`MailtoError::TooLong`], with the length.
    pub fn href(&self) -> Result<String, MailtoError> {
        let mut href = String::from("mailto:");
        escape(self.to.as_str(), b"@.+-_", &mut href);
        let mut separator = '?';
        for (name, value) in [("subject", &self.subject), ("body", &self.body)] {
            if value.is_empty() {
                continue;
            }
            href.push(separator);
            href.push_str(name);
            href.push('=');
            escape(&value.replace("\r\n", "\n").replace(['\r', '\n'], "\r\n"), b"-._~", &mut href);
            separator = '&';
        }
        if href.len() > HREF_MAX { Err(MailtoError::TooLong(href.len())) } else { Ok(href) }
    }

    /// Reads a link of this kind back.
    ///
    /// # Errors
    /// [`MailtoError`]; nothing is repaired.
    pub fn parse(href: &str) -> Result<Self, MailtoError> {
        let rest = href.strip_prefix("mailto:").ok_or(MailtoError::Scheme)?;
        let (to, query) = rest.split_once('?').unwrap_or((rest, ""));
        let (mut subject, mut body) = (None, None);
        for pair in query.split('&').filter(|pair| !pair.is_empty()) {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            let place = match name {
                "subject" => &mut subject,
                "body" => &mut body,
                _ => return Err(MailtoError::Field(name.to_owned())),
            };
            if place.replace(unescape(value)?.replace("\r\n", "\n")).is_some() {
                return Err(MailtoError::Field(name.to_owned()));
            }
        }
        Ok(Self {
            to: Address::parse(&unescape(to)?)?,
            subject: subject.unwrap_or_default(),
            body: body.unwrap_or_default(),
        })
    }
}

/// Appends `text` with everything but letters, digits and `plain` as `%XX`. A `+` in an address
/// stays: it means itself (RFC 6068 section 2), and some programs do not decode the path.
fn escape(text: &str, plain: &[u8], to: &mut String) {
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || plain.contains(&byte) {
            to.push(char::from(byte));
        } else {
            to.push_str(&format!("%{byte:02X}"));
        }
    }
}

fn unescape(text: &str) -> Result<String, MailtoError> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        if byte != b'%' {
            bytes.push(byte);
            continue;
        }
        let mut digit = || rest.next().and_then(|b| char::from(b).to_digit(16));
        let (Some(high), Some(low)) = (digit(), digit()) else {
            return Err(MailtoError::Escape);
        };
        bytes.push(u8::try_from(high * 16 + low).unwrap_or(0));
    }
    String::from_utf8(bytes).map_err(|_not_utf8| MailtoError::Escape)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn till() -> Address {
        Address::parse("till+c.k7@post.example").expect("plain")
    }

    #[test]
    fn a_link_is_written_as_the_standard_asks() {
        let mail = Mailto {
            to: till(),
            subject: "pay 5€ & more?".to_owned(),
            body: "YES\n100% + a=b\n".to_owned(),
        };
        let href = mail.href().expect("short");
        assert_eq!(
            href,
            "mailto:till+c.k7@post.example?subject=pay%205%E2%82%AC%20%26%20more%3F\
             &body=YES%0D%0A100%25%20%2B%20a%3Db%0D%0A"
        );
        assert_eq!(Mailto::parse(&href), Ok(mail));
    }

    #[test]
    fn a_link_that_programs_would_cut_is_refused() {
        let fit = HREF_MAX - "mailto:till+c.k7@post.example?body=".len();
        let mail = |len| Mailto { to: till(), subject: String::new(), body: "x".repeat(len) };
        assert_eq!(mail(fit).href().map(|href| href.len()), Ok(HREF_MAX));
        assert_eq!(mail(fit + 1).href(), Err(MailtoError::TooLong(HREF_MAX + 1)));
    }

    #[test]
    fn foreign_links_are_refused() {
        for (href, why) in [
            ("http://x.example", MailtoError::Scheme),
            ("mailto:a@x.example?cc=b@x.example", MailtoError::Field("cc".to_owned())),
            ("mailto:a@x.example?body=1&body=2", MailtoError::Field("body".to_owned())),
            ("mailto:a@x.example?body=%4", MailtoError::Escape),
            ("mailto:a@x.example?body=%+1", MailtoError::Escape),
            ("mailto:a@x.example?body=%FF", MailtoError::Escape),
            ("mailto:a@x.example,b@x.example", MailtoError::Recipient(AddressError::Shape)),
        ] {
            assert_eq!(Mailto::parse(href), Err(why), "{href}");
        }
    }
}
