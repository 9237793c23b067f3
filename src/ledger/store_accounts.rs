//! SQL of accounts. One function, one statement; the transaction is the caller's. Columns
//! are listed, since a prepared `SELECT *` fails once a later migration has added one.

use super::{Account, AccountId, AccountKind};
use crate::{clock::At, db::Tx, execute, fetch, money::Currency};

pub(super) async fn insert_owned(
    tx: &mut Tx,
    (id, owner): (&AccountId, &str),
    kind: AccountKind,
    currency: Currency,
    now: At,
) -> Result<u64, sqlx::Error> {
    execute!(
        tx,
        // A frozen owner's next account is frozen too: a freeze is about a person, not about a currency.
        "INSERT INTO ledger_accounts (id, owner, kind, currency, floor_minor, opened_at, debit_ok, credit_ok)
         VALUES ($1, $2, $3, $4, $5, $6,
             NOT EXISTS (SELECT 1 FROM ledger_accounts WHERE owner = $2 AND NOT debit_ok),
             NOT EXISTS (SELECT 1 FROM ledger_accounts WHERE owner = $2 AND NOT credit_ok))
         ON CONFLICT (owner, currency, kind) DO NOTHING",
        id,
        owner,
        kind,
        currency,
        kind.floor_minor(),
        now
    )
}

pub(super) async fn insert_house(
    tx: &mut Tx,
    id: &AccountId,
    kind: AccountKind,
    currency: Currency,
    now: At,
) -> Result<u64, sqlx::Error> {
    execute!(
        tx,
        "INSERT INTO ledger_accounts (id, kind, currency, floor_minor, opened_at)
         VALUES ($1, $2, $3, $4, $5) ON CONFLICT (id) DO NOTHING",
        id,
        kind,
        currency,
        kind.floor_minor(),
        now
    )
}

pub(super) async fn owned(
    tx: &mut Tx,
    owner: &str,
    kind: AccountKind,
    currency: Currency,
) -> Result<Option<Account>, sqlx::Error> {
    fetch!(
        fetch_optional,
        tx,
        Account,
        "SELECT id, owner, kind, currency, posted_minor, held_minor, floor_minor, version,
             debit_ok, credit_ok, frozen_at, opened_at
         FROM ledger_accounts WHERE owner = $1 AND kind = $2 AND currency = $3",
        owner,
        kind,
        currency
    )
}

pub(super) async fn find(
    tx: &mut Tx,
    owner: &str,
    currency: Currency,
) -> Result<Option<Account>, sqlx::Error> {
    fetch!(
        fetch_optional,
        tx,
        Account,
        "SELECT id, owner, kind, currency, posted_minor, held_minor, floor_minor, version,
             debit_ok, credit_ok, frozen_at, opened_at
         FROM ledger_accounts WHERE owner = $1 AND currency = $2 ORDER BY kind LIMIT 1",
        owner,
        currency
    )
}

pub(super) async fn of_owner(tx: &mut Tx, owner: &str) -> Result<Vec<Account>, sqlx::Error> {
    fetch!(
        fetch_all,
        tx,
        Account,
        "SELECT id, owner, kind, currency, posted_minor, held_minor, floor_minor, version,
             debit_ok, credit_ok, frozen_at, opened_at
         FROM ledger_accounts WHERE owner = $1 ORDER BY currency, kind",
        owner
    )
}

pub(super) async fn get(tx: &mut Tx, id: &AccountId) -> Result<Option<Account>, sqlx::Error> {
    fetch!(
        fetch_optional,
        tx,
        Account,
        "SELECT id, owner, kind, currency, posted_minor, held_minor, floor_minor, version,
             debit_ok, credit_ok, frozen_at, opened_at
         FROM ledger_accounts WHERE id = $1",
        id
    )
}

pub(super) async fn list(tx: &mut Tx) -> Result<Vec<Account>, sqlx::Error> {
    fetch!(
        fetch_all,
        tx,
        Account,
        "SELECT id, owner, kind, currency, posted_minor, held_minor, floor_minor, version,
             debit_ok, credit_ok, frozen_at, opened_at
         FROM ledger_accounts ORDER BY id"
    )
}

pub(super) async fn freeze(
    tx: &mut Tx,
    id: &AccountId,
    (debit_ok, credit_ok): (bool, bool),
    frozen_at: Option<At>,
) -> Result<u64, sqlx::Error> {
    execute!(
        tx,
        "UPDATE ledger_accounts SET debit_ok = $2, credit_ok = $3, frozen_at = $4 WHERE id = $1",
        id,
        debit_ok,
        credit_ok,
        frozen_at
    )
}

/// Holds more, or less, of a locked account.
pub(super) async fn add_held(tx: &mut Tx, id: &AccountId, minor: i64) -> Result<u64, sqlx::Error> {
    execute!(tx, "UPDATE ledger_accounts SET held_minor = held_minor + $2 WHERE id = $1", id, minor)
}
