//! What the measurement stands on: a server, contenders, pgbench, a report.

pub(crate) mod bare;
pub(crate) mod contest;
pub(crate) mod pgbench;
pub(crate) mod report;
#[path = "../../tests/support/server.rs"]
pub(crate) mod server;
