//! A fresh, migrated database for each test: a SQLite file, or a database of the private PostgreSQL.

use pennypost::db::{Db, Options};
use tempfile::TempDir;

use super::postgres;

/// One database of one test. Dereferences to [`Db`].
pub(crate) struct TestDb {
    pub(crate) db: Db,
    /// As `DATABASE_URL` would name it, for processes the test starts.
    pub(crate) url: String,
    /// Removed with the value.
    _folder: Option<TempDir>,
}

impl TestDb {
    pub(crate) async fn sqlite() -> Self {
        let folder = TempDir::new().expect("a temporary folder");
        let url = format!("sqlite:{}", folder.path().join("test.db").display());
        let db = Db::open(&url, Options::default()).await.expect("SQLite opens");
        db.migrate().await.expect("the schema is made");
        Self { db, url, _folder: Some(folder) }
    }

    pub(crate) async fn postgres() -> Self {
        let url = postgres::fresh_database().await;
        // Many tests run at once on one server.
        let options = Options { connections: 12, ..Options::default() };
        let db = Db::open(&url, options).await.expect("PostgreSQL opens");
        db.migrate().await.expect("the schema is made");
        Self { db, url, _folder: None }
    }
}

impl std::ops::Deref for TestDb {
    type Target = Db;

    fn deref(&self) -> &Db {
        &self.db
    }
}
