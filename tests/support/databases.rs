//! A fresh, migrated database for each test, with the bells that go with it: a SQLite file and bells
//! within the process, or a database of the private PostgreSQL and lists in the private Redis.

use pennypost::{
    config::RedisSettings,
    db::{Db, Options},
    queue::Bells,
};
use secrecy::ExposeSecret;
use tempfile::TempDir;

use super::{postgres, redis};

/// One database of one test. Dereferences to [`Db`].
pub(crate) struct TestDb {
    pub(crate) db: Db,
    /// As `DATABASE_URL` would name it, for processes the test starts.
    pub(crate) url: String,
    /// What carries the bells, as `REDIS_URL` and `QUEUE_REDIS_PREFIX` would name it.
    pub(crate) redis: Option<RedisSettings>,
    /// Removed with the value.
    _folder: Option<TempDir>,
}

impl TestDb {
    pub(crate) async fn sqlite() -> Self {
        let folder = TempDir::new().expect("a temporary folder");
        let url = format!("sqlite:{}", folder.path().join("test.db").display());
        let db = Db::open(&url, Options::default()).await.expect("SQLite opens");
        db.migrate().await.expect("the schema is made");
        Self { db, url, redis: None, _folder: Some(folder) }
    }

    pub(crate) async fn postgres() -> Self {
        let url = postgres::fresh_database().await;
        // Many tests run at once on one server.
        let options = Options { connections: 12, ..Options::default() };
        let db = Db::open(&url, options).await.expect("PostgreSQL opens");
        db.migrate().await.expect("the schema is made");
        let redis = redis::shared().await.settings(&redis::fresh_prefix());
        Self { db, url, redis: Some(redis), _folder: None }
    }

    /// Bells of another process of the same deployment.
    pub(crate) fn bells(&self, cap: usize) -> Bells {
        match &self.redis {
            Some(redis) => Bells::redis(redis, cap).expect("a URL"),
            None => Bells::in_process(cap),
        }
    }

    /// The settings, by their names in the environment, that lead a process here.
    pub(crate) fn environment(&self) -> Vec<(String, String)> {
        let mut pairs = vec![("DATABASE_URL".to_owned(), self.url.clone())];
        if let Some(redis) = &self.redis {
            pairs.push(("REDIS_URL".to_owned(), redis.url.expose_secret().to_owned()));
            pairs.push(("QUEUE_REDIS_PREFIX".to_owned(), redis.prefix.clone()));
        }
        pairs
    }
}

impl std::ops::Deref for TestDb {
    type Target = Db;

    fn deref(&self) -> &Db {
        &self.db
    }
}
