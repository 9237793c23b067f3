//! Maildirs as mailbox and as relay: what arrives is found once, and nothing is lost.

use std::{
    fs,
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
};

use pennypost::{
    clock::At,
    mail::mailbox::{AfterEffect, Arrived, Batch, Bounds, Content, Known, maildir::Maildir},
};
use tempfile::TempDir;

const NOW: At = At(1_748_946_600_000_000);
const BOUNDS: Bounds = Bounds { count: 100, total_bytes: 1 << 20, message_bytes: 1 << 16 };

/// A fresh mailbox, its folder, and nothing known yet.
async fn mailbox() -> (TempDir, Maildir, Known) {
    let folder = tempfile::tempdir().expect("a folder");
    let mailbox = Maildir::open(folder.path()).await;
    (folder, mailbox.expect("opens"), Known::default())
}

fn put(folder: &TempDir, name: &str, text: &str) -> PathBuf {
    let path = folder.path().join(name);
    fs::write(&path, text).expect("written");
    path
}

fn names(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).expect("listed");
    let mut names: Vec<_> = entries
        .map(|entry| entry.expect("entry").file_name().into_string().expect("text"))
        .collect();
    names.sort();
    names
}

fn keys(batch: &Batch) -> Vec<&str> {
    batch.arrived.iter().map(|arrived| arrived.key.as_str()).collect()
}

async fn unseen(mailbox: &Maildir, known: &Known, bounds: Bounds) -> Batch {
    mailbox.unseen(known, bounds).await.expect("read")
}

#[tokio::test]
async fn new_mail_is_found_in_new_and_in_cur() {
    let (folder, mailbox, known) = mailbox().await;
    put(&folder, "new/2.b.host", "B");
    put(&folder, "new/1.a.host", "A");
    put(&folder, "cur/3.c.host:2,S", "C");
    put(&folder, "cur/0.old.host:2,", "old");
    put(&folder, "new/.hidden", "x");
    put(&folder, "tmp/4.d.host", "unfinished");
    known.extend(["0.old.host"]);

    let batch = unseen(&mailbox, &known, BOUNDS).await;
    assert_eq!(keys(&batch), ["1.a.host", "2.b.host", "3.c.host"]);
    let whole = Content::Whole(b"A".to_vec());
    let first = Arrived { key: "1.a.host".to_owned(), size: 1, content: whole };
    assert_eq!(batch.arrived.first(), Some(&first));
    assert!(!batch.more);
    assert_eq!(names(&folder.path().join("new")), [".hidden", "1.a.host", "2.b.host"], "unchanged");
}

#[tokio::test]
async fn what_lay_there_before_is_named_without_being_read() {
    let (folder, mailbox, known) = mailbox().await;
    let unreadable = put(&folder, "cur/1.old.host:2,RS", "x");
    fs::set_permissions(&unreadable, fs::Permissions::from_mode(0o000)).expect("set");
    put(&folder, "cur/2.old.host", "no flags");
    put(&folder, "new/3.new.host", "new");
    let old = mailbox.existing().await.expect("listed");
    assert_eq!(old, ["1.old.host", "2.old.host"]);
    known.extend(old.iter().map(String::as_str));
    assert_eq!(keys(&unseen(&mailbox, &known, BOUNDS).await), ["3.new.host"]);
}

#[tokio::test]
async fn a_batch_is_bounded_by_count_and_by_bytes() {
    let (folder, mailbox, known) = mailbox().await;
    for number in 0..9 {
        put(&folder, &format!("new/{number}.host"), &"x".repeat(100));
    }
    let some = unseen(&mailbox, &known, Bounds { count: 4, ..BOUNDS }).await;
    assert_eq!((some.arrived.len(), some.more), (4, true));
    let some = unseen(&mailbox, &known, Bounds { total_bytes: 250, ..BOUNDS }).await;
    assert_eq!((some.arrived.len(), some.more), (2, true));
    let one = unseen(&mailbox, &known, Bounds { total_bytes: 10, ..BOUNDS }).await;
    assert_eq!((one.arrived.len(), one.more), (1, true), "a batch is never empty while mail waits");
    known.extend(["0.host", "1.host", "2"]);
    let rest = unseen(&mailbox, &known, BOUNDS).await;
    assert_eq!((rest.arrived.len(), rest.more), (7, false), "keys are whole names");
}

#[tokio::test]
async fn of_an_oversized_mail_only_the_header_is_read() {
    let (folder, mailbox, known) = mailbox().await;
    let header = "From: ada@lake.example\r\nSubject: big\r\n\r\n";
    put(&folder, "new/1.big", &format!("{header}{}", "x".repeat(100_000)));
    put(&folder, "new/2.small", "small");
    let bounds = Bounds { message_bytes: 99_999, total_bytes: 200_000, ..BOUNDS };
    let batch = unseen(&mailbox, &known, bounds).await;
    let [big, small] = batch.arrived.as_slice() else { panic!("{batch:?}") };
    assert_eq!(big.content, Content::HeaderOnly(header.as_bytes().to_vec()));
    assert_eq!(big.size, 100_000 + 40);
    assert_eq!(small.content, Content::Whole(b"small".to_vec()));
}

