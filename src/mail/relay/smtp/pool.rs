//! The connections of one process to one server: few, kept open a while, thrown away at any doubt.

use std::{
    sync::{
        Arc, Mutex, PoisonError, Weak,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    time::Duration,
};

use metrics::gauge;
use tokio::{
    sync::{AcquireError, Semaphore, SemaphorePermit},
    time::{Instant, timeout},
};
use tokio_util::task::TaskTracker;

use super::{
    calm::Calm,
    connection::{Connection, Hello},
    quoted::Quoted,
    talk::{Limits, Stage, Trouble},
};
use crate::mail::relay::{Lane, SendError};

/// An idle connection is closed after this long, before most servers do it.
const IDLE_MAX: Duration = Duration::from_secs(60);
/// No connection gets older, or carries more letters: servers count both.
const AGE_MAX: Duration = Duration::from_secs(600);
const LETTERS_MAX: u32 = 100;

#[derive(Debug)]
pub(super) struct Pool {
    pub(super) hello: Hello,
    pub(super) limits: Limits,
    pub(super) calm: Calm,
    /// The login, as a server may quote it.
    pub(super) quoted: Quoted,
    places: Semaphore,
    /// Whether there is one place.
    is_single: bool,
    /// Adverts hold half of the places at most; of a single one, they take it while nobody waits.
    advert_places: Semaphore,
    /// One place more, for a letter that finds an advert on the only connection.
    spare: Semaphore,
    /// Adverts that hold the only place.
    adverts_alone: AtomicUsize,
    /// Letters of the service's lane that wait for their turn.
    service_waiting: AtomicUsize,
    /// The one used last is at the end, and used first.
    idle: Mutex<Vec<Held>>,
    open: Arc<AtomicUsize>,
    sweeping: AtomicBool,
}

/// A connection in somebody's hands.
#[derive(Debug)]
pub(super) struct Held {
    pub(super) connection: Connection,
    pub(super) letters: u32,
    opened: Instant,
    used: Instant,
    _open: Open,
}

/// Counts an open connection.
#[derive(Debug)]
struct Open(Arc<AtomicUsize>);

impl Open {
    fn count(open: &Arc<AtomicUsize>) -> Self {
        open.fetch_add(1, Ordering::Relaxed);
        gauge!("pennypost_relay_connections").increment(1);
        Self(Arc::clone(open))
    }
}

impl Drop for Open {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
        gauge!("pennypost_relay_connections").decrement(1);
    }
}

impl Held {
    fn is_spent(&self) -> bool {
        self.letters >= LETTERS_MAX
            || self.opened.elapsed() >= AGE_MAX
            || self.used.elapsed() >= IDLE_MAX
    }

    /// Closes it without a word: it is broken.
    pub(super) fn abandon(self) {}

    /// Takes leave.
    pub(super) async fn quit(self) {
        self.connection.quit().await;
    }
}

/// A letter's turn; the next one gets it when this is dropped.
pub(super) struct Place<'a> {
    _advert: Option<(SemaphorePermit<'a>, Option<Counted<'a>>)>,
    _any: SemaphorePermit<'a>,
}

/// Counts a letter, for as long as it waits or is at work.
struct Counted<'a>(&'a AtomicUsize);

impl<'a> Counted<'a> {
    fn up(counter: &'a AtomicUsize) -> Self {
        counter.fetch_add(1, Ordering::Relaxed);
        Self(counter)
    }
}

impl Drop for Counted<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

impl Pool {
    pub(super) fn new(hello: Hello, connections: usize, limits: Limits) -> Self {
        let connections = connections.max(1);
        Self {
            quoted: Quoted::of(hello.server.login.as_ref()),
            hello,
            limits,
            calm: Calm::default(),
            places: Semaphore::new(connections),
            advert_places: Semaphore::new((connections / 2).max(1)),
            spare: Semaphore::new(usize::from(connections == 1)),
            adverts_alone: AtomicUsize::new(0),
            is_single: connections == 1,
            service_waiting: AtomicUsize::new(0),
            idle: Mutex::default(),
            open: Arc::default(),
            sweeping: AtomicBool::new(false),
        }
    }

