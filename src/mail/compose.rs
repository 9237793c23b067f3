//! The bytes of a letter: RFC 5322 with a text and an HTML part.
//!
//! Not for: what a letter says (`render`, `letters`), nor sending it (`relay`).

use std::{
    fmt,
    time::{Duration, SystemTime},
};

use lettre::message::{
    Attachment as Attached, Body, Mailbox, MultiPart, MultiPartKind, SinglePart,
    header::{ContentTransferEncoding, ContentType, HeaderName, HeaderValue},
};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::message_id::{base32, is_well_formed};
use crate::{address::Address, clock::At};

pub use super::message_id::{sign as message_id, verify as verify_message_id};

/// Most ids in `References`: the first, which began the thread, and the latest.
const REFERENCES_MAX: usize = 20;
/// Longest text of a subject or extra field, in octets; a longer one is cut.
const TEXT_BYTES_MAX: usize = 900;

/// A file that a letter carries.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attachment {
    /// Its name, as people save it: ASCII letters, digits, dots and hyphens.
    pub name: String,
    /// Its media type, such as `text/csv; charset=utf-8`.
    pub media_type: String,
    /// What it holds.
    pub text: String,
}

impl fmt::Debug for Attachment {
    /// What it holds does not belong into logs.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Attachment").field("name", &self.name).finish_non_exhaustive()
    }
}

/// A letter as it is to be sent.
#[derive(Clone)]
pub struct Outgoing {
    /// With its angle brackets; the same at every attempt ([`message_id`]).
    pub message_id: String,
    /// When it was written.
    pub date: At,
    /// The name shown for the service.
    pub from_name: String,
    /// The service's address.
    pub from: Address,
    /// The recipient.
    pub to: Address,
    /// Where answers go, when that is a tagged address of the service.
    pub reply_to: Option<Address>,
    /// The answer, in a line.
    pub subject: String,
    /// The mail that is answered; left out when it is no well-formed id.
    pub in_reply_to: Option<String>,
    /// The thread, oldest first; ids that are not well-formed are left out.
    pub references: Vec<String>,
    /// The text part.
    pub text: String,
    /// The HTML part.
    pub html: String,
    /// A file beside them.
    pub attachment: Option<Attachment>,
    /// Written by a machine: everything but a person's relayed words.
    pub auto_submitted: bool,
    /// Further fields, such as `List-Unsubscribe`.
    pub extra: Vec<(&'static str, String)>,
}

impl fmt::Debug for Outgoing {
    /// People's addresses and letters do not belong into logs.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Outgoing").field("message_id", &self.message_id).finish_non_exhaustive()
    }
}

/// Why a letter cannot be built. Each is a slip of its writer, not of the recipient.
#[derive(Debug, thiserror::Error)]
pub enum ComposeError {
    /// The Message-ID is not well-formed.
    #[error("`{0}` is no well-formed Message-ID")]
    MessageId(String),
    /// An extra field that is no field name, or one that the letter has anyway, or Bcc.
    #[error("`{0}` cannot be an extra field")]
    Field(String),
    /// The media type of the attachment is none, or its name is no plain file name.
    #[error("`{0}` cannot be attached")]
    Attachment(String),
    /// The mail library refuses an address.
    #[error("{address} cannot be written into a letter")]
    Address {
        /// Which.
        address: Address,
        /// Why.
        source: lettre::address::AddressError,
    },
    /// The mail library refuses the letter.
    #[error("the letter cannot be built")]
    Build(#[from] lettre::error::Error),
}

impl Outgoing {
    /// The finished mail with CRLF line ends. The same letter gives the same bytes.
    ///
    /// A line break in any value becomes a space: no value can add a field or end the header.
    ///
    /// # Errors
    /// [`ComposeError`], when a value cannot be written at all.
    pub fn compose(&self) -> Result<Vec<u8>, ComposeError> {
        if !is_well_formed(&self.message_id) {
            return Err(ComposeError::MessageId(self.message_id.clone()));
        }
        let seconds = u64::try_from(self.date.unix_seconds()).unwrap_or(0);
        let mut builder = lettre::Message::builder()
            .from(mailbox(Some(&self.from_name), &self.from)?)
            .to(mailbox(None, &self.to)?)
            .subject(one_line(&self.subject))
            .date(SystemTime::UNIX_EPOCH + Duration::from_secs(seconds))
            .message_id(Some(self.message_id.clone()));
        if let Some(reply_to) = &self.reply_to {
            builder = builder.reply_to(mailbox(Some(&self.from_name), reply_to)?);
        }
        let answered = self.in_reply_to.as_deref().filter(|id| is_well_formed(id));
        if let Some(id) = answered {
            builder = builder.in_reply_to(id.to_owned());
        }
        let thread = self.thread(answered);
        if !thread.is_empty() {
            builder = builder.references(thread.join(" "));
        }
        if self.auto_submitted {
            // RFC 3834 section 5.
            let kind = if answered.is_some() { "auto-replied" } else { "auto-generated" };
            builder = builder.raw_header(field("Auto-Submitted", kind)?);
            builder = builder.raw_header(field("X-Auto-Response-Suppress", "All")?);
        }
        for (name, value) in &self.extra {
            builder = builder.raw_header(extra_field(name, value)?);
        }
        let parts = MultiPart::builder()
            .kind(MultiPartKind::Alternative)
            .boundary(self.boundary("part"))
            .singlepart(SinglePart::plain(self.text.clone()))
            .singlepart(SinglePart::html(self.html.clone()));
        let Some(attachment) = &self.attachment else {
            return Ok(builder.multipart(parts)?.formatted());
        };
        let mixed = MultiPart::builder().kind(MultiPartKind::Mixed).boundary(self.boundary("file"));
        let mixed = mixed.multipart(parts).singlepart(attached(attachment)?);
        Ok(builder.multipart(mixed)?.formatted())
    }

