//! The table of what is held for people without an account.

use super::Held;
use crate::{
    accounts::PersonId,
    address::Address,
    clock::At,
    db::Tx,
    execute, fetch,
    transfers::{RequestId, State},
};

type Result<T> = std::result::Result<T, sqlx::Error>;

/// Payments to one address that one look brings; the next job takes the others.
pub(super) const WAITING_MAX: i64 = 100;

pub(super) async fn insert(tx: &mut Tx, held: &Held) -> Result<u64> {
    execute!(
        tx,
        "INSERT INTO transfer_holds (request, hold, person, payee, held_at, expires_at) \
         VALUES ($1, $2, $3, $4, $5, $6)",
        &held.request,
        &held.hold,
        &held.person,
        &held.payee,
        held.held_at,
        held.expires_at
    )
}

pub(super) async fn of_request(tx: &mut Tx, request: &RequestId) -> Result<Option<Held>> {
    fetch!(
        fetch_optional,
        tx,
        Held,
        "SELECT request, hold, person, payee, held_at, expires_at, reminded_at FROM transfer_holds \
         WHERE request = $1",
        request
    )
}

/// The references of what waits for an address, oldest first.
pub(super) async fn waiting_for(tx: &mut Tx, payee: &Address) -> Result<Vec<String>> {
    let rows = fetch!(
        fetch_all,
        tx,
        (String,),
        "SELECT r.reference FROM transfer_holds h JOIN transfer_requests r ON r.id = h.request \
         WHERE h.payee = $1 AND h.ended_at IS NULL ORDER BY h.request LIMIT $2",
        payee,
        WAITING_MAX
    )?;
    Ok(rows.into_iter().map(|(reference,)| reference).collect())
}

/// How many payments a person has made to people without an account since then, and when the first of
/// these was.
pub(super) async fn oldest_of_day(
    tx: &mut Tx,
    person: &PersonId,
    since: At,
) -> Result<(i64, Option<At>)> {
    fetch!(
        fetch_one,
        tx,
        (i64, Option<At>),
        "SELECT COUNT(*), MIN(held_at) FROM transfer_holds WHERE person = $1 AND held_at > $2",
        person,
        since
    )
}

pub(super) async fn reminded(tx: &mut Tx, request: &RequestId, now: At) -> Result<u64> {
    execute!(tx, "UPDATE transfer_holds SET reminded_at = $2 WHERE request = $1", request, now)
}

/// Notes what became of a held payment: in the request, with the operation that ended it, and here.
pub(super) async fn end(
    tx: &mut Tx,
    request: &RequestId,
    (state, operation): (State, &str),
    now: At,
) -> Result<u64> {
    execute!(
        tx,
        "UPDATE transfer_holds SET ended_at = $2 WHERE request = $1 AND ended_at IS NULL",
        request,
        now
    )?;
    execute!(
        tx,
        "UPDATE transfer_requests SET state = $2, operation = $3, updated_at = $4 \
         WHERE id = $1 AND state = 'held'",
        request,
        state,
        operation,
        now
    )
}
