//! A revision that nobody confirmed in time; nothing has moved and nothing can any more.

use serde::{Deserialize, Serialize};

use super::{State, asks, letters, lists, request::read, store};
use crate::{
    confirmations,
    context::Context,
    db::Tx,
    queue::{Fault, Work},
};

/// Closes a revision whose time is over; due when it is.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Expire {
    /// The request.
    pub reference: String,
    /// The revision that began to wait; a newer one has a job of its own.
    pub revision: i64,
}

impl Work for Expire {
    const KIND: &'static str = "transfers.expire";
    const QUEUE: &'static str = "transfers";
}

/// Runs [`Expire`].
///
/// # Errors
/// A fault; the job is tried again.
pub async fn expire(cx: &Context, work: Expire, tx: &mut Tx) -> Result<(), Fault> {
    let now = cx.now();
    // A list is ended as a whole, its own confirmation before those of its payments.
    if lists::expire(cx, tx, (&work.reference, work.revision), now).await? {
        return Ok(());
    }
    confirmations::expire(tx, &work.reference, work.revision, now).await?;
    let Some(row) = store::lock(tx, &work.reference).await? else { return Ok(()) };
    if asks::expire(cx, tx, (&row, work.revision), now).await? {
        return Ok(());
    }
    let asked = row.state == State::Asked;
    if row.revision != work.revision || !row.state.is_open() || row.expires_at > now {
        return Ok(());
    }
    store::close(tx, &row.id, State::Expired, now).await?;
    if asked {
        let read = read(tx, &row.mail).await?;
        letters::expired(cx, tx, &row, (&read.mail, read.thread())).await?;
    }
    Ok(())
}
