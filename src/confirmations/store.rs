//! The table of confirmations.

use super::{ConfirmationId, Question};
use crate::{
    address::Address,
    clock::At,
    db::Tx,
    execute, fetch,
    language::Language,
    money::{Currency, Money},
    tokens::Hashes,
};

type Result<T> = std::result::Result<T, sqlx::Error>;

/// A confirmation as it is stored.
#[derive(Debug, Clone, sqlx_macros::FromRow)]
pub struct ConfirmationRow {
    /// Row id.
    pub id: ConfirmationId,
    /// The request; behind a slash, what else of it is asked: `T-771/claim`.
    pub reference: String,
    /// Which revision of it.
    pub revision: i64,
    /// Who may confirm, when they have an account.
    pub person: Option<String>,
    /// The address asked.
    pub address: Address,
    /// The act's name.
    pub act: String,
    /// Its arguments (JSON).
    pub args: String,
    /// What is asked, in one line.
    pub question: String,
    /// Who is paid, when money is to move.
    pub recipient: Option<Address>,
    /// How much, in minor units.
    pub amount_minor: Option<i64>,
    /// Of which currency.
    pub currency: Option<Currency>,
    /// Of the link's nonce.
    pub link_hash: String,
    /// Of the reply token.
    pub reply_hash: String,
    /// Whether a YES by mail acts.
    pub reply_allowed: bool,
    /// `live`, `used`, `revoked` or `expired`.
    pub state: String,
    /// Until when.
    pub expires_at: At,
    /// When its page was first looked at.
    pub seen_at: Option<At>,
    /// What came of it (JSON of `Released`).
    pub outcome: Option<String>,
    /// What the question is written in.
    pub language: Language,
}

impl ConfirmationRow {
    /// The request alone.
    pub fn request(&self) -> &str {
        request_of(&self.reference)
    }

    /// How much, when money is to move.
    pub fn amount(&self) -> Option<Money> {
        Some(Money::new(self.amount_minor?, self.currency?))
    }
}

/// The request that a confirmation's reference names: `T-771` of `T-771/claim`.
pub fn request_of(reference: &str) -> &str {
    reference.split_once('/').map_or(reference, |(request, _)| request)
}

pub(super) async fn insert(
    tx: &mut Tx,
    id: &ConfirmationId,
    question: &Question<'_>,
    hashes: &Hashes,
    now: At,
) -> Result<u64> {
    execute!(
        tx,
        "INSERT INTO confirmations (id, reference, revision, person, address, act, args, question, \
         recipient, amount_minor, currency, reply_allowed, link_hash, reply_hash, state, created_at, \
         expires_at, language) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, 'live', $15, $16, $17)",
        id,
        question.reference,
        question.revision,
        question.person,
        question.from,
        question.act,
        &question.args,
        &question.question,
        question.payment.map(|(to, _)| to),
        question.payment.map(|(_, amount)| amount.minor()),
        question.payment.map(|(_, amount)| amount.currency()),
        question.reply_allowed,
        &hashes.link,
        &hashes.reply,
        now,
        question.expires,
        question.language
    )
}

/// The confirmation with this id, this link hash or this reply hash.
///
/// # Errors
/// The database's.
pub async fn find(tx: &mut Tx, key: &str) -> Result<Option<ConfirmationRow>> {
    fetch!(
        fetch_optional,
        tx,
        ConfirmationRow,
        "SELECT id, reference, revision, person, address, act, args, question, recipient, \
         amount_minor, currency, link_hash, reply_hash, reply_allowed, state, expires_at, seen_at, outcome, language FROM confirmations \
         WHERE id = $1 OR link_hash = $1 OR reply_hash = $1",
        key
    )
}

/// The live confirmation of a request.
///
/// # Errors
/// The database's.
pub async fn live_of(tx: &mut Tx, reference: &str) -> Result<Option<ConfirmationRow>> {
    fetch!(
        fetch_optional,
        tx,
        ConfirmationRow,
        "SELECT id, reference, revision, person, address, act, args, question, recipient, \
         amount_minor, currency, link_hash, reply_hash, reply_allowed, state, expires_at, seen_at, outcome, language FROM confirmations \
         WHERE reference = $1 AND state = 'live'",
        reference
    )
}

/// Notes the first look at the page; nothing else happens by looking.
///
/// # Errors
/// The database's.
pub async fn looked_at(tx: &mut Tx, id: &ConfirmationId, now: At) -> Result<u64> {
    execute!(tx, "UPDATE confirmations SET seen_at = $2 WHERE id = $1 AND seen_at IS NULL", id, now)
}

/// Spends a live token; none when it is spent, revoked or past its time.
pub(super) async fn spend(
    tx: &mut Tx,
    id: &ConfirmationId,
    how: &str,
    now: At,
) -> Result<Option<ConfirmationRow>> {
    fetch!(
        fetch_optional,
        tx,
        ConfirmationRow,
        "UPDATE confirmations SET state = 'used', selected_at = $3, selected_how = $2 \
         WHERE id = $1 AND CASE state WHEN 'live' THEN expires_at > $3 ELSE FALSE END \
         RETURNING id, reference, revision, person, address, act, args, question, recipient, \
         amount_minor, currency, link_hash, reply_hash, reply_allowed, state, expires_at, seen_at, outcome, language",
        id,
        how,
        now
    )
}

/// Spends the live token of a request by another way than its own: it is one of several that were
/// confirmed together. None when it is spent, revoked or past its time; else its outcome is to be kept.
///
/// # Errors
/// The database's.
pub async fn spend_of(
    tx: &mut Tx,
    (reference, revision): (&str, i64),
    how: &str,
    now: At,
) -> Result<Option<ConfirmationId>> {
    let row = fetch!(
        fetch_optional,
        tx,
        (ConfirmationId,),
        "UPDATE confirmations SET state = 'used', selected_at = $4, selected_how = $3 \
         WHERE reference = $1 AND revision = $2 AND state = 'live' AND expires_at > $4 RETURNING id",
        reference,
        revision,
        how,
        now
    )?;
    Ok(row.map(|(id,)| id))
}

/// Keeps what came of a spent token, for whoever presents it again.
///
/// # Errors
/// The database's.
pub async fn keep_outcome(tx: &mut Tx, id: &ConfirmationId, outcome: &str) -> Result<u64> {
    execute!(
        tx,
        "UPDATE confirmations SET outcome = $2 WHERE id = $1 AND state = 'used'",
        id,
        outcome
    )
}

/// Takes back the live confirmation of a request: its link and its YES act no more.
///
/// # Errors
/// The database's.
pub async fn revoke(tx: &mut Tx, reference: &str) -> Result<u64> {
    execute!(
        tx,
        "UPDATE confirmations SET state = 'revoked' WHERE reference = $1 AND state = 'live'",
        reference
    )
}

/// Closes a revision's confirmation whose time is over.
///
/// # Errors
/// The database's.
pub async fn expire(tx: &mut Tx, reference: &str, revision: i64, now: At) -> Result<u64> {
    execute!(
        tx,
        "UPDATE confirmations SET state = 'expired' \
         WHERE reference = $1 AND revision = $2 AND state = 'live' AND expires_at <= $3",
        reference,
        revision,
        now
    )
}
