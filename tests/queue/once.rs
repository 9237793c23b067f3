//! Each job happens once: whatever rings twice, runs twice or dies in between.

use std::time::Duration;

use pennypost::{
    execute, fetch,
    queue::{Settings, State, enqueue, enqueue_many},
};
use proptest::{
    prelude::*,
    test_runner::{TestCaseError, TestRunner},
};

use tokio_util::sync::CancellationToken;

use super::support::{How, LEASE, Look, NOTES, Note, World, deaf, until};

both! {
    async fn two_pools_and_bells_that_ring_thrice_do_each_job_once(db: TestDb) {
        let world = World::new(db).await;
        let (one, two) = (world.work(), world.work());
        let mut tx = world.db.begin().await.unwrap();
        let notes: Vec<_> = (0..60).map(|n| (Note { n, how: How::Well }, None)).collect();
        let now = world.clock.now();
        let ids = enqueue_many(&mut tx, &notes, now, now).await.unwrap();
        tx.commit().await.unwrap();
        world.ring(&ids).await;
        world.ring(&ids).await;
        until("all are written", async || world.notes().await.len() >= 60).await;
        one.stopped().await;
        two.stopped().await;
        world.drain().await;
        assert_eq!(world.notes().await, (0..60).collect::<Vec<_>>());
        assert_eq!(world.begun(), 60);
    }

    async fn a_transaction_that_rolls_back_leaves_no_job_and_rings_no_bell(db: TestDb) {
        let world = World::new(db).await;
        let mut tx = world.db.begin().await.unwrap();
        let now = world.clock.now();
        let id = enqueue(&mut tx, &Note { n: 1, how: How::Well }, None, now, now).await.unwrap();
        tx.rollback().await.unwrap();
        assert!(world.claim(&id).await.is_empty());
        world.drain().await;
        assert_eq!(world.begun(), 0);
    }

    async fn done_is_marked_in_the_transaction_of_the_effects(db: TestDb) {
        let world = World::new(db).await;
        let id = world.note(1, How::Waits).await;
        let working = world.work();
        until("it has begun", async || world.begun() == 1).await;
        // Not yet to be seen from outside, neither the one nor the other.
        assert_eq!(world.state(&id).await, State::Running);
        assert!(world.notes().await.is_empty());
        world.open_gate();
        // One state of the database shows both or none.
        until("it is done", async || {
            let mut tx = world.db.snapshot().await.unwrap();
            let (written, done) = fetch!(
                fetch_one,
                tx,
                (i64, i64),
                "SELECT (SELECT COUNT(*) FROM notes), \
                        (SELECT COUNT(*) FROM jobs WHERE state = 'done')"
            )
            .unwrap();
            assert_eq!(written, done);
            done == 1
        })
        .await;
        working.stopped().await;
    }

    async fn a_dead_workers_job_is_taken_over_when_its_lease_ends(db: TestDb) {
        let world = World::new(db).await;
        let id = world.note(1, How::Well).await;
        assert_eq!(world.claim(&id).await.len(), 1);
        world.clock.advance(LEASE);
        assert!(world.claim(&id).await.is_empty());
        world.clock.advance(Duration::from_micros(1));
        world.drain().await;
        let job = world.job(&id).await;
        assert_eq!((job.state, job.attempts), (State::Done, 2));
        assert_eq!(world.notes().await, [1]);
    }

    async fn a_process_alone_takes_over_at_once(db: TestDb) {
        let world = World::new(db).await;
        let id = world.note(1, How::Well).await;
        world.claim(&id).await;
        assert_eq!(world.queue.release_orphans().await.unwrap(), 1);
        world.drain().await;
        assert_eq!(world.notes().await, [1]);
    }

    async fn a_runner_that_lost_its_claim_changes_nothing(db: TestDb) {
        let world = World::new(db).await;
        let look = Look { n: 1, lane: String::new(), waits: true };
        let id = world.enqueue(&look, None).await;
        let working = world.work();
        until("it has begun", async || world.begun() == 1).await;
        world.clock.advance(Duration::from_secs(120));
        assert_eq!(world.claim(&id).await.len(), 1);
        world.open_gate();
        working.stopped().await;
        let job = world.job(&id).await;
        assert_eq!((job.state, job.attempts, job.last_error), (State::Running, 2, None));
        assert!(world.notes().await.is_empty());
        world.clock.advance(Duration::from_secs(120));
        world.drain().await;
        assert_eq!(world.notes().await, [1]);
    }

    async fn a_lost_bell_is_found_by_the_clock(db: TestDb) {
        let world = World::new(db).await;
        let deaf = deaf(&world.db).await;
        let mut tx = deaf.begin().await.unwrap();
        let now = world.clock.now();
        enqueue(&mut tx, &Note { n: 1, how: How::Well }, None, now, now).await.unwrap();
        tx.commit().await.unwrap();
        // After a minute under load; at once where the list is empty.
        assert_eq!(world.queue.refill(&[]).await.unwrap(), 0);
        assert_eq!(world.queue.refill(&[NOTES]).await.unwrap(), 1);
        world.clock.advance(Duration::from_secs(60));
        assert_eq!(world.queue.refill(&[]).await.unwrap(), 1);
        assert_eq!(world.queue.refill(&[]).await.unwrap(), 0);
        let working = world.work();
        until("it is written", async || world.notes().await == [1]).await;
        working.stopped().await;
    }

    async fn the_clock_looks_at_once_when_it_starts(db: TestDb) {
        let settings = Settings { refill_interval: Duration::from_secs(3_600), ..Settings::default() };
        let world = World::with(db, settings).await;
        let deaf = deaf(&world.db).await;
        let mut tx = deaf.begin().await.unwrap();
        let now = world.clock.now();
        enqueue(&mut tx, &Note { n: 1, how: How::Well }, None, now, now).await.unwrap();
        tx.commit().await.unwrap();
        let (working, stop) = (world.work(), CancellationToken::new());
        let written = async {
            until("it is written", async || world.notes().await == [1]).await;
            stop.cancel();
        };
        tokio::join!(world.queue.run_refill(&[NOTES], stop.clone()), written);
        working.stopped().await;
    }

    async fn the_clock_brings_a_delayed_job_when_its_time_has_come(db: TestDb) {
        let settings = Settings { refill_interval: Duration::from_millis(5), ..Settings::default() };
        let world = World::with(db, settings).await;
        let later = world.clock.now().plus(Duration::from_secs(5));
        let delayed = world.enqueue_at(&Note { n: 1, how: How::Well }, None, later).await;
        let working = world.work();
        let (queue, stop) = (world.queue.clone(), CancellationToken::new());
        let until_then = stop.clone();
        // No empty list helps here: it is the time alone that counts.
        let clock = tokio::spawn(async move { queue.run_refill(&[], until_then).await });
        world.note(2, How::Well).await;
        until("the other is written", async || world.notes().await == [2]).await;
        assert_eq!(world.state(&delayed).await, State::Ready);
        world.clock.advance(Duration::from_secs(5));
        until("it is written", async || world.notes().await == [1, 2]).await;
        stop.cancel();
        clock.await.unwrap();
        working.stopped().await;
    }

    async fn a_database_that_fails_for_a_while_loses_nothing(db: TestDb) {
        let settings = Settings { pop_wait: Duration::from_millis(5), ..Settings::default() };
        let world = World::with(db, settings).await;
        let id = world.note(1, How::Well).await;
        let mut tx = world.db.begin().await.unwrap();
        execute!(tx, "ALTER TABLE jobs RENAME TO gone").unwrap();
        tx.commit().await.unwrap();
        let working = world.work();
        // The bell rings for a table that is gone; the claims fail in between these.
        for _ in 0..50 {
            let mut tx = world.db.begin().await.unwrap();
            execute!(tx, "DELETE FROM notes").unwrap();
            tx.commit().await.unwrap();
        }
        let mut tx = world.db.begin().await.unwrap();
        execute!(tx, "ALTER TABLE gone RENAME TO jobs").unwrap();
        tx.commit().await.unwrap();
        until("it is done", async || world.state(&id).await == State::Done).await;
        working.stopped().await;
    }

    async fn a_drain_does_the_follow_ups_and_leaves_what_is_not_due(db: TestDb) {
        let world = World::new(db).await;
        world.note(1, How::Follows).await;
        let later = world.clock.now().plus(Duration::from_secs(5));
        let delayed = world.enqueue_at(&Note { n: 2, how: How::Well }, None, later).await;
        world.drain().await;
        assert_eq!(world.notes().await, [1, 101]);
        assert_eq!(world.state(&delayed).await, State::Ready);
        world.clock.advance(Duration::from_secs(5));
        world.drain().await;
        assert_eq!(world.notes().await, [1, 2, 101]);
    }

    async fn any_list_of_jobs_run_twice_is_run_once(db: TestDb) {
        let world = World::new(db).await;
        let how = prop_oneof![Just(How::Well), Just(How::FailsOnce), Just(How::PanicsOnce)];
        let jobs = prop::collection::vec((how, prop::option::of(0..2_u8), 0..3_u64), 1..8);
        let mut runner = TestRunner::new(ProptestConfig::with_cases(6));
        let outcome = tokio::task::block_in_place(|| {
            runner.run(&jobs, |jobs| {
                tokio::runtime::Handle::current().block_on(twice(&world, &jobs))
            })
        });
        outcome.unwrap();
    }
}

async fn twice(world: &World, jobs: &[(How, Option<u8>, u64)]) -> Result<(), TestCaseError> {
    let mut tx = world.db.begin().await.unwrap();
    execute!(tx, "DELETE FROM notes").unwrap();
    tx.commit().await.unwrap();
    let (mut ids, mut numbers) = (Vec::new(), Vec::new());
    for (n, (how, lane, delay)) in (world.clock.now().0..).zip(jobs) {
        let lane = lane.map(|lane| format!("test:{lane}"));
        let due = world.clock.now().plus(Duration::from_secs(*delay));
        ids.push(world.enqueue_at(&Note { n, how: *how }, lane.as_deref(), due).await);
        numbers.push(n);
    }
    // Once, until every retry and delay has had its time; then everything rings again.
    for _ in 0..8 {
        world.drain().await;
        world.clock.advance(Duration::from_secs(60));
    }
    prop_assert_eq!(world.notes().await, numbers.clone());
    world.ring(&ids).await;
    world.drain().await;
    world.clock.advance(Duration::from_secs(3_600));
    world.drain().await;
    prop_assert_eq!(world.notes().await, numbers);
    Ok(())
}
