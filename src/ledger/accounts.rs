//! Opening, finding and freezing accounts.
//!
//! Not for: people and their addresses (`accounts` of the layers above).

use sha2::{Digest, Sha256};

use super::{Account, AccountId, AccountKind, store_accounts as store};
use crate::{clock::At, db::Tx, money::Currency};

/// The account of `owner` in `currency`, opened when it did not exist: one for each owner, currency
/// and kind, however often and from wherever this is called.
///
/// # Errors
/// The database's.
///
/// # Panics
/// For a kind that belongs to the house: see [`house`].
pub async fn open(
    tx: &mut Tx,
    owner: &str,
    kind: AccountKind,
    currency: Currency,
    now: At,
) -> Result<Account, sqlx::Error> {
    assert!(!kind.is_house(), "{kind} accounts have no owner");
    // Looked for first: nearly always it is there, and an insertion in vain is a write.
    if let Some(there) = store::owned(tx, owner, kind, currency).await? {
        return Ok(there);
    }
    store::insert_owned(tx, (&AccountId::fresh(now), owner), kind, currency, now).await?;
    store::owned(tx, owner, kind, currency).await?.ok_or(sqlx::Error::RowNotFound)
}

/// The house account of this kind that serves `spread`, opened when it did not exist. Busy kinds
/// (clearing, fees, escrow) are [`super::HOUSE_SUBACCOUNTS`] rows each; the same `spread` always
/// means the same row, so an order's money leaves the escrow it entered. Call it before the
/// transfer, in the same transaction.
///
/// # Errors
/// The database's.
///
/// # Panics
/// For a kind that people own: see [`open`].
pub async fn house(
    tx: &mut Tx,
    kind: AccountKind,
    currency: Currency,
    spread: &str,
    now: At,
) -> Result<AccountId, sqlx::Error> {
    assert!(kind.is_house(), "{kind} accounts belong to people");
    let id = house_id(kind, currency, spread);
    store::insert_house(tx, &id, kind, currency, now).await?;
    Ok(id)
}

/// `fees.USD.07`: known without asking the database.
fn house_id(kind: AccountKind, currency: Currency, spread: &str) -> AccountId {
    let hash = Sha256::digest(spread.as_bytes());
    let place = hash.first().and_then(|byte| byte.checked_rem(kind.subaccounts())).unwrap_or(0);
    AccountId(format!("{kind}.{currency}.{place:02}"))
}

/// The account of `owner` in `currency`; the person's before the vendor's.
///
/// # Errors
/// The database's.
pub async fn find(
    tx: &mut Tx,
    owner: &str,
    currency: Currency,
) -> Result<Option<Account>, sqlx::Error> {
    store::find(tx, owner, currency).await
}

/// All accounts of `owner`, by currency.
///
/// # Errors
/// The database's.
pub async fn of_owner(tx: &mut Tx, owner: &str) -> Result<Vec<Account>, sqlx::Error> {
    store::of_owner(tx, owner).await
}

/// One account, unlocked.
///
/// # Errors
/// The database's.
pub async fn get(tx: &mut Tx, id: &AccountId) -> Result<Option<Account>, sqlx::Error> {
    store::get(tx, id).await
}

/// All accounts by id, the house's among them.
///
/// # Errors
/// The database's.
pub async fn list(tx: &mut Tx) -> Result<Vec<Account>, sqlx::Error> {
    store::list(tx).await
}

/// Says whether money may leave and enter the account from now on. An open hold stays held, and
/// cannot be captured while its account is closed to debits. Returns whether there is such an
/// account.
///
/// # Errors
/// The database's.
pub async fn freeze(
    tx: &mut Tx,
    id: &AccountId,
    debit_ok: bool,
    credit_ok: bool,
    now: At,
) -> Result<bool, sqlx::Error> {
    let frozen_at = (!debit_ok || !credit_ok).then_some(now);
    Ok(store::freeze(tx, id, (debit_ok, credit_ok), frozen_at).await? == 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_spread_always_means_the_same_sub_account_and_all_are_used() {
        let id = |spread: &str| house_id(AccountKind::Fees, Currency::USD, spread);
        assert_eq!(id("order-1"), id("order-1"));
        let used: std::collections::BTreeSet<_> = (0..500).map(|n| id(&n.to_string())).collect();
        assert_eq!(used.len(), usize::from(super::super::HOUSE_SUBACCOUNTS));
        assert_eq!(house_id(AccountKind::Payout, Currency::USD, "a").as_str(), "payout.USD.00");
    }
}
