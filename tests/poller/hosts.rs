//! Against Dovecot: what arrives is taken once, and what was there before is left alone.

use std::{sync::Arc, time::Duration};

use pennypost::{config, poller::Since};
use tempfile::TempDir;

use super::till::{Till, ids, mail};
use crate::support::{
    TestDb, app,
    dovecot::{self, PASSWORD_IN_URLS},
    proxy::Proxy,
};

both! {
    async fn old_mail_is_left_alone_and_new_mail_is_taken_once(db: TestDb) {
        let server = dovecot::shared();
        let user = if db.is_postgres() { "old-p@post.example" } else { "old-s@post.example" };
        server.deliver_copies(user, &mail("old"), 2_000);
        let till = Till::at(db, &server.url(user)).await;
        assert_eq!(till.look().await, 0);
        assert_eq!(till.state().await.watermark, Some(2_000));
        for id in ["a", "b", "c"] {
            server.deliver(user, &mail(id));
        }
        assert_eq!(till.look().await, 3);
        assert_eq!(till.look().await, 0);
        assert_eq!(till.stored().await, ids(&["a", "b", "c"]));
        assert_eq!(till.count("SELECT COUNT(*) FROM jobs WHERE kind = 'mail.classify'").await, 3);
        let state = till.state().await;
        assert_eq!((state.watermark, state.uid_next), (Some(2_003), Some(2_004)));
        assert!(state.polled_at.is_some() && state.failure.is_none() && state.holder.is_none());
        let raw = till.count("SELECT CAST(SUM(length(bytes)) AS BIGINT) FROM inbox_raw").await;
        assert_eq!(raw, i64::try_from(3 * mail("a").len()).expect("small"));
    }

    async fn a_backlog_is_taken_in_batches_and_in_order(db: TestDb) {
        let server = dovecot::shared();
        let user = if db.is_postgres() { "many-p@post.example" } else { "many-s@post.example" };
        server.maildir(user, "INBOX");
        let few = [("POLLER_BATCH_MESSAGES", "7")];
        let till = Till::with(&Arc::new(db), &server.url(user), &few).await;
        assert_eq!(till.look().await, 0);
        let names: Vec<String> = (0..100).map(|n| format!("n{n:03}")).collect();
        for name in &names {
            server.deliver(user, &mail(name));
        }
        assert_eq!(till.look().await, 100);
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        assert_eq!(till.stored().await, ids(&names));
    }

    async fn a_large_mail_is_kept_in_parts_and_whole(db: TestDb) {
        let server = dovecot::shared();
        let user = if db.is_postgres() { "parts-p@post.example" } else { "parts-s@post.example" };
        server.maildir(user, "INBOX");
        let till = Till::at(db, &server.url(user)).await;
        assert_eq!(till.look().await, 0);
        let mut large = mail("large");
        for line in 0..200_000 {
            large.extend(format!("{line:>12}\r\n").into_bytes());
        }
        server.deliver(user, &large);
        server.deliver(user, &mail("small"));
        assert_eq!(till.look().await, 2);
        let mebibyte = "SELECT CAST(MAX(length(bytes)) AS BIGINT) FROM inbox_raw";
        assert_eq!(till.count(mebibyte).await, 1_048_576);
        assert_eq!(till.count("SELECT COUNT(*) FROM inbox_raw_more").await, 2);
        let stored = till.bytes("large").await;
        assert!(stored == large, "{} octets, not {}", stored.len(), large.len());
        assert_eq!(till.bytes("small").await, mail("small"));
    }

    async fn new_mail_is_announced_and_taken_at_once(db: TestDb) {
        let server = dovecot::shared();
        let user = if db.is_postgres() { "idle-p@post.example" } else { "idle-s@post.example" };
        let till = Till::at(db, &server.url(user)).await;
        till.during(async {
            till.until("SELECT COUNT(*) FROM mailboxes WHERE polled_at IS NOT NULL", 1).await;
            for n in 1..=3 {
                server.deliver(user, &mail(&format!("i{n}")));
                // Far below the time between two unconditional looks.
                let taken = tokio::time::timeout(Duration::from_secs(10), till.has(n)).await;
                assert!(taken.is_ok(), "mail {n} was not announced");
            }
        })
        .await;
        assert_eq!(till.state().await.holder, None, "a graceful stop gives the lease up");
    }

    async fn of_an_oversized_mail_the_header_is_taken(db: TestDb) {
        let server = dovecot::shared();
        let user = if db.is_postgres() { "big-p@post.example" } else { "big-s@post.example" };
        let till = Till::with(
            &Arc::new(db),
            &server.url(user),
            &[("POLLER_MESSAGE_BYTES_MAX", "65536"), ("POLLER_BATCH_BYTES", "65536")],
        )
        .await;
        till.look().await;
        server.deliver(user, &mail("small"));
        let mut big = mail("big");
        big.extend("x".repeat(99_998).into_bytes());
        big.extend(b"\r\n");
        server.deliver(user, &big);
        server.deliver(user, &mail("after"));
        assert_eq!(till.look().await, 3);
        assert_eq!(till.stored().await, ids(&["small", "big", "after"]));
        let sizes = "SELECT COUNT(*) FROM inbox i JOIN inbox_raw r ON r.mail = i.id \
                     WHERE i.header_only AND i.size_bytes > 100000 AND length(r.bytes) < 200";
        assert_eq!(till.count(sizes).await, 1);
    }
}

