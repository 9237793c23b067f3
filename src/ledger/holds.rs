//! Setting money aside, and what becomes of it: captured, voided or expired, exactly once.
//!
//! Not for: escrow, which is an account of the house and takes ordinary transfers.

use super::{
    AccountId, CaptureOrder, Hold, HoldId, HoldOrder, HoldState, OperationKey, Outcome,
    TransferKind, Wish,
    claim::{Claim, OperationKind},
    settle::{Ask, settle},
    store_holds as store,
};
use crate::{clock::At, db::Tx};

/// Sets a sum aside: it stays in the account and cannot be spent otherwise. Once for its key.
///
/// # Errors
/// The database's; try again with the same key.
pub async fn hold(tx: &mut Tx, order: HoldOrder<'_>, now: At) -> Result<Outcome, sqlx::Error> {
    let HoldOrder { account, amount, limits, .. } = order;
    let wish = Wish::Hold { account, amount, limits };
    let claim = Claim::from(order);
    settle(tx, Ask { claim, wish, closes: None, opens: Some(order) }, now).await
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
    let mut shares = vec![(order.kind, order.to.clone(), order.amount)];
    shares.extend(order.fee.map(|fee| (TransferKind::Fee, fee.to.clone(), fee.amount)));
    // Whose money it is never changes, so it may be read before the locks; the state may not.
    let closes = store::get(tx, order.hold).await?;
    let (claim, wish) = (Claim::from(order), Wish::Capture { shares: &shares });
    settle(tx, Ask { claim, wish, closes, opens: None }, now).await
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
    let closes = store::get(tx, hold).await?;
    let claim = Claim::release(key, OperationKind::Void, hold);
    let wish = Wish::Release { into: HoldState::Voided };
    settle(tx, Ask { claim, wish, closes, opens: None }, now).await
}

/// Releases a hold whose time is over. The hold itself is the cause, so the key is made from it.
/// `None`: it is not over yet; nothing is kept, ask again later.
///
/// # Errors
/// The database's; try again.
pub async fn expire(tx: &mut Tx, hold: &HoldId, now: At) -> Result<Option<Outcome>, sqlx::Error> {
    let closes = store::get(tx, hold).await?;
    if closes.as_ref().is_some_and(|h| h.state == HoldState::Open && h.expires_at > now) {
        return Ok(None);
    }
    let key = OperationKey::of(&["hold", hold.as_str(), "expire"]);
    let claim = Claim::release(&key, OperationKind::Expire, hold);
    let wish = Wish::Release { into: HoldState::Expired };
    settle(tx, Ask { claim, wish, closes, opens: None }, now).await.map(Some)
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
