//! Sending one letter: an effect between claim and mark, repeated with the same Message-ID.

use std::time::Duration;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{Confirmable, LetterId, LetterRow, store};
use crate::{
    address::Address,
    context::Context,
    db::Tx,
    mail::{
        compose::{self, Outgoing},
        mailto,
    },
    queue::{Fault, Work},
    tokens,
};

/// The queue letters leave by.
pub const SEND: &str = "letters";

/// Sends one letter.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Send {
    /// Which.
    pub letter: LetterId,
}

impl Work for Send {
    const KIND: &'static str = "letters.send";
    const QUEUE: &'static str = SEND;
    const ATTEMPTS: i64 = 20;
    const LIMIT: Duration = Duration::from_secs(60);
}

/// What the relay said.
#[derive(Debug)]
pub enum Sent {
    /// Accepted, now or at an attempt whose mark was lost.
    Accepted,
    /// Refused for good, with its words.
    Refused(String),
}
