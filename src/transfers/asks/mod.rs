//! Asking somebody for money: a request that the payee begins and the payer owns.
//!
//! The payer confirms it as any transfer of theirs. A row beside it says who asked and what that person
//! knows of it: paid, declined, or nothing, and never why it could not be paid.

mod answer;
mod begin;
mod block;
mod end;
mod pay;
mod store;

use serde::{Deserialize, Serialize};

use super::RequestId;
use crate::{accounts::PersonId, clock::At, inbox::MailId, intent::Reason, queue::Work};

pub(super) use answer::{again, instead};
pub use begin::ask;
pub(super) use begin::resume;
pub use block::block_asker;
pub use end::remind_payer;
pub(super) use end::{cancel, expire};
pub use pay::{PAY, pay_act};
pub use store::asked;

word_enum! {
    /// What the asker is told of a request for money.
    pub enum AskState {
        /// Nobody has answered yet.
        Open = "open",
        /// The money has arrived.
        Paid = "paid",
        /// The payer does not want to.
        Declined = "declined",
        /// Taken back by the asker.
        Withdrawn = "withdrawn",
        /// Nobody answered in time.
        Expired = "expired",
    }
}

/// Who asked, beside the payer's request.
#[derive(Debug, Clone, sqlx_macros::FromRow)]
pub(super) struct AskRow {
    /// The payer's request.
    pub(super) request: RequestId,
    /// Who is to be paid.
    pub(super) asker: PersonId,
    /// Who is to pay: the address that was asked.
    pub(super) payer: String,
    /// What the asker knows.
    pub(super) state: AskState,
    /// Whether the payer hears nothing of it, having blocked the asker.
    pub(super) muted: bool,
    /// When it was asked.
    pub(super) asked_at: At,
    /// When the payer was reminded last.
    pub(super) reminded_at: Option<At>,
}

/// Why nobody was asked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AskProblem {
    /// Not in the words of the mail, or not clearly.
    Unread(Reason),
    /// The asker has no account that could be paid into.
    NoAccount,
    /// Asker and payer are the same.
    Yourself,
    /// As many people as may be asked for the first time within a day.
    NewPeople {
        /// How many may be.
        allowed: i64,
        /// When the next one may be.
        again: At,
    },
    /// As many requests as may be made within a day.
    TooMany {
        /// How many may be.
        allowed: i64,
        /// When the next one may be.
        again: At,
    },
}

/// The queue these run in.
const QUEUE: &str = "transfers";

/// Asks somebody for money, as a mail's command says.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Ask {
    /// The mail.
    pub mail: MailId,
    /// Which of its commands.
    pub step: usize,
}

/// Reminds whoever was asked.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct RemindPayer {
    /// The asker's mail.
    pub mail: MailId,
    /// The request.
    pub reference: String,
}

/// Lets somebody ask no more, or again.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct BlockAsker {
    /// The payer's mail.
    pub mail: MailId,
    /// Which of its commands.
    pub step: usize,
}

impl Work for Ask {
    const KIND: &'static str = "transfers.ask";
    const QUEUE: &'static str = QUEUE;
}

impl Work for RemindPayer {
    const KIND: &'static str = "transfers.remind_payer";
    const QUEUE: &'static str = QUEUE;
}

impl Work for BlockAsker {
    const KIND: &'static str = "transfers.block_asker";
    const QUEUE: &'static str = QUEUE;
}
