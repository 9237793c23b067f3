//! What became of each of the latest mails: stored, read, worked on, answered.

use std::collections::BTreeSet;

use serde::Serialize;

use crate::{
    clock::At,
    confirmations,
    db::Tx,
    inbox::{self, MailRow},
    letters::{self, LetterTrace},
    queue::{self, Job},
    transfers,
};

/// Mails shown, the latest.
const SHOWN_MAX: usize = 8;
/// Mails read at once.
const PAGE: i64 = 100;
/// Longest quotation of a mail, in characters.
const WORDS_MAX: usize = 80;

/// One mail's way.
#[derive(Debug, Serialize)]
pub(super) struct Way {
    id: String,
    from: String,
    /// What it says; empty until it was read.
    words: String,
    /// When it was stored, in milliseconds since 1970.
    at: i64,
    steps: Vec<Step>,
}

/// One thing that happened to it.
#[derive(Debug, Serialize)]
struct Step {
    /// `stored`, `read`, `job` or `letter`.
    of: &'static str,
    says: String,
    /// Whether it still waits, or was refused.
    tone: &'static str,
    /// When, in milliseconds since the mail was stored.
    after: i64,
}

/// From which mail on they are read.
#[derive(Debug, Default)]
pub(super) struct Place {
    after: String,
}

impl Place {
    /// The latest first.
    ///
    /// # Errors
    /// The database's.
    pub(super) async fn look(&mut self, tx: &mut Tx) -> Result<Vec<Way>, sqlx::Error> {
        let mut latest: Vec<MailRow> = Vec::new();
        loop {
            let after = latest.last().map_or(&*self.after, |mail| mail.id.as_str()).to_owned();
            let page = inbox::list(tx, &after, PAGE).await?;
            let ended = page.is_empty();
            latest.extend(page);
            if let Some(beyond) = latest.len().checked_sub(SHOWN_MAX + 1) {
                self.after = latest.get(beyond).map(|mail| mail.id.0.clone()).unwrap_or_default();
                latest.drain(..=beyond);
            }
            if ended {
                break;
            }
        }
        // A letter belongs to the latest mail that led to it.
        let mut told = BTreeSet::new();
        let mut ways = Vec::new();
        for mail in latest.iter().rev() {
            ways.push(way(tx, mail, &mut told).await?);
        }
        Ok(ways)
    }
}

async fn way(tx: &mut Tx, mail: &MailRow, told: &mut BTreeSet<String>) -> Result<Way, sqlx::Error> {
    let mut steps = vec![(mail.received_at, "stored", "stored with its job".to_owned(), "")];
    let traced = inbox::traced(tx, &mail.id).await?;
    if let Some(at) = traced.and_then(|traced| traced.classified_at) {
        let (says, tone) = reading(mail);
        steps.push((at, "read", says, tone));
    }
    for job in queue::concerning(tx, mail.id.as_str(), mail.id.as_str()).await? {
        if job.queue != "classifier" {
            steps.push(worked(&job));
        }
    }
    // Another delivery of a mail led to nothing.
    let letters = if mail.state == "duplicate" { Vec::new() } else { letters_of(tx, mail).await? };
    for letter in letters {
        if letter.created_at >= mail.received_at && told.insert(letter.id.0.clone()) {
            steps.push(answered(&letter));
        }
    }
    steps.sort_by_key(|(at, ..)| *at);
    let since = |at: At| (at.0 - mail.received_at.0) / 1_000;
    let steps = steps.into_iter();
    let steps = steps.map(|(at, of, says, tone)| Step { of, says, tone, after: since(at) });
    Ok(Way {
        id: mail.id.0.clone(),
        from: mail.from_address.clone().unwrap_or_default(),
        words: shortened(mail.words.as_deref().unwrap_or_default()),
        at: mail.received_at.0 / 1_000,
        steps: steps.collect(),
    })
}

type Told = (At, &'static str, String, &'static str);

fn reading(mail: &MailRow) -> (String, &'static str) {
    if mail.state == "duplicate" {
        return ("delivered before: nothing more was done".to_owned(), "quiet");
    }
    let read = match mail.intent.as_deref() {
        Some("ask-back") | None => "not clear what it asks for".to_owned(),
        Some(intent) => format!("read as “{}”", intent.replace('_', " ")),
    };
    let decision = mail.decision.as_deref().unwrap_or("silence");
    let proof = match mail.assurance.as_deref() {
        Some("A0") => "nothing proves its sender",
        _ => "its sender is proved",
    };
    let (decided, tone) = match decision {
        "do" | "confirm" if mail.class.as_deref() == Some("ask_back") => ("asked back", "quiet"),
        "do" => ("to be done", ""),
        "confirm" => ("to be confirmed", ""),
        "link" => ("to be confirmed by a link", "warn"),
        "notice" => ("not acted on; its owner is told, once a day", "warn"),
        "silence" => ("left alone", "quiet"),
        other => (other, ""),
    };
    (format!("{read}; {proof}; {}", decided.replace('_', " ")), tone)
}

fn worked(job: &Job) -> Told {
    let tone = match job.state {
        queue::State::Done => "",
        queue::State::Dead => "warn",
        queue::State::Ready | queue::State::Running => "quiet",
    };
    let state = job.state.as_str();
    (job.ended.unwrap_or(job.created), "job", format!("job {}: {state}", job.kind), tone)
}

fn answered(letter: &LetterTrace) -> Told {
    let at = letter.sent_at.unwrap_or(letter.created_at);
    let tone = if letter.sent_at.is_some() { "" } else { "quiet" };
    (at, "letter", format!("letter to {}: {}", letter.to_address, letter.subject), tone)
}

/// The letters that a mail led to: its own, and those of the request it began, changed or confirmed.
async fn letters_of(tx: &mut Tx, mail: &MailRow) -> Result<Vec<LetterTrace>, sqlx::Error> {
    let MailRow { id, message_id, token, .. } = mail;
    let mut letters = letters::traced_by(tx, id.as_str(), message_id.as_deref()).await?;
    let mut references = transfers::of_mail(tx, id).await?;
    if let Some(token) = token {
        let asked = confirmations::traced(tx, token).await?;
        references.extend(asked.map(|asked| asked.reference));
    }
    for reference in references {
        letters.extend(letters::traced_of(tx, &reference).await?);
    }
    letters.sort_by(|a, b| a.id.0.cmp(&b.id.0));
    letters.dedup_by(|a, b| a.id == b.id);
    Ok(letters)
}

fn shortened(words: &str) -> String {
    let line = words.split_whitespace().collect::<Vec<_>>().join(" ");
    let short: String = line.chars().take(WORDS_MAX).collect();
    if short.len() < line.len() { format!("{}…", short.trim_end()) } else { short }
}
