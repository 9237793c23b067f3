//! A request's way, for the operator: its revisions, and the mails that made them.

use super::{AskState, RequestId, State};
use crate::{clock::At, db::Tx, fetch, inbox::MailId, money::Currency};

type Result<T> = std::result::Result<T, sqlx::Error>;

/// Rows that one question may bring.
const ROWS_MAX: i64 = 50;

/// Where a request stands, and since when.
#[derive(Debug, Clone, sqlx_macros::FromRow)]
pub struct RequestTrace {
    /// Row id.
    pub id: RequestId,
    /// For people: `T-771`.
    pub reference: String,
    /// Where it stands.
    pub state: State,
    /// Since when.
    pub updated_at: At,
    /// The ledger's operation, once the money has moved.
    pub operation: Option<String>,
    /// What became of it for its payee, when they asked for the money.
    pub asked: Option<AskState>,
    /// Whether its payer hears nothing of that.
    pub muted: Option<bool>,
}

/// What one revision said, beside its note.
#[derive(Debug, Clone, sqlx_macros::FromRow)]
pub struct RevisionTrace {
    /// From 1.
    pub revision: i64,
    /// The mail that said it.
    pub mail: MailId,
    /// Who is to get it.
    pub recipient: Option<String>,
    /// How much, in minor units.
    pub amount_minor: Option<i64>,
    /// Of which currency.
    pub currency: Option<Currency>,
    /// What was wrong, a JSON list.
    pub problems: String,
    /// When.
    pub created_at: At,
}

/// The request with this reference or id.
///
/// # Errors
/// The database's.
pub async fn traced(tx: &mut Tx, key: &str) -> Result<Option<RequestTrace>> {
    fetch!(
        fetch_optional,
        tx,
        RequestTrace,
        "SELECT r.id, r.reference, r.state, r.updated_at, r.operation, m.state AS asked, m.muted \
         FROM transfer_requests r LEFT JOIN money_requests m ON m.request = r.id \
         WHERE r.reference = $1 OR r.id = $1",
        key
    )
}

/// A request's revisions in order.
///
/// # Errors
/// The database's.
pub async fn revisions(tx: &mut Tx, request: &RequestId) -> Result<Vec<RevisionTrace>> {
    fetch!(
        fetch_all,
        tx,
        RevisionTrace,
        "SELECT revision, mail, recipient, amount_minor, currency, problems, created_at \
         FROM transfer_revisions WHERE request = $1 ORDER BY revision LIMIT $2",
        request,
        ROWS_MAX
    )
}

/// The references of the requests that a mail began or revised.
///
/// # Errors
/// The database's.
pub async fn of_mail(tx: &mut Tx, mail: &MailId) -> Result<Vec<String>> {
    let rows = fetch!(
        fetch_all,
        tx,
        (String,),
        "SELECT DISTINCT r.reference FROM transfer_revisions v \
         JOIN transfer_requests r ON r.id = v.request WHERE v.mail = $1 ORDER BY r.reference LIMIT $2",
        mail,
        ROWS_MAX
    )?;
    Ok(rows.into_iter().map(|(reference,)| reference).collect())
}
