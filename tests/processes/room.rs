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

/// Pools open their connections when they are busy: then it is too late to say so.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn processes_that_do_not_fit_together_are_told_while_there_is_room() {
    let db = TestDb::postgres().await;
    let pennypost::db::Db::Postgres { pool, .. } = &db.db else { unreachable!("it is PostgreSQL") };
    let (_, name) = db.url.rsplit_once('/').expect("a URL");
    let sql = format!("ALTER DATABASE {name} CONNECTION LIMIT 30");
    pool.execute(AssertSqlSafe(sql)).await.unwrap();
    let deployment = Deployment::on(&db).with("DATABASE_CONNECTIONS", "10");
    let words = "processes with up to 11 connections each may together open";
    let _first = deployment.started(&["worker", "all"]).await;
    until(&deployment, "it says that it runs", async || {
        let row = sqlx::query_as("SELECT COUNT(*) FROM processes").fetch_one(pool).await;
        let (running,): (i64,) = row.unwrap();
        running == 1
    })
    .await;
    assert!(!deployment.log().contains(words), "two fit");
    let sql = "INSERT INTO processes (id, kind, version, started_at, seen_at, ready) \
               SELECT 'another', kind, version, started_at, seen_at, ready FROM processes";
    pool.execute(sql).await.unwrap();
    let _third = deployment.started(&["worker", "all"]).await;
    let log = deployment.log();
    assert!(log.contains(&format!("3 {words} 33")) && log.contains("allows 30"), "{log}");
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
