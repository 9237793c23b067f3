//! Maildirs as relay.

use std::{fs, path::Path};

use pennypost::mail::relay::{Begun, Lane, SendError};

use super::{LETTER, NOW, address, relay_at, send};

fn names(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).expect("listed").map(|entry| entry.expect("entry"));
    let mut names: Vec<_> =
        entries.map(|entry| entry.file_name().into_string().expect("text")).collect();
    names.sort();
    names
}

#[tokio::test]
async fn the_relay_puts_a_letter_into_its_recipients_maildir_once() {
    let folder = tempfile::tempdir().expect("a folder");
    let relay = relay_at(&format!("maildir:{}", folder.path().display()), None);
    for to in ["ada@lake.example", "/x/y@lake.example", "ada@lake.example"] {
        relay
            .send((LETTER, &Begun::default()), &address(to), Lane::Service, NOW)
            .await
            .expect("sent");
    }
    assert_eq!(names(folder.path()), ["%2fx%2fy@lake.example", "ada@lake.example"]);
    for recipient in names(folder.path()) {
        let fresh = folder.path().join(recipient).join("new");
        let [name] = <[String; 1]>::try_from(names(&fresh)).expect("one letter");
        assert_eq!(fs::read(fresh.join(name)).expect("read"), LETTER);
    }
}

#[tokio::test]
async fn a_relay_that_cannot_write_asks_to_be_tried_again() {
    let file = tempfile::NamedTempFile::new().expect("a file");
    let relay = relay_at(&format!("maildir:{}", file.path().display()), None);
    let sent = send(&relay, LETTER).await;
    let Err(SendError::Unwell { why, .. }) = sent else { panic!("{sent:?}") };
    assert!(!why.contains('@'), "{why}");
}
