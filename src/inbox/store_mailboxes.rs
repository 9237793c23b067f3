//! The table of mailboxes: how far each was read, what waits for the operator, how it fares.

use crate::{clock::At, db::Tx, execute, fetch, on_tx};

type Result<T> = std::result::Result<T, sqlx::Error>;

/// Everything that is known of a mailbox, or of the junk folder of one.
#[derive(Debug, Clone, PartialEq, Eq, sqlx_macros::FromRow)]
pub struct MailboxState {
    /// Its identity.
    pub name: String,
    /// The mailbox whose junk folder this is.
    pub part_of: Option<String>,
    /// Which account and folder, or which folder of this machine, all of this is true of.
    pub place: Option<String>,
    /// The first connection.
    pub connected_at: At,
    /// The host's UIDVALIDITY; 0 where it has none; none for a Maildir.
    pub uidvalidity: Option<i64>,
    /// How often its UIDs have begun to mean other messages.
    pub epoch: i64,
    /// The largest UID stored, or the last that was there before us.
    pub watermark: Option<i64>,
    /// UIDNEXT as last seen: UIDs between the watermark and this are still to be read, or gone.
    pub uid_next: Option<i64>,
    /// What its host received before this is old.
    pub counts_from: Option<At>,
    /// Messages below this UID are looked at one by one.
    pub examine_below: Option<i64>,
    /// Of these only what its host received since then is meant: a backfill.
    pub examine_from: Option<At>,
    /// The operator wants all of these.
    pub examine_all: bool,
    /// How many of these wait for the operator's word.
    pub held: Option<i64>,
    /// The last completed look.
    pub polled_at: Option<At>,
    /// Why it cannot be read at present.
    pub failure: Option<String>,
    /// Since when.
    pub failing_since: Option<At>,
    /// Which process polls it.
    pub holder: Option<String>,
}

/// How a mailbox at a host begins.
#[derive(Debug, Clone, Copy)]
pub struct Beginning {
    /// The host's UIDVALIDITY, or 0.
    pub uidvalidity: i64,
    /// The first UID that is read.
    pub uid_next: i64,
    /// What the host received before this is old.
    pub counts_from: At,
}

/// Registers the junk folder of a mailbox.
///
/// # Errors
/// The database's.
pub async fn connect_part(tx: &mut Tx, name: &str, part_of: &str, now: At) -> Result<u64> {
    execute!(
        tx,
        "INSERT INTO mailboxes (name, part_of, connected_at) VALUES ($1, $2, $3) \
         ON CONFLICT (name) DO NOTHING",
        name,
        part_of,
        now
    )
}

/// A mailbox's row.
///
/// # Errors
/// The database's.
pub async fn mailbox(tx: &mut Tx, name: &str) -> Result<Option<MailboxState>> {
    fetch!(
        fetch_optional,
        tx,
        MailboxState,
        "SELECT name, part_of, connected_at, uidvalidity, epoch, watermark, uid_next, counts_from, \
         examine_below, examine_from, examine_all, held, polled_at, failure, failing_since, holder, place \
         FROM mailboxes WHERE name = $1",
        name
    )
}

/// All of them, by name: for health checks and the operator.
///
/// # Errors
/// The database's.
pub async fn mailboxes(tx: &mut Tx) -> Result<Vec<MailboxState>> {
    fetch!(
        fetch_all,
        tx,
        MailboxState,
        "SELECT name, part_of, connected_at, uidvalidity, epoch, watermark, uid_next, counts_from, \
         examine_below, examine_from, examine_all, held, polled_at, failure, failing_since, holder, place \
         FROM mailboxes ORDER BY name"
    )
}

/// Notes which mailbox a row stands for. True when it stood for another: what was known of that one is
/// forgotten, and the connection is a first one.
///
/// # Errors
/// The database's.
pub async fn settle(tx: &mut Tx, name: &str, place: &str) -> Result<bool> {
    let other = execute!(
        tx,
        "UPDATE mailboxes SET uidvalidity = NULL, epoch = epoch + 1, watermark = NULL, uid_next = NULL, \
         counts_from = NULL, examine_below = NULL, examine_from = NULL, examine_all = FALSE, held = NULL \
         WHERE name = $1 AND place <> $2",
        name,
        place
    )?;
    if other == 1 {
        forget_numbers(tx, name, "the mailbox is another now").await?;
    }
    execute!(
        tx,
        "UPDATE mailboxes SET place = $2 WHERE name = $1 AND (place IS NULL OR place <> $2)",
        name,
        place
    )?;
    Ok(other == 1)
}

/// What is known by UIDs that mean nothing any more.
async fn forget_numbers(tx: &mut Tx, name: &str, why: &str) -> Result<()> {
    execute!(tx, "DELETE FROM mailbox_tidying WHERE mailbox = $1", name)?;
    execute!(tx, "UPDATE quarantine SET due_at = NULL, why = $2 WHERE mailbox = $1", name, why)?;
    Ok(())
}

/// Notes where reading begins: at UIDNEXT.
///
/// # Errors
/// The database's.
pub async fn begin_at(tx: &mut Tx, name: &str, at: &Beginning) -> Result<u64> {
    execute!(
        tx,
        "UPDATE mailboxes SET uidvalidity = $2, watermark = $3 - 1, uid_next = $3, counts_from = $4 \
         WHERE name = $1",
        name,
        at.uidvalidity,
        at.uid_next,
        at.counts_from
    )
}

