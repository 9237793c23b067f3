//! The schema's history, compiled in: `migrations/{postgres,sqlite}/NNNN_name.sql`.
//!
//! A shipped migration is never edited; `tests/house/` compares the two results.

use sqlx::{
    SqlSafeStr,
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
    step!(11, "0011_languages"),
];

impl Db {
    /// Brings the schema up to date and returns the names of the steps taken. Safe to run from several
    /// processes at once (PostgreSQL: an advisory lock; SQLite: one writer).
    ///
    /// # Errors
    /// The database's, or a step that was edited after it had been shipped.
    pub async fn migrate(&self) -> Result<Vec<&'static str>, MigrateError> {
        let before = pending(self).await?;
        match self {
            Self::Postgres { pool, .. } => migrator(true).run(pool).await?,
            Self::Sqlite { writer, .. } => migrator(false).run(writer).await?,
        }
        Ok(before)
    }
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
        let sql = text.into_sql_str();
        Migration::new(*number, (*name).into(), MigrationType::Simple, sql, false)
    });
    Migrator { migrations: migrations.collect(), ..Migrator::DEFAULT }
}
