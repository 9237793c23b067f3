//! One connection to Redis: dialled, signed in, cut when it is dropped.

use std::{fmt, sync::Arc, time::Duration};

use rand::Rng;
use redis::{
    AsyncConnectionConfig, ConnectionAddr, IntoConnectionInfo, RedisConnectionInfo, RedisError,
    aio::MultiplexedConnection,
};
use secrecy::ExposeSecret;
use tokio::time::timeout;
use tokio_util::task::{AbortOnDropHandle, TaskTracker};

use crate::{
    config::{MailServer, RedisSettings, Security},
    mail::wire::{Dialer, WireError},
};

/// How long connecting and signing in may take.
const CONNECT_MAX: Duration = Duration::from_secs(3);
/// Pauses between attempts to connect: doubling, and anywhere in their upper half, so that the
/// processes of a deployment do not come back in step.
const PAUSE_MIN: Duration = Duration::from_millis(100);
const PAUSE_MAX: Duration = Duration::from_secs(3);

/// Why Redis does not do what it is told. Never holds the URL, which may hold a password.
#[derive(Debug, thiserror::Error)]
pub enum LinkError {
    /// The URL is of another form.
    #[error(
        "redis_url: redis://USER:PASSWORD@HOST:PORT/DATABASE is expected, or rediss://… for TLS"
    )]
    Url,
    /// The certificates, the connection or its handshake.
    #[error(transparent)]
    Wire(#[from] WireError),
    /// What the server said, or that it has gone.
    #[error(transparent)]
    Redis(#[from] RedisError),
    /// It said nothing.
    #[error("Redis did not answer within {0:?}")]
    Silent(Duration),
}

/// Where Redis is and how to sign in. Cloning shares it.
#[derive(Clone)]
pub(super) struct Address {
    inner: Arc<Inner>,
}

struct Inner {
    server: MailServer,
    login: RedisConnectionInfo,
    dialer: Dialer,
}

impl fmt::Debug for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Address({})", self.inner.server)
    }
}

/// An open connection.
pub(super) struct Link {
    pub(super) connection: MultiplexedConnection,
    /// Else a server that has gone silent would keep the socket for ever.
    _driver: AbortOnDropHandle<()>,
}

impl Address {
    pub(super) fn of(settings: &RedisSettings) -> Result<Self, LinkError> {
        // The library's words may repeat the URL.
        let Ok(info) = settings.url.expose_secret().into_connection_info() else {
            return Err(LinkError::Url);
        };
        let (host, port, security) = match info.addr() {
            ConnectionAddr::Tcp(host, port) => (host, port, Security::Plain),
            ConnectionAddr::TcpTls { host, port, .. } => (host, port, Security::Tls),
            _ => return Err(LinkError::Url),
        };
        let host = host.trim_matches(['[', ']']).to_owned();
        let server = MailServer { security, host, port: *port, login: None };
        let dialer = if settings.tls_verify {
            Dialer::new(settings.tls_ca.as_deref())?
        } else {
            Dialer::unverified()
        };
        let login = info.redis_settings().clone();
        Ok(Self { inner: Arc::new(Inner { server, login, dialer }) })
    }

    /// Connects and signs in. Commands on the answer have no time limit of the library's: its own would
    /// cut a waiting pop and lose what was popped.
    pub(super) async fn connect(&self) -> Result<Link, LinkError> {
        let connecting = async {
            let stream = self.inner.dialer.connect(&self.inner.server).await?;
            let config = AsyncConnectionConfig::new().set_response_timeout(None);
            let login = &self.inner.login;
            let opening = MultiplexedConnection::new_with_config(login, stream, config);
            let (connection, driver) = opening.await?;
            let driver = AbortOnDropHandle::new(TaskTracker::new().spawn(driver));
            Ok(Link { connection, _driver: driver })
        };
        let silent = |_elapsed| LinkError::Silent(CONNECT_MAX);
        timeout(CONNECT_MAX, connecting).await.map_err(silent)?
    }

    /// Connects after the pause that follows `failures` in a row.
    pub(super) async fn reconnect(self, failures: u32) -> Result<Link, LinkError> {
        tokio::time::sleep(pause(failures)).await;
        self.connect().await
    }
}

fn pause(failures: u32) -> Duration {
    if failures == 0 {
        return Duration::ZERO;
    }
    let longest = PAUSE_MIN.saturating_mul(1 << failures.min(16)).min(PAUSE_MAX);
    rand::rng().random_range(longest / 2..=longest)
}
