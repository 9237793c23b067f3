//! Which processes run jobs on a database: whoever enters learns whether another is there, and anybody
//! can ask whether one of them still lives.
//!
//! It lets others take over at once what a killed process left running. Not for correctness: a claim
//! keeps two runners apart even where a lock was lost with its connection.

use std::{
    fs::{File, TryLockError},
    path::{Path, PathBuf},
    time::Duration,
};

use sqlx::{Connection, PgConnection, PgPool, SqlitePool};
use tokio::time::{sleep, timeout};
use tokio_util::task::{AbortOnDropHandle, TaskTracker};

use super::{Db, Error};

/// The advisory lock's number on PostgreSQL, of this product alone: "pennypos" as bytes.
const LOCK: i64 = 0x7065_6e6e_7970_6f73;

/// How often the session that holds the locks is tried, and how long its answer may take.
const TRY_EVERY: Duration = Duration::from_secs(3);
const ANSWER_MAX: Duration = Duration::from_secs(3);
/// Between two attempts to come back.
const PAUSE: Duration = Duration::from_millis(500);

/// A process that runs jobs, until this is dropped or the process dies, however it dies: the kernel,
/// or the server at the end of the connection, lets go of the lock.
#[derive(Debug)]
pub struct Presence {
    _lock: Lock,
}

#[derive(Debug)]
#[expect(dead_code, reason = "held until dropped, never asked")]
enum Lock {
    /// Keeps a session of its own beside the pool, which would reset or close it.
    Session(AbortOnDropHandle<()>),
    /// The file beside the database. SQLite's own locks are of another kind.
    File(File),
}

impl Presence {
    /// Enters as the process `name`, which nobody else has. `if_alone` runs first when no other process
    /// is present, and none enters meanwhile.
    ///
    /// # Errors
    /// The database's, or the lock file's.
    pub async fn enter(
        db: &Db,
        name: &str,
        if_alone: impl Future<Output = Result<u64, Error>>,
    ) -> Result<Self, Error> {
        let lock = match db {
            Db::Postgres { pool, .. } => {
                let session = on_postgres(pool, name, if_alone).await?;
                let kept = TaskTracker::new().spawn(keep(pool.clone(), name.to_owned(), session));
                Lock::Session(AbortOnDropHandle::new(kept))
            }
            Db::Sqlite { writer, .. } => Lock::File(on_sqlite(writer, if_alone).await?),
        };
        Ok(Self { _lock: lock })
    }
}

/// Whether the process `name` is present. On SQLite nobody can tell, and one is all there should be.
///
/// # Errors
/// The database's.
pub async fn is_present(db: &Db, name: &str) -> Result<bool, Error> {
    let Db::Postgres { pool, .. } = db else { return Ok(true) };
    // Let go of again at the end of this very statement.
    let (free,): (bool,) = sqlx::query_as(
        "SELECT pg_try_advisory_xact_lock(hashtextextended('pennypost process ' || $1, 0))",
    )
    .bind(name)
    .fetch_one(pool)
    .await?;
    Ok(!free)
}

/// Alone is who gets the lock for itself; whoever is present shares it.
async fn on_postgres(
    pool: &PgPool,
    name: &str,
    if_alone: impl Future<Output = Result<u64, Error>>,
) -> Result<PgConnection, Error> {
    let mut session = pool.acquire().await?.detach();
    sqlx::query("SELECT pg_advisory_lock(hashtextextended('pennypost process ' || $1, 0))")
        .bind(name)
        .execute(&mut session)
        .await?;
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

/// Comes back when the session is lost with its server or its connection: a process that counts as
/// absent has its jobs taken over while it runs them.
async fn keep(pool: PgPool, name: String, mut session: PgConnection) {
    loop {
        sleep(TRY_EVERY).await;
        if matches!(timeout(ANSWER_MAX, session.ping()).await, Ok(Ok(()))) {
            continue;
        }
        tracing::warn!("the session that shows this process's presence is lost; it comes back");
        // The server may hold the old one for a while, and with it the lock that is waited for.
        session.close_hard().await.ok();
        let nothing = || std::future::ready(Ok(0));
        session = loop {
            match timeout(ANSWER_MAX, on_postgres(&pool, &name, nothing())).await {
                Ok(Ok(session)) => break session,
                Ok(Err(_)) | Err(_) => sleep(PAUSE).await,
            }
        };
    }
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
