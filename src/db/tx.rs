//! A transaction on either database, with the bells that ring once it has committed.

use std::ops::{Deref, DerefMut};

use sqlx::{Database, Postgres, Sqlite, Transaction, pool::PoolConnection};
use tokio::sync::mpsc;

/// "This job may be due": queue name and job id. Heard after the commit, or not at all; a bell that is
/// lost only delays the job until the clock looks (rows are the truth).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bell {
    /// The queue's name.
    pub queue: String,
    /// The job's id.
    pub job: String,
}

/// Takes the bells of committed transactions to the queue. Sending never waits.
pub type Ringer = mpsc::UnboundedSender<Vec<Bell>>;

/// The driver's own connection.
#[derive(Debug)]
pub enum Conn {
    /// PostgreSQL, READ COMMITTED.
    Postgres(Session<Postgres>),
    /// SQLite, `BEGIN IMMEDIATE` on the one writer.
    Sqlite(Session<Sqlite>),
}

/// A connection with or without a transaction on it; dereferences to the connection.
#[derive(Debug)]
pub enum Session<D: Database> {
    /// All statements are one.
    Transaction(Transaction<'static, D>),
    /// Each statement is its own, and only reads: BEGIN and ROLLBACK would be two round trips more.
    Reads(PoolConnection<D>),
}

impl<D: Database> Session<D> {
    async fn commit(self) -> Result<(), sqlx::Error> {
        match self {
            Self::Transaction(transaction) => transaction.commit().await,
            Self::Reads(_) => Ok(()),
        }
    }

    async fn rollback(self) -> Result<(), sqlx::Error> {
        match self {
            Self::Transaction(transaction) => transaction.rollback().await,
            Self::Reads(_) => Ok(()),
        }
    }
}

impl<D: Database> Deref for Session<D> {
    type Target = D::Connection;

    fn deref(&self) -> &D::Connection {
        match self {
            Self::Transaction(transaction) => transaction,
            Self::Reads(connection) => connection,
        }
    }
}

impl<D: Database> DerefMut for Session<D> {
    fn deref_mut(&mut self) -> &mut D::Connection {
        match self {
            Self::Transaction(transaction) => transaction,
            Self::Reads(connection) => connection,
        }
    }
}

/// One transaction. Dropped without [`Tx::commit`], it rolls back and its bells stay silent.
#[derive(Debug)]
pub struct Tx {
    /// For the macros of this module.
    pub conn: Conn,
    bells: Vec<Bell>,
    ringer: Option<Ringer>,
}

impl Tx {
    pub(super) fn new(conn: Conn, ringer: Option<Ringer>) -> Self {
        Self { conn, bells: Vec::new(), ringer }
    }

    /// Keeps a bell until the commit.
    pub fn ring_after_commit(&mut self, bell: Bell) {
        self.bells.push(bell);
    }

    /// Whether this is PostgreSQL; for native twins.
    pub fn is_postgres(&self) -> bool {
        matches!(self.conn, Conn::Postgres(_))
    }

    /// Whether this transaction alone is at the work of this name, until it ends: for what several
    /// processes could do and one should. On SQLite one writer is always alone.
    ///
    /// # Errors
    /// The database's.
    pub async fn alone_at(&mut self, name: &str) -> Result<bool, sqlx::Error> {
        let Conn::Postgres(t) = &mut self.conn else { return Ok(true) };
        let (alone,): (bool,) = sqlx::query_as(
            "SELECT pg_try_advisory_xact_lock(hashtextextended('pennypost ' || $1, 0))",
        )
        .bind(name)
        .fetch_one(&mut **t)
        .await?;
        Ok(alone)
    }

    /// Commits, then rings.
    ///
    /// # Errors
    /// The database's. After a lost connection it is unknown whether the commit happened; the caller
    /// retries with the same idempotency key.
    pub async fn commit(self) -> Result<(), sqlx::Error> {
        match self.conn {
            Conn::Postgres(t) => t.commit().await?,
            Conn::Sqlite(t) => t.commit().await?,
        }
        if let Some(ringer) = self.ringer
            && !self.bells.is_empty()
        {
            // Nobody listens (a command of the operator, say): the clock will find the rows.
            ringer.send(self.bells).ok();
        }
        Ok(())
    }

    /// Rolls back at once instead of when the connection is next used.
    ///
    /// # Errors
    /// The database's; the transaction is gone in any case.
    pub async fn rollback(self) -> Result<(), sqlx::Error> {
        match self.conn {
            Conn::Postgres(t) => t.rollback().await,
            Conn::Sqlite(t) => t.rollback().await,
        }
    }
}
