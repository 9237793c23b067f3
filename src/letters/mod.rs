//! What leaves: a row and a job in the caller's transaction; rendered when it is sent.
//!
//! A letter's typed context lives with the capability that writes it. This module gives it a
//! Message-ID, keeps the budget of answers, and hands it to the relay.

mod again;
mod body;
mod budget;
mod form;
mod render;
mod resend;
pub mod sample;
mod send;
mod store;
mod store_counts;
mod store_relay;
mod store_trace;
mod templates;
mod undelivered;
mod write;

use serde::{Deserialize, Serialize};

use crate::{
    language::Language,
    queue::events::Event,
    tokens::{Claims, Hashes},
};

pub use crate::mail::{
    compose::Attachment,
    render::{Action, Fact},
};
pub use body::{
    Body, CONFIRM_CANCEL, CONFIRM_CLAIM, CONFIRM_LINK, CONFIRM_RETURN, CONFIRM_YES, Row, Table,
    prefilled,
};
pub use form::{BLANK, pay_somebody, payment_lines, sign_up};
pub use render::{LETTER, composed};
pub use resend::{Resent, advert_given_up, dropped, given_up, resend};
pub use sample::Sample;
pub use send::{Outcome, Send, SendAdvert, mark, mark_alone, send, send_advert};
pub use store::{LetterRow, by_message_id, find, list, newest_of, sent_to_since};
pub use store_counts::{Written, failed_since, written};
pub use store_relay::{RelayState, relay_states};
pub use store_trace::{LetterTrace, failed, newest, traced, traced_by, traced_of};
pub use templates::templates;
pub use undelivered::{Tell, Undelivered, tell};
pub use write::{ATTACHMENT_BYTES_MAX, Asked, Letter, Note, Thread, write};

crate::id_type! {
    /// A letter's id; its Message-ID is made from it.
    LetterId
}

/// A letter can never reach its addressee: the relay refused it for good, or their mail host sent it back.
#[derive(Debug, Clone)]
pub struct LetterBounced {
    /// Which template rendered it.
    pub kind: String,
    /// The request it belongs to.
    pub reference: Option<String>,
    /// Why, without addresses.
    pub why: String,
}

impl Event for LetterBounced {}

/// The letters of this module itself, written with invented values; the operator's are in English.
pub fn samples() -> Vec<Sample> {
    vec![Sample::of::<Undelivered>(Language::En)]
}

word_enum! {
    /// What bounds the number of such letters.
    pub enum Class {
        /// Help, ask-back and error letters: a budget per address and hour.
        Answer = "answer",
        /// A request to confirm: bounded by the money's limits.
        Confirmation = "confirmation",
        /// What has happened to somebody's money.
        Receipt = "receipt",
        /// A warning to a registered address: one of its kind a day.
        Notice = "notice",
        /// Asks somebody in whose name an unproved mail came: a budget of its own, so that a forger cannot
        /// use up what the real person's mails are answered from.
        Unproved = "unproved",
    }
}

/// What the renderer derives the link and the reply address of a confirmation from. No secret.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Confirmable {
    /// What the link will say.
    pub claims: Claims,
    /// The hashes its tokens must have.
    pub hashes: Hashes,
    /// Whether a YES by mail acts for this sender; else only the link does.
    pub reply_allowed: bool,
}
