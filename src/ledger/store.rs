//! SQL of transfers: writing a plan, and reading what was written.
//!
//! One function, one statement (a plan on SQLite: one for each row); the transaction is the caller's.

use super::{
    AccountId, Entry, Hold, LegApplied, OperationKey, Original, Plan, Spent, Transfer, TransferId,
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

/// Where a plan comes from and when.
#[derive(Debug, Clone, Copy)]
pub(super) struct Cause<'a> {
    pub(super) key: &'a OperationKey,
    pub(super) hold: Option<&'a Hold>,
    pub(super) now: At,
}

/// Writes a plan's accounts and transfers; `ids` names the transfers. On PostgreSQL all of it is one
/// statement, hence one round trip.
///
/// # Panics
/// When an account of the plan is gone: it was locked before.
pub(super) async fn apply(
    tx: &mut Tx,
    plan: &Plan,
    ids: &[TransferId],
    cause: Cause<'_>,
) -> Result<(), sqlx::Error> {
    let changed = match &mut tx.conn {
        Conn::Postgres(t) => apply_at_once(t, plan, ids, cause).await?,
        Conn::Sqlite(t) => apply_by_rows(t, plan, ids, cause).await?,
    };
    assert_eq!(changed, plan.accounts.len(), "every locked account is there to be written");
    Ok(())
}

async fn apply_at_once(
    c: &mut sqlx::PgConnection,
    plan: &Plan,
    ids: &[TransferId],
    cause: Cause<'_>,
) -> Result<usize, sqlx::Error> {
    let accounts =
        |of: fn(&super::Account) -> i64| plan.accounts.iter().map(of).collect::<Vec<_>>();
    let legs = |of: fn(&LegApplied) -> i64| plan.legs.iter().map(of).collect::<Vec<_>>();
    let names = |of: fn(&LegApplied) -> &str| plan.legs.iter().map(of).collect::<Vec<_>>();
    let sql = "WITH written AS (
            INSERT INTO ledger_transfers (id, operation, leg, kind, debit, credit, currency,
                amount_minor, debit_after_minor, credit_after_minor, debit_version,
                credit_version, reverses, hold, at)
            SELECT l.id, $5, l.leg - 1, l.kind, l.debit, l.credit, l.currency, l.amount,
                l.debit_after, l.credit_after, l.debit_version, l.credit_version, l.reverses, $6, $7
            FROM unnest($8::text[], $9::text[], $10::text[], $11::text[], $12::text[],
                $13::bigint[], $14::bigint[], $15::bigint[], $16::bigint[], $17::bigint[],
                $18::text[])
                WITH ORDINALITY AS l (id, kind, debit, credit, currency, amount, debit_after,
                    credit_after, debit_version, credit_version, reverses, leg))
        UPDATE ledger_accounts a SET posted_minor = n.posted, held_minor = n.held,
            version = n.version
        FROM unnest($1::text[], $2::bigint[], $3::bigint[], $4::bigint[])
            AS n (id, posted, held, version)
        WHERE a.id = n.id";
    let done = sqlx::query(sql)
        .bind(plan.accounts.iter().map(|a| a.id.as_str()).collect::<Vec<_>>())
        .bind(accounts(|a| a.posted_minor))
        .bind(accounts(|a| a.held_minor))
        .bind(accounts(|a| a.version))
        .bind(cause.key)
        .bind(cause.hold.map(|hold| &hold.id))
        .bind(cause.now)
        .bind(ids.iter().map(TransferId::as_str).collect::<Vec<_>>())
        .bind(names(|l| l.leg.kind.as_str()))
        .bind(names(|l| l.leg.debit.as_str()))
        .bind(names(|l| l.leg.credit.as_str()))
        .bind(names(|l| l.leg.amount.currency().code()))
        .bind(legs(|l| l.leg.amount.minor()))
        .bind(legs(|l| l.debit_after_minor))
        .bind(legs(|l| l.credit_after_minor))
        .bind(legs(|l| l.debit_version))
        .bind(legs(|l| l.credit_version))
        .bind(
            plan.legs
                .iter()
                .map(|l| l.leg.reverses.as_ref().map(TransferId::as_str))
                .collect::<Vec<_>>(),
        )
        .execute(c)
        .await?;
    Ok(usize::try_from(done.rows_affected()).unwrap_or(usize::MAX))
}

async fn apply_by_rows(
    c: &mut sqlx::SqliteConnection,
    plan: &Plan,
    ids: &[TransferId],
    cause: Cause<'_>,
) -> Result<usize, sqlx::Error> {
    let mut changed = 0_u64;
    for account in &plan.accounts {
        let sql = "UPDATE ledger_accounts SET posted_minor = $2, held_minor = $3, version = $4
                   WHERE id = $1";
        let query = sqlx::query(sql).bind(&account.id).bind(account.posted_minor);
        let query = query.bind(account.held_minor).bind(account.version);
        changed = changed.saturating_add(query.execute(&mut *c).await?.rows_affected());
    }
    for (place, (l, id)) in (0_i64..).zip(plan.legs.iter().zip(ids)) {
        let sql = "INSERT INTO ledger_transfers (id, operation, leg, kind, debit, credit, currency,
                amount_minor, debit_after_minor, credit_after_minor, debit_version,
                credit_version, reverses, hold, at)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)";
        let query = sqlx::query(sql).bind(id).bind(cause.key).bind(place).bind(l.leg.kind);
        let query = query.bind(&l.leg.debit).bind(&l.leg.credit).bind(l.leg.amount.currency());
        let query = query.bind(l.leg.amount.minor());
        let query = query.bind(l.debit_after_minor).bind(l.credit_after_minor);
        let query = query.bind(l.debit_version).bind(l.credit_version);
        let query = query.bind(&l.leg.reverses).bind(cause.hold.map(|hold| &hold.id));
        query.bind(cause.now).execute(&mut *c).await?;
    }
    Ok(usize::try_from(changed).unwrap_or(usize::MAX))
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
