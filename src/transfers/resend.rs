//! The confirmation letter once more, and where a request stands.

use super::{
    State, asks,
    jobs::{Resend, Status},
    letters::{self, Asking},
    lists,
    request::{days_held, read},
    store,
};
use crate::{clock::At, confirmations, context::Context, db::Tx, queue::Fault};

/// A YES that could not be believed enough: the link is sent again to the registered address.
pub(super) async fn resend(cx: &Context, tx: &mut Tx, work: &Resend, now: At) -> Result<(), Fault> {
    let read = read(tx, &work.mail).await?;
    if lists::again(cx, tx, (&read, &work.reference), now).await? {
        return Ok(());
    }
    if asks::again(cx, tx, (&read, &work.reference), now).await? {
        return Ok(());
    }
    let row = store::owner_of(tx, &work.reference).await?;
    let Some(row) = row.filter(|row| read.owns(row)) else {
        letters::no_such_request(cx, tx, &read.mail, (&work.reference, read.thread())).await?;
        return Ok(());
    };
    let live = confirmations::live_of(tx, &work.reference).await?;
    match (live, row.amount(), &row.recipient) {
        (Some(live), Some(amount), Some(to)) if live.expires_at > now => {
            let confirmable = confirmations::again(&live);
            let cause = format!("{}/{}/again/{}", row.reference, row.revision, read.mail.id);
            let language = read.mail.language;
            let days = days_held(cx, tx, to).await?;
            let asking = Asking { cause, thread: read.thread(), confirmable, language, days };
            letters::confirm_again(cx, tx, (&row, amount, to), asking).await?;
        }
        _ => letters::too_late(cx, tx, &row, (&read.mail, read.thread())).await?,
    }
    Ok(())
}

/// Says where a request stands.
pub(super) async fn status(cx: &Context, tx: &mut Tx, work: &Status, now: At) -> Result<(), Fault> {
    let read = read(tx, &work.mail).await?;
    if lists::again(cx, tx, (&read, &work.reference), now).await? {
        return Ok(());
    }
    if asks::again(cx, tx, (&read, &work.reference), now).await? {
        return Ok(());
    }
    let row = store::owner_of(tx, &work.reference).await?;
    let Some(row) = row.filter(|row| read.owns(row)) else {
        letters::no_such_request(cx, tx, &read.mail, (&work.reference, read.thread())).await?;
        return Ok(());
    };
    if row.state == State::Asked {
        let again = Resend { mail: work.mail.clone(), reference: work.reference.clone() };
        return resend(cx, tx, &again, now).await;
    }
    letters::too_late(cx, tx, &row, (&read.mail, read.thread())).await?;
    Ok(())
}
