//! Sending one letter: an effect between claim and mark, repeated with the same Message-ID.
//!
//! Between the relay's 250 and the mark lies a moment in which a crash leaves the letter unmarked: it is
//! then sent once more. A letter may arrive twice and is never lost.

use std::time::{Duration, Instant};

use anyhow::anyhow;
use metrics::{counter, histogram};
use serde::{Deserialize, Serialize};

use super::{
    LetterId,
    again::{Verdict, verdict},
    budget,
    render::composed,
    store, store_relay, undelivered,
    write::may_write_to,
};
use crate::{
    clock::At,
    context::Context,
    db::{Db, Tx},
    mail::relay::{self, Change, Outlet, SendError},
    queue::{Attempt, Fault, Finish, Marked, Work},
};

/// How long a letter that may not leave waits before it is looked at again.
const HELD: Duration = Duration::from_secs(3_600);

/// Sends one letter that somebody waits for.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Send {
    /// Which.
    pub letter: LetterId,
}

/// Sends one advert: the same, in a queue of its own.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct SendAdvert {
    /// Which.
    pub letter: LetterId,
}

/// Longer than one letter may take at the relay, with the wait for a connection, a dead one and the
/// opening of another: what ends an attempt is the dialogue's own limits.
const LIMIT: Duration = Duration::from_secs(180);

impl Work for Send {
    const KIND: &'static str = "letters.send";
    const QUEUE: &'static str = "letters";
    // A relay's faults use up none of them (`again`): these are for our own.
    const ATTEMPTS: i64 = 20;
    const LIMIT: Duration = LIMIT;
}

impl Work for SendAdvert {
    const KIND: &'static str = "letters.send_advert";
    const QUEUE: &'static str = "adverts";
    const ATTEMPTS: i64 = 20;
    const LIMIT: Duration = LIMIT;
}

/// What became of a letter at the relay.
#[derive(Debug, Clone)]
pub struct Outcome {
    letter: LetterId,
    became: Became,
    /// What is now known of the relay, when it is worth a write.
    change: Option<Change>,
}

#[derive(Debug, Clone)]
enum Became {
    Accepted,
    /// Refused for good, with the relay's words.
    Refused(String),
    /// An earlier attempt had ended it.
    Before,
}

/// Hands a letter to the relay.
///
/// # Errors
/// A fault of the database or the relay; the letter is sent again later, with the same Message-ID.
pub async fn send(cx: &Context, attempt: Attempt<Send>) -> Result<Outcome, Fault> {
    hand_over(cx, attempt.work.letter).await
}

/// As [`send`], for adverts.
///
/// # Errors
/// As [`send`].
pub async fn send_advert(cx: &Context, attempt: Attempt<SendAdvert>) -> Result<Outcome, Fault> {
    hand_over(cx, attempt.work.letter).await
}

async fn hand_over(cx: &Context, letter: LetterId) -> Result<Outcome, Fault> {
    let mut reads = cx.db.read().await?;
    let row = store::find(&mut reads, &letter).await?;
    drop(reads);
    let row = row.ok_or_else(|| Fault::dead("The letter is gone"))?;
    let tried_from = match &*row.state {
        "queued" => row.tried_from.unwrap_or(row.created_at),
        // A job that was given up, with its letter, and replayed.
        "failed" => queued_again(cx, &letter).await?,
        _ => return Ok(Outcome { letter, became: Became::Before, change: None }),
    };
    if !may_write_to(&cx.settings, &row.to_address) {
        // Written before the service only observed: it waits until the mode is live again.
        let held = Fault::from(anyhow!("Held while the service only observes"));
        return Err(held.later(cx.now().plus(HELD)));
    }
    let composed = composed(&cx.settings, &cx.templates, &row);
    let bytes = composed.map_err(|error| Fault::from(error).for_good())?;
    let outlet = cx.relays.of(row.lane);
    let permit = budget::take(cx, outlet.name, row.lane).await?;
    let began = Instant::now();
    let said = (&*bytes, &permit.begun);
    let sent = outlet.relay.send(said, &row.to_address, row.lane, cx.now()).await;
    count(outlet, &sent, began);
    let change = outlet.condition.note(outlet.name, &sent, cx.now());
    let error = match sent {
        Ok(()) => {
            permit.keep();
            fault_point!("letter-accepted");
            return Ok(Outcome { letter, became: Became::Accepted, change });
        }
        Err(error) => error,
    };
    if matches!(error, SendError::Unknown(_)) {
        permit.keep();
    } else {
        permit.give_back().await;
    }
    match verdict(error, tried_from, cx.now()) {
        Verdict::Failed(why) => Ok(Outcome { letter, became: Became::Refused(why), change }),
        Verdict::Again(fault) => {
            if let Some(change) = change {
                let mut tx = cx.db.begin().await?;
                write_down(&mut tx, change).await?;
                tx.commit().await?;
            }
            Err(fault)
        }
    }
}

