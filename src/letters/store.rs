//! The table of letters.

use sqlx::PgPool;

use super::{Class, LetterId};
use crate::{
    address::Address, clock::At, db::Tx, execute, fetch, mail::relay::Lane, queue::Finish,
};

type Result<T> = std::result::Result<T, sqlx::Error>;

/// A letter as it is stored.
#[derive(Debug, Clone, sqlx_macros::FromRow)]
pub struct LetterRow {
    /// Row id.
    pub id: LetterId,
    /// Which template renders it.
    pub kind: String,
    /// What bounds its number.
    pub class: Class,
    /// To whom.
    pub to_address: Address,
    /// Its subject, without an encoding.
    pub subject: String,
    /// The typed context (JSON).
    pub context: String,
    /// Ours, with a MAC; the same at each attempt.
    pub message_id: String,
    /// The mail it answers.
    pub in_reply_to: Option<String>,
    /// The thread's Message-IDs, a JSON list.
    pub reference_ids: String,
    /// The request it belongs to: `T-771`.
    pub reference: Option<String>,
    /// The confirmation it asks for.
    pub confirmation: Option<String>,
    /// Which way out.
    pub lane: Lane,
    /// `queued`, `sent` or `failed`.
    pub state: String,
    /// When it was written: its `Date`.
    pub created_at: At,
    /// When it was last to be sent again after it had failed.
    pub tried_from: Option<At>,
}

/// Writes a row; none when this cause has had its letter.
pub(super) async fn insert(tx: &mut Tx, cause: &str, row: &LetterRow) -> Result<u64> {
    execute!(
        tx,
        "INSERT INTO letters (id, cause, kind, class, to_address, subject, context, message_id, \
         in_reply_to, reference_ids, reference, confirmation, lane, state, created_at) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15) \
         ON CONFLICT (cause) DO NOTHING",
        &row.id,
        cause,
        &row.kind,
        row.class,
        &row.to_address,
        &row.subject,
        &row.context,
        &row.message_id,
        &row.in_reply_to,
        &row.reference_ids,
        &row.reference,
        &row.confirmation,
        row.lane,
        &row.state,
        row.created_at
    )
}

/// One letter.
///
/// # Errors
/// The database's.
pub async fn find(tx: &mut Tx, id: &LetterId) -> Result<Option<LetterRow>> {
    fetch!(
        fetch_optional,
        tx,
        LetterRow,
        "SELECT id, kind, class, to_address, subject, context, message_id, in_reply_to, \
         reference_ids, reference, confirmation, lane, state, created_at, tried_from \
         FROM letters WHERE id = $1",
        id
    )
}

/// The letter that bears a Message-ID.
///
/// # Errors
/// The database's.
pub async fn by_message_id(tx: &mut Tx, message_id: &str) -> Result<Option<LetterRow>> {
    fetch!(
        fetch_optional,
        tx,
        LetterRow,
        "SELECT id, kind, class, to_address, subject, context, message_id, in_reply_to, \
         reference_ids, reference, confirmation, lane, state, created_at, tried_from \
         FROM letters WHERE message_id = $1",
        message_id
    )
}

/// All letters, oldest first, after `after`; at most `max`.
///
/// # Errors
/// The database's.
pub async fn list(tx: &mut Tx, after: &str, max: i64) -> Result<Vec<LetterRow>> {
    fetch!(
        fetch_all,
        tx,
        LetterRow,
        "SELECT id, kind, class, to_address, subject, context, message_id, in_reply_to, \
         reference_ids, reference, confirmation, lane, state, created_at, tried_from \
         FROM letters WHERE id > $1 ORDER BY id LIMIT $2",
        after,
        max
    )
}

/// The Message-ID of the newest letter of a request to one address.
///
/// # Errors
/// The database's.
pub async fn newest_of(tx: &mut Tx, reference: &str, to: &Address) -> Result<Option<String>> {
    let row = fetch!(
        fetch_optional,
        tx,
        (String,),
        "SELECT message_id FROM letters WHERE reference = $1 AND to_address = $2 \
         ORDER BY id DESC LIMIT 1",
        reference,
        to
    )?;
    Ok(row.map(|(id,)| id))
}

