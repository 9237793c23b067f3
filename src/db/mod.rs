//! The two databases behind one SQL text: PostgreSQL at scale, SQLite embedded.
//!
//! A statement is written once, as a literal, in the `store.rs` of the capability that owns the
//! table. [`Tx`] hides which driver runs it; the macros [`fetch!`], [`execute!`] and [`on_tx!`] compile
//! it for both, so a mistake in types is an error of the compiler on either. Where the databases
//! really differ the two native statements stand side by side in the same file.
//!
//! Not for: deciding anything. A transaction belongs to the caller.

mod migrate;
mod open;
mod presence;
mod room;
mod silence;
mod tx;

pub use migrate::{MIGRATIONS, MigrationError, Patience, pending};
pub use open::{Db, OpenError, Options, sqlite_path};
pub use presence::Presence;
pub use room::{Crowded, NoRoom, clock, crowded, room};
pub use silence::{in_time, within};
pub use tx::{Bell, Conn, Ringer, Session, Tx};

/// What a statement may answer with when it fails.
pub type Error = sqlx::Error;

/// Whether the same transaction may succeed when it is tried again: serialization failures,
/// deadlocks, a busy writer, lost connections. Such a fault is never told to a person as a refusal.
pub fn is_transient(error: &sqlx::Error) -> bool {
    match error {
        sqlx::Error::Database(e) => {
            // PostgreSQL: class 40 (rollback), 55P03 (lock timeout), 57 (shutting down), 53 (out of
            // resources), 08 (connection). SQLite: 5 BUSY, 6 LOCKED with their extended codes.
            e.code().is_some_and(|code| {
                ["40", "57", "53", "08"]
                    .iter()
                    .any(|class| code.len() == 5 && code.starts_with(class))
                    || code == "55P03"
                    || ["5", "6", "261", "262", "517", "518", "773"].contains(&&*code)
            })
        }
        sqlx::Error::Io(_)
        | sqlx::Error::Tls(_)
        | sqlx::Error::Protocol(_)
        | sqlx::Error::PoolTimedOut
        | sqlx::Error::PoolClosed
        | sqlx::Error::WorkerCrashed => true,
        _ => false,
    }
}

/// Whether a UNIQUE or PRIMARY KEY constraint refused the row.
pub fn is_duplicate(error: &sqlx::Error) -> bool {
    error.as_database_error().is_some_and(|e| e.is_unique_violation())
}

/// Runs `$body` with the connection of whichever database `$tx` speaks to; for loops and native
/// twins. One line of SQL is better served by [`fetch!`] and [`execute!`].
#[macro_export]
macro_rules! on_tx {
    ($tx:expr, |$c:ident| $body:expr) => {
        match &mut $tx.conn {
            $crate::db::Conn::Postgres(t) => {
                let $c: &mut sqlx::PgConnection = &mut **t;
                $body
            }
            $crate::db::Conn::Sqlite(t) => {
                let $c: &mut sqlx::SqliteConnection = &mut **t;
                $body
            }
        }
    };
}

/// Runs `$body` on a pool: one statement that is its own transaction. Writes go to SQLite's one
/// writer.
#[macro_export]
macro_rules! on_db {
    ($db:expr, |$pool:ident| $body:expr) => {
        match &$db {
            $crate::db::Db::Postgres { pool: $pool, .. } => $body,
            $crate::db::Db::Sqlite { writer: $pool, .. } => $body,
        }
    };
}

/// `fetch!(fetch_one | fetch_optional | fetch_all, tx, Row, "SELECT … $1", a, b)`: rows of `Row`.
#[macro_export]
macro_rules! fetch {
    ($how:ident, $tx:expr, $row:ty, $sql:expr $(, $arg:expr)* $(,)?) => {
        $crate::on_tx!($tx, |c| sqlx::query_as::<_, $row>($sql)$(.bind($arg))*.$how(c).await)
    };
}

/// `execute!(tx, "UPDATE … $1", a)`: the number of rows affected.
#[macro_export]
macro_rules! execute {
    ($tx:expr, $sql:expr $(, $arg:expr)* $(,)?) => {
        $crate::on_tx!($tx, |c| sqlx::query($sql)$(.bind($arg))*.execute(c).await.map(|r| r.rows_affected()))
    };
}
