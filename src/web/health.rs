//! Answers for machines: is the process alive, can it do its own duty, does mail flow, the numbers.
//!
//! Anybody may ask for a verdict, with the names of what is wrong; what a server said and the numbers are for
//! whoever shows the token, or reaches a listener that only this machine can reach. However often it is asked,
//! the database is looked at once in a second.

use std::{
    sync::{Arc, OnceLock},
    time::{Duration, Instant},
};

use anyhow::Context as _;
use axum::{
    Router,
    extract::State,
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
    routing::get,
};
use metrics_exporter_prometheus::{PrometheusBuilder, PrometheusHandle};
use secrecy::ExposeSecret;
use subtle::ConstantTimeEq;
use tokio::{net::TcpListener, sync::Mutex};
use tokio_util::sync::CancellationToken;

use super::Server;
use crate::{
    context::Context,
    health::{self, Facts, Finding, Kind},
};

/// The content type of the text exposition format.
const EXPOSITION: &str = "text/plain; version=0.0.4; charset=utf-8";
/// How old an answer may be.
const FRESH: Duration = Duration::from_secs(1);

static METRICS: OnceLock<Option<PrometheusHandle>> = OnceLock::new();

/// Starts counting. Before that, and in a process whose numbers somebody else collects, nothing is kept.
pub fn install_metrics() {
    METRICS.get_or_init(|| PrometheusBuilder::new().install_recorder().ok());
}

/// What a listener answers from.
pub(super) struct Monitor {
    cx: Context,
    /// Whose duty `/readyz` is about.
    kind: Kind,
    /// Whether whoever reaches it may read everything.
    open: bool,
    last: Mutex<Option<Look>>,
}

struct Look {
    at: Instant,
    found: Arc<(Facts, Vec<Finding>)>,
}

type Watch = State<Arc<Monitor>>;

impl Monitor {
    pub(super) fn new(cx: Context, kind: Kind, open: bool) -> Arc<Self> {
        Arc::new(Self { cx, kind, open, last: Mutex::default() })
    }

    /// What holds now, or did a moment ago. Whoever asks meanwhile waits for the same look.
    async fn look(&self) -> Arc<(Facts, Vec<Finding>)> {
        let mut last = self.last.lock().await;
        if let Some(look) = last.as_ref().filter(|look| look.at.elapsed() < FRESH) {
            return Arc::clone(&look.found);
        }
        let facts = health::gather_of(&self.cx).await;
        let findings = health::judge(&facts, &self.cx.settings.health);
        let found = Arc::new((facts, findings));
        *last = Some(Look { at: Instant::now(), found: Arc::clone(&found) });
        found
    }

    /// Whether the asker may read more than a verdict.
    fn trusts(&self, headers: &HeaderMap) -> bool {
        let Some(token) = &self.cx.settings.health.token else { return self.open };
        let shown = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
        let shown = shown.and_then(|value| value.strip_prefix("Bearer ")).unwrap_or_default();
        self.open || shown.as_bytes().ct_eq(token.expose_secret().as_bytes()).into()
    }

    /// Green, or what is red: the names of the checks, or a sentence for each to whoever may read them.
    fn verdict<'a>(
        &self,
        headers: &HeaderMap,
        red: impl Iterator<Item = &'a Finding>,
    ) -> (StatusCode, String) {
        let red: Vec<&Finding> = red.filter(|one| one.red).collect();
        if red.is_empty() {
            return (StatusCode::OK, "ok\n".to_owned());
        }
        let text = if self.trusts(headers) {
            red.iter().map(|one| format!("{}\n", one.says)).collect()
        } else {
            let mut names: Vec<&str> = red.iter().map(|one| one.check.as_str()).collect();
            names.dedup();
            format!("not well: {}\n", names.join(", "))
        };
        (StatusCode::SERVICE_UNAVAILABLE, text)
    }
}

/// GET /livez: the process answers.
async fn live() -> &'static str {
    "ok\n"
}

/// GET /readyz: nothing stands in the way of this process's own duty; that of the web is to serve pages.
async fn ready(State(monitor): Watch, headers: HeaderMap) -> (StatusCode, String) {
    let found = monitor.look().await;
    let own = found.1.iter().filter(|one| one.check.is_duty_of(monitor.kind));
    monitor.verdict(&headers, own)
}

/// GET /healthz: mail flows, in the deployment as a whole.
async fn well(State(monitor): Watch, headers: HeaderMap) -> (StatusCode, String) {
    let found = monitor.look().await;
    monitor.verdict(&headers, found.1.iter())
}

/// GET /metrics: the facts of the deployment, then what this process has counted (Prometheus text format).
async fn metrics(State(monitor): Watch, headers: HeaderMap) -> Response {
    if !monitor.trusts(&headers) {
        let ask = [(header::WWW_AUTHENTICATE, "Bearer")];
        let words = "health.token (HEALTH_TOKEN) is expected as a bearer token\n";
        return (StatusCode::UNAUTHORIZED, ask, words).into_response();
    }
    let found = monitor.look().await;
    let counted = METRICS.get().and_then(Option::as_ref).map(PrometheusHandle::render);
    let text = health::text(&found.0, &found.1) + &counted.unwrap_or_default();
    ([(header::CONTENT_TYPE, EXPOSITION)], text).into_response()
}

/// The answers for machines, for one listener.
pub(super) fn routes<S: Clone + Send + Sync + 'static>(monitor: Arc<Monitor>) -> Router<S> {
    Router::new()
        .route("/livez", get(live))
        .route("/readyz", get(ready))
        .route("/healthz", get(well))
        .route("/metrics", get(metrics))
        .with_state(monitor)
}

/// Binds where poller, worker or clock answer, if it is configured that they do.
///
/// # Errors
/// The socket's, with the address.
pub async fn bind_health(cx: &Context) -> anyhow::Result<Option<Server>> {
    let Some(address) = cx.settings.health.listen else { return Ok(None) };
    let listener = TcpListener::bind(address).await;
    let listener = listener.with_context(|| format!("Listen on {address} (health.listen)"))?;
    install_metrics();
    Ok(Some(Server { listener }))
}

/// Answers `/livez`, `/readyz` (for the duty of this kind of process), `/healthz` and `/metrics` until
/// `shutdown`; returns at once where nothing is bound.
pub async fn serve_health(
    server: Option<Server>,
    cx: Context,
    kind: Kind,
    shutdown: CancellationToken,
) {
    if let Some(server) = server {
        let own = server.address().is_ok_and(|address| address.ip().is_loopback());
        server.serve(health_routes(cx, kind, own), shutdown).await;
    }
}

/// The routes of [`serve_health`], for tests that need no socket. `own`: only this machine reaches them.
pub fn health_routes(cx: Context, kind: Kind, own: bool) -> Router {
    routes(Monitor::new(cx, kind, own))
}
