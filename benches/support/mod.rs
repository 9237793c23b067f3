//! What the measurement stands on: a server, contenders, pgbench, a report.

pub(crate) mod bare;
pub(crate) mod contest;
#[expect(dead_code, reason = "the tests ask for more")]
#[path = "../../tests/support/guard.rs"]
mod guard;
pub(crate) mod pgbench;
#[expect(dead_code, reason = "the tests ask for more")]
#[path = "../../tests/support/port.rs"]
mod port;
pub(crate) mod report;
#[expect(dead_code, reason = "the tests kill it too")]
#[path = "../../tests/support/server.rs"]
pub(crate) mod server;
