//! A database whose connections are open and dead: whoever waits for an answer stops waiting.

use std::time::{Duration, Instant};

use pennypost::{
    clock::At,
    db::{Db, Options, within},
    fetch,
    queue::{Settings, State, enqueue},
};

use super::support::{How, Note, World, deaf, until};
use crate::support::{TestDb, proxy::Proxy};

/// A database over a wire that may be harmed.
async fn wired() -> (TestDb, Proxy) {
    let mut db = TestDb::postgres().await;
    let port = db.url.split([':', '/']).filter_map(|part| part.parse().ok()).next_back();
    let port: u16 = port.expect("a port");
    let wire = Proxy::to(port).await;
    let url = db.url.replace(&port.to_string(), &wire.port.to_string());
    db.db = Db::open(&url, Options::default()).await.expect("opens");
    (db, wire)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_commit_that_is_never_answered_gives_its_place_back() {
    let (db, wire) = wired().await;
    let settings =
        Settings { places: 1, refill_interval: Duration::from_millis(100), ..Settings::default() };
    let world = World::with(db, settings).await;
    let held = world.note(1, How::Waits).await;
    let (working, clock) = (world.work(), world.clock());
    let direct = deaf(&world.db).await;
    until("it has written and waits", async || {
        let mut tx = direct.read().await.unwrap();
        let sql = "SELECT COUNT(*) FROM pg_stat_activity WHERE state = 'idle in transaction' \
                   AND datname = current_database() AND query LIKE 'INSERT INTO notes%'";
        fetch!(fetch_one, tx, (i64,), sql).unwrap().0 == 1
    })
    .await;
    wire.strand();
    world.open_gate();
    let now: At = world.clock.now();
    let mut tx = direct.begin().await.unwrap();
    let next = enqueue(&mut tx, &Note { n: 2, how: How::Well }, None, now, now).await.unwrap();
    tx.commit().await.unwrap();
    // Far below the quarter of an hour that the kernel would wait.
    let begun = Instant::now();
    loop {
        let mut tx = direct.read().await.unwrap();
        let job = pennypost::queue::show(&mut tx, &next).await.unwrap().unwrap();
        if job.state == State::Done {
            break;
        }
        assert!(begun.elapsed() < Duration::from_secs(80), "{held} holds the only place");
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    working.stopped().await;
    clock.stopped().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_statement_within_a_limit_ends_with_it() {
    let (db, wire) = wired().await;
    let mut tx = db.begin().await.unwrap();
    wire.strand();
    let begun = Instant::now();
    let asking = async { fetch!(fetch_one, tx, (i64,), "SELECT COUNT(*) FROM jobs") };
    let answer: Result<(i64,), sqlx::Error> = within(Duration::from_millis(200), asking).await;
    assert!(answer.is_err() && begun.elapsed() < Duration::from_secs(2), "{answer:?}");
}
