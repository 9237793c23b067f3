//! A graceful stop: running jobs end, waiting ones stay as they were, and it takes no longer than
//! the platform allows.

use std::time::Duration;

use pennypost::queue::{Settings, State, give_back};

use super::support::{How, World, until};

both! {
    async fn a_stop_lets_the_running_job_end_and_leaves_the_others_unspent(db: TestDb) {
        let world = World::with(db, Settings { places: 1, ..Settings::default() }).await;
        let mut ids = Vec::new();
        for n in 0..5 {
            ids.push(world.note(n, How::Waits).await);
        }
        let working = world.work();
        until("the first has begun", async || world.begun() == 1).await;
        working.begin_to_stop();
        world.open_gate();
        working.stopped().await;
        assert_eq!(world.notes().await, [0]);
        for id in &ids[1..] {
            let job = world.job(id).await;
            assert_eq!((job.state, job.attempts), (State::Ready, 0));
        }
    }

    async fn a_claim_given_back_is_free_at_once_and_cost_no_attempt(db: TestDb) {
        let world = World::new(db).await;
        let id = world.note(1, How::Well).await;
        let claimed = world.claim(&id).await;
        give_back(&world.db, &claimed[0], world.clock.now()).await.unwrap();
        let job = world.job(&id).await;
        assert_eq!((job.state, job.attempts, job.lease), (State::Ready, 0, None));
        assert_eq!(world.queue.refill(&[]).await.unwrap(), 1);
        // Somebody else's claim is not ours to give back.
        world.claim(&id).await;
        give_back(&world.db, &claimed[0], world.clock.now()).await.unwrap();
        assert_eq!(world.state(&id).await, State::Running);
    }

    async fn what_does_not_end_in_time_is_cut_and_tried_again(db: TestDb) {
        let settings = Settings { stop_grace: Duration::from_millis(50), ..Settings::default() };
        let world = World::with(db, settings).await;
        let id = world.note(1, How::Waits).await;
        let working = world.work();
        until("it has begun", async || world.begun() == 1).await;
        working.stopped().await;
        let job = world.job(&id).await;
        assert_eq!((job.state, job.attempts), (State::Ready, 1));
        assert_eq!(job.last_error.as_deref(), Some("Cut by the stop"));
        assert!(world.notes().await.is_empty());
        world.open_gate();
        world.clock.advance(Duration::from_secs(2));
        world.drain().await;
        assert_eq!(world.notes().await, [1]);
    }

    async fn an_idle_pool_stops_at_once(db: TestDb) {
        let long = Duration::from_secs(60);
        let settings = Settings { pop_wait: long, stop_grace: long, ..Settings::default() };
        let world = World::with(db, settings).await;
        let working = world.work();
        world.note(1, How::Well).await;
        until("it is written", async || world.notes().await == [1]).await;
        working.stopped().await;
    }
}
