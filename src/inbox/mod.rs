//! The received: every mail is a row before anything else happens, with its bytes and two identities.
//!
//! Not for: understanding a mail (`classifier` does) or fetching it (`poller` does).

mod store;
mod store_arrival;
mod store_counts;
mod store_lease;
mod store_mailboxes;
mod store_quarantine;
mod store_trace;

use serde::{Deserialize, Serialize};

use crate::language::Language;

pub use store::{
    Arrived, MailRow, PutOff, believe, connect, duplicate, first_with_effect, known_among, list,
    mail, old, oldest_waiting, raw, raw_within, record, was_believed,
};
pub use store_arrival::{Likeness, Stored, insert_many, newest, stored_alike, tidied, tidy_later};
pub use store_counts::{
    ObservedRow, Received, connected_since, observed, observed_by_decision, received, waiting,
};
pub use store_lease::{Asked, fence, held_leases, is_held, release_lease, renew_lease, take_lease};
pub use store_mailboxes::{
    Beginning, MailboxState, Untidied, accept, advance, backfill, begin_at, connect_part, copied,
    examined, failing, hold, mailbox, mailboxes, polled, renumbered, settle, untidied,
};
pub use store_quarantine::{
    Quarantined, counted_look, due_again, forget, gone, look_again, put_off, quarantined,
    quarantined_by_mailbox, still_apart, taken_out,
};
pub use store_trace::{MailTrace, duplicates_of, traced, with_message_id};

/// What the decision of a mail begins with that was only observed: what follows would have been done.
pub const OBSERVED: &str = "observed:";

crate::id_type! {
    /// A received mail's id, in the order of arrival.
    MailId
}

/// What was made of a mail, stored with it: the evidence for every later question.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Account {
    /// `command`, `ask_back`, `ignore`, `hostile`, `junk`.
    pub class: String,
    /// `A0` … `A3`.
    pub assurance: String,
    /// Why, in plain sentences (a JSON list).
    pub evidence: String,
    /// The reading's intent.
    pub intent: Option<String>,
    /// The whole reading (JSON).
    pub reading: Option<String>,
    /// What its sender wrote, shortened, to be quoted in a letter to them.
    pub words: Option<String>,
    /// What it is answered in.
    pub language: Language,
    /// What policy said: `do`, `confirm`, `link`, `silence` …; after [`OBSERVED`] what it would have.
    pub decision: String,
    /// The confirmation whose live token the mail carried.
    pub token: Option<String>,
    /// Our sender, when the address is registered.
    pub person: Option<String>,
    /// The effect key: the second identity. None of what is left alone in the junk.
    pub effect_key: Option<String>,
}
