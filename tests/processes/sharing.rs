//! Several processes on one database and one Redis.

use std::time::Duration;

use pennypost::{clock::Clock, poller::Poller, process::Process};

use super::until;
use crate::{
    faults::{mails::Draft, post::files, process::Deployment},
    support::{TestDb, redis::Redis},
};

/// Takes mails in without working on them.
async fn poller(deployment: &Deployment) -> Poller {
    let process = Process::open(deployment.settings(), Clock::System).await.unwrap();
    process.pollers().await.unwrap().remove(0)
}

/// Delivers mails of different people that each deserve one letter, and takes them in.
async fn mails(deployment: &Deployment, poller: &Poller, numbers: std::ops::Range<usize>) {
    for n in numbers {
        let from = format!("ada{n}@ada.example");
        let mail = Draft::new("help").genuine(&from, &format!("m{n}@ada.example"));
        deployment.deliver(&format!("{n:05}.story"), &mail);
    }
    poller.poll_once().await.unwrap();
}

/// How many letters each of those people has.
fn letters(deployment: &Deployment, numbers: std::ops::Range<usize>) -> Vec<usize> {
    let of = |n: usize| {
        let address = format!("ada{n}@ada.example").parse().expect("an address");
        let folder = pennypost::mail::relay::folder_name(&address);
        files(&deployment.people().join(folder).join("new")).len()
    };
    numbers.map(of).collect()
}

pub(super) async fn until_answered(deployment: &Deployment, numbers: std::ops::Range<usize>) {
    let all = numbers.clone();
    until(deployment, "everybody has a letter", async || {
        letters(deployment, all.clone()).iter().all(|count| *count > 0)
    })
    .await;
    assert!(letters(deployment, numbers).iter().all(|count| *count == 1), "one letter each");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_workers_share_the_work_and_do_everything_once() {
    let deployment = Deployment::on(&TestDb::postgres().await);
    let poller = poller(&deployment).await;
    let _one = deployment.started(&["worker", "all"]).await;
    let _two = deployment.started(&["worker", "all"]).await;
    let _clock = deployment.started(&["clock"]).await;
    mails(&deployment, &poller, 0..80).await;
    until_answered(&deployment, 0..80).await;
    let jobs = deployment.json(&["jobs", "list", "--max", "1000", "--json"]);
    for job in jobs["jobs"].as_array().unwrap() {
        assert_eq!(job["attempts"], 1, "{job}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_queue_without_a_process_waits_for_one() {
    let deployment = Deployment::on(&TestDb::postgres().await);
    let poller = poller(&deployment).await;
    let _worker = deployment
        .started(&["worker", "classifier", "accounts", "transfers", "confirmations"])
        .await;
    mails(&deployment, &poller, 0..3).await;
    let waiting = || {
        let list = ["jobs", "list", "--queue", "letters", "--state", "ready", "--json"];
        deployment.json(&list)["jobs"].as_array().unwrap().len()
    };
    until(&deployment, "three letters wait", async || waiting() == 3).await;
    assert_eq!(letters(&deployment, 0..3), [0, 0, 0]);
    // No clock runs: who hears nothing looks into the rows.
    let _letters = deployment.started(&["worker", "letters"]).await;
    until_answered(&deployment, 0..3).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn mails_are_answered_while_redis_is_away_and_after_it_is_back() {
    let redis = Redis::start().await;
    let db = TestDb::postgres().await;
    let deployment = Deployment::on(&db).with("REDIS_URL", &redis.url());
    let poller = poller(&deployment).await;
    let _worker = deployment.started(&["worker", "all"]).await;
    let _clock = deployment.started(&["clock"]).await;
    mails(&deployment, &poller, 0..10).await;
    until_answered(&deployment, 0..10).await;
    redis.kill();
    mails(&deployment, &poller, 10..20).await;
    until_answered(&deployment, 0..20).await;
    redis.restart().await;
    until(&deployment, "both say that it is back", async || {
        deployment.log().matches("Redis carries bells again").count() == 2
    })
    .await;
    mails(&deployment, &poller, 20..30).await;
    until_answered(&deployment, 0..30).await;
    // Once per process and change.
    assert_eq!(
        deployment.log().matches("Redis carries no bells").count(),
        2,
        "{}",
        deployment.log()
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_process_ends_in_time_when_it_is_told_to() {
    let deployment = Deployment::on(&TestDb::postgres().await);
    let poller = poller(&deployment).await;
    mails(&deployment, &poller, 0..40).await;
    let mut all = Vec::new();
    for process in [&["worker", "all"][..], &["web"], &["clock"]] {
        all.push(deployment.started(process).await);
    }
    for process in &mut all {
        process.signal("TERM");
    }
    for process in &mut all {
        let ended = process.within(Duration::from_secs(10)).await;
        assert!(ended.is_some_and(|s| s.success()), "{ended:?}: {}", deployment.log_end());
    }
    for job in deployment.json(&["jobs", "list", "--json"])["jobs"].as_array().unwrap() {
        let unspent = job["state"] == "done" || job["attempts"] == 0;
        assert!(unspent && job["last_error"].is_null(), "{job}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_second_signal_ends_a_process_at_once() {
    let deployment = Deployment::on(&TestDb::postgres().await);
    let mut web = deployment.started(&["web"]).await;
    // Somebody has begun a request, and the stop waits for them for a while.
    let address = ("127.0.0.1", deployment.port);
    let mut halfway = std::net::TcpStream::connect(address).unwrap();
    std::io::Write::write_all(&mut halfway, b"GET / HTTP/1.1\r\nHost: ").unwrap();
    web.signal("TERM");
    until(&deployment, "it stops", async || deployment.log().contains("stopping")).await;
    web.signal("TERM");
    let ended = web.within(Duration::from_secs(2)).await;
    assert_eq!(ended.and_then(|status| status.code()), Some(1), "{}", deployment.log_end());
}
