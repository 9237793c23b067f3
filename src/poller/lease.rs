//! One poller of a mailbox is active, the others stand by: a lease in the database, by the database's clock.

use std::{
    ops::{Deref, DerefMut},
    sync::atomic::{AtomicUsize, Ordering},
    time::{Duration, Instant},
};

use anyhow::Context as _;
use tokio::time::{sleep, timeout};
use tokio_util::sync::CancellationToken;

use super::holder;
use crate::{
    db::{self, Db, Tx, in_time},
    inbox::{self, Asked},
};

/// How long a lease lasts, how often it is renewed, and how often somebody who stands by asks for it: a
/// take-over comes within 12 seconds.
const LASTS: Duration = Duration::from_secs(10);
const RENEWED_EVERY: Duration = Duration::from_secs(3);
const ASKED_EVERY: Duration = Duration::from_secs(2);
/// How long the database may take over it: a poller that is cut off from it notices.
const ANSWER_MAX: Duration = Duration::from_secs(6);

/// The lease was lost: whatever was under way is not stored.
#[derive(Debug, thiserror::Error)]
#[error("another process polls this mailbox now")]
pub(super) struct Lost;

/// A lease that was ours when it was taken.
#[derive(Debug)]
pub(super) struct Lease {
    db: Db,
    pub(super) mailbox: String,
    pub(super) fence: i64,
    taken: Instant,
    /// Transactions under way in which it stays ours.
    fenced: AtomicUsize,
}

/// A transaction in which the lease stays ours, however long it takes: whoever would take it over waits for
/// its end, and finds it renewed then.
#[derive(Debug)]
pub(super) struct Fenced<'a> {
    tx: Tx,
    lease: &'a Lease,
    begun: Instant,
    counted: Counted<'a>,
}

/// One of the transactions under way.
#[derive(Debug)]
struct Counted<'a>(&'a AtomicUsize);

impl Drop for Counted<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

impl Lease {
    /// Asks once; answers with the holder when there is another.
    pub(super) async fn ask(
        db: &Db,
        (mailbox, holder): (&str, &str),
    ) -> anyhow::Result<Result<Self, String>> {
        let taken = Instant::now();
        let asking = async {
            let mut tx = db.begin().await?;
            let mut asked = ask(&mut tx, (mailbox, holder), None).await?;
            if let Asked::Held(other) = &asked
                && holder::is_dead(other)
            {
                let dead = other.clone();
                asked = ask(&mut tx, (mailbox, holder), Some(&dead)).await?;
            }
            tx.commit().await?;
            anyhow::Ok(asked)
        };
        let asked = timeout(ANSWER_MAX, asking).await.context("The database does not answer")??;
        Ok(match asked {
            Asked::Taken(fence) => {
                let (db, mailbox) = (db.clone(), mailbox.to_owned());
                Ok(Self { db, mailbox, fence, taken, fenced: AtomicUsize::new(0) })
            }
            Asked::Held(other) => Err(other),
        })
    }

    /// Asks for `at_most` until the lease is ours; none when another process keeps it.
    ///
    /// A database that fails is tried again within that time.
    pub(super) async fn turn(
        db: &Db,
        who: (&str, &str),
        at_most: Duration,
    ) -> anyhow::Result<Option<Self>> {
        let begun = Instant::now();
        loop {
            let asked = Self::ask(db, who).await;
            let lasts = begun.elapsed() + ASKED_EVERY >= at_most;
            match asked {
                Ok(Ok(lease)) => return Ok(Some(lease)),
                Ok(Err(_other)) if lasts => return Ok(None),
                Err(error) if lasts || !is_passing(&error) => {
                    return Err(error.context("The database does not say who polls the mailbox"));
                }
                Ok(Err(_)) | Err(_) => sleep(ASKED_EVERY).await,
            }
        }
    }

    /// Asks until the lease is ours; none at `shutdown`.
    pub(super) async fn wait(
        db: &Db,
        (mailbox, holder): (&str, &str),
        shutdown: &CancellationToken,
    ) -> Option<Self> {
        let (mut told, mut failing) = (false, false);
        while !shutdown.is_cancelled() {
            match Self::ask(db, (mailbox, holder)).await {
                Ok(Ok(lease)) => return Some(lease),
                Ok(Err(other)) if !told => {
                    tracing::info!(mailbox, holder = other, "standing by; another process polls");
                    told = true;
                }
                Err(error) if !failing => {
                    tracing::warn!(mailbox, error = %format!("{error:#}"), "no lease to be had");
                    failing = true;
                }
                Ok(Err(_)) | Err(_) => {}
            }
            tokio::select! {
                () = shutdown.cancelled() => {}
                () = sleep(ASKED_EVERY) => {}
            }
        }
        None
    }

