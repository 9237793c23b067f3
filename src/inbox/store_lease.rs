//! The lease of a mailbox: one process polls it, by the database's clock, and a fence that rises with each
//! change of hands keeps out whoever lost it without noticing.

use crate::{
    db::{Conn, Tx},
    execute, fetch,
};

type Result<T> = std::result::Result<T, sqlx::Error>;

/// What became of asking for a lease.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Asked {
    /// It is ours, under this fence.
    Taken(i64),
    /// Somebody has it.
    Held(String),
}

/// Takes the lease for `micros` when it is free, has run out, or belongs to `dead`, which is known to be.
///
/// # Errors
/// The database's.
pub async fn take_lease(
    tx: &mut Tx,
    (mailbox, holder): (&str, &str),
    dead: Option<&str>,
    micros: i64,
) -> Result<Asked> {
    let taken: Option<(i64,)> = match &mut tx.conn {
        Conn::Postgres(t) => {
            sqlx::query_as(
                "UPDATE mailboxes SET holder = $2, fence = fence + 1, lease_until = $4 \
                   + CAST(EXTRACT(EPOCH FROM clock_timestamp()) * 1000000 AS BIGINT) \
                 WHERE name = $1 AND (holder IS NULL OR holder = $3 OR lease_until \
                   < CAST(EXTRACT(EPOCH FROM clock_timestamp()) * 1000000 AS BIGINT)) \
                 RETURNING fence",
            )
            .bind(mailbox)
            .bind(holder)
            .bind(dead)
            .bind(micros)
            .fetch_optional(&mut **t)
            .await?
        }
        Conn::Sqlite(t) => {
            sqlx::query_as(
                "UPDATE mailboxes SET holder = $2, fence = fence + 1, lease_until = $4 \
                   + CAST(unixepoch('now', 'subsec') * 1000000 AS INTEGER) \
                 WHERE name = $1 AND (holder IS NULL OR holder = $3 OR lease_until \
                   < CAST(unixepoch('now', 'subsec') * 1000000 AS INTEGER)) \
                 RETURNING fence",
            )
            .bind(mailbox)
            .bind(holder)
            .bind(dead)
            .bind(micros)
            .fetch_optional(&mut **t)
            .await?
        }
    };
    if let Some((fence,)) = taken {
        return Ok(Asked::Taken(fence));
    }
    let held = fetch!(
        fetch_optional,
        tx,
        (Option<String>,),
        "SELECT holder FROM mailboxes WHERE name = $1",
        mailbox
    )?;
    Ok(Asked::Held(held.and_then(|(holder,)| holder).unwrap_or_default()))
}

/// Keeps the lease for `micros` from now; false when it is somebody else's.
///
/// # Errors
/// The database's.
pub async fn renew_lease(tx: &mut Tx, mailbox: &str, fence: i64, micros: i64) -> Result<bool> {
    let rows = match &mut tx.conn {
        Conn::Postgres(t) => sqlx::query(
            "UPDATE mailboxes SET lease_until = $3 \
               + CAST(EXTRACT(EPOCH FROM clock_timestamp()) * 1000000 AS BIGINT) \
             WHERE name = $1 AND fence = $2 AND holder IS NOT NULL",
        )
        .bind(mailbox)
        .bind(fence)
        .bind(micros)
        .execute(&mut **t)
        .await?
        .rows_affected(),
        Conn::Sqlite(t) => sqlx::query(
            "UPDATE mailboxes SET lease_until = $3 \
               + CAST(unixepoch('now', 'subsec') * 1000000 AS INTEGER) \
             WHERE name = $1 AND fence = $2 AND holder IS NOT NULL",
        )
        .bind(mailbox)
        .bind(fence)
        .bind(micros)
        .execute(&mut **t)
        .await?
        .rows_affected(),
    };
    Ok(rows == 1)
}

/// Whether the lease is still held under this fence; nothing is locked by asking.
///
/// # Errors
/// The database's.
pub async fn is_held(tx: &mut Tx, mailbox: &str, fence: i64) -> Result<bool> {
    let row = fetch!(
        fetch_optional,
        tx,
        (i64,),
        "SELECT fence FROM mailboxes WHERE name = $1 AND fence = $2 AND holder IS NOT NULL",
        mailbox,
        fence
    )?;
    Ok(row.is_some())
}

/// The mailboxes that somebody polls at present, each with the process that does.
///
/// # Errors
/// The database's.
pub async fn held_leases(tx: &mut Tx) -> Result<Vec<(String, String)>> {
    match &mut tx.conn {
        Conn::Postgres(t) => {
            sqlx::query_as(
                "SELECT name, holder FROM mailboxes WHERE holder IS NOT NULL AND lease_until \
                   >= CAST(EXTRACT(EPOCH FROM clock_timestamp()) * 1000000 AS BIGINT)",
            )
            .fetch_all(&mut **t)
            .await
        }
        Conn::Sqlite(t) => {
            sqlx::query_as(
                "SELECT name, holder FROM mailboxes WHERE holder IS NOT NULL AND lease_until \
                   >= CAST(unixepoch('now', 'subsec') * 1000000 AS INTEGER)",
            )
            .fetch_all(&mut **t)
            .await
        }
    }
}

/// Gives the lease up, if it is still ours.
///
/// # Errors
/// The database's.
pub async fn release_lease(tx: &mut Tx, mailbox: &str, fence: i64) -> Result<u64> {
    execute!(
        tx,
        "UPDATE mailboxes SET holder = NULL, lease_until = NULL WHERE name = $1 AND fence = $2",
        mailbox,
        fence
    )
}

/// Whether the lease is still ours, and it stays so until this transaction ends: whoever takes it over
/// waits for that. On PostgreSQL a transaction that is cut off from us in between is ended by the server
/// after five seconds, so that nobody waits for it longer than that.
///
/// # Errors
/// The database's.
pub async fn fence(tx: &mut Tx, mailbox: &str, fence: i64) -> Result<bool> {
    let row: Option<(i64,)> = match &mut tx.conn {
        Conn::Postgres(t) => {
            sqlx::query_as(
                "SELECT fence FROM mailboxes WHERE name = $1 AND fence = $2 \
                 AND (SELECT set_config('idle_in_transaction_session_timeout', '5s', TRUE)) = '5s' \
                 FOR NO KEY UPDATE",
            )
            .bind(mailbox)
            .bind(fence)
            .fetch_optional(&mut **t)
            .await?
        }
        Conn::Sqlite(t) => {
            sqlx::query_as("SELECT fence FROM mailboxes WHERE name = $1 AND fence = $2")
                .bind(mailbox)
                .bind(fence)
                .fetch_optional(&mut **t)
                .await?
        }
    };
    Ok(row.is_some())
}
