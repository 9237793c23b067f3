//! How a mailbox fares, for the operator and for health checks: when it was last looked at, and why not.

use std::{
    sync::{Mutex, PoisonError},
    time::{Duration, Instant},
};

use super::{desk::Desk, folder::Reader};
use crate::{clock::At, context::Context, inbox};

/// A look that found nothing is written down this often at most.
const WRITTEN_EVERY: Duration = Duration::from_secs(3);
/// Characters of a failure that are kept.
const FAILURE_MAX: usize = 500;

/// What one poller has reported.
#[derive(Debug, Default)]
pub(super) struct Report(Mutex<Inner>);

#[derive(Debug, Default)]
struct Inner {
    written: Option<(String, Instant)>,
    looks: u64,
    failure: Option<String>,
}

impl Report {
    /// A completed look at a folder of a mail host.
    pub(super) async fn looked(&self, desk: Desk<'_>, at: &Reader) -> anyhow::Result<()> {
        let (name, next) = (&at.state.name, at.seen_next());
        let lag = next - 1 - at.state.watermark.unwrap_or(0);
        gauge("pennypost_mailbox_uid_next", name, next);
        gauge("pennypost_mailbox_held", name, at.state.held.unwrap_or(0));
        gauge("pennypost_mailbox_unread_uids", name, lag.max(0));
        self.completed(desk, name, Some(next)).await
    }

    /// A completed look.
    pub(super) async fn completed(
        &self,
        desk: Desk<'_>,
        name: &str,
        uid_next: Option<i64>,
    ) -> anyhow::Result<()> {
        let now = desk.cx.now();
        gauge("pennypost_last_poll_seconds", name, now.unix_seconds());
        gauge("pennypost_mailbox_failing", name, 0);
        self.count();
        if !self.is_due(name) {
            return Ok(());
        }
        let mut tx = desk.lease.begin().await?;
        inbox::polled(&mut tx, name, uid_next, now).await?;
        tx.commit().await?;
        let mut inner = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        inner.written = Some((name.to_owned(), Instant::now()));
        if name == desk.settings.name && inner.failure.take().is_some() {
            tracing::info!(mailbox = name, "the mailbox can be read again");
        }
        Ok(())
    }

    fn count(&self) {
        let mut inner = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        inner.looks = inner.looks.wrapping_add(1);
    }

    /// How many looks were completed so far.
    pub(super) fn looks(&self) -> u64 {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).looks
    }

    fn is_due(&self, name: &str) -> bool {
        let inner = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let recent = inner.written.as_ref();
        let recent = recent.is_some_and(|(of, at)| of == name && at.elapsed() < WRITTEN_EVERY);
        !recent || inner.failure.is_some()
    }

    /// A failed look. The same failure is said once, however often it happens.
    pub(super) async fn failed(&self, cx: &Context, name: &str, error: &anyhow::Error) {
        let why: String = format!("{error:#}").chars().take(FAILURE_MAX).collect();
        gauge("pennypost_mailbox_failing", name, 1);
        if self.is_news(&why) {
            tracing::error!(mailbox = name, error = why, "the mailbox cannot be read");
        } else {
            tracing::debug!(mailbox = name, error = why, "the mailbox cannot be read yet");
        }
        if let Err(error) = write(cx, name, &why, cx.now()).await {
            tracing::debug!(mailbox = name, %error, "the failure cannot be written down");
        }
    }

    fn is_news(&self, why: &str) -> bool {
        let mut inner = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let news = inner.failure.as_deref() != Some(why);
        inner.failure = Some(why.to_owned());
        news
    }
}

async fn write(cx: &Context, name: &str, why: &str, now: At) -> Result<(), sqlx::Error> {
    let writing = async {
        let mut tx = cx.db.begin().await?;
        inbox::failing(&mut tx, name, why, now).await?;
        tx.commit().await
    };
    let written = tokio::time::timeout(Duration::from_secs(5), writing).await;
    written.unwrap_or(Err(sqlx::Error::PoolTimedOut))
}

/// One number of a mailbox.
#[expect(clippy::cast_precision_loss, reason = "a gauge's reader rounds anyway")]
pub(super) fn gauge(name: &'static str, mailbox: &str, value: i64) {
    metrics::gauge!(name, "mailbox" => mailbox.to_owned()).set(value as f64);
}
