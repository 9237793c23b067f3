//! A pool: the claims of one queue, handed to an apalis worker through a small backend of our own.
//!
//! Places are ours: a permit is taken before the bells are popped and travels with the row, so a lease
//! never ticks in a buffer. Limits, retries and leases are ours too; apalis supplies the loop.

use std::{
    convert::Infallible,
    pin::Pin,
    sync::{Arc, Mutex, PoisonError},
    task::{Context, Poll},
    time::Duration,
};

use apalis_core::{
    backend::{Backend, BackendConfig, finalize::Ephemeral},
    error::WorkerError,
    layers::Identity,
    task::{Task, builder::TaskBuilder, task_id::TaskId},
    worker::{builder::WorkerBuilder, context::WorkerContext},
};
use futures_util::FutureExt;
use metrics::{counter, gauge};
use tokio::{
    sync::{OwnedSemaphorePermit, Semaphore, mpsc},
    task::JoinHandle,
};
use tokio_util::{sync::CancellationToken, task::TaskTracker};

use crate::db::in_time;

use super::{
    Claimed, Queue,
    bells::{Away, Ear},
    claim, give_back,
    run::Runner,
};

/// How long after the grace the pool waits for the ends of the jobs it has cut.
const CUT_WAIT: Duration = Duration::from_millis(1_500);

/// A claimed row with its place.
pub(super) struct Held {
    job: Claimed,
    place: OwnedSemaphorePermit,
}

/// Where bells wait, a claim waits this long for a quarter of the places: one statement for several rows
/// costs little more than for one, and the other places are at work meanwhile.
const GATHER: Duration = Duration::from_millis(5);

type Claims = Arc<Mutex<mpsc::Receiver<Held>>>;

/// Takes the jobs of one queue until the stop.
struct Feeder {
    queue: Queue,
    name: &'static str,
    ear: Ear,
    lease: Duration,
    claims: mpsc::Sender<Held>,
    /// The same end the worker reads: what it has not read at the stop is given back.
    unread: Claims,
    stop: CancellationToken,
}

/// Runs the pool of the queue `name` until `stop`, then until its jobs have ended or are cut.
pub(super) async fn run<C: Clone + Send + Sync + 'static>(
    runner: Arc<Runner<C>>,
    name: &'static str,
    stop: CancellationToken,
) {
    let queue = runner.queue.clone();
    let lease = runner.registry.longest_limit(name) + queue.settings.lease_extra;
    let (sender, receiver) = mpsc::channel(queue.settings.places_of(name));
    let unread = Arc::new(Mutex::new(receiver));
    let jobs = TaskTracker::new();
    let ear = queue.bells.listen(name);
    let nudge = ear.nudge();
    let feeder = Feeder {
        queue: queue.clone(),
        name,
        ear,
        lease,
        claims: sender,
        unread: Arc::clone(&unread),
        stop: stop.clone(),
    };
    let feed = Feed { claims: unread, feeder: jobs.spawn(feeder.run()) };
    let cut = runner.cut.clone();
    let tracker = jobs.clone();
    let worker = WorkerBuilder::new(name).backend(feed).build(move |held: Held| {
        let runner = Arc::clone(&runner);
        // A task of its own: the worker's loop is one task and would be one core.
        let ended = tracker.spawn(async move {
            gauge!("pennypost_jobs_running", "queue" => name).increment(1);
            runner.run(held.job).await;
            gauge!("pennypost_jobs_running", "queue" => name).decrement(1);
            drop(held.place);
        });
        ended.map(|_| Ok::<(), Infallible>(()))
    });
    let stopped = stop.clone().cancelled_owned().map(Ok::<(), WorkerError>);
    let working = worker.run_until(stopped).boxed();
    let watch = async {
        stop.cancelled().await;
        nudge.give();
        tokio::time::sleep(queue.settings.stop_grace).await;
        cut.cancel();
        tokio::time::sleep(CUT_WAIT).await;
    };
    tokio::select! {
        ended = working => if let Err(error) = ended {
            tracing::error!(queue = name, %error, "Worker ended");
        },
        () = watch => tracing::warn!(queue = name, left = jobs.len(), "Jobs left running"),
    }
}

