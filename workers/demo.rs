//! `pennypost demo`: the main job on the embedded default, played by invented people.

use std::{io::IsTerminal, path::PathBuf};

use clap::Args;
use pennypost::demo::{self, Told};
use tokio_util::sync::CancellationToken;

use crate::run::{Ended, Ran};

/// Play a short story through real mails on SQLite and Maildirs, then keep serving.
#[derive(Args)]
#[command(
    after_help = "Example: pennypost demo --once   exits 0 only if everything in the story held"
)]
pub(crate) struct Demo {
    /// Stop after the story; exit code 3 when something in it did not hold.
    #[arg(long)]
    once: bool,
    /// Where everything is kept; a fresh folder when absent.
    #[arg(long)]
    folder: Option<PathBuf>,
}

impl Demo {
    pub(crate) async fn run(self, stop: CancellationToken) -> Ran {
        let kept = self.folder.is_some() || !self.once;
        let folder = self.folder.unwrap_or_else(demo::fresh_folder);
        let told = Told { colour: std::io::stdout().is_terminal() };
        let ended = demo::Demo::set_up(folder.clone()).await?.play(&told, self.once, stop).await?;
        if self.once {
            told.end(&ended.failed);
        }
        if !kept && ended.failed.is_empty() {
            std::fs::remove_dir_all(&folder)?;
        }
        Ok(if ended.failed.is_empty() { Ended::Done } else { Ended::Found })
    }
}
