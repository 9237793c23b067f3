//! From a full mailbox to committed rows and jobs, beside the pollers that people use today.

use std::time::{Duration, Instant};

use crate::{
    Pace,
    support::{
        mails,
        ours::Deployment,
        outcome::{Bar, Chart, Outcome, Table, listed, mean, megabytes, millis_each, per_second},
        peers,
        process::{Running, Spent},
        stand::{Served, Stand},
    },
};

const LIMIT: Duration = Duration::from_secs(600);
/// How often a peer that does not end by itself is asked how far it is.
const LOOK: Duration = Duration::from_millis(5);

const NAMES: [&str; 3] =
    ["pennypost poller --once", "mail_room (Ruby)", "imapflow + BullMQ (Node)"];

#[derive(Debug, Clone, Copy)]
struct Drained {
    spent: Spent,
    served: Served,
}

pub(crate) async fn measure(stand: &mut Stand, pace: Pace) -> Outcome {
    let mails: Vec<Vec<u8>> = (0..pace.of(500, 5_000)).map(mails::order).collect();
    let mut drained: [Vec<Drained>; 3] = Default::default();
    // In turns, so that a slow minute of the machine is everybody's.
    for round in 0..pace.rounds() {
        drained[0].push(ours(stand, &mails, &format!("ingest_{round}")).await);
        drained[1].push(mail_room(stand, &mails).await);
        drained[2].push(node(stand, &mails).await);
    }
    let backlog: Vec<Vec<u8>> = (0..pace.of(2_000, 20_000)).map(mails::order).collect();
    let large = ours(stand, &backlog, "ingest_backlog").await;
    told(&drained, count(&mails), (count(&backlog), large))
}

async fn ours(stand: &mut Stand, mails: &[Vec<u8>], name: &str) -> Drained {
    let deployment = Deployment::new(stand, name).await;
    deployment.connect(stand).await;
    fill(stand, name, mails);
    let before = stand.served();
    let spent = deployment.run(&["poller", "--once"]).await;
    let served = stand.served().since(before);
    let stored = deployment.number("SELECT COUNT(*) FROM inbox_raw").await;
    let jobs = "SELECT COUNT(*) FROM jobs WHERE queue = 'classifier'";
    assert_eq!((stored, deployment.number(jobs).await), (count(mails), count(mails)));
    Drained { spent, served }
}

async fn mail_room(stand: &mut Stand, mails: &[Vec<u8>]) -> Drained {
    fill(stand, "mail_room", mails);
    let before = stand.served();
    let mut process = peers::mail_room(stand, "mail_room");
    let spent = until(stand, &mut process, peers::MAIL_ROOM_JOBS, count(mails)).await;
    let served = stand.served().since(before);
    process.stop().await;
    Drained { spent, served }
}

async fn node(stand: &mut Stand, mails: &[Vec<u8>]) -> Drained {
    fill(stand, "node", mails);
    let before = stand.served();
    let spent = peers::node(stand, "node").finished(LIMIT).await;
    let served = stand.served().since(before);
    assert_eq!(stand.redis.len(peers::NODE_JOBS), count(mails));
    Drained { spent, served }
}

/// A mailbox with so many unseen mails, known to its server; an empty Redis.
fn fill(stand: &Stand, user: &str, mails: &[Vec<u8>]) {
    if user.starts_with("ingest") {
        // Ours is connected and empty already.
    } else {
        stand.dovecot.empty(user);
    }
    stand.dovecot.stage(user, mails).arrive();
    stand.dovecot.index(user);
    stand.redis.flush();
}

/// Waits until a list has so many elements; what the process has cost by then.
async fn until(stand: &Stand, process: &mut Running, list: &str, jobs: u64) -> Spent {
    let begun = Instant::now();
    while stand.redis.len(list) < jobs {
        assert!(begun.elapsed() < LIMIT, "{} of {jobs}: {}", stand.redis.len(list), process.said());
        tokio::time::sleep(LOOK).await;
    }
    process.so_far()
}

fn count(mails: &[Vec<u8>]) -> u64 {
    u64::try_from(mails.len()).unwrap_or(u64::MAX)
}

fn told(drained: &[Vec<Drained>; 3], mails: u64, (backlog, large): (u64, Drained)) -> Outcome {
    let rates = |one: &[Drained]| -> Vec<u64> {
        one.iter().map(|drained| per_second(mails, drained.spent.wall)).collect()
    };
    let each = |one: &[Drained], of: fn(&Drained) -> u64| {
        millis_each(mean(&one.iter().map(of).collect::<Vec<_>>()), mails)
    };
    let mut outcome = Outcome::new(
        "ingest",
        &format!("Ingest: {mails} mails of 3 KB from IMAP, start of the process included"),
    );
    let mut table = Table::new(&[
        "what",
        "mails/s",
        "rounds",
        "its CPU per mail, ms",
        "PostgreSQL's",
        "Redis's",
        "Dovecot's",
        "its peak memory",
    ]);
    for (name, one) in NAMES.iter().zip(drained) {
        let peak = one.iter().map(|drained| drained.spent.peak_kib).max().unwrap_or(0);
        table.rows.push(vec![
            (*name).to_owned(),
            mean(&rates(one)).to_string(),
            listed(&rates(one)),
            each(one, |drained| drained.spent.cpu_millis),
            each(one, |drained| drained.served.postgres),
            each(one, |drained| drained.served.redis),
            each(one, |drained| drained.served.dovecot),
            megabytes(peak),
        ]);
    }
    let rate = |place: usize| mean(&rates(&drained[place]));
    outcome.bars.push(Bar::at_least("ingest to mail_room", (rate(0), rate(1)), 300));
    outcome.bars.push(Bar::at_least("ingest to the Node poller", (rate(0), rate(2)), 500));
    outcome.charts.push(Chart {
        title: table_title(mails),
        unit: "mails/s".to_owned(),
        lines: NAMES
            .iter()
            .enumerate()
            .map(|(place, name)| ((*name).to_owned(), rate(place)))
            .collect(),
    });
    outcome.tables.push(table);
    let peak = drained[0].iter().map(|drained| drained.spent.peak_kib).max().unwrap_or(0);
    outcome.notes.push(format!(
        "Memory whatever the backlog: {} at {mails} mails, {} at {backlog} ({} mails/s).",
        megabytes(peak),
        megabytes(large.spent.peak_kib),
        per_second(backlog, large.spent.wall)
    ));
    outcome
}

fn table_title(mails: u64) -> String {
    format!("Ingest, {mails} mails of 3 KB")
}
