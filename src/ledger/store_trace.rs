//! What the ledger did, for the operator: operations with their legs.

use super::{AccountId, OperationKey};
use crate::{
    clock::At,
    db::Tx,
    fetch,
    money::{Currency, Money},
};

type Result<T> = std::result::Result<T, sqlx::Error>;

/// Rows that one question may bring.
const ROWS_MAX: i64 = 50;

/// One operation.
#[derive(Debug, Clone, sqlx_macros::FromRow)]
pub struct OperationTrace {
    /// What it is named after.
    pub key: OperationKey,
    /// `post`, `hold`, `refund` …
    pub kind: String,
    /// Why it was refused (JSON); none when it was done.
    pub refusal: Option<String>,
    /// When.
    pub at: At,
}

/// One transfer of an operation.
#[derive(Debug, Clone, sqlx_macros::FromRow)]
pub struct LegTrace {
    /// Its row.
    pub id: String,
    /// Who paid.
    pub debit: AccountId,
    /// Who was paid.
    pub credit: AccountId,
    /// How much, in minor units.
    pub amount_minor: i64,
    /// Of which currency.
    pub currency: Currency,
    /// When.
    pub at: At,
}

impl LegTrace {
    /// How much.
    pub const fn amount(&self) -> Money {
        Money::new(self.amount_minor, self.currency)
    }
}

/// The operations whose keys lie from `first` until before `end`, and the one of the key `first`.
///
/// # Errors
/// The database's.
pub async fn traced_between(tx: &mut Tx, first: &str, end: &str) -> Result<Vec<OperationTrace>> {
    fetch!(
        fetch_all,
        tx,
        OperationTrace,
        "SELECT key, kind, refusal, at FROM ledger_operations \
         WHERE key = $1 OR (key >= $1 AND key < $2) ORDER BY at, key LIMIT $3",
        first,
        end,
        ROWS_MAX
    )
}

/// An operation's transfers in order.
///
/// # Errors
/// The database's.
pub async fn legs(tx: &mut Tx, operation: &OperationKey) -> Result<Vec<LegTrace>> {
    fetch!(
        fetch_all,
        tx,
        LegTrace,
        "SELECT id, debit, credit, amount_minor, currency, at FROM ledger_transfers \
         WHERE operation = $1 ORDER BY leg LIMIT $2",
        operation,
        ROWS_MAX
    )
}
