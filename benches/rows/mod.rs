//! One file for each row of DESIGN.md's table.

pub(crate) mod conversation;
pub(crate) mod end_to_end;
pub(crate) mod growth;
pub(crate) mod ingest;
pub(crate) mod latency;
pub(crate) mod ledger;
pub(crate) mod memory;
