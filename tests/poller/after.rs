//! What happens at the host to mail that is safe here: by sets, after the commit, until it is done.

use std::sync::Arc;

use super::{
    script::{Host, Turn},
    till::{Till, ids, mail},
};
use crate::support::{TestDb, dovecot};

const LEFT: &str = "SELECT COUNT(*) FROM mailbox_tidying";

/// What a user's INBOX holds of mails, with their flags: `a`, `b!` when it was seen.
fn inbox(user: &str) -> Vec<String> {
    let mut there = Vec::new();
    for path in dovecot::shared().files(user) {
        let text = std::fs::read_to_string(&path).expect("a mail");
        let id = text.split("Message-ID: <").nth(1).and_then(|rest| rest.split('@').next());
        let flags = path.to_string_lossy().rsplit(":2,").next().unwrap_or_default().to_owned();
        let seen = if flags.len() < 10 && flags.contains('S') { "!" } else { "" };
        there.push(format!("{}{seen}", id.unwrap_or_default()));
    }
    there.sort();
    there
}

#[tokio::test]
async fn stored_mail_is_left_flagged_moved_or_deleted_as_configured() {
    let server = dovecot::shared();
    for (after, left) in [
        ("leave", vec!["a", "b", "old"]),
        ("flag", vec!["a!", "b!", "old"]),
        ("move", vec!["old"]),
        ("delete", vec!["old"]),
    ] {
        let user = format!("after-{after}@post.example");
        server.deliver(&user, &mail("old"));
        let db = Arc::new(TestDb::sqlite().await);
        let settings = [("POLLER_AFTER", after), ("POLLER_AFTER_FOLDER", "Erledigt & gut/Häfen")];
        let till = Till::with(&db, &server.url(&user), &settings).await;
        till.look().await;
        server.deliver(&user, &mail("a"));
        server.deliver(&user, &mail("b"));
        assert_eq!(till.look().await, 2, "{after}");
        assert_eq!(inbox(&user), left, "{after}");
        assert_eq!(till.count(LEFT).await, 0, "{after}");
        if after == "move" {
            let mut session = server.sign_in(&user).await;
            let moved = session.select("Erledigt &- gut/H&AOQ-fen").await.expect("it was made");
            assert_eq!(moved.exists, 2);
        }
    }
}

#[tokio::test]
async fn what_was_not_tidied_is_tidied_later_whatever_was_done_to_it_meanwhile() {
    let host = Host::start().await;
    let db = Arc::new(TestDb::sqlite().await);
    let settings = [("POLLER_AFTER", "move"), ("POLLER_SILENCE_SECONDS", "1")];
    let till = Till::with(&db, &host.url(), &settings).await;
    till.look().await;
    for id in ["a", "b", "c"] {
        host.deliver(mail(id));
    }
    // Refused, and refused again once the folder was made.
    host.once("UID MOVE", Turn::Says("{tag} NO [TRYCREATE] there is none\r\n"));
    for _ in 0..7 {
        host.once("UID MOVE", Turn::Says("{tag} NO [OVERQUOTA] full\r\n"));
    }
    assert_eq!(till.look().await, 3, "the mail is taken all the same");
    assert_eq!((host.asked("CREATE \"Processed\""), till.count(LEFT).await), (4, 3));
    // The next process dies before it is answered, and a person deletes one of them.
    let dying = Till::with(&db, &host.url(), &settings).await;
    host.once("UID MOVE", Turn::IsMute);
    dying.fails().await;
    assert_eq!(till.count(LEFT).await, 3);
    host.state().messages.remove(&2);
    let next = Till::with(&db, &host.url(), &settings).await;
    assert_eq!(next.look().await, 0);
    assert_eq!((next.count(LEFT).await, host.state().messages.len()), (0, 0));
    assert_eq!(host.asked("UID MOVE 1:3 \"Processed\""), 4);
    // A new numbering: what the numbers meant is gone with them.
    host.once("UID MOVE", Turn::Says("{tag} NO full\r\n"));
    host.once("UID MOVE", Turn::Says("{tag} NO full\r\n"));
    host.deliver(mail("d"));
    assert_eq!(next.look().await, 1);
    host.state().uid_validity = Some(8);
    host.state().messages = [(1, mail("x")), (4, mail("y"))].into();
    assert_eq!(next.look().await, 2);
    assert_eq!(next.stored().await, ids(&["a", "b", "c", "d", "x", "y"]));
    assert_eq!(host.asked("UID MOVE 4 "), 2, "never again by the old number");
}

