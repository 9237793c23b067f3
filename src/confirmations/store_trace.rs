//! A confirmation's way, for the operator.

use super::ConfirmationId;
use crate::{clock::At, db::Tx, fetch};

type Result<T> = std::result::Result<T, sqlx::Error>;

/// Confirmations that one question may bring.
const CONFIRMATIONS_MAX: i64 = 50;

/// What is kept of a confirmation beside its token's hashes.
#[derive(Debug, Clone, sqlx_macros::FromRow)]
pub struct ConfirmationTrace {
    /// Row id.
    pub id: ConfirmationId,
    /// The request.
    pub reference: String,
    /// Which revision of it.
    pub revision: i64,
    /// The address asked.
    pub address: String,
    /// What is asked, in one line.
    pub question: String,
    /// `live`, `used`, `revoked` or `expired`.
    pub state: String,
    /// When it was asked.
    pub created_at: At,
    /// Until when.
    pub expires_at: At,
    /// When its page was first looked at.
    pub seen_at: Option<At>,
    /// When it was confirmed.
    pub selected_at: Option<At>,
    /// How: `page`, `mailto` or `reply`.
    pub selected_how: Option<String>,
}

/// The confirmation with this id.
///
/// # Errors
/// The database's.
pub async fn traced(tx: &mut Tx, id: &str) -> Result<Option<ConfirmationTrace>> {
    fetch!(
        fetch_optional,
        tx,
        ConfirmationTrace,
        "SELECT id, reference, revision, address, question, state, created_at, expires_at, seen_at, \
         selected_at, selected_how FROM confirmations WHERE id = $1",
        id
    )
}

/// The confirmations of a request, oldest first; or those of all references from `first` until before
/// `end`.
///
/// # Errors
/// The database's.
pub async fn traced_between(tx: &mut Tx, first: &str, end: &str) -> Result<Vec<ConfirmationTrace>> {
    fetch!(
        fetch_all,
        tx,
        ConfirmationTrace,
        "SELECT id, reference, revision, address, question, state, created_at, expires_at, seen_at, \
         selected_at, selected_how FROM confirmations \
         WHERE reference = $1 OR (reference >= $1 AND reference < $2) ORDER BY id LIMIT $3",
        first,
        end,
        CONFIRMATIONS_MAX
    )
}
