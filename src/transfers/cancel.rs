//! Taking a request back before its money has moved, or while it is held.

use super::{
    State, asks, held,
    jobs::Cancel,
    letters, lists,
    request::{Read, read},
    store,
};
use crate::{clock::At, confirmations, context::Context, db::Tx, queue::Fault};

pub(super) async fn cancel(cx: &Context, tx: &mut Tx, work: &Cancel, now: At) -> Result<(), Fault> {
    let read = read(tx, &work.mail).await?;
    if lists::cancel(cx, tx, (&read, &work.reference), now).await? {
        return Ok(());
    }
    if asks::cancel(cx, tx, (&read, &work.reference), now).await? {
        return Ok(());
    }
    take_back_by(cx, tx, (&read, &work.reference), now).await
}

/// Takes a request back at the wish of a mail, when it is its sender's.
pub(super) async fn take_back_by(
    cx: &Context,
    tx: &mut Tx,
    (read, reference): (&Read, &str),
    now: At,
) -> Result<(), Fault> {
    if !store::owner_of(tx, reference).await?.is_some_and(|row| read.owns(&row)) {
        letters::no_such_request(cx, tx, &read.mail, (reference, read.thread())).await?;
        return Ok(());
    }
    confirmations::revoke(tx, reference).await?;
    held::revoke(tx, reference).await?;
    let Some(row) = store::lock(tx, reference).await? else { return Ok(()) };
    if row.state == State::Held {
        held::take_back(cx, tx, &row, now).await?;
    } else if store::close(tx, &row.id, State::Cancelled, now).await? == 1 {
        letters::cancelled(cx, tx, &row, (&read.mail, read.thread())).await?;
    } else {
        letters::too_late(cx, tx, &row, (&read.mail, read.thread())).await?;
    }
    Ok(())
}
