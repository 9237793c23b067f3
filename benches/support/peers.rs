//! The programs that ours is measured beside, started as their users start them.

use std::{
    path::{Path, PathBuf},
    process::Command,
};

use sqlx::{AssertSqlSafe, Connection, Executor, PgConnection};

use super::{people::address, process::Running, stand::Stand};

/// Workers of the Python stack: twice the two cores, since each waits for its servers half of the time.
pub(crate) const PYTHON_WORKERS: usize = 4;

fn scripts() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("benches/peers")
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("target/bench/peers")
}

/// Fetches what is missing; says what cannot be fetched.
pub(crate) fn set_up() {
    let done = Command::new(scripts().join("setup")).arg(folder()).status().expect("bash is here");
    assert!(done.success(), "benches/peers/setup says what is missing");
}

/// The Node poller on a user's mailbox; it ends when nothing is unseen.
pub(crate) fn node(stand: &Stand, user: &str) -> Running {
    let mut command = Command::new("node");
    command.arg(scripts().join("node_poller.mjs")).arg(folder().join("node")).arg(user);
    tell(&mut command, stand);
    Running::start("node", &command, &stand.folder)
}

/// The list that its jobs lie in.
pub(crate) const NODE_JOBS: &str = "bull:mail:wait";

/// `mail_room` on a user's mailbox; it runs on.
pub(crate) fn mail_room(stand: &Stand, user: &str) -> Running {
    let configuration = std::fs::read_to_string(scripts().join("mail_room.yml"))
        .expect("a file of this project")
        .replace("@USER@", user)
        .replace("@IMAP_PORT@", &stand.dovecot.port.to_string())
        .replace("@REDIS_PORT@", &stand.redis.port.to_string())
        .replace("@LOG@", &stand.folder.join("mail_room-own.log").display().to_string());
    let path = stand.folder.join("mail_room.yml");
    std::fs::write(&path, configuration).expect("our folder");
    let mut command = Command::new("mail_room");
    command.arg("-c").arg(path);
    command.env("RUBYOPT", format!("-r{}", scripts().join("mail_room_ruby3.rb").display()));
    Running::start("mail_room", &command, &stand.folder)
}

/// The list that its jobs lie in.
pub(crate) const MAIL_ROOM_JOBS: &str = "queue:mail";

/// The Python stack: a poller and its workers.
#[derive(Debug)]
pub(crate) struct Python {
    pub(crate) poller: Running,
    pub(crate) workers: Vec<Running>,
}

impl Python {
    /// Its tables in a new database, with as many accounts as there are people.
    pub(crate) async fn prepare(stand: &Stand, people: u64) -> String {
        let url = stand.postgres.create_database("python_stack").await;
        let mut db = PgConnection::connect(&url).await.expect("PostgreSQL answers");
        let schema = std::fs::read_to_string(scripts().join("python_stack/schema.sql"));
        let schema = schema.expect("a file of this project");
        db.execute(AssertSqlSafe(schema)).await.expect("the schema is made");
        let addresses: Vec<String> = (0..people).map(address).collect();
        let fill =
            "INSERT INTO accounts SELECT address, 1000000 FROM unnest($1::text[]) AS address";
        sqlx::query(fill).bind(&addresses).execute(&mut db).await.expect("the accounts are made");
        db.execute("VACUUM ANALYZE").await.expect("analyses");
        db.close().await.ok();
        url
    }

    /// Starts it on a user's mailbox; waits until it listens.
    pub(crate) async fn start(stand: &Stand, user: &str, database_url: &str) -> Self {
        let stack = scripts().join("python_stack");
        let bin = folder().join("venv/bin");
        let run = |name: &str, mut command: Command| {
            tell(&mut command, stand);
            command.env("DATABASE_URL", database_url).env("PYTHONPATH", &stack);
            command.env("PYTHONDONTWRITEBYTECODE", "1");
            Running::start(name, &command, &stand.folder)
        };
        let workers = (0..PYTHON_WORKERS).map(|number| {
            let mut command = Command::new(bin.join("rq"));
            // One process for all of its jobs: the usual worker forks one for each.
            command.args(["worker", "mail", "--worker-class", "rq.worker.SimpleWorker", "--quiet"]);
            command.arg("--url").arg(format!("redis://127.0.0.1:{}/0", stand.redis.port));
            run(&format!("python-worker-{number}"), command)
        });
        let workers = workers.collect();
        let mut command = Command::new(bin.join("python"));
        command.arg(stack.join("poller.py")).arg(user);
        let poller = run("python-poller", command);
        tokio::time::sleep(std::time::Duration::from_secs(5)).await;
        assert!(poller.said().contains("ready"), "the Python poller: {}", poller.said());
        Self { poller, workers }
    }

    /// Processor time of the poller and of all workers so far, in milliseconds.
    pub(crate) fn cpu_millis(&mut self) -> (u64, u64) {
        let workers = self.workers.iter_mut().map(|worker| worker.so_far().cpu_millis).sum();
        (self.poller.so_far().cpu_millis, workers)
    }

    pub(crate) async fn stop(self) {
        self.poller.stop().await;
        for worker in self.workers {
            worker.stop().await;
        }
    }
}

fn tell(command: &mut Command, stand: &Stand) {
    command.env("IMAP_PORT", stand.dovecot.port.to_string());
    command.env("REDIS_PORT", stand.redis.port.to_string());
    command.env("SMTP_PORT", stand.sink.port.to_string());
}
