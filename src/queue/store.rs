//! The statements of a job's life after its claim, and what the clock asks for.
//!
//! A claim is held by running jobs alone (a CHECK), so none of these names the state: else the planner,
//! whose statistics of this table are always old, reads the whole partial index of the running, dead
//! entries included, instead of the one row that was named.

use sqlx::PgPool;

use crate::{
    clock::At,
    db::{Bell, Db, Error, Tx},
    execute, fetch, on_db,
};

use super::Claimed;

/// Marks a job done, if `job` still holds its claim. The first statement of the transaction that holds
/// the job's effects: it locks the row, so no other runner can take the job over before the commit.
pub(super) async fn finish(tx: &mut Tx, job: &Claimed, now: At) -> Result<bool, Error> {
    let rows = execute!(
        tx,
        "UPDATE jobs SET state = 'done', claim = NULL, lease = NULL, ended = $3 \
         WHERE id = $1 AND claim = $2",
        &job.id,
        &job.claim,
        now,
    )?;
    Ok(rows == 1)
}

/// Puts a failed job back until `due`.
pub(super) async fn retry(db: &Db, job: &Claimed, due: At, error: &str) -> Result<(), Error> {
    on_db!(db, |pool| sqlx::query(
        "UPDATE jobs SET state = 'ready', claim = NULL, lease = NULL, due = $3, ring = $3, \
                last_error = $4 \
         WHERE id = $1 AND claim = $2"
    )
    .bind(&job.id)
    .bind(&job.claim)
    .bind(due)
    .bind(error)
    .execute(pool)
    .await
    .map(|_| ()))
}

/// Puts a job off until `due`: the attempt was none.
pub(super) async fn put_off(db: &Db, job: &Claimed, due: At, why: &str) -> Result<(), Error> {
    on_db!(db, |pool| sqlx::query(
        "UPDATE jobs SET state = 'ready', claim = NULL, lease = NULL, due = $3, ring = $3, \
                attempts = attempts - 1, last_error = $4 \
         WHERE id = $1 AND claim = $2"
    )
    .bind(&job.id)
    .bind(&job.claim)
    .bind(due)
    .bind(why)
    .execute(pool)
    .await
    .map(|_| ()))
}

/// Ends a job that will not be tried again, if `job` still holds its claim.
pub(super) async fn bury(tx: &mut Tx, job: &Claimed, now: At, error: &str) -> Result<bool, Error> {
    let rows = execute!(
        tx,
        "UPDATE jobs SET state = 'dead', claim = NULL, lease = NULL, ended = $3, last_error = $4 \
         WHERE id = $1 AND claim = $2",
        &job.id,
        &job.claim,
        now,
        error,
    )?;
    Ok(rows == 1)
}

/// The oldest of a lane, when it may run. Asked after the commit that freed the lane: a job enqueued
/// during that transaction has spent its own bell on a busy lane. The least of an expression is sought
/// in the lane; the least id would be sought through all ids.
pub(super) async fn next_of_lane(db: &Db, lane: &str, now: At) -> Result<Option<Bell>, Error> {
    let row: Option<(String, String)> = on_db!(db, |pool| {
        sqlx::query_as(
        "SELECT queue, id FROM jobs \
         WHERE id = (SELECT MIN(id || '') FROM jobs WHERE lane = $1 AND state IN ('ready', 'running')) \
         AND CASE state WHEN 'ready' THEN due <= $2 ELSE FALSE END"
    )
    .bind(lane)
    .bind(now)
    .fetch_optional(pool)
    .await
    })?;
    Ok(row.map(|(queue, job)| Bell { queue, job }))
}

/// The rows whose `ring` has come, which moves on to `again`: retries, delayed jobs, lost bells and
/// abandoned claims alike.
pub(super) async fn overdue(db: &Db, now: At, again: At, max: i64) -> Result<Vec<Bell>, Error> {
    let mut rows: Vec<(String, String)> = match db {
        Db::Postgres { pool, .. } => {
            sqlx::query_as(
                "UPDATE jobs SET ring = $2 WHERE id IN (SELECT id FROM jobs \
                   WHERE state IN ('ready', 'running') AND ring <= $1 \
                   ORDER BY ring, id LIMIT $3 FOR UPDATE SKIP LOCKED) \
                 RETURNING id, queue",
            )
            .bind(now)
            .bind(again)
            .bind(max)
            .fetch_all(pool)
            .await?
        }
        Db::Sqlite { writer, .. } => {
            sqlx::query_as(
                "UPDATE jobs SET ring = $2 WHERE id IN (SELECT id FROM jobs \
                   WHERE state IN ('ready', 'running') AND ring <= $1 \
                   ORDER BY ring, id LIMIT $3) \
                 RETURNING id, queue",
            )
            .bind(now)
            .bind(again)
            .bind(max)
            .fetch_all(writer)
            .await?
        }
    };
    rows.sort();
    Ok(rows.into_iter().map(|(job, queue)| Bell { queue, job }).collect())
}

