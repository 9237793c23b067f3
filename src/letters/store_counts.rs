//! How many letters were written and what became of them, for the operator's screen.

use serde::Serialize;

use crate::{db::Tx, fetch};

/// Letters of a span.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Written {
    /// Not handed to the relay yet.
    pub queued: i64,
    /// Taken by the relay.
    pub sent: i64,
    /// Refused by the relay for good, or given up.
    pub failed: i64,
}

/// How many letters whose ids lie from `since` on failed and were not sent again.
///
/// # Errors
/// The database's.
pub async fn failed_since(tx: &mut Tx, since: &str) -> Result<i64, sqlx::Error> {
    let (count,) = fetch!(
        fetch_one,
        tx,
        (i64,),
        "SELECT COUNT(*) FROM letters WHERE state = 'failed' AND id >= $1",
        since
    )?;
    Ok(count)
}

/// What became of the letters whose ids lie from `since` on.
///
/// # Errors
/// The database's.
pub async fn written(tx: &mut Tx, since: &str) -> Result<Written, sqlx::Error> {
    let groups = fetch!(
        fetch_all,
        tx,
        (String, i64),
        "SELECT state, COUNT(*) FROM letters WHERE id >= $1 GROUP BY state",
        since
    )?;
    let of = |state: &str| groups.iter().filter(|(of, _)| of == state).map(|(_, n)| n).sum();
    Ok(Written { queued: of("queued"), sent: of("sent"), failed: of("failed") })
}
