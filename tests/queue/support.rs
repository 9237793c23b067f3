//! What the stories of the queue share: a context that remembers, a few kinds of jobs, and waiting for
//! something with a bound.

use std::{
    collections::HashMap,
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};

use anyhow::anyhow;
use pennypost::{
    clock::{At, Clock},
    db::{Bell, Db, Tx},
    execute, fetch,
    queue::{
        Attempt, Claimant, Claimed, Fault, Job, JobId, Queue, Registry, Settings, State, Work,
        claim, enqueue, show,
    },
};
use serde::{Deserialize, Serialize};
use tokio::{sync::Semaphore, task::JoinHandle};
use tokio_util::sync::CancellationToken;

use crate::support::TestDb;

pub(crate) const NOTES: &str = "notes";
pub(crate) const LEASE: Duration = Duration::from_secs(30);

/// What a note's handler does before it succeeds, or instead.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum How {
    Well,
    /// Writes, then fails; for ever or only in the first attempt.
    Fails,
    FailsOnce,
    Panics,
    PanicsOnce,
    /// Never returns.
    Hangs,
    /// Fails and says that there is no point in trying again.
    Dies,
    /// Waits for the gate.
    Waits,
    /// Enqueues another note, numbered a hundred higher.
    Follows,
}

/// One transaction that writes its number down.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Note {
    pub(crate) n: i64,
    pub(crate) how: How,
}

impl Work for Note {
    const KIND: &'static str = "note";
    const QUEUE: &'static str = NOTES;
    const ATTEMPTS: i64 = 3;
    const LIMIT: Duration = Duration::from_millis(800);
}

/// Looks first (that is when it can be seen running), then writes its number down.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Look {
    pub(crate) n: i64,
    pub(crate) lane: String,
    pub(crate) waits: bool,
}

impl Work for Look {
    const KIND: &'static str = "look";
    const QUEUE: &'static str = NOTES;
    const LIMIT: Duration = Duration::from_secs(20);
}

/// Sends, then marks. In the attempts up to `fails` the sending fails, in the first marks the database.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Letter {
    pub(crate) n: i64,
    pub(crate) fails: i64,
    pub(crate) broken_marks: usize,
}

impl Work for Letter {
    const KIND: &'static str = "letter";
    const QUEUE: &'static str = "letters";
    const ATTEMPTS: i64 = 2;
}

/// What the handlers get.
#[derive(Clone, Default)]
pub(crate) struct Context {
    pub(crate) clock: Clock,
    begun: Arc<AtomicUsize>,
    /// Numbers that failed once already.
    failed: Arc<Mutex<Vec<i64>>>,
    gate: Arc<Gate>,
    lanes: Arc<Mutex<HashMap<String, Lane>>>,
    /// Letters sent: number, attempt, whether it was the last.
    sent: Arc<Mutex<Vec<(i64, i64, bool)>>>,
    marks: Arc<AtomicUsize>,
}

/// What was seen of a lane.
#[derive(Debug, Clone, Default)]
pub(crate) struct Lane {
    running: usize,
    /// The most that ever ran at once.
    pub(crate) most: usize,
    /// The numbers in the order in which they began.
    pub(crate) order: Vec<i64>,
}

struct Gate(Semaphore);

impl Default for Gate {
    fn default() -> Self {
        Self(Semaphore::new(0))
    }
}

impl Context {
    async fn gate(&self) {
        self.gate.0.acquire().await.expect("the gate is never closed for good").forget();
    }

    fn first_time(&self, n: i64) -> bool {
        let mut failed = self.failed.lock().expect("no panic holds it");
        let first = !failed.contains(&n);
        failed.push(n);
        first
    }
}