#[tokio::test]
async fn tls_and_starttls_are_spoken_with_a_private_authority() {
    let server = dovecot::shared();
    let ca = server.ca.file.display().to_string();
    for (user, url) in [
        ("tls@post.example", server.tls_url("tls@post.example")),
        ("start@post.example", server.starttls_url("start@post.example")),
    ] {
        let db = Arc::new(TestDb::sqlite().await);
        let till = Till::with(&db, &url, &[("MAIL_TLS_CA", &ca)]).await;
        till.look().await;
        server.deliver(user, &mail("a"));
        assert_eq!(till.look().await, 1);
        // Nobody else vouches for it.
        let till = Till::with(&db, &url, &[]).await;
        assert!(till.fails().await.contains("TLS with localhost:"), "{}", till.fails().await);
    }
}

#[tokio::test]
async fn a_refused_sign_in_is_said_plainly_and_without_the_password() {
    let server = dovecot::shared();
    let url = server.url("till@post.example").replace(PASSWORD_IN_URLS, "opensesame");
    let till = Till::at(TestDb::sqlite().await, &url).await;
    let said = till.fails().await;
    assert!(said.contains("refused the sign-in"), "{said}");
    assert!(!said.contains("opensesame"), "{said}");
    let state = till.state().await;
    assert_eq!(state.failure.as_deref(), Some(&*said));
    assert!(state.failing_since.is_some());
    assert_eq!(state.holder, None);
}

#[tokio::test]
async fn older_mail_is_counted_and_taken_when_it_is_asked_for() {
    let server = dovecot::shared();
    let user = "older@post.example";
    for n in 0..5 {
        server.deliver(user, &mail(&format!("o{n}")));
    }
    let till = Till::at(TestDb::sqlite().await, &server.url(user)).await;
    assert_eq!(till.look().await, 0);
    server.deliver(user, &mail("new"));
    assert_eq!(till.look().await, 1);
    let since = Since::parse("2020-01-01").expect("a day");
    let poller = &till.pollers[0];
    assert_eq!(poller.count_since(since).await.expect("counts"), Some(6));
    let future = Since::parse("2100-01-01").expect("a day");
    assert_eq!(poller.count_since(future).await.expect("counts"), Some(0));
    poller.backfill(future).await.expect("notes");
    assert_eq!(till.look().await, 0, "what is older than asked for is left");
    poller.backfill(since).await.expect("notes");
    assert_eq!(till.look().await, 5, "what is stored is not taken again");
    assert_eq!(till.look().await, 0);
    assert_eq!(till.stored().await, ids(&["new", "o0", "o1", "o2", "o3", "o4"]));
}

