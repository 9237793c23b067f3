//! Transfers by mail: a request with its revisions, asked to be confirmed, carried out once.
//!
//! One file per verb. Not for: money itself (`ledger` moves it), or trust in a sender (`policy`).

mod asks;
mod cancel;
mod correct;
mod examine;
mod execute;
mod expire;
mod held;
mod jobs;
pub mod letters;
mod lists;
mod request;
mod resend;
mod store;
mod store_trace;

use crate::{
    accounts::PersonId,
    address::Address,
    clock::At,
    inbox::MailId,
    money::{Amount, Currency, Money},
};

pub use asks::{
    Ask, AskProblem, AskState, BlockAsker, PAY, RemindPayer, ask, asked, block_asker, pay_act,
    remind_payer,
};
pub use examine::{Draft, Problem};
pub use execute::{EXECUTE, execute_act};
pub use expire::{Expire, expire};
pub use held::{
    AutoRemind, Bounced, CLAIM, Claim, ClaimLink, Decline, PayHeld, Remind, ReturnHeld,
    auto_remind, bounced, claim, claim_act, claim_link, claim_over, decline, is_claim, pay_held,
    remind, return_held,
};
pub use jobs::{
    Cancel, Correct, Request, Resend, ResumeWaiting, Status, Way, cancel, correct, request, resend,
    resume_waiting, status,
};
pub use lists::{PAY_ALL, RequestAll, listed, members_asked, pay_all_act, request_all};
pub use store::{export, open_of, owner_of};
pub use store_trace::{RequestTrace, RevisionTrace, of_mail, revisions, traced};

crate::id_type! {
    /// A transfer request's id.
    RequestId
}

word_enum! {
    /// Where a request stands.
    pub enum State {
        /// Something is missing or wrong; the sender was told.
        Incomplete = "incomplete",
        /// For the sender to open an account.
        Waiting = "waiting",
        /// The confirmation letter is out.
        Asked = "asked",
        /// Confirmed; the money is set aside until its payee claims it.
        Held = "held",
        /// The money has moved.
        Done = "done",
        /// Confirmed, but the ledger refused; final.
        Refused = "refused",
        /// Taken back by the sender.
        Cancelled = "cancelled",
        /// Was held; the money is its sender's again.
        Returned = "returned",
        /// Nobody confirmed in time.
        Expired = "expired",
    }
}

impl State {
    /// Whether a correction, a cancel or a confirmation still means something.
    pub fn is_open(self) -> bool {
        matches!(self, Self::Incomplete | Self::Waiting | Self::Asked)
    }
}

/// A request as it is stored: its newest revision.
#[derive(Debug, Clone, sqlx_macros::FromRow)]
pub struct RequestRow {
    /// Row id.
    pub id: RequestId,
    /// For people: `T-771`.
    pub reference: String,
    /// Where it stands.
    pub state: State,
    /// Rises with every correction.
    pub revision: i64,
    /// Who asked.
    pub sender_address: Address,
    /// Who that is, once there is an account.
    pub person: Option<PersonId>,
    /// Who is to get it.
    pub recipient: Option<Address>,
    /// How much, in minor units.
    pub amount_minor: Option<i64>,
    /// Of which currency.
    pub currency: Option<Currency>,
    /// What it is for, in the sender's words.
    pub note: Option<String>,
    /// The mail that began it.
    pub mail: MailId,
    /// Until when it waits.
    pub expires_at: At,
    /// When its confirmation's page was first looked at.
    pub seen_at: Option<At>,
    /// When it was confirmed.
    pub selected_at: Option<At>,
    /// How: `page`, `mailto` or `reply`.
    pub selected_how: Option<String>,
    /// The ledger's operation, once the money has moved, was set aside or went back.
    pub operation: Option<String>,
}

impl RequestRow {
    /// How much, when it is known.
    pub fn amount(&self) -> Option<Amount> {
        Amount::new(Money::new(self.amount_minor?, self.currency?)).ok()
    }
}
