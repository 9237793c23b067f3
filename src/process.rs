//! Opening what a process needs, and running its parts until it is told to stop.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
    time::Duration,
};

use anyhow::Context as _;
use futures_util::future::join_all;
use secrecy::ExposeSecret;
use tokio_util::sync::CancellationToken;

use crate::{
    clock::Clock,
    config::{After, MailboxSettings, Mode, Problems, Settings},
    context::{Context, Inner},
    db::{Db, Options, Presence, crowded, pending, room},
    health, jobs,
    letters::templates,
    mail::{
        anchors::{AnchorError, AnchorSettings},
        budget::Budget,
        relay::Relays,
        render::Templates,
        wire::Dialer,
    },
    operator,
    poller::Poller,
    queue::{self, Bells, Queue, Registry},
};

/// How often finished jobs are swept, and how many at once.
const SWEEP_EVERY: Duration = Duration::from_secs(600);
const SWEEP_MAX: i64 = 10_000;

/// How often, and in which steps, a start waits for connections to become free: five seconds in all.
const ROOM_TRIES: u32 = 11;
const ROOM_PAUSE: Duration = Duration::from_millis(500);

/// A name that is no queue's, and those that are.
#[derive(Debug, thiserror::Error)]
#[error("there is no queue {0}; there are {1}, and all")]
pub struct NoQueue(String, String);

/// The queues of these names; `all` is every one.
///
/// # Errors
/// The first name that is no queue's.
pub fn queues_named(names: &[String]) -> Result<Vec<&'static str>, NoQueue> {
    let known = jobs::registry().queues();
    if names.iter().any(|name| name == "all") {
        return Ok(known);
    }
    let mut queues = BTreeSet::new();
    for name in names {
        let queue = known.iter().find(|queue| *queue == name);
        queues.insert(*queue.ok_or_else(|| NoQueue(name.clone(), known.join(", ")))?);
    }
    Ok(queues.into_iter().collect())
}

/// An opened process: its context, its queue and the jobs it knows.
#[derive(Clone)]
pub struct Process {
    /// For handlers.
    pub cx: Context,
    /// Jobs of this process.
    pub queue: Queue,
    /// What runs them.
    pub registry: Arc<Registry<Context>>,
}

impl Process {
    /// Opens the database, whose schema must be up to date, the relay and the templates.
    ///
    /// # Errors
    /// What could not be opened, and what to do.
    pub async fn open(settings: Settings, clock: Clock) -> anyhow::Result<Self> {
        let db = open_migrated(&settings).await?;
        Self::with(settings, clock, db)
    }

    /// As [`Process::open`], on a database that is open and migrated.
    ///
    /// # Errors
    /// What could not be opened, and what to do.
    pub fn with(settings: Settings, clock: Clock, db: Db) -> anyhow::Result<Self> {
        let numbers = queue::Settings {
            places: settings.queue.places,
            refill_interval: settings.queue.refill,
            done_retention: settings.queue.keep_done,
            ..queue::Settings::default()
        };
        let bells = match &settings.redis {
            Some(redis) => Bells::redis(redis, numbers.list_cap).context("Use Redis")?,
            None => Bells::in_process(numbers.list_cap),
        };
        let queue = Queue::new(db.clone(), clock.clone(), numbers, bells);
        let dialer = Dialer::new(settings.mail_tls_ca.as_deref()).context("mail_tls_ca")?;
        let relays = Relays::open(&settings.relay, &settings.service_address, &dialer);
        let anchors = anchors(&settings)?;
        let templates = Templates::load(templates(), settings.letters.templates.as_deref())
            .context("Load the letters' templates")?;
        let raw_mail = Budget::new(settings.poller.batch_bytes);
        let cx = Context::new(Inner {
            db,
            clock,
            settings,
            anchors,
            bells: queue.bells().clone(),
            dialer,
            relays,
            raw_mail,
            templates,
            events: jobs::events(),
            acts: jobs::acts(),
        });
        let registry = Arc::new(jobs::registry_in(cx.settings.mode));
        Ok(Self { cx, queue, registry })
    }

    /// One poller for each configured mailbox.
    ///
    /// # Errors
    /// A Maildir's or the database's.
    pub async fn pollers(&self) -> anyhow::Result<Vec<Poller>> {
        let mut pollers = Vec::new();
        for mailbox in &self.cx.settings.mailboxes {
            let mut settings = mailbox.clone();
            // Whoever only observes changes nothing on the mail host, whatever is configured.
            if self.cx.settings.mode == Mode::Observe {
                settings.after = After::Leave;
            }
            let poller = Poller::connect(self.cx.clone(), settings);
            pollers.push(poller.await.with_context(|| format!("The mailbox {}", mailbox.name))?);
        }
        Ok(pollers)
    }

    /// Polls every mailbox until `shutdown`.
    pub async fn poll(&self, pollers: &[Poller], shutdown: CancellationToken) {
        join_all(pollers.iter().map(|poller| poller.run(shutdown.clone()))).await;
    }

    /// Joins the processes that run jobs on this database, until the answer is dropped. On SQLite, when
    /// there is no other, what a killed one left running is taken over at once instead of when its lease
    /// ends; on PostgreSQL the clock does it.
    ///
    /// # Errors
    /// The database's, or its lock file's.
    pub async fn attend(&self) -> anyhow::Result<Presence> {
        let release = async {
            let orphans = self.queue.release_orphans().await?;
            if orphans > 0 {
                tracing::info!(orphans, "taking over what a killed process left running");
            }
            Ok(orphans)
        };
        // Two beats may be late before anybody takes it for gone.
        let every = self.queue.settings().absent_min / 4;
        let sign = (self.queue.claimant().as_str(), every);
        let presence = Presence::enter(&self.cx.db, sign, release).await;
        presence.context("Join the processes that run jobs")
    }

