//! The jobs about held payments: small arguments, one verb each.

use serde::{Deserialize, Serialize};

use super::{claim as claiming, give_back, remind as reminding};
use crate::{
    accounts::AccountOpened,
    confirmations::{self, How, Said, Selected},
    context::Context,
    db::Tx,
    inbox::MailId,
    queue::{Fault, Work},
    transfers::{
        RequestRow, State, asks, cancel::take_back_by, letters, request::read, store as requests,
    },
};

const QUEUE: &str = "transfers";

/// The payee takes the money, by a mail that policy believes.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Claim {
    /// The mail.
    pub mail: MailId,
    /// The request.
    pub reference: String,
    /// Whether it came as the prefilled mail.
    pub prefilled: bool,
}

/// The payee wants to, by a mail that is not believed enough: the letter with the link once more.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct ClaimLink {
    /// The mail.
    pub mail: MailId,
    /// The request.
    pub reference: String,
}

/// Somebody wants a payment to go back: its payee declines, its sender takes it back.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Decline {
    /// The mail.
    pub mail: MailId,
    /// The request.
    pub reference: String,
    /// Whether it came as the prefilled mail.
    pub prefilled: bool,
}

/// The sender asks us to remind the payee.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Remind {
    /// The mail.
    pub mail: MailId,
    /// The request.
    pub reference: String,
}

/// Reminds the payee once; due a while after the first letter.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct AutoRemind {
    /// The request.
    pub reference: String,
}

/// Gives back what nobody claimed; due when its time is over.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct ReturnHeld {
    /// The request.
    pub reference: String,
}

/// An account was opened: what waited for its address is paid.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct PayHeld {
    /// What was told.
    pub opened: AccountOpened,
}

/// The letter to the payee cannot be delivered: the money goes back.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Bounced {
    /// The request.
    pub reference: String,
    /// The mail host's words, without addresses.
    pub why: String,
}

impl Work for Claim {
    const KIND: &'static str = "transfers.claim_held";
    const QUEUE: &'static str = QUEUE;
}

impl Work for ClaimLink {
    const KIND: &'static str = "transfers.claim_link";
    const QUEUE: &'static str = QUEUE;
}

impl Work for Decline {
    const KIND: &'static str = "transfers.decline";
    const QUEUE: &'static str = QUEUE;
}

impl Work for Remind {
    const KIND: &'static str = "transfers.remind";
    const QUEUE: &'static str = QUEUE;
}

impl Work for AutoRemind {
    const KIND: &'static str = "transfers.auto_remind";
    const QUEUE: &'static str = QUEUE;
}

impl Work for ReturnHeld {
    const KIND: &'static str = "transfers.return_held";
    const QUEUE: &'static str = QUEUE;
}

impl Work for PayHeld {
    const KIND: &'static str = "transfers.pay_held";
    const QUEUE: &'static str = QUEUE;
}

impl Work for Bounced {
    const KIND: &'static str = "transfers.bounced";
    const QUEUE: &'static str = QUEUE;
}

/// Runs [`Claim`].
///
/// # Errors
/// A fault; the job is tried again, and the claim is as live as before.
pub async fn claim(cx: &Context, work: Claim, tx: &mut Tx) -> Result<(), Fault> {
    answer(cx, tx, (&work.mail, &work.reference), (work.prefilled, Said::Yes)).await
}

/// Runs [`Decline`].
///
/// # Errors
/// As [`claim`].
pub async fn decline(cx: &Context, work: Decline, tx: &mut Tx) -> Result<(), Fault> {
    let read = read(tx, &work.mail).await?;
    // A request for money is declined by the same word.
    if asks::cancel(cx, tx, (&read, &work.reference), cx.now()).await? {
        return Ok(());
    }
    answer(cx, tx, (&work.mail, &work.reference), (work.prefilled, Said::No)).await
}

