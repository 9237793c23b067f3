//! The servers of one deployment, and a process for each part of it: two pollers, two workers, the web
//! and the clock, each on wires of its own to what it talks to.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use super::process::{Deployment, Running};
use crate::support::{
    dovecot::Dovecot,
    postfix::Postfix,
    proxy::Proxy,
    redis::Redis,
    server::{self, Server},
};

/// What the parts are, by their arguments.
const PARTS: [&[&str]; 6] =
    [&["poller"], &["poller"], &["worker", "all"], &["worker", "all"], &["web"], &["clock"]];
/// Of each pair the second rests at bad moments, so that its leases end while it is at work. Built with the
/// feature `failpoints`; else it is as quick as the first.
const WEARY: &str =
    "job-claimed=5%sleep(400);poller-fetched=5%sleep(400);letter-accepted=5%sleep(400)";

/// The database's name.
const BOOKS: &str = "books";

/// Its servers: nobody else's.
pub(super) struct House {
    pub(super) database: Server,
    pub(super) redis: Redis,
    pub(super) dovecot: Arc<Dovecot>,
    pub(super) postfix: Postfix,
    pub(super) deployment: Arc<Deployment>,
}

/// A process of the deployment.
pub(super) struct Part {
    arguments: &'static [&'static str],
    /// To the database, Redis, the mailbox and the relay.
    pub(super) wires: [Proxy; 4],
    environment: Vec<(&'static str, String)>,
    /// None while it is dead.
    running: Option<Running>,
}

impl House {
    /// Servers are started and the schema is made; with settings that differ.
    pub(super) async fn build(differing: &[(&str, &str)]) -> Arc<Self> {
        // What has been committed outlives a crash here.
        let database = Server::start("-c fsync=on -c shared_buffers=64MB").await;
        let url = database.create_database(BOOKS).await;
        let redis = Redis::start().await;
        let dovecot = Arc::new(Dovecot::start());
        let postfix = Postfix::start(&dovecot);
        let mut deployment = Deployment::new(&url)
            .at(Arc::clone(&dovecot))
            .with("RELAY_URL", &postfix.url())
            .with("REDIS_URL", &redis.url())
            .with("POLLER_REPOLL_SECONDS", "2");
        for (name, value) in differing {
            deployment = deployment.with(name, value);
        }
        let deployment = Arc::new(deployment);
        let migrated = deployment.run(&["migrate"]);
        assert!(migrated.status.success(), "{}", String::from_utf8_lossy(&migrated.stderr));
        Arc::new(Self { database, redis, dovecot, postfix, deployment })
    }

    /// All its processes, once the mailbox is being read.
    pub(super) async fn start(&self) -> Vec<Part> {
        let mut parts = Vec::new();
        for arguments in PARTS {
            let second = parts.iter().any(|part: &Part| part.arguments == arguments);
            let mut part = self.part(arguments).await;
            if second {
                part.environment.push(("FAILPOINTS", WEARY.to_owned()));
            }
            part.start(&self.deployment);
            parts.push(part);
        }
        self.awaits_mail().await;
        parts
    }

    /// One part with wires of its own; not yet started.
    pub(super) async fn part(&self, arguments: &'static [&'static str]) -> Part {
        let ports = [self.database.port, self.redis.port, self.dovecot.port, self.postfix.port];
        let [database, redis, mailbox, relay] = ports;
        let wires = [
            Proxy::to(database).await,
            Proxy::to(redis).await,
            Proxy::to(mailbox).await,
            Proxy::to(relay).await,
        ];
        let [database, redis, mailbox, relay] = [0, 1, 2, 3].map(|n: usize| wires[n].port);
        let environment = vec![
            ("DATABASE_URL", server::url_by(database, BOOKS)),
            ("REDIS_URL", format!("redis://127.0.0.1:{redis}")),
            ("MAILBOX_URL", self.dovecot.url_by(crate::support::app::SERVICE, mailbox)),
            ("RELAY_URL", format!("smtp://127.0.0.1:{relay}")),
        ];
        Part { arguments, wires, environment, running: None }
    }

    /// Its database, whose wire nobody cuts.
    pub(super) fn database_url(&self) -> String {
        server::url_by(self.database.port, BOOKS)
    }

    /// Lets the time of all leases of jobs pass; their runners may still be at work. The database may be
    /// away.
    pub(super) async fn end_leases(&self) -> bool {
        let url = self.database_url();
        let sql = "UPDATE jobs SET lease = 0, ring = 0 WHERE id IN \
                   (SELECT id FROM jobs WHERE state = 'running' FOR UPDATE SKIP LOCKED)";
        let ending = async {
            let mut connection = <sqlx::PgConnection as sqlx::Connection>::connect(&url).await?;
            sqlx::query(sql).execute(&mut connection).await
        };
        ending.await.is_ok_and(|done| done.rows_affected() > 0)
    }

    /// A first connection leaves alone what was there before it, so nobody may write earlier.
    pub(super) async fn awaits_mail(&self) {
        let until = Instant::now() + Duration::from_secs(60);
        while !self.deployment.log().contains("connected for the first time") {
            assert!(Instant::now() < until, "it does not connect: {}", self.deployment.log_end());
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }
}

impl Part {
    pub(super) fn start(&mut self, deployment: &Deployment) {
        self.running = Some(deployment.start_with(self.arguments, &self.environment));
    }

    /// With fail points set.
    #[cfg(feature = "failpoints")]
    pub(super) fn start_failing(&mut self, deployment: &Deployment, points: &str) {
        let mut environment = self.environment.clone();
        environment.push(("FAILPOINTS", points.to_owned()));
        self.running = Some(deployment.start_with(self.arguments, &environment));
    }

    pub(super) fn kill(&mut self) {
        self.running = None;
    }

    /// Its process id; 0 while it is dead.
    pub(super) fn id(&self) -> u32 {
        self.running.as_ref().map_or(0, Running::id)
    }

    /// Sends STOP or CONT.
    pub(super) fn signal(&self, name: &str) {
        self.running.as_ref().expect("it runs").signal(name);
    }

    /// Whether it has killed itself at a fail point.
    #[cfg(feature = "failpoints")]
    pub(super) fn has_aborted(&mut self) -> bool {
        let ended = self.running.as_mut().and_then(Running::ended);
        if let Some(status) = ended {
            let signal = std::os::unix::process::ExitStatusExt::signal(&status);
            assert_eq!(signal, Some(6), "{:?} ended with {status}", self.arguments);
            self.running = None;
        }
        ended.is_some()
    }

    /// Whether it has ended without being killed, as a process does that finds its database away; whoever
    /// supervises it starts it again.
    pub(super) fn has_given_up(&mut self) -> bool {
        let ended = self.running.as_mut().and_then(Running::ended);
        if let Some(status) = ended {
            // 101 is a panic. A kill that was not ours is one more.
            let killed = std::os::unix::process::ExitStatusExt::signal(&status) == Some(9);
            assert!(killed || status.code() == Some(1), "{:?}: {status}", self.arguments);
            self.running = None;
        }
        ended.is_some()
    }
}
