//! Mail as bytes and as messages.
//!
//! Not for: what the words of a mail mean (`intent` reads those).

pub mod automatic;
pub mod message;
