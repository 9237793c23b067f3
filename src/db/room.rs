//! How many connections a PostgreSQL still has to give: asked once, when a process starts.

use sqlx::PgPool;

use super::{Db, Error};
use crate::clock::At;

/// One bound on connections, and how many others use it up.
#[derive(Debug, Clone, PartialEq, Eq, sqlx_macros::FromRow)]
struct Bound {
    /// What the operator would have to change.
    name: String,
    most: i64,
    others: i64,
    /// Those of them that are no process of this program.
    foreign: i64,
}

/// A process that needs more connections than there are.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[error(
    "this process needs {needed} connections to PostgreSQL and may open {free}: {bound} allows \
     {most}, and others hold {others}. Lower database.connections (DATABASE_CONNECTIONS), end \
     other clients, or raise {bound}"
)]
pub struct NoRoom {
    needed: i64,
    free: i64,
    most: i64,
    others: i64,
    bound: String,
}

/// Whether `needed` connections of this process fit into what the server, the database and the role
/// allow beside those of others. SQLite has no such bound.
///
/// # Errors
/// The database's.
pub async fn room(db: &Db, needed: i64) -> Result<Result<(), NoRoom>, Error> {
    let Db::Postgres { pool, .. } = db else { return Ok(Ok(())) };
    let bounds = bounds(pool).await?;
    let Some(tightest) = bounds.into_iter().min_by_key(|bound| bound.most - bound.others) else {
        return Ok(Ok(()));
    };
    let Bound { name: bound, most, others, .. } = tightest;
    let free = (most - others).max(0);
    Ok(if needed <= free { Ok(()) } else { Err(NoRoom { needed, free, most, others, bound }) })
}

/// Processes that may together open more connections than there are, though they have not yet: a pool opens
/// them when it is busy.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[error(
    "{processes} processes with up to {each} connections each may together open {wanted} to PostgreSQL; \
     {bound} allows {most}, and other programs hold {foreign}. Lower database.connections \
     (DATABASE_CONNECTIONS), run fewer processes, or raise {bound}"
)]
pub struct Crowded {
    processes: i64,
    each: i64,
    wanted: i64,
    most: i64,
    foreign: i64,
    bound: String,
}

/// What is to be said when `processes` with up to `each` connections do not fit together.
///
/// # Errors
/// The database's.
pub async fn crowded(db: &Db, processes: i64, each: i64) -> Result<Option<Crowded>, Error> {
    let Db::Postgres { pool, .. } = db else { return Ok(None) };
    let wanted = processes.saturating_mul(each);
    let tightest = bounds(pool).await?.into_iter().min_by_key(|bound| bound.most - bound.foreign);
    let tightest = tightest.filter(|bound| bound.most - bound.foreign < wanted);
    Ok(tightest.map(|Bound { name: bound, most, foreign, .. }| Crowded {
        processes,
        each,
        wanted,
        most,
        foreign,
        bound,
    }))
}

/// The time by the clock of a PostgreSQL; SQLite has none of its own.
///
/// # Errors
/// The database's.
pub async fn clock(db: &Db) -> Result<Option<At>, Error> {
    let Db::Postgres { pool, .. } = db else { return Ok(None) };
    told_by(pool).await.map(Some)
}

async fn told_by(pool: &PgPool) -> Result<At, Error> {
    let sql = "SELECT CAST(EXTRACT(EPOCH FROM clock_timestamp()) * 1000000 AS BIGINT)";
    let (at,): (At,) = sqlx::query_as(sql).fetch_one(pool).await?;
    Ok(at)
}

/// Every bound that is set. `reserved_connections` is there from PostgreSQL 16 on. Connections count
/// whosever they are; the one that asks is ours.
async fn bounds(pool: &PgPool) -> Result<Vec<Bound>, Error> {
    sqlx::query_as(
        "WITH others AS (SELECT datid, usesysid, application_name <> 'pennypost' AS is_foreign \
           FROM pg_stat_activity \
           WHERE usesysid IS NOT NULL AND pid <> pg_backend_pid() \
             AND COALESCE(backend_type, 'client backend') = 'client backend') \
         SELECT 'max_connections' AS name, \
                CAST(current_setting('max_connections') AS BIGINT) \
                - CAST(current_setting('superuser_reserved_connections') AS BIGINT) \
                - CAST(COALESCE(current_setting('reserved_connections', true), '0') AS BIGINT) \
                  AS most, \
                (SELECT COUNT(*) FROM others) AS others, \
                (SELECT COUNT(*) FROM others WHERE is_foreign) AS \"foreign\" \
         UNION ALL \
         SELECT 'the database''s CONNECTION LIMIT', CAST(datconnlimit AS BIGINT), \
                (SELECT COUNT(*) FROM others WHERE datid = d.oid), \
                (SELECT COUNT(*) FROM others WHERE datid = d.oid AND is_foreign) \
         FROM pg_database d WHERE datname = current_database() AND datconnlimit >= 0 \
         UNION ALL \
         SELECT 'the role''s CONNECTION LIMIT', CAST(rolconnlimit AS BIGINT), \
                (SELECT COUNT(*) FROM others WHERE usesysid = r.oid), \
                (SELECT COUNT(*) FROM others WHERE usesysid = r.oid AND is_foreign) \
         FROM pg_roles r WHERE rolname = current_user AND rolconnlimit >= 0",
    )
    .fetch_all(pool)
    .await
}
