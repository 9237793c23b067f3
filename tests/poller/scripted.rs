//! Against a host that plays a script: what real ones do rarely, and what must never come of it.

use std::{sync::Arc, time::Duration};

use tokio::sync::Notify;

use super::{
    script::{Host, Turn},
    till::{Till, ids, mail},
};
use crate::support::TestDb;

/// Waits of a second instead of half a minute.
const QUICK: [(&str, &str); 2] = [("POLLER_REPOLL_SECONDS", "1"), ("POLLER_SILENCE_SECONDS", "1")];

async fn till(host: &Host) -> Till {
    Till::with(&Arc::new(TestDb::sqlite().await), &host.url(), &QUICK).await
}

#[tokio::test]
async fn a_missing_uidnext_is_asked_for() {
    for told in [Some(3), None] {
        let host = Host::start().await;
        host.deliver(mail("old"));
        host.deliver(mail("older"));
        host.state().uid_next = None;
        host.state().status_uid_next = told;
        let till = till(&host).await;
        assert_eq!(till.look().await, 0, "{told:?}");
        assert_eq!(till.state().await.watermark, Some(2), "{told:?}");
        // From here on `3:*` names message 2, which is no new one.
        assert_eq!(till.look().await, 0, "{told:?}");
        host.deliver(mail("new"));
        host.state().status_uid_next = told.map(|next| next + 1);
        assert_eq!(till.look().await, 1, "{told:?}");
        assert_eq!(till.stored().await, ids(&["new"]), "{told:?}");
    }
}

#[tokio::test]
async fn a_uidnext_that_goes_back_is_a_new_numbering() {
    let host = Host::start().await;
    let till = till(&host).await;
    till.look().await;
    for id in ["a", "b", "c"] {
        host.deliver(mail(id));
    }
    assert_eq!(till.look().await, 3);
    // Restored from a backup: a is there, b and c are gone, and what is new bears a number of theirs.
    {
        let mut state = host.state();
        state.messages.remove(&3);
        state.messages.insert(2, mail("fresh"));
        state.uid_next = Some(3);
    }
    assert_eq!(till.look().await, 1);
    assert_eq!(till.stored().await, ids(&["a", "b", "c", "fresh"]));
    host.deliver(mail("later"));
    assert_eq!(till.look().await, 1);
    assert_eq!(till.look().await, 0);
    assert_eq!(till.state().await.epoch, 1);
}

#[tokio::test]
async fn without_uidvalidity_nothing_is_taken_twice_and_nothing_is_missed() {
    let host = Host::start().await;
    host.state().uid_validity = None;
    let till = till(&host).await;
    till.look().await;
    host.deliver(mail("a"));
    assert_eq!(till.look().await, 1);
    // The same numbers mean something else the next day.
    host.state().messages = [(1, mail("b")), (2, mail("a"))].into();
    host.state().uid_next = Some(3);
    assert_eq!(till.look().await, 1);
    assert_eq!(till.look().await, 0);
    assert_eq!(till.stored().await, ids(&["a", "b"]));
}

#[tokio::test]
async fn without_uidvalidity_a_folder_that_is_as_it_was_is_not_looked_through_again() {
    let host = Host::start().await;
    host.state().uid_validity = None;
    let till = till(&host).await;
    till.look().await;
    for id in ["a", "b", "c"] {
        host.deliver(mail(id));
    }
    assert_eq!(till.look().await, 3);
    let epoch = till.state().await.epoch;
    for id in ["d", "e"] {
        host.deliver(mail(id));
        assert_eq!(till.look().await, 1);
    }
    assert_eq!(till.state().await.epoch, epoch);
    assert_eq!(till.stored().await, ids(&["a", "b", "c", "d", "e"]));
}

#[tokio::test]
async fn a_host_that_asks_to_be_left_alone_is_left_alone() {
    let host = Host::start().await;
    for _ in 0..9 {
        host.once("CAPABILITY", Turn::Says("* BYE [ALERT] Too many simultaneous connections\r\n"));
    }
    let till = till(&host).await;
    till.during(async {
        let failing = "SELECT COUNT(*) FROM mailboxes WHERE failure LIKE '%simultaneous%'";
        till.until(failing, 1).await;
        // Other failures are tried again within this time more than once.
        tokio::time::sleep(Duration::from_secs(4)).await;
    })
    .await;
    assert_eq!(host.asked("CAPABILITY"), 1);
}