impl Feeder {
    async fn run(mut self) {
        let places = Arc::new(Semaphore::new(self.queue.settings.places_of(self.name)));
        let mut wait = self.queue.settings.pop_wait;
        let mut bells_wait = false;
        loop {
            let place = tokio::select! {
                place = Arc::clone(&places).acquire_owned() => place,
                () = self.stop.cancelled() => break,
            };
            let mut held = vec![place.expect("nobody closes the places")];
            if bells_wait {
                gather(&places, self.queue.settings.places_of(self.name) / 4, &mut held).await;
            }
            while held.len() < self.queue.settings.batch_max
                && let Ok(place) = Arc::clone(&places).try_acquire_owned()
            {
                held.push(place);
            }
            let popped = self.ear.pop(held.len(), wait).await;
            if self.stop.is_cancelled() && popped == Err(Away) {
                break;
            }
            wait = self.queue.settings.pop_wait;
            let ids = match popped {
                Ok(ids) => ids,
                Err(Away) => {
                    let found = self.look(held.len()).await;
                    // As long as there is work, no bell is waited for.
                    wait = if found.is_empty() { wait } else { Duration::ZERO };
                    found
                }
            };
            bells_wait = ids.len() == held.len();
            if !ids.is_empty() {
                self.take(ids, held).await;
            }
            if self.stop.is_cancelled() {
                break;
            }
        }
        self.give_back().await;
    }

    /// What could be claimed now, from the rows.
    async fn look(&self, max: usize) -> Vec<String> {
        let max = i64::try_from(max).unwrap_or(i64::MAX);
        match in_time(self.queue.claimable(self.name, max)).await {
            Ok(ids) => ids,
            Err(error) => {
                tracing::warn!(queue = self.name, %error, "Jobs not looked for");
                Vec::new()
            }
        }
    }

    async fn take(&self, ids: Vec<String>, places: Vec<OwnedSemaphorePermit>) {
        let (db, claimant, now) = (&self.queue.db, &self.queue.claimant, self.queue.clock.now());
        let rows = match in_time(claim(db, &ids, claimant, now, self.lease)).await {
            Ok(rows) => rows,
            Err(error) => {
                tracing::warn!(queue = self.name, %error, "Jobs not claimed");
                self.queue.put_back(self.name, ids);
                tokio::select! {
                    () = tokio::time::sleep(self.queue.settings.pop_wait) => {}
                    () = self.stop.cancelled() => {}
                }
                return;
            }
        };
        fault_point!("job-claimed");
        let many = u64::try_from(rows.len()).unwrap_or(u64::MAX);
        counter!("pennypost_jobs_claimed_total", "queue" => self.name).increment(many);
        for (job, place) in rows.into_iter().zip(places) {
            // As many fit as there are places, and `unread` keeps the channel open.
            self.claims.send(Held { job, place }).await.ok();
        }
    }

    /// Claims that no worker began cost no attempt.
    async fn give_back(&self) {
        let unread = || {
            let mut claims = self.unread.lock().unwrap_or_else(PoisonError::into_inner);
            claims.try_recv().ok()
        };
        while let Some(held) = unread() {
            let now = self.queue.clock.now();
            if let Err(error) = give_back(&self.queue.db, &held.job, now).await {
                tracing::warn!(job = %held.job.id, %error, "Claim not given back");
            }
        }
    }
}

/// Takes places until there are `enough`, or it has taken too long.
async fn gather(places: &Arc<Semaphore>, enough: usize, held: &mut Vec<OwnedSemaphorePermit>) {
    let more = enough.saturating_sub(held.len());
    let more = u32::try_from(more).unwrap_or(u32::MAX);
    let taking = Arc::clone(places).acquire_many_owned(more);
    if let Ok(Ok(mut taken)) = tokio::time::timeout(GATHER, taking).await {
        held.extend(std::iter::from_fn(|| taken.split(1)));
    }
}

