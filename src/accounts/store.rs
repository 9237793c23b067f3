//! The tables of people and addresses.

use super::{Person, PersonId};
use crate::{
    address::Address, clock::At, db::Tx, execute, fetch, inbox::MailId, language::Language,
};

type Result<T> = std::result::Result<T, sqlx::Error>;

/// The person who owns an address.
///
/// # Errors
/// The database's.
pub async fn by_address(tx: &mut Tx, address: &Address) -> Result<Option<Person>> {
    fetch!(
        fetch_optional,
        tx,
        Person,
        "SELECT p.id, p.code, p.locale, p.language, p.language_read, p.created_at FROM people p \
         JOIN addresses a ON a.person = p.id WHERE a.address = $1",
        address
    )
}

/// The person of an id.
///
/// # Errors
/// The database's.
pub async fn by_id(tx: &mut Tx, id: &PersonId) -> Result<Option<Person>> {
    fetch!(
        fetch_optional,
        tx,
        Person,
        "SELECT id, code, locale, language, language_read, created_at FROM people WHERE id = $1",
        id
    )
}

/// Keeps a person's row until the transaction ends: what counts what they did counts alone.
///
/// # Errors
/// The database's.
pub async fn lock(tx: &mut Tx, id: &PersonId) -> Result<u64> {
    execute!(tx, "UPDATE people SET code = code WHERE id = $1", id)
}

/// All people, oldest first.
///
/// # Errors
/// The database's.
pub async fn list(tx: &mut Tx) -> Result<Vec<Person>> {
    fetch!(
        fetch_all,
        tx,
        Person,
        "SELECT id, code, locale, language, language_read, created_at FROM people ORDER BY id"
    )
}

/// A person's addresses, the first one first: letters go there.
///
/// # Errors
/// The database's, or a row that holds no address.
pub async fn addresses_of(tx: &mut Tx, id: &PersonId) -> Result<Vec<Address>> {
    let rows = fetch!(
        fetch_all,
        tx,
        (Address,),
        "SELECT address FROM addresses WHERE person = $1 ORDER BY created_at, address",
        id
    )?;
    Ok(rows.into_iter().map(|(address,)| address).collect())
}

pub(super) async fn insert_person(tx: &mut Tx, person: &Person) -> Result<u64> {
    execute!(
        tx,
        "INSERT INTO people (id, code, locale, language, language_read, created_at) \
         VALUES ($1, $2, $3, $4, $5, $6)",
        &person.id,
        &person.code,
        &person.locale,
        person.language,
        person.language_read,
        person.created_at
    )
}

/// Notes the language of a person's last mail.
///
/// # Errors
/// The database's.
pub async fn wrote_in(tx: &mut Tx, id: &PersonId, language: Language) -> Result<u64> {
    execute!(tx, "UPDATE people SET language_read = $2 WHERE id = $1", id, language)
}

/// Notes the language a person asks for.
pub(super) async fn asks_for(tx: &mut Tx, id: &PersonId, language: Language) -> Result<u64> {
    execute!(tx, "UPDATE people SET language = $2, language_read = $2 WHERE id = $1", id, language)
}

/// Takes an address away from the person who has it; no row when they do not.
pub(super) async fn delete_address(
    tx: &mut Tx,
    address: &Address,
    person: &PersonId,
) -> Result<u64> {
    execute!(tx, "DELETE FROM addresses WHERE address = $1 AND person = $2", address, person)
}

/// Notes since when a person's own wish keeps their money where it is; `None` when it does not, or when
/// the operator's does.
///
/// # Errors
/// The database's.
pub async fn froze(tx: &mut Tx, person: &PersonId, since: Option<At>) -> Result<u64> {
    execute!(tx, "UPDATE people SET froze_at = $2 WHERE id = $1", person, since)
}

/// Whether a person froze their accounts themselves.
pub(super) async fn froze_themselves(tx: &mut Tx, person: &PersonId) -> Result<bool> {
    let row = fetch!(
        fetch_one,
        tx,
        (i64,),
        "SELECT COUNT(*) FROM people WHERE id = $1 AND froze_at IS NOT NULL",
        person
    )?;
    Ok(row.0 > 0)
}

/// Notes which further address a mail asks for; no row when that is known.
pub(super) async fn insert_alias_request(
    tx: &mut Tx,
    (mail, person): (&MailId, &PersonId),
    address: &Address,
    now: At,
) -> Result<u64> {
    execute!(
        tx,
        "INSERT INTO alias_requests (mail, person, address, created_at) VALUES ($1, $2, $3, $4) \
         ON CONFLICT (mail) DO NOTHING",
        mail,
        person,
        address,
        now
    )
}

/// How many further addresses a person has asked for since an instant.
pub(super) async fn alias_requests_since(tx: &mut Tx, person: &PersonId, since: At) -> Result<i64> {
    let row = fetch!(
        fetch_one,
        tx,
        (i64,),
        "SELECT COUNT(*) FROM alias_requests WHERE person = $1 AND created_at > $2",
        person,
        since
    )?;
    Ok(row.0)
}

/// Adds an address; no row when somebody has it.
pub(super) async fn insert_address(
    tx: &mut Tx,
    address: &Address,
    person: &PersonId,
    now: At,
) -> Result<u64> {
    execute!(
        tx,
        "INSERT INTO addresses (address, person, created_at) VALUES ($1, $2, $3) \
         ON CONFLICT (address) DO NOTHING",
        address,
        person,
        now
    )
}
