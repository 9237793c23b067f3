//! The job protocol on both databases: once, in order, bounded, and nothing lost.

mod events;
mod failing;
mod lanes;
mod once;
mod operating;
mod stopping;
mod support;