/// The backend of apalis: never an error, as one would end the worker and drop what runs.
struct Feed {
    claims: Claims,
    feeder: JoinHandle<()>,
}

impl Backend for Feed {
    type Task = Task<Held>;
    type Error = Infallible;

    fn poll_ready(
        &mut self,
        _: &mut Context<'_>,
        _: &WorkerContext,
    ) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn poll_next(
        &mut self,
        cx: &mut Context<'_>,
        _: &WorkerContext,
    ) -> Poll<Option<Result<Task<Held>, Infallible>>> {
        let mut claims = self.claims.lock().unwrap_or_else(PoisonError::into_inner);
        claims.poll_recv(cx).map(|next| {
            next.map(|held| {
                // Row and claim: the same job may run twice in one worker, when its lease was lost.
                let id = format!("{}/{}", held.job.id, held.job.claim);
                Ok(TaskBuilder::new(held).task_id(TaskId::from_string(id)).build())
            })
        })
    }

    /// Asked when nothing runs any more; the feeder has given back what was not begun.
    fn poll_close(
        &mut self,
        cx: &mut Context<'_>,
        _: &WorkerContext,
    ) -> Poll<Result<(), Infallible>> {
        Pin::new(&mut self.feeder).poll(cx).map(|_| Ok(()))
    }
}

impl BackendConfig for Feed {
    type Args = Held;
    type Id = String;
    type Kind = Ephemeral;
    type Config = ();
    type Layer = Identity;

    fn config(&self) -> &() {
        &()
    }

    fn middleware(&mut self, _: &mut WorkerContext) -> Identity {
        Identity::new()
    }
}

#[cfg(test)]
mod tests {
    use serde::{Deserialize, Serialize};

    use super::*;
    use crate::{
        clock::{At, Clock},
        db::{Db, Options},
        queue::{Bells, Settings, State, Work, enqueue, show},
    };

    #[derive(Serialize, Deserialize)]
    struct Rest;

    impl Work for Rest {
        const KIND: &'static str = "rest";
        const QUEUE: &'static str = "rests";
    }

    /// The worker stops between a claim and its reading; that cannot be timed from outside.
    #[tokio::test]
    async fn claims_no_worker_has_read_are_given_back_unspent() {
        let folder = tempfile::tempdir().expect("a folder");
        let url = format!("sqlite:{}", folder.path().join("test.db").display());
        let db = Db::open(&url, Options::default()).await.expect("opens");
        db.migrate().await.expect("migrates");
        let clock = Clock::fixed(At::from_unix_seconds(1_750_000_000));
        let settings = Settings { places: 2, ..Settings::default() };
        let queue = Queue::new(db.clone(), clock.clone(), settings, Bells::in_process(9));
        let (claims, receiver) = mpsc::channel(2);
        let (unread, stop) = (Arc::new(Mutex::new(receiver)), CancellationToken::new());
        let lease = Duration::from_secs(30);
        let ear = queue.bells.listen("rests");
        let (name, stopped) = ("rests", stop.clone());
        let feeder = Feeder { queue, name, ear, lease, claims, unread, stop: stopped };
        let feeding = TaskTracker::new().spawn(feeder.run());
        let mut ids = Vec::new();
        let mut tx = db.begin().await.expect("begins");
        for _ in 0..3 {
            ids.push(
                enqueue(&mut tx, &Rest, None, clock.now(), clock.now()).await.expect("enqueues"),
            );
        }
        tx.commit().await.expect("commits");
        let states = async || {
            let mut tx = db.snapshot().await.expect("begins");
            let mut states = Vec::new();
            for id in &ids {
                let job = show(&mut tx, id).await.expect("reads").expect("is there");
                states.push((job.state, job.attempts));
            }
            states
        };
        let claimed = [(State::Running, 1), (State::Running, 1), (State::Ready, 0)];
        for _ in 0..2_000 {
            if states().await == claimed {
                break;
            }
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
        assert_eq!(states().await, claimed, "as many as there are places");
        stop.cancel();
        feeding.await.expect("ends");
        assert_eq!(states().await, [(State::Ready, 0); 3]);
    }
}