async fn note(cx: &Context, note: Note, tx: &mut Tx) -> Result<(), Fault> {
    cx.begun.fetch_add(1, Ordering::SeqCst);
    execute!(tx, "INSERT INTO notes (n) VALUES ($1)", note.n)?;
    match note.how {
        How::Well => {}
        How::Fails => return Err(anyhow!("Reading the spool").context("It fails").into()),
        How::FailsOnce if cx.first_time(note.n) => return Err(anyhow!("It fails once").into()),
        How::Panics => quiet_panic(),
        How::PanicsOnce if cx.first_time(note.n) => quiet_panic(),
        How::FailsOnce | How::PanicsOnce => {}
        How::Hangs => std::future::pending().await,
        How::Dies => return Err(Fault::dead("The account is closed")),
        How::Waits => cx.gate().await,
        How::Follows => {
            let next = Note { n: note.n + 100, how: How::Well };
            enqueue(tx, &next, None, cx.clock.now(), cx.clock.now()).await?;
        }
    }
    Ok(())
}

/// A panic as the runner sees it, without the noise on standard error.
fn quiet_panic() {
    std::panic::resume_unwind(Box::new("with a secret in it"))
}

async fn look(cx: &Context, look: Look) -> Result<Look, Fault> {
    cx.begun.fetch_add(1, Ordering::SeqCst);
    {
        let mut lanes = cx.lanes.lock().expect("no panic holds it");
        let lane = lanes.entry(look.lane.clone()).or_default();
        lane.running += 1;
        lane.most = lane.most.max(lane.running);
        lane.order.push(look.n);
    }
    if look.waits {
        cx.gate().await;
    }
    for _ in 0..5 {
        tokio::task::yield_now().await;
    }
    Ok(look)
}

async fn looked(cx: &Context, look: Look, tx: &mut Tx) -> Result<(), Fault> {
    execute!(tx, "INSERT INTO notes (n) VALUES ($1)", look.n)?;
    let mut lanes = cx.lanes.lock().expect("no panic holds it");
    lanes.entry(look.lane).or_default().running -= 1;
    Ok(())
}

async fn send(cx: &Context, attempt: Attempt<Letter>) -> Result<Letter, Fault> {
    let letter = attempt.work.clone();
    let sent = (letter.n, attempt.number, attempt.is_last());
    cx.sent.lock().expect("no panic holds it").push(sent);
    if attempt.number <= letter.fails {
        Err(anyhow!("The relay is busy").into())
    } else {
        Ok(letter)
    }
}

async fn mark(cx: &Context, letter: Letter, tx: &mut Tx) -> Result<(), Fault> {
    execute!(tx, "INSERT INTO notes (n) VALUES ($1)", letter.n)?;
    if cx.marks.fetch_add(1, Ordering::SeqCst) < letter.broken_marks {
        return Err(sqlx::Error::PoolTimedOut.into());
    }
    Ok(())
}

/// A database, a queue on it, a clock that stands, and handlers that remember.
pub(crate) struct World {
    pub(crate) db: TestDb,
    pub(crate) clock: Clock,
    pub(crate) queue: Queue,
    pub(crate) registry: Arc<Registry<Context>>,
    pub(crate) context: Context,
}

/// A pool at work.
pub(crate) struct Working {
    stop: CancellationToken,
    work: JoinHandle<()>,
}

impl Working {
    pub(crate) fn begin_to_stop(&self) {
        self.stop.cancel();
    }

    pub(crate) async fn stopped(self) {
        self.stop.cancel();
        let work = tokio::time::timeout(Duration::from_secs(10), self.work);
        work.await.expect("stops within ten seconds").expect("does not panic");
    }
}

impl World {
    pub(crate) async fn new(db: TestDb) -> Self {
        Self::with(db, Settings::default()).await
    }

    pub(crate) async fn with(db: TestDb, settings: Settings) -> Self {
        let mut tx = db.begin().await.expect("begins");
        execute!(tx, "CREATE TABLE notes (n BIGINT NOT NULL)").expect("a table");
        tx.commit().await.expect("commits");
        let clock = Clock::fixed(At::from_unix_seconds(1_750_000_000));
        let bells = db.bells(settings.list_cap);
        let queue = Queue::new(db.db.clone(), clock.clone(), settings, bells);
        let mut registry = Registry::new();
        registry.transact::<Note>(note);
        registry.prepare::<Look, _>(look, looked);
        registry.effect::<Letter, _>(send, mark);
        let context = Context { clock: clock.clone(), ..Context::default() };
        Self { db, clock, queue, registry: Arc::new(registry), context }
    }

