//! A process that falls asleep at random moments until its leases are over, while another does its
//! work, and that then wakes and goes on as if nothing had happened.

use std::time::{Duration, Instant};

use rand::{Rng, SeedableRng, rngs::StdRng};
use sqlx::PgPool;

use super::{
    history::History,
    process::{Deployment, Running},
    storm::Weather,
};

/// Milliseconds awake and asleep.
const AWAKE: std::ops::Range<u64> = 100..700;
const ASLEEP: std::ops::Range<u64> = 300..900;

pub(super) struct Sleeper<'a> {
    deployment: &'a Deployment,
    pool: &'a PgPool,
    random: StdRng,
    process: Running,
    /// Does the work while the first sleeps, and ends when nothing is left.
    other: Option<Running>,
    asleep: bool,
    until: Instant,
    naps: usize,
}

impl<'a> Sleeper<'a> {
    pub(super) fn new(deployment: &'a Deployment, pool: &'a PgPool, seed: u64) -> Self {
        let random = StdRng::seed_from_u64(seed ^ 1);
        let process = deployment.start(&["all"]);
        let until = Instant::now() + Duration::from_millis(AWAKE.end);
        Self { deployment, pool, random, process, other: None, asleep: false, until, naps: 0 }
    }

    /// Lets the time of all leases pass; rows that a transaction of the sleeper holds stay as they are.
    async fn end_leases(&self) {
        let sql = "UPDATE jobs SET lease = 0, ring = 0 WHERE id IN \
                   (SELECT id FROM jobs WHERE state = 'running' FOR UPDATE SKIP LOCKED)";
        sqlx::query(sql).execute(self.pool).await.expect("the database answers");
    }

    /// Whether it holds a job that would show if it were done twice, such as a YES.
    async fn is_busy(&self) -> bool {
        let sql = "SELECT EXISTS (SELECT 1 FROM jobs WHERE state = 'running' \
                   AND queue IN ('transfers', 'confirmations'))";
        let (busy,): (bool,) =
            sqlx::query_as(sql).fetch_one(self.pool).await.expect("the database answers");
        busy
    }

    fn wake(&mut self) {
        self.process.signal("CONT");
        self.asleep = false;
    }
}

impl Weather for Sleeper<'_> {
    async fn blow(&mut self, _history: &mut History) {
        self.process.goes_on(self.deployment);
        let ended = self.other.as_mut().and_then(Running::ended);
        if let Some(status) = ended {
            assert!(status.success(), "{status}: {}", self.deployment.log_end());
            self.other = None;
        }
        if Instant::now() < self.until {
            return;
        }
        let pause = if self.asleep {
            self.wake();
            self.random.random_range(AWAKE)
        } else if self.other.is_some() || !self.is_busy().await {
            return;
        } else {
            self.process.signal("STOP");
            self.asleep = true;
            self.naps += 1;
            self.end_leases().await;
            self.other = Some(self.deployment.start(&["all", "--once"]));
            self.random.random_range(ASLEEP)
        };
        self.until = Instant::now() + Duration::from_millis(pause);
    }

    fn blows(&self) -> usize {
        self.naps
    }

    async fn calm(mut self) {
        self.wake();
        self.process.signal("TERM");
        let ended = self.process.within(Duration::from_secs(10)).await;
        assert!(ended.is_some_and(|s| s.success()), "{ended:?}: {}", self.deployment.log_end());
    }
}
