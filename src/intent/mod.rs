//! Reading what people write: one mail and what is known of its sender to one [`Reading`].
//!
//! Pure: no I/O, no clock, no randomness; any bytes, and never a panic. Not for: trust or
//! permission. An amount or a recipient is never guessed: both stand in the sender's own new words,
//! or the reading asks back.
#![deny(clippy::indexing_slicing, clippy::string_slice)]

pub mod ask_back;
pub mod context;
pub mod reading;
mod wire;

use crate::mail::message::Message;

pub use ask_back::{AskBack, AskBackFields, Candidate, Reason, Share};
pub use context::{Contact, Customer, Pending, Product, ReaderContext};
pub use reading::{Answer, Command, Criteria, Ignore, Item, Reading, UnsubscribeScope};

/// Reads one mail.
pub fn read(message: &Message, context: &ReaderContext) -> Reading {
    let _ = (message, context);
    Reading::ask(Reason::NoCommand, AskBackFields::default())
}
