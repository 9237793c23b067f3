//! What mail cannot: the confirmation page, a page that writes mails, a front page, health for machines.
//!
//! GET and HEAD never act: a page shows what would happen, and only a form's POST does it. Not for:
//! deciding anything; a POST spends a token as a YES by mail does.

mod confirm;
mod confirm_list;
mod guard;
mod health;
mod pages;
mod routes;
mod send;

use std::{net::SocketAddr, sync::Arc, time::Duration};

use anyhow::Context as _;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

use crate::context::Context;
pub use guard::own_origin;
pub use health::{bind_health, health_routes, install_metrics, serve_health};
use pages::Pages;

/// How long requests under way may take after the stop. A browser that has sent nothing, or half a
/// request, would be waited for without an end; the platform kills after ten seconds.
const STOP_GRACE: Duration = Duration::from_secs(5);

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

    /// Serves until `shutdown`, then lets requests under way end, within bounds.
    pub async fn run(self, cx: Context, shutdown: CancellationToken) {
        self.serve(service(cx), shutdown).await;
    }

    /// As [`Server::run`], with further pages.
    pub async fn run_with(self, cx: Context, more: axum::Router, shutdown: CancellationToken) {
        self.serve(service_with(cx, more), shutdown).await;
    }

    async fn serve(self, router: axum::Router, shutdown: CancellationToken) {
        let stop = shutdown.clone().cancelled_owned();
        let serving = axum::serve(self.listener, router).with_graceful_shutdown(stop);
        let patience = async {
            shutdown.cancelled().await;
            tokio::time::sleep(STOP_GRACE).await;
        };
        tokio::select! {
            ended = serving => if let Err(error) = ended {
                tracing::error!(%error, "the web server ended");
            },
            () = patience => tracing::warn!("connections were cut by the stop"),
        }
    }
}

/// The routes as one service, for tests that need no socket.
pub fn service(cx: Context) -> axum::Router {
    service_with(cx, axum::Router::new())
}

/// As [`service`], with further pages, which carry the headers of the others where they have none.
pub fn service_with(cx: Context, more: axum::Router) -> axum::Router {
    install_metrics();
    routes::routes(Site { cx, pages: Arc::new(Pages::load()) }, more)
}
