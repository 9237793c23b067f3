//! What mail cannot: the confirmation page, a front page, health for machines.
//!
//! GET and HEAD never act: a page shows what would happen, and only a form's POST does it. Not for:
//! deciding anything; a POST spends a token as a YES by mail does.

mod confirm;
mod guard;
mod health;
mod pages;
mod routes;

use std::{future::IntoFuture, net::SocketAddr, sync::Arc, time::Duration};

use anyhow::Context as _;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

use crate::context::Context;
pub use health::install_metrics;
use pages::Pages;

/// How long requests under way may take after the end was asked for.
const GRACE: Duration = Duration::from_secs(2);

/// What a request's handler may use.
#[derive(Debug, Clone)]
pub(crate) struct Site {
    cx: Context,
    pages: Arc<Pages>,
}

/// A socket that is bound and not yet served.
#[derive(Debug)]
pub struct Server {
    listener: TcpListener,
}

/// Binds the configured address.
///
/// # Errors
/// The socket's, with the address.
pub async fn bind(cx: &Context) -> anyhow::Result<Server> {
    let address = cx.settings.listen;
    let listener = TcpListener::bind(address).await;
    Ok(Server { listener: listener.with_context(|| format!("Listen on {address}"))? })
}

impl Server {
    /// Where it listens; the port is real even when it was configured as 0.
    ///
    /// # Errors
    /// The socket's.
    pub fn address(&self) -> std::io::Result<SocketAddr> {
        self.listener.local_addr()
    }

    /// Serves until `shutdown`, then lets requests under way end, for [`GRACE`] at most.
    pub async fn run(self, cx: Context, shutdown: CancellationToken) {
        let stop = shutdown.clone();
        let serving = axum::serve(self.listener, service(cx))
            .with_graceful_shutdown(async move { stop.cancelled().await });
        // A browser keeps connections open on which it asks nothing; they must not hold up the end.
        let patience = async {
            shutdown.cancelled().await;
            tokio::time::sleep(GRACE).await;
        };
        tokio::select! {
            ended = serving.into_future() => {
                if let Err(error) = ended {
                    tracing::error!(%error, "the web server ended");
                }
            }
            () = patience => tracing::debug!("connections were closed while open"),
        }
    }
}

/// The routes as one service, for tests that need no socket.
pub fn service(cx: Context) -> axum::Router {
    install_metrics();
    routes::routes(Site { cx, pages: Arc::new(Pages::load()) })
}
