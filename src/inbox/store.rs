//! The tables of received mail.

use sqlx::Connection;

use super::{Account, MailId};
use crate::{
    clock::At,
    db::{Conn, Tx},
    execute, fetch,
    language::Language,
    on_tx,
};

type Result<T> = std::result::Result<T, sqlx::Error>;

/// Octets of a mail that are stored and read at once.
pub(super) const PART_BYTES: usize = 1024 * 1024;

/// A mail as the mailbox gave it.
#[derive(Debug)]
pub struct Arrived {
    /// Ours.
    pub id: MailId,
    /// First identity: where the mailbox keeps it.
    pub transport_key: String,
    /// The mail, or its header alone.
    pub bytes: Vec<u8>,
    /// The whole mail's size, in octets.
    pub size_bytes: i64,
    /// Whether only the header was taken, because the mail is too large.
    pub header_only: bool,
    /// Why its host gave less of it than was asked for, if so: then it is kept apart, and looked at again.
    pub put_off: Option<PutOff>,
    /// SHA-256 of the bytes, in hexadecimal.
    pub digest: String,
    /// As written in its header, unchecked.
    pub message_id: Option<String>,
    /// As written in its header, unchecked; the lane of its classification.
    pub from_address: Option<String>,
}

/// A mail that could not be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PutOff {
    /// Where it lies.
    pub uid: i64,
    /// What its host said of it, or what failed.
    pub why: String,
}

impl Arrived {
    pub(super) fn state(&self) -> &'static str {
        if self.put_off.is_some() { "quarantined" } else { "received" }
    }
}

/// A mail's row without its bytes.
#[derive(Debug, Clone, sqlx_macros::FromRow)]
pub struct MailRow {
    /// Row id.
    pub id: MailId,
    /// The name of its mailbox.
    pub mailbox: String,
    /// Whether its host took it for junk.
    pub junk: bool,
    /// When it was stored.
    pub received_at: At,
    /// `received`, `done`, `duplicate` or `quarantined`.
    pub state: String,
    /// Whether only the header was taken.
    pub header_only: bool,
    /// As written in its header.
    pub message_id: Option<String>,
    /// As written in its header.
    pub from_address: Option<String>,
    /// The person behind the address, when it is registered.
    pub person: Option<String>,
    /// What kind of mail it was found to be.
    pub class: Option<String>,
    /// How far its sender is believed.
    pub assurance: Option<String>,
    /// Why, a JSON list of sentences.
    pub evidence: Option<String>,
    /// The reading's intent.
    pub intent: Option<String>,
    /// The whole reading (JSON).
    pub reading: Option<String>,
    /// What its sender wrote, shortened, to be quoted in a letter to them.
    pub words: Option<String>,
    /// What it is answered in.
    pub language: Language,
    /// What policy said.
    pub decision: Option<String>,
    /// The confirmation whose live token it carried.
    pub token: Option<String>,
}

/// Registers a mailbox; true when it is seen for the first time.
///
/// # Errors
/// The database's.
pub async fn connect(tx: &mut Tx, mailbox: &str, now: At) -> Result<bool> {
    let rows = execute!(
        tx,
        "INSERT INTO mailboxes (name, connected_at) VALUES ($1, $2) ON CONFLICT (name) DO NOTHING",
        mailbox,
        now
    )?;
    Ok(rows == 1)
}

/// Remembers mail that was there before us, never to be read.
///
/// # Errors
/// The database's.
pub async fn old(tx: &mut Tx, mailbox: &str, keys: &[String]) -> Result<()> {
    on_tx!(tx, |c| {
        for key in keys {
            sqlx::query(
                "INSERT INTO mailbox_old (mailbox, transport_key) VALUES ($1, $2) \
                 ON CONFLICT (mailbox, transport_key) DO NOTHING",
            )
            .bind(mailbox)
            .bind(key)
            .execute(&mut *c)
            .await?;
        }
    });
    Ok(())
}

