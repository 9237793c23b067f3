//! What a process of its own is refused for, and how it says so.

use std::process::Output;

use crate::{
    faults::process::Deployment,
    support::{TestDb, fresh_database},
};

fn refused(output: &Output) -> String {
    assert_eq!(output.status.code(), Some(2), "wrong use ends with 2");
    String::from_utf8_lossy(&output.stderr).into_owned()
}

#[tokio::test]
async fn a_queue_that_is_none_is_refused_with_those_there_are() {
    let deployment = Deployment::on(&TestDb::postgres().await);
    let said = refused(&deployment.run(&["worker", "letters", "postcards"]));
    assert!(said.contains("there is no queue postcards"), "{said}");
    for queue in pennypost::jobs::registry().queues() {
        assert!(said.contains(queue), "{queue}: {said}");
    }
}

#[tokio::test]
async fn separate_processes_without_redis_are_refused() {
    let db = TestDb::postgres().await;
    let deployment = Deployment::new(&db.url);
    for process in [&["worker", "all"][..], &["web"], &["clock"]] {
        let said = refused(&deployment.run(process));
        assert!(said.contains("redis_url is not set") && said.contains("pennypost all"), "{said}");
    }
}

#[tokio::test]
async fn separate_processes_on_sqlite_are_refused() {
    let deployment = Deployment::on(&TestDb::sqlite().await).with("REDIS_URL", "redis://localhost");
    let said = refused(&deployment.run(&["worker", "all"]));
    assert!(said.contains("PostgreSQL") && said.contains("pennypost all"), "{said}");
}

#[tokio::test]
async fn a_schema_that_is_behind_is_refused() {
    let empty = fresh_database().await;
    let deployment = Deployment::on(&TestDb::postgres().await).with("DATABASE_URL", &empty);
    let output = deployment.run(&["worker", "all"]);
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(1));
    assert!(said.contains("pennypost migrate"), "{said}");
}
