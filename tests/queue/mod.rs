//! The job protocol on both databases: once, in order, bounded, and nothing lost.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a story that cannot go on has failed")]

mod dead_wire;
mod events;
mod failing;
mod lanes;
mod once;
mod operating;
mod outage;
mod stopping;
mod support;
mod takeover;
