//! Mails whose bytes their host did not give: kept apart, looked at again by a schedule of their own, and by
//! the operator's word.

use serde::Serialize;

use super::{Arrived, MailId, PutOff};
use crate::{clock::At, db::Tx, execute, fetch};

type Result<T> = std::result::Result<T, sqlx::Error>;

/// Characters of a reason that are kept.
const WHY_MAX: usize = 300;

/// A mail that is kept apart.
#[derive(Debug, Clone, Serialize, sqlx_macros::FromRow)]
pub struct Quarantined {
    /// Which.
    pub mail: MailId,
    /// The mailbox it lies in.
    pub mailbox: String,
    /// Its UID there.
    pub uid: i64,
    /// As written in its header, when that could be read.
    pub from_address: Option<String>,
    /// In octets, as far as it is known.
    pub size_bytes: i64,
    /// When it was found.
    pub received_at: At,
    /// What its host said of it, or what failed.
    pub why: String,
    /// Whether it came while the service only observed.
    pub observed: bool,
    /// Looks at it so far, since the operator last asked for one.
    pub looks: i64,
    /// The next look; none: only when the operator asks for one.
    pub due_at: Option<At>,
}

/// Keeps a mail apart that was stored in this transaction without its bytes.
///
/// # Errors
/// The database's.
pub async fn put_off(
    tx: &mut Tx,
    (mailbox, epoch): (&str, i64),
    (mail, of): (&MailId, &PutOff),
    (observed, due): (bool, Option<At>),
) -> Result<u64> {
    execute!(
        tx,
        "INSERT INTO quarantine (mail, mailbox, epoch, uid, why, observed, due_at) \
         VALUES ($1, $2, $3, $4, $5, $6, $7)",
        mail,
        mailbox,
        epoch,
        of.uid,
        short(&of.why),
        observed,
        due
    )
}

/// Those that are due for a look by now, at most `max`.
///
/// # Errors
/// The database's.
pub async fn due_again(
    tx: &mut Tx,
    (mailbox, epoch): (&str, i64),
    now: At,
    max: i64,
) -> Result<Vec<Quarantined>> {
    fetch!(
        fetch_all,
        tx,
        Quarantined,
        "SELECT q.mail, q.mailbox, q.uid, i.from_address, i.size_bytes, i.received_at, q.why, q.observed, \
         q.looks, q.due_at FROM quarantine q JOIN inbox i ON i.id = q.mail \
         WHERE q.mailbox = $1 AND q.due_at <= $3 AND q.epoch = $2 ORDER BY q.due_at, q.mail LIMIT $4",
        mailbox,
        epoch,
        now,
        max
    )
}

/// Counts a look, before it is taken, and says when the next is due.
///
/// # Errors
/// The database's.
pub async fn counted_look(tx: &mut Tx, mail: &MailId, next: Option<At>) -> Result<u64> {
    execute!(tx, "UPDATE quarantine SET looks = looks + 1, due_at = $2 WHERE mail = $1", mail, next)
}

/// The look found nothing, and why.
///
/// # Errors
/// The database's.
pub async fn still_apart(tx: &mut Tx, mail: &MailId, why: &str) -> Result<u64> {
    execute!(tx, "UPDATE quarantine SET why = $2 WHERE mail = $1", mail, short(why))
}

/// It will not be found where it lay, so it is not looked for: only the operator can ask for that.
///
/// # Errors
/// The database's.
pub async fn gone(tx: &mut Tx, mail: &MailId, why: &str) -> Result<u64> {
    execute!(tx, "UPDATE quarantine SET due_at = NULL, why = $2 WHERE mail = $1", mail, short(why))
}

/// Stores the bytes of a mail that was kept apart: from now on it is a mail like any other. False when it
/// is none any more.
///
/// # Errors
/// The database's.
pub async fn taken_out(tx: &mut Tx, mail: &Arrived, now: At) -> Result<bool> {
    let rows = execute!(
        tx,
        "UPDATE inbox SET state = 'received', header_only = $2, size_bytes = $3, digest = $4, \
         message_id = $5, from_address = $6, received_at = $7 WHERE id = $1 AND state = 'quarantined'",
        &mail.id,
        mail.header_only,
        mail.size_bytes,
        &mail.digest,
        &mail.message_id,
        &mail.from_address,
        now
    )?;
    execute!(tx, "UPDATE inbox_raw SET bytes = $2 WHERE mail = $1", &mail.id, &mail.bytes)?;
    execute!(tx, "DELETE FROM quarantine WHERE mail = $1", &mail.id)?;
    Ok(rows == 1)
}

/// All that are kept apart, oldest first, at most `max`.
///
/// # Errors
/// The database's.
pub async fn quarantined(tx: &mut Tx, max: i64) -> Result<Vec<Quarantined>> {
    fetch!(
        fetch_all,
        tx,
        Quarantined,
        "SELECT q.mail, q.mailbox, q.uid, i.from_address, i.size_bytes, i.received_at, q.why, q.observed, \
         q.looks, q.due_at FROM quarantine q JOIN inbox i ON i.id = q.mail ORDER BY q.mail LIMIT $1",
        max
    )
}

/// How many are kept apart, by the mailbox they lie in.
///
/// # Errors
/// The database's.
pub async fn quarantined_by_mailbox(tx: &mut Tx) -> Result<Vec<(String, i64)>> {
    fetch!(
        fetch_all,
        tx,
        (String, i64),
        "SELECT mailbox, COUNT(*) FROM quarantine GROUP BY mailbox ORDER BY mailbox"
    )
}

/// The operator's word: it is looked at again, from now on by the whole schedule. False when no such mail
/// is kept apart, or its host has numbered its mail anew since.
///
/// # Errors
/// The database's.
pub async fn look_again(tx: &mut Tx, mail: &MailId, now: At) -> Result<bool> {
    let rows = execute!(
        tx,
        "UPDATE quarantine SET looks = 0, due_at = $2 WHERE mail = $1 \
         AND epoch = (SELECT m.epoch FROM mailboxes m WHERE m.name = quarantine.mailbox)",
        mail,
        now
    )?;
    Ok(rows == 1)
}

/// The operator's word: it is forgotten. False when no such mail is kept apart.
///
/// # Errors
/// The database's.
pub async fn forget(tx: &mut Tx, mail: &MailId) -> Result<bool> {
    let rows = execute!(tx, "DELETE FROM quarantine WHERE mail = $1", mail)?;
    if rows == 1 {
        execute!(tx, "DELETE FROM inbox_raw WHERE mail = $1", mail)?;
        execute!(tx, "DELETE FROM inbox WHERE id = $1 AND state = 'quarantined'", mail)?;
    }
    Ok(rows == 1)
}

fn short(why: &str) -> String {
    why.chars().take(WHY_MAX).collect()
}