#[tokio::test]
async fn a_host_that_is_asked_for_too_much_has_no_bad_messages() {
    let host = Host::start().await;
    let till = till(&host).await;
    till.look().await;
    host.deliver(mail("a"));
    for said in ["{tag} NO [THROTTLED] later\r\n", "{tag} BAD Request is throttled.\r\n"] {
        host.once("UID FETCH 1 (UID BODY.PEEK[])", Turn::Says(said));
        let failed = till.fails().await;
        assert!(failed.contains("FETCH was refused"), "{failed}");
    }
    assert_eq!(host.asked("BODY.PEEK[HEADER]"), 0);
    assert_eq!(till.look().await, 1);
    assert_eq!(till.count("SELECT COUNT(*) FROM inbox WHERE header_only").await, 0);
}

#[tokio::test]
async fn an_idle_that_announces_nothing_is_not_believed() {
    let host = Host::start().await;
    let till = till(&host).await;
    till.during(async {
        till.until("SELECT COUNT(*) FROM mailboxes WHERE polled_at IS NOT NULL", 1).await;
        for n in 1..=2 {
            host.deliver(mail(&format!("m{n}")));
            till.has(n).await;
        }
    })
    .await;
    assert!(host.asked("IDLE") >= 2);
}

#[tokio::test]
async fn a_host_without_idle_is_asked_every_few_seconds() {
    let host = Host::start().await;
    host.state().capabilities = "IMAP4rev1";
    let till = till(&host).await;
    till.during(async {
        till.until("SELECT COUNT(*) FROM mailboxes WHERE polled_at IS NOT NULL", 1).await;
        host.deliver(mail("a"));
        till.has(1).await;
    })
    .await;
    assert_eq!(host.asked("IDLE"), 0);
}

#[tokio::test]
async fn a_host_that_falls_silent_or_hangs_up_costs_no_mail() {
    for turn in [Turn::StopsHalfway, Turn::IsMute, Turn::HangsUp, Turn::Says("* BYE tired\r\n")] {
        let host = Host::start().await;
        let till = till(&host).await;
        till.look().await;
        for id in ["a", "b", "c"] {
            host.deliver(mail(id));
        }
        host.once("UID FETCH 1:3 (UID BODY.PEEK[])", turn);
        till.fails().await;
        assert_eq!(till.state().await.watermark, Some(0));
        assert_eq!(till.stored().await, ids(&[]));
        assert_eq!(till.look().await, 3);
        assert_eq!(till.stored().await, ids(&["a", "b", "c"]));
        assert!(host.asked("UID FETCH 2 (UID BODY.PEEK[])") > 0, "each by itself");
    }
}

#[tokio::test]
async fn every_wait_before_the_sign_in_is_bounded() {
    for (greeting, said) in [
        ("", "says nothing any more"),
        ("* OK he", "says nothing any more"),
        ("* BYE too many\r\n", "closes the connection: too many"),
        ("* PREAUTH you\r\n", "not IMAP"),
        ("HTTP/1.1 400 Bad Request\r\n", "not IMAP"),
    ] {
        let host = Host::start().await;
        host.state().greeting = greeting;
        let till = till(&host).await;
        let failed = tokio::time::timeout(Duration::from_secs(10), till.fails()).await;
        let failed = failed.expect("it is bounded");
        assert!(failed.contains(said), "{greeting:?}: {failed}");
    }
    for command in ["CAPABILITY", "LOGIN"] {
        let host = Host::start().await;
        host.once(command, Turn::Babbles);
        let failed = tokio::time::timeout(Duration::from_secs(10), async {
            till(&host).await.fails().await
        });
        let failed = failed.await.expect("also where the host talks all the time");
        assert!(failed.contains("takes too long"), "{command}: {failed}");
    }
    for command in ["CAPABILITY", "LOGIN", "EXAMINE", "UID FETCH"] {
        let host = Host::start().await;
        host.deliver(mail("old"));
        host.once(command, Turn::IsMute);
        let failed = till(&host).await.fails().await;
        assert!(failed.contains("says nothing any more"), "{command}: {failed}");
        assert!(!failed.contains("opensesame"), "{failed}");
    }
}

