//! Opening a database from its URL, and beginning transactions on it.

use std::{
    str::FromStr,
    sync::{Arc, OnceLock},
    time::Duration,
};

use sqlx::{
    ConnectOptions, Connection, PgPool, Postgres, SqlSafeStr, SqlitePool, Transaction,
    postgres::{PgConnectOptions, PgPoolOptions},
    sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous},
};

use super::{
    silence::{ANSWER_MAX, RESTED, answers, is_suspected, within},
    tx::{Conn, Ringer, Session, Tx},
};

/// An open database. Cloning shares the pools.
#[derive(Debug, Clone)]
pub enum Db {
    /// PostgreSQL 14 or later.
    Postgres {
        /// Every transaction's connections.
        pool: PgPool,
        /// Set once, by the queue of this process.
        ringer: Arc<OnceLock<Ringer>>,
    },
    /// SQLite: one writer behind a fair lock (a pool of one), readers apart.
    Sqlite {
        /// The one connection that writes.
        writer: SqlitePool,
        /// Connections for snapshots.
        readers: SqlitePool,
        /// Set once, by the queue of this process.
        ringer: Arc<OnceLock<Ringer>>,
    },
}

/// How many connections, and how long to wait for one.
#[derive(Debug, Clone, Copy)]
pub struct Options {
    /// Connections of this process to PostgreSQL at most.
    pub connections: u32,
    /// How long a transaction waits for a connection.
    pub wait: Duration,
}

impl Default for Options {
    fn default() -> Self {
        Self { connections: 10, wait: Duration::from_secs(30) }
    }
}

/// Why a database could not be opened.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// Neither `sqlite:` nor `postgres:`.
    #[error("a database URL begins with sqlite: or postgres:")]
    Scheme,
    /// The driver's own words.
    #[error(transparent)]
    Sql(#[from] sqlx::Error),
}

/// The file that `sqlite:PATH` names.
pub fn sqlite_path(url: &str) -> Option<&str> {
    let path = url.strip_prefix("sqlite:")?;
    let path = path.strip_prefix("//").unwrap_or(path);
    // `?mode=rwc` and the like belong to other libraries; a file is created when it is missing.
    Some(path.split('?').next().unwrap_or(path))
}

/// BEGIN, with the way it is said; silence ends it.
async fn begun(
    pool: &PgPool,
    statement: Option<&'static str>,
) -> Result<Session<Postgres>, sqlx::Error> {
    let connection = pool.acquire().await?;
    let beginning = Transaction::begin(connection, statement.map(SqlSafeStr::into_sql_str));
    Ok(Session::Transaction(within(ANSWER_MAX, beginning).await?))
}

