//! The tables of requests for money, and of who is not to be asked by whom.

use std::collections::BTreeMap;

use super::{AskRow, AskState};
use crate::{
    accounts::PersonId, address::Address, clock::At, db::Tx, execute, fetch, transfers::RequestId,
};

type Result<T> = std::result::Result<T, sqlx::Error>;

pub(super) async fn insert(tx: &mut Tx, ask: &AskRow) -> Result<u64> {
    execute!(
        tx,
        "INSERT INTO money_requests (request, asker, payer, state, muted, asked_at) \
         VALUES ($1, $2, $3, $4, $5, $6)",
        &ask.request,
        &ask.asker,
        &ask.payer,
        ask.state,
        ask.muted,
        ask.asked_at
    )
}

/// Who asked, when a request was begun by its payee. Whoever changes it holds the request's lock.
pub(super) async fn of(tx: &mut Tx, request: &RequestId) -> Result<Option<AskRow>> {
    fetch!(
        fetch_optional,
        tx,
        AskRow,
        "SELECT request, asker, payer, state, muted, asked_at, reminded_at FROM money_requests \
         WHERE request = $1",
        request
    )
}

/// Ends an open one.
pub(super) async fn close(tx: &mut Tx, request: &RequestId, state: AskState) -> Result<u64> {
    execute!(
        tx,
        "UPDATE money_requests SET state = $2 WHERE request = $1 AND state = 'open'",
        request,
        state
    )
}

pub(super) async fn reminded(tx: &mut Tx, request: &RequestId, now: At) -> Result<u64> {
    execute!(tx, "UPDATE money_requests SET reminded_at = $2 WHERE request = $1", request, now)
}

/// Since `since`, how many requests an asker made, and when the first of them was.
pub(super) async fn made(tx: &mut Tx, asker: &PersonId, since: At) -> Result<(i64, Option<At>)> {
    fetch!(
        fetch_one,
        tx,
        (i64, Option<At>),
        "SELECT COUNT(*), MIN(asked_at) FROM money_requests WHERE asker = $1 AND asked_at > $2",
        asker,
        since
    )
}

/// Since `since`, how many people an asker asked who had not been asked before, and when the first was.
pub(super) async fn new_people(
    tx: &mut Tx,
    asker: &PersonId,
    since: At,
) -> Result<(i64, Option<At>)> {
    fetch!(
        fetch_one,
        tx,
        (i64, Option<At>),
        "SELECT COUNT(*), MIN(first_at) FROM (SELECT payer, MIN(asked_at) AS first_at \
         FROM money_requests WHERE asker = $1 GROUP BY payer) AS asked WHERE first_at > $2",
        asker,
        since
    )
}

/// How often an asker has asked this address.
pub(super) async fn times_by(tx: &mut Tx, asker: &PersonId, payer: &Address) -> Result<i64> {
    let (count,) = fetch!(
        fetch_one,
        tx,
        (i64,),
        "SELECT COUNT(*) FROM money_requests WHERE payer = $2 AND asker = $1",
        asker,
        payer
    )?;
    Ok(count)
}

/// How often anybody has asked this address.
pub(super) async fn times_asked(tx: &mut Tx, payer: &Address) -> Result<i64> {
    let (count,) = fetch!(
        fetch_one,
        tx,
        (i64,),
        "SELECT COUNT(*) FROM money_requests WHERE payer = $1",
        payer
    )?;
    Ok(count)
}

/// The open requests of an asker to an address that its owner knows of, by their references.
pub(super) async fn open_between(
    tx: &mut Tx,
    asker: &PersonId,
    payer: &Address,
) -> Result<Vec<String>> {
    let rows = fetch!(
        fetch_all,
        tx,
        (String,),
        "SELECT r.reference FROM money_requests m JOIN transfer_requests r ON r.id = m.request \
         WHERE m.payer = $2 AND m.asker = $1 AND m.state = 'open' AND NOT m.muted \
         ORDER BY r.reference",
        asker,
        payer
    )?;
    Ok(rows.into_iter().map(|(reference,)| reference).collect())
}

/// What became of every request that its payee asked for, for the export.
///
/// # Errors
/// The database's.
pub async fn asked(tx: &mut Tx) -> Result<BTreeMap<RequestId, AskState>> {
    let rows =
        fetch!(fetch_all, tx, (RequestId, AskState), "SELECT request, state FROM money_requests")?;
    Ok(rows.into_iter().collect())
}

/// A side of a block: an address, and the person who owns it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Side<'a> {
    pub(super) address: &'a Address,
    pub(super) person: Option<&'a PersonId>,
}

impl Side<'_> {
    /// What is stored: the person, who may have several addresses, where there is one.
    fn name(&self) -> &str {
        self.person.map_or(self.address.as_str(), PersonId::as_str)
    }
}

pub(super) async fn block(tx: &mut Tx, payer: Side<'_>, asker: Side<'_>, now: At) -> Result<u64> {
    execute!(
        tx,
        "INSERT INTO money_request_blocks (payer, asker, created_at) VALUES ($1, $2, $3) \
         ON CONFLICT (payer, asker) DO NOTHING",
        payer.name(),
        asker.name(),
        now
    )
}

pub(super) async fn unblock(tx: &mut Tx, payer: Side<'_>, asker: Side<'_>) -> Result<u64> {
    execute!(
        tx,
        "DELETE FROM money_request_blocks WHERE payer IN ($1, $2) AND asker IN ($3, $4)",
        payer.address,
        payer.name(),
        asker.address,
        asker.name()
    )
}

pub(super) async fn is_blocked(tx: &mut Tx, payer: Side<'_>, asker: Side<'_>) -> Result<bool> {
    let (count,) = fetch!(
        fetch_one,
        tx,
        (i64,),
        "SELECT COUNT(*) FROM money_request_blocks \
         WHERE payer IN ($1, $2) AND asker IN ($3, $4)",
        payer.address,
        payer.name(),
        asker.address,
        asker.name()
    )?;
    Ok(count > 0)
}
