//! Reminding the payee: once by itself, and when the sender asks for it, at most once a day.

use std::time::Duration;

use super::{claim::what, claim_of, jobs::Remind, store};
use crate::{
    clock::At,
    confirmations,
    context::Context,
    db::Tx,
    queue::Fault,
    transfers::{State, letters, request::read, store as requests},
};

/// Between two letters about one payment, at least.
const PAUSE: Duration = Duration::from_secs(86_400);

/// The reminder that nobody asked for; none when the sender has reminded a moment ago.
pub(super) async fn by_itself(
    cx: &Context,
    tx: &mut Tx,
    reference: &str,
    now: At,
) -> anyhow::Result<()> {
    let Some(row) = requests::lock(tx, reference).await? else { return Ok(()) };
    if row.state != State::Held {
        return Ok(());
    }
    let (amount, held) = what(tx, &row).await?;
    let live = confirmations::live_of(tx, &claim_of(reference)).await?;
    let recent = held.reminded_at.is_some_and(|at| at.plus(PAUSE) > now);
    if let Some(live) = live.filter(|live| !recent && live.expires_at > now) {
        store::reminded(tx, &row.id, now).await?;
        letters::remind_to_claim(cx, tx, (&row, amount, &held), (&live, "once")).await?;
    }
    Ok(())
}

/// The sender asks for it.
pub(super) async fn by_sender(
    cx: &Context,
    tx: &mut Tx,
    work: &Remind,
    now: At,
) -> Result<(), Fault> {
    let read = read(tx, &work.mail).await?;
    let owned = requests::owner_of(tx, &work.reference).await?;
    if !owned.is_some_and(|row| read.owns(&row)) {
        letters::no_such_request(cx, tx, &read.mail, (&work.reference, read.thread())).await?;
        return Ok(());
    }
    let Some(row) = requests::lock(tx, &work.reference).await? else { return Ok(()) };
    if row.state != State::Held {
        letters::too_late(cx, tx, &row, (&read.mail, read.thread())).await?;
        return Ok(());
    }
    let (amount, held) = what(tx, &row).await?;
    let live = confirmations::live_of(tx, &claim_of(&row.reference)).await?;
    let Some(live) = live.filter(|live| live.expires_at > now) else {
        letters::too_late(cx, tx, &row, (&read.mail, read.thread())).await?;
        return Ok(());
    };
    let again = held.reminded_at.unwrap_or(held.held_at).plus(PAUSE);
    let answer = (&read.mail, read.thread());
    if again > now {
        letters::reminded(cx, tx, (&row, &held, Some(again)), answer).await?;
        return Ok(());
    }
    store::reminded(tx, &row.id, now).await?;
    let cause = read.mail.id.as_str();
    letters::remind_to_claim(cx, tx, (&row, amount, &held), (&live, cause)).await?;
    letters::reminded(cx, tx, (&row, &held, None), answer).await?;
    Ok(())
}
