//! What every contender stands on: one PostgreSQL that really writes to its disk, one Redis, one mail
//! host, one relay.

use std::{fs, os::unix::fs::PermissionsExt, path::PathBuf};

use sqlx::{Connection, PgConnection};
use tempfile::TempDir;

use super::{dovecot::Dovecot, process::tree_millis, redis::Redis, server::Server, sink::Sink};

/// fsync and full-page writes stay on, as they come.
const SETTINGS: &str = "-c shared_buffers=512MB -c max_wal_size=8GB";

/// Running servers, private ones.
pub(crate) struct Stand {
    pub(crate) postgres: Server,
    pub(crate) redis: Redis,
    pub(crate) dovecot: Dovecot,
    pub(crate) sink: Sink,
    pub(crate) folder: PathBuf,
    postmaster: u32,
    url: String,
    _kept: TempDir,
}

/// Processor time of the servers so far, in milliseconds.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Served {
    pub(crate) postgres: u64,
    pub(crate) redis: u64,
    pub(crate) dovecot: u64,
}

impl Stand {
    pub(crate) async fn start() -> Self {
        let kept = tempfile::Builder::new().prefix("pennypost-bench-").tempdir().expect("a folder");
        let folder = kept.path().to_owned();
        // Dovecot's own users must get through.
        fs::set_permissions(&folder, fs::Permissions::from_mode(0o755)).expect("our folder");
        let postgres = Server::start(SETTINGS).await;
        let url = postgres.create_database("stand").await;
        let postmaster = postmaster(&url).await;
        Self {
            redis: Redis::start(&folder).await,
            dovecot: Dovecot::start(&folder).await,
            sink: Sink::start().await,
            postgres,
            folder,
            postmaster,
            url,
            _kept: kept,
        }
    }

    /// On what it ran, and when, in a sentence.
    pub(crate) async fn told(&self) -> String {
        let mut db = PgConnection::connect(&self.url).await.expect("PostgreSQL answers");
        let version = sqlx::query_scalar("SHOW server_version").fetch_one(&mut db).await;
        let version: String = version.expect("it tells its version");
        db.close().await.ok();
        let cores = std::thread::available_parallelism().map_or(0, usize::from);
        let day = pennypost::clock::Clock::System.now().to_string();
        let day = day.get(..10).unwrap_or_default();
        format!(
            "{day}, PostgreSQL {version} with fsync and full-page writes on, {cores} cores shared by \
             everybody who takes part, release build."
        )
    }

    pub(crate) fn served(&mut self) -> Served {
        Served {
            postgres: tree_millis(self.postmaster),
            redis: self.redis.process.so_far().cpu_millis,
            dovecot: tree_millis(self.dovecot.process.id()),
        }
    }
}

impl Served {
    /// What has been spent since.
    pub(crate) fn since(self, before: Self) -> Self {
        Self {
            postgres: self.postgres.saturating_sub(before.postgres),
            redis: self.redis.saturating_sub(before.redis),
            dovecot: self.dovecot.saturating_sub(before.dovecot),
        }
    }
}

/// The process that all of PostgreSQL's others are children of.
async fn postmaster(url: &str) -> u32 {
    let mut db = PgConnection::connect(url).await.expect("PostgreSQL answers");
    let pid: String =
        sqlx::query_scalar("SELECT split_part(pg_read_file('postmaster.pid'), chr(10), 1)")
            .fetch_one(&mut db)
            .await
            .expect("a superuser may");
    db.close().await.ok();
    pid.trim().parse().expect("a process id")
}