/// How many letters of a class (and kind, when given) an address was written since `since`.
///
/// # Errors
/// The database's.
pub async fn sent_to_since(
    tx: &mut Tx,
    to: &Address,
    class: Class,
    kind: Option<&str>,
    since: At,
) -> Result<i64> {
    let (count,) = fetch!(
        fetch_one,
        tx,
        (i64,),
        "SELECT COUNT(*) FROM letters WHERE to_address = $1 AND created_at > $2 AND class = $3 \
         AND (CAST($4 AS TEXT) IS NULL OR kind = $4)",
        to,
        since,
        class,
        kind
    )?;
    Ok(count)
}

pub(super) async fn mark_sent(tx: &mut Tx, id: &LetterId, now: At) -> Result<u64> {
    execute!(
        tx,
        "UPDATE letters SET state = 'sent', sent_at = $2, error = NULL WHERE id = $1 AND state = 'queued'",
        id,
        now
    )
}

/// As [`mark_sent`], with the job that sent it; false, and neither is marked, when the job has lost its
/// claim. Reading `done` has the job marked first.
pub(super) async fn mark_sent_and_done(
    pool: &PgPool,
    id: &LetterId,
    finish: &Finish,
) -> Result<bool> {
    let (done,): (i64,) = sqlx::query_as(
        "WITH done AS (UPDATE jobs SET state = 'done', claim = NULL, lease = NULL, ended = $3 \
           WHERE id = $1 AND claim = $2 RETURNING id), \
         sent AS (UPDATE letters SET state = 'sent', sent_at = $3, error = NULL \
           WHERE id = $4 AND state = 'queued' AND EXISTS (SELECT 1 FROM done)) \
         SELECT COUNT(*) FROM done",
    )
    .bind(&finish.job)
    .bind(&finish.claim)
    .bind(finish.now)
    .bind(id)
    .fetch_one(pool)
    .await?;
    Ok(done == 1)
}

pub(super) async fn mark_failed(tx: &mut Tx, id: &LetterId, error: &str) -> Result<u64> {
    execute!(
        tx,
        "UPDATE letters SET state = 'failed', error = $2 WHERE id = $1 AND state = 'queued'",
        id,
        error
    )
}

/// A letter that failed is to be sent all the same; its five days begin anew.
pub(super) async fn queue_again(tx: &mut Tx, id: &LetterId, now: At) -> Result<u64> {
    execute!(
        tx,
        "UPDATE letters SET state = 'queued', error = NULL, told = FALSE, tried_from = $2 \
         WHERE id = $1 AND state = 'failed'",
        id,
        now
    )
}

/// A letter that could not be sent and that the operator has not been told of.
#[derive(Debug, Clone, serde::Serialize, sqlx_macros::FromRow)]
pub(super) struct Untold {
    pub(super) id: LetterId,
    pub(super) kind: String,
    pub(super) reference: Option<String>,
    pub(super) error: String,
}

/// The oldest of them, without those of one kind; at most `max`.
pub(super) async fn untold(tx: &mut Tx, but: &str, max: i64) -> Result<Vec<Untold>> {
    fetch!(
        fetch_all,
        tx,
        Untold,
        "SELECT id, kind, reference, COALESCE(error, '') AS error FROM letters \
         WHERE state = 'failed' AND NOT told AND kind <> $1 ORDER BY id LIMIT $2",
        but,
        max
    )
}

/// How many there are, without those of one kind.
pub(super) async fn count_untold(tx: &mut Tx, but: &str) -> Result<i64> {
    let (count,) = fetch!(
        fetch_one,
        tx,
        (i64,),
        "SELECT COUNT(*) FROM letters WHERE state = 'failed' AND NOT told AND kind <> $1",
        but
    )?;
    Ok(count)
}

/// The operator is told of all of them.
pub(super) async fn mark_told(tx: &mut Tx) -> Result<u64> {
    execute!(tx, "UPDATE letters SET told = TRUE WHERE state = 'failed' AND NOT told")
}
