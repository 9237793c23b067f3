//! Reading what people write: one mail and what is known of its sender to one [`Reading`].
//!
//! Pure: no I/O, no clock, no randomness; any bytes, and never a panic. Not for: trust or
//! permission. An amount or a recipient is never guessed: both stand in the sender's own new words,
//! or the reading asks back.
#![deny(clippy::indexing_slicing, clippy::string_slice)]

mod account;
mod account_people;
pub mod amount_field;
mod amounts;
mod answers;
pub mod ask_back;
mod check;
pub mod context;
mod conversation;
pub mod explain;
mod form;
mod guards;
mod machine_line;
mod mail;
mod new_words;
mod orders;
mod paid_message;
mod passage;
mod payment;
mod people;
mod periods;
mod prices;
mod reader;
pub mod reading;
mod services;
mod sheet;
pub mod spans;
mod tokens;
mod wire;
mod words;

use crate::mail::message::Message;

pub use ask_back::{AskBack, AskBackFields, Candidate, Reason, Share};
pub use context::{Contact, Customer, Pending, Product, ReaderContext};
pub use new_words::excerpt;
pub use reader::{Explained, Told};
pub use reading::{Answer, Command, Criteria, Ignore, Item, Reading, UnsubscribeScope};
pub use spans::{Source, Span};

/// Reads one mail.
pub fn read(message: &Message, context: &ReaderContext) -> Reading {
    reader::explain(message, context).reading
}

/// Reads one mail and keeps the proof: which words were read as what, and the language to answer in.
pub fn read_explained(message: &Message, context: &ReaderContext) -> Explained {
    reader::explain(message, context)
}
