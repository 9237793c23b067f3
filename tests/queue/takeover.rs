//! A process that was killed while others live: its jobs are taken over long before their leases end.

use std::time::Duration;

use pennypost::{
    db::Presence,
    queue::{Claimant, Settings, State, claim},
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

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_a_killed_process_holds_is_taken_over_before_its_lease_ends() {
    let world = world().await;
    let id = world.note(1, How::Well).await;
    assert_eq!(world.claim(&id).await.len(), 1);
    let (working, clock) = (world.work(), world.clock());
    until("it is written", async || world.notes().await == [1]).await;
    working.stopped().await;
    clock.stopped().await;
    let job = world.job(&id).await;
    assert_eq!((job.state, job.attempts), (State::Done, 2));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_a_living_process_holds_is_left_to_it_even_when_its_session_is_lost() {
    let world = world().await;
    let living = Claimant::fresh();
    let nobody = async { Ok(0) };
    let _presence = Presence::enter(&world.db, living.as_str(), nobody).await.unwrap();
    let (held, free) = (world.note(1, How::Well).await, world.note(2, How::Well).await);
    let (ids, now) = (texts(std::slice::from_ref(&held)), world.clock.now());
    assert_eq!(claim(&world.db, &ids, &living, now, LEASE).await.unwrap().len(), 1);
    assert_eq!(world.claim(&free).await.len(), 1);
    let (working, clock) = (world.work(), world.clock());
    // The clock has looked at both by the time it takes the other.
    until("the other is written", async || world.notes().await == [2]).await;
    assert_eq!(world.state(&held).await, State::Running);
    working.stopped().await;
    clock.stopped().await;
}