    /// Renews the lease until it is lost.
    pub(super) async fn keep(&self) {
        let mut ours_since = self.taken;
        loop {
            sleep(RENEWED_EVERY).await;
            let asked = Instant::now();
            // A transaction of ours holds the row: it cannot be renewed now, nor be taken by anybody.
            let mut ours = Err(());
            if !self.is_fenced() {
                ours = timeout(ANSWER_MAX, self.renew()).await.map_err(drop);
            }
            if ours.is_err() && self.is_fenced() {
                ours = timeout(ANSWER_MAX, self.is_ours()).await.map_err(drop);
            }
            match ours {
                Ok(Ok(true)) => ours_since = asked,
                Ok(Ok(false)) => break,
                // By now somebody else may have it.
                _ if ours_since.elapsed() >= LASTS => break,
                _ => {}
            }
        }
        tracing::warn!(mailbox = self.mailbox, "the lease is lost");
    }

    async fn renew(&self) -> Result<bool, sqlx::Error> {
        let mut tx = self.db.begin().await?;
        let ours = inbox::renew_lease(&mut tx, &self.mailbox, self.fence, micros()).await?;
        tx.commit().await?;
        Ok(ours)
    }

    fn is_fenced(&self) -> bool {
        self.fenced.load(Ordering::Relaxed) > 0
    }

    /// As whoever holds no lock can see it.
    async fn is_ours(&self) -> Result<bool, sqlx::Error> {
        let mut tx = self.db.read().await?;
        let ours = inbox::is_held(&mut tx, &self.mailbox, self.fence).await?;
        tx.rollback().await?;
        Ok(ours)
    }

    /// Begins a transaction in which the lease stays ours.
    pub(super) async fn begin(&self) -> anyhow::Result<Fenced<'_>> {
        let beginning = async {
            let mut tx = self.db.begin().await?;
            let ours = inbox::fence(&mut tx, &self.mailbox, self.fence).await?;
            Ok::<_, sqlx::Error>((tx, ours))
        };
        let (tx, ours) = in_time(beginning).await?;
        if !ours {
            return Err(Lost.into());
        }
        self.fenced.fetch_add(1, Ordering::Relaxed);
        Ok(Fenced { tx, lease: self, begun: Instant::now(), counted: Counted(&self.fenced) })
    }

    /// Gives it up, so that nobody has to wait for its end.
    pub(super) async fn release(self) {
        let releasing = async {
            let mut tx = self.db.begin().await?;
            inbox::release_lease(&mut tx, &self.mailbox, self.fence).await?;
            tx.commit().await
        };
        // Whoever waits for it sees it run out.
        if !matches!(timeout(ANSWER_MAX, releasing).await, Ok(Ok(()))) {
            tracing::debug!(mailbox = self.mailbox, "the lease could not be given up");
        }
    }
}

impl Fenced<'_> {
    /// Commits; what took long leaves a lease that lasts from now on.
    pub(super) async fn commit(self) -> anyhow::Result<()> {
        let Self { mut tx, lease, begun, counted } = self;
        if begun.elapsed() >= RENEWED_EVERY
            && !inbox::renew_lease(&mut tx, &lease.mailbox, lease.fence, micros()).await?
        {
            return Err(Lost.into());
        }
        tx.commit().await?;
        drop(counted);
        Ok(())
    }

    /// Rolls back at once.
    pub(super) async fn rollback(self) -> Result<(), sqlx::Error> {
        self.tx.rollback().await
    }
}

impl Deref for Fenced<'_> {
    type Target = Tx;

    fn deref(&self) -> &Tx {
        &self.tx
    }
}

impl DerefMut for Fenced<'_> {
    fn deref_mut(&mut self) -> &mut Tx {
        &mut self.tx
    }
}

/// Whether asking the database again may help.
fn is_passing(error: &anyhow::Error) -> bool {
    error.downcast_ref().is_none_or(db::is_transient)
}

async fn ask(tx: &mut Tx, who: (&str, &str), dead: Option<&str>) -> Result<Asked, sqlx::Error> {
    inbox::take_lease(tx, who, dead, micros()).await
}

fn micros() -> i64 {
    i64::try_from(LASTS.as_micros()).unwrap_or(i64::MAX)
}
