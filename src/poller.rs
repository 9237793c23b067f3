//! From the mailbox to inbox rows and classify jobs: one transaction per batch, and nothing on the mail
//! host changes before it has committed.
//!
//! Not for: reading a mail's meaning, or trusting any of it.

use std::time::Duration;

use anyhow::Context as _;
use tokio_util::sync::CancellationToken;

use crate::{
    classifier::Classify,
    config::{After, MailboxSettings},
    context::Context,
    inbox::{self, MailId},
    mail::{
        mailbox::{AfterEffect, Arrived, Bounds, Content, Known, Mailbox},
        scan, sender,
    },
    queue,
};

/// How many keys one statement looks up when the mailbox is connected.
const KEYS_AT_ONCE: usize = 1_000;

/// One mailbox being read.
#[derive(Debug)]
pub struct Poller {
    cx: Context,
    mailbox: Mailbox,
    settings: MailboxSettings,
    known: Known,
}

impl Poller {
    /// Connects. At the very first connection whatever lies there already read (a Maildir's `cur`) is
    /// old mail: it is remembered and never looked at. Later, what is stored is not read again.
    ///
    /// # Errors
    /// The mailbox's or the database's.
    pub async fn connect(
        cx: Context,
        mailbox: Mailbox,
        settings: MailboxSettings,
    ) -> anyhow::Result<Self> {
        let name = &settings.name;
        let there = mailbox.existing().await.context("List the mail that is there already")?;
        let known = Known::default();
        let mut tx = cx.db.begin().await?;
        let first = inbox::connect(&mut tx, name, cx.now()).await?;
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
                old = there.len(),
                "connected for the first time; old mail is left alone"
            );
        }
        Ok(Self { cx, mailbox, settings, known })
    }

    /// Takes everything that is there now; answers with the number of new mails.
    ///
    /// # Errors
    /// The mailbox's or the database's; what was stored stays stored.
    pub async fn poll_once(&self) -> anyhow::Result<usize> {
        self.poll_until(&CancellationToken::new()).await
    }

    /// Batch by batch until nothing is new, or until `shutdown`: the platform does not wait for a backlog.
    async fn poll_until(&self, shutdown: &CancellationToken) -> anyhow::Result<usize> {
        let mut stored = 0;
        loop {
            let batch = self.mailbox.unseen(&self.known, self.bounds()).await?;
            self.after(&batch.unfinished).await?;
            if !batch.arrived.is_empty() {
                stored += self.store(&batch.arrived).await?;
                let keys: Vec<String> = batch.arrived.iter().map(|a| a.key.clone()).collect();
                self.known.extend(keys.iter().map(String::as_str));
                self.after(&keys).await?;
            }
            if !batch.more || shutdown.is_cancelled() {
                return Ok(stored);
            }
        }
    }

    /// Polls until `shutdown`. A failing poll is logged and tried again.
    pub async fn run(&self, shutdown: CancellationToken) {
        let poll = self.cx.settings.poller.interval;
        let mut wait = poll;
        while !shutdown.is_cancelled() {
            match self.poll_until(&shutdown).await {
                Ok(_) => {
                    metrics::gauge!("pennypost_last_poll_seconds").set(seconds(&self.cx));
                    wait = poll;
                }
                Err(error) => {
                    tracing::error!(error = %format!("{error:#}"), "the mailbox cannot be read");
                    wait = (wait * 2).min(Duration::from_secs(60));
                }
            }
            tokio::select! {
                () = shutdown.cancelled() => {}
                () = tokio::time::sleep(wait) => {}
            }
        }
    }

    fn bounds(&self) -> Bounds {
        let settings = &self.cx.settings.poller;
        Bounds {
            count: settings.batch_messages,
            total_bytes: settings.batch_bytes,
            message_bytes: settings.message_bytes_max,
        }
    }

    /// One transaction: the mails, their bytes, their classify jobs.
    async fn store(&self, arrived: &[Arrived]) -> anyhow::Result<usize> {
        let now = self.cx.now();
        let mut tx = self.cx.db.begin().await?;
        let keys: Vec<String> = arrived.iter().map(|one| one.key.clone()).collect();
        let known = inbox::known_among(&mut tx, &self.settings.name, &keys).await?;
        let mut jobs = Vec::new();
        for one in arrived.iter().filter(|one| !known.contains(&one.key)) {
            let Some(mail) = row(one, MailId::fresh(now)) else {
                tracing::warn!(key = %one.key, "a mail cannot be read; it is left where it is");
                continue;
            };
            if inbox::insert(&mut tx, &self.settings.name, &mail, now).await? {
                let lane = mail.from_address.as_ref().map(|from| format!("classify:{from}"));
                jobs.push((Classify::of(&self.cx.settings, mail.id), lane));
            }
        }
        queue::enqueue_many(&mut tx, &jobs, now, now).await?;
        tx.commit().await?;
        if !jobs.is_empty() {
            tracing::info!(mails = jobs.len(), "stored");
            metrics::counter!("pennypost_mails_stored_total")
                .increment(u64::try_from(jobs.len()).unwrap_or(0));
        }
        Ok(jobs.len())
    }

    async fn after(&self, keys: &[String]) -> anyhow::Result<()> {
        if keys.is_empty() {
            return Ok(());
        }
        let effect = match &self.settings.after {
            After::Leave => AfterEffect::Leave,
            After::Flag => AfterEffect::Flag,
            After::Move(folder) => AfterEffect::Move(folder.clone()),
            After::Delete => AfterEffect::Delete,
        };
        self.mailbox.taken(keys, &effect).await.context("Tidy the mailbox")
    }
}

fn row(arrived: &Arrived, id: MailId) -> Option<inbox::Arrived> {
    let (bytes, header_only) = match &arrived.content {
        Content::Whole(bytes) => (bytes, false),
        Content::HeaderOnly(bytes) => (bytes, true),
        Content::Unreadable(_) => return None,
    };
    let scan = scan::scan(bytes);
    Some(inbox::Arrived {
        id,
        transport_key: arrived.key.clone(),
        size_bytes: i64::try_from(arrived.size).unwrap_or(i64::MAX),
        header_only,
        message_id: Some(sender::normal_message_id(&scan.header, bytes)),
        from_address: sender::from(&scan.header).ok().map(|from| from.to_string()),
        bytes: bytes.clone(),
    })
}

#[expect(clippy::cast_precision_loss, reason = "a gauge in seconds needs no microseconds")]
fn seconds(cx: &Context) -> f64 {
    cx.now().unix_seconds() as f64
}
