//! The schema's history, compiled in: `migrations/{postgres,sqlite}/NNNN_name.sql`.
//!
//! A shipped migration is never edited; `tests/house/` compares the two results. A database that is ahead, as
//! after the binary was put back, is left as it is: `migrations/README.md` says what that asks of a step.

use std::time::Duration;

use sqlx::{
    Connection, Error, PgConnection, PgPool, SqlSafeStr,
    migrate::{Migrate, MigrateError, Migration, MigrationType, Migrator},
};

use super::open::Db;

/// One step: number, name, and its text for each database.
type Step = (i64, &'static str, &'static str, &'static str);

macro_rules! step {
    ($number:literal, $name:literal) => {
        (
            $number,
            $name,
            include_str!(concat!("../../migrations/postgres/", $name, ".sql")),
            include_str!(concat!("../../migrations/sqlite/", $name, ".sql")),
        )
    };
}

/// All steps in order.
pub const MIGRATIONS: &[Step] = &[
    step!(1, "0001_ledger"),
    step!(2, "0002_jobs"),
    step!(3, "0003_mail"),
    step!(4, "0004_mailboxes"),
    step!(5, "0005_relay"),
    step!(6, "0006_processes"),
    step!(7, "0007_jobs_due"),
    step!(8, "0008_jobs_ring"),
    step!(9, "0009_intake"),
    step!(10, "0010_operations"),
    step!(11, "0011_languages"),
    step!(12, "0012_inbox_parts"),
    step!(13, "0013_held"),
    step!(14, "0014_asks_and_lists"),
    step!(15, "0015_people"),
];

/// What a step begins with that PostgreSQL runs without a transaction (CREATE INDEX CONCURRENTLY).
const ALONE: &str = "-- no-transaction";
/// PostgreSQL's code for a lock that was not got in time.
const LOCK_NOT_AVAILABLE: &str = "55P03";

/// How a step waits for the locks it needs on PostgreSQL. Whatever comes after a statement that waits for a
/// table waits as well, so each wait is short and there are many.
#[derive(Debug, Clone, Copy)]
pub struct Patience {
    /// One wait.
    pub lock: Duration,
    /// Between two.
    pub pause: Duration,
    /// How many there are.
    pub tries: u32,
}

impl Default for Patience {
    fn default() -> Self {
        Self { lock: Duration::from_secs(2), pause: Duration::from_secs(2), tries: 30 }
    }
}

/// Why the schema was not brought up to date.
#[derive(Debug, thiserror::Error)]
pub enum MigrationError {
    /// Nothing is broken and nothing was changed by the step: it can be tried again.
    #[error(
        "others hold what the next step of the schema has to lock, and did not let go of it in {tries} \
         tries of {lock:?}; what was done so far stays, and `pennypost migrate` goes on from there. Look \
         for long transactions (pg_stat_activity), or migrate at a quiet hour"
    )]
    Locked {
        /// How often it was tried.
        tries: u32,
        /// How long each time.
        lock: Duration,
    },
    /// The driver's, or a step that was edited after it had been shipped.
    #[error(transparent)]
    Step(#[from] MigrateError),
}

impl From<Error> for MigrationError {
    fn from(error: Error) -> Self {
        Self::Step(error.into())
    }
}

impl Db {
    /// Brings the schema up to date and returns the names of the steps taken. Safe to run from several
    /// processes at once (PostgreSQL: an advisory lock; SQLite: one writer).
    ///
    /// # Errors
    /// The database's, or a step that was edited after it had been shipped.
    pub async fn migrate(&self) -> Result<Vec<&'static str>, MigrationError> {
        self.migrate_within(Patience::default()).await
    }

    /// As [`Db::migrate`], with a patience of one's own.
    ///
    /// # Errors
    /// As there.
    pub async fn migrate_within(
        &self,
        patience: Patience,
    ) -> Result<Vec<&'static str>, MigrationError> {
        let before = pending(self).await?;
        match self {
            Self::Postgres { pool, .. } => patiently(pool, patience).await?,
            Self::Sqlite { writer, .. } => migrator(false).run(writer).await?,
        }
        Ok(before)
    }
}

async fn patiently(pool: &PgPool, patience: Patience) -> Result<(), MigrationError> {
    for _ in 0..patience.tries {
        // A connection of its own: with it end the setting and the migrator's lock.
        let mut session = PgConnection::connect_with(&pool.connect_options()).await?;
        let sql = "SELECT set_config('lock_timeout', $1, FALSE)";
        let lock = format!("{}ms", patience.lock.as_millis());
        sqlx::query(sql).bind(lock).execute(&mut session).await?;
        let ran = migrator(true).run(&mut session).await;
        session.close().await.ok();
        match ran {
            Err(error) if is_locked(&error) => {
                tracing::warn!("a step of the schema waits for a lock that others hold");
                tokio::time::sleep(patience.pause).await;
            }
            ended => return Ok(ended?),
        }
    }
    Err(MigrationError::Locked { tries: patience.tries, lock: patience.lock })
}

fn is_locked(error: &MigrateError) -> bool {
    let (MigrateError::Execute(error) | MigrateError::ExecuteMigration(error, _)) = error else {
        return false;
    };
    let code = error.as_database_error().and_then(|error| error.code());
    code.is_some_and(|code| code == LOCK_NOT_AVAILABLE)
}

/// The steps a database still lacks.
///
/// # Errors
/// The database's.
pub async fn pending(db: &Db) -> Result<Vec<&'static str>, MigrateError> {
    const TABLE: &str = "_sqlx_migrations";
    let applied = match db {
        Db::Postgres { pool, .. } => {
            let mut connection = pool.acquire().await?;
            connection.ensure_migrations_table(TABLE).await?;
            connection.list_applied_migrations(TABLE).await?
        }
        Db::Sqlite { writer, .. } => {
            let mut connection = writer.acquire().await?;
            connection.ensure_migrations_table(TABLE).await?;
            connection.list_applied_migrations(TABLE).await?
        }
    };
    let missing = MIGRATIONS.iter().filter(|step| applied.iter().all(|a| a.version != step.0));
    Ok(missing.map(|step| step.1).collect())
}

fn migrator(postgres: bool) -> Migrator {
    let migrations = MIGRATIONS.iter().map(|(number, name, on_postgres, on_sqlite)| {
        let text = if postgres { on_postgres } else { on_sqlite };
        let (sql, alone) = (text.into_sql_str(), text.starts_with(ALONE));
        Migration::new(*number, (*name).into(), MigrationType::Simple, sql, alone)
    });
    // An older binary on a newer schema: what it does not know was made so that it need not.
    let ignore_missing = true;
    Migrator { migrations: migrations.collect(), ignore_missing, ..Migrator::DEFAULT }
}
