//! `pennypost web`: pages, and answers for machines.

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

/// Serve the pages that letters lead to, /livez, /readyz, /healthz and /metrics.
#[derive(Args)]
#[command(after_help = "Example: PORT=8000 pennypost web")]
pub(crate) struct Web;

impl Web {
    pub(crate) async fn run(self, settings: Settings, stop: CancellationToken) -> Ran {
        let process = Process::open(settings, Clock::System).await?;
        process.has_room(0, 0).await?;
        web::install_metrics();
        let server = web::bind(&process.cx).await?;
        output::line(format!("Listening on http://{}", server.address()?));
        run::ready("web");
        tokio::join!(
            health::present(process.cx.clone(), Kind::Web, stop.clone()),
            server.run(process.cx.clone(), stop.clone()),
        );
        Ok(Ended::Done)
    }
}
