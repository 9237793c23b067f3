//! A mail's way, for the operator: everything but its words.

use super::MailId;
use crate::{clock::At, db::Tx, fetch};

type Result<T> = std::result::Result<T, sqlx::Error>;

/// Mails that one question may bring.
const MAILS_MAX: i64 = 50;

/// What is kept of a mail beside its bytes and words.
#[derive(Debug, Clone, sqlx_macros::FromRow)]
pub struct MailTrace {
    /// Row id.
    pub id: MailId,
    /// The name of its mailbox.
    pub mailbox: String,
    /// Of the mailbox's numbering; 0 where nothing is renumbered.
    pub uidvalidity: i64,
    /// The mailbox's own name for it.
    pub transport_key: String,
    /// When it was stored.
    pub received_at: At,
    /// In octets, whole.
    pub size_bytes: i64,
    /// `received`, `done`, `duplicate` or `quarantined`.
    pub state: String,
    /// As written in its header.
    pub message_id: Option<String>,
    /// As written in its header.
    pub from_address: Option<String>,
    /// What kind of mail it was found to be.
    pub class: Option<String>,
    /// How far its sender is believed.
    pub assurance: Option<String>,
    /// Why, a JSON list of sentences.
    pub evidence: Option<String>,
    /// The reading's intent.
    pub intent: Option<String>,
    /// What policy said.
    pub decision: Option<String>,
    /// The confirmation whose token it carried.
    pub token: Option<String>,
    /// The mail it is another delivery of.
    pub duplicate_of: Option<MailId>,
    /// When it was read.
    pub classified_at: Option<At>,
}

/// A mail's way.
///
/// # Errors
/// The database's.
pub async fn traced(tx: &mut Tx, id: &MailId) -> Result<Option<MailTrace>> {
    fetch!(
        fetch_optional,
        tx,
        MailTrace,
        "SELECT id, mailbox, uidvalidity, transport_key, received_at, size_bytes, state, message_id, \
         from_address, class, assurance, evidence, intent, decision, token, duplicate_of, \
         classified_at FROM inbox WHERE id = $1",
        id
    )
}

/// The mails with a Message-ID, oldest first.
///
/// # Errors
/// The database's.
pub async fn with_message_id(tx: &mut Tx, message_id: &str) -> Result<Vec<MailId>> {
    let rows = fetch!(
        fetch_all,
        tx,
        (MailId,),
        "SELECT id FROM inbox WHERE message_id = $1 ORDER BY id LIMIT $2",
        message_id,
        MAILS_MAX
    )?;
    Ok(rows.into_iter().map(|(id,)| id).collect())
}

/// The other deliveries of a mail, oldest first.
///
/// # Errors
/// The database's.
pub async fn duplicates_of(tx: &mut Tx, mail: &MailId) -> Result<Vec<MailId>> {
    let rows = fetch!(
        fetch_all,
        tx,
        (MailId,),
        "SELECT id FROM inbox WHERE duplicate_of = $1 ORDER BY id LIMIT $2",
        mail,
        MAILS_MAX
    )?;
    Ok(rows.into_iter().map(|(id,)| id).collect())
}
