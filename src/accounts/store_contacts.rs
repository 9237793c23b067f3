//! The table of contacts.

use super::PersonId;
use crate::{address::Address, clock::At, db::Tx, execute, fetch};

type Result<T> = std::result::Result<T, sqlx::Error>;

/// One line of a person's address book.
#[derive(Debug, Clone, sqlx_macros::FromRow)]
pub struct ContactRow {
    /// As the person calls them.
    pub name: String,
    /// Their address.
    pub address: Address,
}

/// A person's address book, by name.
///
/// # Errors
/// The database's.
pub async fn contacts_of(tx: &mut Tx, person: &PersonId) -> Result<Vec<ContactRow>> {
    fetch!(
        fetch_all,
        tx,
        ContactRow,
        "SELECT name, address FROM contacts WHERE person = $1 ORDER BY key",
        person
    )
}

/// The line of one name.
pub(super) async fn contact(
    tx: &mut Tx,
    person: &PersonId,
    key: &str,
) -> Result<Option<ContactRow>> {
    fetch!(
        fetch_optional,
        tx,
        ContactRow,
        "SELECT name, address FROM contacts WHERE person = $1 AND key = $2",
        person,
        key
    )
}

/// Writes a line, in the place of an earlier one of its name.
pub(super) async fn put(
    tx: &mut Tx,
    person: &PersonId,
    key: &str,
    row: &ContactRow,
    now: At,
) -> Result<u64> {
    execute!(
        tx,
        "INSERT INTO contacts (person, key, name, address, created_at) VALUES ($1, $2, $3, $4, $5) \
         ON CONFLICT (person, key) DO UPDATE SET name = excluded.name, address = excluded.address",
        person,
        key,
        &row.name,
        &row.address,
        now
    )
}

/// Forgets a line.
pub(super) async fn delete(tx: &mut Tx, person: &PersonId, key: &str) -> Result<u64> {
    execute!(tx, "DELETE FROM contacts WHERE person = $1 AND key = $2", person, key)
}
