//! The tables of the relays: how they do, and what of their budget is used.

use std::time::Duration;

use super::budget::Span;
use crate::{clock::At, db::Tx, execute, fetch, mail::relay::Lane};

type Result<T> = std::result::Result<T, sqlx::Error>;

/// Letters handed over in one slot of time.
#[derive(Debug, Clone, PartialEq, Eq, sqlx_macros::FromRow)]
pub(super) struct Used {
    pub(super) slot: i64,
    pub(super) lane: Lane,
    pub(super) letters: i64,
}

/// How a relay does, as all processes together see it.
#[derive(Debug, Clone, PartialEq, Eq, sqlx_macros::FromRow)]
pub struct RelayState {
    /// `service`, or `campaign` where adverts have their own.
    pub name: String,
    /// Since when it cannot be used; none while it can.
    pub refusing_since: Option<At>,
    /// What it said last, or what failed; without addresses.
    pub last_error: Option<String>,
    /// When.
    pub last_error_at: Option<At>,
    /// When it last took a letter, to a few seconds.
    pub last_accepted_at: Option<At>,
}

/// Locks a relay's budget until the transaction ends, and tells the time it goes by: `now`, or what
/// another process, whose clock is ahead by less than `skew`, has counted by already.
pub(super) async fn lock(tx: &mut Tx, relay: &str, now: At, skew: Duration) -> Result<At> {
    let (at,) = fetch!(
        fetch_one,
        tx,
        (At,),
        "UPDATE relays SET counted_at = \
           CASE WHEN counted_at > $2 AND counted_at <= $3 THEN counted_at ELSE $2 END \
         WHERE name = $1 RETURNING counted_at",
        relay,
        now,
        now.plus(skew)
    )?;
    Ok(at)
}

/// What was used from a slot on, in the order of slots.
pub(super) async fn used(tx: &mut Tx, relay: &str, span: Span, from: i64) -> Result<Vec<Used>> {
    fetch!(
        fetch_all,
        tx,
        Used,
        "SELECT slot, lane, letters FROM relay_slots \
         WHERE relay = $1 AND span = $2 AND slot >= $3 ORDER BY slot, lane",
        relay,
        span,
        from
    )
}

/// Counts one letter.
pub(super) async fn add(
    tx: &mut Tx,
    relay: &str,
    span: Span,
    slot: i64,
    lane: Lane,
) -> Result<u64> {
    execute!(
        tx,
        "INSERT INTO relay_slots (relay, span, slot, lane, letters) VALUES ($1, $2, $3, $4, 1) \
         ON CONFLICT (relay, span, slot, lane) DO UPDATE SET letters = relay_slots.letters + 1",
        relay,
        span,
        slot,
        lane
    )
}

/// Takes one letter back, if its slot still counts.
pub(super) async fn subtract(
    tx: &mut Tx,
    relay: &str,
    span: Span,
    slot: i64,
    lane: Lane,
) -> Result<u64> {
    execute!(
        tx,
        "UPDATE relay_slots SET letters = letters - 1 \
         WHERE relay = $1 AND span = $2 AND slot = $3 AND lane = $4 AND letters > 0",
        relay,
        span,
        slot,
        lane
    )
}

/// Drops the slots that no longer count.
pub(super) async fn forget(tx: &mut Tx, relay: &str, span: Span, before: i64) -> Result<u64> {
    execute!(
        tx,
        "DELETE FROM relay_slots WHERE relay = $1 AND span = $2 AND slot < $3",
        relay,
        span,
        before
    )
}

/// It works, and took a letter if `accepted_at` says when.
pub(super) async fn works(tx: &mut Tx, relay: &str, accepted_at: Option<At>) -> Result<u64> {
    execute!(
        tx,
        "UPDATE relays SET refusing_since = NULL, \
           last_accepted_at = COALESCE(CAST($2 AS BIGINT), last_accepted_at) WHERE name = $1",
        relay,
        accepted_at
    )
}

/// It cannot be used.
pub(super) async fn refuses(tx: &mut Tx, relay: &str, at: At, why: &str) -> Result<u64> {
    execute!(
        tx,
        "UPDATE relays SET refusing_since = COALESCE(refusing_since, $2), last_error = $3, \
           last_error_at = $2 WHERE name = $1",
        relay,
        at,
        why
    )
}

/// How the relays do.
///
/// # Errors
/// The database's.
pub async fn relay_states(tx: &mut Tx) -> Result<Vec<RelayState>> {
    fetch!(
        fetch_all,
        tx,
        RelayState,
        "SELECT name, refusing_since, last_error, last_error_at, last_accepted_at \
         FROM relays ORDER BY name DESC"
    )
}
