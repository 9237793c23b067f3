//! SQL of transfers: writing a movement, and reading what was written.
//!
//! One function, one statement (a movement on SQLite: two); the transaction is the caller's.

use sqlx::{Database, Encode, Type, query::Query};

use super::{
    AccountId, Entry, HoldId, LegApplied, OperationKey, Original, Spent, Transfer, TransferId,
    TransferKind, limits,
};
use crate::{
    clock::At,
    db::{Conn, Tx},
    fetch,
    money::Currency,
};

/// `["a","b"]`: a list of ids for SQLite's `json_each`.
pub(super) fn json_list(ids: &[&str]) -> String {
    serde_json::Value::from(ids).to_string()
}

/// What every movement of an operation has in common.
#[derive(Debug, Clone, Copy)]
pub(super) struct Cause<'a> {
    pub(super) key: &'a OperationKey,
    pub(super) hold: Option<&'a HoldId>,
    pub(super) now: At,
}

/// Writes one movement: its row, and both accounts as they are after it. On PostgreSQL that is one
/// statement, hence one round trip.
///
/// # Panics
/// When an account is gone: it was locked before.
pub(super) async fn write(
    tx: &mut Tx,
    id: &TransferId,
    (place, leg): (i64, &LegApplied),
    cause: Cause<'_>,
) -> Result<(), sqlx::Error> {
    let changed = match &mut tx.conn {
        Conn::Postgres(t) => {
            let sql = "WITH written AS (
                    INSERT INTO ledger_transfers (debit, credit, debit_after_minor,
                        credit_after_minor, debit_version, credit_version, id, operation, leg,
                        kind, currency, amount_minor, reverses, hold, at)
                    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15))
                UPDATE ledger_accounts
                SET posted_minor = CASE id WHEN $1 THEN $3 ELSE $4 END,
                    version = CASE id WHEN $1 THEN $5 ELSE $6 END
                WHERE id IN ($1, $2)";
            balances(sqlx::query(sql), leg)
                .bind(id)
                .bind(cause.key)
                .bind(place)
                .bind(leg.leg.kind.as_str())
                .bind(leg.leg.amount.currency().code())
                .bind(leg.leg.amount.minor())
                .bind(&leg.leg.reverses)
                .bind(cause.hold)
                .bind(cause.now)
                .execute(&mut **t)
                .await?
                .rows_affected()
        }
        Conn::Sqlite(t) => {
            let sql = "INSERT INTO ledger_transfers (debit, credit, debit_after_minor,
                    credit_after_minor, debit_version, credit_version, id, operation, leg, kind,
                    currency, amount_minor, reverses, hold, at)
                VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)";
            balances(sqlx::query(sql), leg)
                .bind(id)
                .bind(cause.key)
                .bind(place)
                .bind(leg.leg.kind.as_str())
                .bind(leg.leg.amount.currency().code())
                .bind(leg.leg.amount.minor())
                .bind(&leg.leg.reverses)
                .bind(cause.hold)
                .bind(cause.now)
                .execute(&mut **t)
                .await?;
            let sql = "UPDATE ledger_accounts
                SET posted_minor = CASE id WHEN $1 THEN $3 ELSE $4 END,
                    version = CASE id WHEN $1 THEN $5 ELSE $6 END
                WHERE id IN ($1, $2)";
            balances(sqlx::query(sql), leg).execute(&mut **t).await?.rows_affected()
        }
    };
    assert_eq!(changed, 2, "both accounts are locked, so both are there");
    Ok(())
}

/// Binds `$1` to `$6`: both accounts, their balances and versions after the movement.
fn balances<'q, DB: Database>(
    query: Query<'q, DB, DB::Arguments>,
    leg: &'q LegApplied,
) -> Query<'q, DB, DB::Arguments>
where
    &'q str: Encode<'q, DB> + Type<DB>,
    i64: Encode<'q, DB> + Type<DB>,
{
    query
        .bind(leg.leg.debit.as_str())
        .bind(leg.leg.credit.as_str())
        .bind(leg.debit_after_minor)
        .bind(leg.credit_after_minor)
        .bind(leg.debit_version)
        .bind(leg.credit_version)
}

/// A transfer's row, as receipts need it.
#[derive(Debug, sqlx_macros::FromRow)]
pub(super) struct LegRow {
    pub(super) id: TransferId,
    pub(super) kind: TransferKind,
    pub(super) debit: AccountId,
    pub(super) credit: AccountId,
    pub(super) currency: Currency,
    pub(super) amount_minor: i64,
    pub(super) debit_after_minor: i64,
    pub(super) credit_after_minor: i64,
}

