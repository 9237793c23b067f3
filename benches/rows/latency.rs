//! One mail at a time on an idle system: from the mail host's EXISTS to the relay's 250.

use std::time::{Duration, Instant};

use crate::{
    Pace,
    support::{
        mails, next_number,
        ours::{Deployment, MAIL, Processes},
        outcome::{Bar, Outcome, Table, hundredths},
        people,
        sink::Kind,
        stand::Stand,
        tap::Tap,
    },
};

const USER: &str = "latency";
const PEOPLE: u64 = 1_000;
/// Mails that warm plans and connections and are not counted.
const WARM: u64 = 5;
const LIMIT: Duration = Duration::from_secs(60);

pub(crate) async fn measure(stand: &Stand, pace: Pace) -> Outcome {
    let tap = Tap::start(stand.dovecot.port).await;
    let deployment = Deployment::new(stand, USER).await.behind(tap.port);
    deployment.connect(stand).await;
    people::fill(&deployment.database_url, PEOPLE).await;
    stand.redis.flush();
    let processes = Processes::start(&deployment, &MAIL).await;
    stand.sink.clear();
    let mut micros = Vec::new();
    let mails = pace.of(20, 300);
    for place in 0..WARM + mails {
        // Idle for a while, of another length each time, so that no timer of anybody's is met in step.
        tokio::time::sleep(Duration::from_millis(50 + place * 37 % 250)).await;
        let payer = place % PEOPLE;
        let mail = mails::pay(next_number(), payer, (payer + 1) % PEOPLE);
        let staged = stand.dovecot.stage(USER, &[mail]);
        let begun = Instant::now();
        staged.arrive();
        let answered = stand.sink.until(Kind::Confirm, place + 1, LIMIT).await;
        let announced = tap.announced_since(begun).expect("announced before it was answered");
        if place >= WARM {
            let passed = answered.duration_since(announced).as_micros();
            micros.push(u64::try_from(passed).unwrap_or(u64::MAX));
        }
    }
    processes.stop().await;
    micros.sort_unstable();
    told(&micros)
}

fn told(micros: &[u64]) -> Outcome {
    // Nearest rank: the smallest that at least so many hundredths do not exceed.
    let rank = |percent: usize| {
        let place = (micros.len() * percent).div_ceil(100).saturating_sub(1);
        // Hundredths of a millisecond.
        micros.get(place).copied().unwrap_or(0) / 10
    };
    let mut table = Table::new(&["mails", "p50, ms", "p90", "p99", "longest"]);
    table.rows.push(vec![
        micros.len().to_string(),
        hundredths(rank(50)),
        hundredths(rank(90)),
        hundredths(rank(99)),
        hundredths(rank(100)),
    ]);
    let mut outcome = Outcome::new(
        "latency",
        "Latency on an idle system: from the server's EXISTS to the relay's 250",
    );
    outcome.bars.push(Bar::at_most("latency, p50", " ms", rank(50), 5_000));
    outcome.bars.push(Bar::at_most("latency, p99", " ms", rank(99), 20_000));
    outcome.tables.push(table);
    outcome
}
