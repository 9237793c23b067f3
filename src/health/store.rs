//! The table of running processes.

use super::Kind;
use crate::{clock::At, db::Tx, execute, fetch};

type Result<T> = std::result::Result<T, sqlx::Error>;

/// A process that has said it runs.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, sqlx_macros::FromRow)]
pub struct ProcessRow {
    /// Row id.
    pub id: String,
    /// What it does.
    pub kind: Kind,
    /// Of the program.
    pub version: String,
    /// Since when it runs.
    pub started_at: At,
    /// When it last said so.
    pub seen_at: At,
    /// Whether it can do its duty.
    pub ready: bool,
}

/// Says that a process is alive; the first time, that it runs.
pub(super) async fn seen(tx: &mut Tx, row: &ProcessRow) -> Result<u64> {
    execute!(
        tx,
        "INSERT INTO processes (id, kind, version, started_at, seen_at, ready) \
         VALUES ($1, $2, $3, $4, $5, $6) \
         ON CONFLICT (id) DO UPDATE SET seen_at = excluded.seen_at, ready = excluded.ready",
        &row.id,
        row.kind,
        &row.version,
        row.started_at,
        row.seen_at,
        row.ready
    )
}

pub(super) async fn gone(tx: &mut Tx, id: &str) -> Result<u64> {
    execute!(tx, "DELETE FROM processes WHERE id = $1", id)
}

/// Forgets those of a kind that have said nothing since `before`.
pub(super) async fn forget_kind(tx: &mut Tx, kind: Kind, before: At) -> Result<u64> {
    execute!(tx, "DELETE FROM processes WHERE kind = $1 AND seen_at < $2", kind, before)
}

/// Forgets processes that have said nothing since `before`.
pub(super) async fn forget(tx: &mut Tx, before: At) -> Result<u64> {
    execute!(tx, "DELETE FROM processes WHERE seen_at < $1", before)
}

pub(super) async fn count_since(tx: &mut Tx, since: At) -> Result<i64> {
    let sql = "SELECT COUNT(*) FROM processes WHERE seen_at >= $1";
    Ok(fetch!(fetch_one, tx, (i64,), sql, since)?.0)
}

pub(super) async fn all(tx: &mut Tx) -> Result<Vec<ProcessRow>> {
    fetch!(
        fetch_all,
        tx,
        ProcessRow,
        "SELECT id, kind, version, started_at, seen_at, ready FROM processes ORDER BY kind, id"
    )
}
