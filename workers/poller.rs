//! `pennypost poller`: from the mailbox to the database.

use clap::Args;
use pennypost::{clock::Clock, config::Settings, process::Process};
use tokio_util::sync::CancellationToken;

use crate::run::{self, Ended, Ran};

/// Take mail from the mailbox into the database, as it arrives.
#[derive(Args)]
#[command(after_help = "Example: pennypost poller --clock   and do the clock's part beside it")]
pub(crate) struct PollerCommand {
    /// Also bring overdue jobs to their workers, as `pennypost clock` does.
    #[arg(long)]
    clock: bool,
}

impl PollerCommand {
    pub(crate) async fn run(self, settings: Settings, stop: CancellationToken) -> Ran {
        let process = Process::open(settings, Clock::System).await?;
        process.has_room(0, 0).await?;
        let poller = process.poller().await?;
        run::ready("poller");
        let clock = async {
            if self.clock {
                process.clock(stop.clone()).await;
            }
        };
        tokio::join!(poller.run(stop.clone()), clock);
        Ok(Ended::Done)
    }
}
