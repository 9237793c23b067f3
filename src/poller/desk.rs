//! Where mail is taken in: one transaction per batch holds the rows, the bytes, the classify jobs and the
//! watermark, and only the holder of the lease can commit it.
//!
//! Not for: reading the mailbox.

use std::time::Duration;

use sha2::{Digest, Sha256};

use super::{again, lease::Lease};
use crate::{
    classifier::Classify,
    config::{MailboxSettings, Mode, Settings},
    context::Context,
    db::{Tx, within},
    inbox::{self, MailId, PutOff, Quarantined},
    mail::{budget::Share, mailbox::Content, scan, sender},
    queue,
};

/// How long a batch may take: over a connection that is open and dead it would be waited for much longer.
const STORE_MAX: Duration = Duration::from_secs(120);

/// What the readers of one mailbox share while its lease is theirs.
#[derive(Debug, Clone, Copy)]
pub(super) struct Desk<'a> {
    pub(super) cx: &'a Context,
    pub(super) settings: &'a MailboxSettings,
    pub(super) lease: &'a Lease,
}

/// Whose mail it is: the first identity but for the key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Place {
    /// The mailbox's row.
    pub(super) name: String,
    /// 0 for a Maildir.
    pub(super) uidvalidity: i64,
    /// How often its UIDs have changed their meaning.
    pub(super) epoch: i64,
}

/// A batch that was read and not yet stored.
#[derive(Debug)]
pub(super) struct Batch {
    pub(super) place: Place,
    pub(super) mails: Vec<inbox::Arrived>,
    /// Those that are to be tidied at the host.
    pub(super) tidy: Vec<i64>,
    /// The largest UID in it.
    pub(super) watermark: Option<i64>,
    /// Its part of the budget, given back once it is stored.
    pub(super) share: Option<Share>,
}

impl Desk<'_> {
    /// [`Desk::store`] of what there is.
    pub(super) async fn store_if(&self, batch: Option<Batch>) -> anyhow::Result<usize> {
        match batch {
            Some(batch) => self.store(batch).await,
            None => Ok(0),
        }
    }

    /// Stores a batch; answers with the number of mails that were not stored before.
    pub(super) async fn store(&self, batch: Batch) -> anyhow::Result<usize> {
        within(STORE_MAX, Box::pin(self.store_at_once(batch))).await
    }

    async fn store_at_once(&self, batch: Batch) -> anyhow::Result<usize> {
        let Batch { place, mails, tidy, watermark, share } = batch;
        if mails.is_empty() {
            return Ok(0);
        }
        fault_point!("poller-fetched");
        let now = self.cx.now();
        let mut tx = self.lease.begin().await?;
        let key = (&*place.name, place.uidvalidity);
        let fresh = inbox::insert_many(&mut tx, key, &mails, now).await?;
        let read = mails.iter().filter(|mail| mail.put_off.is_none() && fresh.contains(&mail.id));
        let jobs: Vec<_> = read.map(|mail| classify(&self.cx.settings, mail)).collect();
        if !jobs.is_empty() {
            queue::enqueue_many(&mut tx, &jobs, now, now).await?;
        }
        for mail in mails.iter().filter(|mail| fresh.contains(&mail.id)) {
            if let Some(of) = &mail.put_off {
                self.put_off(&mut tx, &place, (&mail.id, of)).await?;
            }
        }
        if !tidy.is_empty() {
            inbox::tidy_later(&mut tx, (&place.name, place.epoch), &tidy).await?;
        }
        if let Some(watermark) = watermark {
            inbox::advance(&mut tx, &place.name, watermark).await?;
        }
        tx.commit().await?;
        drop(share);
        fault_point!("inbox-committed");
        self.told(fresh.len(), fresh.len().saturating_sub(jobs.len()));
        Ok(fresh.len())
    }

    async fn put_off(
        &self,
        tx: &mut Tx,
        place: &Place,
        mail: (&MailId, &PutOff),
    ) -> Result<(), sqlx::Error> {
        let observed = self.cx.settings.mode == Mode::Observe;
        let due = again::next(self.cx.now(), 0);
        inbox::put_off(tx, (&place.name, place.epoch), mail, (observed, due)).await?;
        Ok(())
    }

    /// Stores the bytes of a mail that was kept apart, with all that follows for any mail.
    pub(super) async fn take_out(
        &self,
        place: &Place,
        (of, mail): (&Quarantined, &inbox::Arrived),
        tidies: bool,
    ) -> anyhow::Result<bool> {
        let now = self.cx.now();
        let mut tx = self.lease.begin().await?;
        let taken = inbox::taken_out(&mut tx, mail, now).await?;
        if taken {
            let (mut work, lane) = classify(&self.cx.settings, mail);
            work.observe |= of.observed;
            queue::enqueue(&mut tx, &work, lane.as_deref(), now, now).await?;
            if tidies {
                inbox::tidy_later(&mut tx, (&place.name, place.epoch), &[of.uid]).await?;
            }
        }
        tx.commit().await?;
        Ok(taken)
    }

    fn told(&self, stored: usize, unreadable: usize) {
        if stored == 0 {
            return;
        }
        let mailbox = self.settings.name.clone();
        tracing::info!(mailbox, mails = stored, "stored");
        let count = |number: usize| u64::try_from(number).unwrap_or(0);
        metrics::counter!("pennypost_mails_stored_total", "mailbox" => mailbox.clone())
            .increment(count(stored));
        if unreadable > 0 {
            tracing::warn!(
                mailbox,
                mails = unreadable,
                "some mails cannot be read; they are looked at again: `pennypost quarantine list`"
            );
            metrics::counter!("pennypost_mails_unreadable_total", "mailbox" => mailbox)
                .increment(count(unreadable));
        }
    }
}

fn classify(settings: &Settings, mail: &inbox::Arrived) -> (Classify, Option<String>) {
    let lane = mail.from_address.as_ref().map(|from| format!("classify:{from}"));
    (Classify::of(settings, mail.id.clone()), lane)
}

/// A message's row. Its size is what the mailbox says.
pub(super) fn row(id: MailId, key: String, (size, content): (u64, Content)) -> inbox::Arrived {
    let (bytes, header_only) = match content {
        Content::Whole(bytes) => (bytes, false),
        Content::HeaderOnly(bytes) => (bytes, true),
        Content::Unreadable(_) => (Vec::new(), true),
    };
    let scan = scan::scan(&bytes);
    let message_id = (!bytes.is_empty()).then(|| sender::normal_message_id(&scan.header, &bytes));
    inbox::Arrived {
        id,
        transport_key: key,
        size_bytes: i64::try_from(size).unwrap_or(i64::MAX),
        header_only,
        put_off: None,
        digest: digest(&bytes),
        message_id,
        from_address: sender::from(&scan.header).ok().map(|from| from.to_string()),
        bytes,
    }
}

fn digest(bytes: &[u8]) -> String {
    const HEX: &[u8; 16] = b"0123456789abcdef";
    let digits = Sha256::digest(bytes);
    let digits = digits.iter().flat_map(|byte| [byte >> 4, byte & 15]);
    digits.map(|digit| char::from(HEX[usize::from(digit)])).collect()
}
