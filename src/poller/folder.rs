//! One folder of a mail host: where reading begins, what is new, how far it was read (INGEST rule 3).

use std::time::{Duration, Instant};

use anyhow::Context as _;

use super::{desk::Place, fetch::Fetcher, host::Host, numbering::holds};
use crate::{
    clock::At,
    config::MailServer,
    inbox::{self, Beginning, MailboxState},
    mail::mailbox::imap::{Folder, Listing, Selected, Session},
};

/// Messages listed at once: the first ones are fetched while the rest is not listed yet.
const WINDOW: usize = 1_000;
/// UIDs that one listing spans, at least and at most: where most are gone, they are far apart.
const SPAN_MIN: u32 = 1_000;
const SPAN_MAX: u32 = 1_000_000;
/// After this long a look ends where it is: others wait for their turn, and the operator for a sign.
const LOOK_MAX: Duration = Duration::from_secs(5);
/// How far two clocks are believed to differ.
const SKEW: Duration = Duration::from_hours(1);
/// The newest messages that tell, by their dates, when the first connection was by the host's clock.
const NEWEST: u32 = 100;

/// Why a look is taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Look {
    /// The folder was opened a moment ago.
    Opened,
    /// The server spoke of new mail.
    Announced,
    /// Because it is time, whatever the server says.
    Unconditional,
}

/// An opened folder.
#[derive(Debug)]
pub(super) struct Reader {
    pub(super) state: MailboxState,
    /// Every message up to this UID is stored, old, under examination or gone.
    cursor: u32,
    /// The last UID that the view at its opening can hold.
    view_end: Option<u32>,
    span: u32,
    /// Whether the last look ended before it was done.
    pub(super) more: bool,
}

impl Reader {
    /// Opens a folder whose row is `name`, and compares what the server says with what was stored.
    pub(super) async fn open(
        session: &mut Session,
        host: &Host<'_>,
        (name, folder): (&str, Folder),
    ) -> anyhow::Result<Self> {
        let selected = session.select(&folder).await;
        let selected = selected.with_context(|| format!("Open the folder {}", folder.name))?;
        let next = uid_next(session, &folder, selected).await?;
        let mut tx = host.desk.lease.begin().await?;
        if inbox::settle(&mut tx, name, &place(host.server, &folder.name)).await? {
            tracing::warn!(mailbox = name, "it is another mailbox now, and begins anew");
        }
        let state = inbox::mailbox(&mut tx, name).await?.context("The mailbox has a row")?;
        // Nothing may be asked of the host inside a transaction.
        tx.commit().await?;
        let validity = selected.uid_validity.map_or(0, i64::from);
        let back = i64::from(next) <= state.watermark.unwrap_or(0);
        let same = validity != 0 || holds(session, host, &state).await?;
        let mut tx;
        match state.uidvalidity {
            None => {
                let counts_from = first_date(session, next, host.desk.cx.now()).await?;
                let at = Beginning { uidvalidity: validity, uid_next: next.into(), counts_from };
                tx = host.desk.lease.begin().await?;
                inbox::begin_at(&mut tx, name, &at).await?;
                let old = selected.exists;
                tracing::info!(
                    mailbox = name,
                    old,
                    "connected for the first time; old mail is left alone"
                );
            }
            Some(before) => {
                tx = host.desk.lease.begin().await?;
                if before != validity || !same || back {
                    inbox::renumbered(&mut tx, name, validity, next.into()).await?;
                    tracing::warn!(
                        mailbox = name,
                        "the host has numbered its mail anew; what is known is found again"
                    );
                }
            }
        }
        let state = inbox::mailbox(&mut tx, name).await?.context("The mailbox has a row")?;
        tx.commit().await?;
        let cursor = state.watermark.and_then(|uid| u32::try_from(uid).ok()).unwrap_or(0);
        let view_end = selected.uid_next.map(|next| next.saturating_sub(1));
        Ok(Self { state, cursor, view_end, span: SPAN_MIN, more: false })
    }

    /// The messages' first identity but for their key.
    pub(super) fn place(&self) -> Place {
        Place {
            name: self.state.name.clone(),
            uidvalidity: self.state.uidvalidity.unwrap_or(0),
            epoch: self.state.epoch,
        }
    }

