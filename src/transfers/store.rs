//! The tables of transfer requests and their revisions.

use super::{Draft, RequestId, RequestRow, State};
use crate::{
    accounts::PersonId,
    address::Address,
    clock::At,
    context::Release,
    db::{Conn, Tx},
    execute, fetch,
    inbox::MailId,
    money::Currency,
};

type Result<T> = std::result::Result<T, sqlx::Error>;

/// The next `T-…` number. Numbers may be skipped, never repeated.
pub(super) async fn next_reference(tx: &mut Tx) -> Result<String> {
    let (number,): (i64,) = match &mut tx.conn {
        // A sequence holds no lock until the commit; a counter row would make all transfers queue.
        Conn::Postgres(t) => {
            sqlx::query_as("SELECT nextval('reference_numbers')").fetch_one(&mut **t).await?
        }
        Conn::Sqlite(t) => sqlx::query_as(
            "UPDATE reference_numbers SET next_number = next_number + 1 RETURNING next_number - 1",
        )
        .fetch_one(&mut **t)
        .await?,
    };
    Ok(format!("T-{number}"))
}

pub(super) async fn insert(tx: &mut Tx, row: &RequestRow, step: i64, now: At) -> Result<u64> {
    execute!(
        tx,
        "INSERT INTO transfer_requests (id, reference, state, revision, sender_address, person, \
         recipient, amount_minor, currency, note, mail, step, created_at, updated_at, expires_at) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $13, $14) \
         ON CONFLICT (mail, step) DO NOTHING",
        &row.id,
        &row.reference,
        row.state,
        row.revision,
        &row.sender_address,
        &row.person,
        &row.recipient,
        row.amount_minor,
        row.currency,
        &row.note,
        &row.mail,
        step,
        now,
        row.expires_at
    )
}

/// Keeps what a revision said.
pub(super) async fn insert_revision(
    tx: &mut Tx,
    row: &RequestRow,
    mail: &MailId,
    problems: &str,
    now: At,
) -> Result<u64> {
    execute!(
        tx,
        "INSERT INTO transfer_revisions (request, revision, mail, recipient, amount_minor, currency, \
         problems, created_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
        &row.id,
        row.revision,
        mail,
        &row.recipient,
        row.amount_minor,
        row.currency,
        problems,
        now
    )
}

/// A request by its reference, locked until the transaction ends.
pub(super) async fn lock(tx: &mut Tx, reference: &str) -> Result<Option<RequestRow>> {
    // An UPDATE that changes nothing takes the row's lock on either database.
    fetch!(
        fetch_optional,
        tx,
        RequestRow,
        "UPDATE transfer_requests SET revision = revision WHERE reference = $1 \
         RETURNING id, reference, state, revision, sender_address, person, recipient, amount_minor, \
         currency, note, mail, expires_at, seen_at, selected_at, selected_how, operation",
        reference
    )
}

/// A request by its id, locked until the transaction ends.
pub(super) async fn lock_by_id(tx: &mut Tx, id: &RequestId) -> Result<Option<RequestRow>> {
    fetch!(
        fetch_optional,
        tx,
        RequestRow,
        "UPDATE transfer_requests SET revision = revision WHERE id = $1 \
         RETURNING id, reference, state, revision, sender_address, person, recipient, amount_minor, \
         currency, note, mail, expires_at, seen_at, selected_at, selected_how, operation",
        id
    )
}

/// Writes a new revision of an open request.
pub(super) async fn revise(tx: &mut Tx, row: &RequestRow, now: At) -> Result<u64> {
    execute!(
        tx,
        "UPDATE transfer_requests SET state = $2, revision = $3, person = $4, recipient = $5, \
         amount_minor = $6, currency = $7, note = $8, updated_at = $9, expires_at = $10 \
         WHERE id = $1 AND state IN ('incomplete', 'waiting', 'asked')",
        &row.id,
        row.state,
        row.revision,
        &row.person,
        &row.recipient,
        row.amount_minor,
        row.currency,
        &row.note,
        now,
        row.expires_at
    )
}

/// Closes an open request without money.
pub(super) async fn close(tx: &mut Tx, id: &RequestId, state: State, now: At) -> Result<u64> {
    execute!(
        tx,
        "UPDATE transfer_requests SET state = $2, updated_at = $3 \
         WHERE id = $1 AND state IN ('incomplete', 'waiting', 'asked')",
        id,
        state,
        now
    )
}

/// Notes how a request was confirmed and what came of it.
pub(super) async fn settle(
    tx: &mut Tx,
    id: &RequestId,
    (state, operation): (State, Option<&str>),
    release: &Release,
) -> Result<u64> {
    execute!(
        tx,
        "UPDATE transfer_requests SET state = $2, operation = $3, seen_at = $4, selected_at = $5, \
         selected_how = $6, updated_at = $5 WHERE id = $1 AND state = 'asked'",
        id,
        state,
        operation,
        release.seen_at,
        release.at,
        release.how
    )
}

/// A person's requests that still wait for something, oldest first.
///
/// # Errors
/// The database's.
pub async fn open_of(
    tx: &mut Tx,
    sender: &Address,
    person: Option<&PersonId>,
) -> Result<Vec<RequestRow>> {
    fetch!(
        fetch_all,
        tx,
        RequestRow,
        "SELECT id, reference, state, revision, sender_address, person, recipient, amount_minor, \
         currency, note, mail, expires_at, seen_at, selected_at, selected_how, operation FROM transfer_requests \
         WHERE state IN ('incomplete', 'waiting', 'asked') AND (sender_address = $1 OR person = $2) \
         ORDER BY id",
        sender,
        person
    )
}

/// Whose request a reference is, in any state.
///
/// # Errors
/// The database's.
pub async fn owner_of(tx: &mut Tx, reference: &str) -> Result<Option<RequestRow>> {
    fetch!(
        fetch_optional,
        tx,
        RequestRow,
        "SELECT id, reference, state, revision, sender_address, person, recipient, amount_minor, \
         currency, note, mail, expires_at, seen_at, selected_at, selected_how, operation FROM transfer_requests WHERE reference = $1",
        reference
    )
}

/// All requests after `after` in order, at most `max`.
///
/// # Errors
/// The database's.
pub async fn export(tx: &mut Tx, after: &str, max: i64) -> Result<Vec<RequestRow>> {
    fetch!(
        fetch_all,
        tx,
        RequestRow,
        "SELECT id, reference, state, revision, sender_address, person, recipient, amount_minor, \
         currency, note, mail, expires_at, seen_at, selected_at, selected_how, operation FROM transfer_requests WHERE id > $1 ORDER BY id LIMIT $2",
        after,
        max
    )
}

/// Puts a draft's values into a row.
pub(super) fn apply(row: &mut RequestRow, draft: &Draft) {
    row.recipient.clone_from(&draft.recipient);
    row.amount_minor = draft.amount.map(|amount| amount.minor());
    row.currency = draft.amount.map(|amount| -> Currency { amount.currency() });
    row.note.clone_from(&draft.note);
}
