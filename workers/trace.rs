//! `pennypost trace`: everything that happened to one mail, request, letter or job.

use clap::Args;
use pennypost::{config::Settings, process, trace};

use crate::{
    output,
    run::{Ended, Ran, Usage},
};

/// Tell everything that happened to a mail, request, letter or job, in the order of time.
#[derive(Args)]
#[command(after_help = "Examples: pennypost trace T-771\n          pennypost trace \
                        '<20260603.1@mail.example>'")]
pub(crate) struct Trace {
    /// A mail's, letter's or job's id, a request (T-771), a Message-ID, or a booking's reference.
    what: String,
    /// Print JSON.
    #[arg(long)]
    json: bool,
}

impl Trace {
    pub(crate) async fn run(self, settings: Settings) -> Ran {
        let db = process::open_migrated(&settings).await?;
        let mut tx = db.snapshot().await?;
        let found = trace::trace(&mut tx, &self.what).await?;
        tx.rollback().await?;
        let Some(found) = found else {
            return Err(Usage(format!(
                "nothing here is called {}; give the id of a mail, a letter or a job (`pennypost export \
                 --json` and `pennypost jobs list` show them), a request such as T-101, a Message-ID, or the \
                 reference of a booking",
                self.what
            ))
            .into());
        };
        if self.json {
            output::json(&found)?;
            return Ok(Ended::Done);
        }
        output::line(format!("What happened to {} (times are UTC)", found.subject));
        let mut day = String::new();
        for event in &found.events {
            if event.at.date() != day {
                day = event.at.date();
                output::line("");
                output::line(&day);
            }
            let words = format!("{} [{}]", event.says, event.id);
            output::beside(&format!("{}  {:<8} ", event.at.time_to_millis(), event.of), &words);
        }
        if found.more {
            output::line("There is more: trace one of the things above.");
        }
        Ok(Ended::Done)
    }
}
