//! The letters of a transfer, and whom each goes to.

mod confirm;
mod outcome;
mod problem;
mod status;
mod words;

use super::{Draft, Problem, RequestRow, State};
use crate::{
    accounts,
    address::Address,
    context::Context,
    db::Tx,
    inbox::MailRow,
    ledger::{Receipt, Refusal},
    letters::{self, Confirmable, Letter, Note, Sample, Thread},
    money::Amount,
    tokens,
};

pub use confirm::Confirm;
pub use outcome::{Cancelled, Expired, Received, Refused, Sent};
pub use problem::{ProblemLetter, SignUpFirst};
pub use status::{NoSuchRequest, TooLate};

/// Every letter about a transfer, as the templates are tried with it.
pub fn samples() -> Vec<Sample> {
    vec![
        Sample::of::<Confirm>(),
        Sample::variant("again", &Confirm::sample_again()),
        Sample::of::<ProblemLetter>(),
        Sample::variant("two_amounts", &ProblemLetter::sample_of_two_amounts()),
        Sample::of::<SignUpFirst>(),
        Sample::of::<Sent>(),
        Sample::of::<Received>(),
        Sample::of::<Refused>(),
        Sample::of::<Cancelled>(),
        Sample::of::<Expired>(),
        Sample::of::<NoSuchRequest>(),
        Sample::of::<TooLate>(),
        Sample::variant("refused", &TooLate::sample_in(State::Refused)),
        Sample::variant("cancelled", &TooLate::sample_in(State::Cancelled)),
        Sample::variant("expired", &TooLate::sample_in(State::Expired)),
        Sample::variant("incomplete", &TooLate::sample_in(State::Incomplete)),
        Sample::variant("waiting", &TooLate::sample_in(State::Waiting)),
        Sample::variant("asked", &TooLate::sample_in(State::Asked)),
    ]
}

type Written = anyhow::Result<()>;

/// A confirmation letter about to be written.
pub(super) struct Asking {
    pub(super) cause: String,
    pub(super) thread: Thread,
    pub(super) confirmable: Confirmable,
}

pub(super) async fn confirm(
    cx: &Context,
    tx: &mut Tx,
    (row, amount, to): (&RequestRow, Amount, &Address),
    asking: Asking,
) -> Written {
    let letter = Confirm::new(row, amount, to, &asking.confirmable);
    write_asking(cx, tx, row, asking, &letter).await
}

pub(super) async fn confirm_again(
    cx: &Context,
    tx: &mut Tx,
    (row, amount, to): (&RequestRow, Amount, &Address),
    asking: Asking,
) -> Written {
    let letter = Confirm::again(row, amount, to, &asking.confirmable);
    write_asking(cx, tx, row, asking, &letter).await
}

async fn write_asking(
    cx: &Context,
    tx: &mut Tx,
    row: &RequestRow,
    asking: Asking,
    letter: &Confirm,
) -> Written {
    let note = Note {
        cause: asking.cause,
        to: &row.sender_address,
        reference: Some(&row.reference),
        thread: asking.thread,
    };
    letters::write(&cx.settings, tx, note, (letter, Some(&asking.confirmable)), cx.now()).await?;
    Ok(())
}

pub(super) async fn problem(
    cx: &Context,
    tx: &mut Tx,
    (row, draft, problems): (&RequestRow, &Draft, &[Problem]),
    (mail, thread): (&MailRow, Thread),
) -> Written {
    let reply_to = thread_address(cx, row)?;
    let letter = ProblemLetter::new(row, mail.words.as_deref(), (draft, problems), &reply_to)?;
    let cause = format!("{}/{}/problem", row.reference, row.revision);
    to_sender(cx, tx, row, (cause, thread), &letter).await
}

pub(super) async fn sign_up_first(
    cx: &Context,
    tx: &mut Tx,
    row: &RequestRow,
    thread: Thread,
) -> Written {
    let letter = SignUpFirst::new(row, &cx.settings)?;
    to_sender(cx, tx, row, (format!("{}/sign_up", row.reference), thread), &letter).await
}

/// Both are told, each with their own balance and in their own thread.
pub(super) async fn sent_and_received(
    cx: &Context,
    tx: &mut Tx,
    (row, amount, to): (&RequestRow, Amount, &Address),
    receipt: &Receipt,
) -> Written {
    let Some(leg) = receipt.legs.first() else { return Ok(()) };
    let sent = Sent::new(row, amount, to, leg.debit_after);
    let first = first_mail(tx, row).await?;
    let thread = thread_after(tx, row, first.clone()).await?;
    to_sender(cx, tx, row, (format!("{}/sent", row.reference), thread), &sent).await?;
    let received = Received::new(row, amount, leg.credit_after);
    // A friend who was copied on the first mail finds the receipt beneath it.
    let note = Note {
        cause: format!("{}/received", row.reference),
        to,
        reference: Some(&row.reference),
        thread: first,
    };
    letters::write(&cx.settings, tx, note, (&received, None), cx.now()).await?;
    Ok(())
}

