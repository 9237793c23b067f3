//! What a mail costs among a million stored mails and accounts, against among a thousand.

use super::conversation::{self, Conversation};
use crate::{
    Pace,
    support::{
        ours::{Deployment, MAIL, Processes},
        outcome::{Bar, Chart, Outcome, Table, listed, mean, millis_each, per_second},
        people,
        stand::Stand,
    },
};

const SMALL: u64 = 1_000;
/// The setting of another size.
const STORED: &str = "BENCH_STORED";

pub(crate) async fn measure(stand: &mut Stand, pace: Pace) -> Outcome {
    let large = pace.of(20_000, stored());
    let count = pace.of(100, 1_000);
    let mut databases = Vec::new();
    for (name, people) in [("growth_small", SMALL), ("growth_large", large)] {
        let deployment = Deployment::new(stand, name).await;
        deployment.connect(stand).await;
        people::fill(&deployment.database_url, people).await;
        databases.push((deployment, people, Vec::new()));
    }
    // A round that does not count warms both; then in turns.
    for round in 0..=pace.rounds() {
        for (deployment, people, held) in &mut databases {
            stand.redis.flush();
            let mut processes = Processes::start(deployment, &MAIL).await;
            let of = (round % *people, count, *people);
            let one = conversation::hold(stand, deployment, &mut processes, of).await;
            processes.stop().await;
            if round > 0 {
                held.push(one);
            }
        }
    }
    let held: Vec<(u64, Vec<Conversation>)> =
        databases.into_iter().map(|(_, people, held)| (people, held)).collect();
    told(&held)
}

#[expect(clippy::disallowed_methods, reason = "asked of whoever starts the bench")]
fn asked() -> Option<String> {
    std::env::var(STORED).ok()
}

/// How many mails and accounts there are, unless a smaller disk or a shorter time is at hand.
fn stored() -> u64 {
    let said = asked();
    said.map_or(1_000_000, |number| number.parse().expect("a number in BENCH_STORED"))
}

fn told(held: &[(u64, Vec<Conversation>)]) -> Outcome {
    let mut outcome = Outcome::new("growth", "Growth: what a mail costs when much is stored");
    let mut table =
        Table::new(&["stored mails and accounts", "mails/s", "rounds", "CPU per mail, ms"]);
    // Microseconds for each mail, so that small differences show.
    let wall = |all: &[Conversation]| {
        let each = all.iter().map(|one| {
            let micros = u64::try_from(one.wall().as_micros()).unwrap_or(u64::MAX);
            micros.checked_div(one.mails()).unwrap_or(0)
        });
        mean(&each.collect::<Vec<_>>())
    };
    let cpu =
        |all: &[Conversation]| mean(&all.iter().map(Conversation::cpu_millis).collect::<Vec<_>>());
    for (people, all) in held {
        let rates: Vec<u64> = all.iter().map(|one| per_second(one.mails(), one.wall())).collect();
        let mails = all.first().map_or(1, Conversation::mails);
        table.rows.push(vec![
            people.to_string(),
            mean(&rates).to_string(),
            listed(&rates),
            millis_each(cpu(all), mails),
        ]);
    }
    if let [(_, small), (people, large)] = held {
        let ratio = |of: u64, base: u64| (of * 100).checked_div(base).unwrap_or(0);
        let time = ratio(wall(large), wall(small));
        outcome.bars.push(Bar::at_most(&format!("time per mail at {people}"), "×", time, 130));
        let spent = ratio(cpu(large), cpu(small));
        outcome.bars.push(Bar::at_most(&format!("CPU per mail at {people}"), "×", spent, 130));
        outcome.charts.push(Chart {
            title: "Time per mail as the data grows".to_owned(),
            unit: "µs".to_owned(),
            lines: held.iter().map(|(n, all)| (format!("{n} stored"), wall(all))).collect(),
        });
    }
    outcome.tables.push(table);
    outcome
}
