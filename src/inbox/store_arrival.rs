//! Statements that take mail in, many at a time: the poller's share of the tables of received mail.

use std::collections::BTreeSet;

use sqlx::Connection;

use super::{Arrived, MailId, store::PART_BYTES};
use crate::{
    clock::At,
    db::{Conn, Tx},
    execute, fetch, on_tx,
};

type Result<T> = std::result::Result<T, sqlx::Error>;

/// What tells a mail that is stored from one that is not, when its key no longer does.
#[derive(Debug, Clone, serde::Serialize)]
pub struct Likeness {
    /// Its Message-ID, as [`crate::mail::sender::normal_message_id`] has it.
    pub message_id: String,
    /// Its size at the host, in octets.
    pub size_bytes: Option<i64>,
    /// The digest of its bytes.
    pub digest: Option<String>,
}

/// Stores mails with their bytes, the rows in one statement; gives the ids of those whose key was not stored
/// already.
///
/// # Errors
/// The database's.
pub async fn insert_many(
    tx: &mut Tx,
    (mailbox, uidvalidity): (&str, i64),
    mails: &[Arrived],
    now: At,
) -> Result<BTreeSet<MailId>> {
    let fresh: BTreeSet<MailId> =
        rows(tx, (mailbox, uidvalidity), mails, now).await?.into_iter().map(|(id,)| id).collect();
    let stored = mails.iter().filter(|mail| fresh.contains(&mail.id));
    let firsts: Vec<(&MailId, &[u8])> =
        stored.clone().map(|mail| (&mail.id, first_part(&mail.bytes))).collect();
    for some in batches(&firsts) {
        first_parts(tx, some).await?;
    }
    for mail in stored {
        more_parts(tx, mail).await?;
    }
    // Else the connection would keep room for the largest part that it ever carried.
    on_tx!(tx, |c| c.shrink_buffers());
    Ok(fresh)
}

fn first_part(bytes: &[u8]) -> &[u8] {
    bytes.get(..PART_BYTES).unwrap_or(bytes)
}

/// Splits first parts into lists that hold a few times [`PART_BYTES`] at most.
fn batches<'m>(all: &'m [(&'m MailId, &'m [u8])]) -> Vec<&'m [(&'m MailId, &'m [u8])]> {
    let mut batches = Vec::new();
    let (mut begun, mut octets) = (0, 0_usize);
    for (place, (_, bytes)) in all.iter().enumerate() {
        octets = octets.saturating_add(bytes.len());
        if octets > 2 * PART_BYTES || place + 1 == all.len() {
            batches.extend(all.get(begun..=place));
            (begun, octets) = (place + 1, 0);
        }
    }
    batches
}

async fn first_parts(tx: &mut Tx, mails: &[(&MailId, &[u8])]) -> Result<()> {
    match &mut tx.conn {
        Conn::Postgres(t) => {
            let (ids, bytes): (Vec<&str>, Vec<&[u8]>) =
                mails.iter().map(|(id, bytes)| (id.as_str(), *bytes)).unzip();
            sqlx::query(
                "INSERT INTO inbox_raw (mail, bytes) \
                 SELECT u.mail, u.bytes FROM unnest($1::text[], $2::bytea[]) AS u (mail, bytes)",
            )
            .bind(ids)
            .bind(bytes)
            .execute(&mut **t)
            .await?;
        }
        // A list of bytes would have to be text first; there is no round trip to be saved here.
        Conn::Sqlite(t) => {
            for (mail, bytes) in mails {
                sqlx::query("INSERT INTO inbox_raw (mail, bytes) VALUES ($1, $2)")
                    .bind(*mail)
                    .bind(*bytes)
                    .execute(&mut **t)
                    .await?;
            }
        }
    }
    Ok(())
}

async fn more_parts(tx: &mut Tx, mail: &Arrived) -> Result<()> {
    for (part, bytes) in (0_i64..).zip(mail.bytes.chunks(PART_BYTES)).skip(1) {
        execute!(
            tx,
            "INSERT INTO inbox_raw_more (mail, part, bytes) VALUES ($1, $2, $3)",
            &mail.id,
            part,
            bytes
        )?;
    }
    Ok(())
}

