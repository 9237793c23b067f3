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

/// A database with a request, as it was before requests could be held.
const BEFORE_HELD: [&str; 8] = [
    "DELETE FROM _sqlx_migrations WHERE version = 13",
    "DROP TABLE transfer_holds",
    "ALTER TABLE transfer_requests DROP CONSTRAINT transfer_requests_states, \
     DROP CONSTRAINT transfer_requests_whole, DROP CONSTRAINT transfer_requests_booked, \
     ADD CONSTRAINT transfer_requests_state_check CHECK (state <> 'held'), \
     ADD CONSTRAINT transfer_requests_check1 CHECK (TRUE), \
     ADD CONSTRAINT transfer_requests_check2 CHECK (TRUE)",
    "INSERT INTO mailboxes (name, connected_at) VALUES ('m', 1)",
    "INSERT INTO inbox (id, mailbox, uidvalidity, transport_key, received_at, size_bytes, header_only, \
     state) VALUES ('i', 'm', 1, '1', 1, 1, FALSE, 'done')",
    "INSERT INTO transfer_requests (id, reference, state, revision, sender_address, mail, step, \
     created_at, updated_at, expires_at) \
     VALUES ('r', 'T-101', 'incomplete', 1, 'a@a.example', 'i', 0, 1, 1, 1)",
    "INSERT INTO transfer_revisions (request, revision, mail, problems, created_at) \
     VALUES ('r', 1, 'i', '[]', 1)",
    "UPDATE transfer_requests SET note = 'lunch'",
];

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

    async fn requests_outlive_the_step_that_knows_held_ones(db: TestDb) {
        let mut tx = db.begin().await.expect("begins");
        for sql in BEFORE_HELD {
            // SQLite's own table needs no change to be as it was before: its checks became wider.
            if tx.is_postgres() || !sql.starts_with("ALTER") {
                execute!(tx, sql).expect("is undone");
            }
        }
        tx.commit().await.expect("commits");
        assert_eq!(db.migrate().await.expect("migrates"), ["0013_held"]);
        let mut tx = db.begin().await.expect("begins");
        let sql = "SELECT r.reference, v.revision FROM transfer_revisions v \
                   JOIN transfer_requests r ON r.id = v.request";
        let rows = fetch!(fetch_all, tx, (String, i64), sql).expect("asks");
        assert_eq!(rows, [("T-101".to_owned(), 1)]);
        let held = "UPDATE transfer_requests SET state = 'held', operation = 'x', amount_minor = 1, \
                    currency = 'USD', recipient = 'b@b.example'";
        execute!(tx, held).expect("can be held");
        assert!(execute!(tx, "DELETE FROM transfer_requests").is_err(), "a revision refers to it");
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
