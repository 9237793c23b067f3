//! Money in short, for the operator's screen.

use serde::Serialize;

use crate::{db::Tx, fetch};

/// How much there is of each, in numbers of rows.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Counted {
    /// Accounts of people.
    pub accounts: i64,
    /// Transfers of the span.
    pub transfers: i64,
    /// Holds that are open.
    pub holds: i64,
}

/// Counts accounts, the transfers whose ids lie from `since` on, and open holds.
///
/// # Errors
/// The database's.
pub async fn counted(tx: &mut Tx, since: &str) -> Result<Counted, sqlx::Error> {
    let (accounts, transfers, holds) = fetch!(
        fetch_one,
        tx,
        (i64, i64, i64),
        "SELECT (SELECT COUNT(*) FROM ledger_accounts WHERE kind = 'person'), \
         (SELECT COUNT(*) FROM ledger_transfers WHERE id >= $1), \
         (SELECT COUNT(*) FROM ledger_holds WHERE state = 'open')",
        since
    )?;
    Ok(Counted { accounts, transfers, holds })
}