/// Those of `keys` that are stored, or were there before us.
///
/// # Errors
/// The database's.
pub async fn known_among(tx: &mut Tx, mailbox: &str, keys: &[String]) -> Result<Vec<String>> {
    let rows: Vec<(String,)> = match &mut tx.conn {
        Conn::Postgres(t) => {
            sqlx::query_as(
                "SELECT k.key FROM unnest($2::text[]) AS k (key) WHERE EXISTS \
                 (SELECT 1 FROM inbox WHERE mailbox = $1 AND uidvalidity = 0 AND transport_key = k.key) \
                 OR EXISTS (SELECT 1 FROM mailbox_old WHERE mailbox = $1 AND transport_key = k.key)",
            )
            .bind(mailbox)
            .bind(keys)
            .fetch_all(&mut **t)
            .await?
        }
        Conn::Sqlite(t) => {
            let keys = serde_json::to_string(keys).map_err(|e| sqlx::Error::Encode(e.into()))?;
            sqlx::query_as(
                "SELECT k.value FROM json_each($2) k WHERE EXISTS \
                 (SELECT 1 FROM inbox WHERE mailbox = $1 AND uidvalidity = 0 AND transport_key = k.value) \
                 OR EXISTS (SELECT 1 FROM mailbox_old WHERE mailbox = $1 AND transport_key = k.value)",
            )
            .bind(mailbox)
            .bind(keys)
            .fetch_all(&mut **t)
            .await?
        }
    };
    Ok(rows.into_iter().map(|(key,)| key).collect())
}

/// A mail's bytes, of which there are about `octets`, part by part: drivers and databases hold what they
/// carry several times over.
///
/// # Errors
/// The database's.
pub async fn raw(tx: &mut Tx, mail: &MailId, octets: i64) -> Result<Option<Vec<u8>>> {
    let Some((part,)) = fetch!(
        fetch_optional,
        tx,
        (Vec<u8>,),
        "SELECT bytes FROM inbox_raw WHERE mail = $1",
        mail
    )?
    else {
        return Ok(None);
    };
    let mut bytes = Vec::with_capacity(usize::try_from(octets).unwrap_or(0).max(part.len()));
    bytes.extend_from_slice(&part);
    for part in 1_i64.. {
        let Some((more,)) = fetch!(
            fetch_optional,
            tx,
            (Vec<u8>,),
            "SELECT bytes FROM inbox_raw_more WHERE mail = $1 AND part = $2",
            mail,
            part
        )?
        else {
            break;
        };
        bytes.extend_from_slice(&more);
    }
    // Else each connection of the pool would keep room for the largest part that it ever carried.
    on_tx!(tx, |c| c.shrink_buffers());
    Ok(Some(bytes))
}

/// How many bytes a mail has, and these themselves when there are at most `most`, itself no more than
/// [`PART_BYTES`].
///
/// # Errors
/// The database's.
pub async fn raw_within(
    tx: &mut Tx,
    mail: &MailId,
    most: i64,
) -> Result<Option<(i64, Option<Vec<u8>>)>> {
    let Some((first, small)) = fetch!(
        fetch_optional,
        tx,
        (i64, Option<Vec<u8>>),
        "SELECT CAST(length(bytes) AS BIGINT), CASE WHEN length(bytes) <= $2 THEN bytes END \
         FROM inbox_raw WHERE mail = $1",
        mail,
        most
    )?
    else {
        return Ok(None);
    };
    if small.is_some() {
        return Ok(Some((first, small)));
    }
    let (more,) = fetch!(
        fetch_one,
        tx,
        (i64,),
        "SELECT CAST(COALESCE(SUM(length(bytes)), 0) AS BIGINT) FROM inbox_raw_more WHERE mail = $1",
        mail
    )?;
    Ok(Some((first.saturating_add(more), None)))
}

/// A mail's row.
///
/// # Errors
/// The database's.
pub async fn mail(tx: &mut Tx, id: &MailId) -> Result<Option<MailRow>> {
    fetch!(
        fetch_optional,
        tx,
        MailRow,
        "SELECT i.id, COALESCE(m.part_of, m.name) AS mailbox, m.part_of IS NOT NULL AS junk, i.received_at, \
         i.state, i.header_only, i.message_id, i.from_address, i.person, i.class, i.assurance, \
         i.evidence, i.intent, i.reading, i.words, i.language, i.decision, i.token \
         FROM inbox i JOIN mailboxes m ON m.name = i.mailbox WHERE i.id = $1",
        id
    )
}