    pub(super) fn open_count(&self) -> usize {
        self.open.load(Ordering::Relaxed)
    }

    /// Waits for a letter's turn, in the order of coming; an advert also until no other letter waits.
    /// Once begun it is not broken off, for it would be sent twice: a letter that finds an advert on the
    /// only connection opens a second one.
    pub(super) async fn place(&self, lane: Lane) -> Result<Place<'_>, SendError> {
        let turn = async {
            match lane {
                Lane::Campaign => self.place_of_advert().await,
                Lane::Service => {
                    let _waiting = Counted::up(&self.service_waiting);
                    let any = if self.adverts_alone.load(Ordering::Relaxed) > 0 {
                        tokio::select! {
                            any = self.places.acquire() => any?,
                            spare = self.spare.acquire() => spare?,
                        }
                    } else {
                        self.places.acquire().await?
                    };
                    Ok(Place { _advert: None, _any: any })
                }
            }
        };
        match timeout(self.limits.turn, turn).await {
            Ok(place) => Ok(place.expect("nobody closes the places")),
            Err(_elapsed) => Err(SendError::Busy(self.limits.turn)),
        }
    }

    /// As long as [`Limits::turn`] lets it look.
    async fn place_of_advert(&self) -> Result<Place<'_>, AcquireError> {
        let advert = self.advert_places.acquire().await?;
        loop {
            let any = self.places.acquire().await?;
            if self.service_waiting.load(Ordering::Relaxed) == 0 {
                let alone = self.is_single.then(|| Counted::up(&self.adverts_alone));
                return Ok(Place { _advert: Some((advert, alone)), _any: any });
            }
            // It goes to the first who waits.
            drop(any);
            tokio::task::yield_now().await;
        }
    }

    /// An open connection that is in good order, if there is one.
    pub(super) async fn idle(&self) -> Option<Held> {
        loop {
            let mut held = self.lock().pop()?;
            if held.is_spent() {
                // Ends by itself: no letter waits for the leave-taking.
                TaskTracker::new().spawn(held.quit());
            } else if !held.connection.is_quiet() {
                held.abandon();
            } else if held.used.elapsed() < self.limits.unchecked
                || held.connection.is_alive().await
            {
                return Some(held);
            } else {
                // The wire was cut for all of them: asking each would add up.
                self.lock().clear();
                return None;
            }
        }
    }

    /// A new connection.
    pub(super) async fn open(&self) -> Result<Held, Trouble> {
        let count = Open::count(&self.open);
        let opening = Connection::open(&self.hello, self.limits);
        let limit = self.limits.whole_opening;
        let silent = |_elapsed| Trouble::Silent(Stage::Greeting, limit);
        let connection = timeout(limit, opening).await.map_err(silent)??;
        let now = Instant::now();
        Ok(Held { connection, letters: 0, opened: now, used: now, _open: count })
    }

    /// Keeps a connection for the next letter.
    pub(super) fn keep(self: &Arc<Self>, mut held: Held) {
        held.used = Instant::now();
        if !held.connection.is_quiet() {
            held.abandon();
            return;
        }
        if held.is_spent() {
            TaskTracker::new().spawn(held.quit());
            return;
        }
        self.lock().push(held);
        if !self.sweeping.swap(true, Ordering::AcqRel) {
            TaskTracker::new().spawn(sweep(Arc::downgrade(self)));
        }
    }

    /// Takes out those that idled too long.
    fn spent(&self) -> Vec<Held> {
        self.lock().extract_if(.., |held| held.is_spent()).collect()
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Vec<Held>> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Closes what nobody uses any more; ends when nothing is left, or the pool is gone.
async fn sweep(pool: Weak<Pool>) {
    loop {
        tokio::time::sleep(IDLE_MAX / 4).await;
        let Some(pool) = pool.upgrade() else { return };
        for held in pool.spent() {
            held.quit().await;
        }
        let idle = pool.lock();
        if idle.is_empty() {
            pool.sweeping.store(false, Ordering::Release);
            return;
        }
    }
}
