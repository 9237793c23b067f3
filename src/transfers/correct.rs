//! A correction makes a new revision: the old link dies, and the sender is asked anew.

use super::{
    asks,
    jobs::Correct,
    letters,
    request::{read, settle_revision},
    store,
};
use crate::{accounts, clock::At, confirmations, context::Context, db::Tx, queue::Fault};

pub(super) async fn correct(
    cx: &Context,
    tx: &mut Tx,
    work: &Correct,
    now: At,
) -> Result<(), Fault> {
    let read = read(tx, &work.mail).await?;
    if asks::instead(cx, tx, (&read, work), now).await? {
        return Ok(());
    }
    if !store::owner_of(tx, &work.reference).await?.is_some_and(|row| read.owns(&row)) {
        letters::no_such_request(cx, tx, &read.mail, (&work.reference, read.thread())).await?;
        return Ok(());
    }
    // The confirmation's row is taken first, as when it is spent: one order of locks everywhere.
    confirmations::revoke(tx, &work.reference).await?;
    let Some(row) = store::lock(tx, &work.reference).await? else { return Ok(()) };
    let person = match &row.person {
        Some(person) => accounts::by_id(tx, person).await?,
        None => None,
    };
    let (Some(person), true) = (person, row.state.is_open()) else {
        letters::too_late(cx, tx, &row, (&read.mail, read.thread())).await?;
        return Ok(());
    };
    if row.expires_at <= now {
        letters::too_late(cx, tx, &row, (&read.mail, read.thread())).await?;
        return Ok(());
    }
    let draft = read.draft(work.step)?.over(&row);
    let mut next = row;
    next.revision += 1;
    store::apply(&mut next, &draft);
    settle_revision(cx, tx, &read, (next, &person, draft), work.way).await
}
