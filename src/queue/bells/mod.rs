//! Bells: which rows to look at. A bell may be lost or ring twice; rows are the truth.
//!
//! This is the one seam between the ways bells travel: a list per queue within the process, or a list
//! per queue in Redis, where other processes hear it. Whatever happens to them only delays a job.

mod carrier;
mod ear;
mod in_process;
mod link;
mod reach;

use std::time::Duration;

use crate::{config::RedisSettings, db::Bell};

pub use carrier::{Clients, Redis};
use ear::RedisEar;
pub use in_process::InProcess;
use in_process::InProcessEar;
pub use link::LinkError;
pub use reach::Reach;

/// How bells travel from commits and the clock to the pools.
#[derive(Debug, Clone)]
pub enum Bells {
    /// Within this process, for the embedded default.
    InProcess(InProcess),
    /// Between processes.
    Redis(Redis),
}

/// Bells cannot be heard at present, or none was for a while: whoever waits for them looks into the rows
/// instead.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Away;

impl Bells {
    /// Bells within this process, at most `cap` kept for one queue.
    pub fn in_process(cap: usize) -> Self {
        Self::InProcess(InProcess::new(cap))
    }

    /// Bells in Redis, at most `cap` kept for one queue. Within a Tokio runtime. It connects by itself,
    /// now or later: a Redis that is away delays jobs and stops nothing.
    ///
    /// # Errors
    /// A URL or a file of certificates that cannot be used.
    pub fn redis(settings: &RedisSettings, cap: usize) -> Result<Self, LinkError> {
        Ok(Self::Redis(Redis::open(settings, cap)?))
    }

    /// Whether they reach other processes.
    pub fn are_shared(&self) -> bool {
        matches!(self, Self::Redis(_))
    }

    /// Rings behind what waits already; never waits. What does not fit waits in SQL for the clock.
    pub(super) fn ring(&self, bells: Vec<Bell>) {
        match self {
            Self::InProcess(here) => here.ring(bells),
            Self::Redis(redis) => redis.ring(bells),
        }
    }

    /// Rings before everything else, in the order given: behind a long list an overdue job would wait
    /// once more, and on a full one be dropped. The newest bells make room.
    pub(super) fn ring_first(&self, bells: Vec<Bell>) {
        match self {
            Self::InProcess(here) => here.ring_first(bells),
            Self::Redis(redis) => redis.ring_first(bells),
        }
    }

    /// Those of `queues` for which no bell waits. None, as far as can be told, while nobody can tell.
    pub(super) async fn empty<'a>(&self, queues: &[&'a str]) -> Vec<&'a str> {
        match self {
            Self::InProcess(here) => here.empty(queues),
            Self::Redis(redis) => redis.empty(queues).await,
        }
    }

    /// An ear for the bells of one queue, for one pool.
    pub(super) fn listen(&self, queue: &str) -> Ear {
        match self {
            Self::InProcess(here) => Ear::InProcess(here.listen(queue)),
            Self::Redis(redis) => Ear::Redis(Box::new(RedisEar::new(redis.clone(), queue))),
        }
    }

    /// Whether bells can be carried, as far as it is known without asking.
    pub fn reach(&self) -> Reach {
        match self {
            Self::InProcess(_) => Reach::Fine,
            Self::Redis(redis) => redis.reach(),
        }
    }

    /// How many are connected to Redis; none when that cannot be told.
    pub async fn clients(&self) -> Option<Clients> {
        match self {
            Self::InProcess(_) => None,
            Self::Redis(redis) => redis.clients().await,
        }
    }

    /// Whether bells can be carried: asks. Answers within a few seconds.
    pub async fn ping(&self) -> Reach {
        match self {
            Self::InProcess(_) => Reach::Fine,
            Self::Redis(redis) => redis.ping().await,
        }
    }
}

/// Hears the bells of one queue.
pub(super) enum Ear {
    InProcess(InProcessEar),
    Redis(Box<RedisEar>),
}

impl Ear {
    /// Takes up to `max` bells, waiting at most `wait` for the first. Not to be cancelled half-way:
    /// popped bells would be lost.
    pub(super) async fn pop(&mut self, max: usize, wait: Duration) -> Result<Vec<String>, Away> {
        match self {
            Self::InProcess(ear) => Ok(ear.pop(max, wait).await),
            Self::Redis(ear) => ear.pop(max, wait).await,
        }
    }

    /// What ends a pop that waits, so that a pool notices a stop.
    pub(super) fn nudge(&self) -> Nudge {
        match self {
            Self::InProcess(ear) => Nudge::InProcess(ear.clone()),
            Self::Redis(ear) => ear.nudge(),
        }
    }
}

/// Ends a pop that waits.
pub(super) enum Nudge {
    InProcess(InProcessEar),
    Redis { redis: Redis, key: String },
}

impl Nudge {
    pub(super) fn give(&self) {
        match self {
            Self::InProcess(ear) => ear.nudge(),
            Self::Redis { redis, key } => redis.nudge(key),
        }
    }
}
