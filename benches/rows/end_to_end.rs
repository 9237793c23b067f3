//! From the mails' arrival at the mail host to the final answers at the relay, beside the stack that a
//! Python user would write, and beside `pgbench -N` on the same cluster.

use std::time::{Duration, Instant};

use super::conversation::{self, Conversation, Leg};
use crate::{
    Pace,
    support::{
        mails, next_number,
        ours::{Deployment, MAIL, Processes},
        outcome::{Bar, Chart, Outcome, Table, listed, mean, millis_each, per_second},
        peers::{PYTHON_WORKERS, Python},
        people, pgbench,
        sink::Kind,
        stand::{Served, Stand},
    },
};

const PEOPLE: u64 = 2_000;
const LIMIT: Duration = Duration::from_secs(900);
const USER: &str = "end_to_end";
/// A process for each pool: what each stage costs.
const STAGES: [&[&str]; 7] = [
    &["poller"],
    &["worker", "classifier"],
    &["worker", "transfers"],
    &["worker", "confirmations"],
    &["worker", "letters"],
    &["worker", "accounts"],
    &["clock"],
];

/// The Python stack with so many transfers.
#[derive(Debug, Clone, Copy)]
struct Peer {
    mails: u64,
    wall: Duration,
    poller_millis: u64,
    worker_millis: u64,
    served: Served,
}

pub(crate) async fn measure(stand: &mut Stand, pace: Pace) -> Outcome {
    let count = pace.of(200, 2_000);
    let deployment = Deployment::new(stand, USER).await;
    deployment.connect(stand).await;
    people::fill(&deployment.database_url, PEOPLE).await;
    let python_url = Python::prepare(stand, PEOPLE).await;
    let yard = pgbench::prepare(&stand.postgres).await;
    let (mut ours, mut python, mut pgbench) = (Vec::new(), Vec::new(), Vec::new());
    // In turns, so that a slow minute of the machine is everybody's.
    for round in 0..pace.rounds() {
        ours.push(once(stand, &deployment, &MAIL, (round * count, count)).await);
        python.push(peer(stand, &python_url, count).await);
        pgbench.push(yard.run(pace.round() * 2));
    }
    let stages = once(stand, &deployment, &STAGES, (0, count)).await;
    deployment.assert_clean().await;
    told(&ours, &python, &pgbench, &stages)
}

/// One conversation with fresh processes.
async fn once(
    stand: &mut Stand,
    deployment: &Deployment,
    parts: &[&[&str]],
    (first, count): (u64, u64),
) -> Conversation {
    stand.redis.flush();
    let mut processes = Processes::start(deployment, parts).await;
    let of = (first, count, PEOPLE);
    let held = conversation::hold(stand, deployment, &mut processes, of).await;
    processes.stop().await;
    held
}

async fn peer(stand: &mut Stand, database_url: &str, count: u64) -> Peer {
    stand.redis.flush();
    stand.dovecot.empty("python");
    let mut stack = Python::start(stand, "python", database_url).await;
    let pay = |place: u64| mails::pay(next_number(), place % PEOPLE, (place + 1) % PEOPLE);
    let mails: Vec<Vec<u8>> = (0..count).map(pay).collect();
    let staged = stand.dovecot.stage("python", &mails);
    stand.sink.clear();
    let (before, served) = (stack.cpu_millis(), stand.served());
    let begun = Instant::now();
    staged.arrive();
    let wall = stand.sink.until(Kind::Receipt, count * 2, LIMIT).await.duration_since(begun);
    let (after, served) = (stack.cpu_millis(), stand.served().since(served));
    stack.stop().await;
    Peer {
        mails: count,
        wall,
        poller_millis: after.0.saturating_sub(before.0),
        worker_millis: after.1.saturating_sub(before.1),
        served,
    }
}

fn told(ours: &[Conversation], python: &[Peer], pgbench: &[u64], stages: &Conversation) -> Outcome {
    let all: Vec<u64> = ours.iter().map(|one| per_second(one.mails(), one.wall())).collect();
    let leg = |of: fn(&Conversation) -> &Leg| -> Vec<u64> {
        ours.iter().map(|one| per_second(of(one).mails, of(one).wall)).collect()
    };
    let peers: Vec<u64> = python.iter().map(|one| per_second(one.mails, one.wall)).collect();
    let mut table = Table::new(&["what", "mails/s", "rounds"]);
    let mut line = |name: &str, rates: &[u64]| {
        table.rows.push(vec![name.to_owned(), mean(rates).to_string(), listed(rates)]);
    };
    let stack =
        format!("Python stack, {PYTHON_WORKERS} workers: one mail is a transfer, 2 letters");
    line("ours, both mails of a transfer", &all);
    line("ours, “pay …”: 1 letter", &leg(|one| &one.asked));
    line("ours, YES: transfer, 2 letters", &leg(|one| &one.confirmed));
    line(&stack, &peers);
    line("pgbench -N, 8 clients (transactions)", pgbench);
    let mut outcome = Outcome::new(
        "end_to_end",
        "End to end: from arrival at the mail host to the final answers at the relay",
    );
    let base = (mean(pgbench), mean(&peers));
    outcome.bars.push(Bar::at_least("end to end to pgbench -N", (mean(&all), base.0), 20));
    outcome.bars.push(Bar::at_least("end to end to the Python stack", (mean(&all), base.1), 500));
    outcome.charts.push(Chart {
        title: "End to end".to_owned(),
        unit: "mails/s".to_owned(),
        lines: vec![
            ("ours, both mails".to_owned(), mean(&all)),
            ("ours, YES".to_owned(), mean(&leg(|one| &one.confirmed))),
            ("Python stack".to_owned(), mean(&peers)),
            ("pgbench -N (transactions)".to_owned(), mean(pgbench)),
        ],
    });
    outcome.tables = vec![table, costs(ours, python), by_stage(stages)];
    outcome
}

/// Processor time for each mail, of the last round.
fn costs(ours: &[Conversation], python: &[Peer]) -> Table {
    let mut table = Table::new(&[
        "CPU per mail, ms (last round)",
        "poller",
        "worker",
        "clock",
        "PostgreSQL",
        "Redis",
        "Dovecot",
    ]);
    let servers = |served: Served, mails: u64| {
        [served.postgres, served.redis, served.dovecot].map(|millis| millis_each(millis, mails))
    };
    let legs =
        ours.last().map(|one| [("ours, “pay …”", &one.asked), ("ours, YES", &one.confirmed)]);
    for (name, leg) in legs.into_iter().flatten() {
        let mut row = vec![name.to_owned()];
        row.extend(leg.cpu.iter().map(|(_, millis)| millis_each(*millis, leg.mails)));
        row.extend(servers(leg.served, leg.mails));
        table.rows.push(row);
    }
    if let Some(one) = python.last() {
        let own =
            [one.poller_millis, one.worker_millis].map(|millis| millis_each(millis, one.mails));
        let mut row = vec!["Python stack".to_owned()];
        row.extend(own);
        row.push(String::new());
        row.extend(servers(one.served, one.mails));
        table.rows.push(row);
    }
    table
}

/// With a process for each pool.
fn by_stage(stages: &Conversation) -> Table {
    let mut table =
        Table::new(&["stage, in a process of its own", "“pay …”, CPU ms per mail", "YES"]);
    for ((name, asked), (_, confirmed)) in stages.asked.cpu.iter().zip(&stages.confirmed.cpu) {
        table.rows.push(vec![
            name.clone(),
            millis_each(*asked, stages.asked.mails),
            millis_each(*confirmed, stages.confirmed.mails),
        ]);
    }
    table
}
