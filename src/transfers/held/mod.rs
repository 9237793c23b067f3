//! Payments to people without an account: the money is set aside, the payee is told, and it is paid when
//! they claim it, or goes back. A request leaves `held` once, whoever comes first.
//!
//! The order of locks is everywhere that of a confirmation: its row, the request, the ledger.

mod claim;
mod give_back;
mod jobs;
mod remind;
mod set_aside;
mod store;

use crate::{
    accounts::PersonId,
    address::Address,
    clock::At,
    confirmations,
    db::Tx,
    language::Language,
    ledger::{HoldId, OperationKey},
};

use super::{RequestId, RequestRow, letters};

pub use claim::{CLAIM, claim_act};
pub use jobs::{
    AutoRemind, Bounced, Claim, ClaimLink, Decline, PayHeld, Remind, ReturnHeld, auto_remind,
    bounced, claim, claim_link, decline, pay_held, remind, return_held,
};

pub(super) use give_back::{Why, take_back};
pub(super) use set_aside::{set_aside, too_many};

/// What is held for somebody.
#[derive(Debug, Clone, sqlx_macros::FromRow)]
pub(super) struct Held {
    pub(super) request: RequestId,
    pub(super) hold: HoldId,
    pub(super) person: PersonId,
    pub(super) payee: Address,
    pub(super) held_at: At,
    pub(super) expires_at: At,
    pub(super) reminded_at: Option<At>,
}

/// What a claim's confirmation is found by: `T-771/claim`. The sender's own has the reference alone.
pub(super) fn claim_of(reference: &str) -> String {
    format!("{reference}/claim")
}

/// Whether a confirmation's reference is that of a claim.
pub fn is_claim(reference: &str) -> bool {
    reference.ends_with("/claim")
}

/// What became of a payment that had been held, as its payee is told, in one line and in a sentence; none
/// without such a request.
///
/// # Errors
/// The database's.
pub async fn claim_over(
    tx: &mut Tx,
    reference: &str,
    language: Language,
) -> Result<Option<(String, String)>, sqlx::Error> {
    let row = super::store::owner_of(tx, reference).await?;
    Ok(row.map(|row| letters::over(language, row.state, &row.sender_address)))
}

/// The claim's link and its YES act no more. Before the request's row is locked.
pub(super) async fn revoke(tx: &mut Tx, reference: &str) -> Result<u64, sqlx::Error> {
    confirmations::revoke(tx, &claim_of(reference)).await
}

fn key(row: &RequestRow, what: &str) -> OperationKey {
    OperationKey::of(&["transfer", row.id.as_str(), what])
}
