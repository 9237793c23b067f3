//! What each process occupies idle, and at most under large mails.

use std::time::Duration;

use crate::{
    Pace,
    support::{
        mails, next_number,
        ours::{Deployment, Processes},
        outcome::{Bar, Outcome, Table, megabytes},
        people,
        sink::Kind,
        stand::Stand,
    },
};

const PEOPLE: u64 = 1_000;
/// As large as the program takes: base64 and header together stay below 26,214,400.
const HEAVY_BYTES: usize = 25_000_000;
const LIMIT: Duration = Duration::from_secs(600);
const PARTS: [&[&str]; 4] = [&["poller"], &["worker", "all"], &["clock"], &["web"]];

/// Of one process, in KiB.
struct Occupied {
    name: String,
    idle: u64,
    peak: u64,
}

pub(crate) async fn measure(stand: &Stand, pace: Pace) -> Outcome {
    let deployment = Deployment::new(stand, "memory").await;
    deployment.connect(stand).await;
    people::fill(&deployment.database_url, PEOPLE).await;
    stand.redis.flush();
    let apart = occupied(stand, &deployment, &PARTS, pace).await;
    let sqlite = format!("sqlite:{}", stand.folder.join("memory.db").display());
    let alone = Deployment::on(stand, "memory_all", &sqlite);
    stand.dovecot.empty("memory_all");
    let together = occupied(stand, &alone, &[&["all"]], pace).await;
    told(&apart, &together)
}

/// After a light mail and a rest; then with heavy mails.
async fn occupied(
    stand: &Stand,
    deployment: &Deployment,
    parts: &[&[&str]],
    pace: Pace,
) -> Vec<Occupied> {
    let mut processes = Processes::start(deployment, parts).await;
    stand.sink.clear();
    let any = |letters: u64| async move {
        let begun = std::time::Instant::now();
        while stand.sink.count(Kind::Confirm) + stand.sink.count(Kind::Other) < letters {
            assert!(begun.elapsed() < LIMIT, "a mail was not answered");
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    // What the first mail brings in stays: it belongs to an idle process.
    let light = mails::pay(next_number(), 0, 1);
    stand.dovecot.stage(&deployment.user, &[light]).arrive();
    any(1).await;
    tokio::time::sleep(Duration::from_secs(pace.of(5, 30))).await;
    let idle: Vec<u64> = processes.all.iter().map(|(_, one)| one.resident_kib()).collect();
    let count = pace.of(2, 12);
    let heavy: Vec<Vec<u8>> = (1..=count)
        .map(|payer| mails::heavy(next_number(), (payer, payer + 1), HEAVY_BYTES))
        .collect();
    stand.dovecot.stage(&deployment.user, &heavy).arrive();
    any(1 + count).await;
    let spent = processes.so_far();
    processes.stop().await;
    let each = spent.into_iter().zip(idle);
    each.map(|((name, spent), idle)| Occupied { name, idle, peak: spent.peak_kib }).collect()
}

fn told(apart: &[Occupied], together: &[Occupied]) -> Outcome {
    let mut outcome = Outcome::new("memory", "Memory: idle, and with mails of 25 MB");
    let mut table = Table::new(&["process", "idle", "at most, with mails of 25 MB"]);
    for (one, on) in apart
        .iter()
        .map(|one| (one, "PostgreSQL, Redis"))
        .chain(together.iter().map(|one| (one, "SQLite")))
    {
        let name = format!("{} ({on})", one.name);
        table.rows.push(vec![name, megabytes(one.idle), megabytes(one.peak)]);
    }
    let most = |of: fn(&Occupied) -> u64, some: &[Occupied]| {
        let kib = some.iter().map(of).max().unwrap_or(0);
        // Hundredths of a megabyte.
        kib * 100 / 1_024
    };
    let idle = |some| most(|one| one.idle, some);
    outcome.bars.push(Bar::at_most("largest idle process", " MB", idle(apart), 4_000));
    let loaded = most(|one| one.peak, apart).max(most(|one| one.peak, together));
    outcome.bars.push(Bar::at_most("largest process, 25 MB mails", " MB", loaded, 15_000));
    outcome.bars.push(Bar::at_most("`all` on SQLite, idle", " MB", idle(together), 8_000));
    outcome.tables.push(table);
    outcome
}
