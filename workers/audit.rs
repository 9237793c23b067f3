//! `pennypost audit`: every invariant of the ledger, on one snapshot.

use std::io::IsTerminal;

use clap::Args;
use indicatif::{ProgressBar, ProgressStyle};
use pennypost::{config::Settings, ledger, process};

use crate::{
    output,
    run::{Ended, Ran},
};

/// Check every invariant of the ledger; exit code 3 on any breach.
#[derive(Args)]
#[command(after_help = "Example: pennypost audit --json")]
pub(crate) struct Audit {
    /// Print JSON.
    #[arg(long)]
    json: bool,
}

impl Audit {
    pub(crate) async fn run(self, settings: Settings) -> Ran {
        let db = process::open_database(&settings).await?;
        let bar = if std::io::stderr().is_terminal() && !self.json {
            ProgressBar::new(0)
        } else {
            ProgressBar::hidden()
        };
        bar.set_style(ProgressStyle::with_template("{bar:30} {pos}/{len} {msg}")?);
        let report = ledger::audit(&db, |name, done, all| {
            bar.set_length(u64::try_from(all).unwrap_or(0));
            bar.set_position(u64::try_from(done).unwrap_or(0));
            bar.set_message(name.to_owned());
        })
        .await?;
        bar.finish_and_clear();
        if self.json {
            output::json(&report)?;
        } else {
            for finding in &report.findings {
                let mark = if finding.breaches == 0 { "ok    " } else { "BREACH" };
                output::line(format!(
                    "{mark} {} {} ({})",
                    finding.id, finding.name, finding.breaches
                ));
            }
            let all =
                if report.is_clean() { "The ledger is clean." } else { "The ledger is NOT clean." };
            output::line(all);
        }
        Ok(if report.is_clean() { Ended::Done } else { Ended::Found })
    }
}