/// An answer by mail: the same selection as the page's, when it comes from the address that was asked.
async fn answer(
    cx: &Context,
    tx: &mut Tx,
    (mail, reference): (&MailId, &str),
    (prefilled, said): (bool, Said),
) -> Result<(), Fault> {
    let read = read(tx, mail).await?;
    let from = read.mail.from_address.as_deref();
    let Some(live) = claiming::live_for(tx, reference, from).await? else {
        let row = requests::owner_of(tx, reference).await?;
        return match row {
            // The sender's own: what they do not want any more is taken back.
            Some(row) if read.owns(&row) && said == Said::No => {
                take_back_by(cx, tx, (&read, reference), cx.now()).await
            }
            Some(row) if read.owns(&row) => {
                letters::too_late(cx, tx, &row, (&read.mail, read.thread())).await?;
                Ok(())
            }
            Some(row) if was_for(&row, from) => {
                letters::claim_over(cx, tx, &row, (&read.mail, read.thread())).await?;
                Ok(())
            }
            _ => {
                letters::no_such_request(cx, tx, &read.mail, (reference, read.thread())).await?;
                Ok(())
            }
        };
    };
    let how = if prefilled { How::Mailto } else { How::Reply };
    let selected = confirmations::select(cx, tx, live.id.as_str(), (how, said), cx.now()).await?;
    if !matches!(selected, Selected::Released(_))
        && let Some(row) = requests::owner_of(tx, reference).await?
    {
        letters::claim_over(cx, tx, &row, (&read.mail, read.thread())).await?;
    }
    Ok(())
}

/// Whether the payment had been held for this address.
fn was_for(row: &RequestRow, from: Option<&str>) -> bool {
    let ended = matches!(row.state, State::Done | State::Cancelled | State::Returned | State::Held);
    ended && row.operation.is_some() && row.recipient.as_ref().map(|to| to.as_str()) == from
}

/// Runs [`ClaimLink`].
///
/// # Errors
/// A fault; the job is tried again.
pub async fn claim_link(cx: &Context, work: ClaimLink, tx: &mut Tx) -> Result<(), Fault> {
    let read = read(tx, &work.mail).await?;
    let from = read.mail.from_address.as_deref();
    let live = claiming::live_for(tx, &work.reference, from).await?;
    let row = requests::owner_of(tx, &work.reference).await?;
    if let (Some(live), Some(row)) = (live.filter(|live| live.expires_at > cx.now()), row) {
        let (amount, held) = claiming::what(tx, &row).await?;
        letters::claim_by_link(cx, tx, (&row, amount, &held), (&live, &read.mail.id)).await?;
    }
    Ok(())
}

/// Runs [`Remind`].
///
/// # Errors
/// A fault; the job is tried again.
pub async fn remind(cx: &Context, work: Remind, tx: &mut Tx) -> Result<(), Fault> {
    reminding::by_sender(cx, tx, &work, cx.now()).await
}

/// Runs [`AutoRemind`].
///
/// # Errors
/// A fault; the job is tried again.
pub async fn auto_remind(cx: &Context, work: AutoRemind, tx: &mut Tx) -> Result<(), Fault> {
    Ok(reminding::by_itself(cx, tx, &work.reference, cx.now()).await?)
}

/// Runs [`ReturnHeld`].
///
/// # Errors
/// A fault; the job is tried again.
pub async fn return_held(cx: &Context, work: ReturnHeld, tx: &mut Tx) -> Result<(), Fault> {
    Ok(give_back::unclaimed(cx, tx, &work.reference, cx.now()).await?)
}

/// Runs [`PayHeld`].
///
/// # Errors
/// A fault; the job is tried again.
pub async fn pay_held(cx: &Context, work: PayHeld, tx: &mut Tx) -> Result<(), Fault> {
    Ok(claiming::pay_held(cx, tx, &work.opened, cx.now()).await?)
}

/// Runs [`Bounced`].
///
/// # Errors
/// A fault; the job is tried again.
pub async fn bounced(cx: &Context, work: Bounced, tx: &mut Tx) -> Result<(), Fault> {
    Ok(give_back::undelivered(cx, tx, (&work.reference, &work.why), cx.now()).await?)
}
