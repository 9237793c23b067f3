//! `pennypost worker`: the pools that run jobs.

use clap::Args;
use pennypost::{
    clock::Clock,
    config::Settings,
    health::{self, Kind},
    process::{Process, queues_named},
    web,
};
use tokio_util::sync::CancellationToken;

use crate::run::{self, Ended, Ran, Usage};

/// Run jobs: those of all queues, or of some.
#[derive(Args)]
#[command(after_help = "Example: pennypost worker transfers letters   these two, and nothing else")]
pub(crate) struct Worker {
    /// Names of queues, or all.
    #[arg(required = true)]
    queues: Vec<String>,
}

impl Worker {
    pub(crate) async fn run(self, settings: Settings, stop: CancellationToken) -> Ran {
        let queues = queues_named(&self.queues).map_err(|e| Usage(e.to_string()))?;
        let process = Process::open(settings, Clock::System).await?;
        process.has_room(1, queues.len()).await?;
        let _presence = process.attend().await?;
        let server = web::bind_health(&process.cx).await?;
        run::ready("worker");
        tokio::join!(
            health::present(process.cx.clone(), Kind::Worker, stop.clone()),
            web::serve_health(server, process.cx.clone(), Kind::Worker, stop.clone()),
            process.work_on(&queues, stop.clone()),
        );
        Ok(Ended::Done)
    }
}
