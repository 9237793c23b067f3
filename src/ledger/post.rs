//! Moving money: one transfer, or several legs at once.

use super::{
    LEGS_MAX, Leg, Outcome, PostOrder, TransferOrder, Wish,
    claim::Claim,
    settle::{Ask, settle},
};
use crate::{clock::At, db::Tx};

/// Moves money from one account to another, once for its key.
///
/// # Errors
/// The database's; try again with the same key.
pub async fn transfer(
    tx: &mut Tx,
    order: TransferOrder<'_>,
    now: At,
) -> Result<Outcome, sqlx::Error> {
    let leg = Leg {
        kind: order.kind,
        debit: order.debit.clone(),
        credit: order.credit.clone(),
        amount: order.amount,
        reverses: None,
    };
    let (key, limits, reference) = (order.key, order.limits, order.reference);
    post(tx, PostOrder { key, legs: &[leg], limits, reference }, now).await
}

/// Moves money leg by leg, all or nothing, once for its key: ACCEPT is escrow to vendor and escrow to
/// house in one.
///
/// # Errors
/// The database's; try again with the same key.
///
/// # Panics
/// Without a leg, or with more than [`LEGS_MAX`].
pub async fn post(tx: &mut Tx, order: PostOrder<'_>, now: At) -> Result<Outcome, sqlx::Error> {
    assert!((1..=LEGS_MAX).contains(&order.legs.len()), "an operation has 1 to {LEGS_MAX} legs");
    let wish = Wish::Move { legs: order.legs, limits: order.limits };
    settle(tx, Ask::plain(Claim::from(order), wish), now).await
}
