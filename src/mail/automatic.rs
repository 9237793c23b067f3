//! Mail that no person wrote just now: recognised first of all, never obeyed, never answered.
//!
//! Not for: what is done about a bounce (`letters` suppresses), or whether a mail is forged.
#![deny(clippy::indexing_slicing, clippy::string_slice)]

use serde::{Deserialize, Serialize};

use crate::address::Address;
use crate::mail::message::Message;

/// What kind of automatic mail it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Why {
    /// Out of office and the like (RFC 3834).
    AutoReply,
    /// A delivery report (RFC 3464), or an older form of one.
    Bounce,
    /// From a list, or in bulk (RFC 2369, RFC 2919).
    MailingList,
    /// Our own letter come back.
    OwnMail,
    /// From an address that nobody reads.
    NoReplySender,
    /// An invitation or its answer (RFC 6047).
    Calendar,
    /// "It was opened" (RFC 8098).
    ReadReceipt,
    /// A thumb under a letter.
    Reaction,
}

/// Whether the address is gone, or only could not be reached now.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BounceClass {
    /// Status 5: for good.
    Hard,
    /// Status 4, or unknown: for now.
    Soft,
}

/// What was recognised.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Automatic {
    /// Its kind.
    pub why: Why,
    /// For a bounce: who could not be reached.
    pub failed: Option<Address>,
    /// For a bounce.
    pub class: Option<BounceClass>,
}

/// Which mail is our own.
pub trait Ours {
    /// Whether mail to this address comes to us.
    fn address(&self, address: &Address) -> bool;
    /// Whether we sent a letter with this Message-ID (without angle brackets).
    fn sent(&self, message_id: &str) -> bool;
}

/// Recognises automatic mail; `None` is mail that a person may have written.
pub fn recognise(message: &Message, ours: &impl Ours) -> Option<Automatic> {
    if is_bounce(message) {
        return Some(bounce(message));
    }
    let why = if message.report_type.as_deref() == Some("disposition-notification") {
        Why::ReadReceipt
    } else if is_own(message, ours) {
        Why::OwnMail
    } else if is_auto_reply(message) {
        Why::AutoReply
    } else if is_list(message) {
        Why::MailingList
    } else if has_part(message, "text/calendar") {
        Why::Calendar
    } else if is_reaction(message) {
        Why::Reaction
    } else if local(message).is_some_and(|local| is_no_reply(&local)) {
        Why::NoReplySender
    } else {
        return None;
    };
    Some(Automatic { why, failed: None, class: None })
}

fn local(message: &Message) -> Option<String> {
    let (local, _) = message.from.first()?.written.rsplit_once('@')?;
    Some(local.to_ascii_lowercase())
}

fn is_bounce(message: &Message) -> bool {
    let daemon = local(message).is_some_and(|l| l == "mailer-daemon" || l == "postmaster");
    let null_path = message.header("return-path").is_some_and(|path| path.trim() == "<>");
    message.report_type.as_deref() == Some("delivery-status")
        || message.delivery_status.is_some()
        || message.header("x-failed-recipients").is_some()
        || local(message).is_some_and(|l| l == "mailer-daemon")
        || (daemon && null_path)
}

fn bounce(message: &Message) -> Automatic {
    let report = message.delivery_status.as_deref().unwrap_or_default();
    let text = message.text.as_ref().map_or("", |text| text.body.as_str());
    let failed = field(report, "final-recipient")
        .or_else(|| field(report, "original-recipient"))
        .or_else(|| message.header("x-failed-recipients"))
        .and_then(first_address)
        .or_else(|| failed_in_text(message, text));
    let delayed = field(report, "action").is_some_and(|a| a.eq_ignore_ascii_case("delayed"));
    let status = field(report, "status").and_then(|status| status.chars().next());
    let class = match status {
        Some('5') if !delayed => BounceClass::Hard,
        Some(_) => BounceClass::Soft,
        None if says_permanent(text) => BounceClass::Hard,
        None => BounceClass::Soft,
    };
    Automatic { why: Why::Bounce, failed, class: Some(class) }
}

/// The value of a field of a delivery report.
fn field<'r>(report: &'r str, name: &str) -> Option<&'r str> {
    let mut lines = report.lines().filter_map(|line| line.split_once(':'));
    lines.find(|(key, _)| key.trim().eq_ignore_ascii_case(name)).map(|(_, value)| value.trim())
}

