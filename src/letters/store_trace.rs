//! A letter's way, for the operator: everything but what it says.

use super::LetterId;
use crate::{clock::At, db::Tx, fetch};

type Result<T> = std::result::Result<T, sqlx::Error>;

/// Letters that one question may bring.
const LETTERS_MAX: i64 = 50;

/// What is kept of a letter beside its context.
#[derive(Debug, Clone, sqlx_macros::FromRow)]
pub struct LetterTrace {
    /// Row id.
    pub id: LetterId,
    /// What caused it.
    pub cause: String,
    /// Which template renders it.
    pub kind: String,
    /// To whom.
    pub to_address: String,
    /// Its subject.
    pub subject: String,
    /// Ours.
    pub message_id: String,
    /// The mail it answers.
    pub in_reply_to: Option<String>,
    /// The request it belongs to.
    pub reference: Option<String>,
    /// `queued`, `sent` or `failed`.
    pub state: String,
    /// Why it failed.
    pub error: Option<String>,
    /// When it was written.
    pub created_at: At,
    /// When the relay took it.
    pub sent_at: Option<At>,
}

/// The letter with this id or this Message-ID.
///
/// # Errors
/// The database's.
pub async fn traced(tx: &mut Tx, key: &str) -> Result<Option<LetterTrace>> {
    fetch!(
        fetch_optional,
        tx,
        LetterTrace,
        "SELECT id, cause, kind, to_address, subject, message_id, in_reply_to, reference, state, \
         error, created_at, sent_at FROM letters WHERE id = $1 OR message_id = $1",
        key
    )
}

/// The newest letters, all or those in a state; at most `max`.
///
/// # Errors
/// The database's.
pub async fn newest(tx: &mut Tx, state: Option<&str>, max: i64) -> Result<Vec<LetterTrace>> {
    fetch!(
        fetch_all,
        tx,
        LetterTrace,
        "SELECT id, cause, kind, to_address, subject, message_id, in_reply_to, reference, state, \
         error, created_at, sent_at FROM letters \
         WHERE state = COALESCE(CAST($1 AS TEXT), state) ORDER BY id DESC LIMIT $2",
        state,
        max
    )
}

/// Those that failed, oldest first; at most `max`.
///
/// # Errors
/// The database's.
pub async fn failed(tx: &mut Tx, max: i64) -> Result<Vec<LetterTrace>> {
    fetch!(
        fetch_all,
        tx,
        LetterTrace,
        "SELECT id, cause, kind, to_address, subject, message_id, in_reply_to, reference, state, \
         error, created_at, sent_at FROM letters WHERE state = 'failed' ORDER BY id LIMIT $1",
        max
    )
}

/// The letters of a request, oldest first.
///
/// # Errors
/// The database's.
pub async fn traced_of(tx: &mut Tx, reference: &str) -> Result<Vec<LetterTrace>> {
    fetch!(
        fetch_all,
        tx,
        LetterTrace,
        "SELECT id, cause, kind, to_address, subject, message_id, in_reply_to, reference, state, \
         error, created_at, sent_at FROM letters WHERE reference = $1 ORDER BY id LIMIT $2",
        reference,
        LETTERS_MAX
    )
}

/// The letters that `cause` caused: those whose cause it is or begins with, before a slash. With a
/// Message-ID, those that answer it too.
///
/// # Errors
/// The database's.
pub async fn traced_by(
    tx: &mut Tx,
    cause: &str,
    message_id: Option<&str>,
) -> Result<Vec<LetterTrace>> {
    // "0" is what follows "/" among bytes.
    let (first, end) = (format!("{cause}/"), format!("{cause}0"));
    fetch!(
        fetch_all,
        tx,
        LetterTrace,
        "SELECT id, cause, kind, to_address, subject, message_id, in_reply_to, reference, state, \
         error, created_at, sent_at FROM letters \
         WHERE cause = $1 OR (cause >= $2 AND cause < $3) OR in_reply_to = $4 ORDER BY id LIMIT $5",
        cause,
        first,
        end,
        message_id,
        LETTERS_MAX
    )
}
