//! Taking a request back before its money has moved.

use super::{State, asks, jobs::Cancel, letters, lists, request::read, store};
use crate::{clock::At, confirmations, context::Context, db::Tx, queue::Fault};

pub(super) async fn cancel(cx: &Context, tx: &mut Tx, work: &Cancel, now: At) -> Result<(), Fault> {
    let read = read(tx, &work.mail).await?;
    if lists::cancel(cx, tx, (&read, &work.reference), now).await? {
        return Ok(());
    }
    if asks::cancel(cx, tx, (&read, &work.reference), now).await? {
        return Ok(());
    }
    if !store::owner_of(tx, &work.reference).await?.is_some_and(|row| read.owns(&row)) {
        letters::no_such_request(cx, tx, &read.mail, (&work.reference, read.thread())).await?;
        return Ok(());
    }
    confirmations::revoke(tx, &work.reference).await?;
    let Some(row) = store::lock(tx, &work.reference).await? else { return Ok(()) };
    if store::close(tx, &row.id, State::Cancelled, now).await? == 1 {
        letters::cancelled(cx, tx, &row, (&read.mail, read.thread())).await?;
    } else {
        letters::too_late(cx, tx, &row, (&read.mail, read.thread())).await?;
    }
    Ok(())
}
