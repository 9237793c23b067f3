//! `pennypost poller`: mail into rows.

use clap::Args;
use pennypost::{clock::Clock, config::Settings, process::Process};
use tokio_util::sync::CancellationToken;

use crate::run::{self, Ended, Ran};

/// Take mail in. Of several, one works on a mailbox and the others stand by.
#[derive(Args)]
#[command(after_help = "Example: pennypost poller --clock   with the clock riding along")]
pub(crate) struct Poller {
    /// Let the clock ride along.
    #[arg(long)]
    clock: bool,
}

impl Poller {
    pub(crate) async fn run(self, settings: Settings, stop: CancellationToken) -> Ran {
        let process = Process::open(settings, Clock::System).await?;
        let pollers = process.pollers().await?;
        run::ready("poller");
        let clock = async {
            if self.clock {
                process.clock(stop.clone()).await;
            }
        };
        tokio::join!(process.poll(&pollers, stop.clone()), clock);
        Ok(Ended::Done)
    }
}