/// All mails after `after` in order of arrival, at most `max`.
///
/// # Errors
/// The database's.
pub async fn list(tx: &mut Tx, after: &str, max: i64) -> Result<Vec<MailRow>> {
    fetch!(
        fetch_all,
        tx,
        MailRow,
        "SELECT i.id, COALESCE(m.part_of, m.name) AS mailbox, m.part_of IS NOT NULL AS junk, i.received_at, \
         i.state, i.header_only, i.message_id, i.from_address, i.person, i.class, i.assurance, \
         i.evidence, i.intent, i.reading, i.words, i.language, i.decision, i.token \
         FROM inbox i JOIN mailboxes m ON m.name = i.mailbox \
         WHERE i.id > $1 ORDER BY i.id LIMIT $2",
        after,
        max
    )
}

/// Since when the oldest unclassified mail has been waiting.
///
/// # Errors
/// The database's.
pub async fn oldest_waiting(tx: &mut Tx) -> Result<Option<At>> {
    let row = fetch!(
        fetch_optional,
        tx,
        (At,),
        "SELECT received_at FROM inbox WHERE state = 'received' ORDER BY id LIMIT 1"
    )?;
    Ok(row.map(|(at,)| at))
}

/// The mail that first had one of two effect keys; or `bare`, the one it has when nobody is proved to
/// have sent it, if it was only observed.
///
/// # Errors
/// The database's.
pub async fn first_with_effect(
    tx: &mut Tx,
    [proved, claimed]: [&str; 2],
    bare: &str,
) -> Result<Option<MailId>> {
    // Without an order: the planner would walk along it through the whole table.
    let rows = fetch!(
        fetch_all,
        tx,
        (MailId,),
        "SELECT id FROM inbox WHERE effect_key IN ($1, $2, $3) \
         AND (effect_key IN ($1, $2) OR decision LIKE 'observed:%')",
        proved,
        claimed,
        bare
    )?;
    Ok(rows.into_iter().map(|(id,)| id).min())
}

/// Marks a mail as another delivery of one that was dealt with.
///
/// # Errors
/// The database's.
pub async fn duplicate(tx: &mut Tx, mail: &MailId, of: &MailId, now: At) -> Result<u64> {
    execute!(
        tx,
        "UPDATE inbox SET state = 'duplicate', class = 'duplicate', duplicate_of = $2, \
         classified_at = $3 WHERE id = $1 AND state = 'received'",
        mail,
        of,
        now
    )
}

/// Stores what was made of a mail.
///
/// # Errors
/// The database's; a unique violation when another mail took the effect key first.
pub async fn record(tx: &mut Tx, mail: &MailId, account: &Account, now: At) -> Result<u64> {
    execute!(
        tx,
        "UPDATE inbox SET state = 'done', class = $2, assurance = $3, evidence = $4, intent = $5, \
         reading = $6, decision = $7, token = $8, person = $9, effect_key = $10, classified_at = $11, \
         words = $12, language = $13 WHERE id = $1 AND state = 'received'",
        mail,
        &account.class,
        &account.assurance,
        &account.evidence,
        &account.intent,
        &account.reading,
        &account.decision,
        &account.token,
        &account.person,
        &account.effect_key,
        now,
        &account.words,
        account.language
    )
}

/// Whether a believed mail had a mark.
///
/// # Errors
/// The database's.
pub async fn was_believed(tx: &mut Tx, mark: &str) -> Result<bool> {
    let (was,) = fetch!(
        fetch_one,
        tx,
        (bool,),
        "SELECT EXISTS (SELECT 1 FROM believed_marks WHERE mark = $1)",
        mark
    )?;
    Ok(was)
}

/// Claims a mark (a Message-ID, a signature) for a believed mail; false when another believed mail had
/// it: a replay.
///
/// # Errors
/// The database's.
pub async fn believe(tx: &mut Tx, mark: &str, mail: &MailId) -> Result<bool> {
    let rows = execute!(
        tx,
        "INSERT INTO believed_marks (mark, mail) VALUES ($1, $2) ON CONFLICT (mark) DO NOTHING",
        mark,
        mail
    )?;
    Ok(rows == 1)
}
