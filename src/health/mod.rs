//! Whether mail flows: facts read from the rows of a deployment, what they mean, and the processes that
//! say they are alive.
//!
//! Health is a fact of the whole deployment: mail can stand still while every process answers. Not for:
//! mending anything, or what one configuration can reach (doctor).

mod day;
mod facts;
mod judge;
mod metrics;
mod present;
mod store;

pub use day::{Day, day};
pub use facts::{Facts, MailboxFact, QueueFact, RelayFact, gather, gather_of, without_database};
pub use judge::{Check, Finding, judge, red, span};
pub use metrics::text;
pub use present::{ALIVE, alive, forget_silent, present};
pub use store::ProcessRow;

word_enum! {
    /// What a process does.
    pub enum Kind {
        /// Everything.
        All = "all",
        /// From mailboxes to rows.
        Poller = "poller",
        /// Jobs.
        Worker = "worker",
        /// Pages.
        Web = "web",
        /// Due work.
        Clock = "clock",
    }
}
