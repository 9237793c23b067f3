//! Reading a mailbox at a mail host while its lease is ours: its folder, the folder of junk beside it, and
//! waiting for more.

use std::{
    collections::BTreeSet,
    sync::{Mutex, PoisonError},
    time::{Duration, Instant},
};

use anyhow::Context as _;
use tokio_util::sync::CancellationToken;

use super::{
    desk::Desk,
    examine::Examination,
    folder::{Look, Reader},
    report::Report,
    tidy::Refused,
    trouble::Troubles,
};
use crate::{
    config::{After, Junk, MailServer},
    inbox,
    mail::mailbox::imap::{Folder, ImapError, Limits, Session, Woken},
};

/// How often a mailbox is looked at whose host announces nothing.
const LOOKED_AT_EVERY: Duration = Duration::from_secs(5);

/// How often the operator's word is asked for, however busy the mailbox is.
const REFRESHED_EVERY: Duration = Duration::from_secs(5);
/// How long the folder of junk is examined before it is the mailbox's turn again.
const JUNK_MAX: Duration = Duration::from_secs(10);

/// What outlives a connection.
#[derive(Debug, Default)]
pub(super) struct Kept {
    pub(super) main: Troubles,
    pub(super) junk: Troubles,
    pub(super) refused: Refused,
    told: Mutex<BTreeSet<String>>,
}

impl Kept {
    /// Says something to the operator that stays true until it is mended.
    pub(super) fn tell_once(&self, what: &str) {
        let mut told = self.told.lock().unwrap_or_else(PoisonError::into_inner);
        if told.insert(what.to_owned()) {
            tracing::warn!("{what}");
        }
    }
}

/// A mailbox at a mail host, while its lease is ours.
#[derive(Debug, Clone, Copy)]
pub(super) struct Host<'a> {
    pub(super) desk: Desk<'a>,
    pub(super) server: &'a MailServer,
    pub(super) folder: &'a str,
    pub(super) troubles: &'a Kept,
    pub(super) report: &'a Report,
    pub(super) stop: &'a CancellationToken,
}

/// Whether a folder cannot be opened while all is well with its host.
fn is_of_the_folder(error: &ImapError) -> bool {
    error.is_answer() && error.throttle().is_none()
}

