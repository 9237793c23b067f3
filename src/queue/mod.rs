//! Jobs: rows are the truth, bells only say which rows to look at.
//!
//! A job is enqueued in the transaction that wants it, taken by a claim with a lease, and marked done
//! by the first statement of the transaction that holds its effects: whatever crashes in between, it
//! happens once. Lost bells, retries, delayed jobs and dead workers are one case, the clock's refill.
//!
//! Not for: knowing any kind of job (the assembly registers them), nor effects outside a transaction,
//! except those of the *effect* shape, which may repeat.

mod bells;
mod claim;
mod dead;
mod drain;
mod enqueue;
pub mod events;
mod fault;
mod operate;
mod pool;
mod refill;
mod registry;
mod run;
mod settings;
mod store;
mod trace;

use std::sync::Arc;

use futures_util::{FutureExt, future::join_all};
use tokio::sync::mpsc;
use tokio_util::{sync::CancellationToken, task::TaskTracker};

use crate::{
    clock::Clock,
    db::{Bell, Db, Error},
};

pub use bells::{Bells, Clients, InProcess, LinkError, Reach, Redis};
pub use claim::{Claimant, Claimed, claim, give_back};
pub use enqueue::{JobId, Work, enqueue, enqueue_many};
pub use fault::Fault;
pub use operate::{
    Count, Filter, Job, NoState, State, counts, drop_job, list, oldest_waiting, replay,
    replay_work, show, sweep_done,
};
pub use registry::{Attempt, Buried, Finish, Inside, Marked, Outside, Registry};
pub use settings::Settings;
pub use trace::concerning;

/// The queue of this process. Cloning shares it.
#[derive(Debug, Clone)]
pub struct Queue {
    db: Db,
    clock: Clock,
    settings: Arc<Settings>,
    bells: Bells,
    claimant: Claimant,
}

impl Queue {
    /// Opens the queue and listens for the bells of transactions that `db` commits from now on. Within
    /// a Tokio runtime; once per opened database, as the first listener keeps the bells.
    pub fn new(db: Db, clock: Clock, settings: Settings, bells: Bells) -> Self {
        let (ringer, mut rung) = mpsc::unbounded_channel();
        db.set_ringer(ringer);
        let to = bells.clone();
        // Ends with the database, which holds the other end.
        TaskTracker::new().spawn(async move {
            while let Some(bells) = rung.recv().await {
                to.ring(bells);
            }
        });
        Self { db, clock, settings: Arc::new(settings), bells, claimant: Claimant::fresh() }
    }

    /// How its bells travel.
    pub fn bells(&self) -> &Bells {
        &self.bells
    }

    /// In whose name this process claims jobs.
    pub fn claimant(&self) -> &Claimant {
        &self.claimant
    }

    /// Its numbers.
    pub fn settings(&self) -> &Settings {
        &self.settings
    }

    /// Works on `queues`, each with a pool of its own, until `shutdown`; then lets running jobs end,
    /// cuts them after the grace, and returns within ten seconds.
    pub async fn work<C: Clone + Send + Sync + 'static>(
        &self,
        registry: Arc<Registry<C>>,
        context: C,
        queues: &[&'static str],
        shutdown: CancellationToken,
    ) {
        let cut = CancellationToken::new();
        let runner = Arc::new(run::Runner { queue: self.clone(), registry, context, cut });
        let mut pools = Vec::new();
        for name in queues {
            pools.push(pool::run(Arc::clone(&runner), name, shutdown.clone()).boxed());
        }
        join_all(pools).await;
    }

    /// Rings the next of the lane that `job` has left.
    async fn ring_lane(&self, job: &Claimed) -> Result<(), Error> {
        let Some(lane) = &job.lane else { return Ok(()) };
        let next = store::next_of_lane(&self.db, lane, self.clock.now()).await?;
        self.bells.ring_first(next.into_iter().collect());
        Ok(())
    }

    /// Up to `max` jobs of a queue that could be claimed now, for a pool that hears no bells.
    async fn claimable(&self, queue: &str, max: i64) -> Result<Vec<String>, Error> {
        let now = self.clock.now();
        let mut tx = self.db.snapshot().await?;
        let mut jobs = store::abandoned(&mut tx, queue, now, max).await?;
        let heads = store::heads(&mut tx, queue, now, max).await?;
        tx.rollback().await?;
        jobs.extend(heads.into_iter().map(|bell| bell.job));
        jobs.truncate(usize::try_from(max).unwrap_or(usize::MAX));
        Ok(jobs)
    }

    /// Bells that were popped in vain.
    fn put_back(&self, queue: &str, jobs: Vec<String>) {
        let bell = |job| Bell { queue: queue.to_owned(), job };
        self.bells.ring_first(jobs.into_iter().map(bell).collect());
    }
}
