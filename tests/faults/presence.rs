//! Whoever runs jobs on SQLite knows whether they are alone there; on PostgreSQL nobody takes themselves for
//! alone.

use std::time::Duration;

use pennypost::{
    db::{Db, Presence},
    ids,
};

use crate::support::TestDb;

/// Enters, and says whether nobody else was there.
async fn enter(db: &Db) -> (Presence, bool) {
    let mut alone = false;
    let name = ids::random_code(9);
    let presence = Presence::enter(db, (&name, Duration::from_secs(1)), async {
        alone = true;
        Ok(0)
    });
    (presence.await.expect("enters"), alone)
}

#[tokio::test]
async fn only_the_first_is_alone_and_only_until_somebody_leaves() {
    let db = TestDb::sqlite().await;
    let (first, alone) = enter(&db).await;
    assert!(alone);
    let (second, alone) = enter(&db).await;
    assert!(!alone, "the first is there");
    drop(first);
    let (third, alone) = enter(&db).await;
    assert!(!alone, "the second is still there");
    drop((second, third));
    assert!(enter(&db).await.1, "everybody has left");
}

/// A server that has just come back holds no lock of those who lived through it, and has heard no beat.
#[tokio::test]
async fn the_first_to_reach_a_server_that_has_come_back_is_not_alone() {
    let db = TestDb::postgres().await;
    assert!(!enter(&db).await.1);
}
