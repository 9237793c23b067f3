//! How many mails came and what was made of them, for health, status and the operator's digest.

use serde::Serialize;

use super::{MailId, OBSERVED};
use crate::{clock::At, db::Tx, fetch};

type Result<T> = std::result::Result<T, sqlx::Error>;

/// Mails of a span by what was made of them.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Received {
    /// All of them.
    pub received: i64,
    /// Not yet read.
    pub waiting: i64,
    /// A command that was carried out, asked to be confirmed, or answered.
    pub acted: i64,
    /// Not understood well enough, and asked back.
    pub asked_back: i64,
    /// Left alone: automatic, of strangers, unproved.
    pub ignored: i64,
    /// Another delivery of a mail that was dealt with.
    pub duplicates: i64,
    /// Kept apart because they cannot be read.
    pub quarantined: i64,
    /// Only observed (`MODE=observe`).
    pub observed: i64,
}

#[derive(sqlx_macros::FromRow)]
struct Group {
    state: String,
    class: Option<String>,
    decision: Option<String>,
    mails: i64,
}

/// Mails that are stored and not yet read.
///
/// # Errors
/// The database's.
pub async fn waiting(tx: &mut Tx) -> Result<i64> {
    let (mails,) =
        fetch!(fetch_one, tx, (i64,), "SELECT COUNT(*) FROM inbox WHERE state = 'received'")?;
    Ok(mails)
}

/// What was made of the mails whose ids lie from `since` on.
///
/// # Errors
/// The database's.
pub async fn received(tx: &mut Tx, since: &str) -> Result<Received> {
    let groups = fetch!(
        fetch_all,
        tx,
        Group,
        "SELECT state, class, decision, COUNT(*) AS mails FROM inbox \
         WHERE id >= $1 GROUP BY state, class, decision",
        since
    )?;
    let mut sum = Received::default();
    for group in groups {
        sum.received += group.mails;
        *sum.place(&group) += group.mails;
    }
    Ok(sum)
}

impl Received {
    fn place(&mut self, group: &Group) -> &mut i64 {
        let decision = group.decision.as_deref().unwrap_or_default();
        match (&*group.state, group.class.as_deref(), decision) {
            ("received", ..) => &mut self.waiting,
            ("duplicate", ..) => &mut self.duplicates,
            ("quarantined", ..) => &mut self.quarantined,
            (.., decision) if decision.starts_with(OBSERVED) => &mut self.observed,
            (.., "silence" | "ignore" | "notice" | "foreign_token") => &mut self.ignored,
            (_, Some("command"), _) => &mut self.acted,
            (_, Some("ask_back"), _) => &mut self.asked_back,
            _ => &mut self.ignored,
        }
    }
}

/// A mail that was only observed, as the digest lists it.
#[derive(Debug, Clone, sqlx_macros::FromRow)]
pub struct ObservedRow {
    /// Row id.
    pub id: MailId,
    /// When it was stored.
    pub received_at: At,
    /// As written in its header.
    pub from_address: Option<String>,
    /// The reading's intent.
    pub intent: Option<String>,
    /// What would have been done: `observed:confirm`.
    pub decision: String,
}

/// The mails stored from `from` until before `to` that were only observed, oldest first, at most `max`.
///
/// # Errors
/// The database's.
pub async fn observed(tx: &mut Tx, (from, to): (At, At), max: i64) -> Result<Vec<ObservedRow>> {
    fetch!(
        fetch_all,
        tx,
        ObservedRow,
        "SELECT id, received_at, from_address, intent, decision FROM inbox \
         WHERE received_at >= $1 AND received_at < $2 AND decision LIKE 'observed:%' \
         ORDER BY received_at, id LIMIT $3",
        from,
        to,
        max
    )
}

/// How many mails stored from `from` until before `to` were only observed, by decision.
///
/// # Errors
/// The database's.
pub async fn observed_by_decision(tx: &mut Tx, from: At, to: At) -> Result<Vec<(String, i64)>> {
    fetch!(
        fetch_all,
        tx,
        (String, i64),
        "SELECT decision, COUNT(*) FROM inbox \
         WHERE received_at >= $1 AND received_at < $2 AND decision LIKE 'observed:%' \
         GROUP BY decision ORDER BY COUNT(*) DESC, decision",
        from,
        to
    )
}

/// Since when the earliest mailbox is connected.
///
/// # Errors
/// The database's.
pub async fn connected_since(tx: &mut Tx) -> Result<Option<At>> {
    let row = fetch!(
        fetch_optional,
        tx,
        (At,),
        "SELECT connected_at FROM mailboxes ORDER BY connected_at LIMIT 1"
    )?;
    Ok(row.map(|(at,)| at))
}
