//! Where mail comes from: the operator's ordinary mailbox.
//!
//! Reading changes nothing there. What happens to a message afterwards is an after-effect that the
//! caller asks for once the message is safe in the database (INGEST rules 1 and 2).
//!
//! Not for: remembering what was read (the inbox), or when to look again (the poller).

pub mod imap;
pub mod maildir;

use std::{
    collections::HashSet,
    fmt, io,
    path::PathBuf,
    sync::{Arc, PoisonError, RwLock},
};

use sha2::{Digest, Sha256};

/// How much one batch may hold. Sizes are known before bodies are read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Bounds {
    /// Most messages.
    pub count: usize,
    /// Most octets of all bodies together; a batch holds one message even when that is larger.
    pub total_bytes: u64,
    /// Of a message larger than this only the header is read.
    pub message_bytes: u64,
}

/// A message that the mailbox holds and we did not know.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Arrived {
    /// The mailbox's own name for it, the same for as long as it lies there.
    pub key: String,
    /// Octets in the mailbox.
    pub size: u64,
    /// What was read of it.
    pub content: Content,
}

/// What was read of a message.
#[derive(Clone, PartialEq, Eq)]
pub enum Content {
    /// All of it.
    Whole(Vec<u8>),
    /// It is larger than allowed: its header alone.
    HeaderOnly(Vec<u8>),
    /// It could not be read; why. Its neighbours are not held up.
    Unreadable(String),
}

impl Content {
    /// Whether nothing of it could be read.
    pub fn is_unreadable(&self) -> bool {
        matches!(self, Self::Unreadable(_))
    }
}

impl fmt::Debug for Content {
    /// People's mails do not belong into logs.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Whole(bytes) => write!(f, "Whole({} bytes)", bytes.len()),
            Self::HeaderOnly(bytes) => write!(f, "HeaderOnly({} bytes)", bytes.len()),
            Self::Unreadable(why) => write!(f, "Unreadable({why})"),
        }
    }
}

/// What one look into a mailbox found.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Batch {
    /// Unknown messages, oldest first by name, within the bounds.
    pub arrived: Vec<Arrived>,
    /// Known messages whose after-effect did not happen yet: it is due again. As many as a batch
    /// may hold.
    pub unfinished: Vec<String>,
    /// Whether more unknown messages wait.
    pub more: bool,
}

/// What happens to a message in the mailbox once it is safe in the database.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum AfterEffect {
    /// It stays where it is, unread for its owner.
    #[default]
    Leave,
    /// It is marked as seen.
    Flag,
    /// It goes into this folder of the same mailbox.
    Move(String),
    /// It is deleted.
    Delete,
}

/// Why a mailbox could not be opened, read or changed.
#[derive(Debug, thiserror::Error)]
pub enum MailboxError {
    /// A folder or key that would lead out of the mailbox.
    #[error("`{0}` cannot be a name in a mailbox")]
    Name(String),
    /// The machine said no.
    #[error("{doing} {}", path.display())]
    Io {
        /// What was tried.
        doing: &'static str,
        /// Where.
        path: PathBuf,
        /// Why it failed.
        source: io::Error,
    },
    /// The reading task was cut off, which happens when the process stops.
    #[error("the task that reads the mailbox was cut off")]
    CutOff,
}

/// The keys that are already in the database: 16 octets each, shared by its clones. A message it
/// forgot is offered again, which the database's own unique key makes harmless.
#[derive(Debug, Clone, Default)]
pub struct Known(Arc<RwLock<HashSet<[u8; 16]>>>);

impl Known {
    /// Adds keys.
    pub fn extend<'a>(&self, keys: impl IntoIterator<Item = &'a str>) {
        let mut known = self.0.write().unwrap_or_else(PoisonError::into_inner);
        known.extend(keys.into_iter().map(fingerprint));
    }

    /// Takes keys away again: they are offered once more.
    pub fn forget<'a>(&self, keys: impl IntoIterator<Item = &'a str>) {
        let mut known = self.0.write().unwrap_or_else(PoisonError::into_inner);
        for key in keys {
            known.remove(&fingerprint(key));
        }
    }

    /// Whether `key` was added.
    pub fn contains(&self, key: &str) -> bool {
        self.0.read().unwrap_or_else(PoisonError::into_inner).contains(&fingerprint(key))
    }
}

/// 128 bits of SHA-256: two keys never share it by chance.
fn fingerprint(key: &str) -> [u8; 16] {
    let mut short = [0; 16];
    for (to, from) in short.iter_mut().zip(Sha256::digest(key)) {
        *to = from;
    }
    short
}
