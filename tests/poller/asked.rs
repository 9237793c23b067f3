//! The operator's word, and a mailbox that is another one than before: nothing is forgotten over it.

use std::{sync::Arc, time::Duration};

use pennypost::poller::Since;
use tokio::sync::Notify;

use super::{
    script::{Host, Turn},
    till::{Till, ids, mail},
};
use crate::support::{TestDb, dovecot, proxy::Proxy};

const QUICK: [(&str, &str); 2] = [("POLLER_REPOLL_SECONDS", "1"), ("POLLER_SILENCE_SECONDS", "1")];

fn since(day: &str) -> Since {
    Since::parse(day).expect("a day")
}

/// Waits until something was asked for.
async fn is_asked(host: &Host, command: &str) {
    for _ in 0..2_000 {
        if host.asked(command) > 0 {
            return;
        }
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    panic!("{command} is not asked for");
}

/// Three mails that were there before us, of which nobody knows when the last one came.
async fn three_old() -> Host {
    let host = Host::start().await;
    for id in ["first", "second", "undated"] {
        host.deliver(mail(id));
    }
    host.state().dates =
        [(1, "17-Jul-2020 02:44:25 +0000"), (2, "17-Jul-2025 02:44:25 +0000"), (3, "")].into();
    host
}

both! {
    async fn older_mail_that_is_asked_for_meanwhile_is_taken_too(db: TestDb) {
        let host = three_old().await;
        let till = Till::with(&Arc::new(db), &host.url(), &QUICK).await;
        assert_eq!(till.look().await, 0);
        let poller = &till.pollers[0];
        poller.backfill(since("2025-01-01")).await.expect("notes");
        let released = Arc::new(Notify::new());
        host.once("UID FETCH 2 (UID BODY.PEEK[])", Turn::Waits(Arc::clone(&released)));
        let meanwhile = async {
            is_asked(&host, "UID FETCH 2 (UID BODY.PEEK[])").await;
            poller.backfill(since("2020-01-01")).await.expect("notes");
            released.notify_one();
        };
        let (stored, ()) = tokio::join!(till.look(), meanwhile);
        assert_eq!(stored, 2);
        assert_eq!(till.stored().await, ids(&["second", "first"]), "and none without a date");
        assert_eq!((till.look().await, till.state().await.examine_below), (0, None));
    }

    async fn older_mail_waits_for_what_is_held(db: TestDb) {
        let host = Host::start().await;
        let till = Till::with(&Arc::new(db), &host.url(), &QUICK).await;
        till.look().await;
        host.deliver(mail("a"));
        assert_eq!(till.look().await, 1);
        host.state().uid_validity = Some(8);
        for n in 0..51 {
            host.deliver(mail(&format!("n{n}")));
        }
        assert_eq!(till.look().await, 0);
        assert_eq!(till.state().await.held, Some(51));
        let asked = till.pollers[0].backfill(since("2095-01-01")).await;
        let why = asked.expect_err("one after the other").to_string();
        assert!(why.contains("--accept-renumbered"), "{why}");
        assert_eq!((till.look().await, till.state().await.held), (0, Some(51)));
        let mut tx = till.db.begin().await.expect("begins");
        pennypost::inbox::accept(&mut tx, &till.state().await.name).await.expect("accepts");
        tx.commit().await.expect("commits");
        assert_eq!(till.look().await, 51);
    }

    async fn a_short_span_that_is_asked_for_makes_nothing_old(db: TestDb) {
        let host = Host::start().await;
        let till = Till::with(&Arc::new(db), &host.url(), &QUICK).await;
        till.look().await;
        host.deliver(mail("a"));
        assert_eq!(till.look().await, 1);
        let counts_from = till.state().await.counts_from;
        till.pollers[0].backfill(since("2095-01-01")).await.expect("notes");
        assert_eq!(till.look().await, 0);
        assert_eq!(till.state().await.counts_from, counts_from);
        // Numbered anew: what came meanwhile counts as ever.
        {
            let mut state = host.state();
            state.uid_validity = Some(8);
            state.messages.insert(2, mail("b"));
            state.uid_next = Some(3);
        }
        assert_eq!(till.look().await, 1);
        assert_eq!(till.stored().await, ids(&["a", "b"]));
    }

    async fn another_mailbox_under_the_same_name_begins_anew(db: TestDb) {
        let (old, new) = (Host::start().await, Host::start().await);
        let db = Arc::new(db);
        let settings = [("POLLER_AFTER", "move"), QUICK[0], QUICK[1]];
        let till = Till::with(&db, &old.url(), &settings).await;
        till.look().await;
        for id in ["a", "b"] {
            old.deliver(mail(id));
        }
        for _ in 0..8 {
            old.once("UID MOVE", Turn::Says("{tag} NO [OVERQUOTA] full\r\n"));
        }
        assert_eq!(till.look().await, 2);
        assert_eq!(till.count("SELECT COUNT(*) FROM mailbox_tidying").await, 2);

        // The same account by another way is the same mailbox.
        let wire = Proxy::to(old.port).await;
        let url = old.url().replace(&old.port.to_string(), &wire.port.to_string());
        old.deliver(mail("c"));
        for _ in 0..8 {
            old.once("UID MOVE", Turn::Says("{tag} NO [OVERQUOTA] full\r\n"));
        }
        assert_eq!(Till::with(&db, &url, &settings).await.look().await, 1);
        assert_eq!(till.state().await.watermark, Some(3));

        for n in 0..9 {
            new.deliver(mail(&format!("theirs{n}")));
        }
        let url = new.url().replace("till%40", "other%40");
        let till = Till::with(&db, &url, &settings).await;
        assert_eq!(till.look().await, 0, "what lay there is left alone");
        assert_eq!(till.count("SELECT COUNT(*) FROM mailbox_tidying").await, 0);
        assert_eq!(new.asked("UID MOVE"), 0);
        new.deliver(mail("d"));
        assert_eq!(till.look().await, 1);
        assert_eq!(till.stored().await, ids(&["a", "b", "c", "d"]));
    }

    async fn new_mail_goes_before_older_mail(db: TestDb) {
        let host = Host::start().await;
        for n in 0..300 {
            host.deliver(mail(&format!("old{n}")));
        }
        let few = [("POLLER_BATCH_MESSAGES", "10")];
        let till = Till::with(&Arc::new(db), &host.url(), &few).await;
        assert_eq!(till.look().await, 0);
        till.pollers[0].backfill(since("2020-01-01")).await.expect("notes");
        let released = Arc::new(Notify::new());
        host.once("UID FETCH 101:110 (UID BODY.PEEK[])", Turn::Waits(Arc::clone(&released)));
        till.during(async {
            is_asked(&host, "UID FETCH 101:110 (UID BODY.PEEK[])").await;
            host.deliver(mail("new"));
            released.notify_one();
            till.has(301).await;
        })
        .await;
        let stored = till.stored().await;
        let place = stored.iter().position(|id| *id == ids(&["new"])[0]).expect("it is stored");
        assert!(place <= 130, "{place}");
    }
}

#[tokio::test]
async fn the_operator_is_heard_while_mail_never_ceases_to_come() {
    let server = dovecot::shared();
    let user = "busy@post.example";
    for n in 0..3 {
        server.deliver(user, &mail(&format!("o{n}")));
    }
    // Between two looks that are due there is time enough for everything here.
    let rare = [("POLLER_REPOLL_SECONDS", "60")];
    let till = Till::with(&Arc::new(TestDb::sqlite().await), &server.url(user), &rare).await;
    let old = "SELECT COUNT(*) FROM inbox WHERE message_id LIKE '<o%'";
    let story = async {
        till.until("SELECT COUNT(*) FROM mailboxes WHERE polled_at IS NOT NULL", 1).await;
        till.pollers[0].backfill(since("2020-01-01")).await.expect("notes");
        let heard = async {
            for n in 0..200 {
                server.deliver(user, &mail(&format!("n{n}")));
                tokio::time::sleep(Duration::from_millis(100)).await;
                if till.count(old).await == 3 {
                    return true;
                }
            }
            false
        };
        assert!(heard.await, "it is told after the last mail alone");
    };
    Box::pin(till.during(story)).await;
}

#[tokio::test]
async fn another_maildir_under_the_same_name_begins_anew() {
    let db = Arc::new(TestDb::sqlite().await);
    let folder = tempfile::tempdir().expect("a folder");
    let url = |name: &str| format!("maildir:{}", folder.path().join(name).display());
    let put = |name: &str, part: &str, id: &str| {
        std::fs::write(folder.path().join(name).join(part).join(id), mail(id)).expect("written");
    };
    let till = Till::with(&db, &url("one"), &[]).await;
    till.look().await;
    put("one", "new", "a");
    assert_eq!(till.look().await, 1);
    let other = Till::with(&db, &url("two"), &[]).await;
    drop(other);
    put("two", "cur", "theirs");
    // Registered as the first again, and then as the other once more.
    drop(Till::with(&db, &url("one"), &[]).await);
    let other = Till::with(&db, &url("two"), &[]).await;
    assert_eq!(other.look().await, 0, "what lay there read is left alone");
    put("two", "new", "b");
    assert_eq!(other.look().await, 1);
    assert_eq!(other.stored().await, ids(&["a", "b"]));
}
