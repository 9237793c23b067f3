//! A lane: oldest first, one at a time, and no lane waits for another.

use std::time::Duration;

use pennypost::{
    execute, fetch,
    queue::{Claimant, Settings, State, claim, enqueue_many},
};
use rand::seq::SliceRandom;

use super::support::{How, LEASE, Look, NOTES, Note, World, deaf, texts, until};

both! {
    async fn lanes_keep_their_order_and_never_run_two_at_once(db: TestDb) {
        let world = World::new(db).await;
        let (one, two) = (world.work(), world.work());
        let now = world.clock.now();
        let mut ids = Vec::new();
        for round in 0..4 {
            let looks: Vec<_> = (0..15)
                .map(|n| {
                    let lane = format!("test:{}", n % 5);
                    (Look { n: round * 15 + n, lane: lane.clone(), waits: false }, Some(lane))
                })
                .collect();
            let mut tx = world.db.begin().await.unwrap();
            ids.extend(enqueue_many(&mut tx, &looks, now, now).await.unwrap());
            tx.commit().await.unwrap();
            world.ring(&ids).await;
        }
        until("all are written", async || world.notes().await.len() >= 60).await;
        one.stopped().await;
        two.stopped().await;
        assert_eq!(world.notes().await, (0..60).collect::<Vec<_>>());
        assert_eq!(world.lanes().len(), 5);
        for (name, lane) in world.lanes() {
            assert_eq!(lane.most, 1, "two of {name} ran at once");
            assert!(lane.order.is_sorted() && lane.order.len() == 12, "{name}: {lane:?}");
        }
    }

    async fn overlapping_claims_share_no_job_and_no_lane_and_never_fail(db: TestDb) {
        let world = World::new(db).await;
        let mut ids = Vec::new();
        for n in 0..48 {
            let lane = (n % 2 == 0).then(|| format!("test:{}", n % 8));
            ids.push(world.enqueue(&Note { n, how: How::Well }, lane.as_deref()).await);
        }
        let claims = (0..8).map(|_| {
            let (db, mut ids, now) = (world.db.db.clone(), texts(&ids), world.clock.now());
            ids.shuffle(&mut rand::rng());
            tokio::spawn(async move { claim(&db, &ids[..40], &Claimant::fresh(), now, LEASE).await.unwrap() })
        });
        let (mut claimed, now) = (Vec::new(), world.clock.now());
        for rows in futures_util::future::join_all(claims.collect::<Vec<_>>()).await {
            claimed.extend(rows.unwrap());
        }
        claimed.extend(claim(&world.db, &texts(&ids), &Claimant::fresh(), now, LEASE).await.unwrap());
        let mut names: Vec<_> = claimed.iter().map(|job| job.id.clone()).collect();
        names.sort();
        names.dedup();
        assert_eq!(names.len(), claimed.len(), "a job was claimed twice");
        // The 24 without a lane, and the head of each of the four lanes.
        let mut lanes: Vec<_> = claimed.iter().filter_map(|job| job.lane.clone()).collect();
        lanes.sort();
        assert_eq!(lanes, ["test:0", "test:2", "test:4", "test:6"]);
        assert_eq!(claimed.len(), 28);
    }

    /// What no condition on rows can shut out: the other claim is not committed yet.
    async fn a_claim_beside_an_uncommitted_one_of_its_lane_leaves_that_row_out(db: TestDb) {
        let world = World::new(db).await;
        let first = world.enqueue(&Note { n: 1, how: How::Well }, Some("test:a")).await;
        let second = world.enqueue(&Note { n: 2, how: How::Well }, Some("test:a")).await;
        let free = world.enqueue(&Note { n: 3, how: How::Well }, Some("test:b")).await;
        let mut tx = world.db.begin().await.unwrap();
        execute!(
            tx,
            "UPDATE jobs SET state = 'running', claim = 'other', lease = 1 + ring WHERE id = $1",
            &second
        )
        .unwrap();
        let (db, ids) = (world.db.db.clone(), texts(&[first.clone(), free.clone()]));
        let now = world.clock.now();
        let claiming = tokio::spawn(async move { claim(&db, &ids, &Claimant::fresh(), now, LEASE).await });
        if tx.is_postgres() {
            until("the claim waits for the other", async || {
                let mut look = world.db.begin().await.unwrap();
                let sql = "SELECT COUNT(*) FROM pg_stat_activity \
                           WHERE datname = current_database() AND wait_event_type = 'Lock'";
                fetch!(fetch_one, look, (i64,), sql).unwrap().0 > 0
            })
            .await;
        }
        tx.commit().await.unwrap();
        let claimed = claiming.await.unwrap().unwrap();
        assert_eq!(claimed.iter().map(|job| &job.id).collect::<Vec<_>>(), [&free]);
        assert_eq!(world.state(&first).await, State::Ready);
    }

    async fn a_job_in_backoff_holds_up_its_lane_and_no_other(db: TestDb) {
        let world = World::new(db).await;
        let failing = Note { n: 1, how: How::FailsOnce };
        world.enqueue(&failing, Some("test:a")).await;
        world.enqueue(&Note { n: 2, how: How::Well }, Some("test:a")).await;
        world.enqueue(&Note { n: 3, how: How::Well }, Some("test:b")).await;
        world.drain().await;
        assert_eq!(world.notes().await, [3]);
        world.clock.advance(Duration::from_secs(2));
        world.drain().await;
        assert_eq!(world.notes().await, [1, 2, 3]);
    }

    async fn a_dead_job_sets_its_lane_free(db: TestDb) {
        let world = World::new(db).await;
        let dead = world.enqueue(&Note { n: 1, how: How::Dies }, Some("test:a")).await;
        let next = world.enqueue(&Note { n: 2, how: How::Well }, Some("test:a")).await;
        let working = world.work();
        // Without the clock: the end of the one rings for the other.
        until("the next is done", async || world.state(&next).await == State::Done).await;
        assert_eq!(world.state(&dead).await, State::Dead);
        working.stopped().await;
    }

    async fn a_long_lane_does_not_keep_the_others_from_an_empty_list(db: TestDb) {
        let settings = Settings { refill_max: 2, ..Default::default() };
        let world = World::with(db, settings).await;
        // Their bells ring in a list nobody reads: it is the clock that has to choose.
        let deaf = deaf(&world.db).await;
        let now = world.clock.now();
        let lane = |n| if n < 10 { "test:long" } else { "test:short" }.to_owned();
        let notes: Vec<_> =
            (0..11).map(|n| (Note { n, how: How::Well }, Some(lane(n)))).collect();
        let mut tx = deaf.begin().await.unwrap();
        let ids = enqueue_many(&mut tx, &notes, now, now).await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!(world.queue.refill(&[NOTES]).await.unwrap(), 2);
        let working = world.work();
        let last = ids.last().unwrap();
        until("the short lane is done", async || world.state(last).await == State::Done).await;
        working.stopped().await;
    }
}
