//! A mailbox at a mail host, over `IMAP4rev1` (RFC 3501) with what hosts add to it: IDLE (RFC 2177), UIDPLUS
//! (RFC 4315), MOVE (RFC 6851), SPECIAL-USE (RFC 6154).
//!
//! Everything is asked by UID and answered within a time limit. Reading uses BODY.PEEK and changes nothing.
//! Not for: remembering what was read, or deciding what is new (the poller).

mod after;
mod fetch;
mod greet;
mod names;
mod patience;
mod select;
mod session;
mod throttle;
mod wait;

use std::{fmt, io, time::Duration};

use crate::mail::wire::WireError;

pub use after::{Expunged, UIDS_MAX};
pub use fetch::{Body, Listing, Meta, Part, Window};
pub use select::{Folder, Selected};
pub use session::{Capabilities, Session};
pub use wait::Woken;

/// How long things may take.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// The server says nothing while it owes an answer.
    pub silence: Duration,
    /// One command from its first to its last octet, however busily the server talks.
    pub command: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self { silence: Duration::from_secs(25), command: Duration::from_mins(30) }
    }
}

/// Why a mail host could not be read or changed. Never holds a password or a mail's words.
#[derive(Debug, thiserror::Error)]
pub enum ImapError {
    /// No connection, or no TLS on it.
    #[error(transparent)]
    Wire(#[from] WireError),
    /// The connection ended, or failed.
    #[error("{0} ended the connection")]
    Lost(String, #[source] Option<io::Error>),
    /// The server owed an answer and said nothing.
    #[error("{0} says nothing any more")]
    Silent(String),
    /// The sign-in does not come to its end, however busily the server talks.
    #[error("{0} takes too long over the sign-in")]
    Slow(String),
    /// The server said BYE; its words.
    #[error("{0} closes the connection: {1}")]
    Bye(String, Said),
    /// What it said is not IMAP. Its words, which may be a mail's, are not repeated.
    #[error("{0} said something that is not IMAP")]
    Protocol(String),
    /// STARTTLS is demanded and not offered, or refused.
    #[error("{0} offers no STARTTLS, and nothing is said in clear: use imaps://")]
    NoStartTls(String),
    /// The server lets nobody sign in with a password.
    #[error("{0} lets nobody sign in with a password on this connection (LOGINDISABLED)")]
    LoginDisabled(String),
    /// The password is wrong, or such sign-in is not allowed; the server's words.
    #[error("{0} refused the sign-in (is it the app password?): {1}")]
    SignIn(String, Said),
    /// The server did not do what a command asked; its words.
    #[error("{verb} was refused: {said}")]
    Refused {
        /// The command's name.
        verb: &'static str,
        /// Whether it was NO (it cannot) rather than BAD (it does not understand).
        no: bool,
        /// What the server said.
        said: Said,
    },
    /// A folder's name that cannot be written.
    #[error("`{0}` cannot be the name of a folder")]
    Name(String),
}

impl ImapError {
    /// Whether the connection still stands after this.
    pub fn is_answer(&self) -> bool {
        matches!(self, Self::Refused { .. } | Self::Name(_))
    }

    /// Whether it can be one message that the server stumbles over, rather than the server itself.
    pub fn is_of_a_message(&self) -> bool {
        matches!(self, Self::Refused { .. }) && self.throttle().is_none()
    }

    /// How long the server wants to be left alone, when it says that it is asked for too much.
    pub fn throttle(&self) -> Option<Duration> {
        match self {
            Self::Bye(_, said) | Self::SignIn(_, said) | Self::Refused { said, .. } => {
                throttle::wait(&said.0)
            }
            _ => None,
        }
    }

    /// Whether only the operator can mend it: trying again soon is no use.
    pub fn is_for_the_operator(&self) -> bool {
        matches!(
            self,
            Self::SignIn(..) | Self::LoginDisabled(_) | Self::NoStartTls(_) | Self::Name(_)
        )
    }
}

/// What a server said for people to read: bounded, one line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Said(String);

/// Characters of a server's words that are kept.
const SAID_MAX: usize = 200;

impl Said {
    fn new(text: &str) -> Self {
        Self(text.chars().filter(|c| !c.is_control()).take(SAID_MAX).collect())
    }
}

impl fmt::Display for Said {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.0.is_empty() { "it did not say why" } else { &self.0 })
    }
}