#[tokio::test]
async fn nothing_that_was_said_in_clear_survives_starttls() {
    let host = Host::start().await;
    let url = format!("{}?tls=starttls", host.url());
    let db = Arc::new(TestDb::sqlite().await);
    let till = Till::with(&db, &url, &QUICK).await;
    let failed = till.fails().await;
    assert!(failed.contains("offers no STARTTLS"), "{failed}");

    host.state().capabilities = "IMAP4rev1 STARTTLS LOGINDISABLED";
    let injected = "{tag} OK begin\r\n* CAPABILITY IMAP4rev1\r\nA0001 OK signed in\r\n";
    host.once("STARTTLS", Turn::Says(injected));
    let failed = till.fails().await;
    assert!(failed.contains("TLS with 127.0.0.1"), "{failed}");
    host.once("STARTTLS", Turn::Says("{tag} NO not today\r\n"));
    let failed = till.fails().await;
    assert!(failed.contains("offers no STARTTLS"), "{failed}");
    assert_eq!((host.asked("LOGIN"), host.asked("AUTHENTICATE")), (0, 0));
}

#[tokio::test]
async fn a_host_that_lets_nobody_sign_in_is_told_apart() {
    let host = Host::start().await;
    host.state().capabilities = "IMAP4rev1 LOGINDISABLED";
    let failed = till(&host).await.fails().await;
    assert!(failed.contains("LOGINDISABLED"), "{failed}");
    assert_eq!(host.asked("LOGIN \""), 0);
    // One that repeats the password is not repeated.
    host.state().capabilities = "IMAP4rev1";
    host.once("LOGIN", Turn::Says("{tag} NO [ALERT] opensesame is wrong\r\n"));
    let failed = till(&host).await.fails().await;
    assert!(failed.contains("refused the sign-in") && !failed.contains("sesame"), "{failed}");
}

#[tokio::test]
async fn a_message_that_cannot_be_given_holds_up_nobody() {
    let host = Host::start().await;
    let till = till(&host).await;
    till.look().await;
    for id in ["a", "bad", "worse", "d"] {
        host.deliver(mail(id));
    }
    let no = || Turn::Says("{tag} NO [SERVERBUG] no\r\n");
    host.once("UID FETCH 1:4 (UID BODY.PEEK[])", no());
    host.once("UID FETCH 2 (UID BODY.PEEK[])", no());
    host.once("UID FETCH 3 (UID BODY.PEEK[])", no());
    host.once("UID FETCH 3 (UID BODY.PEEK[HEADER])", no());
    assert_eq!(till.look().await, 4);
    let states = "SELECT COUNT(*) FROM inbox WHERE state = 'received' AND NOT header_only";
    assert_eq!(till.count(states).await, 2);
    let header = "SELECT COUNT(*) FROM inbox WHERE state = 'received' AND header_only";
    assert_eq!(till.count(header).await, 0, "a header is not the mail");
    assert_eq!(till.count("SELECT COUNT(*) FROM inbox WHERE state = 'quarantined'").await, 2);
    assert_eq!(till.count("SELECT COUNT(*) FROM jobs WHERE kind = 'mail.classify'").await, 2);
    assert_eq!(till.state().await.watermark, Some(4));
    assert_eq!(till.look().await, 0);
}

#[tokio::test]
async fn a_message_that_cannot_be_listed_is_read_all_the_same() {
    let host = Host::start().await;
    let till = till(&host).await;
    till.look().await;
    for id in ["a", "bad", "c"] {
        host.deliver(mail(id));
    }
    let no = || Turn::Says("{tag} NO [SERVERBUG] no\r\n");
    host.once("UID FETCH 1:3 (UID RFC822.SIZE", no());
    host.once("UID FETCH 2:2 (UID RFC822.SIZE", no());
    assert_eq!(till.look().await, 3);
    let whole = "SELECT COUNT(*) FROM inbox WHERE state = 'received' AND NOT header_only";
    assert_eq!(till.count(whole).await, 3);
}

