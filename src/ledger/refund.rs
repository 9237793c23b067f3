//! Giving transfers back, in whole or in part, never more than was paid.
//!
//! Not for: an order that was not accepted; its money is still in escrow and goes back by `post`.

use super::{
    LEGS_MAX, Leg, Limits, Original, Outcome, RefundOrder, Refusal, TransferKind, Wish,
    claim::Claim,
    settle::{Ask, settle},
    store,
};
use crate::{clock::At, db::Tx};

/// Gives transfers back, all parts or nothing, once for its key. Who was paid by a transfer pays; a
/// vendor who is short is refused like any payer, and the caller asks again with a new key.
///
/// # Errors
/// The database's; try again with the same key.
///
/// # Panics
/// Without a part, or with more than [`LEGS_MAX`].
pub async fn refund(tx: &mut Tx, order: RefundOrder<'_>, now: At) -> Result<Outcome, sqlx::Error> {
    assert!((1..=LEGS_MAX).contains(&order.parts.len()), "a refund has 1 to {LEGS_MAX} parts");
    // Who was paid never changes, so it may be read before the locks; how much is left may not.
    let ids: Vec<_> = order.parts.iter().map(|part| part.transfer.as_str()).collect();
    let originals = store::originals(tx, &ids).await?;
    let legs = legs(order, &originals);
    let wish = match &legs {
        Some(legs) => Wish::Move { legs, limits: &Limits::NONE },
        None => Wish::Nothing { because: &Refusal::UnknownTransfer },
    };
    settle(tx, Ask::plain(Claim::from(order), wish), now).await
}

/// `None` when a part names no transfer.
fn legs(order: RefundOrder<'_>, originals: &[Original]) -> Option<Vec<Leg>> {
    let leg = |part: &super::RefundPart<'_>| {
        let original = originals.iter().find(|original| original.id == *part.transfer)?;
        Some(Leg {
            kind: TransferKind::Refund,
            debit: original.credit.clone(),
            credit: part.to.unwrap_or(&original.debit).clone(),
            amount: part.amount,
            reverses: Some(original.id.clone()),
        })
    };
    order.parts.iter().map(leg).collect()
}
