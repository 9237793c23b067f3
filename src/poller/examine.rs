//! When UIDs mean other messages than before, or older mail is asked for: each message is looked at, and only
//! what is neither old nor known is taken. More than a few that seem new wait for the operator's word.

use std::collections::BTreeSet;

use super::{
    folder::{Reader, next_span},
    host::Host,
};
use crate::{
    inbox::{self, Likeness},
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

/// What is known of the messages that are looked at.
#[derive(Debug, Default)]
struct Findings {
    new: Vec<Meta>,
    /// Messages that seem new by their headers alone; counted once there are too many.
    uncounted: usize,
}

impl Reader {
    /// Looks at every message below the mark, if there is one and nothing waits for the operator; answers
    /// with the number of mails taken.
    pub(super) async fn examine(
        &mut self,
        session: &mut Session,
        host: &Host<'_>,
    ) -> anyhow::Result<usize> {
        let Some(below) = self.state.examine_below else { return Ok(0) };
        if self.state.held.is_some() && !self.state.examine_all {
            return Ok(0);
        }
        let (mut stored, mut findings) = (0, Findings::default());
        let end = u32::try_from(below - 1).unwrap_or(0);
        let (mut from, mut span) = (1, u32::try_from(WINDOW).unwrap_or(u32::MAX));
        while from <= end {
            if host.stop.is_cancelled() {
                return Ok(stored);
            }
            let to = end.min(from.saturating_add(span));
            let window = session.list(Listing { from, to: Some(to), most: WINDOW }).await?;
            span = next_span(span, window.messages.len());
            let next = window.complete_to.saturating_add(1);
            let unknown = self.unknown(session, host, window.messages).await?;
            if self.state.examine_all {
                stored += host.fetcher(self).take(session, unknown).await?;
            } else if findings.new.len() > NEW_MAX {
                findings.uncounted += unknown.len();
            } else {
                findings.new.extend(self.unlike(session, host, unknown).await?);
            }
            from = next;
        }
        if findings.new.len() > NEW_MAX {
            self.hold(host, findings.new.len() + findings.uncounted).await?;
            return Ok(stored);
        }
        stored += host.fetcher(self).take(session, findings.new).await?;
        if !host.stop.is_cancelled() {
            let mut tx = host.desk.lease.begin().await?;
            inbox::examined(&mut tx, &self.state.name).await?;
            tx.commit().await?;
            self.refresh(host).await?;
        }
        Ok(stored)
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
        let from = self.state.counts_from;
        let recent = |meta: &Meta| meta.received.is_none_or(|at| from.is_none_or(|f| at >= f));
        let recent: Vec<Meta> = listed.into_iter().filter(recent).collect();
        let mut unknown = Vec::new();
        for some in recent.chunks(IDENTIFIED_AT_ONCE) {
            let uids: Vec<u32> = some.iter().map(|meta| meta.uid).collect();
            let identified = match session.identify(&uids).await {
                // Then they are told by their content, or not at all.
                Err(error) if error.is_answer() => Vec::new(),
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
fn by_header(meta: &Meta) -> Likeness {
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
