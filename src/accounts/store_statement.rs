//! The movements of an account, with whom they were as its owner knows them.

use crate::{address::Address, clock::At, db::Tx, fetch, ledger::AccountId, ledger::TransferKind};

/// A movement as a statement's reader sees it.
#[derive(Debug, Clone, sqlx_macros::FromRow)]
pub(super) struct MovementRow {
    /// What it was.
    pub(super) kind: TransferKind,
    /// In minor units: positive when it came in.
    pub(super) amount_minor: i64,
    /// The balance after it, in minor units.
    pub(super) after_minor: i64,
    /// What people call it.
    pub(super) reference: Option<String>,
    /// When.
    pub(super) at: At,
    /// The address that was paid, or that paid, as it stood in the request: never another one of the
    /// same person.
    pub(super) party: Option<Address>,
}

/// The newest `max` movements of an account from `from` until before `to`, newest first.
pub(super) async fn movements(
    tx: &mut Tx,
    account: &AccountId,
    (from, to): (At, At),
    max: i64,
) -> Result<Vec<MovementRow>, sqlx::Error> {
    fetch!(
        fetch_all,
        tx,
        MovementRow,
        "SELECT e.kind, e.amount_minor, e.after_minor, o.reference, e.at,
             CASE WHEN e.amount_minor < 0 THEN r.recipient ELSE r.sender_address END AS party
         FROM ledger_entries e JOIN ledger_operations o ON o.key = e.operation
         LEFT JOIN transfer_requests r ON r.operation = e.operation
         WHERE e.account = $1 AND e.at >= $2 AND e.at < $3
         ORDER BY e.version DESC LIMIT $4",
        account,
        from,
        to,
        max
    )
}

/// How many movements an account had from `from` until before `to`.
pub(super) async fn count(
    tx: &mut Tx,
    account: &AccountId,
    (from, to): (At, At),
) -> Result<i64, sqlx::Error> {
    let row = fetch!(
        fetch_one,
        tx,
        (i64,),
        "SELECT COUNT(*) FROM ledger_entries WHERE account = $1 AND at >= $2 AND at < $3",
        account,
        from,
        to
    )?;
    Ok(row.0)
}