/// The address in `rfc822; mara@lakeside.example` or `<mara@lakeside.example>`.
fn first_address(text: &str) -> Option<Address> {
    let edges = |c: char| !c.is_ascii_alphanumeric();
    let mut words = text.split([' ', '\t', ';', ',', '<', '>', '(', ')', '"']);
    words.find_map(|word| Address::parse(word.trim_matches(edges)).ok())
}

/// Old bounces name the address only in their prose: the first one that is not the sender's own.
fn failed_in_text(message: &Message, text: &str) -> Option<Address> {
    let daemon = message.sender();
    text.lines().take(200).filter_map(first_address).find(|found| Some(found) != daemon)
}

/// A reply code of class 5 (RFC 5321) or an enhanced one (RFC 3463) in the first lines.
fn says_permanent(text: &str) -> bool {
    let words = text.lines().take(200).flat_map(|line| line.split([' ', '\t', '#', '(', ')', ':']));
    words.map(|word| word.trim_matches(['.', ',', '-', ';'])).any(|word| {
        let code =
            word.len() == 3 && word.starts_with('5') && word.bytes().all(|b| b.is_ascii_digit());
        code || word.starts_with("5.") && word.split('.').count() == 3
    })
}

fn is_own(message: &Message, ours: &impl Ours) -> bool {
    message.from.iter().filter_map(|from| from.address.as_ref()).any(|from| ours.address(from))
        || message.message_id.as_deref().is_some_and(|id| ours.sent(id))
}

/// Subjects of automatic answers, in lower case.
const AUTO_SUBJECTS: [&str; 24] = [
    "automatic reply",
    "auto reply",
    "autoreply",
    "auto-reply",
    "auto response",
    "out of office",
    "out of the office",
    "automatische antwort",
    "abwesenheitsnotiz",
    "abwesend",
    "réponse automatique",
    "absence du bureau",
    "respuesta automática",
    "fuera de la oficina",
    "automatisch antwoord",
    "afwezig",
    "risposta automatica",
    "fuori sede",
    "resposta automática",
    "autosvar",
    "automatiskt svar",
    "automatisk svar",
    "automatyczna odpowiedź",
    "自動",
];

fn is_auto_reply(message: &Message) -> bool {
    let submitted = message.header("auto-submitted").is_some_and(|value| {
        let kind = value.split(';').next().unwrap_or_default().trim();
        !kind.eq_ignore_ascii_case("no")
    });
    let marked = ["x-autoreply", "x-autorespond", "x-auto-reply", "x-autoresponder"];
    let subject = message.subject.trim().to_lowercase();
    submitted
        || marked.iter().any(|name| message.header(name).is_some())
        || message.header("x-auto-response-suppress").is_some()
        || message.header("precedence").is_some_and(|p| p.eq_ignore_ascii_case("auto_reply"))
        || message.header("return-path").is_some_and(|path| path.trim() == "<>")
        || AUTO_SUBJECTS.iter().any(|start| subject.starts_with(start))
}

fn is_list(message: &Message) -> bool {
    const FIELDS: [&str; 5] =
        ["list-id", "list-post", "list-unsubscribe", "list-help", "mailing-list"];
    const BULK: [&str; 3] = ["bulk", "list", "junk"];
    FIELDS.iter().any(|name| message.header(name).is_some())
        || message
            .header("precedence")
            .is_some_and(|value| BULK.iter().any(|bulk| value.trim().eq_ignore_ascii_case(bulk)))
}

fn has_part(message: &Message, kind: &str) -> bool {
    message.content_type == kind || message.attachments.iter().any(|a| a.content_type == kind)
}

/// Gmail sends a JSON part; Outlook and others a sentence.
fn is_reaction(message: &Message) -> bool {
    let first = message
        .text
        .as_ref()
        .and_then(|text| text.body.lines().map(str::trim).find(|line| !line.is_empty()));
    has_part(message, "text/vnd.google.email-reaction+json")
        || message.header("x-ms-reactions").is_some()
        || first.is_some_and(|line| {
            let line = line.to_lowercase();
            line.contains(" reacted to your message") || line.contains(" reacted via ")
        })
}

fn is_no_reply(local: &str) -> bool {
    let plain: String = local.chars().filter(char::is_ascii_alphanumeric).collect();
    plain.starts_with("noreply")
        || plain.starts_with("donotreply")
        || plain.starts_with("nepasrepondre")
}
