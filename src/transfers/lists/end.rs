//! A list that is taken back, has run out, or is asked after.

use super::{ListRow, begin::totals, members_asked, store};
use crate::{
    clock::At,
    confirmations,
    context::Context,
    db::Tx,
    queue::Fault,
    transfers::{
        RequestRow, State,
        letters::{self, Asking, Line, What},
        request::{Read, read},
        store as requests,
    },
};

/// The list of a reference, when it is the writer's.
async fn own(tx: &mut Tx, read: &Read, reference: &str) -> Result<Option<ListRow>, sqlx::Error> {
    let list = store::of(tx, reference).await?;
    Ok(list.filter(|list| read.mail.person.as_deref() == Some(list.person.as_str())))
}

/// Closes what still waits as the list asked for it. The list's own confirmation is taken first, as when
/// it is spent; who finds it taken has nothing to close.
async fn close(
    tx: &mut Tx,
    list: &ListRow,
    (state, now): (State, At),
) -> Result<Vec<RequestRow>, sqlx::Error> {
    let live = confirmations::live_of(tx, &list.reference).await?;
    let Some(live) = live else { return Ok(Vec::new()) };
    let mut closed = Vec::new();
    if take(tx, (&list.reference, 1), (state, now)).await? == 0 {
        return Ok(closed);
    }
    for member in members_asked(tx, &live.args).await? {
        take(tx, (&member.reference, member.revision), (state, now)).await?;
        let Some(row) = requests::lock(tx, &member.reference).await? else { continue };
        let same = row.revision == member.revision;
        if same && requests::close(tx, &row.id, state, now).await? == 1 {
            closed.push(RequestRow { state, ..row });
        }
    }
    Ok(closed)
}

/// Ends a live confirmation, as what its request becomes.
async fn take(
    tx: &mut Tx,
    (reference, revision): (&str, i64),
    (state, now): (State, At),
) -> Result<u64, sqlx::Error> {
    match state {
        State::Expired => confirmations::expire(tx, reference, revision, now).await,
        _ => confirmations::revoke(tx, reference).await,
    }
}

/// Takes back all of a list that still waits. Whether the reference is that of a list.
pub(in crate::transfers) async fn cancel(
    cx: &Context,
    tx: &mut Tx,
    (read, reference): (&Read, &str),
    now: At,
) -> Result<bool, Fault> {
    let Some(list) = own(tx, read, reference).await? else { return Ok(false) };
    let closed = close(tx, &list, (State::Cancelled, now)).await?;
    let what = if closed.is_empty() { What::Standing } else { What::Cancelled };
    tell(cx, tx, (read, &list), (closed, what), &format!("cancelled/{}", read.mail.id)).await?;
    Ok(true)
}

/// Tells of these members, or of all where there are none.
async fn tell(
    cx: &Context,
    tx: &mut Tx,
    (read, list): (&Read, &ListRow),
    (mut rows, what): (Vec<RequestRow>, What),
    cause: &str,
) -> Result<(), Fault> {
    if rows.is_empty() {
        rows = store::members(tx, (&list.mail, list.first_step, list.last_step)).await?;
    }
    let Some(first) = rows.first() else { return Ok(()) };
    let lines = rows.iter().map(Line::before).collect();
    let told = (what, read.mail.language, cause);
    let about = (&*list.reference, first);
    letters::tell_list(cx, tx, about, (lines, Vec::new()), told).await?;
    Ok(())
}

/// Ends all of a list whose time is over, with one letter. Whether the request was on one, unchanged.
pub(in crate::transfers) async fn expire(
    cx: &Context,
    tx: &mut Tx,
    (reference, revision): (&str, i64),
    now: At,
) -> Result<bool, Fault> {
    let Some(row) = requests::owner_of(tx, reference).await? else { return Ok(false) };
    if row.revision != 1 || revision != 1 || row.state != State::Asked || row.expires_at > now {
        return Ok(false);
    }
    let Some(list) = store::with(tx, &row.id).await? else { return Ok(false) };
    let closed = close(tx, &list, (State::Expired, now)).await?;
    if closed.is_empty() {
        return Ok(false);
    }
    let read = read(tx, &list.mail).await?;
    tell(cx, tx, (&read, &list), (closed, What::Expired), "expired").await?;
    Ok(true)
}

/// The list's letter once more, which only the link confirms; or what became of it. Whether the
/// reference is that of a list.
pub(in crate::transfers) async fn again(
    cx: &Context,
    tx: &mut Tx,
    (read, reference): (&Read, &str),
    now: At,
) -> Result<bool, Fault> {
    let Some(list) = own(tx, read, reference).await? else { return Ok(false) };
    let live = confirmations::live_of(tx, reference).await?;
    let Some(live) = live.filter(|live| live.expires_at > now) else {
        let cause = format!("standing/{}", read.mail.id);
        tell(cx, tx, (read, &list), (Vec::new(), What::Standing), &cause).await?;
        return Ok(true);
    };
    let rows = members_asked(tx, &live.args).await?;
    let confirmable = confirmations::again(&live);
    let cause = format!("{reference}/again/{}", read.mail.id);
    let language = read.mail.language;
    let asking = Asking { cause, thread: read.thread(), confirmable, language, days: None };
    letters::confirm_all_again(cx, tx, (&rows, &totals(&rows)), asking).await?;
    Ok(true)
}
