//! The jobs of this capability: small arguments, one verb each.

use serde::{Deserialize, Serialize};

use super::{
    cancel as cancelling, correct as correcting, request as requesting, resend as resending,
};
use crate::{
    accounts::AccountOpened,
    context::Context,
    db::Tx,
    inbox::MailId,
    queue::{Fault, Work},
};

/// The queue transfers run in.
const QUEUE: &str = "transfers";

/// How a request may be confirmed, as policy said.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Way {
    /// The link, the prefilled YES or a reply.
    Any,
    /// The link alone: the sender is not believed enough for a YES by mail.
    Link,
}

/// Begins a request from a mail's command.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Request {
    /// The mail.
    pub mail: MailId,
    /// Which of its commands.
    pub step: usize,
    /// How it may be confirmed.
    pub way: Way,
}

/// Changes an open request.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Correct {
    /// The mail.
    pub mail: MailId,
    /// Which of its commands.
    pub step: usize,
    /// How the new revision may be confirmed.
    pub way: Way,
    /// The request.
    pub reference: String,
}

/// Takes an open request back.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Cancel {
    /// The mail.
    pub mail: MailId,
    /// The request.
    pub reference: String,
}

/// Sends the confirmation letter once more, link only.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Resend {
    /// The mail.
    pub mail: MailId,
    /// The request.
    pub reference: String,
}

/// Says where a request stands.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Status {
    /// The mail.
    pub mail: MailId,
    /// The request.
    pub reference: String,
}

/// An account was opened: requests that waited for it go on.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct ResumeWaiting {
    /// What was told.
    pub opened: AccountOpened,
}

impl Work for Request {
    const KIND: &'static str = "transfers.request";
    const QUEUE: &'static str = QUEUE;
}

impl Work for Correct {
    const KIND: &'static str = "transfers.correct";
    const QUEUE: &'static str = QUEUE;
}

impl Work for Cancel {
    const KIND: &'static str = "transfers.cancel";
    const QUEUE: &'static str = QUEUE;
}

impl Work for Resend {
    const KIND: &'static str = "transfers.resend";
    const QUEUE: &'static str = QUEUE;
}

impl Work for Status {
    const KIND: &'static str = "transfers.status";
    const QUEUE: &'static str = QUEUE;
}

impl Work for ResumeWaiting {
    const KIND: &'static str = "transfers.resume_waiting";
    const QUEUE: &'static str = QUEUE;
}

/// Runs [`Request`].
///
/// # Errors
/// A fault; the job is tried again.
pub async fn request(cx: &Context, work: Request, tx: &mut Tx) -> Result<(), Fault> {
    requesting::begin(cx, tx, &work, cx.now()).await
}

/// Runs [`Correct`].
///
/// # Errors
/// A fault; the job is tried again.
pub async fn correct(cx: &Context, work: Correct, tx: &mut Tx) -> Result<(), Fault> {
    correcting::correct(cx, tx, &work, cx.now()).await
}

/// Runs [`Cancel`].
///
/// # Errors
/// A fault; the job is tried again.
pub async fn cancel(cx: &Context, work: Cancel, tx: &mut Tx) -> Result<(), Fault> {
    cancelling::cancel(cx, tx, &work, cx.now()).await
}

/// Runs [`Resend`].
///
/// # Errors
/// A fault; the job is tried again.
pub async fn resend(cx: &Context, work: Resend, tx: &mut Tx) -> Result<(), Fault> {
    resending::resend(cx, tx, &work, cx.now()).await
}

/// Runs [`Status`].
///
/// # Errors
/// A fault; the job is tried again.
pub async fn status(cx: &Context, work: Status, tx: &mut Tx) -> Result<(), Fault> {
    resending::status(cx, tx, &work, cx.now()).await
}

/// Runs [`ResumeWaiting`].
///
/// # Errors
/// A fault; the job is tried again.
pub async fn resume_waiting(cx: &Context, work: ResumeWaiting, tx: &mut Tx) -> Result<(), Fault> {
    requesting::resume(cx, tx, &work.opened, cx.now()).await
}