async fn rows(
    tx: &mut Tx,
    (mailbox, uidvalidity): (&str, i64),
    mails: &[Arrived],
    now: At,
) -> Result<Vec<(MailId,)>> {
    match &mut tx.conn {
        Conn::Postgres(t) => {
            let ids: Vec<&str> = mails.iter().map(|mail| mail.id.as_str()).collect();
            let keys: Vec<&str> = mails.iter().map(|mail| &*mail.transport_key).collect();
            let sizes: Vec<i64> = mails.iter().map(|mail| mail.size_bytes).collect();
            let headers: Vec<bool> = mails.iter().map(|mail| mail.header_only).collect();
            let states: Vec<&str> = mails.iter().map(Arrived::state).collect();
            let message_ids: Vec<_> = mails.iter().map(|mail| mail.message_id.as_deref()).collect();
            let froms: Vec<_> = mails.iter().map(|mail| mail.from_address.as_deref()).collect();
            let digests: Vec<&str> = mails.iter().map(|mail| &*mail.digest).collect();
            sqlx::query_as(
                "INSERT INTO inbox (id, mailbox, uidvalidity, transport_key, received_at, size_bytes, \
                 header_only, state, message_id, from_address, digest) \
                 SELECT u.id, $1, $2, u.key, $3, u.size, u.header, u.state, u.message, u.sender, u.digest \
                 FROM unnest($4::text[], $5::text[], $6::bigint[], $7::boolean[], $8::text[], \
                             $9::text[], $10::text[], $11::text[]) \
                   AS u (id, key, size, header, state, message, sender, digest) \
                 ON CONFLICT (mailbox, uidvalidity, transport_key) DO NOTHING RETURNING id",
            )
            .bind(mailbox)
            .bind(uidvalidity)
            .bind(now)
            .bind(ids)
            .bind(keys)
            .bind(sizes)
            .bind(headers)
            .bind(states)
            .bind(message_ids)
            .bind(froms)
            .bind(digests)
            .fetch_all(&mut **t)
            .await
        }
        Conn::Sqlite(t) => {
            let rows: Vec<_> = mails.iter().map(json).collect();
            sqlx::query_as(
                "INSERT INTO inbox (id, mailbox, uidvalidity, transport_key, received_at, size_bytes, \
                 header_only, state, message_id, from_address, digest) \
                 SELECT json_extract(value, '$.id'), $1, $2, json_extract(value, '$.key'), $3, \
                        json_extract(value, '$.size'), json_extract(value, '$.header'), \
                        json_extract(value, '$.state'), json_extract(value, '$.message'), \
                        json_extract(value, '$.from'), json_extract(value, '$.digest') \
                 FROM json_each($4) WHERE TRUE \
                 ON CONFLICT (mailbox, uidvalidity, transport_key) DO NOTHING RETURNING id",
            )
            .bind(mailbox)
            .bind(uidvalidity)
            .bind(now)
            .bind(text(&rows)?)
            .fetch_all(&mut **t)
            .await
        }
    }
}

fn json(mail: &Arrived) -> serde_json::Value {
    serde_json::json!({
        "id": mail.id,
        "key": mail.transport_key,
        "size": mail.size_bytes,
        "header": mail.header_only,
        "state": mail.state(),
        "message": mail.message_id,
        "from": mail.from_address,
        "digest": mail.digest,
    })
}

