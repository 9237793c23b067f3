//! Starts the process, kills it at random moments, and starts it again.

use std::time::{Duration, Instant};

use rand::{Rng, SeedableRng, rngs::StdRng};

use super::{
    history::History,
    process::{Deployment, Running},
    storm::Weather,
};

/// Milliseconds that a process lives: from its start, so that some die young, or from the moment it
/// listens, so that on a busy machine some get to work at all.
const LIFE: std::ops::Range<u64> = 100..1_200;

pub(super) struct Killer<'a> {
    deployment: &'a Deployment,
    random: StdRng,
    process: Running,
    /// When it dies; none while it is not known when it will listen.
    until: Option<Instant>,
    kills: usize,
}

impl<'a> Killer<'a> {
    pub(super) fn new(deployment: &'a Deployment, seed: u64) -> Self {
        let random = StdRng::seed_from_u64(seed ^ 1);
        let process = deployment.start(&["all"]);
        Self { deployment, random, process, until: Some(Instant::now()), kills: 0 }
    }

    fn a_life_from_now(&mut self) -> Instant {
        Instant::now() + Duration::from_millis(self.random.random_range(LIFE))
    }
}

impl Weather for Killer<'_> {
    async fn blow(&mut self, _history: &mut History) {
        self.process.goes_on(self.deployment);
        let Some(until) = self.until else {
            if self.deployment.is_listening() {
                self.until = Some(self.a_life_from_now());
            }
            return;
        };
        if Instant::now() < until {
            return;
        }
        self.process.kill();
        self.kills += 1;
        self.process = self.deployment.start(&["all"]);
        self.until = self.random.random_bool(0.5).then(|| self.a_life_from_now());
    }

    fn blows(&self) -> usize {
        self.kills
    }

    async fn calm(mut self) {
        self.process.kill();
    }
}
