//! The letters of a transfer, and whom each goes to.

mod ask_payer;
mod ask_stranger;
mod ask_told;
mod asks;
mod confirm;
mod held;
mod list;
mod list_told;
mod not_asked;
mod outcome;
mod payment;
mod problem;
mod receipt;
mod status;
mod words;

use super::{AskProblem, Draft, Problem, RequestRow, State};
use crate::{
    accounts,
    address::Address,
    context::Context,
    db::Tx,
    inbox::MailRow,
    language::Language,
    ledger::Receipt,
    letters::{self, Confirmable, Letter, Note, Sample, Thread},
    money::Amount,
    tokens,
};

pub use ask_payer::{AskPayer, Opening};
pub use ask_stranger::AskStranger;
pub use ask_told::{AskTold, Blocked, Told};
pub(super) use asks::{
    ask_payer, blocked, invite, language_of_payer, not_asked, tell_asker, tell_payer,
};
pub use confirm::Confirm;
pub(super) use held::{
    ask_to_claim, claim_by_link, claim_over, claim_paid, claimed, declined, held, not_paid, over,
    remind_to_claim, reminded, went_back,
};
pub use list::ConfirmAll;
pub(super) use list::{confirm_all, confirm_all_again, question_of_all};
pub use list_told::{Line, ListTold, What};
pub(super) use list_told::{tell_list, title_of_all};
pub use not_asked::NotAsked;
use payment::Payment;

pub use held::{
    ClaimLetter, ClaimOver, ClaimPaid, ClaimedLetter, DeclinedLetter, HeldLetter, Reminded,
    WentBack,
};
pub use outcome::{Cancelled, Expired, Refused};
pub use problem::{ProblemLetter, SignUpFirst};
pub use receipt::{Received, Sent};
pub use status::{NoSuchRequest, TooLate};

/// Every letter about a transfer, as the templates are tried with it.
pub fn samples(language: Language) -> Vec<Sample> {
    let standing = |what, state| Sample::variant(what, &TooLate::sample_in(state), language);
    let mut samples = of_asking(language);
    samples.extend([
        Sample::of::<Confirm>(language),
        Sample::variant("stranger", &Confirm::sample_stranger(), language),
        Sample::variant("again", &Confirm::sample_again(), language),
        Sample::of::<ProblemLetter>(language),
        Sample::variant("two_amounts", &ProblemLetter::sample_of_two_amounts(), language),
        Sample::of::<SignUpFirst>(language),
        Sample::of::<Sent>(language),
        Sample::of::<Received>(language),
        Sample::of::<Refused>(language),
        Sample::of::<Cancelled>(language),
        Sample::of::<Expired>(language),
        Sample::of::<NoSuchRequest>(language),
        Sample::of::<TooLate>(language),
        standing("refused", State::Refused),
        standing("cancelled", State::Cancelled),
        standing("expired", State::Expired),
        standing("incomplete", State::Incomplete),
        standing("waiting", State::Waiting),
        standing("asked", State::Asked),
        standing("held", State::Held),
        standing("returned", State::Returned),
    ]);
    samples.extend(held::samples(language));
    samples
}

/// Those about several payments at once, and about requests for money.
fn of_asking(language: Language) -> Vec<Sample> {
    let opening = |what, opening| Sample::variant(what, &AskPayer::sample_of(opening), language);
    let mut samples = vec![
        Sample::of::<ConfirmAll>(language),
        Sample::variant("again", &ConfirmAll::sample_again(), language),
        Sample::of::<ListTold>(language),
        Sample::variant("cancelled", &ListTold::sample_of(What::Cancelled), language),
        Sample::variant("expired", &ListTold::sample_of(What::Expired), language),
        Sample::variant("standing", &ListTold::sample_of(What::Standing), language),
        Sample::of::<AskPayer>(language),
        opening("reminder", Opening::Reminder),
        opening("again", Opening::Again),
        Sample::variant("refused", &AskPayer::sample_refused(), language),
        Sample::of::<AskStranger>(language),
        Sample::variant("reminder", &AskStranger::sample_reminder(), language),
        Sample::of::<Blocked>(language),
        Sample::variant("lifted", &Blocked::sample_lifted(), language),
        Sample::of::<NotAsked>(language),
        Sample::variant("new_people", &NotAsked::sample_over(), language),
        Sample::variant("too_many", &NotAsked::sample_too_many(), language),
        Sample::variant("no_account", &NotAsked::sample_of(AskProblem::NoAccount), language),
        Sample::variant("yourself", &NotAsked::sample_of(AskProblem::Yourself), language),
        Sample::of::<AskTold>(language),
    ];
    // The first is the kind's own sample.
    for what in Told::ALL.into_iter().skip(1) {
        samples.push(Sample::variant(what.as_str(), &AskTold::sample_of(what), language));
    }
    samples
}

type Written = anyhow::Result<()>;

/// A confirmation letter about to be written.
pub(super) struct Asking {
    pub(super) cause: String,
    pub(super) thread: Thread,
    pub(super) confirmable: Confirmable,
    pub(super) language: Language,
    /// When the payee has no account: for how many days the money would be held.
    pub(super) days: Option<u64>,
}

pub(super) async fn confirm(
    cx: &Context,
    tx: &mut Tx,
    (row, amount, to): (&RequestRow, Amount, &Address),
    asking: Asking,
) -> Written {
    let letter = Confirm::new(row, (amount, to), &asking.confirmable, asking.days);
    write_asking(cx, tx, row, asking, &letter).await
}

