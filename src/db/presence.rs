//! Which processes run jobs on a database: whoever enters learns whether another is there.
//!
//! It lets the only process take over at once what a killed one left running. Not for correctness: a
//! claim keeps two runners apart even where a lock was lost with its connection.

use std::{
    fs::{File, TryLockError},
    path::{Path, PathBuf},
};

use sqlx::{PgConnection, PgPool, SqlitePool};

use super::{Db, Error};

/// The advisory lock's number on PostgreSQL, of this product alone: "pennypos" as bytes.
const LOCK: i64 = 0x7065_6e6e_7970_6f73;

/// A process that runs jobs, until this is dropped or the process dies, however it dies: the kernel,
/// or the server at the end of the connection, lets go of the lock.
#[derive(Debug)]
pub struct Presence {
    _lock: Lock,
}

#[derive(Debug)]
#[expect(dead_code, reason = "held until dropped, never asked")]
enum Lock {
    /// A session of its own beside the pool, which would reset or close it.
    Session(PgConnection),
    /// The file beside the database. SQLite's own locks are of another kind.
    File(File),
}

impl Presence {
    /// Enters. `if_alone` runs first when no other process is present, and none enters meanwhile.
    ///
    /// # Errors
    /// The database's, or the lock file's.
    pub async fn enter(
        db: &Db,
        if_alone: impl Future<Output = Result<u64, Error>>,
    ) -> Result<Self, Error> {
        let lock = match db {
            Db::Postgres { pool, .. } => Lock::Session(on_postgres(pool, if_alone).await?),
            Db::Sqlite { writer, .. } => Lock::File(on_sqlite(writer, if_alone).await?),
        };
        Ok(Self { _lock: lock })
    }
}

/// Alone is who gets the lock for itself; whoever is present shares it.
async fn on_postgres(
    pool: &PgPool,
    if_alone: impl Future<Output = Result<u64, Error>>,
) -> Result<PgConnection, Error> {
    let mut session = pool.acquire().await?.detach();
    let (alone,): (bool,) = sqlx::query_as("SELECT pg_try_advisory_lock($1)")
        .bind(LOCK)
        .fetch_one(&mut session)
        .await?;
    if alone {
        if_alone.await?;
    }
    // Waits at most for somebody who is in the lines above.
    sqlx::query("SELECT pg_advisory_lock_shared($1)").bind(LOCK).execute(&mut session).await?;
    if alone {
        sqlx::query("SELECT pg_advisory_unlock($1)").bind(LOCK).execute(&mut session).await?;
    }
    Ok(session)
}

async fn on_sqlite(
    writer: &SqlitePool,
    if_alone: impl Future<Output = Result<u64, Error>>,
) -> Result<File, Error> {
    let path = beside(writer.connect_options().get_filename());
    let file = File::options().create(true).truncate(false).write(true).open(path)?;
    match file.try_lock() {
        Ok(()) => {
            if_alone.await?;
            // Somebody may enter before the lock is shared; nothing of ours runs yet.
            file.unlock()?;
        }
        Err(TryLockError::WouldBlock) => {}
        Err(TryLockError::Error(error)) => return Err(error.into()),
    }
    // Waits at most for somebody who is in the lines above.
    let shared = tokio::task::spawn_blocking(move || file.lock_shared().map(|()| file)).await;
    Ok(shared.map_err(|_cut_off| Error::WorkerCrashed)??)
}

fn beside(database: &Path) -> PathBuf {
    let mut name = database.as_os_str().to_owned();
    name.push("-workers");
    name.into()
}
