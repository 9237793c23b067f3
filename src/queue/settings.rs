//! Every number of the queue in one place; the configuration fills it.

use std::{collections::BTreeMap, time::Duration};

/// How the queue behaves. The defaults suit one small machine.
#[derive(Debug, Clone)]
pub struct Settings {
    /// Jobs of one pool that run at the same time.
    pub places: usize,
    /// Pools that differ from `places`, by queue name.
    pub places_by_queue: BTreeMap<String, usize>,
    /// Rows one claiming statement takes at most; never more than the free places.
    pub batch_max: usize,
    /// How long after its own time limit a running job counts as abandoned.
    pub lease_extra: Duration,
    /// How long a process must have been absent before its jobs are taken from it: longer than one needs
    /// to come back after its connection was lost.
    pub absent_min: Duration,
    /// How often the clock looks for rows to push.
    pub refill_interval: Duration,
    /// Rows one look of the clock pushes at most, overdue ones and heads each.
    pub refill_max: i64,
    /// The first retry comes about this long after the failure; each further one doubles it.
    pub backoff_min: Duration,
    /// No retry waits longer than this.
    pub backoff_max: Duration,
    /// Bells kept for one queue, at least twice the jobs of the busiest second: what does not fit
    /// waits in SQL for the clock.
    pub list_cap: usize,
    /// How long a pool waits for bells before it looks around.
    pub pop_wait: Duration,
    /// How long running jobs may go on after the stop; then they are cut and tried again later. The
    /// platform kills after ten seconds, and a cut job still has to be written down.
    pub stop_grace: Duration,
    /// How long done jobs are kept.
    pub done_retention: Duration,
}

impl Settings {
    /// The places of a queue's pool, at least one.
    pub fn places_of(&self, queue: &str) -> usize {
        self.places_by_queue.get(queue).copied().unwrap_or(self.places).max(1)
    }
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            places: 16,
            places_by_queue: BTreeMap::new(),
            batch_max: 64,
            lease_extra: Duration::from_secs(30),
            absent_min: Duration::from_secs(10),
            refill_interval: Duration::from_secs(1),
            refill_max: 5_000,
            backoff_min: Duration::from_secs(2),
            backoff_max: Duration::from_hours(1),
            list_cap: 20_000,
            pop_wait: Duration::from_secs(1),
            stop_grace: Duration::from_secs(8),
            done_retention: Duration::from_hours(7 * 24),
        }
    }
}
