//! `pgbench -N`: PostgreSQL's own measure of small transactions on this machine (three statements
//! between BEGIN and COMMIT, in C), as a yardstick that anybody can repeat.

use std::{process::Command, time::Duration};

use super::server::{self, Server};

pub(crate) const NAME: &str = "pgbench -N";
pub(crate) const CLIENTS: u32 = 8;

/// A database of pgbench's own, at scale 10.
pub(crate) struct Prepared {
    port: u16,
}

pub(crate) async fn prepare(server: &Server) -> Prepared {
    server.create_database("pgbench").await;
    let prepared = Prepared { port: server.port };
    prepared.command(&["-i", "-s", "10", "-q"]);
    prepared
}

impl Prepared {
    /// Transactions a second.
    pub(crate) fn run(&self, time: Duration) -> u64 {
        let (clients, seconds) = (CLIENTS.to_string(), time.as_secs().to_string());
        let said = self.command(&["-N", "-n", "-c", &clients, "-j", "2", "-T", &seconds]);
        let line = said.lines().find_map(|line| line.strip_prefix("tps = "));
        let whole = line.and_then(|rest| rest.split('.').next());
        whole.and_then(|number| number.parse().ok()).expect("pgbench tells its rate")
    }

    fn command(&self, args: &[&str]) -> String {
        let port = self.port.to_string();
        let done = Command::new(server::programs().join("pgbench"))
            .args(["-h", "127.0.0.1", "-U", "postgres", "-p", &port])
            .args(args)
            .arg("pgbench")
            .output()
            .expect("pgbench runs");
        assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
        String::from_utf8_lossy(&done.stdout).into_owned()
    }
}
