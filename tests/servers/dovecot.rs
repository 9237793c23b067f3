//! The tests' own Dovecot.

use std::path::PathBuf;

use futures_util::TryStreamExt;
use pennypost::{
    config::{self, MailboxPlace},
    mail::wire::Dialer,
};
use tokio::io::AsyncReadExt;

use crate::support::{
    app,
    dovecot::{self, Dovecot},
};

/// A mail of nobody in particular.
const MAIL: &[u8] = b"Message-ID: <1@ada.example>\r\nSubject: hello\r\n\r\nhello\r\n";

#[tokio::test]
async fn what_is_delivered_is_there_for_its_reader_in_order() {
    let server = dovecot::shared();
    for n in 0..3 {
        server.deliver("order@post.example", format!("Subject: {n}\r\n\r\n").as_bytes());
    }
    let mut session = server.sign_in("order@post.example").await;
    let inbox = session.select("INBOX").await.expect("selects");
    assert_eq!((inbox.exists, inbox.uid_next), (3, Some(4)));
    let fetched = session.uid_fetch("1:*", "BODY.PEEK[]").await.expect("fetches");
    let fetched: Vec<_> = fetched.try_collect().await.expect("all of them");
    let bodies: Vec<_> = fetched.iter().filter_map(|fetch| fetch.body()).collect();
    assert_eq!(bodies, [b"Subject: 0\r\n\r\n", b"Subject: 1\r\n\r\n", b"Subject: 2\r\n\r\n"]);
}

#[tokio::test]
async fn its_mails_outlive_a_crash_and_get_new_numbers_on_request() {
    let server = Dovecot::start();
    server.deliver_copies("till@post.example", MAIL, 100);
    let mut session = server.sign_in("till@post.example").await;
    let before = session.select("INBOX").await.expect("selects");
    server.crash();
    assert!(session.noop().await.is_err(), "it is gone");
    server.start_again();
    let mut session = server.sign_in("till@post.example").await;
    let after = session.select("INBOX").await.expect("selects");
    assert_eq!((after.exists, after.uid_validity), (100, before.uid_validity));
    server.renumber("till@post.example");
    let mut session = server.sign_in("till@post.example").await;
    let renumbered = session.select("INBOX").await.expect("selects");
    assert_eq!(renumbered.exists, 100);
    assert_ne!(renumbered.uid_validity, before.uid_validity);
}

#[tokio::test]
async fn its_places_are_understood_and_its_certificate_is_vouched_for() {
    let server = dovecot::shared();
    let folder = tempfile::TempDir::new().expect("a folder");
    let dialer = Dialer::new(Some(&server.ca.file)).expect("a certificate authority");
    let user = "till@post.example";
    for url in [server.url(user), server.tls_url(user), server.starttls_url(user)] {
        let mut environment = app::environment(folder.path(), "sqlite:nowhere.db");
        environment.insert("MAILBOX_URL".to_owned(), url);
        let settings = config::load_from(None, &environment).expect("valid settings");
        let place = &settings.mailboxes[0].place;
        let MailboxPlace::Imap { server: at, folder } = place else { panic!("{place:?}") };
        assert_eq!(folder, "INBOX");
        let mut stream = dialer.connect(at).await.expect("connects");
        let mut greeting = [0; 5];
        stream.read_exact(&mut greeting).await.expect("a greeting");
        assert_eq!(&greeting, b"* OK ");
    }
    assert_eq!(server.files(user), [] as [PathBuf; 0]);
}
