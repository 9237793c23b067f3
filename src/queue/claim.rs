//! Taking jobs: one statement turns rows into claims, with its twin for each database; and giving
//! them back.
//!
//! Measured and broken in a prototype first: a plain `UPDATE … WHERE id = ANY` of overlapping batches
//! deadlocks, and "no older live row" alone lets two of a lane run. Both shapes below are needed.

use std::{sync::Arc, time::Duration};

use sqlx::{PgConnection, SqlitePool};

use crate::{
    clock::At,
    db::{Db, Error, is_duplicate, is_transient},
    ids, on_db,
};

use super::JobId;

/// A row this process may run until its lease ends. Its attempt is already counted: a job that kills
/// its worker must use one up.
#[derive(Debug, Clone, sqlx_macros::FromRow)]
pub struct Claimed {
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
    /// The attempts, this one included.
    pub attempts: i64,
    /// When it was enqueued.
    pub created: At,
    /// Names this attempt: only who holds it may finish the job.
    pub claim: String,
}

/// Claims for `claimant` those of `ids` that may run now: ready and due, or running past their lease, and in a lane
/// only the oldest while none runs. The others are left alone: duplicate bells are harmless.
///
/// # Errors
/// The database's.
pub async fn claim(
    db: &Db,
    ids: &[String],
    claimant: &Claimant,
    now: At,
    lease: Duration,
) -> Result<Vec<Claimed>, Error> {
    let terms = Terms { claim: claimant.fresh_claim(), now, lease: now.plus(lease) };
    let mut rows = match db {
        Db::Postgres { pool, .. } => {
            let mut connection = pool.acquire().await?;
            match claim_on_postgres(&mut connection, ids, &terms).await {
                // A claim that ours could not see took a row of the same lane first (or, with two such
                // lanes, each waited for the other): one by one, only the row concerned is left out.
                // On the same connection: PostgreSQL reports an error before it lets go of the rows
                // the statement had locked, and another connection would skip them.
                Err(error) if is_duplicate(&error) || is_deadlock(&error) => {
                    claim_singly(&mut connection, ids, &terms).await?
                }
                done => done?,
            }
        }
        // One writer: no claim is ever invisible to another.
        Db::Sqlite { writer, .. } => claim_on_sqlite(writer, ids, &terms).await?,
    };
    rows.sort_by(|a, b| a.id.cmp(&b.id));
    Ok(rows)
}

/// Who runs jobs: a process, for as long as it lives. Its claims begin with its name, so that they can be
/// ended when it is gone.
#[derive(Debug, Clone)]
pub struct Claimant(Arc<str>);

/// The length of a claimant's name.
const CLAIMANT_LEN: usize = 10;

impl Claimant {
    /// One with a name that nobody else has.
    pub fn fresh() -> Self {
        Self(ids::random_code(CLAIMANT_LEN).into())
    }

    /// Its name.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    fn fresh_claim(&self) -> String {
        format!("{}{}", self.0, ids::random_code(16))
    }
}

fn is_deadlock(error: &Error) -> bool {
    error.as_database_error().is_some() && is_transient(error)
}

struct Terms {
    claim: String,
    now: At,
    lease: At,
}

async fn claim_singly(
    connection: &mut PgConnection,
    ids: &[String],
    terms: &Terms,
) -> Result<Vec<Claimed>, Error> {
    let mut rows = Vec::new();
    for id in ids {
        match claim_on_postgres(connection, std::slice::from_ref(id), terms).await {
            Ok(row) => rows.extend(row),
            Err(error) if is_duplicate(&error) => {}
            // What is claimed already must be run; the clock finds the rest.
            Err(_) if !rows.is_empty() => break,
            Err(error) => return Err(error),
        }
    }
    Ok(rows)
}

/// The state is asked for in a CASE, which no index knows: else the planner, whose statistics of this
/// table are always old, reads every live row instead of the few that were named. OFFSET keeps the look into
/// the lane from becoming a join with all lanes.
///
/// The claim need not wait for fsync: one that is lost in a crash is a job not begun. Setting that
/// inside the statement saves three round trips.
async fn claim_on_postgres(
    connection: &mut PgConnection,
    ids: &[String],
    terms: &Terms,
) -> Result<Vec<Claimed>, Error> {
    sqlx::query_as(
        "UPDATE jobs SET state = 'running', attempts = attempts + 1, claim = $2, \
                lease = $3, ring = $3 \
         WHERE id IN (SELECT id FROM jobs j \
           WHERE id = ANY($1::text[]) \
             AND CASE state WHEN 'ready' THEN due <= $4 WHEN 'running' THEN lease < $4 \
                      ELSE FALSE END \
             AND (lane IS NULL OR NOT EXISTS (SELECT 1 FROM jobs o \
                WHERE o.lane = j.lane AND o.state IN ('ready', 'running') \
                  AND o.id <> j.id AND (o.id < j.id OR o.state = 'running') OFFSET 0)) \
           ORDER BY id FOR UPDATE OF j SKIP LOCKED) \
         AND (SELECT set_config('synchronous_commit', 'off', true)) = 'off' \
         RETURNING id, queue, kind, args, lane, attempts, created, claim",
    )
    .bind(ids)
    .bind(&terms.claim)
    .bind(terms.lease)
    .bind(terms.now)
    .fetch_all(connection)
    .await
}

async fn claim_on_sqlite(
    writer: &SqlitePool,
    ids: &[String],
    terms: &Terms,
) -> Result<Vec<Claimed>, Error> {
    sqlx::query_as(
        "UPDATE jobs SET state = 'running', attempts = attempts + 1, claim = $2, \
                lease = $3, ring = $3 \
         WHERE id IN (SELECT id FROM jobs j \
           WHERE id IN (SELECT value FROM json_each($1)) \
             AND CASE state WHEN 'ready' THEN due <= $4 WHEN 'running' THEN lease < $4 \
                      ELSE FALSE END \
             AND (lane IS NULL OR NOT EXISTS (SELECT 1 FROM jobs o \
                WHERE o.lane = j.lane AND o.state IN ('ready', 'running') \
                  AND o.id <> j.id AND (o.id < j.id OR o.state = 'running')))) \
         RETURNING id, queue, kind, args, lane, attempts, created, claim",
    )
    .bind(serde_json::to_string(ids).map_err(|e| Error::Encode(e.into()))?)
    .bind(&terms.claim)
    .bind(terms.lease)
    .bind(terms.now)
    .fetch_all(writer)
    .await
}

/// Gives an unstarted claim back: the attempt was not one, and the clock may push the row at once.
///
/// # Errors
/// The database's.
pub async fn give_back(db: &Db, job: &Claimed, now: At) -> Result<(), Error> {
    on_db!(db, |pool| sqlx::query(
        "UPDATE jobs SET state = 'ready', attempts = attempts - 1, claim = NULL, lease = NULL, \
                ring = $3 \
         WHERE id = $1 AND claim = $2"
    )
    .bind(&job.id)
    .bind(&job.claim)
    .bind(now)
    .execute(pool)
    .await
    .map(|_| ()))
}
