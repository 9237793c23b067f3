//! The storm: people write while the process is killed and started again, until all is quiet.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use rand::{Rng, SeedableRng, rngs::StdRng};

use super::{
    history::History,
    people::People,
    process::{Deployment, Running},
};

/// How often people look at their mail.
const TICK: Duration = Duration::from_millis(20);
/// Milliseconds that a process lives.
const LIFE: std::ops::Range<u64> = 100..1_200;
/// How likely somebody begins something new between two looks.
const BEGINS: f64 = 0.15;
/// How often it is asked whether everybody is content: that reads the whole history.
const ASK: Duration = Duration::from_millis(500);
/// How long the last run may take.
const LAST_RUN: Duration = Duration::from_secs(200);

/// What a run is made of.
pub(super) struct Plan {
    mails: usize,
    seed: u64,
}

impl Plan {
    /// `mails`, unless `FAULTS_MAILS` and `FAULTS_SEED` say otherwise.
    #[expect(clippy::disallowed_methods, reason = "asked of whoever starts the tests")]
    pub(super) fn from_environment(mails: usize) -> Self {
        let number = |name| std::env::var(name).ok().and_then(|text| text.parse::<u64>().ok());
        let mails = number("FAULTS_MAILS").and_then(|n| usize::try_from(n).ok()).unwrap_or(mails);
        Self { mails, seed: number("FAULTS_SEED").unwrap_or_else(rand::random) }
    }

    pub(super) fn told(&self) -> String {
        format!("FAULTS_MAILS={} FAULTS_SEED={}", self.mails, self.seed)
    }

    /// People who get no answer for so long get none; the verdict will tell why.
    fn bound(&self) -> Duration {
        Duration::from_secs(60 + self.mails as u64)
    }
}

/// Lets it rage, then ends it with one quiet run; answers with all that was seen outside.
pub(super) async fn rage(deployment: &Arc<Deployment>, plan: &Plan) -> History {
    let begun = Instant::now();
    let mut people = People::new(Arc::clone(deployment), plan.seed);
    let mut killer = Killer::new(deployment, plan.seed);
    let (mut told, mut asked) = (begun, begun);
    people.sign_up();
    loop {
        killer.look();
        people.live();
        if people.history.mails.len() < plan.mails {
            if killer.random.random_bool(BEGINS) {
                people.begin();
            }
        } else if asked.elapsed() > ASK {
            asked = Instant::now();
            if people.is_content() || begun.elapsed() > plan.bound() {
                break;
            }
        }
        if told.elapsed() > Duration::from_secs(10) {
            told = Instant::now();
            println!("{} … {}", plan.told(), people.history.told());
        }
        people.history.kills = killer.kills;
        people.history.seconds = begun.elapsed().as_secs();
        tokio::time::sleep(TICK).await;
    }
    killer.process.kill();
    let mut last = deployment.start(&["all", "--once"]);
    let ended = last.within(LAST_RUN).await;
    assert!(ended.is_some_and(|s| s.success()), "{ended:?}: {}", deployment.log_end());
    people.read();
    people.history
}

/// Starts the process, kills it at random moments, and starts it again.
struct Killer<'a> {
    deployment: &'a Deployment,
    random: StdRng,
    process: Running,
    until: Instant,
    kills: usize,
}

impl<'a> Killer<'a> {
    fn new(deployment: &'a Deployment, seed: u64) -> Self {
        let random = StdRng::seed_from_u64(seed ^ 1);
        let process = deployment.start(&["all"]);
        let mut killer = Self { deployment, random, process, until: Instant::now(), kills: 0 };
        killer.lives_until();
        killer
    }

    fn lives_until(&mut self) {
        self.until = Instant::now() + Duration::from_millis(self.random.random_range(LIFE));
    }

    fn look(&mut self) {
        if let Some(status) = self.process.ended() {
            panic!("it ended by itself, {status}: {}", self.deployment.log_end());
        }
        if Instant::now() < self.until {
            return;
        }
        self.process.kill();
        self.kills += 1;
        self.process = self.deployment.start(&["all"]);
        self.lives_until();
    }
}
