//! Several pollers of one mailbox: one is active, the others take over.

use std::{
    process::{Child, Command, Stdio},
    sync::Arc,
    time::{Duration, Instant},
};

use pennypost::db::{Db, Options};
use tokio_util::sync::CancellationToken;

use super::till::{Till, ids, mail};
use crate::support::{TestDb, app, dovecot, proxy::Proxy};

const HELD: &str =
    "SELECT COUNT(*) FROM mailboxes WHERE holder IS NOT NULL AND polled_at IS NOT NULL";

both! {
    async fn who_stands_by_takes_over_from_one_that_is_gone(db: TestDb) {
        let server = dovecot::shared();
        let user = if db.is_postgres() { "two-p@post.example" } else { "two-s@post.example" };
        let db = Arc::new(db);
        let (first, second) = (
            Till::with(&db, &server.url(user), &[]).await,
            Till::with(&db, &server.url(user), &[]).await,
        );
        let stop = CancellationToken::new();
        let gone = {
            let polling = first.process.poll(&first.pollers, stop.clone());
            let story = async {
                first.until(HELD, 1).await;
                server.deliver(user, &mail("a"));
                first.has(1).await;
            };
            tokio::select! {
                () = polling => panic!("nobody stopped it"),
                () = story => Instant::now(),
            }
            // Dropped in the middle of everything: the lease is not given up.
        };
        assert!(first.state().await.holder.is_some());
        server.deliver(user, &mail("b"));
        second.during(second.has(2)).await;
        assert!(gone.elapsed() < Duration::from_secs(15), "{:?}", gone.elapsed());
        assert_eq!(second.stored().await, ids(&["a", "b"]));
    }

    async fn two_at_once_take_every_mail_once(db: TestDb) {
        let server = dovecot::shared();
        let user = if db.is_postgres() { "both-p@post.example" } else { "both-s@post.example" };
        let db = Arc::new(db);
        let few = [("POLLER_BATCH_MESSAGES", "3")];
        let first = Till::with(&db, &server.url(user), &few).await;
        let second = Till::with(&db, &server.url(user), &few).await;
        first.look().await;
        let names: Vec<String> = (0..40).map(|n| format!("n{n:02}")).collect();
        for name in &names {
            server.deliver(user, &mail(name));
        }
        let (one, two) = tokio::join!(first.look(), second.look());
        assert_eq!(one + two, 40);
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        assert_eq!(first.stored().await, ids(&names));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_is_cut_off_from_the_database_is_replaced_and_stores_nothing() {
    let server = dovecot::shared();
    let user = "away@post.example";
    let db = Arc::new(TestDb::postgres().await);
    let port = db.url.split([':', '/']).filter_map(|part| part.parse().ok()).next_back();
    let port: u16 = port.expect("a port");
    let wire = Proxy::to(port).await;
    let url = db.url.replace(&port.to_string(), &wire.port.to_string());
    let way = Db::open(&url, Options::default()).await.expect("opens");
    let second = Till::with(&db, &server.url(user), &[]).await;
    let settings = second.process.cx.settings.clone();
    let folder = tempfile::TempDir::new().expect("a folder");
    let first = Till::by_way_of(way, &db, settings, folder).await;
    let story = async {
        second.until(HELD, 1).await;
        server.deliver(user, &mail("a"));
        second.has(1).await;
        wire.fall_silent();
        let cut_off = Instant::now();
        server.deliver(user, &mail("b"));
        second
            .during(async {
                second.has(2).await;
                assert!(cut_off.elapsed() < Duration::from_secs(15), "{:?}", cut_off.elapsed());
                wire.heal();
                server.deliver(user, &mail("c"));
                second.has(3).await;
            })
            .await;
    };
    Box::pin(first.during(story)).await;
    assert_eq!(second.stored().await, ids(&["a", "b", "c"]));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_batch_that_takes_long_to_store_does_not_cost_the_lease() {
    let server = dovecot::shared();
    let user = "slow@post.example";
    let db = Arc::new(TestDb::postgres().await);
    let first = Till::with(&db, &server.url(user), &[]).await;
    let second = Till::with(&db, &server.url(user), &[]).await;
    first.look().await;
    // Longer than a lease lasts, and than three renewals of it may take.
    first
        .change(
            "CREATE FUNCTION slow() RETURNS trigger LANGUAGE plpgsql AS \
             $$ BEGIN PERFORM pg_sleep(20); RETURN NULL; END $$",
        )
        .await;
    first
        .change(
            "CREATE TRIGGER slow AFTER INSERT ON inbox_raw \
             FOR EACH STATEMENT EXECUTE FUNCTION slow()",
        )
        .await;
    server.deliver(user, &mail("a"));
    let stop = CancellationToken::new();
    let standing_by = second.process.poll(&second.pollers, stop.clone());
    let looked = async {
        first.until("SELECT COUNT(*) FROM mailboxes WHERE fence = 1", 1).await;
        let looked = first.pollers[0].poll_once().await;
        stop.cancel();
        looked
    };
    // It waits for its turn while the first one writes.
    let (looked, ()) = tokio::join!(looked, async {
        first.until("SELECT COUNT(*) FROM mailboxes WHERE fence = 2", 1).await;
        standing_by.await;
    });
    assert_eq!(looked.expect("it is stored"), 1);
    assert_eq!(first.stored().await, ids(&["a"]));
}

/// A process of its own.
struct Process {
    child: Child,
}

impl Process {
    fn start(till: &Till, url: &str) -> Self {
        let folder = std::env::temp_dir();
        let mut environment = app::environment(&folder, &till.db.url);
        environment.extend(till.db.environment());
        environment.insert("MAILBOX_URL".to_owned(), url.to_owned());
        environment.insert("POLLER_BATCH_MESSAGES".to_owned(), "20".to_owned());
        let mut command = Command::new(env!("CARGO_BIN_EXE_pennypost"));
        command.arg("poller").env_clear().envs(environment);
        let child = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn();
        Self { child: child.expect("the binary starts") }
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        self.child.kill().ok();
        self.child.wait().expect("a child can be waited for");
    }
}

#[tokio::test]
async fn a_kill_in_the_middle_of_a_backlog_loses_and_doubles_nothing() {
    let server = dovecot::shared();
    let user = "backlog@post.example";
    let db = Arc::new(TestDb::postgres().await);
    let till = Till::with(&db, &server.url(user), &[("POLLER_AFTER", "flag")]).await;
    till.look().await;
    let names: Vec<String> = (0..2_000).map(|n| format!("k{n:04}")).collect();
    for name in &names {
        server.deliver(user, &mail(name));
    }
    let process = Process::start(&till, &server.url(user));
    let stored = "SELECT COUNT(*) FROM inbox";
    for _ in 0..3_000 {
        if till.count(stored).await > 100 {
            break;
        }
        tokio::time::sleep(Duration::from_millis(2)).await;
    }
    drop(process);
    let before = till.count(stored).await;
    assert!((100..2_000).contains(&before), "killed at {before}");
    till.look().await;
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    assert_eq!(till.stored().await, ids(&names));
    assert_eq!(till.count("SELECT COUNT(*) FROM jobs WHERE kind = 'mail.classify'").await, 2_000);
    assert_eq!(till.state().await.watermark, Some(2_000));
}

#[tokio::test]
async fn a_dead_process_of_this_machine_holds_up_nobody() {
    let server = dovecot::shared();
    let user = "dead@post.example";
    let db = Arc::new(TestDb::postgres().await);
    let till = Till::with(&db, &server.url(user), &[]).await;
    let process = Process::start(&till, &server.url(user));
    till.until(HELD, 1).await;
    server.deliver(user, &mail("a"));
    till.has(1).await;
    drop(process);
    server.deliver(user, &mail("b"));
    let begun = Instant::now();
    assert_eq!(till.look().await, 1);
    assert!(begun.elapsed() < Duration::from_secs(3), "{:?}", begun.elapsed());
    assert_eq!(till.stored().await, ids(&["a", "b"]));
}
