//! Other words on a request for money: where it stands, the letter once more, something else instead.

use super::{AskRow, AskState, begin::hindrance, store};
use crate::{
    accounts,
    clock::At,
    confirmations,
    context::Context,
    db::Tx,
    inbox::MailRow,
    intent::Command,
    queue::Fault,
    transfers::{
        Correct, Request, RequestRow,
        letters::{self, Asking, Opening, Told},
        request::{self, Read},
        store as requests,
    },
};

/// Who writes about a request for money.
pub(super) enum Writer {
    Asker,
    Payer,
    /// Nobody whom it concerns.
    Other,
}

impl Writer {
    pub(super) fn of(read: &Read, (row, ask): (&RequestRow, &AskRow)) -> Self {
        if read.mail.person.as_deref() == Some(ask.asker.as_str()) {
            Self::Asker
        } else if read.owns(row) && !ask.muted {
            Self::Payer
        } else {
            Self::Other
        }
    }
}

/// The request for money of a reference.
pub(super) async fn find(
    tx: &mut Tx,
    reference: &str,
) -> Result<Option<(RequestRow, AskRow)>, sqlx::Error> {
    let Some(row) = requests::owner_of(tx, reference).await? else { return Ok(None) };
    Ok(store::of(tx, &row.id).await?.map(|ask| (row, ask)))
}

/// What the asker is told of where it stands.
pub(super) fn standing(ask: &AskRow) -> Told {
    match ask.state {
        AskState::Open => Told::Waiting,
        AskState::Paid => Told::Paid,
        AskState::Declined => Told::Declined,
        AskState::Withdrawn => Told::Withdrawn,
        AskState::Expired => Told::Expired,
    }
}

pub(super) async fn tell_standing(
    cx: &Context,
    tx: &mut Tx,
    read: &Read,
    (row, ask): (&RequestRow, &AskRow),
) -> Result<(), Fault> {
    let told = (standing(ask), read.mail.language);
    let cause = format!("standing/{}", read.mail.id);
    letters::tell_asker(cx, tx, (row, &ask.asker), told, (read.thread(), &cause)).await?;
    Ok(())
}

/// Says where a request for money stands: to the payer by its letter once more, which only the link
/// confirms. Whether it was one.
pub(in crate::transfers) async fn again(
    cx: &Context,
    tx: &mut Tx,
    (read, reference): (&Read, &str),
    now: At,
) -> Result<bool, Fault> {
    let Some((row, ask)) = find(tx, reference).await? else { return Ok(false) };
    match Writer::of(read, (&row, &ask)) {
        Writer::Asker => tell_standing(cx, tx, read, (&row, &ask)).await?,
        Writer::Payer => remind(cx, tx, (&row, &read.mail), now).await?,
        Writer::Other => {
            letters::no_such_request(cx, tx, &read.mail, (reference, read.thread())).await?;
        }
    }
    Ok(true)
}

async fn remind(
    cx: &Context,
    tx: &mut Tx,
    (row, mail): (&RequestRow, &MailRow),
    now: At,
) -> Result<(), Fault> {
    let thread = crate::letters::Thread::answering(mail.message_id.as_deref());
    let live = confirmations::live_of(tx, &row.reference).await?;
    let person = match &row.person {
        Some(person) => accounts::by_id(tx, person).await?,
        None => None,
    };
    match (live, row.amount(), &row.recipient, person) {
        (Some(live), Some(amount), Some(asker), Some(payer)) if live.expires_at > now => {
            let hindrance = hindrance(cx, tx, (row, &payer), now).await?;
            let cause = format!("{}/{}/ask_again/{}", row.reference, row.revision, mail.id);
            let said = (Opening::Again, hindrance);
            let confirmable = confirmations::again(&live);
            let asking = Asking { cause, thread, confirmable, language: mail.language, days: None };
            letters::ask_payer(cx, tx, (row, amount, asker), said, asking).await?;
        }
        _ => letters::too_late(cx, tx, row, (mail, thread)).await?,
    }
    Ok(())
}

/// A payer who writes something else than a yes or a no: a payment of their own is one, anything else
/// gets the letter once more. Whether it was about a request for money.
pub(in crate::transfers) async fn instead(
    cx: &Context,
    tx: &mut Tx,
    (read, work): (&Read, &Correct),
    now: At,
) -> Result<bool, Fault> {
    if find(tx, &work.reference).await?.is_none() {
        return Ok(false);
    }
    if let Some(Command::Transfer { .. }) = read.reading.commands().get(work.step) {
        let begun = Request { mail: work.mail.clone(), step: work.step, way: work.way };
        request::begin(cx, tx, &begun, now).await?;
        return Ok(true);
    }
    again(cx, tx, (read, &work.reference), now).await
}
