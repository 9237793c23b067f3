//! SQL of operations: the claim of a key, and the answer that was given to it.

use super::{OperationKey, claim::Claim};
use crate::{clock::At, db::Tx, execute, fetch};

/// The answer kept for a key.
#[derive(Debug, sqlx_macros::FromRow)]
pub(super) struct Kept {
    pub(super) request_hash: Vec<u8>,
    /// JSON of a `Refusal`; none when it was done.
    pub(super) refusal: Option<String>,
    pub(super) at: At,
}

/// Puts the operation's row, as done; one row when the key was free. Waits for whoever claims the
/// same key at the same time.
pub(super) async fn claim(tx: &mut Tx, claim: &Claim<'_>, now: At) -> Result<u64, sqlx::Error> {
    execute!(
        tx,
        "INSERT INTO ledger_operations (key, request_hash, kind, reference, at)
         VALUES ($1, $2, $3, $4, $5) ON CONFLICT (key) DO NOTHING",
        claim.key,
        claim.hash.as_bytes(),
        claim.kind,
        claim.reference,
        now
    )
}

pub(super) async fn kept(tx: &mut Tx, key: &OperationKey) -> Result<Kept, sqlx::Error> {
    fetch!(
        fetch_one,
        tx,
        Kept,
        "SELECT request_hash, refusal, at FROM ledger_operations WHERE key = $1",
        key
    )
}

/// Turns the operation just claimed into a refused one.
pub(super) async fn refuse(
    tx: &mut Tx,
    key: &OperationKey,
    refusal: &str,
) -> Result<u64, sqlx::Error> {
    execute!(tx, "UPDATE ledger_operations SET refusal = $2 WHERE key = $1", key, refusal)
}
