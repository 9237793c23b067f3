//! Waiting for new mail: IDLE (RFC 2177), in pieces, because an IDLE that lies is common.

use std::{future::Future, time::Duration};

use async_imap::imap_proto::Response;
use tokio::time::{Instant, sleep_until};

use super::{ImapError, Session};

/// The server must end an IDLE within this.
const DONE_MAX: Duration = Duration::from_secs(15);
/// At a stop nobody waits that long.
const STOP_MAX: Duration = Duration::from_secs(1);

/// Why a wait ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Woken {
    /// The server spoke of new mail.
    Announced,
    /// The time is over.
    Waited,
    /// The caller asked to stop.
    Stopped,
}

impl Session {
    /// Waits until new mail is announced, for `at_most`, or until `stop`.
    ///
    /// # Errors
    /// [`ImapError`]; a connection that ended meanwhile among them.
    pub async fn idle(
        &mut self,
        at_most: Duration,
        stop: impl Future<Output = ()>,
    ) -> Result<Woken, ImapError> {
        if self.announced {
            // Said while the last command ran.
            return Ok(Woken::Announced);
        }
        let tag = self.send("IDLE").await?;
        let until = Instant::now() + at_most;
        // The server owes nothing before the time is over.
        self.wait_at_most(at_most + DONE_MAX);
        tokio::pin!(stop);
        let woken = loop {
            if self.announced {
                break Woken::Announced;
            }
            let ended = |response: &Response<'_>| matches!(response, Response::Done { .. });
            tokio::select! {
                ended = self.overheard(ended) => {
                    if ended? {
                        // Refused, or ended by the server: the next look finds what there is.
                        return Ok(Woken::Waited);
                    }
                }
                () = sleep_until(until) => break Woken::Waited,
                () = &mut stop => break Woken::Stopped,
            }
        };
        self.send_untagged("DONE").await?;
        let patience = if woken == Woken::Stopped { STOP_MAX } else { DONE_MAX };
        self.wait_at_most(patience.min(self.limits().silence));
        self.answered("IDLE", &tag, |_| {}).await?;
        Ok(woken)
    }

    /// Asks whether there is anything new, whatever was announced; the server's view moves on.
    ///
    /// # Errors
    /// [`ImapError`].
    pub async fn noop(&mut self) -> Result<(), ImapError> {
        self.ask("NOOP", "NOOP", |_| {}).await
    }
}
