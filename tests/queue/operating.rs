//! What the operator sees and does.

use std::time::Duration;

use pennypost::queue::{Count, Filter, State, counts, drop_job, list, show, sweep_done};

use super::support::{How, Letter, World};

both! {
    async fn jobs_are_listed_newest_first_by_state_queue_and_kind(db: TestDb) {
        let world = World::new(db).await;
        let dead = world.note(1, How::Dies).await;
        let done = world.note(2, How::Well).await;
        world.drain().await;
        let letter = world.enqueue(&Letter { n: 3, fails: 0, broken_marks: 0 }, None).await;
        let mut tx = world.db.snapshot().await.unwrap();
        let mut ids = async |filter: Filter, max| -> Vec<_> {
            let jobs = list(&mut tx, &filter, max).await.unwrap();
            jobs.into_iter().map(|job| job.id.0).collect()
        };
        let (dead, done, letter) = (dead.as_str(), done.as_str(), letter.as_str());
        let any = Filter::default();
        assert_eq!(ids(any.clone(), 9).await, [letter, done, dead]);
        assert_eq!(ids(any.clone(), 1).await, [letter]);
        assert_eq!(ids(Filter { state: Some(State::Dead), ..any.clone() }, 9).await, [dead]);
        let queue = Some("letters".to_owned());
        assert_eq!(ids(Filter { queue, ..any.clone() }, 9).await, [letter]);
        assert_eq!(ids(Filter { kind: Some("note".to_owned()), ..any }, 9).await, [done, dead]);
    }

    async fn jobs_are_counted_by_queue_and_state_with_the_oldest(db: TestDb) {
        let world = World::new(db).await;
        let now = world.clock.now();
        world.note(1, How::Dies).await;
        world.note(2, How::Well).await;
        world.drain().await;
        world.clock.advance(Duration::from_secs(5));
        let running = world.note(3, How::Well).await;
        world.note(4, How::Well).await;
        world.note(5, How::Well).await;
        world.claim(&running).await;
        let mut tx = world.db.snapshot().await.unwrap();
        let count = |state, jobs, at| {
            Count { queue: "notes".into(), state, jobs, oldest_due: at }
        };
        let expected = [
            count(State::Dead, 1, now),
            count(State::Ready, 2, world.clock.now()),
            count(State::Running, 1, world.clock.now()),
        ];
        assert_eq!(counts(&mut tx).await.unwrap(), expected);
    }

    async fn a_running_job_cannot_be_dropped_and_a_waiting_one_can(db: TestDb) {
        let world = World::new(db).await;
        let id = world.note(1, How::Well).await;
        let waiting = world.note(2, How::Well).await;
        world.claim(&id).await;
        let mut tx = world.db.begin().await.unwrap();
        assert!(!drop_job(&mut tx, &id).await.unwrap());
        assert!(drop_job(&mut tx, &waiting).await.unwrap());
        assert!(show(&mut tx, &waiting).await.unwrap().is_none());
        assert!(show(&mut tx, &id).await.unwrap().is_some());
    }

    async fn done_jobs_are_swept_after_their_time_and_dead_ones_stay(db: TestDb) {
        let world = World::new(db).await;
        let dead = world.note(0, How::Dies).await;
        for n in 1..4 {
            world.note(n, How::Well).await;
        }
        world.drain().await;
        let ended = world.clock.now();
        let mut tx = world.db.begin().await.unwrap();
        assert_eq!(sweep_done(&mut tx, ended, 9).await.unwrap(), 0);
        let later = ended.plus(Duration::from_micros(1));
        assert_eq!(sweep_done(&mut tx, later, 2).await.unwrap(), 2);
        assert_eq!(sweep_done(&mut tx, later, 9).await.unwrap(), 1);
        assert!(show(&mut tx, &dead).await.unwrap().is_some());
    }
}