    /// Sees to it that the connections of this process fit into what PostgreSQL and Redis allow: its own
    /// pool and `more` to the one, one and `pools` to the other. What is just ending (the process that this
    /// one replaces) is waited for. Too few of Redis are only told: bells are no more than bells.
    ///
    /// # Errors
    /// The numbers, and what to change.
    pub async fn has_room(&self, more: u32, pools: usize) -> anyhow::Result<()> {
        let needed = i64::from(self.cx.settings.database_connections + more);
        let mut tries = 1;
        while let Err(lacks) = room(&self.cx.db, needed).await? {
            if tries == ROOM_TRIES {
                return Err(lacks.into());
            }
            tries += 1;
            tokio::time::sleep(ROOM_PAUSE).await;
        }
        let processes = health::alive(&self.cx.db, self.cx.now()).await? + 1;
        if let Some(crowded) = crowded(&self.cx.db, processes, needed).await? {
            // The others may have smaller pools, or never fill them.
            tracing::warn!(%crowded, "PostgreSQL may have too few connections");
        }
        if let Some(clients) = self.queue.bells().clients().await
            && clients.connected + pools > clients.max
        {
            let (connected, max) = (clients.connected, clients.max);
            tracing::warn!(
                connected,
                max,
                pools,
                "Redis may have too few connections (maxclients)"
            );
        }
        Ok(())
    }

    /// Takes what the mailboxes hold and does everything that is due, then returns.
    ///
    /// # Errors
    /// A mailbox's or the database's.
    pub async fn once(&self, pollers: &[Poller]) -> anyhow::Result<()> {
        loop {
            let mut stored = 0;
            for poller in pollers {
                stored += poller.poll_once().await?;
            }
            self.queue.drain(Arc::clone(&self.registry), self.cx.clone()).await?;
            if stored == 0 && !operator::digest(&self.cx).await? {
                return Ok(());
            }
        }
    }

    /// Works on all queues, with the clock beside it, until `shutdown`.
    pub async fn work(&self, shutdown: CancellationToken) {
        let queues = self.registry.queues();
        tokio::join!(self.work_on(&queues, shutdown.clone()), self.clock(shutdown));
    }

    /// Works on `queues`, each with a pool of its own, until `shutdown`.
    pub async fn work_on(&self, queues: &[&'static str], shutdown: CancellationToken) {
        let (registry, cx) = (Arc::clone(&self.registry), self.cx.clone());
        // Whoever only observes leaves the jobs of the others as they are.
        let known = registry.queues();
        let queues: Vec<_> = queues.iter().copied().filter(|queue| known.contains(queue)).collect();
        self.queue.work(registry, cx, &queues, shutdown.clone()).await;
        shutdown.cancelled().await;
    }

    /// Brings overdue jobs to their pools and sweeps finished ones, until `shutdown`. Several clocks do
    /// no harm: whatever one of them has rung for, and swept, the others leave alone.
    pub async fn clock(&self, shutdown: CancellationToken) {
        let queues = self.registry.queues();
        let refill = self.queue.run_refill(&queues, shutdown.clone());
        tokio::join!(refill, self.sweep(shutdown.clone()));
    }

    /// Forgets finished jobs once they are older than configured.
    async fn sweep(&self, shutdown: CancellationToken) {
        loop {
            if let Err(error) = self.sweep_once().await {
                tracing::warn!(error = %format!("{error:#}"), "finished jobs cannot be swept");
            }
            tokio::select! {
                () = shutdown.cancelled() => return,
                () = tokio::time::sleep(SWEEP_EVERY) => {}
            }
        }
    }

    async fn sweep_once(&self) -> anyhow::Result<u64> {
        operator::digest(&self.cx).await.context("Write the operator's digest")?;
        let before = self.cx.now().minus(self.cx.settings.queue.keep_done);
        let mut tx = self.cx.db.begin().await?;
        if !tx.alone_at("sweep").await? {
            return Ok(0);
        }
        let swept = queue::sweep_done(&mut tx, before, SWEEP_MAX).await?;
        tx.commit().await?;
        Ok(swept)
    }
}

/// Each mailbox's anchor, by the mailbox's name.
fn anchors(settings: &Settings) -> anyhow::Result<BTreeMap<String, AnchorSettings>> {
    let read = |mailbox: &MailboxSettings| {
        let words = &mailbox.anchor;
        let anchor = match &*words.authserv_id {
            "" | "none" => Ok(AnchorSettings::nobody()),
            id => AnchorSettings::parse(id, words.received_above, &words.received_hosts),
        };
        let wrong = |error: AnchorError| {
            let name = format!("authentication, for the mailbox {}", mailbox.name);
            Problems::one(&name, &error.to_string())
        };
        Ok((mailbox.name.clone(), anchor.map_err(wrong)?))
    };
    settings.mailboxes.iter().map(read).collect()
}

/// Opens the configured database.
///
/// # Errors
/// The driver's words, without the URL.
pub async fn open_database(settings: &Settings) -> anyhow::Result<Db> {
    let options =
        Options { connections: settings.database_connections, wait: settings.database_wait };
    Db::open(settings.database_url.expose_secret(), options).await.context("Open the database")
}

/// As [`open_database`], with a schema that is up to date.
///
/// # Errors
/// As there, or what to run.
pub async fn open_migrated(settings: &Settings) -> anyhow::Result<Db> {
    let db = open_database(settings).await?;
    let missing = pending(&db).await.context("Look at the schema of the database")?;
    anyhow::ensure!(
        missing.is_empty(),
        "the database lacks {}: run `pennypost migrate` first",
        missing.join(", ")
    );
    Ok(db)
}
