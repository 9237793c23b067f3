//! From the mailboxes to inbox rows and classify jobs: one transaction per batch, and nothing on the mail
//! host changes before it has committed.
//!
//! Not for: reading a mail's meaning, or trusting any of it.

mod again;
mod backfill;
mod backoff;
mod desk;
mod examine;
mod fetch;
mod folder;
mod holder;
mod host;
mod lease;
mod maildir;
mod numbering;
mod report;
mod tidy;
mod trouble;

use std::time::{Duration, Instant};

use anyhow::Context as _;
use tokio::time::sleep;
use tokio_util::sync::CancellationToken;

use crate::{
    config::{MailServer, MailboxPlace, MailboxSettings},
    context::Context,
    inbox,
    mail::mailbox::{imap::ImapError, maildir::Maildir},
};
use backoff::{Backoff, Mended};
use desk::Desk;
use host::{Host, Kept};
use lease::{Lease, Lost};
use report::Report;

pub use backfill::Since;

/// How long one look waits for another process that polls the same mailbox.
const TURN_MAX: Duration = Duration::from_secs(15);
/// How long a look may go on after a stop.
const STOP_MAX: Duration = Duration::from_secs(3);

/// One mailbox being read.
#[derive(Debug)]
pub struct Poller {
    cx: Context,
    settings: MailboxSettings,
    source: Source,
    report: Report,
    holder: String,
}

/// Where its mail lies.
#[derive(Debug)]
enum Source {
    Maildir(maildir::Folder),
    Host { server: MailServer, folder: String, kept: Box<Kept> },
}

impl Poller {
    /// Registers the mailbox. A Maildir is opened; a mail host is not asked for anything yet.
    ///
    /// # Errors
    /// The Maildir's or the database's.
    pub async fn connect(cx: Context, settings: MailboxSettings) -> anyhow::Result<Self> {
        let source = match &settings.place {
            MailboxPlace::Maildir(path) => {
                let maildir = Maildir::open(path).await.context("Open the mailbox")?;
                Source::Maildir(maildir::Folder::connect(&cx, maildir, &settings.name).await?)
            }
            MailboxPlace::Imap { server, folder } => {
                let mut tx = cx.db.begin().await?;
                inbox::connect(&mut tx, &settings.name, cx.now()).await?;
                tx.commit().await?;
                let (server, folder) = (server.clone(), folder.clone());
                Source::Host { server, folder, kept: Box::default() }
            }
        };
        let (report, holder) = (Report::default(), holder::fresh());
        Ok(Self { cx, settings, source, report, holder })
    }

    /// The mailbox's name.
    pub fn name(&self) -> &str {
        &self.settings.name
    }

    /// Takes everything that is there now; answers with the number of new mails. Where another process
    /// polls this mailbox and goes on doing so, there is nothing left to take.
    ///
    /// # Errors
    /// The mailbox's or the database's; what was stored stays stored.
    pub async fn poll_once(&self) -> anyhow::Result<usize> {
        let stop = CancellationToken::new();
        let who = (self.name(), &*self.holder);
        let Some(lease) = Lease::turn(&self.cx.db, who, TURN_MAX).await? else {
            tracing::warn!(mailbox = self.name(), "another process polls this mailbox");
            return Ok(0);
        };
        let looked = tokio::select! {
            looked = self.look_once(&lease, &stop) => looked,
            () = lease.keep() => Err(Lost.into()),
        };
        if let Err(error) = &looked {
            self.report.failed(&self.cx, self.name(), error).await;
        }
        lease.release().await;
        looked
    }

    async fn look_once(&self, lease: &Lease, stop: &CancellationToken) -> anyhow::Result<usize> {
        let desk = self.desk(lease);
        match &self.source {
            Source::Maildir(folder) => {
                let stored = folder.look(desk, stop).await?;
                self.report.completed(desk, self.name(), None).await?;
                Ok(stored)
            }
            Source::Host { .. } => self.host(desk, stop).once().await,
        }
    }

    /// Polls until `shutdown`, whenever the lease of the mailbox is ours. A failing poll is logged and tried
    /// again.
    pub async fn run(&self, shutdown: CancellationToken) {
        let mut backoff = Backoff::default();
        let who = (self.name(), &*self.holder);
        while let Some(lease) = Lease::wait(&self.cx.db, who, &shutdown).await {
            report::gauge("pennypost_mailbox_lease", self.name(), 1);
            let pause = tokio::select! {
                pause = self.work(&lease, &shutdown, &mut backoff) => pause,
                () = lease.keep() => Duration::ZERO,
            };
            report::gauge("pennypost_mailbox_lease", self.name(), 0);
            lease.release().await;
            rest(pause, &shutdown).await;
        }
    }

    /// Reads until `shutdown`, or until somebody else had better try: then how long to leave it to them.
    async fn work(
        &self,
        lease: &Lease,
        shutdown: &CancellationToken,
        backoff: &mut Backoff,
    ) -> Duration {
        while !shutdown.is_cancelled() {
            let (begun, looks) = (Instant::now(), self.report.looks());
            let read = tokio::select! {
                read = self.read(lease, shutdown) => read,
                () = async { shutdown.cancelled().await; sleep(STOP_MAX).await } => Ok(()),
            };
            let Err(error) = read else { continue };
            if error.is::<Lost>() {
                break;
            }
            self.report.failed(&self.cx, self.name(), &error).await;
            let mended = mended(error.downcast_ref());
            let wait = backoff.after((begun, self.report.looks() > looks), mended);
            // A host that wants to be left alone is left alone by all.
            if backoff.is_lasting() && !matches!(mended, Mended::Rest(_)) {
                return wait;
            }
            rest(wait, shutdown).await;
        }
        Duration::ZERO
    }

    async fn read(&self, lease: &Lease, stop: &CancellationToken) -> anyhow::Result<()> {
        let desk = self.desk(lease);
        match &self.source {
            Source::Maildir(folder) => {
                while !stop.is_cancelled() {
                    folder.look(desk, stop).await?;
                    self.report.completed(desk, self.name(), None).await?;
                    rest(self.cx.settings.poller.interval, stop).await;
                }
                Ok(())
            }
            Source::Host { .. } => self.host(desk, stop).read().await,
        }
    }

    fn desk<'a>(&'a self, lease: &'a Lease) -> Desk<'a> {
        Desk { cx: &self.cx, settings: &self.settings, lease }
    }

    fn host<'a>(&'a self, desk: Desk<'a>, stop: &'a CancellationToken) -> Host<'a> {
        let Source::Host { server, folder, kept } = &self.source else {
            unreachable!("asked of a mailbox at a host alone")
        };
        Host { desk, server, folder, troubles: kept, report: &self.report, stop }
    }
}

fn mended(error: Option<&ImapError>) -> Mended {
    if let Some(wait) = error.and_then(ImapError::throttle) {
        return Mended::Rest(wait);
    }
    match error {
        Some(error) if error.is_for_the_operator() => Mended::Operator,
        _ => Mended::Trying,
    }
}

/// Waits, but not past a stop.
async fn rest(wait: Duration, shutdown: &CancellationToken) {
    tokio::select! {
        () = shutdown.cancelled() => {}
        () = sleep(wait) => {}
    }
}
