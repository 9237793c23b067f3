//! The table of lists.

use super::ListRow;
use crate::{
    db::Tx,
    execute, fetch,
    inbox::MailId,
    transfers::{RequestId, RequestRow},
};

type Result<T> = std::result::Result<T, sqlx::Error>;

pub(super) async fn insert(tx: &mut Tx, list: &ListRow) -> Result<u64> {
    execute!(
        tx,
        "INSERT INTO payment_lists (reference, person, mail, first_step, last_step, expires_at) \
         VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (mail, first_step) DO NOTHING",
        &list.reference,
        &list.person,
        &list.mail,
        list.first_step,
        list.last_step,
        list.expires_at
    )
}

pub(super) async fn of(tx: &mut Tx, reference: &str) -> Result<Option<ListRow>> {
    fetch!(
        fetch_optional,
        tx,
        ListRow,
        "SELECT reference, person, mail, first_step, last_step, expires_at FROM payment_lists \
         WHERE reference = $1",
        reference
    )
}

/// The list that a request is on.
pub(super) async fn with(tx: &mut Tx, request: &RequestId) -> Result<Option<ListRow>> {
    fetch!(
        fetch_optional,
        tx,
        ListRow,
        "SELECT l.reference, l.person, l.mail, l.first_step, l.last_step, l.expires_at \
         FROM payment_lists l JOIN transfer_requests r ON r.mail = l.mail \
         AND r.step BETWEEN l.first_step AND l.last_step WHERE r.id = $1",
        request
    )
}

/// The requests of a list's mail and steps, in its order.
pub(super) async fn members(
    tx: &mut Tx,
    (mail, first, last): (&MailId, i64, i64),
) -> Result<Vec<RequestRow>> {
    fetch!(
        fetch_all,
        tx,
        RequestRow,
        "SELECT id, reference, state, revision, sender_address, person, recipient, amount_minor, \
         currency, note, mail, expires_at, seen_at, selected_at, selected_how, operation \
         FROM transfer_requests WHERE mail = $1 AND step BETWEEN $2 AND $3 ORDER BY step",
        mail,
        first,
        last
    )
}

pub(super) async fn member(tx: &mut Tx, id: &RequestId) -> Result<Option<RequestRow>> {
    fetch!(
        fetch_optional,
        tx,
        RequestRow,
        "SELECT id, reference, state, revision, sender_address, person, recipient, amount_minor, \
         currency, note, mail, expires_at, seen_at, selected_at, selected_how, operation \
         FROM transfer_requests WHERE id = $1",
        id
    )
}
