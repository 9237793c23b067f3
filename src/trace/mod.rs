//! Everything that happened to one mail, request, letter or job, in the order of time.
//!
//! For the operator's own screen: addresses are named, what people wrote is not. Not for: repairing.

mod events;
mod follow;
mod money;

use serde::Serialize;

use crate::{
    clock::At,
    confirmations,
    db::Tx,
    inbox::{self, MailId},
    letters,
    mail::message_id,
    queue::{self, JobId},
    transfers,
};
use follow::Thing;

/// One thing that happened.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Event {
    /// When.
    pub at: At,
    /// What comes first of that which happens at one instant.
    #[serde(skip)]
    rank: u8,
    /// What it happened to: `mail`, `request`, `confirm`, `ledger`, `letter`, `job`.
    pub of: &'static str,
    /// Its id or reference.
    pub id: String,
    /// A sentence.
    pub says: String,
}

/// What is traced, and what happened.
#[derive(Debug, Clone, Serialize)]
pub struct Trace {
    /// `mail 01…`, `request T-771`.
    pub subject: String,
    /// In the order of time.
    pub events: Vec<Event>,
    /// Whether there is more than one look brings.
    pub more: bool,
}

/// Finds what a word names and tells its story; none when it names nothing.
///
/// # Errors
/// The database's.
pub async fn trace(tx: &mut Tx, word: &str) -> Result<Option<Trace>, sqlx::Error> {
    let things = named(tx, word.trim()).await?;
    let Some(first) = things.first() else { return Ok(None) };
    let subject = first.to_string();
    let mut story = follow::Story::default();
    story.follow(tx, things).await?;
    let follow::Story { mut events, more, .. } = story;
    events.sort();
    events.dedup();
    Ok(Some(Trace { subject, events, more }))
}

async fn named(tx: &mut Tx, word: &str) -> Result<Vec<Thing>, sqlx::Error> {
    let bracketed = if word.contains('@') {
        message_id::read_all(&format!("<{}>", word.trim_matches(['<', '>']))).pop()
    } else {
        None
    };
    if let Some(id) = bracketed {
        let mails = inbox::with_message_id(tx, &id).await?;
        if !mails.is_empty() {
            return Ok(mails.into_iter().map(Thing::Mail).collect());
        }
        let letter = letters::traced(tx, &id).await?;
        return Ok(letter.map(|letter| Thing::Letter(letter.id)).into_iter().collect());
    }
    // Ids are written in lower case and references in capitals; people type either.
    let (small, capital) = (word.to_lowercase(), word.to_uppercase());
    let mail = MailId(small.clone());
    if inbox::traced(tx, &mail).await?.is_some() {
        return Ok(vec![Thing::Mail(mail)]);
    }
    for key in [&capital, &small] {
        if let Some(request) = transfers::traced(tx, key).await? {
            return Ok(vec![Thing::Request(request.reference)]);
        }
        // A list of payments has a reference of its own, and no request.
        if !confirmations::traced_between(tx, key, key).await?.is_empty() {
            return Ok(vec![Thing::Request(key.clone())]);
        }
    }
    if let Some(letter) = letters::traced(tx, &small).await? {
        return Ok(vec![Thing::Letter(letter.id)]);
    }
    let job = JobId(small);
    if queue::show(tx, &job).await?.is_some() {
        return Ok(vec![Thing::Job(job)]);
    }
    let booking = format!("house/{word}");
    let booked = money::booked(tx, &booking).await?;
    Ok(booked.then_some(Thing::Booking(word.to_owned())).into_iter().collect())
}
