//! SQL of holds. One function, one statement; the transaction is the caller's.

use super::{AccountId, Hold, HoldId, HoldState, OperationKey};
use crate::{
    clock::At,
    db::{Conn, Tx},
    execute, fetch,
};

/// A row about to be written.
#[derive(Debug)]
pub(super) struct NewHold<'a> {
    pub(super) id: &'a HoldId,
    pub(super) operation: &'a OperationKey,
    pub(super) account: &'a AccountId,
    pub(super) payee_hint: Option<&'a str>,
    pub(super) amount: crate::money::Amount,
    pub(super) opened_at: At,
    pub(super) expires_at: At,
}

pub(super) async fn insert(tx: &mut Tx, new: NewHold<'_>) -> Result<u64, sqlx::Error> {
    execute!(
        tx,
        "INSERT INTO ledger_holds
             (id, operation, account, payee_hint, currency, amount_minor, opened_at, expires_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
        new.id,
        new.operation,
        new.account,
        new.payee_hint,
        new.amount.currency(),
        new.amount.minor(),
        new.opened_at,
        new.expires_at
    )
}

pub(super) async fn get(tx: &mut Tx, id: &HoldId) -> Result<Option<Hold>, sqlx::Error> {
    fetch!(
        fetch_optional,
        tx,
        Hold,
        "SELECT id, operation, account, payee_hint, currency, amount_minor, captured_minor,
             state, opened_at, expires_at, closed_at, closed_by
         FROM ledger_holds WHERE id = $1",
        id
    )
}

/// Reads a hold and keeps it; after its account, as everybody does.
pub(super) async fn lock(tx: &mut Tx, id: &HoldId) -> Result<Option<Hold>, sqlx::Error> {
    match &mut tx.conn {
        Conn::Postgres(t) => {
            let sql = "SELECT id, operation, account, payee_hint, currency, amount_minor,
                captured_minor, state, opened_at, expires_at, closed_at, closed_by
            FROM ledger_holds WHERE id = $1 FOR NO KEY UPDATE";
            sqlx::query_as(sql).bind(id).fetch_optional(&mut **t).await
        }
        Conn::Sqlite(t) => {
            let sql = "SELECT id, operation, account, payee_hint, currency, amount_minor,
                captured_minor, state, opened_at, expires_at, closed_at, closed_by
            FROM ledger_holds WHERE id = $1";
            sqlx::query_as(sql).bind(id).fetch_optional(&mut **t).await
        }
    }
}

pub(super) async fn close(
    tx: &mut Tx,
    id: &HoldId,
    (into, captured_minor): (HoldState, i64),
    by: &OperationKey,
    now: At,
) -> Result<u64, sqlx::Error> {
    execute!(
        tx,
        "UPDATE ledger_holds SET state = $2, captured_minor = $3, closed_by = $4, closed_at = $5
         WHERE id = $1",
        id,
        into,
        captured_minor,
        by,
        now
    )
}

/// The hold that an operation opened or closed.
pub(super) async fn touched_by(
    tx: &mut Tx,
    operation: &OperationKey,
) -> Result<Option<(HoldId,)>, sqlx::Error> {
    fetch!(
        fetch_optional,
        tx,
        (HoldId,),
        "SELECT id FROM ledger_holds WHERE operation = $1 OR closed_by = $1",
        operation
    )
}

pub(super) async fn open_of(tx: &mut Tx, account: &AccountId) -> Result<Vec<Hold>, sqlx::Error> {
    fetch!(
        fetch_all,
        tx,
        Hold,
        "SELECT id, operation, account, payee_hint, currency, amount_minor, captured_minor,
             state, opened_at, expires_at, closed_at, closed_by
         FROM ledger_holds WHERE account = $1 AND state = 'open' ORDER BY opened_at, id",
        account
    )
}

pub(super) async fn due(tx: &mut Tx, now: At, max: i64) -> Result<Vec<Hold>, sqlx::Error> {
    fetch!(
        fetch_all,
        tx,
        Hold,
        "SELECT id, operation, account, payee_hint, currency, amount_minor, captured_minor,
             state, opened_at, expires_at, closed_at, closed_by
         FROM ledger_holds WHERE state = 'open' AND expires_at <= $1
         ORDER BY expires_at, id LIMIT $2",
        now,
        max
    )
}
