//! A process that was killed while others live: its jobs are taken over long before their leases end.

use std::time::Duration;

use pennypost::{
    db::{Db, Presence},
    queue::{Claimant, JobId, Settings, State, claim},
};

use super::support::{How, LEASE, World, texts, until};
use crate::support::TestDb;

async fn world() -> World {
    let settings = Settings {
        refill_interval: Duration::from_millis(20),
        absent_min: Duration::from_millis(200),
        ..Settings::default()
    };
    World::with(TestDb::postgres().await, settings).await
}

const BEAT: Duration = Duration::from_millis(20);

async fn enter(db: &TestDb, claimant: &Claimant) -> Presence {
    let sign = (claimant.as_str(), BEAT);
    Presence::enter(db, sign, async { Ok(0) }).await.unwrap()
}

async fn claimed(world: &World, id: &JobId, claimant: &Claimant) {
    let (ids, now) = (texts(std::slice::from_ref(id)), world.clock.now());
    assert_eq!(claim(&world.db, &ids, claimant, now, LEASE).await.unwrap().len(), 1);
}

/// The server's end of the connection that beats.
async fn session(db: &TestDb) -> Option<i32> {
    let Db::Postgres { pool, .. } = &db.db else { panic!("this is PostgreSQL") };
    let sql = "SELECT pid FROM pg_stat_activity WHERE datname = current_database() \
               AND query LIKE 'INSERT INTO claimants%' LIMIT 1";
    let row: Option<(i32,)> = sqlx::query_as(sql).fetch_optional(pool).await.unwrap();
    row.map(|(pid,)| pid)
}

async fn cut(db: &TestDb, session: i32) {
    let Db::Postgres { pool, .. } = &db.db else { panic!("this is PostgreSQL") };
    let sql = "SELECT pg_terminate_backend($1)";
    sqlx::query(sql).bind(session).execute(pool).await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_a_killed_process_holds_is_taken_over_before_its_lease_ends() {
    let world = world().await;
    let id = world.note(1, How::Well).await;
    let killed = Claimant::fresh();
    drop(enter(&world.db, &killed).await);
    claimed(&world, &id, &killed).await;
    let (working, clock) = (world.work(), world.clock());
    until("it is written", async || world.notes().await == [1]).await;
    working.stopped().await;
    clock.stopped().await;
    let job = world.job(&id).await;
    assert_eq!((job.state, job.attempts), (State::Done, 2));
}

/// A worker of another version may show no life in a way that this one knows.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_somebody_holds_who_never_showed_life_is_left_to_its_lease() {
    let world = world().await;
    let (held, free) = (world.note(1, How::Well).await, world.note(2, How::Well).await);
    claimed(&world, &held, &Claimant::fresh()).await;
    let killed = Claimant::fresh();
    drop(enter(&world.db, &killed).await);
    claimed(&world, &free, &killed).await;
    let (working, clock) = (world.work(), world.clock());
    // The clock has looked at both for as long by the time it takes the other.
    until("the other is written", async || world.notes().await == [2]).await;
    tokio::time::sleep(Duration::from_millis(500)).await;
    assert_eq!(world.state(&held).await, State::Running);
    working.stopped().await;
    clock.stopped().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_a_living_process_holds_is_left_to_it_even_when_its_session_is_lost() {
    let world = world().await;
    let (living, killed) = (Claimant::fresh(), Claimant::fresh());
    let _presence = enter(&world.db, &living).await;
    let (held, free) = (world.note(1, How::Well).await, world.note(2, How::Well).await);
    claimed(&world, &held, &living).await;
    let clock = world.clock();
    let first = session(&world.db).await.expect("it has a connection of its own");
    cut(&world.db, first).await;
    until("it is back over another", async || {
        session(&world.db).await.is_some_and(|now| now != first)
    })
    .await;
    drop(enter(&world.db, &killed).await);
    claimed(&world, &free, &killed).await;
    let working = world.work();
    // The clock has looked at both by the time it takes the other.
    until("the other is written", async || world.notes().await == [2]).await;
    assert_eq!(world.state(&held).await, State::Running);
    working.stopped().await;
    clock.stopped().await;
}
