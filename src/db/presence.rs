//! Which processes run jobs on a database: a number of each that rises while it lives, so that others can
//! take over what a killed one left running.
//!
//! A row and no lock of the session: it outlives a restart of the server, and a pooler may stand between. Not
//! for correctness: a claim keeps two runners apart even when a living process counts as gone.

use std::{
    fs::{File, TryLockError},
    path::{Path, PathBuf},
    time::Duration,
};

use sqlx::{Connection, PgConnection, PgPool, SqlitePool};
use tokio::time::{sleep, timeout};
use tokio_util::task::{AbortOnDropHandle, TaskTracker};

use super::{Db, Error};

/// How long an answer to a beat may take.
const ANSWER_MAX: Duration = Duration::from_secs(3);
/// Between two attempts to come back, at most.
const PAUSE_MAX: Duration = Duration::from_millis(500);

/// A process that runs jobs, until this is dropped or the process dies, however it dies.
#[derive(Debug)]
pub struct Presence {
    _sign: Sign,
}

#[derive(Debug)]
#[expect(dead_code, reason = "held until dropped, never asked")]
enum Sign {
    /// Has a connection of its own beside the pool, whose other work must not hold it up.
    Beats(AbortOnDropHandle<()>),
    /// The file beside the database. SQLite's own locks are of another kind.
    File(File),
}

impl Presence {
    /// Enters as the process `name`, which nobody else has, and beats `every` so often from now on.
    /// `if_alone` runs first when no other process is present, and none enters meanwhile. On PostgreSQL it
    /// never runs: a silence has to last before it means something, above all right after the server has
    /// come back.
    ///
    /// # Errors
    /// The database's, or the lock file's.
    pub async fn enter(
        db: &Db,
        (name, every): (&str, Duration),
        if_alone: impl Future<Output = Result<u64, Error>>,
    ) -> Result<Self, Error> {
        let sign = match db {
            Db::Postgres { pool, .. } => {
                let session = beating(pool, name).await?;
                let beats = beat_on(pool.clone(), name.to_owned(), every, session);
                Sign::Beats(AbortOnDropHandle::new(TaskTracker::new().spawn(beats)))
            }
            Db::Sqlite { writer, .. } => Sign::File(on_sqlite(writer, if_alone).await?),
        };
        Ok(Self { _sign: sign })
    }
}

/// A connection on which the first beat is done.
async fn beating(pool: &PgPool, name: &str) -> Result<PgConnection, Error> {
    let mut session = PgConnection::connect_with(&pool.connect_options()).await?;
    beat(&mut session, name).await?;
    Ok(session)
}

async fn beat(session: &mut PgConnection, name: &str) -> Result<(), Error> {
    let sql = "INSERT INTO claimants (name, beats) VALUES ($1, 1) \
               ON CONFLICT (name) DO UPDATE SET beats = claimants.beats + 1";
    sqlx::query(sql).bind(name).execute(session).await.map(drop)
}

/// Comes back when the connection is lost: a process that counts as gone has its jobs taken over while it
/// runs them.
async fn beat_on(pool: PgPool, name: String, every: Duration, mut session: PgConnection) {
    loop {
        sleep(every).await;
        if matches!(timeout(ANSWER_MAX, beat(&mut session, &name)).await, Ok(Ok(()))) {
            continue;
        }
        tracing::warn!("the connection that shows this process's presence is lost; it comes back");
        session.close_hard().await.ok();
        session = loop {
            match timeout(ANSWER_MAX, beating(&pool, &name)).await {
                Ok(Ok(session)) => break session,
                Ok(Err(_)) | Err(_) => sleep(PAUSE_MAX.min(every)).await,
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
