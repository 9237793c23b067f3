//! How many transfers a second the ledger makes on a private PostgreSQL that really writes to its
//! disk, beside the barest SQL that moves money and beside `pgbench -N`, in one run.
//!
//! `cargo bench --bench ledger` takes about two minutes after the build and writes
//! `benches/RESULTS.md`; `-- --quick` takes twenty seconds and writes nothing. Not for: the absolute
//! numbers. They belong to the machine; the ratios are what is compared with DESIGN.md's bars.
#![expect(clippy::print_stdout, reason = "the table is the point")]

mod support;

use std::time::Duration;

use support::{
    contest::{Contender, Contest},
    pgbench,
    report::Report,
    server::Server,
};

/// Numbers of connections that are measured.
const CONNECTIONS: [u32; 2] = [8, 32];
/// fsync and full-page writes stay on, as they come.
const SETTINGS: &str = "-c shared_buffers=256MB -c max_wal_size=4GB";

/// How long and how often.
#[derive(Debug, Clone, Copy)]
struct Pace {
    rounds: u32,
    round: Duration,
}

#[tokio::main]
async fn main() {
    let quick = std::env::args().any(|arg| arg == "--quick");
    let pace = if quick {
        Pace { rounds: 1, round: Duration::from_secs(2) }
    } else {
        Pace { rounds: 3, round: Duration::from_secs(4) }
    };
    let server = Server::start(SETTINGS).await;
    let mut report = Report::default();
    let prepared = pgbench::prepare(&server).await;
    for connections in CONNECTIONS {
        let name = format!("ledger_{connections}");
        let contest = Contest::new(&server.create_database(&name).await, connections).await;
        report.set_server(contest.server_version().await);
        for contender in Contender::ALL {
            // Plans, pages and connections are warm before anything counts.
            contest.run(contender, pace.round / 4).await;
        }
        // In turns, so that a slow minute of the machine is everybody's.
        for _ in 0..pace.rounds {
            for contender in Contender::ALL {
                let done = contest.run(contender, pace.round).await;
                report.add(contender.name(), connections, done, pace.round);
            }
        }
        contest.assert_clean().await;
    }
    for _ in 0..pace.rounds {
        report.add_rate(pgbench::NAME, pgbench::CLIENTS, prepared.run(pace.round));
    }
    let table = report.table();
    println!("{table}");
    if !quick {
        report.write(&table);
    }
}