#[tokio::test]
async fn a_host_that_gives_nothing_at_all_is_no_bad_message() {
    let host = Host::start().await;
    let till = till(&host).await;
    till.look().await;
    host.deliver(mail("a"));
    host.deliver(mail("b"));
    for command in ["UID FETCH 1:2 (UID BODY", "UID FETCH 1 (UID BODY", "UID FETCH 2 (UID BODY"] {
        for _ in 0..2 {
            host.once(command, Turn::Says("{tag} NO [UNAVAILABLE] later\r\n"));
        }
    }
    let failed = till.fails().await;
    assert!(failed.contains("gives nothing of message"), "{failed}");
    assert_eq!(till.stored().await, ids(&[]));
    host.state().turns.clear();
    assert_eq!(till.look().await, 2);
    assert_eq!(till.count("SELECT COUNT(*) FROM inbox WHERE header_only").await, 0);
}

#[tokio::test]
async fn a_message_that_is_gone_before_it_is_read_is_no_loss() {
    let host = Host::start().await;
    let till = till(&host).await;
    till.look().await;
    for id in ["a", "b"] {
        host.deliver(mail(id));
    }
    host.once("UID FETCH 1:2 (UID BODY.PEEK[])", Turn::Says("{tag} OK they are gone\r\n"));
    host.state().messages.remove(&1);
    host.once("UID FETCH 2 (UID BODY.PEEK[])", Turn::HangsUp);
    till.fails().await;
    assert_eq!(till.look().await, 1);
    assert_eq!(till.stored().await, ids(&["b"]));
    assert_eq!(till.state().await.watermark, Some(2));
}

both! {
    async fn who_lost_the_lease_without_noticing_stores_nothing(db: TestDb) {
        let host = Host::start().await;
        let db = Arc::new(db);
        let till = Till::with(&db, &host.url(), &[]).await;
        till.look().await;
        host.deliver(mail("a"));
        let released = Arc::new(Notify::new());
        host.once("UID FETCH 1 (UID BODY.PEEK[])", Turn::Waits(Arc::clone(&released)));
        let looked = async { till.pollers[0].poll_once().await };
        let taken_over = async {
            while host.asked("UID FETCH 1 (UID BODY.PEEK[])") == 0 {
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
            // Somebody else has taken it over meanwhile.
            till.change("UPDATE mailboxes SET fence = fence + 1, holder = 'another'").await;
            released.notify_one();
        };
        let (looked, ()) = tokio::join!(looked, taken_over);
        let error = looked.expect_err("it is cut off").to_string();
        assert!(error.contains("another process polls"), "{error}");
        assert_eq!(till.stored().await, ids(&[]));
        let state = till.state().await;
        assert_eq!((state.watermark, state.holder.as_deref()), (Some(0), Some("another")));
        till.change("UPDATE mailboxes SET holder = NULL").await;
        assert_eq!(till.look().await, 1);
    }

    async fn the_watermark_never_passes_what_is_not_stored(db: TestDb) {
        let host = Host::start().await;
        let db = Arc::new(db);
        let till = Till::with(&db, &host.url(), &[("POLLER_BATCH_MESSAGES", "2")]).await;
        till.look().await;
        for id in ["a", "b", "c", "d", "e"] {
            host.deliver(mail(id));
        }
        // The second batch is refused by the database.
        till.change("CREATE UNIQUE INDEX refusing ON inbox (size_bytes) WHERE message_id LIKE '<d%'")
            .await;
        host.once("UID FETCH 3:4 (UID BODY.PEEK[])", Turn::Says(
            "* 3 FETCH (UID 3 BODY[] {21}\r\nMessage-ID: <d@x>\r\n\r\n)\r\n\
             * 4 FETCH (UID 4 BODY[] {21}\r\nMessage-ID: <d@x>\r\n\r\n)\r\n{tag} OK\r\n",
        ));
        till.fails().await;
        assert_eq!(till.stored().await, ids(&["a", "b"]));
        assert_eq!(till.state().await.watermark, Some(2), "exactly what is stored");
        till.change("DROP INDEX refusing").await;
        assert_eq!(till.look().await, 3);
        assert_eq!(till.stored().await, ids(&["a", "b", "c", "d", "e"]));
    }
}
