//! When UIDs mean other messages than before, or older mail is asked for: each message is looked at, and only
//! what is neither old nor known is taken. More than a few that seem new wait for the operator's word.

use std::collections::{BTreeSet, VecDeque};

use super::{
    folder::{Reader, next_span},
    host::Host,
};
use crate::{
    clock::At,
    inbox::{self, Likeness, MailboxState},
    mail::{
        mailbox::imap::{Listing, Meta, Session},
        scan, sender,
    },
};

/// Messages that may seem new after the host has numbered its mail anew, without anybody being asked.
pub(super) const NEW_MAX: usize = 50;
/// Messages listed at once, and identified at once.
const WINDOW: usize = 1_000;
const IDENTIFIED_AT_ONCE: usize = 100;

/// How far a folder was examined: it is done in steps, so that new mail goes before it.
#[derive(Debug, Default)]
pub(super) struct Examination {
    of: Option<Asked>,
    from: u32,
    span: u32,
    /// Listed, wanted, and not yet taken.
    left: VecDeque<Meta>,
    new: Vec<Meta>,
    /// Messages that seem new by their headers alone; counted once there are too many.
    uncounted: usize,
}

/// What was to be looked at when it began.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Asked {
    epoch: i64,
    below: i64,
    all: bool,
    from: Option<At>,
}

impl Examination {
    fn begin(of: Asked) -> Self {
        let span = u32::try_from(WINDOW).unwrap_or(u32::MAX);
        Self { of: Some(of), from: 1, span, ..Self::default() }
    }
}

impl Reader {
    /// Takes a step through the messages below the mark, if there is one and nothing waits for the
    /// operator; answers with the number of mails taken, and whether there are more steps to take.
    pub(super) async fn examine(
        &mut self,
        at: &mut Examination,
        session: &mut Session,
        host: &Host<'_>,
    ) -> anyhow::Result<(usize, bool)> {
        let MailboxState { epoch, examine_all: all, examine_from: from, .. } = self.state;
        let waits = self.state.held.is_some() && !all;
        let Some(below) = self.state.examine_below.filter(|_| !waits) else {
            *at = Examination::default();
            return Ok((0, false));
        };
        let asked = Asked { epoch, below, all, from };
        if at.of != Some(asked) {
            *at = Examination::begin(asked);
        }
        let end = u32::try_from(below - 1).unwrap_or(0);
        if !at.left.is_empty() {
            let some = self.some_of(&mut at.left, host);
            return Ok((host.fetcher(self).take(session, some).await?, true));
        }
        if at.from <= end {
            let to = end.min(at.from.saturating_add(at.span));
            let window =
                session.list(Listing { from: at.from, to: Some(to), most: WINDOW }).await?;
            at.span = next_span(at.span, window.messages.len());
            at.from = window.complete_to.saturating_add(1);
            let unknown = self.unknown(session, host, window.messages).await?;
            if all {
                at.left = unknown.into();
            } else if at.new.len() > NEW_MAX {
                at.uncounted += unknown.len();
            } else {
                at.new.extend(self.unlike(session, host, unknown).await?);
            }
            return Ok((0, true));
        }
        let Examination { new, uncounted, .. } = std::mem::take(at);
        if new.len() > NEW_MAX {
            self.hold(host, new.len() + uncounted).await?;
            return Ok((0, false));
        }
        let stored = host.fetcher(self).take(session, new).await?;
        if host.stop.is_cancelled() {
            return Ok((stored, false));
        }
        let mut tx = host.desk.lease.begin().await?;
        inbox::examined(&mut tx, &self.state).await?;
        tx.commit().await?;
        self.refresh(host).await?;
        // Something else may have been asked for meanwhile.
        Ok((stored, self.state.examine_below.is_some()))
    }

    /// As many as make two batches, so that one is fetched while the other is stored.
    fn some_of(&self, left: &mut VecDeque<Meta>, host: &Host<'_>) -> Vec<Meta> {
        let settings = &host.desk.cx.settings.poller;
        let (mut some, mut octets) = (Vec::new(), 0_u64);
        while some.len() < settings.batch_messages.saturating_mul(2)
            && octets < settings.batch_bytes
            && let Some(meta) = left.pop_front()
        {
            octets = octets.saturating_add(meta.size.map_or(0, u64::from));
            some.push(meta);
        }
        some
    }