/// The places in `of` of those that are stored with their bytes: same Message-ID, and same size or same content.
///
/// # Errors
/// The database's.
pub async fn stored_alike(tx: &mut Tx, mailbox: &str, of: &[Likeness]) -> Result<BTreeSet<usize>> {
    let rows: Vec<(i64,)> = match &mut tx.conn {
        Conn::Postgres(t) => {
            let ids: Vec<&str> = of.iter().map(|one| &*one.message_id).collect();
            let sizes: Vec<Option<i64>> = of.iter().map(|one| one.size_bytes).collect();
            let digests: Vec<Option<&str>> = of.iter().map(|one| one.digest.as_deref()).collect();
            sqlx::query_as(
                "SELECT u.place - 1 FROM unnest($2::text[], $3::bigint[], $4::text[]) \
                   WITH ORDINALITY AS u (id, size, digest, place) \
                 WHERE EXISTS (SELECT 1 FROM inbox i WHERE i.mailbox = $1 AND i.message_id = u.id \
                   AND i.state <> 'quarantined' AND (i.size_bytes = u.size OR i.digest = u.digest))",
            )
            .bind(mailbox)
            .bind(ids)
            .bind(sizes)
            .bind(digests)
            .fetch_all(&mut **t)
            .await?
        }
        Conn::Sqlite(t) => {
            sqlx::query_as(
                "SELECT u.key FROM json_each($2) u \
                 WHERE EXISTS (SELECT 1 FROM inbox i WHERE i.mailbox = $1 \
                   AND i.message_id = json_extract(u.value, '$.message_id') \
                   AND i.state <> 'quarantined' AND (i.size_bytes = json_extract(u.value, '$.size_bytes') \
                        OR i.digest = json_extract(u.value, '$.digest')))",
            )
            .bind(mailbox)
            .bind(text(&of)?)
            .fetch_all(&mut **t)
            .await?
        }
    };
    Ok(rows.into_iter().filter_map(|(place,)| usize::try_from(place).ok()).collect())
}

/// What a stored mail is at its host.
#[derive(Debug, Clone, sqlx_macros::FromRow)]
pub struct Stored {
    /// The mailbox's own name for it.
    pub transport_key: String,
    /// As [`crate::mail::sender::normal_message_id`] has it.
    pub message_id: Option<String>,
    /// In octets, whole.
    pub size_bytes: i64,
}

/// The mails of a mailbox that were stored last, at most `max`.
///
/// # Errors
/// The database's.
pub async fn newest(tx: &mut Tx, mailbox: &str, max: i64) -> Result<Vec<Stored>> {
    fetch!(
        fetch_all,
        tx,
        Stored,
        "SELECT transport_key, message_id, size_bytes FROM inbox \
         WHERE mailbox = $1 ORDER BY id DESC LIMIT $2",
        mailbox,
        max
    )
}

/// Notes messages that are to be flagged, moved or deleted at their host.
///
/// # Errors
/// The database's.
pub async fn tidy_later(tx: &mut Tx, (mailbox, epoch): (&str, i64), uids: &[i64]) -> Result<()> {
    match &mut tx.conn {
        Conn::Postgres(t) => {
            sqlx::query(
                "INSERT INTO mailbox_tidying (mailbox, epoch, uid) \
                 SELECT $1, $2, u.uid FROM unnest($3::bigint[]) AS u (uid) \
                 ON CONFLICT (mailbox, epoch, uid) DO NOTHING",
            )
            .bind(mailbox)
            .bind(epoch)
            .bind(uids)
            .execute(&mut **t)
            .await?;
        }
        Conn::Sqlite(t) => {
            sqlx::query(
                "INSERT INTO mailbox_tidying (mailbox, epoch, uid) \
                 SELECT $1, $2, value FROM json_each($3) WHERE TRUE \
                 ON CONFLICT (mailbox, epoch, uid) DO NOTHING",
            )
            .bind(mailbox)
            .bind(epoch)
            .bind(text(&uids)?)
            .execute(&mut **t)
            .await?;
        }
    }
    Ok(())
}

/// Forgets messages that were tidied.
///
/// # Errors
/// The database's.
pub async fn tidied(tx: &mut Tx, (mailbox, epoch): (&str, i64), uids: &[i64]) -> Result<()> {
    match &mut tx.conn {
        Conn::Postgres(t) => {
            sqlx::query(
                "DELETE FROM mailbox_tidying WHERE mailbox = $1 AND epoch = $2 AND uid = ANY ($3)",
            )
            .bind(mailbox)
            .bind(epoch)
            .bind(uids)
            .execute(&mut **t)
            .await?;
        }
        Conn::Sqlite(t) => {
            sqlx::query(
                "DELETE FROM mailbox_tidying WHERE mailbox = $1 AND epoch = $2 \
                 AND uid IN (SELECT value FROM json_each($3))",
            )
            .bind(mailbox)
            .bind(epoch)
            .bind(text(&uids)?)
            .execute(&mut **t)
            .await?;
        }
    }
    Ok(())
}

fn text(value: &impl serde::Serialize) -> Result<String> {
    serde_json::to_string(value).map_err(|e| sqlx::Error::Encode(e.into()))
}
