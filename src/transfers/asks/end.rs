//! How a request for money ends without money, and the reminder before it.

use std::time::Duration;

use super::{
    AskRow, AskState, RemindPayer,
    answer::{Writer, find, tell_standing},
    begin::hindrance,
    store,
};
use crate::{
    accounts,
    clock::At,
    confirmations,
    context::Context,
    db::Tx,
    letters::Thread,
    queue::Fault,
    transfers::{
        RequestRow, State, held,
        letters::{self, Asking, Opening, Told},
        request::{Read, read},
        store as requests,
    },
};

/// Between two reminders, and before the first.
const REMIND_AFTER: Duration = Duration::from_secs(86_400);

/// Takes a request for money back, or declines it, by who writes. Whether it was one.
pub(in crate::transfers) async fn cancel(
    cx: &Context,
    tx: &mut Tx,
    (read, reference): (&Read, &str),
    now: At,
) -> Result<bool, Fault> {
    let Some((row, ask)) = find(tx, reference).await? else { return Ok(false) };
    match Writer::of(read, (&row, &ask)) {
        Writer::Asker => withdraw(cx, tx, read, reference, now).await?,
        Writer::Payer => {
            if !decline(cx, tx, reference, now).await? {
                let row = requests::owner_of(tx, reference).await?.unwrap_or(row);
                letters::too_late(cx, tx, &row, (&read.mail, read.thread())).await?;
            } else {
                let told = (Told::YouDeclined, read.mail.language);
                letters::tell_payer(cx, tx, &row, told, (read.thread(), "declined")).await?;
            }
        }
        Writer::Other => {
            letters::no_such_request(cx, tx, &read.mail, (reference, read.thread())).await?;
        }
    }
    Ok(true)
}

/// The request under lock, its link dead; the confirmation's row first, as when it is spent.
async fn locked(tx: &mut Tx, reference: &str) -> Result<Option<(RequestRow, AskRow)>, sqlx::Error> {
    confirmations::revoke(tx, reference).await?;
    let Some(row) = requests::lock(tx, reference).await? else { return Ok(None) };
    Ok(store::of(tx, &row.id).await?.map(|ask| (row, ask)))
}

async fn withdraw(
    cx: &Context,
    tx: &mut Tx,
    read: &Read,
    reference: &str,
    now: At,
) -> Result<(), Fault> {
    let Some((row, ask)) = locked(tx, reference).await? else { return Ok(()) };
    if store::close(tx, &row.id, AskState::Withdrawn).await? == 0 {
        return tell_standing(cx, tx, read, (&row, &ask)).await;
    }
    let told = (Told::Withdrawn, read.mail.language);
    letters::tell_asker(cx, tx, (&row, &ask.asker), told, (read.thread(), "withdrawn")).await?;
    if requests::close(tx, &row.id, State::Cancelled, now).await? == 1 {
        let language = letters::language_of_payer(cx, tx, &row).await?;
        let told = (Told::TakenBack, language);
        letters::tell_payer(cx, tx, &row, told, (Thread::default(), "taken_back")).await?;
    }
    Ok(())
}

/// Declines an open one and tells the asker. Whether it was open.
pub(super) async fn decline(
    cx: &Context,
    tx: &mut Tx,
    reference: &str,
    now: At,
) -> Result<bool, Fault> {
    let Some((row, ask)) = locked(tx, reference).await? else { return Ok(false) };
    if store::close(tx, &row.id, AskState::Declined).await? == 0 {
        return Ok(false);
    }
    requests::close(tx, &row.id, State::Cancelled, now).await?;
    tell(cx, tx, (&row, &ask), Told::Declined).await?;
    Ok(true)
}

/// Tells the asker what became of it, in the thread of the mail that asked.
async fn tell(
    cx: &Context,
    tx: &mut Tx,
    (row, ask): (&RequestRow, &AskRow),
    what: Told,
) -> Result<(), Fault> {
    let person = accounts::by_id(tx, &ask.asker).await?;
    let usual = cx.settings.accounts.language();
    let told = (what, person.map_or(usual, |person| person.language()));
    let thread = letters::first_mail(tx, row).await?;
    letters::tell_asker(cx, tx, (row, &ask.asker), told, (thread, what.as_str())).await?;
    Ok(())
}

/// Ends one whose time is over. Whether the request is one for money.
pub(in crate::transfers) async fn expire(
    cx: &Context,
    tx: &mut Tx,
    (row, revision): (&RequestRow, i64),
    now: At,
) -> Result<bool, Fault> {
    let Some(ask) = store::of(tx, &row.id).await? else { return Ok(false) };
    let due = row.revision == revision && row.expires_at <= now;
    if due && store::close(tx, &row.id, AskState::Expired).await? == 1 {
        requests::close(tx, &row.id, State::Expired, now).await?;
        tell(cx, tx, (row, &ask), Told::Expired).await?;
    }
    Ok(true)
}

/// Runs [`RemindPayer`].
///
/// # Errors
/// A fault; the job is tried again.
pub async fn remind_payer(cx: &Context, work: RemindPayer, tx: &mut Tx) -> Result<(), Fault> {
    let now = cx.now();
    let read = read(tx, &work.mail).await?;
    let found = find(tx, &work.reference).await?;
    let Some((row, ask)) = found else {
        // Perhaps a payment that waits to be claimed.
        let RemindPayer { mail, reference } = work;
        return held::remind(cx, held::Remind { mail, reference }, tx).await;
    };
    if !matches!(Writer::of(&read, (&row, &ask)), Writer::Asker) {
        let told = (&*work.reference, read.thread());
        letters::no_such_request(cx, tx, &read.mail, told).await?;
        return Ok(());
    }
    // Looked at again under lock: two reminders at once are one.
    let Some(row) = requests::lock(tx, &work.reference).await? else { return Ok(()) };
    let Some(ask) = store::of(tx, &row.id).await? else { return Ok(()) };
    if ask.state != AskState::Open || row.expires_at <= now {
        return tell_standing(cx, tx, &read, (&row, &ask)).await;
    }
    let before = ask.reminded_at.unwrap_or(ask.asked_at);
    let soon = before.plus(REMIND_AFTER) > now;
    let what = if soon { Told::TooSoon } else { Told::Reminded };
    if !soon {
        store::reminded(tx, &row.id, now).await?;
        if !ask.muted {
            remind(cx, tx, &row, now).await?;
        }
    }
    let cause = format!("reminded/{}", read.mail.id);
    let told = (what, read.mail.language);
    letters::tell_asker(cx, tx, (&row, &ask.asker), told, (read.thread(), &cause)).await?;
    Ok(())
}

async fn remind(cx: &Context, tx: &mut Tx, row: &RequestRow, now: At) -> Result<(), Fault> {
    let language = letters::language_of_payer(cx, tx, row).await?;
    let Some(person) = &row.person else {
        return Ok(letters::invite(cx, tx, row, (language, Some(now))).await?);
    };
    let payer = accounts::by_id(tx, person).await?;
    let live = confirmations::live_of(tx, &row.reference).await?;
    if let (Some(live), Some(payer), Some(amount), Some(asker)) =
        (live, payer, row.amount(), &row.recipient)
    {
        let hindrance = hindrance(cx, tx, (row, &payer), now).await?;
        let cause = format!("{}/{}/ask_reminder/{}", row.reference, row.revision, now.0);
        let said = (Opening::Reminder, hindrance);
        let confirmable = confirmations::again(&live);
        let asking = Asking { cause, thread: Thread::default(), confirmable, language, days: None };
        letters::ask_payer(cx, tx, (row, amount, asker), said, asking).await?;
    }
    Ok(())
}
