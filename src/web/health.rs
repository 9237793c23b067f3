//! Answers for machines: is the process alive, does mail flow, the numbers.
//!
//! `/readyz` of the web process answers for the whole deployment, that of the others for their own duty.

use std::sync::OnceLock;

use anyhow::Context as _;
use axum::{
    Router,
    extract::State,
    http::{StatusCode, header},
    response::IntoResponse,
    routing::get,
};
use metrics_exporter_prometheus::{PrometheusBuilder, PrometheusHandle};
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

use super::{Server, Site};
use crate::{
    context::Context,
    health::{self, Facts, Finding, Kind},
};

/// The content type of the text exposition format.
const EXPOSITION: &str = "text/plain; version=0.0.4; charset=utf-8";

static METRICS: OnceLock<Option<PrometheusHandle>> = OnceLock::new();

/// Starts counting. Before that, and in a process whose numbers somebody else collects, nothing is kept.
pub fn install_metrics() {
    METRICS.get_or_init(|| PrometheusBuilder::new().install_recorder().ok());
}

/// GET /livez: the process answers.
pub(super) async fn live() -> &'static str {
    "ok\n"
}

/// GET /readyz: mail flows; else what is wrong, one sentence a line.
pub(super) async fn ready(State(site): State<Site>) -> (StatusCode, String) {
    let (_, findings) = look(&site.cx).await;
    answer(findings.iter())
}

/// GET /metrics: Prometheus text format.
pub(super) async fn metrics(State(site): State<Site>) -> impl IntoResponse {
    exposed(&site.cx).await
}

async fn look(cx: &Context) -> (Facts, Vec<Finding>) {
    let facts = health::gather_of(cx).await;
    let findings = health::judge(&facts, &cx.settings.health);
    (facts, findings)
}

fn answer<'a>(findings: impl Iterator<Item = &'a Finding>) -> (StatusCode, String) {
    let red: String = findings.filter(|one| one.red).map(|one| format!("{}\n", one.says)).collect();
    if red.is_empty() {
        (StatusCode::OK, "ok\n".to_owned())
    } else {
        (StatusCode::SERVICE_UNAVAILABLE, red)
    }
}

/// The facts of the deployment, then what this process has counted.
async fn exposed(cx: &Context) -> impl IntoResponse + use<> {
    let (facts, findings) = look(cx).await;
    let counted = METRICS.get().and_then(Option::as_ref).map(PrometheusHandle::render);
    let text = health::text(&facts, &findings) + &counted.unwrap_or_default();
    ([(header::CONTENT_TYPE, EXPOSITION)], text)
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

/// Answers `/livez`, `/readyz` (for the duty of this kind of process) and `/metrics` until `shutdown`;
/// returns at once where nothing is bound.
pub async fn serve_health(
    server: Option<Server>,
    cx: Context,
    kind: Kind,
    shutdown: CancellationToken,
) {
    if let Some(server) = server {
        server.serve(health_routes(cx, kind), shutdown).await;
    }
}

/// The routes of [`serve_health`], for tests that need no socket.
pub fn health_routes(cx: Context, kind: Kind) -> Router {
    let ready = move |State(cx): State<Context>| async move {
        let (_, findings) = look(&cx).await;
        answer(findings.iter().filter(|one| one.check.is_duty_of(kind)))
    };
    let metrics = |State(cx): State<Context>| async move { exposed(&cx).await };
    Router::new()
        .route("/livez", get(live))
        .route("/readyz", get(ready))
        .route("/metrics", get(metrics))
        .with_state(cx)
}
