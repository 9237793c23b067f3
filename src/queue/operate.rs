//! What the operator sees of jobs and may do with them.

use std::str::FromStr;

use sqlx::{Database, error::BoxDynError};

use crate::{
    clock::At,
    db::{Bell, Error, Tx},
    execute, fetch,
};

use super::{
    JobId, Work,
    enqueue::{RING_AGAIN, text},
};

/// Where a job is in its life.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// Waits for its time, its lane or a place.
    Ready,
    /// Claimed until its lease ends.
    Running,
    /// Its effects are committed.
    Done,
    /// Given up; the operator may replay it.
    Dead,
}

impl State {
    /// The word in rows and commands.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Ready => "ready",
            Self::Running => "running",
            Self::Done => "done",
            Self::Dead => "dead",
        }
    }
}

/// A word that names no state.
#[derive(Debug, thiserror::Error)]
#[error("{0:?} is none of ready, running, done, dead")]
pub struct NoState(String);

impl FromStr for State {
    type Err = NoState;

    fn from_str(word: &str) -> Result<Self, NoState> {
        let all = [Self::Ready, Self::Running, Self::Done, Self::Dead];
        all.into_iter().find(|state| state.as_str() == word).ok_or_else(|| NoState(word.to_owned()))
    }
}

// By hand: the derive would need the drivers of both databases built for the compiler as well.
impl<D: Database> sqlx::Type<D> for State
where
    String: sqlx::Type<D>,
{
    fn type_info() -> D::TypeInfo {
        String::type_info()
    }
}

impl<'r, D: Database> sqlx::Decode<'r, D> for State
where
    String: sqlx::Decode<'r, D>,
{
    fn decode(value: D::ValueRef<'r>) -> Result<Self, BoxDynError> {
        Ok(String::decode(value)?.parse()?)
    }
}

/// A job's row, as the operator sees it.
#[derive(Debug, Clone, PartialEq, Eq, sqlx_macros::FromRow)]
pub struct Job {
    /// The job.
    pub id: JobId,
    /// Its queue.
    pub queue: String,
    /// Its kind.
    pub kind: String,
    /// Its arguments, JSON.
    pub args: String,
    /// What it must not overtake.
    pub lane: Option<String>,
    /// Where it is.
    pub state: State,
    /// From when it may run.
    pub due: At,
    /// Attempts begun.
    pub attempts: i64,
    /// Until when its runner holds it.
    pub lease: Option<At>,
    /// When it was enqueued.
    pub created: At,
    /// When it was done or dead.
    pub ended: Option<At>,
    /// Why the last failed attempt failed.
    pub last_error: Option<String>,
}

/// Which jobs to list; `None` is any.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    /// Where they are.
    pub state: Option<State>,
    /// Their queue.
    pub queue: Option<String>,
    /// Their kind.
    pub kind: Option<String>,
}

/// How many jobs of a queue are in a state.
#[derive(Debug, Clone, PartialEq, Eq, sqlx_macros::FromRow)]
pub struct Count {
    /// The queue.
    pub queue: String,
    /// The state; done jobs are not counted.
    pub state: State,
    /// How many.
    pub jobs: i64,
    /// The earliest time one of them is due, or was.
    pub oldest_due: At,
}

/// The newest `max` jobs that match.
///
/// # Errors
/// The database's, as everywhere here.
pub async fn list(tx: &mut Tx, filter: &Filter, max: i64) -> Result<Vec<Job>, Error> {
    fetch!(
        fetch_all,
        tx,
        Job,
        "SELECT id, queue, kind, args, lane, state, due, attempts, lease, created, ended, last_error \
         FROM jobs \
         WHERE state = COALESCE($1, state) AND queue = COALESCE($2, queue) \
           AND kind = COALESCE($3, kind) \
         ORDER BY id DESC LIMIT $4",
        filter.state.map(State::as_str),
        filter.queue.as_deref(),
        filter.kind.as_deref(),
        max,
    )
}