    /// UIDNEXT as far as it was seen.
    pub(super) fn seen_next(&self) -> i64 {
        i64::from(self.cursor.max(self.view_end.unwrap_or(0))) + 1
    }

    /// Takes everything that is new; answers with the number of mails.
    pub(super) async fn look(
        &mut self,
        session: &mut Session,
        host: &Host<'_>,
        why: Look,
    ) -> anyhow::Result<usize> {
        if why == Look::Unconditional {
            session.noop().await?;
        }
        let begun = Instant::now();
        let (mut stored, mut ready) = (0, None);
        self.more = false;
        while !host.stop.is_cancelled() {
            let ahead = self.view_end.filter(|end| *end > self.cursor);
            let to = ahead.map(|end| end.min(self.cursor.saturating_add(self.span)));
            if to.is_none() && why == Look::Opened && self.view_end.is_some() {
                break;
            }
            let Some(from) = self.cursor.checked_add(1) else { break };
            let listing = session.list(Listing { from, to, most: WINDOW });
            let (window, done) = tokio::join!(listing, host.desk.store_if(ready.take()));
            stored += done?;
            let window = window?;
            let found = window.messages.len();
            stored += host.fetcher(self).carry(session, window.messages, &mut ready).await?;
            if host.stop.is_cancelled() {
                break;
            }
            self.cursor = self.cursor.max(window.complete_to);
            self.span = next_span(self.span, found);
            if to.is_none() && found < WINDOW {
                break;
            }
            if begun.elapsed() >= LOOK_MAX {
                self.more = true;
                break;
            }
        }
        Ok(stored + host.desk.store_if(ready).await?)
    }

    /// Reads its row again: the operator may have said something.
    pub(super) async fn refresh(&mut self, host: &Host<'_>) -> anyhow::Result<()> {
        let mut tx = host.desk.cx.db.read().await?;
        let state = inbox::mailbox(&mut tx, &self.state.name).await?;
        tx.rollback().await?;
        self.state = state.context("The mailbox has a row")?;
        Ok(())
    }
}

impl<'a> Host<'a> {
    pub(super) fn fetcher(&self, reader: &Reader) -> Fetcher<'a> {
        let main = reader.state.part_of.is_none();
        let troubles = if main { &self.troubles.main } else { &self.troubles.junk };
        troubles.of_epoch(reader.state.epoch);
        Fetcher {
            desk: self.desk,
            place: reader.place(),
            tidies: main && self.desk.settings.after != crate::config::After::Leave,
            troubles,
            stop: self.stop,
        }
    }
}

/// Which mailbox it is, whatever else changes in its URL.
pub(super) fn place(server: &MailServer, folder: &str) -> String {
    format!("{}/{folder}", server.account())
}

/// Wide where UIDs are far apart, narrow where they are dense.
pub(super) fn next_span(span: u32, found: usize) -> u32 {
    if found < WINDOW / 4 {
        span.saturating_mul(4).min(SPAN_MAX)
    } else if found >= WINDOW {
        SPAN_MIN
    } else {
        span
    }
}

/// The first UID that no message has had yet.
async fn uid_next(
    session: &mut Session,
    folder: &Folder,
    selected: Selected,
) -> anyhow::Result<u32> {
    if let Some(next) = selected.uid_next {
        return Ok(next);
    }
    if let Some(next) = session.status_uid_next(&folder.name).await? {
        return Ok(next);
    }
    if selected.exists == 0 {
        return Ok(1);
    }
    Ok(session.last_uid().await?.map_or(1, |last| last.saturating_add(1)))
}

/// From when on mail counts, by the host's clock: the newest mail that is there at the first connection
/// tells it to the second. Only a date that our own clock finds plausible is taken: mail that was copied
/// here may bear any.
async fn first_date(session: &mut Session, next: u32, now: At) -> anyhow::Result<At> {
    let (earliest, latest) = (now.minus(SKEW), now.plus(SKEW));
    if next <= 1 {
        return Ok(earliest);
    }
    let listing =
        Listing { from: next.saturating_sub(NEWEST).max(1), to: Some(next - 1), most: WINDOW };
    let newest = session.list(listing).await?;
    let dates = newest.messages.iter().filter_map(|meta| meta.received);
    let newest = dates.max().map(|date| date.plus(Duration::from_secs(1)));
    Ok(newest.map_or(earliest, |date| date.clamp(earliest, latest)))
}
