//! The storm: people write while something happens to the process, until all is quiet.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use rand::Rng;

use super::{history::History, people::People, process::Deployment};

/// How often people look at their mail.
const TICK: Duration = Duration::from_millis(20);
/// How likely somebody begins something new between two looks.
const BEGINS: f64 = 0.15;
/// How often it is asked whether everybody is content: that reads the whole history.
const ASK: Duration = Duration::from_millis(500);
/// How often progress is told.
const TELL: Duration = Duration::from_secs(10);
/// How long the last run may take.
const LAST_RUN: Duration = Duration::from_secs(200);

/// What happens to the process meanwhile.
pub(super) trait Weather {
    /// Looks whether it is time for something to happen.
    async fn blow(&mut self);
    /// How often something happened.
    fn blows(&self) -> usize;
    /// Ends the process.
    async fn calm(self);
}

/// What a run is made of.
pub(super) struct Plan {
    mails: usize,
    pub(super) seed: u64,
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

    /// Who has no answer after so long gets none; the verdict will tell.
    fn bound(&self) -> Duration {
        Duration::from_secs(60) + Duration::from_secs(1) * u32::try_from(self.mails).expect("fewer")
    }
}

/// Lets it rage, then ends it with one quiet run; answers with all that was seen outside.
#[expect(clippy::print_stdout, reason = "told to whoever watches")]
pub(super) async fn rage<W: Weather>(
    deployment: &Arc<Deployment>,
    plan: &Plan,
    mut weather: W,
) -> History {
    let begun = Instant::now();
    let (mut told, mut asked) = (begun, begun);
    let mut people = People::new(Arc::clone(deployment), plan.seed);
    let mut random = people.fork();
    people.sign_up();
    loop {
        weather.blow().await;
        people.live();
        people.history.blows = weather.blows();
        people.history.seconds = begun.elapsed().as_secs();
        if people.history.mails.len() < plan.mails {
            if random.random_bool(BEGINS) {
                people.begin();
            }
        } else if asked.elapsed() > ASK {
            asked = Instant::now();
            if people.is_content() {
                break;
            }
        }
        if begun.elapsed() > plan.bound() {
            break;
        }
        if told.elapsed() > TELL {
            told = Instant::now();
            println!("{} … {}", plan.told(), people.history.told());
        }
        tokio::time::sleep(TICK).await;
    }
    weather.calm().await;
    let mut last = deployment.start(&["all", "--once"]);
    let ended = last.within(LAST_RUN).await;
    assert!(ended.is_some_and(|s| s.success()), "{ended:?}: {}", deployment.log_end());
    people.read();
    people.history
}
