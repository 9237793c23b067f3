//! Our program as an operator runs it: the release binary, a process for each part, everything told by
//! the environment.

use std::{
    collections::BTreeMap,
    path::PathBuf,
    process::Command,
    time::{Duration, Instant},
};

use sqlx::{Connection, PgConnection, SqliteConnection};

use super::{
    dovecot::PASSWORD,
    mails::{HOST, SERVICE},
    process::{Running, Spent},
    redis::free_port,
    stand::Stand,
};

/// The processes that answer mail; the web process has no part in it.
pub(crate) const MAIL: [&[&str]; 3] = [&["poller"], &["worker", "all"], &["clock"]];

/// What a process says once it does its work.
const READY: &str = " ready ";
const READY_MAX: Duration = Duration::from_secs(60);
const LOOK: Duration = Duration::from_millis(20);

/// A deployment with a database of its own.
#[derive(Debug, Clone)]
pub(crate) struct Deployment {
    /// The user of its mailbox.
    pub(crate) user: String,
    pub(crate) database_url: String,
    environment: BTreeMap<String, String>,
    folder: PathBuf,
}

impl Deployment {
    /// One on PostgreSQL and Redis, migrated, without people.
    pub(crate) async fn new(stand: &Stand, user: &str) -> Self {
        let database_url = stand.postgres.create_database(user).await;
        let deployment = Self::on(stand, user, &database_url);
        let redis = format!("redis://127.0.0.1:{}", stand.redis.port);
        let deployment = deployment.with("REDIS_URL", &redis);
        deployment.run(&["migrate"]).await;
        deployment
    }

    /// One on any database, without Redis.
    pub(crate) fn on(stand: &Stand, user: &str, database_url: &str) -> Self {
        let pairs = [
            ("PATH", "/usr/bin:/bin".to_owned()),
            ("DATABASE_URL", database_url.to_owned()),
            ("RELAY_URL", format!("smtp://127.0.0.1:{}", stand.sink.port)),
            ("SERVICE_ADDRESS", SERVICE.to_owned()),
            ("SERVICE_NAME", "Till".to_owned()),
            ("PUBLIC_URL", "http://localhost:8080".to_owned()),
            ("SECRET_KEY", "a key of the benches, 32 characters".to_owned()),
            ("AUTHSERV_ID", HOST.to_owned()),
            // Limits are looked at for every transfer, and never in the way.
            ("TRANSFERS_PER_HOUR_MAX", "10000".to_owned()),
        ];
        let environment = pairs.into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
        let one = Self {
            user: user.to_owned(),
            database_url: database_url.to_owned(),
            environment,
            folder: stand.folder.clone(),
        };
        one.behind(stand.dovecot.port)
    }

    /// The same with its mailbox behind another port.
    #[must_use]
    pub(crate) fn behind(self, imap_port: u16) -> Self {
        let mailbox = format!("imap://{}:{PASSWORD}@127.0.0.1:{imap_port}", self.user);
        self.with("MAILBOX_URL", &mailbox)
    }

    /// The same with another setting.
    #[must_use]
    pub(crate) fn with(mut self, name: &str, value: &str) -> Self {
        self.environment.insert(name.to_owned(), value.to_owned());
        self
    }

    /// Starts a process.
    pub(crate) fn start(&self, arguments: &[&str]) -> Running {
        let mut command = Command::new(env!("CARGO_BIN_EXE_pennypost"));
        command.args(arguments).env_clear().envs(&self.environment);
        command.env("PORT", free_port().to_string()).current_dir(&self.folder);
        let name = format!("{}-{}", self.user, arguments.join("-"));
        Running::start(&name, &command, &self.folder)
    }

    /// Runs an errand, or a process that ends by itself.
    pub(crate) async fn run(&self, arguments: &[&str]) -> Spent {
        self.start(arguments).finished(Duration::from_secs(600)).await
    }

    /// Connects to the mailbox once, while it is empty: what arrives later is new.
    pub(crate) async fn connect(&self, stand: &Stand) {
        stand.dovecot.empty(&self.user);
        self.run(&["poller", "--once"]).await;
    }

    /// A number that the database tells.
    pub(crate) async fn number(&self, sql: &'static str) -> u64 {
        let number: i64 = if self.database_url.starts_with("sqlite:") {
            let db = SqliteConnection::connect(&self.database_url).await;
            let mut db = db.expect("SQLite opens");
            let number = sqlx::query_scalar(sql).fetch_one(&mut db).await.expect("a number");
            db.close().await.ok();
            number
        } else {
            let db = PgConnection::connect(&self.database_url).await;
            let mut db = db.expect("PostgreSQL answers");
            let number = sqlx::query_scalar(sql).fetch_one(&mut db).await.expect("a number");
            db.close().await.ok();
            number
        };
        u64::try_from(number).expect("a count")
    }

    /// The ledger's own audit, by the operator's command.
    pub(crate) async fn assert_clean(&self) {
        self.run(&["audit"]).await;
    }
}

/// Its processes while they run.
#[derive(Debug)]
pub(crate) struct Processes {
    pub(crate) all: Vec<(String, Running)>,
}

impl Processes {
    /// Starts one for each list of arguments; all of them are ready, and the mailbox has been looked at,
    /// when this returns.
    pub(crate) async fn start(deployment: &Deployment, parts: &[&[&str]]) -> Self {
        let begun = pennypost::clock::Clock::System.now().0;
        let started = Instant::now();
        let start = |part: &&[&str]| (part.join(" "), deployment.start(part));
        let all: Vec<(String, Running)> = parts.iter().map(start).collect();
        let within = || assert!(started.elapsed() < READY_MAX, "not ready: {all:?}");
        for (_, process) in &all {
            while !process.said_since_start(READY) {
                within();
                tokio::time::sleep(LOOK).await;
            }
        }
        let polled = "SELECT CAST(COALESCE(MAX(polled_at), 0) AS BIGINT) FROM mailboxes";
        while deployment.number(polled).await < u64::try_from(begun).expect("after 1970") {
            within();
            tokio::time::sleep(LOOK).await;
        }
        Self { all }
    }

    /// What each has cost so far.
    pub(crate) fn so_far(&mut self) -> Vec<(String, Spent)> {
        self.all.iter_mut().map(|(name, process)| (name.clone(), process.so_far())).collect()
    }

    pub(crate) async fn stop(self) {
        for (_, process) in self.all {
            process.stop().await;
        }
    }
}