#[tokio::test]
async fn a_bad_message_does_not_hold_up_its_neighbours() {
    let (folder, mailbox, known) = mailbox().await;
    fs::create_dir(folder.path().join("new/1.bad")).expect("a folder where a file should be");
    put(&folder, "new/2.good", "good");
    let batch = unseen(&mailbox, &known, BOUNDS).await;
    assert_eq!(keys(&batch), ["1.bad", "2.good"]);
    let content = batch.arrived.first().map(|arrived| &arrived.content);
    assert!(matches!(content, Some(Content::Unreadable(_))), "{content:?}");
}

#[tokio::test]
async fn after_effects_change_the_mailbox_and_may_be_repeated() {
    let cases: [(AfterEffect, &[&str]); 3] = [
        (AfterEffect::Leave, &["cur/1.a:2,", "cur/2.b:2,FR"]),
        (AfterEffect::Flag, &["cur/1.a:2,S", "cur/2.b:2,FRS"]),
        (AfterEffect::Move("Done".to_owned()), &[".Done/cur/1.a:2,", ".Done/cur/2.b:2,FR"]),
    ];
    for (after, left) in cases {
        let (folder, mailbox, known) = mailbox().await;
        put(&folder, "new/1.a", "A");
        put(&folder, "cur/2.b:2,FR", "B");
        put(&folder, "new/3.c", "another mail");
        let keys = ["1.a".to_owned(), "2.b".to_owned(), "9.gone".to_owned()];
        known.extend(keys.iter().map(String::as_str));
        assert_eq!(unseen(&mailbox, &known, BOUNDS).await.unfinished, ["1.a"], "{after:?}");
        for _ in 0..2 {
            mailbox.taken(&keys, &after).await.expect("changed");
            for path in left {
                assert!(folder.path().join(path).is_file(), "{after:?}: {path}");
            }
            assert_eq!(names(&folder.path().join("new")), ["3.c"], "{after:?}");
        }
        assert_eq!(unseen(&mailbox, &known, BOUNDS).await.unfinished, [""; 0], "{after:?}");
    }
}

#[tokio::test]
async fn deleted_mail_is_gone_and_nothing_else() {
    let (folder, mailbox, _) = mailbox().await;
    put(&folder, "new/1.a", "A");
    put(&folder, "cur/2.b:2,S", "B");
    put(&folder, "cur/2.b.longer:2,S", "C");
    mailbox.taken(&["1.a".to_owned(), "2.b".to_owned()], &AfterEffect::Delete).await.expect("done");
    assert_eq!(names(&folder.path().join("new")), [""; 0]);
    assert_eq!(names(&folder.path().join("cur")), ["2.b.longer:2,S"]);
}

#[tokio::test]
async fn no_key_or_folder_leads_out_of_the_mailbox() {
    let (folder, mailbox, _) = mailbox().await;
    put(&folder, "precious", "x");
    for key in ["../precious", ".", "..", "", "a/b", "a:2,S"] {
        let keys = [key.to_owned()];
        assert!(mailbox.taken(&keys, &AfterEffect::Delete).await.is_err(), "{key}");
    }
    for name in ["", "../x", ".", "..", "a/b"] {
        let after = AfterEffect::Move(name.to_owned());
        assert!(mailbox.taken(&[], &after).await.is_err(), "{name}");
    }
    assert!(folder.path().join("precious").is_file());
}

#[tokio::test]
async fn a_file_is_no_mailbox() {
    let file = tempfile::NamedTempFile::new().expect("a file");
    let error = Maildir::open(file.path()).await.expect_err("a file is no Maildir");
    assert!(error.to_string().starts_with("Make the Maildir /"), "{error}");
}

#[tokio::test]
async fn many_deliveries_at_once_all_arrive() {
    let (folder, mailbox, known) = mailbox().await;
    let maildir = Maildir::open(folder.path()).await.expect("opens");
    let all = (0..200).map(|number| maildir.deliver(format!("{number}").into_bytes(), NOW));
    let delivered = futures_util::future::join_all(all).await;
    let mut made: Vec<_> = delivered.into_iter().map(|key| key.expect("delivered")).collect();
    made.sort();
    let batch = unseen(&mailbox, &known, Bounds { count: 1_000, ..BOUNDS }).await;
    assert_eq!(keys(&batch), made);
    assert_eq!(names(&folder.path().join("tmp")), [""; 0]);
    assert!(made.iter().all(|key| key.starts_with("1748946600.")));
}