#[tokio::test]
async fn without_uidplus_nobody_elses_mail_is_expunged() {
    let host = Host::start().await;
    host.state().capabilities = "IMAP4rev1";
    let db = Arc::new(TestDb::sqlite().await);
    let till = Till::with(&db, &host.url(), &[("POLLER_AFTER", "move")]).await;
    till.look().await;
    host.deliver(mail("a"));
    assert_eq!(till.look().await, 1);
    assert_eq!(host.asked("UID COPY 1 \"Processed\""), 1);
    assert_eq!(host.asked("UID STORE 1 +FLAGS.SILENT (\\Deleted)"), 1);
    assert_eq!(host.asked("EXPUNGE"), 0);
    assert_eq!(till.count(LEFT).await, 0);
}

#[tokio::test]
async fn what_is_not_wholly_here_is_not_deleted_there() {
    let server = dovecot::shared();
    let user = "half@post.example";
    let db = Arc::new(TestDb::sqlite().await);
    let settings = [("POLLER_AFTER", "delete"), ("POLLER_MESSAGE_BYTES_MAX", "65536")];
    let till = Till::with(&db, &server.url(user), &settings).await;
    till.look().await;
    let mut big = mail("big");
    big.extend("x".repeat(100_000).into_bytes());
    server.deliver(user, &big);
    server.deliver(user, &mail("small"));
    assert_eq!(till.look().await, 2);
    assert_eq!(inbox(user), ["big"]);
}

#[tokio::test]
async fn a_message_that_its_host_refuses_to_move_holds_up_no_other() {
    let host = Host::start().await;
    let db = Arc::new(TestDb::sqlite().await);
    let till = Till::with(&db, &host.url(), &[("POLLER_AFTER", "move")]).await;
    till.look().await;
    for id in ["a", "b", "c"] {
        host.deliver(mail(id));
    }
    for command in ["UID MOVE 1:3 ", "UID MOVE 1:3 ", "UID MOVE 2 ", "UID MOVE 2 "] {
        host.once(command, Turn::Says("{tag} NO [CANNOT] not this one\r\n"));
    }
    assert_eq!(till.look().await, 3);
    assert_eq!(till.count(LEFT).await, 1);
    host.deliver(mail("d"));
    assert_eq!(till.look().await, 1);
    assert_eq!((till.count(LEFT).await, host.asked("UID MOVE 2 ")), (1, 2));
    // Another process, or this one later, tries again.
    let next = Till::with(&db, &host.url(), &[("POLLER_AFTER", "move")]).await;
    next.look().await;
    assert_eq!((next.count(LEFT).await, host.state().messages.len()), (0, 0));
}

both! {
    async fn what_somebody_else_marked_as_deleted_is_copied_before_it_goes(db: TestDb) {
        let host = Host::start().await;
        host.state().capabilities = "IMAP4rev1 UIDPLUS";
        let db = Arc::new(db);
        let settings = [("POLLER_AFTER", "move"), ("POLLER_SILENCE_SECONDS", "1")];
        let till = Till::with(&db, &host.url(), &settings).await;
        till.look().await;
        host.deliver(mail("a"));
        host.once("UID FETCH 1 (UID FLAGS)", Turn::Says(
            "* 1 FETCH (UID 1 FLAGS (\\Deleted))\r\n{tag} OK\r\n",
        ));
        // Copied, and then the connection ends: it is not copied again.
        host.once("UID STORE", Turn::HangsUp);
        till.fails().await;
        assert_eq!((host.asked("UID COPY 1 \"Processed\""), host.asked("EXPUNGE")), (1, 0));
        till.look().await;
        assert_eq!((host.asked("UID COPY"), host.asked("UID EXPUNGE 1")), (1, 1));
        assert_eq!(till.count(LEFT).await, 0);
    }
}
