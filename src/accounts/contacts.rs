//! A person's address book: whom they mean by a name.

use super::{
    Person,
    letters::{Book, Contacts},
    store_contacts::{self, ContactRow},
};
use crate::{address::Address, clock::At, db::Tx};

/// Most lines of one address book: all of them are read with each mail of its owner.
const CONTACTS_MAX: usize = 100;
/// Longest name, in characters.
const NAME_MAX: usize = 60;

/// By what a name is found: without regard to capitals and blanks.
fn key(name: &str) -> String {
    name.split_whitespace().map(str::to_lowercase).collect::<Vec<_>>().join(" ")
}

/// Notes whom a person means by a name.
///
/// # Errors
/// The database's.
pub(super) async fn save(
    tx: &mut Tx,
    person: &Person,
    (name, address): (&str, &Address),
    now: At,
) -> Result<Contacts, sqlx::Error> {
    let name: String = name.chars().take(NAME_MAX).collect();
    let row = ContactRow { name, address: address.clone() };
    let key = key(&row.name);
    let before = store_contacts::contact(tx, &person.id, &key).await?;
    let known = store_contacts::contacts_of(tx, &person.id).await?.len();
    if before.is_none() && known >= CONTACTS_MAX {
        return Ok(Contacts::new(Book::Full { most: CONTACTS_MAX }));
    }
    store_contacts::put(tx, &person.id, &key, &row, now).await?;
    let before = before.map(|before| before.address).filter(|before| *before != row.address);
    Ok(Contacts::new(Book::Saved { name: row.name, address: row.address, before }))
}

/// Forgets a name.
///
/// # Errors
/// The database's.
pub(super) async fn forget(
    tx: &mut Tx,
    person: &Person,
    name: &str,
) -> Result<Contacts, sqlx::Error> {
    let gone = store_contacts::delete(tx, &person.id, &key(name)).await? > 0;
    let name = name.chars().take(NAME_MAX).collect();
    Ok(Contacts::new(if gone { Book::Forgotten { name } } else { Book::Unknown { name } }))
}

/// What stands in it.
///
/// # Errors
/// The database's.
pub(super) async fn listed(tx: &mut Tx, person: &Person) -> Result<Contacts, sqlx::Error> {
    let rows = store_contacts::contacts_of(tx, &person.id).await?.into_iter();
    let lines = rows.map(|row| (row.name, row.address)).collect();
    Ok(Contacts::new(Book::Listed { lines }))
}
