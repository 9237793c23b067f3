//! `pennypost poller`, run as an operator runs it.

use std::process::{Command, Output};

use pennypost::db::{Db, Options};
use tempfile::TempDir;

use super::till::mail;
use crate::support::{app, dovecot};

struct Desk {
    folder: TempDir,
    mailbox: String,
}

impl Desk {
    fn runs(&self, line: &str) -> (i32, String, String) {
        let url = format!("sqlite:{}", self.folder.path().join("till.db").display());
        let mut environment = app::environment(self.folder.path(), &url);
        environment.insert("MAILBOX_URL".to_owned(), self.mailbox.clone());
        let mut command = Command::new(env!("CARGO_BIN_EXE_pennypost"));
        command.current_dir(self.folder.path()).env_clear().envs(environment);
        let Output { status, stdout, stderr } =
            command.args(line.split_whitespace()).output().expect("the binary runs");
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("UTF-8");
        (status.code().expect("it ended by itself"), text(stdout), text(stderr))
    }
}

#[test]
fn older_mail_is_taken_only_when_its_number_was_confirmed() {
    let server = dovecot::shared();
    let user = "desk@post.example";
    for n in 0..3 {
        server.deliver(user, &mail(&format!("d{n}")));
    }
    let desk = Desk { folder: TempDir::new().expect("a folder"), mailbox: server.url(user) };
    assert_eq!(desk.runs("migrate").0, 0);
    let (code, said, _) = desk.runs("poller --once");
    assert_eq!((code, &*said), (0, "till@post.example: 0 new\n"));
    let (code, said, why) = desk.runs("poller --once --backfill 2020-01-01");
    assert_eq!(code, 2, "{why}");
    assert_eq!(said, "till@post.example: 3 mails since 2020-01-01T00:00:00Z\n");
    assert!(why.contains("3 mails would be taken: say --yes"), "{why}");
    let (code, said, why) = desk.runs("poller --once --backfill 2020-01-01 --yes");
    assert!(code == 0 && said.ends_with("till@post.example: 3 new\n"), "{said}{why}");
    assert_eq!(desk.runs("poller --once").1, "till@post.example: 0 new\n");
}

#[test]
fn a_database_that_fails_is_no_empty_mailbox() {
    let folder = TempDir::new().expect("a folder");
    let mailbox = format!("maildir:{}", folder.path().join("mailbox").display());
    let desk = Desk { folder, mailbox };
    assert_eq!(desk.runs("migrate").0, 0);
    assert_eq!(desk.runs("poller --once").0, 0);
    let url = format!("sqlite:{}", desk.folder.path().join("till.db").display());
    tokio::runtime::Runtime::new().expect("a runtime").block_on(async {
        let db = Db::open(&url, Options::default()).await.expect("opens");
        let mut tx = db.begin().await.expect("begins");
        pennypost::execute!(
            tx,
            "CREATE TRIGGER broken BEFORE UPDATE OF holder ON mailboxes \
             BEGIN SELECT RAISE(ABORT, 'disk on fire'); END"
        )
        .expect("breaks it");
        tx.commit().await.expect("commits");
        db.close().await;
    });
    let (code, said, why) = desk.runs("poller --once");
    assert_eq!((code, &*said), (1, ""), "{why}");
    assert!(why.contains("The database does not say who polls the mailbox"), "{why}");
}

#[test]
fn wrong_use_of_the_poller_ends_with_2() {
    let folder = TempDir::new().expect("a folder");
    let mailbox = format!("maildir:{}", folder.path().join("mailbox").display());
    let desk = Desk { folder, mailbox };
    assert_eq!(desk.runs("migrate").0, 0);
    for line in [
        "poller --once --yes",
        "poller --once --backfill yesterday",
        "poller --once --backfill 2026-01-31",
        "poller --accept-renumbered till@post.example",
        "poller --once --accept-renumbered till@post.example",
    ] {
        let (code, _, why) = desk.runs(line);
        assert_eq!(code, 2, "{line}: {why}");
        assert!(!why.is_empty(), "{line} says nothing");
    }
}
