//! Whether UIDs still mean the messages they meant, where the host gives no UIDVALIDITY that would tell: the
//! newest stored messages are compared with what now bears their numbers.

use std::collections::BTreeMap;

use super::{examine::by_header, host::Host};
use crate::{
    inbox::{self, MailboxState},
    mail::mailbox::imap::Session,
};

/// Messages that are compared.
const COMPARED: i64 = 20;

/// Whether at least one of the newest stored messages is where it was, and none is another. Where that
/// cannot be told, it is not so: looking through all of them is always right.
pub(super) async fn holds(
    session: &mut Session,
    host: &Host<'_>,
    state: &MailboxState,
) -> anyhow::Result<bool> {
    let mut tx = host.desk.cx.db.read().await?;
    let newest = inbox::newest(&mut tx, &state.name, COMPARED).await?;
    tx.rollback().await?;
    let of_epoch = |key: &str| -> Option<u32> {
        let (uid, epoch) = key.split_once('/').unwrap_or((key, "0"));
        (epoch == state.epoch.to_string()).then(|| uid.parse().ok())?
    };
    let stored: BTreeMap<u32, _> = newest
        .into_iter()
        .filter_map(|row| Some((of_epoch(&row.transport_key)?, (row.message_id?, row.size_bytes))))
        .collect();
    if stored.is_empty() {
        return Ok(false);
    }
    let uids: Vec<u32> = stored.keys().copied().collect();
    let there = match session.identify(&uids).await {
        Err(error) if error.is_of_a_message() => return Ok(false),
        other => other?,
    };
    let mut same = 0;
    for meta in &there {
        let Some((message_id, size_bytes)) = stored.get(&meta.uid) else { continue };
        let found = by_header(meta);
        // Ours is made up where the mail has none: that tells nothing.
        if found.message_id.is_empty() {
            continue;
        }
        if found.message_id != *message_id || found.size_bytes.is_some_and(|n| n != *size_bytes) {
            return Ok(false);
        }
        same += 1;
    }
    Ok(same > 0)
}
