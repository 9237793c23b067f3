//! Reading a Maildir: what is there is listed at each look, and what is known is passed over.

use std::{collections::HashSet, sync::OnceLock};

use anyhow::Context as _;
use tokio_util::sync::CancellationToken;

use super::desk::{Batch, Desk, Place, row};
use crate::{
    config::After,
    context::Context,
    inbox::{self, MailId},
    mail::mailbox::{AfterEffect, Arrived, Bounds, Content, Known, maildir::Maildir},
};

/// How many keys one statement looks up when the mailbox is connected.
const KEYS_AT_ONCE: usize = 1_000;

/// A Maildir and what of it is stored.
#[derive(Debug)]
pub(super) struct Folder {
    maildir: Maildir,
    known: Known,
    /// Messages that were complained of once.
    told: OnceLock<()>,
}

impl Folder {
    /// Connects. At the very first connection whatever lies there already read (`cur`) is old mail: it is
    /// remembered and never looked at. Later, what is stored is not read again.
    pub(super) async fn connect(
        cx: &Context,
        maildir: Maildir,
        name: &str,
    ) -> anyhow::Result<Self> {
        let there = maildir.existing().await.context("List the mail that is there already")?;
        let known = Known::default();
        let mut tx = cx.db.begin().await?;
        let first = inbox::connect(&mut tx, name, cx.now()).await?;
        let other = inbox::settle(&mut tx, name, &maildir.place().await).await?;
        let first = first || other;
        for some in there.chunks(KEYS_AT_ONCE) {
            if first {
                inbox::old(&mut tx, name, some).await?;
                known.extend(some.iter().map(String::as_str));
            } else {
                let seen = inbox::known_among(&mut tx, name, some).await?;
                known.extend(seen.iter().map(String::as_str));
            }
        }
        tx.commit().await?;
        if first {
            tracing::info!(
                mailbox = name,
                old = there.len(),
                "connected for the first time; old mail is left alone"
            );
        }
        Ok(Self { maildir, known, told: OnceLock::new() })
    }

    /// Batch by batch until nothing is new, or until `stop`: the platform does not wait for a backlog.
    pub(super) async fn look(
        &self,
        desk: Desk<'_>,
        stop: &CancellationToken,
    ) -> anyhow::Result<usize> {
        let mut stored = 0;
        // What could not be read is passed by for the rest of the look, and offered again at the next.
        let mut passed = Passed { known: &self.known, keys: HashSet::new() };
        loop {
            let bounds = bounds(desk.cx);
            let share = desk.cx.raw_mail.take(bounds.total_bytes).await;
            let mut batch = self.maildir.unseen(&self.known, bounds).await?;
            batch.unfinished.retain(|key| !passed.keys.contains(key));
            self.after(&batch.unfinished, desk).await?;
            if !batch.arrived.is_empty() {
                let (unread, read): (Vec<_>, Vec<_>) =
                    batch.arrived.into_iter().partition(|one| one.content.is_unreadable());
                self.pass_by(unread, &mut passed);
                let keys: Vec<String> = read.iter().map(|one| one.key.clone()).collect();
                let mails = self.rows(read, desk).await?;
                let name = desk.settings.name.clone();
                let place = Place { name, uidvalidity: 0, epoch: 0 };
                let share = Some(share);
                let read = Batch { place, mails, tidy: Vec::new(), watermark: None, share };
                stored += desk.store(read).await?;
                self.known.extend(keys.iter().map(String::as_str));
                self.after(&keys, desk).await?;
            }
            if !batch.more || stop.is_cancelled() {
                return Ok(stored);
            }
        }
    }

    /// Nothing is done to a mail that could not be read: it is not safe here.
    fn pass_by(&self, unread: Vec<Arrived>, passed: &mut Passed<'_>) {
        for Arrived { key, content, .. } in unread {
            if let Content::Unreadable(why) = &content
                && self.told.set(()).is_ok()
            {
                tracing::warn!(key, why, "a mail cannot be read; it is left where it is");
            }
            self.known.extend([key.as_str()]);
            passed.keys.insert(key);
        }
    }

    /// The rows of those that are not stored.
    async fn rows(
        &self,
        arrived: Vec<Arrived>,
        desk: Desk<'_>,
    ) -> anyhow::Result<Vec<inbox::Arrived>> {
        let keys: Vec<String> = arrived.iter().map(|one| one.key.clone()).collect();
        let mut tx = desk.cx.db.read().await?;
        let known = inbox::known_among(&mut tx, &desk.settings.name, &keys).await?;
        tx.rollback().await?;
        let now = desk.cx.now();
        let mut mails = Vec::with_capacity(arrived.len());
        for Arrived { key, size, content } in arrived {
            if known.contains(&key) {
                continue;
            }
            mails.push(row(MailId::fresh(now), key, (size, content)));
        }
        Ok(mails)
    }

    async fn after(&self, keys: &[String], desk: Desk<'_>) -> anyhow::Result<()> {
        if keys.is_empty() {
            return Ok(());
        }
        let effect = match &desk.settings.after {
            After::Leave => AfterEffect::Leave,
            After::Flag => AfterEffect::Flag,
            After::Move(folder) => AfterEffect::Move(folder.clone()),
            After::Delete => AfterEffect::Delete,
        };
        if effect != AfterEffect::Leave {
            // Whoever has lost the lease changes nothing in the mailbox.
            desk.lease.begin().await?.rollback().await?;
        }
        self.maildir.taken(keys, &effect).await.context("Tidy the mailbox")
    }
}

/// Keys that count as known until the end of a look, however it ends.
struct Passed<'a> {
    known: &'a Known,
    keys: HashSet<String>,
}

impl Drop for Passed<'_> {
    fn drop(&mut self) {
        self.known.forget(self.keys.iter().map(String::as_str));
    }
}

fn bounds(cx: &Context) -> Bounds {
    let settings = &cx.settings.poller;
    Bounds {
        count: settings.batch_messages,
        total_bytes: settings.batch_bytes / 2,
        message_bytes: settings.message_bytes_max,
    }
}
