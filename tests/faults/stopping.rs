//! SIGTERM ends the process in time, whatever it is doing; two at once do everything once.

use std::{
    io::Write,
    net::TcpStream,
    sync::Arc,
    time::{Duration, Instant},
};

use tokio_util::sync::CancellationToken;

use super::{
    history::Says,
    mails::Draft,
    people::People,
    process::{Deployment, Running},
    verdict,
};
use crate::support::{TestApp, TestDb};

/// What platforms allow between SIGTERM and SIGKILL.
const ALLOWED: Duration = Duration::from_secs(10);
const BACKLOG: usize = 400;

async fn started(deployment: &Deployment) -> Running {
    let process = deployment.start(&["all"]);
    let begun = Instant::now();
    while !deployment.is_listening() {
        assert!(begun.elapsed().as_secs() < 30, "it does not listen: {}", deployment.log_end());
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    process
}

fn backlog(deployment: &Deployment) {
    for n in 0..BACKLOG {
        let mail = Draft::new("help").genuine("ada@ada.example", &format!("b{n}@ada.example"));
        deployment.deliver(&format!("{n:05}.backlog"), &mail);
    }
}

both! {
    async fn sigterm_ends_a_busy_process_in_time_and_nothing_is_lost(db: TestDb) {
        let deployment = Deployment::new(&db.url);
        backlog(&deployment);
        let mut process = started(&deployment).await;
        process.signal("TERM");
        let ended = process.within(ALLOWED).await;
        assert!(ended.is_some_and(|s| s.success()), "{ended:?}: {}", deployment.log_end());
        let jobs = deployment.json(&["jobs", "list", "--state", "running", "--json"]);
        assert_eq!(jobs["jobs"].as_array().map(Vec::len), Some(0), "{jobs}");
        let mut rest = deployment.start(&["all", "--once"]);
        let ended = rest.within(Duration::from_secs(120)).await;
        assert!(ended.is_some_and(|s| s.success()), "{ended:?}: {}", deployment.log_end());
        let mails = deployment.json(&["export", "--json"])["inbox"].clone();
        let done = mails.as_array().expect("mails").iter().filter(|mail| mail["state"] == "done");
        assert_eq!(done.count(), BACKLOG);
    }

    async fn the_poller_leaves_a_backlog_when_it_is_told_to_stop(db: TestDb) {
        let app = TestApp::with(db, &[("POLLER_BATCH_MESSAGES", "1")]).await;
        for n in 0..BACKLOG {
            app.deliver(format!("Message-ID: <{n}@ada.example>\r\n\r\nhello").as_bytes());
        }
        let pollers = app.process.pollers().await.expect("connects");
        let stop = CancellationToken::new();
        let begun = async {
            while app.count("SELECT COUNT(*) FROM inbox").await == 0 {
                tokio::task::yield_now().await;
            }
            stop.cancel();
        };
        tokio::join!(app.process.poll(&pollers, stop.clone()), begun);
        let stored = app.count("SELECT COUNT(*) FROM inbox").await;
        assert!(stored < i64::try_from(BACKLOG).expect("few"), "{stored}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn sigterm_does_not_wait_for_a_browser_that_says_nothing() {
    let db = TestDb::sqlite().await;
    let deployment = Deployment::new(&db.url);
    let mut process = started(&deployment).await;
    let connect = || TcpStream::connect(("127.0.0.1", deployment.port)).expect("connects");
    let (_silent, mut halfway) = (connect(), connect());
    halfway.write_all(b"GET / HTTP/1.1\r\nHost: ").expect("half a request");
    process.signal("TERM");
    let ended = process.within(ALLOWED).await;
    assert!(ended.is_some_and(|s| s.success()), "{ended:?}: {}", deployment.log_end());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_at_the_same_time_on_postgres_do_everything_once() {
    let db = TestDb::postgres().await;
    let deployment = Arc::new(Deployment::new(&db.url).with("POLLER_BATCH_MESSAGES", "5"));
    let mut people = People::new(Arc::clone(&deployment), 7);
    people.sign_up();
    for n in 0..60 {
        people.write("ada@ada.example", Says::Help, &Draft::new(format!("help\n\n-- \n{n}")));
    }
    for _ in 0..2 {
        let mut two = [deployment.start(&["all", "--once"]), deployment.start(&["all", "--once"])];
        for process in &mut two {
            let ended = process.within(Duration::from_secs(120)).await;
            assert!(ended.is_some_and(|s| s.success()), "{ended:?}: {}", deployment.log_end());
        }
    }
    people.read();
    let breaches = verdict::breaches(&deployment, &people.history);
    assert!(breaches.is_empty(), "{}", breaches.join("\n"));
}
