//! Failing: bounded attempts, growing pauses, and what an effect is told.

use std::time::Duration;

use pennypost::{
    execute,
    queue::{JobId, State, enqueue, replay},
};

use super::support::{How, LEASE, Letter, Look, World};

both! {
    async fn a_job_that_panics_is_dead_after_its_attempts(db: TestDb) {
        let world = World::new(db).await;
        let id = world.note(1, How::Panics).await;
        until_dead(&world, &id).await;
        // What a panic says stays out of the row.
        assert_eq!(world.job(&id).await.last_error.as_deref(), Some("Panicked"));
    }

    async fn a_job_that_hangs_is_cut_and_dead_after_its_attempts(db: TestDb) {
        let world = World::new(db).await;
        let id = world.note(1, How::Hangs).await;
        until_dead(&world, &id).await;
        assert_eq!(world.job(&id).await.last_error.as_deref(), Some("Cut after 800ms"));
    }

    async fn a_job_that_kills_its_worker_is_dead_before_another_one_tries(db: TestDb) {
        let world = World::new(db).await;
        let id = world.note(1, How::Well).await;
        for attempt in 1..=3 {
            let claimed = world.claim(&id).await;
            assert_eq!(claimed.first().map(|job| job.attempts), Some(attempt));
            world.clock.advance(LEASE * 2);
        }
        world.drain().await;
        assert_eq!(world.state(&id).await, State::Dead);
        assert_eq!(world.begun(), 0);
    }

    async fn pauses_between_attempts_grow(db: TestDb) {
        let world = World::new(db).await;
        let id = world.note(1, How::Fails).await;
        for (attempt, longest) in [(1, 2), (2, 4)] {
            world.drain().await;
            let job = world.job(&id).await;
            assert_eq!((job.state, job.attempts), (State::Ready, attempt));
            assert_eq!(job.last_error.as_deref(), Some("It fails: Reading the spool"));
            let (pause, longest) = (job.due.since(world.clock.now()), Duration::from_secs(longest));
            assert!(longest / 2 <= pause && pause <= longest, "{pause:?}");
            // Not before its time.
            world.drain().await;
            assert_eq!(world.job(&id).await.attempts, attempt);
            world.clock.advance(longest);
        }
        // What a failed attempt wrote is gone.
        assert!(world.notes().await.is_empty());
    }

    async fn a_job_that_says_so_is_dead_at_once_and_runs_again_when_replayed(db: TestDb) {
        let world = World::new(db).await;
        let id = world.note(1, How::Dies).await;
        world.drain().await;
        let job = world.job(&id).await;
        assert_eq!((job.state, job.attempts), (State::Dead, 1));
        assert_eq!(job.ended, Some(world.clock.now()));
        let mut tx = world.db.begin().await.unwrap();
        assert!(replay(&mut tx, &id, world.clock.now()).await.unwrap());
        assert!(!replay(&mut tx, &id, world.clock.now()).await.unwrap(), "it is not dead any more");
        tx.commit().await.unwrap();
        let job = world.job(&id).await;
        assert_eq!((job.state, job.attempts), (State::Ready, 0));
        assert_eq!(job.last_error.as_deref(), Some("The account is closed"));
        world.drain().await;
        assert_eq!((world.begun(), world.state(&id).await), (2, State::Dead));
    }

    async fn arguments_that_do_not_parse_are_dead_at_once(db: TestDb) {
        let world = World::new(db).await;
        let id = world.note(1, How::Well).await;
        let mut tx = world.db.begin().await.unwrap();
        execute!(tx, "UPDATE jobs SET args = '{\"n\":\"secret\"'").unwrap();
        tx.commit().await.unwrap();
        world.drain().await;
        assert_eq!(world.state(&id).await, State::Dead);
    }

    async fn a_kind_nobody_knows_waits_for_a_version_that_does(db: TestDb) {
        let world = World::new(db).await;
        let id = world.note(1, How::Well).await;
        let mut tx = world.db.begin().await.unwrap();
        execute!(tx, "UPDATE jobs SET kind = 'note.v2'").unwrap();
        tx.commit().await.unwrap();
        // As often as any job is tried, and more.
        for _ in 0..20 {
            world.drain().await;
            let job = world.job(&id).await;
            assert_eq!((job.state, job.attempts), (State::Ready, 0));
            assert!(job.last_error.unwrap().starts_with("No handler for this kind in version "));
            assert!(job.due.since(world.clock.now()) <= Duration::from_secs(60));
            world.clock.advance(Duration::from_secs(60));
        }
        world.clock.advance(Duration::from_secs(7 * 86_400));
        world.drain().await;
        assert_eq!(world.state(&id).await, State::Dead, "no such version has come");
    }

    async fn an_effect_learns_its_attempt_and_is_repeated_when_it_failed(db: TestDb) {
        let world = World::new(db).await;
        let id = world.enqueue(&Letter { n: 1, fails: 1, broken_marks: 0 }, None).await;
        world.drain().await;
        assert_eq!(world.state(&id).await, State::Ready);
        world.clock.advance(Duration::from_secs(2));
        world.drain().await;
        assert_eq!(world.state(&id).await, State::Done);
        assert_eq!(world.sent(), [(1, 1, false), (1, 2, true)]);
        assert_eq!(world.notes().await, [1]);
    }

    async fn a_mark_that_the_database_fails_is_tried_again_without_the_effect(db: TestDb) {
        let world = World::new(db).await;
        let id = world.enqueue(&Letter { n: 1, fails: 0, broken_marks: 2 }, None).await;
        world.drain().await;
        assert_eq!(world.state(&id).await, State::Done);
        assert_eq!(world.sent(), [(1, 1, false)]);
        assert_eq!(world.notes().await, [1]);
    }

    async fn arguments_are_small(db: TestDb) {
        let world = World::new(db).await;
        let mut tx = world.db.begin().await.unwrap();
        let long = Look { n: 1, lane: "x".repeat(9_000), waits: false };
        let now = world.clock.now();
        assert!(enqueue(&mut tx, &long, None, now, now).await.is_err());
    }
}

async fn until_dead(world: &World, id: &JobId) {
    for _ in 0..10 {
        world.drain().await;
        if world.state(id).await == State::Dead {
            assert_eq!(world.begun(), 3);
            // The pool is as good as before.
            world.note(2, How::Well).await;
            world.drain().await;
            assert_eq!(world.notes().await, [2]);
            return;
        }
        world.clock.advance(Duration::from_secs(3_600));
    }
    panic!("never dead");
}
