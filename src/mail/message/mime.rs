//! The MIME tree (RFC 2046), walked with bounds: which leaves are the text, which are attachments.
//!
//! Not for: decoding, which the library does for one text part at a time.

use mail_parser::{ContentType, MessageParser, MimeHeaders, PartType};

use super::{Attachment, DEPTH_MAX, HEADER_MAX, Message, PARTS_MAX, TEXT_MAX, Text, TooMuch};

/// Header block and body, cut at the first empty line; without one, all is header.
pub(super) fn split_header(raw: &[u8]) -> (&[u8], &[u8]) {
    let mut at = 0_usize;
    for line in raw.split_inclusive(|b| *b == b'\n') {
        if line == b"\n" || line == b"\r\n" {
            let (header, rest) = raw.split_at(at);
            return (header, rest.get(line.len()..).unwrap_or_default());
        }
        at = at.saturating_add(line.len());
    }
    (raw, &[])
}

/// Fills in text, HTML, attachments and reports.
///
/// # Errors
/// [`TooMuch`].
pub(super) fn walk(raw: &[u8], message: &mut Message) -> Result<(), TooMuch> {
    let mut walk = Walk { message, parts: 0 };
    walk.part(raw, Place { depth: 0, in_report: false })
}

/// Where in the tree a part stands.
#[derive(Clone, Copy)]
struct Place {
    depth: usize,
    in_report: bool,
}

struct Walk<'m> {
    message: &'m mut Message,
    parts: usize,
}

/// What a part's own header says.
struct PartHeader {
    kind: String,
    boundary: Option<String>,
    report_type: Option<String>,
    flowed: bool,
    delsp: bool,
    attached: bool,
    name: Option<String>,
}

impl Walk<'_> {
    fn part(&mut self, raw: &[u8], place: Place) -> Result<(), TooMuch> {
        self.parts = self.parts.saturating_add(1);
        if self.parts > PARTS_MAX || place.depth > DEPTH_MAX {
            return Err(TooMuch::Parts);
        }
        let (header, body) = split_header(raw);
        if header.len() > HEADER_MAX {
            return Err(TooMuch::Header);
        }
        let part = read_header(header);
        if place.depth == 0 {
            self.message.content_type.clone_from(&part.kind);
            self.message.report_type.clone_from(&part.report_type);
        }
        match (&part.boundary, part.kind.as_str()) {
            (Some(boundary), kind) if kind.starts_with("multipart/") => {
                let in_report = place.in_report || kind == "multipart/report";
                let below = Place { depth: place.depth.saturating_add(1), in_report };
                children(body, boundary).try_for_each(|child| self.part(child, below))
            }
            (_, "message/delivery-status") => {
                self.message.delivery_status = Some(String::from_utf8_lossy(body).into_owned());
                Ok(())
            }
            (_, "message/rfc822" | "text/rfc822-headers") if place.in_report => {
                self.returned(body);
                Ok(())
            }
            (_, "text/plain" | "text/html") if !part.attached => self.text(raw, &part),
            _ => {
                self.attach(part);
                Ok(())
            }
        }
    }

    fn text(&mut self, raw: &[u8], part: &PartHeader) -> Result<(), TooMuch> {
        let body = decode(raw);
        let html = part.kind == "text/html";
        let so_far = if html {
            self.message.html.as_ref().map_or(0, String::len)
        } else {
            self.message.text.as_ref().map_or(0, |text| text.body.len())
        };
        if so_far.saturating_add(body.len()) > TEXT_MAX {
            return Err(TooMuch::Text);
        }
        if html {
            join(self.message.html.get_or_insert_default(), &body);
        } else {
            let text = self.message.text.get_or_insert_with(|| Text {
                flowed: part.flowed,
                delsp: part.delsp,
                ..Text::default()
            });
            join(&mut text.body, &body);
        }
        Ok(())
    }

    fn returned(&mut self, raw: &[u8]) {
        let (header, _) = split_header(raw);
        let bounded = header.get(..HEADER_MAX).unwrap_or(header);
        let parsed = MessageParser::default().parse_headers(bounded);
        self.message.returned_id =
            parsed.and_then(|returned| returned.message_id().map(str::to_owned));
    }

    fn attach(&mut self, part: PartHeader) {
        let attachment = Attachment { name: part.name, content_type: part.kind };
        self.message.attachments.push(attachment);
    }
}

fn join(all: &mut String, more: &str) {
    if !all.is_empty() {
        all.push('\n');
    }
    all.push_str(more);
}

fn read_header(header: &[u8]) -> PartHeader {
    let parsed = MessageParser::default().parse_headers(header);
    let content_type = parsed.as_ref().and_then(MimeHeaders::content_type);
    let attribute = |name| content_type.and_then(|ct: &ContentType<'_>| ct.attribute(name));
    let is = |name, value: &str| {
        attribute(name).is_some_and(|given: &str| given.trim().eq_ignore_ascii_case(value))
    };
    PartHeader {
        kind: content_type.map_or_else(|| "text/plain".to_owned(), kind),
        boundary: attribute("boundary").filter(|b| !b.is_empty()).map(str::to_owned),
        report_type: attribute("report-type").map(str::to_ascii_lowercase),
        flowed: is("format", "flowed"),
        delsp: is("delsp", "yes"),
        attached: parsed
            .as_ref()
            .and_then(MimeHeaders::content_disposition)
            .is_some_and(ContentType::is_attachment),
        name: parsed.as_ref().and_then(MimeHeaders::attachment_name).map(str::to_owned),
    }
}

fn kind(content_type: &ContentType<'_>) -> String {
    let subtype = content_type.c_subtype.as_deref().unwrap_or("plain");
    format!("{}/{subtype}", content_type.c_type).to_ascii_lowercase()
}

/// The parts between the delimiter lines of RFC 2046 section 5.1.1; a missing end is the end.
fn children<'r>(body: &'r [u8], boundary: &str) -> impl Iterator<Item = &'r [u8]> {
    let delimiter = format!("--{boundary}").into_bytes();
    let mut starts: Vec<(usize, usize)> = Vec::new();
    let mut at = 0_usize;
    let mut closed = None;
    for line in body.split_inclusive(|b| *b == b'\n') {
        let next = at.saturating_add(line.len());
        if let Some(rest) = line.strip_prefix(delimiter.as_slice()) {
            if rest.starts_with(b"--") {
                closed = Some(at);
                break;
            }
            if rest.iter().all(u8::is_ascii_whitespace) {
                starts.push((at, next));
            }
        }
        at = next;
    }
    let end = closed.unwrap_or(body.len());
    let ends: Vec<usize> = starts.iter().skip(1).map(|(at, _)| *at).chain([end]).collect();
    let ranges = starts.into_iter().map(|(_, from)| from).zip(ends);
    ranges.map(move |(from, to)| body.get(from..to).unwrap_or_default())
}

/// One text part, from its own header block: transfer encoding and charset undone.
fn decode(raw: &[u8]) -> String {
    let (header, body) = split_header(raw);
    if header.iter().all(u8::is_ascii_whitespace) {
        return String::from_utf8_lossy(body).into_owned();
    }
    let parsed = MessageParser::default().parse(raw);
    let part = parsed.and_then(|parsed| parsed.parts.into_iter().next());
    match part.map(|part| part.body) {
        Some(PartType::Text(text) | PartType::Html(text)) => text.into_owned(),
        _ => String::new(),
    }
}