    /// `References` (RFC 5322 section 3.6.4), shortened in its middle; it ends with the answered mail.
    fn thread<'a>(&'a self, answered: Option<&'a str>) -> Vec<&'a str> {
        let known = self.references.iter().map(String::as_str);
        let mut thread: Vec<&str> = Vec::new();
        for id in known.chain(answered).filter(|id| is_well_formed(id)) {
            thread.retain(|earlier| *earlier != id);
            thread.push(id);
        }
        if thread.len() > REFERENCES_MAX {
            thread.drain(1..thread.len() - REFERENCES_MAX + 1);
        }
        thread
    }

    /// The separator of the parts: made from the id, so that a retry sends the same bytes, and too
    /// long to stand in the text by chance.
    fn boundary(&self, of: &str) -> String {
        format!("{of}-{}", base32(&Sha256::digest(&self.message_id), 20))
    }
}

/// In base64, so that its line ends reach the reader as they are (RFC 4180 wants CRLF).
fn attached(attachment: &Attachment) -> Result<SinglePart, ComposeError> {
    let Attachment { name, media_type, text } = attachment;
    let odd = || ComposeError::Attachment(name.clone());
    let plain = |b: u8| b.is_ascii_alphanumeric() || b == b'-' || b == b'.';
    if name.is_empty() || !name.bytes().all(plain) {
        return Err(odd());
    }
    let media_type = ContentType::parse(media_type).map_err(|_invalid| odd())?;
    let octets = text.clone().into_bytes();
    let body = Body::new_with_encoding(octets, ContentTransferEncoding::Base64)
        .map_err(|_unencodable| odd())?;
    Ok(Attached::new(name.clone()).body(body, media_type))
}

fn mailbox(name: Option<&str>, address: &Address) -> Result<Mailbox, ComposeError> {
    let written = lettre::Address::new(address.local(), address.domain())
        .map_err(|source| ComposeError::Address { address: address.clone(), source })?;
    Ok(Mailbox::new(name.map(one_line).filter(|name| !name.is_empty()), written))
}

fn field(name: &str, value: &str) -> Result<HeaderValue, ComposeError> {
    let written = HeaderName::new_from_ascii(name.to_owned())
        .map_err(|_invalid| ComposeError::Field(name.to_owned()))?;
    Ok(HeaderValue::new(written, one_line(value)))
}

/// A field of the caller's; those of the letter itself are not to be replaced.
fn extra_field(name: &str, value: &str) -> Result<HeaderValue, ComposeError> {
    let own = ["from", "to", "cc", "bcc", "subject", "date", "message-id", "reply-to", "sender"];
    let lower = name.to_ascii_lowercase();
    let plain = !name.is_empty() && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
    if !plain || own.contains(&lower.as_str()) || lower.starts_with("content-") {
        return Err(ComposeError::Field(name.to_owned()));
    }
    field(name, value)
}

/// The text on one line: breaks and other control characters become spaces; cut at its bound.
fn one_line(text: &str) -> String {
    let mut line: String = text.chars().map(|c| if is_break(c) { ' ' } else { c }).collect();
    if line.len() > TEXT_BYTES_MAX {
        line.truncate(line.floor_char_boundary(TEXT_BYTES_MAX));
        line.push('…');
    }
    line.trim().to_owned()
}

/// Control characters, and the separators that Unicode counts as line breaks.
fn is_break(c: char) -> bool {
    c.is_control() || c == '\u{2028}' || c == '\u{2029}'
}
