//! Setting money aside, and what becomes of it: captured, voided or expired, exactly once.
//!
//! Not for: escrow, which is an account of the house and takes ordinary transfers.

use super::{
    AccountId, CaptureOrder, Hold, HoldId, HoldOrder, HoldState, OperationKey, Outcome,
    TransferKind, Wish,
    claim::{Claim, OperationKind},
    settle::{self, Ask},
    store_holds as store,
};
use crate::{clock::At, db::Tx};

/// Sets a sum aside: it stays in the account and cannot be spent otherwise. Once for its key.
///
/// # Errors
/// The database's; try again with the same key.
pub async fn hold(tx: &mut Tx, order: HoldOrder<'_>, now: At) -> Result<Outcome, sqlx::Error> {
    if let Some(first) = settle::claim(tx, &Claim::from(order), now).await? {
        return Ok(first);
    }
    let HoldOrder { account, amount, limits, .. } = order;
    let wish = Wish::Hold { account, amount, limits };
    settle::settle(tx, Ask { key: order.key, wish, hold: None, opens: Some(&order) }, now).await
}

/// Pays from a hold to whoever really receives, in whole or in part, with a fee for the house if
/// there is one; the rest is released. Once for its key. A frozen payer's hold is not captured; it
/// stays open until it is voided or expires.
///
/// # Errors
/// The database's; try again with the same key.
pub async fn capture(
    tx: &mut Tx,
    order: CaptureOrder<'_>,
    now: At,
) -> Result<Outcome, sqlx::Error> {
    if let Some(first) = settle::claim(tx, &Claim::from(order), now).await? {
        return Ok(first);
    }
    let mut shares = vec![(order.kind, order.to.clone(), order.amount)];
    shares.extend(order.fee.map(|fee| (TransferKind::Fee, fee.to.clone(), fee.amount)));
    let hold = store::get(tx, order.hold).await?;
    let wish = Wish::Capture { shares: &shares };
    settle::settle(tx, Ask { key: order.key, wish, hold: hold.as_ref(), opens: None }, now).await
}

/// Releases a hold; the money can be spent again. Once for its key.
///
/// # Errors
/// The database's; try again with the same key.
pub async fn void(
    tx: &mut Tx,
    key: &OperationKey,
    hold: &HoldId,
    now: At,
) -> Result<Outcome, sqlx::Error> {
    release(tx, &Claim::release(key, OperationKind::Void, hold), hold, now).await
}

/// Releases a hold whose time is over. The hold itself is the cause, so the key is made from it.
/// `None`: it is not over yet; nothing is kept, ask again later.
///
/// # Errors
/// The database's; try again.
pub async fn expire(tx: &mut Tx, hold: &HoldId, now: At) -> Result<Option<Outcome>, sqlx::Error> {
    let found = store::get(tx, hold).await?;
    if found.is_some_and(|h| h.state == HoldState::Open && h.expires_at > now) {
        return Ok(None);
    }
    let key = OperationKey::of(&["hold", hold.as_str(), "expire"]);
    release(tx, &Claim::release(&key, OperationKind::Expire, hold), hold, now).await.map(Some)
}

async fn release(
    tx: &mut Tx,
    claim: &Claim<'_>,
    hold: &HoldId,
    now: At,
) -> Result<Outcome, sqlx::Error> {
    if let Some(first) = settle::claim(tx, claim, now).await? {
        return Ok(first);
    }
    let into = match claim.kind {
        OperationKind::Expire => HoldState::Expired,
        _ => HoldState::Voided,
    };
    let hold = store::get(tx, hold).await?;
    let wish = Wish::Release { into };
    settle::settle(tx, Ask { key: claim.key, wish, hold: hold.as_ref(), opens: None }, now).await
}

/// One hold, unlocked.
///
/// # Errors
/// The database's.
pub async fn get_hold(tx: &mut Tx, id: &HoldId) -> Result<Option<Hold>, sqlx::Error> {
    store::get(tx, id).await
}

/// The open holds of an account, oldest first.
///
/// # Errors
/// The database's.
pub async fn open_holds(tx: &mut Tx, account: &AccountId) -> Result<Vec<Hold>, sqlx::Error> {
    store::open_of(tx, account).await
}

/// At most `max` open holds whose time is over, the most overdue first: what [`expire`] is for.
///
/// # Errors
/// The database's.
pub async fn due_holds(tx: &mut Tx, now: At, max: i64) -> Result<Vec<Hold>, sqlx::Error> {
    store::due(tx, now, max).await
}
