//! Answers for machines: is the process alive, does mail flow, the numbers.

use std::{sync::OnceLock, time::Duration};

use axum::{extract::State, http::StatusCode};
use metrics_exporter_prometheus::{PrometheusBuilder, PrometheusHandle};

use super::Site;
use crate::{inbox, jobs, queue};

/// A mail that waits longer than this for its reading means that nothing flows.
const WAITING_MAX: Duration = Duration::from_secs(300);

static METRICS: OnceLock<Option<PrometheusHandle>> = OnceLock::new();

/// Starts counting. Before that, and in a process whose numbers somebody else collects, nothing is kept.
pub fn install_metrics() {
    METRICS.get_or_init(|| PrometheusBuilder::new().install_recorder().ok());
}

/// GET /livez: the process answers.
pub(super) async fn live() -> &'static str {
    "ok\n"
}

/// GET /readyz: the database answers and no mail waits too long.
pub(super) async fn ready(State(site): State<Site>) -> (StatusCode, String) {
    match waiting(&site).await {
        Ok(age) if age <= WAITING_MAX => (StatusCode::OK, "ok\n".to_owned()),
        Ok(age) => {
            let text = format!("a mail has been waiting for {} s\n", age.as_secs());
            (StatusCode::SERVICE_UNAVAILABLE, text)
        }
        Err(error) => {
            tracing::error!(error = %format!("{error:#}"), "not ready");
            (StatusCode::SERVICE_UNAVAILABLE, "the database does not answer\n".to_owned())
        }
    }
}

async fn waiting(site: &Site) -> anyhow::Result<Duration> {
    let mut tx = site.cx.db.snapshot().await?;
    let oldest = inbox::oldest_waiting(&mut tx).await?;
    tx.rollback().await?;
    Ok(oldest.map_or(Duration::ZERO, |at| site.cx.now().since(at)))
}

/// GET /metrics: Prometheus text format.
pub(super) async fn metrics(State(site): State<Site>) -> (StatusCode, String) {
    if let Err(error) = gauges(&site).await {
        tracing::error!(error = %format!("{error:#}"), "the queues cannot be counted");
        return (StatusCode::SERVICE_UNAVAILABLE, String::new());
    }
    let rendered = METRICS.get().and_then(Option::as_ref).map(PrometheusHandle::render);
    (StatusCode::OK, rendered.unwrap_or_default())
}

#[expect(clippy::cast_precision_loss, reason = "a gauge's reader rounds anyway")]
async fn gauges(site: &Site) -> anyhow::Result<()> {
    let age = waiting(site).await?;
    metrics::gauge!("pennypost_oldest_mail_waiting_seconds").set(age.as_secs() as f64);
    let mut tx = site.cx.db.snapshot().await?;
    let counts = queue::counts(&mut tx).await?;
    // Also those at nothing: a queue that ran empty must not keep its last number.
    for name in jobs::registry().queues() {
        for state in [queue::State::Ready, queue::State::Running, queue::State::Dead] {
            let found = counts.iter().find(|count| count.queue == name && count.state == state);
            let labels = [("queue", name.to_owned()), ("state", state.as_str().to_owned())];
            let jobs = found.map_or(0, |count| count.jobs);
            metrics::gauge!("pennypost_jobs", &labels).set(jobs as f64);
        }
    }
    tx.rollback().await?;
    Ok(())
}