async fn queued_again(cx: &Context, letter: &LetterId) -> Result<At, sqlx::Error> {
    let now = cx.now();
    let mut tx = cx.db.begin().await?;
    store::queue_again(&mut tx, letter, now).await?;
    tx.commit().await?;
    Ok(now)
}

/// Marks what became of it.
///
/// # Errors
/// The database's.
pub async fn mark(cx: &Context, outcome: Outcome, tx: &mut Tx) -> Result<(), Fault> {
    let id = &outcome.letter;
    match outcome.became {
        Became::Accepted => {
            store::mark_sent(tx, id, cx.now()).await?;
        }
        Became::Refused(why) => {
            tracing::warn!(letter = %id, %why, "the relay refuses a letter for good");
            if store::mark_failed(tx, id, &why).await? > 0 {
                undelivered::told_or_later(cx, tx).await?;
                undelivered::bounced(cx, tx, id, why).await?;
            }
        }
        Became::Before => {}
    }
    if let Some(change) = outcome.change {
        write_down(tx, change).await?;
    }
    fault_point!("letter-marked");
    Ok(())
}

/// Marks a letter that was accepted, and its job, in one statement; none where there is more to write.
pub fn mark_alone<'a>(cx: &'a Context, outcome: &Outcome, finish: Finish) -> Option<Marked<'a>> {
    if !matches!(outcome.became, Became::Accepted) || outcome.change.is_some() {
        return None;
    }
    let Db::Postgres { pool, .. } = &cx.db else { return None };
    let letter = outcome.letter.clone();
    Some(Box::pin(async move {
        fail::fail_point!("letter-marked");
        Ok(store::mark_sent_and_done(pool, &letter, &finish).await?)
    }))
}

async fn write_down(tx: &mut Tx, change: Change) -> Result<u64, sqlx::Error> {
    match change {
        Change::Works { relay, at, accepted } => {
            store_relay::works(tx, relay, accepted.then_some(at)).await
        }
        Change::Refuses { relay, at, why } => {
            tracing::warn!(relay, %why, "the relay cannot be used");
            store_relay::refuses(tx, relay, at, &why).await
        }
    }
}

fn count(outlet: &Outlet, sent: &relay::Sent, began: Instant) {
    let outcome = match sent {
        Ok(()) => {
            histogram!("pennypost_relay_seconds", "relay" => outlet.name).record(began.elapsed());
            "accepted"
        }
        Err(SendError::Permanent(_)) => "refused",
        Err(SendError::Busy(_)) => "busy",
        Err(SendError::Deferred { .. }) => "deferred",
        Err(SendError::Unknown(_)) => "unknown",
        Err(SendError::Unwell { .. }) => "unwell",
    };
    let labels = [("relay", outlet.name), ("outcome", outcome)];
    counter!("pennypost_letters_total", &labels).increment(1);
}
