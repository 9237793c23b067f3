//! What rows say, in sentences.

use serde_json::Value;

use super::Event;
use crate::{
    clock::At,
    confirmations::ConfirmationTrace,
    inbox::{MailTrace, OBSERVED},
    letters::LetterTrace,
    money::Money,
    policy,
    queue::{Job, State},
    transfers::{AskState, RequestTrace, RevisionTrace, State as Stands},
};

fn event((at, rank): (At, u8), of: &'static str, id: &dyn ToString, says: String) -> Event {
    Event { at, rank, of, id: id.to_string(), says }
}

pub(super) fn of_mail(mail: &MailTrace) -> Vec<Event> {
    let from = mail.from_address.as_deref().unwrap_or("nobody named");
    let message_id = mail.message_id.as_deref().unwrap_or("no Message-ID");
    let place = if mail.uidvalidity == 0 {
        mail.transport_key.clone()
    } else {
        format!("{} of {}", mail.transport_key, mail.uidvalidity)
    };
    let stored = format!(
        "stored from {} ({place}): from {from}, {} bytes, {message_id}",
        mail.mailbox, mail.size_bytes
    );
    let mut events = vec![event((mail.received_at, 0), "mail", &mail.id, stored)];
    let Some(at) = mail.classified_at else {
        if mail.state == "received" {
            let says = "waits to be read".to_owned();
            events.push(event((mail.received_at, 1), "mail", &mail.id, says));
        }
        return events;
    };
    if let Some(first) = &mail.duplicate_of {
        let says = format!("another delivery of {first}: nothing more was done");
        events.push(event((at, 2), "mail", &mail.id, says));
        return events;
    }
    let assurance = mail.assurance.as_deref().unwrap_or("unjudged");
    let says = format!("judged {assurance}: {}", sentences(mail.evidence.as_deref()));
    events.push(event((at, 2), "mail", &mail.id, says));
    let class = mail.class.as_deref().unwrap_or("nothing");
    let intent = mail.intent.as_deref().unwrap_or("nothing");
    events.push(event((at, 3), "mail", &mail.id, format!("read as {intent} ({class})")));
    let decision = mail.decision.as_deref().unwrap_or("silence");
    let says = match decision.strip_prefix(OBSERVED) {
        Some(would) => format!("only observed, nothing was done: {}", policy::would_be(would)),
        None => format!("decided: {decision}"),
    };
    events.push(event((at, 4), "mail", &mail.id, says));
    events
}

/// A stored JSON list of sentences as one text.
fn sentences(list: Option<&str>) -> String {
    let list: Vec<String> =
        list.and_then(|text| serde_json::from_str(text).ok()).unwrap_or_default();
    if list.is_empty() { "no evidence was kept".to_owned() } else { list.join(" ") }
}

pub(super) fn of_request(request: &RequestTrace, revisions: &[RevisionTrace]) -> Vec<Event> {
    let id = &request.reference;
    let mut events: Vec<Event> = revisions
        .iter()
        .map(|revision| {
            let amount = revision.amount_minor.zip(revision.currency);
            let amount = amount.map_or("an unknown amount".to_owned(), |(minor, currency)| {
                Money::new(minor, currency).with_code()
            });
            let to = revision.recipient.as_deref().unwrap_or("nobody yet");
            let wrong = problems(&revision.problems);
            let says = format!(
                "revision {} by mail {}: {amount} to {to}{wrong}",
                revision.revision, revision.mail
            );
            event((revision.created_at, 5), "request", &id, says)
        })
        .collect();
    let ended = match request.state {
        _ if request.muted == Some(true) => {
            Some("asked for by its payee, whom the payer has blocked: the payer is not told")
        }
        Stands::Cancelled if request.asked == Some(AskState::Declined) => {
            Some("declined by its payer, whom the payee had asked")
        }
        Stands::Cancelled if request.asked.is_some() => Some("taken back by the payee, who asked"),
        Stands::Held => Some("confirmed; held until its payee claims it"),
        Stands::Returned => Some("not claimed; the money is its sender's again"),
        Stands::Done => Some("done"),
        Stands::Refused => Some("confirmed, but the ledger refused"),
        Stands::Cancelled => Some("cancelled by its sender"),
        Stands::Expired => Some("expired: nobody confirmed in time"),
        Stands::Incomplete | Stands::Waiting | Stands::Asked => None,
    };
    events
        .extend(ended.map(|says| event((request.updated_at, 11), "request", &id, says.to_owned())));
    events
}

