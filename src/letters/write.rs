//! Writing a letter: its row and its job, in the caller's transaction.

use serde::Serialize;

use super::{
    Attachment, Body, Class, Confirmable, LetterId, LetterRow,
    send::{Send, SendAdvert},
    store,
};
use crate::{
    address::Address,
    clock::At,
    config::{Mode, Settings},
    db::Tx,
    language::Language,
    mail::{mailto::MailtoError, message_id, relay::Lane},
    queue,
};

/// A typed context, with the template of the same name beside it.
pub trait Letter: Serialize + Sized {
    /// The template's name; stored with the row, so it is never renamed.
    const KIND: &'static str;
    /// What bounds the number of such letters.
    fn class(&self) -> Class;
    /// The answer in one line, with the reference.
    fn subject(&self, language: Language) -> String;
    /// Which way out it takes.
    fn lane(&self) -> Lane {
        Lane::Service
    }
    /// What it says.
    ///
    /// # Errors
    /// A prefilled mail that fits no link; letters bound what they put into one.
    fn body(&self, language: Language) -> Result<Body, MailtoError>;
    /// A file it carries, of [`ATTACHMENT_BYTES_MAX`] octets at most.
    fn attachment(&self, _language: Language) -> Option<Attachment> {
        None
    }
    /// One of its kind with invented values, to try the templates with.
    fn sample() -> Self;
}

/// Most octets of the file that a letter carries; it rests in the letter's row, and a third more
/// of it travels.
pub const ATTACHMENT_BYTES_MAX: usize = 2 * 1024 * 1024;

/// The mail a letter answers and the thread before it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, serde::Deserialize)]
pub struct Thread {
    /// The Message-ID answered, with its angle brackets.
    pub in_reply_to: Option<String>,
    /// All of the thread, oldest first.
    pub references: Vec<String>,
}

/// To whom, why, and in which thread.
#[derive(Debug)]
pub struct Note<'a> {
    /// What caused it; one cause has one letter, whatever is tried twice.
    pub cause: String,
    /// The addressee.
    pub to: &'a Address,
    /// The request it belongs to.
    pub reference: Option<&'a str>,
    /// The mail it answers.
    pub thread: Thread,
    /// What it is written in.
    pub language: Language,
}

/// A confirmation to be given by this letter.
pub type Asked<'a> = Option<&'a Confirmable>;

/// Longest list of references a letter carries; older ones fall out of the middle (RFC 5322 3.6.4
/// allows it, and some hosts refuse longer fields).
const REFERENCES_MAX: usize = 20;

impl Thread {
    /// The thread of an answer to a mail (RFC 5322 section 3.6.4).
    pub fn answering(message_id: Option<&str>) -> Self {
        let id = message_id.map(str::to_owned);
        Self { references: id.iter().cloned().collect(), in_reply_to: id }
    }
}

/// What a letter's row keeps: the typed context, for the operator's own templates, and the body.
#[derive(Serialize)]
struct Stored<'a, L> {
    letter: &'a L,
    body: Body,
    confirmable: Asked<'a>,
    language: Language,
    #[serde(skip_serializing_if = "Option::is_none")]
    attachment: Option<Attachment>,
}

/// Writes a letter. `None` when its cause already has one, the addressee's budget is spent, or the
/// service only observes: then nothing is sent, and the mail that caused it keeps its reading as the
/// only answer.
///
/// # Errors
/// The database's.
pub async fn write<L: Letter>(
    settings: &Settings,
    tx: &mut Tx,
    note: Note<'_>,
    letter: (&L, Asked<'_>),
    now: At,
) -> anyhow::Result<Option<LetterId>> {
    if !may_write_to(settings, note.to) {
        tracing::info!(kind = L::KIND, "no letter: the service only observes");
        return Ok(None);
    }
    if over_budget(settings, tx, (note.to, L::KIND, letter.0.class()), now).await? {
        tracing::info!(kind = L::KIND, "no letter: the addressee's budget is spent");
        return Ok(None);
    }
    put(settings, tx, note, letter, now).await
}

/// As [`write`], whatever the addressee was written before.
pub(super) async fn put<L: Letter>(
    settings: &Settings,
    tx: &mut Tx,
    note: Note<'_>,
    letter: (&L, Asked<'_>),
    now: At,
) -> anyhow::Result<Option<LetterId>> {
    let id = LetterId::fresh(now);
    let (letter, confirmable) = letter;
    let language = note.language;
    let attachment = letter.attachment(language);
    let octets = attachment.as_ref().map_or(0, |attachment| attachment.text.len());
    anyhow::ensure!(octets <= ATTACHMENT_BYTES_MAX, "{}: {octets} octets attached", L::KIND);
    let stored = Stored { letter, body: letter.body(language)?, confirmable, language, attachment };
    let row = LetterRow {
        message_id: message_id::sign(
            &settings.keys.signing("message-id"),
            id.as_str(),
            settings.service_address.domain(),
        ),
        id: id.clone(),
        kind: L::KIND.to_owned(),
        class: letter.class(),
        to_address: note.to.clone(),
        subject: letter.subject(language),
        context: serde_json::to_string(&stored)?,
        in_reply_to: note.thread.in_reply_to.clone(),
        reference_ids: serde_json::to_string(&shortened(note.thread.references))?,
        reference: note.reference.map(str::to_owned),
        confirmation: confirmable.map(|c| c.claims.confirmation.clone()),
        lane: letter.lane(),
        state: "queued".to_owned(),
        created_at: now,
        tried_from: None,
    };
    if store::insert(tx, &note.cause, &row).await? == 0 {
        return Ok(None);
    }
    match row.lane {
        Lane::Service => queue::enqueue(tx, &Send { letter: row.id }, None, now, now).await?,
        Lane::Campaign => {
            queue::enqueue(tx, &SendAdvert { letter: row.id }, None, now, now).await?
        }
    };
    Ok(Some(id))
}

/// While the service only observes, it writes to its operator alone.
pub(super) fn may_write_to(settings: &Settings, to: &Address) -> bool {
    settings.mode == Mode::Live || settings.operator_address.as_ref() == Some(to)
}

async fn over_budget(
    settings: &Settings,
    tx: &mut Tx,
    (to, kind, class): (&Address, &str, Class),
    now: At,
) -> Result<bool, sqlx::Error> {
    const HOUR: std::time::Duration = std::time::Duration::from_secs(3_600);
    const DAY: std::time::Duration = std::time::Duration::from_secs(86_400);
    match class {
        Class::Answer | Class::Unproved => {
            let sent = store::sent_to_since(tx, to, class, None, now.minus(HOUR)).await?;
            Ok(sent >= settings.letters.answers_per_hour)
        }
        Class::Notice => {
            let since = now.minus(DAY);
            Ok(store::sent_to_since(tx, to, Class::Notice, Some(kind), since).await? > 0)
        }
        Class::Confirmation | Class::Receipt => Ok(false),
    }
}

fn shortened(mut references: Vec<String>) -> Vec<String> {
    let surplus = references.len().saturating_sub(REFERENCES_MAX);
    if surplus > 0 {
        references.drain(1..=surplus);
    }
    references
}
