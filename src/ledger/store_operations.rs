//! SQL of operations: the claim of a key with the locks that follow it, and the answer that was given.

use sqlx::{FromRow, Row};

use super::{Account, OperationKey, claim::Claim, store::json_list};
use crate::{
    clock::At,
    db::{Conn, Tx},
    execute, fetch,
};

/// How many accounts one operation may touch.
pub(super) const ACCOUNTS_MAX: usize = 6;

/// Puts the operation's row, as done, and keeps the accounts until the end of the transaction. `None`:
/// the key is taken; whoever was claiming it at the same time has been waited for.
///
/// The operation comes first, then the accounts in the order of their ids. Everybody locks in this
/// order, so two transfers in opposite directions cannot wait for each other.
pub(super) async fn claim(
    tx: &mut Tx,
    claim: &Claim<'_>,
    ids: &[&str],
    now: At,
) -> Result<Option<Vec<Account>>, sqlx::Error> {
    assert!(ids.len() <= ACCOUNTS_MAX, "an operation touches at most {ACCOUNTS_MAX} accounts");
    match &mut tx.conn {
        Conn::Postgres(t) => claim_at_once(t, claim, ids, now).await,
        Conn::Sqlite(t) => claim_and_read(t, claim, ids, now).await,
    }
}

/// One round trip. The count stands in the way of the scan, so no account is touched before the key is
/// ours; a locked row is read as its last writer left it, not as the statement's snapshot saw it.
/// Ids are single parameters, since PostgreSQL would plan a statement with a list anew each time.
async fn claim_at_once(
    c: &mut sqlx::PgConnection,
    claim: &Claim<'_>,
    ids: &[&str],
    now: At,
) -> Result<Option<Vec<Account>>, sqlx::Error> {
    let sql = "WITH claimed AS (
            INSERT INTO ledger_operations (key, request_hash, kind, reference, at)
            VALUES ($1, $2, $3, $4, $5) ON CONFLICT (key) DO NOTHING RETURNING 1),
        locked AS (
            SELECT id, owner, kind, currency, posted_minor, held_minor, floor_minor, version,
                debit_ok, credit_ok, frozen_at, opened_at
            FROM ledger_accounts
            WHERE (SELECT COUNT(*) FROM claimed) = 1 AND id IN ($6, $7, $8, $9, $10, $11)
            ORDER BY id FOR NO KEY UPDATE)
        SELECT (SELECT COUNT(*) FROM claimed) = 1 AS claimed, locked.*
        FROM (SELECT 1) AS one LEFT JOIN locked ON TRUE";
    let query = sqlx::query(sql).bind(claim.key).bind(claim.hash.as_bytes()).bind(claim.kind);
    let query = query.bind(claim.reference).bind(now);
    // Places that are not needed repeat the last id.
    let last = ids.last().copied();
    let places = (0..ACCOUNTS_MAX).map(|place| ids.get(place).copied().or(last));
    let rows = places.fold(query, |query, id| query.bind(id)).fetch_all(c).await?;
    let mut accounts = Vec::with_capacity(rows.len());
    for row in &rows {
        if !row.try_get("claimed")? {
            return Ok(None);
        }
        // Without any account there is still a row.
        if row.try_get::<Option<&str>, _>("id")?.is_some() {
            accounts.push(Account::from_row(row)?);
        }
    }
    Ok(Some(accounts))
}

/// SQLite has one writer: who is in the transaction has the lock.
async fn claim_and_read(
    c: &mut sqlx::SqliteConnection,
    claim: &Claim<'_>,
    ids: &[&str],
    now: At,
) -> Result<Option<Vec<Account>>, sqlx::Error> {
    let sql = "INSERT INTO ledger_operations (key, request_hash, kind, reference, at)
               VALUES ($1, $2, $3, $4, $5) ON CONFLICT (key) DO NOTHING";
    let query = sqlx::query(sql).bind(claim.key).bind(claim.hash.as_bytes()).bind(claim.kind);
    let query = query.bind(claim.reference).bind(now);
    if query.execute(&mut *c).await?.rows_affected() == 0 {
        return Ok(None);
    }
    let sql = "SELECT id, owner, kind, currency, posted_minor, held_minor, floor_minor, version,
                   debit_ok, credit_ok, frozen_at, opened_at
               FROM ledger_accounts
               WHERE id IN (SELECT value FROM json_each($1)) ORDER BY id";
    sqlx::query_as(sql).bind(json_list(ids)).fetch_all(c).await.map(Some)
}

/// The answer kept for a key.
#[derive(Debug, sqlx_macros::FromRow)]
pub(super) struct Kept {
    pub(super) request_hash: Vec<u8>,
    /// JSON of a `Refusal`; none when it was done.
    pub(super) refusal: Option<String>,
    pub(super) at: At,
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