    pub(crate) async fn enqueue(&self, work: &impl Work, lane: Option<&str>) -> JobId {
        self.enqueue_at(work, lane, self.clock.now()).await
    }

    pub(crate) async fn enqueue_at(&self, work: &impl Work, lane: Option<&str>, due: At) -> JobId {
        let mut tx = self.db.begin().await.expect("begins");
        let id = enqueue(&mut tx, work, lane, due, self.clock.now()).await.expect("enqueues");
        tx.commit().await.expect("commits");
        id
    }

    pub(crate) async fn note(&self, n: i64, how: How) -> JobId {
        self.enqueue(&Note { n, how }, None).await
    }

    pub(crate) async fn drain(&self) {
        let (queue, registry) = (self.queue.clone(), Arc::clone(&self.registry));
        let context = self.context.clone();
        let drain = tokio::spawn(async move { queue.drain(registry, context).await });
        let drained = tokio::time::timeout(Duration::from_secs(20), drain).await;
        drained.expect("drains within twenty seconds").expect("no panic").expect("drains");
    }

    pub(crate) fn work(&self) -> Working {
        let stop = CancellationToken::new();
        let (queue, registry) = (self.queue.clone(), Arc::clone(&self.registry));
        let (context, until) = (self.context.clone(), stop.clone());
        let work =
            tokio::spawn(async move { queue.work(registry, context, &[NOTES], until).await });
        Working { stop, work }
    }

    /// Rings for jobs that may have been rung for already.
    pub(crate) async fn ring(&self, jobs: &[JobId]) {
        let mut tx = self.db.begin().await.expect("begins");
        for job in jobs {
            tx.ring_after_commit(Bell { queue: NOTES.to_owned(), job: job.0.clone() });
        }
        tx.commit().await.expect("commits");
    }

    /// Claims a job as a worker would, for [`LEASE`].
    pub(crate) async fn claim(&self, id: &JobId) -> Vec<Claimed> {
        let ids = texts(std::slice::from_ref(id));
        claim(&self.db, &ids, &Claimant::fresh(), self.clock.now(), LEASE).await.expect("claims")
    }

    pub(crate) async fn job(&self, id: &JobId) -> Job {
        let mut tx = self.db.snapshot().await.expect("begins");
        show(&mut tx, id).await.expect("reads").expect("the job is there")
    }

    pub(crate) async fn state(&self, id: &JobId) -> State {
        self.job(id).await.state
    }

    /// The numbers written down, in order.
    pub(crate) async fn notes(&self) -> Vec<i64> {
        let mut tx = self.db.snapshot().await.expect("begins");
        let rows = fetch!(fetch_all, tx, (i64,), "SELECT n FROM notes ORDER BY n");
        rows.expect("reads").into_iter().map(|(n,)| n).collect()
    }

    pub(crate) fn begun(&self) -> usize {
        self.context.begun.load(Ordering::SeqCst)
    }

    pub(crate) fn open_gate(&self) {
        self.context.gate.0.add_permits(100);
    }

    pub(crate) fn lanes(&self) -> HashMap<String, Lane> {
        self.context.lanes.lock().expect("no panic holds it").clone()
    }

    pub(crate) fn sent(&self) -> Vec<(i64, i64, bool)> {
        self.context.sent.lock().expect("no panic holds it").clone()
    }
}

/// Waits until `holds`, at most ten seconds.
pub(crate) async fn until(what: &str, mut holds: impl AsyncFnMut() -> bool) {
    let begun = Instant::now();
    while !holds().await {
        assert!(begun.elapsed() < Duration::from_secs(10), "waited in vain until {what}");
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

/// Ids as the claim takes them.
pub(crate) fn texts(ids: &[JobId]) -> Vec<String> {
    ids.iter().map(|id| id.0.clone()).collect()
}

/// A second opening of the same database: what it commits rings no bell of the first.
pub(crate) async fn deaf(db: &TestDb) -> Db {
    Db::open(&db.url, pennypost::db::Options::default()).await.expect("opens")
}
