//! Raw bytes to a [`Message`]: addresses, subject, ids, the text and the HTML a reader would see.
//!
//! Not for: trust (`scan` and `sender` judge the raw headers), and never for unpacking: attached
//! messages and files are only named. The MIME tree is walked here, so that depth and number of
//! parts have bounds; the library reads header fields and decodes single text parts.
#![deny(clippy::indexing_slicing, clippy::string_slice)]

mod mime;

use mail_parser::{Address as Parsed, HeaderName, HeaderValue, MessageParser};

use crate::address::Address;
use crate::clock::At;

/// Largest mail that is read, in octets.
pub const MAIL_MAX: usize = 25 * 1024 * 1024;
/// Largest header block, in octets.
pub const HEADER_MAX: usize = 256 * 1024;
/// Most header fields.
pub const FIELDS_MAX: usize = 1_000;
/// Most MIME parts.
pub const PARTS_MAX: usize = 1_000;
/// Deepest nesting of MIME parts.
pub const DEPTH_MAX: usize = 20;
/// Most text of one kind, in octets after decoding.
pub const TEXT_MAX: usize = 1024 * 1024;

/// A mail that is larger than anything a person writes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum TooMuch {
    /// More than 25 MB.
    #[error("the mail is larger than 25 MB")]
    Mail,
    /// More than 256 KiB of header, or more than 1,000 fields.
    #[error("the mail's header is larger than 256 KiB or has more than 1,000 fields")]
    Header,
    /// More than 1,000 parts, or parts nested more than 20 deep.
    #[error("the mail has more than 1,000 parts or nests them more than 20 deep")]
    Parts,
    /// More than 1 MB of text.
    #[error("the mail has more than 1 MB of text")]
    Text,
}

/// One mail, decoded; nothing in it is trusted.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Message {
    /// The author or authors.
    pub from: Vec<Mailbox>,
    /// Whom it is written to.
    pub to: Vec<Mailbox>,
    /// Who gets a copy.
    pub cc: Vec<Mailbox>,
    /// Where answers are wanted; never an identity.
    pub reply_to: Vec<Mailbox>,
    /// Decoded; empty when there is none.
    pub subject: String,
    /// Without angle brackets.
    pub message_id: Option<String>,
    /// Without angle brackets.
    pub in_reply_to: Vec<String>,
    /// Without angle brackets.
    pub references: Vec<String>,
    /// As the sender's program states it.
    pub date: Option<At>,
    /// The plain text, decoded; several inline parts are joined.
    pub text: Option<Text>,
    /// The HTML, decoded; several inline parts are joined.
    pub html: Option<String>,
    /// What else is in it, by name and type.
    pub attachments: Vec<Attachment>,
    /// `multipart/report` …, of the whole mail, in lower case.
    pub content_type: String,
    /// The `report-type` of a `multipart/report`, in lower case.
    pub report_type: Option<String>,
    /// The fields of a `message/delivery-status` part, as text (RFC 3464).
    pub delivery_status: Option<String>,
    /// The Message-ID of the mail that a report returns, without angle brackets.
    pub returned_id: Option<String>,
    fields: Vec<(String, String)>,
}

/// A name and an address as a header names them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mailbox {
    /// The display name, which anyone can invent.
    pub name: Option<String>,
    /// The address as written.
    pub written: String,
    /// The same, when it is a plain address.
    pub address: Option<Address>,
}

/// Plain text with the two marks of RFC 3676.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Text {
    /// Decoded.
    pub body: String,
    /// `format=flowed`: a blank at a line's end joins it to the next.
    pub flowed: bool,
    /// `delsp=yes`: that blank itself goes.
    pub delsp: bool,
}

/// A part that is not read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attachment {
    /// The file name, if it has one.
    pub name: Option<String>,
    /// In lower case: `image/jpeg`.
    pub content_type: String,
}

