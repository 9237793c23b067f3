//! A worker that rests between taking a job and running it until its lease is over, again and again,
//! while another takes the job over: what comes late does nothing.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use super::{
    history::History,
    house::{House, Part},
    storm::Weather,
};

/// How often, and for how long, the late one rests.
const RESTS: &str = "job-claimed=50%sleep(400)";
const LEASES_END_EVERY: Duration = Duration::from_millis(150);

pub(super) struct Late {
    house: Arc<House>,
    parts: Vec<Part>,
    next: Instant,
    ends: usize,
}

impl Late {
    pub(super) async fn new(house: &Arc<House>) -> Self {
        let mut late = house.part(&["worker", "all"]).await;
        late.start_failing(&house.deployment, RESTS);
        let mut parts = house.start().await;
        parts.push(late);
        Self { house: Arc::clone(house), parts, next: Instant::now(), ends: 0 }
    }
}

impl Weather for Late {
    async fn blow(&mut self, _history: &mut History) {
        if Instant::now() >= self.next {
            self.next = Instant::now() + LEASES_END_EVERY;
            self.ends += usize::from(self.house.end_leases().await);
        }
    }

    fn blows(&self) -> usize {
        self.ends
    }

    async fn calm(mut self) {
        for part in &mut self.parts {
            part.kill();
        }
    }
}