/// The rows of a queue that could be claimed now; of a lane only its head, or a long lane would fill
/// the list and starve the others.
pub(super) async fn heads(tx: &mut Tx, queue: &str, now: At, max: i64) -> Result<Vec<Bell>, Error> {
    let rows = fetch!(
        fetch_all,
        tx,
        (String,),
        "SELECT id FROM jobs j WHERE queue = $1 AND state = 'ready' AND due <= $2 \
         AND (lane IS NULL OR NOT EXISTS (SELECT 1 FROM jobs o \
            WHERE o.lane = j.lane AND o.state IN ('ready', 'running') \
              AND o.id <> j.id AND (o.id < j.id OR o.state = 'running'))) \
         ORDER BY id LIMIT $3",
        queue,
        now,
        max,
    )?;
    Ok(rows.into_iter().map(|(job,)| Bell { queue: queue.to_owned(), job }).collect())
}

/// The rows of a queue whose runner has let its lease end.
pub(super) async fn abandoned(
    tx: &mut Tx,
    queue: &str,
    now: At,
    max: i64,
) -> Result<Vec<String>, Error> {
    let rows = fetch!(
        fetch_all,
        tx,
        (String,),
        "SELECT id FROM jobs WHERE queue = $1 AND state = 'running' AND lease < $2 \
         ORDER BY id LIMIT $3",
        queue,
        now,
        max,
    )?;
    Ok(rows.into_iter().map(|(job,)| job).collect())
}

/// Whether a job of the queue is running anywhere.
pub(super) async fn any_running(tx: &mut Tx, queue: &str) -> Result<bool, Error> {
    let (running,) = fetch!(
        fetch_one,
        tx,
        (bool,),
        "SELECT EXISTS (SELECT 1 FROM jobs WHERE state = 'running' AND queue = $1)",
        queue,
    )?;
    Ok(running)
}

/// Whoever has shown that it runs jobs, and how often; nobody on SQLite.
pub(super) async fn claimants(db: &Db) -> Result<Vec<(String, i64)>, Error> {
    let Db::Postgres { pool, .. } = db else { return Ok(Vec::new()) };
    sqlx::query_as("SELECT name, beats FROM claimants").fetch_all(pool).await
}

/// Forgets a claimant that has not beaten since, and makes what it holds claimable from `now` on; how many
/// jobs that were.
pub(super) async fn take_over(
    db: &Db,
    (claimant, beats): (&str, i64),
    now: At,
) -> Result<u64, Error> {
    let Db::Postgres { pool, .. } = db else { return Ok(0) };
    ended(pool, (claimant, beats), now).await
}

async fn ended(pool: &PgPool, (claimant, beats): (&str, i64), now: At) -> Result<u64, Error> {
    let ended = sqlx::query(
        "WITH gone AS (DELETE FROM claimants WHERE name = $1 AND beats = $2 RETURNING name) \
         UPDATE jobs SET lease = $3 - 1, ring = $3 \
         WHERE state = 'running' AND lease >= $3 AND substr(claim, 1, length($1)) = $1 \
           AND EXISTS (SELECT 1 FROM gone)",
    )
    .bind(claimant)
    .bind(beats)
    .bind(now)
    .execute(pool)
    .await?;
    Ok(ended.rows_affected())
}

/// Makes every running job claimable from `now` on.
pub(super) async fn end_leases(db: &Db, now: At) -> Result<u64, Error> {
    on_db!(db, |pool| sqlx::query(
        "UPDATE jobs SET lease = $1 - 1, ring = $1 WHERE state = 'running' AND lease >= $1"
    )
    .bind(now)
    .execute(pool)
    .await
    .map(|done| done.rows_affected()))
}