    async fn hold(&mut self, host: &Host<'_>, messages: usize) -> anyhow::Result<()> {
        let mailbox = &self.state.name;
        let mut tx = host.desk.lease.begin().await?;
        inbox::hold(&mut tx, mailbox, i64::try_from(messages).unwrap_or(i64::MAX)).await?;
        tx.commit().await?;
        tracing::error!(
            mailbox,
            messages,
            "the host has numbered its mail anew and so many of them seem new that nothing is done with \
             them: look at them, then say `pennypost poller --accept-renumbered MAILBOX`"
        );
        self.refresh(host).await
    }

    /// Those received since the mailbox was connected whose Message-ID and size are not stored.
    async fn unknown(
        &self,
        session: &mut Session,
        host: &Host<'_>,
        listed: Vec<Meta>,
    ) -> anyhow::Result<Vec<Meta>> {
        let recent = |meta: &Meta| match (self.state.examine_from, meta.received) {
            // Mail since a day was asked for: what has no date is none of it.
            (Some(from), received) => received.is_some_and(|at| at >= from),
            (None, Some(at)) => self.state.counts_from.is_none_or(|from| at >= from),
            (None, None) => true,
        };
        let recent: Vec<Meta> = listed.into_iter().filter(recent).collect();
        let mut unknown = Vec::new();
        for some in recent.chunks(IDENTIFIED_AT_ONCE) {
            let uids: Vec<u32> = some.iter().map(|meta| meta.uid).collect();
            let identified = match session.identify(&uids).await {
                // Then they are told by their content, or not at all.
                Err(error) if error.is_of_a_message() => Vec::new(),
                other => other?,
            };
            let alike: Vec<Likeness> = identified.iter().map(by_header).collect();
            let stored = self.stored(host, &alike).await?;
            let known: BTreeSet<u32> = identified
                .iter()
                .enumerate()
                .filter(|(place, _)| stored.contains(place))
                .map(|(_, meta)| meta.uid)
                .collect();
            unknown.extend(some.iter().filter(|meta| !known.contains(&meta.uid)).cloned());
        }
        Ok(unknown)
    }

    /// Those whose content is not stored either.
    async fn unlike(
        &self,
        session: &mut Session,
        host: &Host<'_>,
        messages: Vec<Meta>,
    ) -> anyhow::Result<Vec<Meta>> {
        let mut left = messages;
        let mut new = Vec::new();
        while !left.is_empty() && new.len() <= NEW_MAX {
            let rest = left.split_off(left.len().min(NEW_MAX));
            let some = std::mem::replace(&mut left, rest);
            let mut alike = Vec::new();
            host.fetcher(self)
                .rows(session, some.clone(), |rows| {
                    // The bytes are let go at once: what is new is read again when it is taken.
                    alike.extend(rows.into_iter().map(|(uid, mail)| (uid, by_content(mail))));
                })
                .await?;
            let (uids, alike): (Vec<u32>, Vec<Likeness>) = alike.into_iter().unzip();
            let stored = self.stored(host, &alike).await?;
            let fresh: BTreeSet<u32> = uids
                .iter()
                .enumerate()
                .filter(|(place, _)| !stored.contains(place))
                .map(|(_, uid)| *uid)
                .collect();
            new.extend(some.into_iter().filter(|meta| fresh.contains(&meta.uid)));
        }
        // Beyond the bound it is enough to know that there are more.
        new.extend(left);
        Ok(new)
    }

    async fn stored(&self, host: &Host<'_>, of: &[Likeness]) -> anyhow::Result<BTreeSet<usize>> {
        let mut tx = host.desk.cx.db.read().await?;
        let stored = inbox::stored_alike(&mut tx, &self.state.name, of).await?;
        tx.rollback().await?;
        Ok(stored)
    }
}

/// By its Message-ID and size; one without a Message-ID is like none.
pub(super) fn by_header(meta: &Meta) -> Likeness {
    let header = scan::scan(meta.id_header.as_deref().unwrap_or_default()).header;
    let has_one = header.first("Message-ID").is_some();
    Likeness {
        message_id: if has_one { sender::normal_message_id(&header, &[]) } else { String::new() },
        size_bytes: meta.size.map(i64::from),
        digest: None,
    }
}

fn by_content(mail: inbox::Arrived) -> Likeness {
    Likeness {
        message_id: mail.message_id.unwrap_or_default(),
        size_bytes: None,
        digest: Some(mail.digest),
    }
}
