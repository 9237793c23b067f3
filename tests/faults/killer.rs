//! Starts the process, kills it at random moments, and starts it again.

use std::time::{Duration, Instant};

use rand::{Rng, SeedableRng, rngs::StdRng};

use super::{
    process::{Deployment, Running},
    storm::Weather,
};

/// Milliseconds that a process lives.
const LIFE: std::ops::Range<u64> = 100..1_200;

pub(super) struct Killer<'a> {
    deployment: &'a Deployment,
    random: StdRng,
    process: Running,
    until: Instant,
    kills: usize,
}

impl<'a> Killer<'a> {
    pub(super) fn new(deployment: &'a Deployment, seed: u64) -> Self {
        let random = StdRng::seed_from_u64(seed ^ 1);
        let process = deployment.start(&["all"]);
        Self { deployment, random, process, until: Instant::now(), kills: 0 }
    }
}

impl Weather for Killer<'_> {
    async fn blow(&mut self) {
        self.process.goes_on(self.deployment);
        if Instant::now() < self.until {
            return;
        }
        self.process.kill();
        self.kills += 1;
        self.process = self.deployment.start(&["all"]);
        self.until = Instant::now() + Duration::from_millis(self.random.random_range(LIFE));
    }

    fn blows(&self) -> usize {
        self.kills
    }

    async fn calm(mut self) {
        self.process.kill();
    }
}
