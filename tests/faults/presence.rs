//! Whoever runs jobs on a database knows whether they are alone there.

use std::time::{Duration, Instant};

use pennypost::{
    db::{Db, Presence},
    ids,
};

/// Enters, and says whether nobody else was there.
async fn enter(db: &Db) -> (Presence, bool) {
    let mut alone = false;
    let name = ids::random_code(9);
    let presence = Presence::enter(db, &name, async {
        alone = true;
        Ok(0)
    });
    (presence.await.expect("enters"), alone)
}

both! {
    async fn only_the_first_is_alone_and_only_until_somebody_leaves(db: TestDb) {
        let (first, alone) = enter(&db).await;
        assert!(alone);
        let (second, alone) = enter(&db).await;
        assert!(!alone, "the first is there");
        drop(first);
        let (third, alone) = enter(&db).await;
        assert!(!alone, "the second is still there");
        drop((second, third));
        // A server takes a moment to notice that a connection has ended.
        let until = Instant::now() + Duration::from_secs(10);
        while !enter(&db).await.1 {
            assert!(Instant::now() < until, "everybody has left");
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    }
}
