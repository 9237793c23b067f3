//! Hearing the bells of one queue in Redis, on a connection of its own: a waiting command holds up
//! whatever else is said on it.

use std::time::Duration;

use redis::{RedisError, RedisResult, cmd};
use tokio::time::timeout;
use tokio_util::task::{AbortOnDropHandle, TaskTracker};

use super::{
    Away, Nudge, Reach,
    carrier::Redis,
    link::{Link, LinkError},
};
use crate::ids;

/// No pop waits longer, so that a connection which has gone silent is noticed soon.
const WAIT_MAX: Duration = Duration::from_secs(1);
/// How much later than it should a pop may be answered before the connection is given up.
const PATIENCE: Duration = Duration::from_secs(4);

/// Who has heard nothing for so long looks into the rows.
const QUIET_MAX: Duration = Duration::from_secs(5);

type Connecting = AbortOnDropHandle<Result<Link, LinkError>>;

enum State {
    Up(Link),
    Down { connecting: Connecting, failures: u32 },
}

/// One pool's ear.
pub(in crate::queue) struct RedisEar {
    redis: Redis,
    /// What this connection is called in reports.
    name: String,
    list: String,
    /// A second list that is waited for: what is pushed there ends the wait.
    nudges: String,
    state: State,
    /// Redis before 7, or a user who may not say BLMPOP.
    singly: bool,
    /// How long nothing was heard.
    quiet: Duration,
}

impl RedisEar {
    pub(super) fn new(redis: Redis, queue: &str) -> Self {
        let nudges = redis.key(&format!("nudge:{}", ids::random_code(16)));
        Self {
            name: format!("{queue} ({})", ids::random_code(6)),
            list: redis.key(queue),
            nudges,
            state: down(&redis, 0),
            redis,
            singly: false,
            quiet: Duration::ZERO,
        }
    }

    pub(super) fn nudge(&self) -> Nudge {
        Nudge::Redis { redis: self.redis.clone(), key: self.nudges.clone() }
    }

    /// As [`super::Ear::pop`]. While Redis is away it answers so within about `wait`.
    pub(super) async fn pop(&mut self, max: usize, wait: Duration) -> Result<Vec<String>, Away> {
        let wait = wait.min(WAIT_MAX);
        if let State::Down { connecting, failures } = &mut self.state {
            let Ok(connected) = timeout(wait, connecting).await else { return Err(Away) };
            let failures = *failures + 1;
            match connected.expect("nobody else ends it") {
                Ok(link) => self.state = State::Up(link),
                Err(error) => return Err(self.fell(&error, failures)),
            }
        }
        let State::Up(link) = &mut self.state else { return Err(Away) };
        let (lists, singly) = ([&*self.list, &*self.nudges], self.singly);
        // Not a cancelled pop: by then the server has long answered, or never will.
        let popping = pop(link, &lists, max, (wait, singly));
        match timeout(wait + PATIENCE, popping).await {
            Ok(Ok((list, jobs))) => {
                self.redis.reports().fine(&self.name);
                let nudged = list == self.nudges;
                self.heard(
                    if nudged { Vec::new() } else { jobs },
                    if nudged { Duration::ZERO } else { wait },
                )
            }
            Ok(Err(error)) if !self.singly && is_unknown(&error) => {
                tracing::info!("Redis takes no BLMPOP (7.0 and later do): bells are taken singly");
                self.singly = true;
                Ok(Vec::new())
            }
            // Also when it answers, but not this: a replica, a list of another type, a missing right.
            Ok(Err(error)) => Err(self.fell(&error.into(), 1)),
            Err(_elapsed) => Err(self.fell(&LinkError::Silent(wait + PATIENCE), 1)),
        }
    }

    /// Who hears nothing for a while looks into the rows: whoever rings may be unable to, and the clock
    /// away.
    fn heard(&mut self, jobs: Vec<String>, waited: Duration) -> Result<Vec<String>, Away> {
        if !jobs.is_empty() {
            self.quiet = Duration::ZERO;
            return Ok(jobs);
        }
        self.quiet += waited;
        if self.quiet < QUIET_MAX && self.redis.reports().reach() == Reach::Fine {
            return Ok(jobs);
        }
        self.quiet = Duration::ZERO;
        Err(Away)
    }

    fn fell(&mut self, error: &LinkError, failures: u32) -> Away {
        self.redis.reports().away(&self.name, &error.to_string());
        self.state = down(&self.redis, failures);
        Away
    }
}

impl Drop for RedisEar {
    fn drop(&mut self) {
        self.redis.reports().forget(&self.name);
    }
}

/// Connects on a task of its own: whoever pops waits only so long.
fn down(redis: &Redis, failures: u32) -> State {
    let connecting = TaskTracker::new().spawn(redis.address().reconnect(failures));
    State::Down { connecting: AbortOnDropHandle::new(connecting), failures }
}

/// Which list, and what was in it.
type Popped = (String, Vec<String>);

async fn pop(
    link: &mut Link,
    lists: &[&str; 2],
    max: usize,
    (wait, singly): (Duration, bool),
) -> RedisResult<Popped> {
    // A wait of zero would be one without an end.
    let seconds = format!("{:.3}", wait.max(Duration::from_millis(1)).as_secs_f64());
    let connection = &mut link.connection;
    if !singly {
        let mut pop = cmd("BLMPOP");
        pop.arg(seconds).arg(lists.len()).arg(lists).arg("LEFT").arg("COUNT").arg(max);
        let popped: Option<Popped> = pop.query_async(connection).await?;
        return Ok(popped.unwrap_or_default());
    }
    let mut pop = cmd("BLPOP");
    pop.arg(lists).arg(seconds);
    let first: Option<(String, String)> = pop.query_async(connection).await?;
    Ok(first.map(|(list, job)| (list, vec![job])).unwrap_or_default())
}

fn is_unknown(error: &RedisError) -> bool {
    error.code() == Some("NOPERM")
        || error.detail().is_some_and(|detail| detail.contains("unknown command"))
}