impl Host<'_> {
    /// Takes everything that is there; answers with the number of new mails.
    pub(super) async fn once(&self) -> anyhow::Result<usize> {
        let mut session = self.sign_in().await?;
        let junk = self.junk(&mut session).await?;
        let (mut stored, mut examined) = (0, Examination::default());
        if let Some(junk) = &junk {
            let at = (&mut Examination::default(), Duration::MAX);
            stored += self.look_at_junk(&mut session, junk, at).await?;
        }
        let mut main = self.open_main(&mut session).await?;
        stored += self.look_through(&mut main, &mut session).await?;
        loop {
            let (taken, more) = main.examine(&mut examined, &mut session, self).await?;
            stored += taken;
            if !more || self.stop.is_cancelled() {
                break;
            }
        }
        stored += main.again(&mut session, self).await?;
        main.tidy(&mut session, self).await?;
        self.report.looked(self.desk, &main).await?;
        session.close().await;
        Ok(stored)
    }

    /// Reads until it is told to stop. New mail goes before everything else.
    pub(super) async fn read(&self) -> anyhow::Result<()> {
        let mut session = self.sign_in().await?;
        let junk = self.junk(&mut session).await?;
        let mut main = self.open_main(&mut session).await?;
        let repoll = self.desk.cx.settings.poller.repoll;
        let (mut why, mut junk_seen, mut refreshed) =
            (Look::Opened, None::<Instant>, Instant::now());
        let (mut examined, mut junk_examined) = (Examination::default(), Examination::default());
        while !self.stop.is_cancelled() {
            main.look(&mut session, self, why).await?;
            // Also while mail never ceases to come.
            if why != Look::Announced || refreshed.elapsed() >= REFRESHED_EVERY {
                main.refresh(self).await?;
                main.again(&mut session, self).await?;
                refreshed = Instant::now();
            }
            let (_, more) = main.examine(&mut examined, &mut session, self).await?;
            main.tidy(&mut session, self).await?;
            if let Some(junk) = &junk
                && junk_seen.is_none_or(|seen| seen.elapsed() >= repoll)
            {
                let at = (&mut junk_examined, JUNK_MAX);
                self.look_at_junk(&mut session, junk, at).await?;
                junk_seen = Some(Instant::now());
                main = self.open_main(&mut session).await?;
                main.look(&mut session, self, Look::Opened).await?;
            }
            self.report.looked(self.desk, &main).await?;
            why = if more || main.more {
                Look::Unconditional
            } else {
                self.wait(&mut session, repoll).await?
            };
        }
        session.close().await;
        Ok(())
    }

    /// Takes everything that is new in an opened folder.
    async fn look_through(
        &self,
        reader: &mut Reader,
        session: &mut Session,
    ) -> anyhow::Result<usize> {
        let mut stored = reader.look(session, self, Look::Opened).await?;
        while reader.more {
            stored += reader.look(session, self, Look::Opened).await?;
        }
        Ok(stored)
    }

    pub(super) async fn sign_in(&self) -> anyhow::Result<Session> {
        let silence = self.desk.cx.settings.poller.silence;
        let limits = Limits { silence, ..Limits::default() };
        Ok(Session::open(&self.desk.cx.dialer, self.server, limits).await?)
    }

    async fn open_main(&self, session: &mut Session) -> anyhow::Result<Reader> {
        let changes = self.desk.settings.after != After::Leave;
        let folder = Folder { name: self.folder.to_owned(), changes };
        Reader::open(session, self, (&self.desk.settings.name, folder)).await
    }

    /// The folder of junk, if there is one to be read.
    async fn junk(&self, session: &mut Session) -> anyhow::Result<Option<String>> {
        let name = match &self.desk.settings.junk {
            Junk::Unread => None,
            Junk::Marked => session.junk_folder().await?,
            Junk::Named(name) => Some(name.clone()),
        };
        Ok(name.filter(|name| name != self.folder))
    }

    /// Looks at the folder of junk, which is never changed.
    async fn look_at_junk(
        &self,
        session: &mut Session,
        folder: &str,
        (examined, at_most): (&mut Examination, Duration),
    ) -> anyhow::Result<usize> {
        let begun = Instant::now();
        let mailbox = &self.desk.settings.name;
        let name = format!("{mailbox}/{folder}");
        let mut tx = self.desk.lease.begin().await?;
        inbox::connect_part(&mut tx, &name, mailbox, self.desk.cx.now()).await?;
        tx.commit().await?;
        let folder = Folder { name: folder.to_owned(), changes: false };
        let opened = Reader::open(session, self, (&name, folder)).await;
        let mut junk = match opened {
            Err(error) if error.downcast_ref().is_some_and(is_of_the_folder) => {
                self.troubles.tell_once(&format!("the folder of junk cannot be read: {error:#}"));
                return Ok(0);
            }
            other => other?,
        };
        let mut stored = self.look_through(&mut junk, session).await?;
        loop {
            let (taken, more) = junk.examine(examined, session, self).await?;
            stored += taken;
            if !more || self.stop.is_cancelled() || begun.elapsed() >= at_most {
                break;
            }
        }
        stored += junk.again(session, self).await?;
        self.report.looked(self.desk, &junk).await?;
        Ok(stored)
    }

    async fn wait(&self, session: &mut Session, repoll: Duration) -> anyhow::Result<Look> {
        let begun = Instant::now();
        if session.can().idle {
            let woken =
                session.idle(repoll, self.stop.cancelled()).await.context("Wait for mail")?;
            if woken == Woken::Announced {
                return Ok(Look::Announced);
            }
        }
        let least = LOOKED_AT_EVERY.min(repoll);
        if begun.elapsed() < least {
            // No IDLE, or one that the server ends at once.
            tokio::select! {
                () = self.stop.cancelled() => {}
                () = tokio::time::sleep(least) => {}
            }
        }
        Ok(Look::Unconditional)
    }
}
