//! What left an account lately, one by one; `store` adds it up.

use super::AccountId;
use crate::{clock::At, db::Tx, fetch};

type Result<T> = std::result::Result<T, sqlx::Error>;

/// Something that left an account, or is held.
#[derive(Debug, sqlx_macros::FromRow)]
pub(super) struct Left {
    pub(super) at: At,
    pub(super) amount_minor: i64,
}

/// Oldest first.
pub(super) async fn since(tx: &mut Tx, account: &AccountId, since: At) -> Result<Vec<Left>> {
    fetch!(
        fetch_all,
        tx,
        Left,
        "SELECT at, amount_minor FROM ledger_transfers \
         WHERE debit = $1 AND at > $2 AND reverses IS NULL \
         UNION ALL \
         SELECT opened_at AS at, amount_minor FROM ledger_holds \
         WHERE account = $1 AND opened_at > $2 AND state = 'open' ORDER BY at",
        account,
        since
    )
}

/// When each operation was, oldest first.
pub(super) async fn operations_since(
    tx: &mut Tx,
    account: &AccountId,
    since: At,
) -> Result<Vec<At>> {
    let rows = fetch!(
        fetch_all,
        tx,
        (At,),
        "SELECT MIN(at) AS at FROM (\
         SELECT operation, at FROM ledger_transfers \
         WHERE debit = $1 AND at > $2 AND reverses IS NULL \
         UNION ALL \
         SELECT operation, opened_at AS at FROM ledger_holds \
         WHERE account = $1 AND opened_at > $2 AND state = 'open') AS recent \
         GROUP BY operation ORDER BY at",
        account,
        since
    )?;
    Ok(rows.into_iter().map(|(at,)| at).collect())
}