pub(super) async fn legs_of(
    tx: &mut Tx,
    operation: &OperationKey,
) -> Result<Vec<LegRow>, sqlx::Error> {
    fetch!(
        fetch_all,
        tx,
        LegRow,
        "SELECT id, kind, debit, credit, currency, amount_minor, debit_after_minor,
             credit_after_minor
         FROM ledger_transfers WHERE operation = $1 ORDER BY leg",
        operation
    )
}

/// What has left an account or is promised by its open holds, in each window that ends at `now`.
/// Read after the account is locked, so nothing can be added meanwhile.
pub(super) async fn spent(tx: &mut Tx, account: &AccountId, now: At) -> Result<Spent, sqlx::Error> {
    fetch!(
        fetch_one,
        tx,
        Spent,
        "SELECT COUNT(DISTINCT CASE WHEN at > $2 THEN operation END) AS hourly_count,
             CAST(COALESCE(SUM(CASE WHEN at > $3 THEN amount_minor END), 0) AS BIGINT)
                 AS day_minor,
             CAST(COALESCE(SUM(CASE WHEN at > $4 THEN amount_minor END), 0) AS BIGINT)
                 AS week_minor,
             CAST(COALESCE(SUM(amount_minor), 0) AS BIGINT) AS month_minor
         FROM (
             SELECT operation, amount_minor, at FROM ledger_transfers
             WHERE debit = $1 AND at > $5 AND reverses IS NULL
             UNION ALL
             SELECT operation, amount_minor, opened_at FROM ledger_holds
             WHERE account = $1 AND opened_at > $5 AND state = 'open') AS recent",
        account,
        now.minus(limits::HOUR),
        now.minus(limits::DAY),
        now.minus(limits::WEEK),
        now.minus(limits::MONTH)
    )
}

/// Transfers with what has been refunded of them. Read after the payers are locked: whoever else
/// gives them back must lock the same accounts first.
pub(super) async fn originals(tx: &mut Tx, ids: &[&str]) -> Result<Vec<Original>, sqlx::Error> {
    match &mut tx.conn {
        Conn::Postgres(t) => {
            let sql = "SELECT t.id, t.debit, t.credit, t.currency, t.amount_minor,
                           COALESCE(r.refunded_minor, 0) AS refunded_minor
                       FROM ledger_transfers t LEFT JOIN ledger_refunds r ON r.transfer = t.id
                       WHERE t.id = ANY($1)";
            sqlx::query_as(sql).bind(ids).fetch_all(&mut **t).await
        }
        Conn::Sqlite(t) => {
            let sql = "SELECT t.id, t.debit, t.credit, t.currency, t.amount_minor,
                           COALESCE(r.refunded_minor, 0) AS refunded_minor
                       FROM ledger_transfers t LEFT JOIN ledger_refunds r ON r.transfer = t.id
                       WHERE t.id IN (SELECT value FROM json_each($1))";
            sqlx::query_as(sql).bind(json_list(ids)).fetch_all(&mut **t).await
        }
    }
}

/// The newest `max_rows` entries of an account between two instants, newest first.
pub(super) async fn entries(
    tx: &mut Tx,
    account: &AccountId,
    from: At,
    to: At,
    max_rows: i64,
) -> Result<Vec<Entry>, sqlx::Error> {
    fetch!(
        fetch_all,
        tx,
        Entry,
        "SELECT e.transfer, e.kind, e.other, e.currency, e.amount_minor, e.after_minor, e.version,
             o.reference, e.at
         FROM ledger_entries e JOIN ledger_operations o ON o.key = e.operation
         WHERE e.account = $1 AND e.at >= $2 AND e.at < $3
         ORDER BY e.version DESC LIMIT $4",
        account,
        from,
        to,
        max_rows
    )
}

/// The posted balance after the last entry before an instant, in minor units.
pub(super) async fn balance_before(
    tx: &mut Tx,
    account: &AccountId,
    at: At,
) -> Result<Option<(i64,)>, sqlx::Error> {
    fetch!(
        fetch_optional,
        tx,
        (i64,),
        "SELECT after_minor FROM ledger_entries WHERE account = $1 AND at < $2
         ORDER BY version DESC LIMIT 1",
        account,
        at
    )
}

/// Transfers by id, after one of them.
pub(super) async fn transfers(
    tx: &mut Tx,
    after: &str,
    max: i64,
) -> Result<Vec<Transfer>, sqlx::Error> {
    fetch!(
        fetch_all,
        tx,
        Transfer,
        "SELECT t.id, t.kind, t.debit, t.credit, t.amount_minor, t.currency, t.operation,
             t.reverses, o.reference, t.at
         FROM ledger_transfers t JOIN ledger_operations o ON o.key = t.operation
         WHERE t.id > $1 ORDER BY t.id LIMIT $2",
        after,
        max
    )
}
