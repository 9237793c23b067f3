//! How many connections a PostgreSQL still has to give: asked once, when a process starts.

use sqlx::PgPool;

use super::{Db, Error};

/// One bound on connections, and how many others use it up.
#[derive(Debug, Clone, PartialEq, Eq, sqlx_macros::FromRow)]
struct Bound {
    /// What the operator would have to change.
    name: String,
    most: i64,
    others: i64,
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
    let Bound { name: bound, most, others } = tightest;
    let free = (most - others).max(0);
    Ok(if needed <= free { Ok(()) } else { Err(NoRoom { needed, free, most, others, bound }) })
}

/// Every bound that is set. `reserved_connections` is there from PostgreSQL 16 on. Connections count
/// whosever they are; the one that asks is ours.
async fn bounds(pool: &PgPool) -> Result<Vec<Bound>, Error> {
    sqlx::query_as(
        "WITH others AS (SELECT datid, usesysid FROM pg_stat_activity \
           WHERE usesysid IS NOT NULL AND pid <> pg_backend_pid() \
             AND COALESCE(backend_type, 'client backend') = 'client backend') \
         SELECT 'max_connections' AS name, \
                CAST(current_setting('max_connections') AS BIGINT) \
                - CAST(current_setting('superuser_reserved_connections') AS BIGINT) \
                - CAST(COALESCE(current_setting('reserved_connections', true), '0') AS BIGINT) \
                  AS most, \
                (SELECT COUNT(*) FROM others) AS others \
         UNION ALL \
         SELECT 'the database''s CONNECTION LIMIT', CAST(datconnlimit AS BIGINT), \
                (SELECT COUNT(*) FROM others WHERE datid = d.oid) \
         FROM pg_database d WHERE datname = current_database() AND datconnlimit >= 0 \
         UNION ALL \
         SELECT 'the role''s CONNECTION LIMIT', CAST(rolconnlimit AS BIGINT), \
                (SELECT COUNT(*) FROM others WHERE usesysid = r.oid) \
         FROM pg_roles r WHERE rolname = current_user AND rolconnlimit >= 0",
    )
    .fetch_all(pool)
    .await
}
