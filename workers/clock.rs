//! `pennypost clock`: what is due by time alone.

use clap::Args;
use pennypost::{
    config::Settings,
    health::{self, Kind},
    process::Process,
    web,
};
use tokio_util::sync::CancellationToken;

use crate::run::{self, Ended, Ran};

/// Bring overdue jobs to their workers. It rides along in `poller --clock`; several do no harm.
#[derive(Args)]
#[command(after_help = "Example: pennypost clock   beside pennypost poller without --clock")]
pub(crate) struct Clock;

impl Clock {
    pub(crate) async fn run(self, settings: Settings, stop: CancellationToken) -> Ran {
        let process = Process::open(settings, pennypost::clock::Clock::System).await?;
        process.has_room(0, 0).await?;
        let server = web::bind_health(&process.cx).await?;
        run::ready("clock");
        tokio::join!(
            health::present(process.cx.clone(), Kind::Clock, stop.clone()),
            web::serve_health(server, process.cx.clone(), Kind::Clock, stop.clone()),
            process.clock(stop.clone()),
        );
        Ok(Ended::Done)
    }
}