/// The names of what was wrong, without what they hold.
fn problems(list: &str) -> String {
    let list: Vec<Value> = serde_json::from_str(list).unwrap_or_default();
    let names = list.iter().filter_map(|problem| match problem {
        Value::String(name) => Some(name.clone()),
        Value::Object(fields) => {
            let (name, inner) = fields.iter().next()?;
            Some(inner.as_str().map_or_else(|| name.clone(), |inner| format!("{name} {inner}")))
        }
        _ => None,
    });
    let names: Vec<String> = names.collect();
    if names.is_empty() { String::new() } else { format!("; wrong: {}", names.join(", ")) }
}

pub(super) fn of_confirmation(row: &ConfirmationTrace) -> Vec<Event> {
    let say = |at: At, rank, says: String| event((at, rank), "confirm", &row.reference, says);
    let stands = match &*row.state {
        "live" => format!("open until {}", row.expires_at),
        "revoked" => "withdrawn since".to_owned(),
        "expired" => format!("expired at {}", row.expires_at),
        state => state.to_owned(),
    };
    let asked = format!(
        "{} was asked to confirm revision {}: {} ({stands})",
        row.address, row.revision, row.question
    );
    let mut events = vec![say(row.created_at, 6, asked)];
    let seen = row.seen_at.map(|at| say(at, 7, "its page was first looked at".to_owned()));
    events.extend(seen);
    if let (Some(at), Some(how)) = (row.selected_at, row.selected_how.as_deref()) {
        let how = match how {
            "page" => "by the page's button",
            "mailto" => "by the prefilled mail",
            "reply" => "by a reply",
            other => other,
        };
        events.push(say(at, 8, format!("confirmed {how}")));
    }
    events
}

pub(super) fn of_letter(letter: &LetterTrace) -> Vec<Event> {
    let say = |at: At, rank, says: String| event((at, rank), "letter", &letter.id, says);
    let written = format!(
        "{} written to {}: {} {}",
        letter.kind, letter.to_address, letter.subject, letter.message_id
    );
    let mut events = vec![say(letter.created_at, 12, written)];
    match (&*letter.state, letter.sent_at) {
        ("sent", Some(at)) => events.push(say(at, 13, "taken by the relay".to_owned())),
        ("failed", _) => {
            let why = letter.error.as_deref().unwrap_or("without a word");
            events.push(say(
                letter.created_at,
                13,
                format!("refused by the relay for good: {why}"),
            ));
        }
        _ => events.push(say(letter.created_at, 13, "not sent yet".to_owned())),
    }
    events
}

pub(super) fn of_job(job: &Job) -> Event {
    let attempts = match job.attempts {
        0 => "not tried yet".to_owned(),
        1 => "1 attempt".to_owned(),
        many => format!("{many} attempts"),
    };
    let error = job.last_error.as_deref().map_or(String::new(), |error| format!("; last: {error}"));
    let (at, stands) = match (job.state, job.ended) {
        (State::Done, Some(at)) => (at, "done".to_owned()),
        (State::Dead, Some(at)) => (at, "dead".to_owned()),
        (State::Running, _) => (job.created, "running".to_owned()),
        _ => (job.created, format!("waits, due {}", job.due)),
    };
    event((at, 14), "job", &job.id, format!("{} {stands}, {attempts}{error}", job.kind))
}