/// UIDs mean other messages than before: those below `below` are to be looked at one by one.
///
/// # Errors
/// The database's.
pub async fn renumbered(tx: &mut Tx, name: &str, uidvalidity: i64, below: i64) -> Result<u64> {
    // What lies there still is looked at with all the others.
    forget_numbers(tx, name, "its host has numbered its mail anew").await?;
    execute!(
        tx,
        "UPDATE mailboxes SET uidvalidity = $2, epoch = epoch + 1, watermark = $3 - 1, uid_next = $3, \
         examine_below = $3, examine_from = NULL, examine_all = FALSE, held = NULL WHERE name = $1",
        name,
        uidvalidity,
        below
    )
}

/// More of the messages that are looked at seem new than is plausible: they wait.
///
/// # Errors
/// The database's.
pub async fn hold(tx: &mut Tx, name: &str, messages: i64) -> Result<u64> {
    execute!(tx, "UPDATE mailboxes SET held = $2 WHERE name = $1", name, messages)
}

/// All that were to be looked at have been, unless more was asked for meanwhile.
///
/// # Errors
/// The database's.
pub async fn examined(tx: &mut Tx, of: &MailboxState) -> Result<u64> {
    execute!(
        tx,
        "UPDATE mailboxes SET examine_below = NULL, examine_from = NULL, examine_all = FALSE, held = NULL \
         WHERE name = $1 AND epoch = $2 AND examine_below = $3 AND examine_all = $4 \
         AND examine_from IS NOT DISTINCT FROM $5",
        &of.name,
        of.epoch,
        of.examine_below,
        of.examine_all,
        of.examine_from
    )
}

/// The operator's word: what is held is taken. False when nothing is.
///
/// # Errors
/// The database's.
pub async fn accept(tx: &mut Tx, name: &str) -> Result<bool> {
    let rows = execute!(
        tx,
        "UPDATE mailboxes SET examine_all = TRUE WHERE name = $1 AND held IS NOT NULL",
        name
    )?;
    Ok(rows == 1)
}

/// The operator's word: mail that the host received since then is taken too. False while other mails are
/// looked at, or held, after a renumbering: these come first.
///
/// # Errors
/// The database's.
pub async fn backfill(tx: &mut Tx, name: &str, since: At) -> Result<bool> {
    // Of two spans the longer one; what counts never becomes less.
    let rows = execute!(
        tx,
        "UPDATE mailboxes SET examine_below = watermark + 1, examine_all = TRUE, \
         examine_from = CASE WHEN examine_below IS NULL THEN $2 \
           WHEN examine_from > $2 THEN $2 ELSE examine_from END, \
         counts_from = CASE WHEN counts_from <= $2 THEN counts_from ELSE $2 END \
         WHERE name = $1 AND (examine_below IS NULL OR examine_all)",
        name,
        since
    )?;
    Ok(rows == 1)
}

/// Moves the watermark on, never back.
///
/// # Errors
/// The database's.
pub async fn advance(tx: &mut Tx, name: &str, watermark: i64) -> Result<u64> {
    execute!(
        tx,
        "UPDATE mailboxes SET watermark = $2, \
         uid_next = CASE WHEN uid_next > $2 THEN uid_next ELSE $2 + 1 END \
         WHERE name = $1 AND watermark < $2",
        name,
        watermark
    )
}

/// A completed look, and UIDNEXT as it was seen.
///
/// # Errors
/// The database's.
pub async fn polled(tx: &mut Tx, name: &str, uid_next: Option<i64>, now: At) -> Result<u64> {
    execute!(
        tx,
        "UPDATE mailboxes SET polled_at = $2, failure = NULL, failing_since = NULL, \
         uid_next = COALESCE($3, uid_next) WHERE name = $1",
        name,
        now,
        uid_next
    )
}

/// A failed look, and why.
///
/// # Errors
/// The database's.
pub async fn failing(tx: &mut Tx, name: &str, why: &str, now: At) -> Result<u64> {
    execute!(
        tx,
        "UPDATE mailboxes SET failure = $2, failing_since = COALESCE(failing_since, $3) \
         WHERE name = $1",
        name,
        why,
        now
    )
}

/// A message that is still to be tidied.
#[derive(Debug, Clone, Copy, PartialEq, Eq, sqlx_macros::FromRow)]
pub struct Untidied {
    /// Its UID.
    pub uid: i64,
    /// Whether it was copied by us, so that only removing it is left.
    pub copied: bool,
}

/// Messages still to be tidied, by rising UID after `after`, at most `max`.
///
/// # Errors
/// The database's.
pub async fn untidied(
    tx: &mut Tx,
    (name, epoch): (&str, i64),
    after: i64,
    max: i64,
) -> Result<Vec<Untidied>> {
    fetch!(
        fetch_all,
        tx,
        Untidied,
        "SELECT uid, copied FROM mailbox_tidying \
         WHERE mailbox = $1 AND epoch = $2 AND uid > $3 ORDER BY uid LIMIT $4",
        name,
        epoch,
        after,
        max
    )
}

/// Notes that messages which are to be moved were copied, and are to be removed now.
///
/// # Errors
/// The database's.
pub async fn copied(tx: &mut Tx, (name, epoch): (&str, i64), uids: &[i64]) -> Result<()> {
    on_tx!(tx, |c| {
        for uid in uids {
            sqlx::query(
                "UPDATE mailbox_tidying SET copied = TRUE \
                 WHERE mailbox = $1 AND epoch = $2 AND uid = $3",
            )
            .bind(name)
            .bind(epoch)
            .bind(uid)
            .execute(&mut *c)
            .await?;
        }
    });
    Ok(())
}
