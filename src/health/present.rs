//! A process says that it runs, while it runs: a row with a heartbeat, removed at a graceful stop.

use std::time::Duration;

use tokio_util::sync::CancellationToken;

use super::{Facts, Kind, ProcessRow, gather_of, judge, store};
use crate::{
    clock::At,
    context::Context,
    db::{Db, Tx},
    ids,
};

/// Time between two heartbeats.
const BEAT: Duration = Duration::from_secs(10);

/// A process that has said nothing for so long is not alive.
pub const ALIVE: Duration = Duration::from_secs(30);

/// A process that was killed is forgotten so long after its last word.
const FORGET: Duration = Duration::from_secs(86_400);

/// How long the farewell at a stop may take; the row would only look silent.
const FAREWELL_MAX: Duration = Duration::from_secs(2);

/// Says that this process runs, until `shutdown`; each process joins this to its work. A database that
/// is away is tried again at the next beat.
pub async fn present(cx: Context, kind: Kind, shutdown: CancellationToken) {
    let now = cx.now();
    let mut row = ProcessRow {
        id: ids::fresh(now),
        kind,
        version: env!("CARGO_PKG_VERSION").to_owned(),
        started_at: now,
        seen_at: now,
        ready: false,
    };
    loop {
        if let Err(error) = beat(&cx, &mut row).await {
            tracing::warn!(%error, "this process cannot say that it is alive");
        }
        if shutdown.run_until_cancelled(tokio::time::sleep(BEAT)).await.is_none() {
            break;
        }
    }
    let farewell = tokio::time::timeout(FAREWELL_MAX, leave(&cx, &row.id)).await;
    if !matches!(farewell, Ok(Ok(()))) {
        tracing::warn!("this process could not say that it stops");
    }
}

/// Forgets the processes of a kind that are silent: the operator knows that they are gone and not missed.
/// How many there were.
///
/// # Errors
/// The database's.
pub async fn forget_silent(tx: &mut Tx, kind: Kind, now: At) -> Result<u64, sqlx::Error> {
    store::forget_kind(tx, kind, now.minus(ALIVE)).await
}

/// How many processes of this deployment are alive.
///
/// # Errors
/// The database's.
pub async fn alive(db: &Db, now: At) -> Result<i64, sqlx::Error> {
    let mut tx = db.read().await?;
    store::count_since(&mut tx, now.minus(ALIVE)).await
}

async fn beat(cx: &Context, row: &mut ProcessRow) -> Result<(), sqlx::Error> {
    let facts = gather_of(cx).await;
    row.seen_at = cx.now();
    row.ready = is_ready(cx, row.kind, &facts);
    let mut tx = cx.db.begin().await?;
    store::seen(&mut tx, row).await?;
    store::forget(&mut tx, forgotten(row.seen_at)).await?;
    tx.commit().await
}

/// Whether nothing stands in the way of this kind's own duty.
fn is_ready(cx: &Context, kind: Kind, facts: &Facts) -> bool {
    let findings = judge(facts, &cx.settings.health);
    findings.iter().all(|finding| !finding.red || !finding.check.is_duty_of(kind))
}

fn forgotten(now: At) -> At {
    now.minus(FORGET)
}

async fn leave(cx: &Context, id: &str) -> Result<(), sqlx::Error> {
    let mut tx = cx.db.begin().await?;
    store::gone(&mut tx, id).await?;
    tx.commit().await
}