pub(super) async fn confirm_again(
    cx: &Context,
    tx: &mut Tx,
    (row, amount, to): (&RequestRow, Amount, &Address),
    asking: Asking,
) -> Written {
    let letter = Confirm::again(row, (amount, to), &asking.confirmable, asking.days);
    write_asking(cx, tx, row, asking, &letter).await
}

/// What a confirmation's page asks, in one line; days when the payee has no account, for which the money
/// would be held.
pub(super) fn question(
    language: Language,
    (amount, to): (Amount, &Address),
    days: Option<u64>,
) -> String {
    let amount = language.money(amount);
    match days {
        None => say!(language, "transfer_confirm.question", amount = amount, to = to),
        Some(count) => {
            say!(language, "transfer_confirm.to_stranger", amount = amount, to = to, count = count)
        }
    }
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
        language: asking.language,
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
    let letter = ProblemLetter::new(row, mail.words.as_deref(), (draft, problems), reply_to);
    let cause = format!("{}/{}/problem", row.reference, row.revision);
    to_sender(cx, tx, row, (cause, thread, mail.language), &letter).await
}

pub(super) async fn sign_up_first(
    cx: &Context,
    tx: &mut Tx,
    row: &RequestRow,
    (mail, thread): (&MailRow, Thread),
) -> Written {
    let letter = SignUpFirst::new(row, &cx.settings);
    let cause = format!("{}/sign_up", row.reference);
    to_sender(cx, tx, row, (cause, thread, mail.language), &letter).await
}

/// Both are told, each with their own balance, in their own thread and language.
pub(super) async fn sent_and_received(
    cx: &Context,
    tx: &mut Tx,
    (row, amount, to): (&RequestRow, Amount, &Address),
    (receipt, language): (&Receipt, Language),
) -> Written {
    let Some(leg) = receipt.legs.first() else { return Ok(()) };
    let sent = Sent::new(row, amount, to, leg.debit_after);
    let first = first_mail(tx, row).await?;
    let thread = thread_after(tx, row, first).await?;
    let cause = format!("{}/sent", row.reference);
    to_sender(cx, tx, row, (cause, thread, language), &sent).await?;
    received(cx, tx, (row, amount, to), receipt).await
}

/// The recipient is told, in their own language.
pub(super) async fn received(
    cx: &Context,
    tx: &mut Tx,
    (row, amount, to): (&RequestRow, Amount, &Address),
    receipt: &Receipt,
) -> Written {
    let Some(leg) = receipt.legs.first() else { return Ok(()) };
    let first = first_mail(tx, row).await?;
    let received = Received::new(row, amount, leg.credit_after);
    // A friend who was copied on the first mail finds the receipt beneath it.
    let note = Note {
        cause: format!("{}/received", row.reference),
        to,
        reference: Some(&row.reference),
        thread: first,
        language: accounts::language_of(cx, tx, to).await?,
    };
    letters::write(&cx.settings, tx, note, (&received, None), cx.now()).await?;
    Ok(())
}

/// Tells the sender why it was refused; answers with the reason in one sentence, for the page.
pub(super) async fn refused(
    cx: &Context,
    tx: &mut Tx,
    (row, amount, to): (&RequestRow, Amount, &Address),
    (problem, language): (&Problem, Language),
) -> anyhow::Result<String> {
    let letter = Refused::new(row, (amount, to), problem, &cx.settings.service_address);
    let why = letter.why(language);
    let thread = thread_of(tx, row).await?;
    let cause = format!("{}/{}/refused", row.reference, row.revision);
    to_sender(cx, tx, row, (cause, thread, language), &letter).await?;
    Ok(why)
}

pub(super) async fn cancelled(
    cx: &Context,
    tx: &mut Tx,
    row: &RequestRow,
    (mail, thread): (&MailRow, Thread),
) -> Written {
    let cause = format!("{}/cancelled/{}", row.reference, mail.id);
    to_sender(cx, tx, row, (cause, thread, mail.language), &Cancelled::new(row)).await
}

pub(super) async fn expired(
    cx: &Context,
    tx: &mut Tx,
    row: &RequestRow,
    (mail, thread): (&MailRow, Thread),
) -> Written {
    let cause = format!("{}/{}/expired", row.reference, row.revision);
    let letter = Expired::new(row, &cx.settings.service_address);
    to_sender(cx, tx, row, (cause, thread, mail.language), &letter).await
}

/// Where a request stands, to whoever owns it and still writes about it.
pub(super) async fn too_late(
    cx: &Context,
    tx: &mut Tx,
    row: &RequestRow,
    (mail, thread): (&MailRow, Thread),
) -> Written {
    let cause = format!("{}/too_late/{}", row.reference, mail.id);
    to_sender(cx, tx, row, (cause, thread, mail.language), &TooLate::new(row)).await
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
    let note = Note { cause, to: &to, reference: None, thread, language: mail.language };
    let letter = NoSuchRequest::new(reference);
    letters::write(&cx.settings, tx, note, (&letter, None), cx.now()).await?;
    Ok(())
}

async fn to_sender<L: Letter>(
    cx: &Context,
    tx: &mut Tx,
    row: &RequestRow,
    (cause, thread, language): (String, Thread, Language),
    letter: &L,
) -> Written {
    let to = registered(tx, row).await?;
    let note = Note { cause, to: &to, reference: Some(&row.reference), thread, language };
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

/// Why the ledger refused, in a sentence or two.
pub(super) fn why(language: Language, problem: &Problem) -> String {
    words::sentence(language, problem)
}

/// The thread that the request's first mail began.
pub(super) async fn first_mail(tx: &mut Tx, row: &RequestRow) -> anyhow::Result<Thread> {
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