/// One job.
///
/// # Errors
/// The database's.
pub async fn show(tx: &mut Tx, id: &JobId) -> Result<Option<Job>, Error> {
    fetch!(
        fetch_optional,
        tx,
        Job,
        "SELECT id, queue, kind, args, lane, state, due, attempts, lease, created, ended, last_error \
         FROM jobs WHERE id = $1",
        id,
    )
}

/// Gives a dead job all its attempts again, from now on; its last error stays until it fails anew.
/// `false` when there is no such dead job.
///
/// # Errors
/// The database's.
pub async fn replay(tx: &mut Tx, id: &JobId, now: At) -> Result<bool, Error> {
    let row = fetch!(
        fetch_optional,
        tx,
        (String,),
        "UPDATE jobs SET state = 'ready', attempts = 0, due = $2, ring = $3, ended = NULL \
         WHERE id = $1 AND state = 'dead' RETURNING queue",
        id,
        now,
        now.plus(RING_AGAIN),
    )?;
    let Some((queue,)) = row else { return Ok(false) };
    tx.ring_after_commit(Bell { queue, job: id.0.clone() });
    Ok(true)
}

/// As [`replay`], of the dead jobs that are to do exactly this work; how many there were.
///
/// # Errors
/// The database's.
pub async fn replay_work<W: Work>(tx: &mut Tx, work: &W, now: At) -> Result<usize, Error> {
    let rows = fetch!(
        fetch_all,
        tx,
        (String,),
        "UPDATE jobs SET state = 'ready', attempts = 0, due = $4, ring = $5, ended = NULL \
         WHERE state = 'dead' AND queue = $1 AND kind = $2 AND args = $3 RETURNING id",
        W::QUEUE,
        W::KIND,
        text(work)?,
        now,
        now.plus(RING_AGAIN),
    )?;
    let count = rows.len();
    for (job,) in rows {
        tx.ring_after_commit(Bell { queue: W::QUEUE.to_owned(), job });
    }
    Ok(count)
}

/// Deletes a job that is waiting or dead; a running one is left to its runner. The clock finds the next
/// of its lane. `false` when there is none to delete.
///
/// # Errors
/// The database's.
pub async fn drop_job(tx: &mut Tx, id: &JobId) -> Result<bool, Error> {
    let rows = execute!(tx, "DELETE FROM jobs WHERE id = $1 AND state IN ('ready', 'dead')", id)?;
    Ok(rows == 1)
}

/// When the oldest job of this kind that waits was enqueued.
///
/// # Errors
/// The database's.
pub async fn oldest_waiting<W: Work>(tx: &mut Tx) -> Result<Option<At>, Error> {
    let row = fetch!(
        fetch_optional,
        tx,
        (At,),
        "SELECT created FROM jobs WHERE queue = $1 AND state = 'ready' AND kind = $2 \
         ORDER BY id LIMIT 1",
        W::QUEUE,
        W::KIND,
    )?;
    Ok(row.map(|(at,)| at))
}

/// How many jobs wait, run and are dead, by queue.
///
/// # Errors
/// The database's.
pub async fn counts(tx: &mut Tx) -> Result<Vec<Count>, Error> {
    fetch!(
        fetch_all,
        tx,
        Count,
        "SELECT queue, state, COUNT(*) AS jobs, MIN(due) AS oldest_due FROM jobs \
         WHERE state = 'ready' GROUP BY queue, state \
         UNION ALL \
         SELECT queue, state, COUNT(*) AS jobs, MIN(due) AS oldest_due FROM jobs \
         WHERE state = 'running' GROUP BY queue, state \
         UNION ALL \
         SELECT queue, state, COUNT(*) AS jobs, MIN(due) AS oldest_due FROM jobs \
         WHERE state = 'dead' GROUP BY queue, state \
         ORDER BY queue, state",
    )
}

/// Deletes up to `max` done jobs that ended before `before`; returns how many.
///
/// # Errors
/// The database's.
pub async fn sweep_done(tx: &mut Tx, before: At, max: i64) -> Result<u64, Error> {
    execute!(
        tx,
        "DELETE FROM jobs WHERE id IN (SELECT id FROM jobs \
           WHERE state = 'done' AND ended < $1 ORDER BY ended LIMIT $2)",
        before,
        max,
    )
}
