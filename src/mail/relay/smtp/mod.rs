//! A submission server (RFC 6409), spoken to over a few connections that are kept open.
//!
//! Not for: budgets of letters (`letters`), which all processes share; a pool is one process's own.

mod calm;
mod connection;
mod judge;
mod pool;
mod quoted;
mod stuffed;
mod talk;

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use tokio::time::timeout;

use super::{Begun, Lane, Probe, SendError};
use crate::{address::Address, config::MailServer, mail::wire::Dialer};

use connection::Hello;
use judge::{judged, unwell};
use pool::{Held, Pool};
use talk::{Stage, Trouble};

pub use talk::Limits;

/// A pause as short as this is waited for; otherwise the letter comes back later.
const PAUSE_IN_PLACE_MAX: Duration = Duration::from_secs(2);

/// A submission server. Cloning shares its connections.
#[derive(Debug, Clone)]
pub struct Smtp {
    pool: Arc<Pool>,
    from: Address,
}

impl Smtp {
    pub(super) fn new(
        server: MailServer,
        dialer: Dialer,
        from: &Address,
        connections: usize,
        limits: Limits,
    ) -> Self {
        let hello = Hello { dialer, server, name: from.domain().to_owned() };
        let pool = Pool::new(hello, connections, limits);
        Self { pool: Arc::new(pool), from: from.clone() }
    }

    pub(super) fn server(&self) -> &MailServer {
        &self.pool.hello.server
    }

    pub(super) fn connections(&self) -> usize {
        self.pool.open_count()
    }

    pub(super) async fn send(
        &self,
        letter: (&[u8], &Begun),
        to: &Address,
        lane: Lane,
    ) -> Result<(), SendError> {
        self.patience().await?;
        let place = self.pool.place(lane).await?;
        // Others may have found out meanwhile that the relay is down.
        self.patience().await?;
        let sent = self.on_a_connection(letter, to).await;
        drop(place);
        match &sent {
            Ok(()) | Err(SendError::Permanent(_)) => self.pool.calm.end(),
            Err(SendError::Deferred { why, throttled: true }) => {
                self.pool.calm.pause(why, Instant::now());
            }
            Err(SendError::Unwell { why, .. }) => {
                let (why, pause) = (why.clone(), self.pool.calm.pause(why, Instant::now()));
                return Err(SendError::Unwell { why, pause });
            }
            Err(SendError::Busy(_) | SendError::Deferred { .. } | SendError::Unknown(_)) => {}
        }
        sent
    }

    pub(super) async fn probe(&self) -> Result<Probe, SendError> {
        let held = self.open().await?;
        let connection = &held.connection;
        let probe = Probe {
            place: self.pool.hello.server.to_string(),
            greeting: super::without_addresses(connection.greeting()),
            security: Some(self.pool.hello.server.security),
            signed_in: connection.signed_in(),
            size_max: connection.offers().size_max(),
            extensions: connection.offers().lines.clone(),
        };
        held.quit().await;
        Ok(probe)
    }

    /// Waits for the end of a short pause.
    async fn patience(&self) -> Result<(), SendError> {
        match self.pool.calm.left(Instant::now()) {
            Some((pause, why)) if pause > PAUSE_IN_PLACE_MAX => {
                Err(SendError::Unwell { why, pause })
            }
            Some((pause, _)) => {
                tokio::time::sleep(pause).await;
                Ok(())
            }
            None => Ok(()),
        }
    }

    async fn on_a_connection(
        &self,
        (letter, begun): (&[u8], &Begun),
        to: &Address,
    ) -> Result<(), SendError> {
        let idle = self.pool.idle().await;
        let was_idle = idle.is_some();
        let mut held = match idle {
            Some(held) => held,
            None => self.open().await?,
        };
        let began = Instant::now();
        begun.set();
        let mut sent = self.deliver(&mut held, letter, to).await;
        // One that failed late was not dead before, and a second try would outlast the job.
        let soon = began.elapsed() <= self.pool.limits.command * 2;
        if was_idle && soon && sent.as_ref().is_err_and(took_nothing) {
            // The server had hung up meanwhile; nothing was said about this letter.
            held.abandon();
            held = self.open().await?;
            sent = self.deliver(&mut held, letter, to).await;
        }
        match &sent {
            Ok(()) => self.pool.keep(held),
            Err(trouble) if trouble.is_of_connection() => held.abandon(),
            Err(_) => {
                if held.connection.reset().await {
                    self.pool.keep(held);
                }
            }
        }
        sent.map_err(|trouble| judged(trouble, &self.pool.quoted))
    }

    async fn open(&self) -> Result<Held, SendError> {
        self.pool.open().await.map_err(|trouble| unwell(trouble, &self.pool.quoted))
    }

    async fn deliver(&self, held: &mut Held, letter: &[u8], to: &Address) -> Result<(), Trouble> {
        held.letters += 1;
        let delivering = held.connection.deliver(&self.from, to, letter);
        let limit = self.pool.limits.whole_letter;
        let silent = |_elapsed| Trouble::Silent(Stage::Letter, limit);
        timeout(limit, delivering).await.map_err(silent)?
    }
}

/// Whether the connection failed before the letter itself was sent.
fn took_nothing(trouble: &Trouble) -> bool {
    match trouble {
        Trouble::Said(stage, reply) => reply.code == 421 && *stage != Stage::Letter,
        Trouble::Lost(stage, _)
        | Trouble::Silent(stage, _)
        | Trouble::Garbled(stage)
        | Trouble::OutOfStep(stage, _) => *stage != Stage::Letter,
        _ => true,
    }
}