/// Tells the sender why the ledger refused; answers with the reason in one sentence, for the page.
pub(super) async fn refused(
    cx: &Context,
    tx: &mut Tx,
    (row, amount, to): (&RequestRow, Amount, &Address),
    refusal: &Refusal,
) -> anyhow::Result<String> {
    let letter = Refused::new(row, (amount, to), refusal, &cx.settings.service_address)?;
    let why = letter.why.clone();
    let thread = thread_of(tx, row).await?;
    let cause = format!("{}/{}/refused", row.reference, row.revision);
    to_sender(cx, tx, row, (cause, thread), &letter).await?;
    Ok(why)
}

pub(super) async fn cancelled(
    cx: &Context,
    tx: &mut Tx,
    row: &RequestRow,
    (mail, thread): (&MailRow, Thread),
) -> Written {
    let cause = format!("{}/cancelled/{}", row.reference, mail.id);
    to_sender(cx, tx, row, (cause, thread), &Cancelled::new(row)).await
}

pub(super) async fn expired(
    cx: &Context,
    tx: &mut Tx,
    row: &RequestRow,
    thread: Thread,
) -> Written {
    let cause = format!("{}/{}/expired", row.reference, row.revision);
    to_sender(cx, tx, row, (cause, thread), &Expired::new(row, &cx.settings.service_address)?).await
}

/// Where a request stands, to whoever owns it and still writes about it.
pub(super) async fn too_late(
    cx: &Context,
    tx: &mut Tx,
    row: &RequestRow,
    (mail, thread): (&MailRow, Thread),
) -> Written {
    let cause = format!("{}/too_late/{}", row.reference, mail.id);
    to_sender(cx, tx, row, (cause, thread), &TooLate::new(row)).await
}

/// Says to a person with an account that no request of theirs has that name; never whether another's
/// has.
pub(super) async fn no_such_request(
    cx: &Context,
    tx: &mut Tx,
    mail: &MailRow,
    (reference, thread): (&str, Thread),
) -> Written {
    let from = mail.from_address.as_deref().and_then(|from| from.parse::<Address>().ok());
    let (Some(to), Some(_)) = (from, &mail.person) else { return Ok(()) };
    let cause = format!("{}/no_such_request", mail.id);
    let note = Note { cause, to: &to, reference: None, thread };
    let letter = NoSuchRequest::new(reference);
    letters::write(&cx.settings, tx, note, (&letter, None), cx.now()).await?;
    Ok(())
}

async fn to_sender<L: Letter>(
    cx: &Context,
    tx: &mut Tx,
    row: &RequestRow,
    (cause, thread): (String, Thread),
    letter: &L,
) -> Written {
    let to = registered(tx, row).await?;
    let note = Note { cause, to: &to, reference: Some(&row.reference), thread };
    letters::write(&cx.settings, tx, note, (letter, None), cx.now()).await?;
    Ok(())
}

/// The address that asked, as long as it is still the person's own; else their first one.
async fn registered(tx: &mut Tx, row: &RequestRow) -> anyhow::Result<Address> {
    let Some(person) = &row.person else { return Ok(row.sender_address.clone()) };
    let own = accounts::addresses_of(tx, person).await?;
    let first = own.first().cloned();
    let still = own.contains(&row.sender_address);
    Ok(if still { row.sender_address.clone() } else { first.unwrap_or(row.sender_address.clone()) })
}

/// The thread that the request's first mail began.
async fn first_mail(tx: &mut Tx, row: &RequestRow) -> anyhow::Result<Thread> {
    let mail = crate::inbox::mail(tx, &row.mail).await?;
    Ok(Thread::answering(mail.as_ref().and_then(|mail| mail.message_id.as_deref())))
}

/// The sender's thread: the first mail, then the letter that asked.
async fn thread_of(tx: &mut Tx, row: &RequestRow) -> anyhow::Result<Thread> {
    let first = first_mail(tx, row).await?;
    thread_after(tx, row, first).await
}

async fn thread_after(tx: &mut Tx, row: &RequestRow, mut thread: Thread) -> anyhow::Result<Thread> {
    if let Some(asked) = letters::newest_of(tx, &row.reference, &row.sender_address).await? {
        thread.references.push(asked.clone());
        thread.in_reply_to = Some(asked);
    }
    Ok(thread)
}

/// The address that answers to this request go to.
fn thread_address(cx: &Context, row: &RequestRow) -> anyhow::Result<Address> {
    let tag = tokens::thread_tag(&cx.settings.keys, &row.reference);
    Ok(cx.settings.service_address.tagged(&tag)?)
}
