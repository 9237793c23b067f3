//! Processes of their own: what they need, what they share, how they end.
#![expect(clippy::unwrap_used, reason = "a story that cannot go on has failed")]

mod refused;
mod sharing;

use std::time::{Duration, Instant};

use crate::faults::process::Deployment;

/// Waits until `holds`, at most half a minute.
async fn until(deployment: &Deployment, what: &str, mut holds: impl AsyncFnMut() -> bool) {
    let begun = Instant::now();
    while !holds().await {
        let log = || deployment.log_end();
        assert!(
            begun.elapsed() < Duration::from_secs(30),
            "waited in vain until {what}: {}",
            log()
        );
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}