impl Message {
    /// Reads a mail. Whatever the bytes are, this ends in time linear in them.
    ///
    /// # Errors
    /// [`TooMuch`], and nothing else: a malformed mail is read as far as it goes.
    pub fn parse(raw: &[u8]) -> Result<Self, TooMuch> {
        if raw.len() > MAIL_MAX {
            return Err(TooMuch::Mail);
        }
        let (header, _) = mime::split_header(raw);
        let fields = fields(header);
        if header.len() > HEADER_MAX || fields.len() > FIELDS_MAX {
            return Err(TooMuch::Header);
        }
        let mut message = Self { fields, ..Self::default() };
        if let Some(parsed) = MessageParser::default().parse_headers(header) {
            message.take_header(&parsed);
        }
        mime::walk(raw, &mut message)?;
        message.without_nul();
        Ok(message)
    }

    /// NUL becomes a blank: no text of a person holds one, and PostgreSQL's TEXT refuses it.
    fn without_nul(&mut self) {
        let text = self.text.as_mut().map(|text| &mut text.body);
        for words in [Some(&mut self.subject), text, self.html.as_mut()].into_iter().flatten() {
            if words.contains('\0') {
                *words = words.replace('\0', " ");
            }
        }
    }

    /// The first field of that name (in any case), unfolded, not decoded.
    pub fn header(&self, name: &str) -> Option<&str> {
        let same = |field: &&(String, String)| field.0.eq_ignore_ascii_case(name);
        self.fields.iter().find(same).map(|(_, value)| value.as_str())
    }

    /// All fields of that name (in any case), from the top, unfolded, not decoded.
    pub fn headers<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        let same = move |field: &&(String, String)| field.0.eq_ignore_ascii_case(name);
        self.fields.iter().filter(same).map(|(_, value)| value.as_str())
    }

    /// The single author's address, when there is exactly one and it is a plain one.
    pub fn sender(&self) -> Option<&Address> {
        match self.from.as_slice() {
            [only] => only.address.as_ref(),
            _ => None,
        }
    }

    /// Whether it answers another mail, by its ids alone.
    pub fn answers(&self) -> bool {
        !self.in_reply_to.is_empty() || !self.references.is_empty()
    }

    fn take_header(&mut self, parsed: &mail_parser::Message<'_>) {
        self.from = mailboxes(parsed, HeaderName::From);
        self.to = mailboxes(parsed, HeaderName::To);
        self.cc = mailboxes(parsed, HeaderName::Cc);
        self.reply_to = mailboxes(parsed, HeaderName::ReplyTo);
        self.subject = parsed.subject().unwrap_or_default().to_owned();
        self.message_id = parsed.message_id().map(str::to_owned);
        self.in_reply_to = ids(parsed.in_reply_to());
        self.references = ids(parsed.references());
        self.date = parsed.date().map(|date| At::from_unix_seconds(date.to_timestamp()));
    }
}

fn ids(value: &HeaderValue<'_>) -> Vec<String> {
    match value {
        HeaderValue::Text(one) => vec![one.to_string()],
        HeaderValue::TextList(many) => many.iter().map(ToString::to_string).collect(),
        _ => Vec::new(),
    }
}

fn mailboxes(parsed: &mail_parser::Message<'_>, name: HeaderName<'static>) -> Vec<Mailbox> {
    let lists = parsed.header_values(name).filter_map(HeaderValue::as_address);
    lists.flat_map(Parsed::iter).filter_map(mailbox).collect()
}

fn mailbox(addr: &mail_parser::Addr<'_>) -> Option<Mailbox> {
    let written = addr.address.as_deref()?.trim().to_owned();
    let address = Address::parse(&written).ok();
    Some(Mailbox { name: addr.name.as_deref().map(str::to_owned), written, address })
}

/// Name and unfolded value of each field (RFC 5322 section 2.2.3).
fn fields(header: &[u8]) -> Vec<(String, String)> {
    let mut fields: Vec<(String, String)> = Vec::new();
    for line in header.split(|b| *b == b'\n').take(HEADER_MAX) {
        let line = String::from_utf8_lossy(line);
        let line = line.trim_end_matches('\r');
        if line.starts_with([' ', '\t']) {
            if let Some((_, value)) = fields.last_mut() {
                value.push(' ');
                value.push_str(line.trim());
            }
        } else if let Some((name, value)) = line.split_once(':') {
            if fields.len() > FIELDS_MAX {
                break;
            }
            fields.push((name.trim_end().to_ascii_lowercase(), value.trim().to_owned()));
        }
    }
    fields
}
