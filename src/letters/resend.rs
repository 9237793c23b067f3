//! Letters that failed: given up with their job, and sent again when the operator says so.

use super::{
    LetterId,
    send::{Send, SendAdvert},
    store, undelivered,
};
use crate::{
    clock::At,
    context::Context,
    db::Tx,
    mail::relay::{Lane, without_addresses},
    queue::{self, Buried, Fault, Work},
};

/// What came of the wish to send a letter again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Resent {
    /// It leaves like a new one, with its old Message-ID.
    Queued,
    /// It has not failed; this is its state.
    NotFailed(String),
    /// There is none of this id.
    Unknown,
}

/// Sends a letter again that had failed, whether the relay refused it or its job was given up.
///
/// # Errors
/// The database's.
pub async fn resend(tx: &mut Tx, id: &LetterId, now: At) -> Result<Resent, sqlx::Error> {
    let Some(row) = store::find(tx, id).await? else { return Ok(Resent::Unknown) };
    if store::queue_again(tx, id, now).await? == 0 {
        return Ok(Resent::NotFailed(row.state));
    }
    let letter = id.clone();
    match row.lane {
        Lane::Service => again(tx, Send { letter }, now).await?,
        Lane::Campaign => again(tx, SendAdvert { letter }, now).await?,
    }
    Ok(Resent::Queued)
}

/// The dead job, if there is one; else a new one.
async fn again<W: Work>(tx: &mut Tx, work: W, now: At) -> Result<(), sqlx::Error> {
    if queue::replay_work(tx, &work, now).await? == 0 {
        queue::enqueue(tx, &work, None, now, now).await?;
    }
    Ok(())
}

/// A letter's job was given up: the letter has failed, and the operator is told.
///
/// # Errors
/// The database's.
pub async fn given_up(cx: &Context, job: Buried<Send>, tx: &mut Tx) -> Result<(), Fault> {
    fail(cx, (&job.work.letter, &job.why), tx).await
}

/// As [`given_up`], for adverts.
///
/// # Errors
/// The database's.
pub async fn advert_given_up(
    cx: &Context,
    job: Buried<SendAdvert>,
    tx: &mut Tx,
) -> Result<(), Fault> {
    fail(cx, (&job.work.letter, &job.why), tx).await
}

/// The operator has dropped a job; when it was a letter's, that letter has failed.
///
/// # Errors
/// The database's.
pub async fn dropped(tx: &mut Tx, kind: &str, args: &str) -> Result<(), sqlx::Error> {
    let is_ours = [Send::KIND, SendAdvert::KIND].contains(&kind);
    // The arguments of both are the same.
    if let (true, Ok(Send { letter })) = (is_ours, serde_json::from_str(args)) {
        store::mark_failed(tx, &letter, "its job was dropped by the operator").await?;
    }
    Ok(())
}

async fn fail(cx: &Context, (id, why): (&LetterId, &str), tx: &mut Tx) -> Result<(), Fault> {
    if store::mark_failed(tx, id, &without_addresses(why)).await? > 0 {
        undelivered::told_or_later(cx, tx).await?;
    }
    Ok(())
}
