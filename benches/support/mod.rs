//! What the measurements stand on: servers, contenders, people and their mails, a report.

use std::sync::atomic::{AtomicU64, Ordering};

pub(crate) mod bare;
pub(crate) mod chart;
pub(crate) mod contest;
pub(crate) mod dovecot;
#[expect(dead_code, reason = "the tests ask for more")]
#[path = "../../tests/support/guard.rs"]
mod guard;
pub(crate) mod mails;
pub(crate) mod ours;
pub(crate) mod outcome;
pub(crate) mod peers;
pub(crate) mod people;
pub(crate) mod pgbench;
#[expect(dead_code, reason = "the tests ask for more")]
#[path = "../../tests/support/port.rs"]
mod port;
pub(crate) mod process;
pub(crate) mod redis;
pub(crate) mod report;
#[expect(dead_code, reason = "the tests kill it too")]
#[path = "../../tests/support/server.rs"]
pub(crate) mod server;
pub(crate) mod sink;
pub(crate) mod stand;
pub(crate) mod tap;

/// A number that nothing else in this run has.
pub(crate) fn next_number() -> u64 {
    static NEXT: AtomicU64 = AtomicU64::new(1);
    NEXT.fetch_add(1, Ordering::Relaxed)
}
