//! Bringing the schema up to date while others work on it, and going back to an older binary.

use std::time::{Duration, Instant};

use pennypost::{
    db::{Db, MigrationError, Options, Patience, pending},
    execute, fetch,
};

use crate::support::TestDb;

/// Takes the last step back, as if it had never been taken.
async fn undone(db: &Db) {
    let mut tx = db.begin().await.expect("begins");
    for sql in [
        "DELETE FROM _sqlx_migrations WHERE version = 10",
        "DROP TABLE claimants",
        "DROP INDEX letters_failed",
        "ALTER TABLE letters DROP COLUMN tried_from",
    ] {
        execute!(tx, sql).expect("is undone");
    }
    tx.commit().await.expect("commits");
    assert_eq!(pending(db).await.expect("asks"), ["0010_operations"]);
}

fn patience(tries: u32) -> Patience {
    Patience { lock: Duration::from_millis(200), pause: Duration::from_millis(100), tries }
}

both! {
    async fn letters_that_waited_for_ever_have_failed(db: TestDb) {
        undone(&db).await;
        let mut tx = db.begin().await.expect("begins");
        for (id, state) in [("01dead", "dead"), ("01live", "ready")] {
            execute!(
                tx,
                "INSERT INTO letters (id, cause, kind, class, to_address, subject, context, \
                 message_id, reference_ids, state, created_at) \
                 VALUES ($1, $1, 'plain', 'receipt', 'ada@lake.example', 's', '{}', $1, '[]', \
                 'queued', 1)",
                id
            )
            .expect("a letter");
            execute!(
                tx,
                "INSERT INTO jobs (id, queue, kind, args, state, due, attempts, ring, created, ended) \
                 VALUES ($1, 'letters', 'letters.send', $2, $3, 1, 1, 1, 1, $4)",
                id,
                format!("{{\"letter\":\"{id}\"}}"),
                state,
                (state == "dead").then_some(1_i64)
            )
            .expect("a job");
        }
        tx.commit().await.expect("commits");
        db.migrate().await.expect("migrates");
        let mut tx = db.read().await.expect("reads");
        let sql = "SELECT id, state FROM letters ORDER BY id";
        let rows = fetch!(fetch_all, tx, (String, String), sql).expect("asks");
        let row = |id: &str, state: &str| (id.to_owned(), state.to_owned());
        assert_eq!(rows, [row("01dead", "failed"), row("01live", "queued")]);
    }

    async fn an_older_binary_starts_on_a_newer_schema(db: TestDb) {
        let mut tx = db.begin().await.expect("begins");
        execute!(
            tx,
            "INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time) \
             SELECT 9999, 'of a later version', success, checksum, 0 FROM _sqlx_migrations \
             WHERE version = 1"
        )
        .expect("a step that this binary does not know");
        tx.commit().await.expect("commits");
        assert_eq!(pending(&db).await.expect("asks"), [""; 0]);
        assert_eq!(db.migrate().await.expect("migrates"), [""; 0]);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_step_waits_briefly_for_a_lock_again_and_again_and_nobody_waits_behind_it() {
    let db = TestDb::postgres().await;
    undone(&db).await;
    let reader = Db::open(&db.url, Options::default()).await.expect("opens");
    let letters = async |db: &Db| {
        let mut tx = db.begin().await.expect("begins");
        let sql = "SELECT COUNT(*) FROM letters";
        let counted = fetch!(fetch_one, tx, (i64,), sql);
        counted.map(|_| tx).expect("reads")
    };
    // Somebody reads, and takes their time over it.
    let long = letters(&reader).await;
    let refused = db.migrate_within(patience(2)).await.expect_err("the lock is held");
    assert!(matches!(refused, MigrationError::Locked { tries: 2, .. }), "{refused}");
    assert!(refused.to_string().contains("`pennypost migrate` goes on"), "{refused}");
    let migrating = async { db.migrate_within(patience(100)).await };
    let others = async {
        tokio::time::sleep(Duration::from_millis(50)).await;
        for _ in 0..5 {
            let begun = Instant::now();
            letters(&reader).await.rollback().await.expect("ends");
            assert!(begun.elapsed() < Duration::from_secs(2), "{:?}", begun.elapsed());
        }
        long.rollback().await.expect("ends");
    };
    let (migrated, ()) = tokio::join!(migrating, others);
    assert_eq!(migrated.expect("the lock is free"), ["0010_operations"]);
}
