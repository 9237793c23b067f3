//! Every row of DESIGN.md's table "Speed and size to reach", measured on private servers beside the
//! programs it is compared with.
//!
//! `cargo bench --bench all` measures all rows and writes `benches/RESULTS.md` and `benches/results.svg`;
//! `-- ingest latency` measures those two; `-- --quick` is for trying things out and writes nothing.
//! Not for: the absolute numbers. They belong to the machine; the ratios are what counts.
#![expect(clippy::print_stdout, reason = "the tables are the point")]

mod rows;
mod support;

use std::{process::ExitCode, time::Duration};

use support::{outcome::Outcome, peers, report, stand::Stand};

/// How long and how often.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Pace {
    pub(crate) quick: bool,
}

impl Pace {
    /// Turns of each contender.
    pub(crate) const fn rounds(self) -> u64 {
        if self.quick { 1 } else { 3 }
    }

    /// One of two numbers.
    pub(crate) const fn of(self, quick: u64, full: u64) -> u64 {
        if self.quick { quick } else { full }
    }

    /// How long a contender that is driven by the clock runs in a turn.
    pub(crate) const fn round(self) -> Duration {
        if self.quick { Duration::from_secs(2) } else { Duration::from_secs(4) }
    }
}

const ROWS: [&str; 6] = ["ingest", "ledger", "end_to_end", "latency", "memory", "growth"];

#[tokio::main]
async fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let quick = arguments.iter().any(|argument| argument == "--quick");
    let named: Vec<&str> =
        arguments.iter().map(String::as_str).filter(|word| !word.starts_with("--")).collect();
    if let Some(unknown) = named.iter().find(|name| !ROWS.contains(name)) {
        println!("There is no row `{unknown}`; there are: {}.", ROWS.join(", "));
        return ExitCode::from(2);
    }
    peers::set_up();
    for row in ROWS.into_iter().filter(|row| named.is_empty() || named.contains(row)) {
        let outcome = measure(row, Pace { quick }).await;
        println!("{}", outcome.markdown());
        if !quick {
            outcome.keep();
            report::write(&ROWS);
        }
    }
    ExitCode::SUCCESS
}

/// Each row has servers of its own, so that none starts on what another has left.
async fn measure(row: &str, pace: Pace) -> Outcome {
    let mut stand = Stand::start().await;
    let mut outcome = match row {
        "ingest" => rows::ingest::measure(&mut stand, pace).await,
        "ledger" => rows::ledger::measure(&stand, pace).await,
        "end_to_end" => rows::end_to_end::measure(&mut stand, pace).await,
        "latency" => rows::latency::measure(&stand, pace).await,
        "memory" => rows::memory::measure(&stand, pace).await,
        _ => rows::growth::measure(&mut stand, pace).await,
    };
    outcome.ran = stand.told().await;
    outcome
}
