//! Connections are counted before they are missed.

use sqlx::{AssertSqlSafe, Executor};

use super::until;
use crate::{
    faults::process::Deployment,
    support::{TestDb, redis::Redis},
};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_process_that_needs_more_connections_than_there_are_says_so_with_numbers() {
    let db = TestDb::postgres().await;
    let pennypost::db::Db::Postgres { pool, .. } = &db.db else { unreachable!("it is PostgreSQL") };
    let (_, name) = db.url.rsplit_once('/').expect("a URL");
    let sql = format!("ALTER DATABASE {name} CONNECTION LIMIT 12");
    pool.execute(AssertSqlSafe(sql)).await.unwrap();
    let _held = [pool.acquire().await.unwrap(), pool.acquire().await.unwrap()];
    let deployment = Deployment::on(&db).with("DATABASE_CONNECTIONS", "11");
    let output = deployment.run(&["worker", "all"]);
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(1), "{said}");
    // Eleven and the one that shows presence.
    for words in ["needs 12 connections", "allows 12", "CONNECTION LIMIT", "DATABASE_CONNECTIONS"] {
        assert!(said.contains(words), "{words}: {said}");
    }
    let enough = deployment.with("DATABASE_CONNECTIONS", "3");
    let _worker = enough.started(&["worker", "all"]).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_redis_with_too_few_connections_is_told() {
    let redis = Redis::start().await;
    redis.tell::<()>(&["CONFIG", "SET", "maxclients", "4"]);
    let db = TestDb::postgres().await;
    let deployment = Deployment::on(&db).with("REDIS_URL", &redis.url());
    let _worker = deployment.started(&["worker", "all"]).await;
    until(&deployment, "it is told", async || deployment.log().contains("maxclients")).await;
}