impl Db {
    /// Opens `sqlite:PATH` (created when missing) or `postgres://…`.
    ///
    /// # Errors
    /// [`OpenError`]; the URL itself, which may hold a password, is never part of it.
    pub async fn open(url: &str, options: Options) -> Result<Self, OpenError> {
        if url.starts_with("postgres:") || url.starts_with("postgresql:") {
            let connect = PgConnectOptions::from_str(url)?.application_name("pennypost").options([
                // "Already exists, skipping" is nothing an operator needs to read at each start.
                ("client_min_messages", "warning"),
                // Every statement finds its rows by key, whatever the values: to plan a claim anew
                // each time took twice as long as to run it.
                ("plan_cache_mode", "force_generic_plan"),
            ]);
            // The pool would try again until its wait is over and then tell only that; one connection of
            // our own tells at once what is wrong.
            connect.connect().await?.close().await?;
            let pool = PgPoolOptions::new()
                .max_connections(options.connections)
                .acquire_timeout(options.wait)
                // A ping before each transaction would cost a round trip; a connection that has died in
                // the pool fails its first statement, which is tried again like any other fault.
                .test_before_acquire(false)
                .before_acquire(|connection, about| {
                    let rested = about.idle_for >= RESTED;
                    Box::pin(
                        async move { if rested { answers(connection).await } else { Ok(true) } },
                    )
                })
                // A transaction that was dropped in the middle still has its ROLLBACK to say.
                .after_release(|connection, _about| {
                    let dropped = connection.should_flush() || is_suspected();
                    Box::pin(
                        async move { if dropped { answers(connection).await } else { Ok(true) } },
                    )
                })
                .connect_with(connect)
                .await?;
            return Ok(Self::Postgres { pool, ringer: Arc::default() });
        }
        let Some(path) = sqlite_path(url) else { return Err(OpenError::Scheme) };
        let connect = SqliteConnectOptions::new()
            .filename(path)
            .create_if_missing(true)
            .foreign_keys(true)
            .journal_mode(SqliteJournalMode::Wal)
            // An acknowledged commit survives a power cut; NORMAL would lose the last ones.
            .synchronous(SqliteSynchronous::Full)
            .busy_timeout(options.wait)
            // Else REPLACE would pass by the triggers that keep transfers as they are.
            .pragma("recursive_triggers", "ON");
        let writer = SqlitePoolOptions::new()
            .max_connections(1)
            .acquire_timeout(options.wait)
            .connect_with(connect.clone())
            .await?;
        let readers = SqlitePoolOptions::new()
            .max_connections(4)
            .acquire_timeout(options.wait)
            .connect_with(connect.read_only(true))
            .await?;
        Ok(Self::Sqlite { writer, readers, ringer: Arc::default() })
    }

    /// Where the bells of committed transactions go. The first caller wins.
    pub fn set_ringer(&self, to: Ringer) {
        self.ringer().set(to).ok();
    }

    fn ringer(&self) -> &OnceLock<Ringer> {
        match self {
            Self::Postgres { ringer, .. } | Self::Sqlite { ringer, .. } => ringer,
        }
    }

    /// Whether this is PostgreSQL.
    pub fn is_postgres(&self) -> bool {
        matches!(self, Self::Postgres { .. })
    }

    /// Begins a transaction that may write.
    ///
    /// # Errors
    /// The database's.
    pub async fn begin(&self) -> Result<Tx, sqlx::Error> {
        let conn = match self {
            Self::Postgres { pool, .. } => Conn::Postgres(begun(pool, None).await?),
            Self::Sqlite { writer, .. } => {
                Conn::Sqlite(Session::Transaction(writer.begin_with("BEGIN IMMEDIATE").await?))
            }
        };
        Ok(Tx::new(conn, self.ringer().get().cloned()))
    }

    /// Begins a read-only transaction that sees one state of the database from first to last
    /// statement.
    ///
    /// # Errors
    /// The database's.
    pub async fn snapshot(&self) -> Result<Tx, sqlx::Error> {
        let conn = match self {
            Self::Postgres { pool, .. } => {
                let statement = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY";
                Conn::Postgres(begun(pool, Some(statement)).await?)
            }
            Self::Sqlite { readers, .. } => {
                Conn::Sqlite(Session::Transaction(readers.begin().await?))
            }
        };
        Ok(Tx::new(conn, None))
    }

    /// Takes a connection for statements that only read, each of which sees what is committed by then:
    /// for what need not agree with each other, or is decided on again in a transaction.
    ///
    /// # Errors
    /// The database's.
    pub async fn read(&self) -> Result<Tx, sqlx::Error> {
        let conn = match self {
            Self::Postgres { pool, .. } => Conn::Postgres(Session::Reads(pool.acquire().await?)),
            Self::Sqlite { readers, .. } => Conn::Sqlite(Session::Reads(readers.acquire().await?)),
        };
        Ok(Tx::new(conn, None))
    }

    /// Closes all connections, after the transactions under way.
    pub async fn close(&self) {
        match self {
            Self::Postgres { pool, .. } => pool.close().await,
            Self::Sqlite { writer, readers, .. } => {
                readers.close().await;
                writer.close().await;
            }
        }
    }
}
