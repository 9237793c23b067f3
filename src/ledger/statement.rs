//! Reading what happened: an account's statement with its running balance, and all transfers.

use serde::Serialize;

use super::{AccountId, OperationKey, TransferId, TransferKind, store};
use crate::{
    clock::At,
    db::Tx,
    money::{Currency, Money},
};

/// A transfer as one of its accounts sees it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, sqlx_macros::FromRow)]
pub struct Entry {
    /// Its row.
    pub transfer: TransferId,
    /// What it was.
    pub kind: TransferKind,
    /// The account on the other side.
    pub other: AccountId,
    /// Of the sums below.
    pub currency: Currency,
    /// In minor units: positive when it came in, negative when it went out.
    pub amount_minor: i64,
    /// The posted balance after it, in minor units.
    pub after_minor: i64,
    /// The how-manieth entry of its account it is, from 1.
    pub version: i64,
    /// What people call it.
    pub reference: Option<String>,
    /// When.
    pub at: At,
}

impl Entry {
    /// Positive when it came in, negative when it went out.
    pub const fn amount(&self) -> Money {
        Money::new(self.amount_minor, self.currency)
    }

    /// The posted balance after it.
    pub const fn after(&self) -> Money {
        Money::new(self.after_minor, self.currency)
    }
}

/// A transfer, for exports.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, sqlx_macros::FromRow)]
pub struct Transfer {
    /// Its row.
    pub id: TransferId,
    /// What it was.
    pub kind: TransferKind,
    /// Who paid.
    pub debit: AccountId,
    /// Who was paid.
    pub credit: AccountId,
    /// How much, in minor units.
    pub amount_minor: i64,
    /// Of what.
    pub currency: Currency,
    /// What caused it.
    pub operation: OperationKey,
    /// The transfer it gave back, if it was a refund.
    pub reverses: Option<TransferId>,
    /// What people call it.
    pub reference: Option<String>,
    /// When.
    pub at: At,
}

/// The newest `max_rows` entries of an account from `from` until before `to`, oldest first, each with
/// the balance after it.
///
/// # Errors
/// The database's.
pub async fn statement(
    tx: &mut Tx,
    account: &AccountId,
    from: At,
    to: At,
    max_rows: i64,
) -> Result<Vec<Entry>, sqlx::Error> {
    let mut entries = store::entries(tx, account, from, to, max_rows).await?;
    entries.reverse();
    Ok(entries)
}

/// What was in an account before an instant, in minor units of its currency.
///
/// # Errors
/// The database's.
pub async fn balance_before(tx: &mut Tx, account: &AccountId, at: At) -> Result<i64, sqlx::Error> {
    Ok(store::balance_before(tx, account, at).await?.map_or(0, |(minor,)| minor))
}

/// At most `max` transfers in the order of their ids, after `after`; for reading all of them page by
/// page.
///
/// # Errors
/// The database's.
pub async fn transfers(
    tx: &mut Tx,
    after: Option<&TransferId>,
    max: i64,
) -> Result<Vec<Transfer>, sqlx::Error> {
    store::transfers(tx, after.map_or("", TransferId::as_str), max).await
}
