//! The storm: people write while something happens to the process, until all is quiet.

use std::{
    num::NonZero,
    str::FromStr,
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
/// After this long letters that were put off are looked for again.
const LATER: Duration = Duration::from_secs(5);

/// What happens to the process meanwhile.
pub(super) trait Weather {
    /// Looks whether it is time for something to happen.
    async fn blow(&mut self, history: &mut History);
    /// How often something happened.
    fn blows(&self) -> usize;
    /// Ends the process.
    async fn calm(self);
}

/// What a run is made of.
pub(super) struct Plan {
    mails: usize,
    /// Over which time they are begun, at least.
    seconds: u64,
    pub(super) seed: u64,
}

impl Plan {
    /// `mails`, unless `FAULTS_MAILS`, `FAULTS_SECONDS` and `FAULTS_SEED` say otherwise.
    pub(super) fn from_environment(mails: usize) -> Self {
        let mails = number("FAULTS_MAILS").unwrap_or(mails);
        let seed = number("FAULTS_SEED").unwrap_or_else(rand::random);
        Self { mails, seconds: number("FAULTS_SECONDS").unwrap_or(0), seed }
    }

    pub(super) fn told(&self) -> String {
        let Self { mails, seconds, seed } = self;
        format!("FAULTS_MAILS={mails} FAULTS_SECONDS={seconds} FAULTS_SEED={seed}")
    }

    /// How many mails may have been written by now.
    fn allowed(&self, elapsed: Duration) -> usize {
        let Some(seconds) = NonZero::new(self.seconds) else { return self.mails };
        let share = elapsed.as_secs().min(self.seconds);
        let mails = u64::try_from(self.mails).expect("fewer") * share / seconds;
        usize::try_from(mails).expect("not more than all")
    }

    /// Who has no answer after so long gets none; the verdict will tell.
    fn bound(&self) -> Duration {
        let mails = u64::try_from(self.mails).expect("fewer");
        Duration::from_secs(60 + self.seconds + mails)
    }
}

/// A number that whoever starts the tests may set.
#[expect(clippy::disallowed_methods, reason = "asked of whoever starts the tests")]
fn number<T: FromStr>(name: &str) -> Option<T> {
    std::env::var(name).ok().and_then(|text| text.parse().ok())
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
        weather.blow(&mut people.history).await;
        people.live();
        people.history.blows = weather.blows();
        people.history.seconds = begun.elapsed().as_secs();
        if people.history.mails.len() < plan.mails {
            let allowed = people.history.mails.len() < plan.allowed(begun.elapsed());
            if allowed && random.random_bool(BEGINS) {
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
    let until = Instant::now() + LAST_RUN;
    loop {
        let mut last = deployment.start(&["all", "--once"]);
        let ended = last.within(LAST_RUN).await;
        assert!(ended.is_some_and(|s| s.success()), "{ended:?}: {}", deployment.log_end());
        let queued = deployment.json(&["letters", "list", "--state", "queued", "--json"]);
        if queued["letters"] == serde_json::json!([]) || Instant::now() > until {
            break;
        }
        // One that was put off is only late: that run leaves it for later.
        println!("{}", deployment.json(&["jobs", "list", "--state", "ready", "--json"]));
        tokio::time::sleep(LATER).await;
    }
    people.awaits_letters().await;
    people.history
}
