//! `pennypost poller`: from the mailboxes to the database.

use std::io::{IsTerminal, Write, stdin};

use clap::Args;
use pennypost::{
    clock::Clock,
    config::Settings,
    health::{self, Kind},
    inbox,
    poller::{Poller, Since},
    process::{Process, open_database},
    web,
};
use tokio_util::sync::CancellationToken;

use crate::{
    output,
    run::{self, Ended, Ran, Usage},
};

/// Take mail from the mailboxes into the database, as it arrives.
#[derive(Args)]
#[command(
    after_help = "Several may run: one polls a mailbox, the others take over when it fails.\n\
                  Example: pennypost poller --once --backfill 2026-01-31   also mail received since then"
)]
pub(crate) struct PollerCommand {
    /// Take what the mailboxes hold now, and exit.
    #[arg(long)]
    once: bool,
    /// Also take mail that lay there before the first connection, received since a day (2026-01-31) or an
    /// instant (RFC 3339). Its number is shown first.
    #[arg(long, value_name = "SINCE")]
    backfill: Option<String>,
    /// Do not ask whether so many are meant.
    #[arg(long, requires = "backfill")]
    yes: bool,
    /// Take the mails of this mailbox that wait because its host has numbered them anew; then exit.
    #[arg(long, value_name = "MAILBOX", conflicts_with_all = ["once", "backfill"])]
    accept_renumbered: Option<String>,
}

impl PollerCommand {
    pub(crate) async fn run(self, settings: Settings, stop: CancellationToken) -> Ran {
        if let Some(mailbox) = &self.accept_renumbered {
            return accept(&settings, mailbox).await;
        }
        let process = Process::open(settings, Clock::System).await?;
        let pollers = process.pollers().await?;
        if let Some(since) = &self.backfill {
            self.ask_for_older(&pollers, since).await?;
        }
        if !self.once {
            let server = web::bind_health(&process.cx).await?;
            run::ready("poller");
            tokio::join!(
                health::present(process.cx.clone(), Kind::Poller, stop.clone()),
                web::serve_health(server, process.cx.clone(), Kind::Poller, stop.clone()),
                process.poll(&pollers, stop.clone()),
            );
            return Ok(Ended::Done);
        }
        for poller in &pollers {
            tokio::select! {
                stored = poller.poll_once() => {
                    output::line(format!("{}: {} new", poller.name(), stored?));
                }
                () = stop.cancelled() => break,
            }
        }
        Ok(Ended::Done)
    }

    /// Shows how many there are, has it confirmed, and notes it.
    async fn ask_for_older(&self, pollers: &[Poller], since: &str) -> anyhow::Result<()> {
        let wrong = || Usage("a day (2026-01-31) or an instant (RFC 3339) is expected".to_owned());
        let since = Since::parse(since).ok_or_else(wrong)?;
        let (mut meant, mut all) = (Vec::new(), 0);
        for poller in pollers {
            if let Some(mails) = poller.count_since(since).await? {
                output::line(format!("{}: {mails} mails since {}", poller.name(), since.at()));
                meant.push(poller);
                all += mails;
            }
        }
        if meant.is_empty() {
            return Err(
                Usage("no mailbox is at a mail host: there is nothing to ask for".into()).into()
            );
        }
        if !self.yes && !confirmed(all)? {
            return Err(
                Usage(format!("{all} mails would be taken: say --yes if they are meant")).into()
            );
        }
        for poller in meant {
            poller.backfill(since).await?;
        }
        Ok(())
    }
}

/// Asks a person, where there is one.
fn confirmed(mails: usize) -> anyhow::Result<bool> {
    if !stdin().is_terminal() {
        return Ok(false);
    }
    eprint!("Take {mails} mails and act on them? [y/N] ");
    std::io::stderr().flush()?;
    let mut answer = String::new();
    stdin().read_line(&mut answer)?;
    Ok(matches!(answer.trim(), "y" | "Y" | "yes"))
}

async fn accept(settings: &Settings, mailbox: &str) -> Ran {
    let db = open_database(settings).await?;
    let mut tx = db.begin().await?;
    let held = inbox::mailbox(&mut tx, mailbox).await?.and_then(|state| state.held);
    let Some(held) = held else {
        return Err(Usage(format!("no mail of a mailbox {mailbox} waits for your word")).into());
    };
    inbox::accept(&mut tx, mailbox).await?;
    tx.commit().await?;
    output::line(format!("{mailbox}: up to {held} mails are taken at the next look."));
    Ok(Ended::Done)
}
