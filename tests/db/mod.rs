//! The two databases: migrations, transactions, bells.

mod migrate;

both! {
    async fn migrating_twice_changes_nothing(db: TestDb) {
        assert!(db.migrate().await.expect("migrates again").is_empty());
    }

    async fn a_snapshot_reads_and_cannot_write(db: TestDb) {
        let mut tx = db.snapshot().await.expect("begins");
        let (one,) = fetch!(fetch_one, tx, (i64,), "SELECT CAST(1 AS BIGINT)").expect("reads");
        assert_eq!(one, 1);
        assert!(execute!(tx, "DELETE FROM _sqlx_migrations").is_err());
    }
}

use pennypost::{execute, fetch};
