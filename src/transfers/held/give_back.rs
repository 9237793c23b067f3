//! Releasing what is held: taken back, declined, over, or its letter could not be delivered. The sender is
//! told in each case, in the same transaction.

use anyhow::anyhow;
use serde::{Deserialize, Serialize};

use super::{Held, claim::what, claim_of, key, revoke, store};
use crate::{
    clock::At,
    confirmations,
    context::Context,
    db::Tx,
    ledger::{self, Outcome},
    money::Amount,
    transfers::{RequestRow, State, letters, store as requests},
};

/// Why money goes back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(in crate::transfers) enum Why {
    /// Its sender no longer wants to pay.
    TakenBack,
    /// Its payee does not want it.
    Declined,
    /// Nobody claimed it in time.
    Unclaimed,
    /// The payee's mail host refused our letter for good; with its words.
    Bounced(String),
    /// It could not be paid when it was claimed: an account was frozen.
    NotPayable,
}

/// Releases the hold of a locked, held request and tells its sender.
pub(super) async fn release(
    cx: &Context,
    tx: &mut Tx,
    (row, amount, held): (&RequestRow, Amount, &Held),
    (why, at): (Why, At),
) -> anyhow::Result<()> {
    let outcome = match why {
        Why::Unclaimed => ledger::expire(tx, &held.hold, at).await?,
        _ => Some(ledger::void(tx, &key(row, "back"), &held.hold, at).await?),
    };
    let Some(Outcome::Done(receipt)) = outcome else {
        return Err(anyhow!("{} cannot be released: {outcome:?}", row.reference));
    };
    let state = if why == Why::TakenBack { State::Cancelled } else { State::Returned };
    store::end(tx, &row.id, (state, receipt.operation.as_str()), at).await?;
    let account = ledger::find(tx, held.person.as_str(), amount.currency()).await?;
    let left = account.ok_or_else(|| anyhow!("The account is gone"))?.available();
    letters::went_back(cx, tx, (row, amount, held), (why, left)).await
}

/// The sender cancels. The caller has revoked the claim and locked the request.
pub(in crate::transfers) async fn take_back(
    cx: &Context,
    tx: &mut Tx,
    row: &RequestRow,
    now: At,
) -> anyhow::Result<()> {
    let (amount, held) = what(tx, row).await?;
    release(cx, tx, (row, amount, &held), (Why::TakenBack, now)).await
}

/// Nobody claimed it in time.
pub(super) async fn unclaimed(
    cx: &Context,
    tx: &mut Tx,
    reference: &str,
    now: At,
) -> anyhow::Result<()> {
    confirmations::expire(tx, &claim_of(reference), 1, now).await?;
    let Some(row) = requests::lock(tx, reference).await? else { return Ok(()) };
    if row.state != State::Held {
        return Ok(());
    }
    let (amount, held) = what(tx, &row).await?;
    if held.expires_at > now {
        return Err(anyhow!("{reference} is held until {}", held.expires_at));
    }
    release(cx, tx, (&row, amount, &held), (Why::Unclaimed, now)).await
}

/// The letter that told the payee cannot be delivered.
pub(super) async fn undelivered(
    cx: &Context,
    tx: &mut Tx,
    (reference, words): (&str, &str),
    now: At,
) -> anyhow::Result<()> {
    revoke(tx, reference).await?;
    let Some(row) = requests::lock(tx, reference).await? else { return Ok(()) };
    if row.state != State::Held {
        return Ok(());
    }
    let (amount, held) = what(tx, &row).await?;
    release(cx, tx, (&row, amount, &held), (Why::Bounced(words.to_owned()), now)).await
}
