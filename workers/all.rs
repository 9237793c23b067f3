//! `pennypost all`: poller, workers, clock and web in one process.

use clap::Args;
use pennypost::{
    clock::Clock,
    config::Settings,
    health::{self, Kind},
    process::Process,
    web,
};
use tokio_util::sync::CancellationToken;

use crate::{
    output,
    run::{self, Ended, Ran},
};

/// Run everything in one process: poller, workers, clock and web.
#[derive(Args)]
#[command(
    after_help = "Example: pennypost all --once   take what the mailbox holds, do everything \
                        that is due, exit"
)]
pub(crate) struct All {
    /// Take what the mailboxes hold, do everything that is due, and exit; no web pages meanwhile.
    #[arg(long)]
    once: bool,
}

impl All {
    pub(crate) async fn run(self, settings: Settings, stop: CancellationToken) -> Ran {
        // One process is its own release phase: the schema is brought up to date first.
        let db = pennypost::process::open_database(&settings).await?;
        db.migrate().await?;
        let process = Process::with(settings, Clock::System, db)?;
        process.has_room(1, process.registry.queues().len()).await?;
        let _presence = process.attend().await?;
        let pollers = process.pollers().await?;
        if self.once {
            tokio::select! {
                done = process.once(&pollers) => done?,
                () = stop.cancelled() => {}
            }
            return Ok(Ended::Done);
        }
        web::install_metrics();
        let server = web::bind(&process.cx).await?;
        output::line(format!("Listening on http://{}", server.address()?));
        run::ready("all");
        tokio::join!(
            health::present(process.cx.clone(), Kind::All, stop.clone()),
            process.poll(&pollers, stop.clone()),
            process.work(stop.clone()),
            server.run(process.cx.clone(), stop.clone()),
        );
        Ok(Ended::Done)
    }
}
