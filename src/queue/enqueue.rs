//! Putting jobs into the caller's transaction; their bells ring after its commit.

use std::time::Duration;

use serde::{Serialize, de::DeserializeOwned};

use crate::{
    clock::At,
    db::{Bell, Conn, Error, Tx},
    execute, id_type,
};

id_type! {
    /// A job. Ids rise in the order of enqueueing, and that is the order within a lane.
    JobId
}

/// The arguments of one kind of job: small, ids rather than contents (8 KiB of JSON at most).
pub trait Work: Serialize + DeserializeOwned + Send + Sync + 'static {
    /// Stable name on the wire; never renamed, a changed meaning gets a new kind (`….v2`).
    const KIND: &'static str;
    /// The queue, and with it the pool, this kind runs in.
    const QUEUE: &'static str;
    /// Attempts in all before the job is dead.
    const ATTEMPTS: i64 = 12;
    /// One attempt is cut after this long.
    const LIMIT: Duration = Duration::from_secs(30);
}

/// A row is pushed again by the clock when nobody took it this long after its bell.
pub(super) const RING_AGAIN: Duration = Duration::from_mins(1);

/// Stores a job that may run from `due` on.
///
/// `lane` names what the job must not overtake: jobs of one lane run one at a time, oldest id first,
/// and a lane waits for a job in backoff and for one that is not yet due. It is stored as given; by
/// convention `group:subject` (`transfers:ACCOUNT`), so that a letter in backoff holds up no transfer.
///
/// # Errors
/// The database's; arguments that do not serialize or are too long.
pub async fn enqueue<W: Work>(
    tx: &mut Tx,
    work: &W,
    lane: Option<&str>,
    due: At,
    now: At,
) -> Result<JobId, Error> {
    let id = JobId::fresh(now);
    execute!(
        tx,
        "INSERT INTO jobs (id, queue, kind, args, lane, state, due, attempts, ring, created) \
         VALUES ($1, $2, $3, $4, $5, 'ready', $6, 0, $7, $8)",
        &id,
        W::QUEUE,
        W::KIND,
        text(work)?,
        lane,
        due,
        ring(due, now),
        now,
    )?;
    if due <= now {
        tx.ring_after_commit(Bell { queue: W::QUEUE.to_owned(), job: id.0.clone() });
    }
    Ok(id)
}

/// Stores many jobs of one kind, each with its lane, in one statement. Ids rise in the order given.
///
/// # Errors
/// As [`enqueue`].
pub async fn enqueue_many<W: Work>(
    tx: &mut Tx,
    jobs: &[(W, Option<String>)],
    due: At,
    now: At,
) -> Result<Vec<JobId>, Error> {
    let ids: Vec<JobId> = jobs.iter().map(|_| JobId::fresh(now)).collect();
    let args = jobs.iter().map(|(work, _)| text(work)).collect::<Result<Vec<_>, _>>()?;
    let lanes: Vec<Option<&str>> = jobs.iter().map(|(_, lane)| lane.as_deref()).collect();
    match &mut tx.conn {
        Conn::Postgres(t) => {
            let texts: Vec<&str> = ids.iter().map(JobId::as_str).collect();
            sqlx::query(
                "INSERT INTO jobs (id, queue, kind, args, lane, state, due, attempts, ring, created) \
                 SELECT u.id, $4, $5, u.args, u.lane, 'ready', $6, 0, $7, $8 \
                 FROM unnest($1::text[], $2::text[], $3::text[]) AS u (id, args, lane)",
            )
            .bind(texts)
            .bind(&args)
            .bind(lanes)
            .bind(W::QUEUE)
            .bind(W::KIND)
            .bind(due)
            .bind(ring(due, now))
            .bind(now)
            .execute(&mut **t)
            .await?;
        }
        Conn::Sqlite(t) => {
            let rows: Vec<_> = ids.iter().zip(&args).zip(&lanes).collect();
            sqlx::query(
                "INSERT INTO jobs (id, queue, kind, args, lane, state, due, attempts, ring, created) \
                 SELECT json_extract(value, '$[0][0]'), $2, $3, json_extract(value, '$[0][1]'), \
                        json_extract(value, '$[1]'), 'ready', $4, 0, $5, $6 \
                 FROM json_each($1)",
            )
            .bind(text(&rows)?)
            .bind(W::QUEUE)
            .bind(W::KIND)
            .bind(due)
            .bind(ring(due, now))
            .bind(now)
            .execute(&mut **t)
            .await?;
        }
    }
    if due <= now {
        for id in &ids {
            tx.ring_after_commit(Bell { queue: W::QUEUE.to_owned(), job: id.0.clone() });
        }
    }
    Ok(ids)
}

/// When the clock may push the row: when it is due, or, as its bell rings now, a while later.
fn ring(due: At, now: At) -> At {
    if due <= now { now.plus(RING_AGAIN) } else { due }
}

pub(super) fn text(value: &impl Serialize) -> Result<String, Error> {
    serde_json::to_string(value).map_err(|e| Error::Encode(e.into()))
}