#[tokio::test]
async fn a_first_connection_may_begin_with_older_mail() {
    let server = dovecot::shared();
    let user = "first@post.example";
    server.deliver(user, &mail("a"));
    let till = Till::at(TestDb::sqlite().await, &server.url(user)).await;
    let since = Since::parse("2020-01-01").expect("a day");
    till.pollers[0].backfill(since).await.expect("notes");
    assert_eq!(till.look().await, 1);
    assert_eq!(till.look().await, 0);
}

#[tokio::test]
async fn several_mailboxes_are_read_each_under_its_name() {
    let server = dovecot::shared();
    let folder = TempDir::new().expect("a folder");
    let db = Arc::new(TestDb::sqlite().await);
    let mut environment = app::environment(folder.path(), &db.url);
    environment.remove("MAILBOX_URL");
    let file = folder.path().join("pennypost.toml");
    let (one, two) = (server.url("one@post.example"), server.url("two@post.example"));
    let text = format!(
        "[[mailbox]]\nurl = \"{one}\"\njunk = \"\"\n\n\
         [[mailbox]]\nname = \"shop\"\nurl = \"{two}\"\njunk = \"\"\naddress = \"shop@post.example\"\n"
    );
    std::fs::write(&file, text).expect("a file");
    let settings = config::load_from(Some(&file), &environment).expect("valid settings");
    let till = Till::configured(&db, settings, folder).await;
    till.during(async {
        till.until("SELECT COUNT(*) FROM mailboxes WHERE polled_at IS NOT NULL", 2).await;
        server.deliver("one@post.example", &mail("one"));
        server.deliver("two@post.example", &mail("two"));
        till.has(2).await;
    })
    .await;
    assert_eq!(till.count("SELECT COUNT(*) FROM inbox WHERE mailbox = 'shop'").await, 1);
    assert_eq!(till.state_of("shop").await.watermark, Some(1));
}

#[tokio::test]
async fn a_connection_that_is_cut_is_made_again() {
    let server = dovecot::shared();
    let user = "cut@post.example";
    let wire = Proxy::to(server.port).await;
    let till = Till::at(TestDb::sqlite().await, &server.url_by(user, wire.port)).await;
    till.during(async {
        till.until("SELECT COUNT(*) FROM mailboxes WHERE polled_at IS NOT NULL", 1).await;
        for n in 1..=3 {
            wire.cut();
            server.deliver(user, &mail(&format!("c{n}")));
            till.has(n).await;
        }
    })
    .await;
    assert_eq!(till.stored().await, ids(&["c1", "c2", "c3"]));
}

#[tokio::test]
async fn a_connection_that_has_fallen_silent_is_noticed() {
    let server = dovecot::shared();
    let user = "mute@post.example";
    let wire = Proxy::to(server.port).await;
    let quick = [("POLLER_REPOLL_SECONDS", "1"), ("POLLER_SILENCE_SECONDS", "1")];
    let db = Arc::new(TestDb::sqlite().await);
    let till = Till::with(&db, &server.url_by(user, wire.port), &quick).await;
    till.during(async {
        till.until("SELECT COUNT(*) FROM mailboxes WHERE polled_at IS NOT NULL", 1).await;
        wire.fall_silent();
        let failing = "SELECT COUNT(*) FROM mailboxes WHERE failure LIKE '%says nothing%'";
        // Noticed after the time between two looks and that of silence, one second each.
        let noticed = tokio::time::timeout(Duration::from_secs(10), till.until(failing, 1)).await;
        assert!(noticed.is_ok(), "{:?}", till.state().await);
        server.deliver(user, &mail("a"));
        wire.heal();
        till.has(1).await;
    })
    .await;
    assert_eq!(till.state().await.failure, None);
}
