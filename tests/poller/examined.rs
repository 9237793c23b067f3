//! A host that numbers its mail anew: nothing old is answered, nothing is doubled, nothing new is lost.

use async_imap::Session;
use tokio::net::TcpStream;

use super::till::{Till, ids, mail};
use crate::support::{app, dovecot};

/// An old date, and one that is later than any first connection.
const OLD: &str = "\"17-Jul-2020 02:44:25 +0000\"";
const LATER: &str = "\"17-Jul-2090 02:44:25 +0000\"";

/// A folder that its owner can make anew.
struct Folder {
    session: Session<TcpStream>,
}

impl Folder {
    async fn of(user: &str) -> Self {
        let mut session = dovecot::shared().sign_in(user).await;
        session.create("Till").await.expect("makes it");
        Self { session }
    }

    /// The same name under a new UIDVALIDITY, and empty.
    async fn renumber(&mut self) {
        self.session.delete("Till").await.expect("deletes it");
        self.session.create("Till").await.expect("makes it");
    }

    async fn put(&mut self, received: &str, bytes: Vec<u8>) {
        self.session.append("Till", None, Some(received), bytes).await.expect("appends");
    }
}

fn url(user: &str) -> String {
    dovecot::shared().url(user).replace("/INBOX", "/Till")
}

fn user(name: &str, postgres: bool) -> String {
    format!("{name}-{postgres}@post.example")
}

/// As another mail program writes it: without a Message-ID.
fn nameless(words: &str) -> Vec<u8> {
    format!("From: ada@ada.example\r\nSubject: {words}\r\n\r\n{words}\r\n").into_bytes()
}

both! {
    async fn after_a_new_numbering_only_what_is_new_is_taken(db: TestDb) {
        let user = user("anew", db.is_postgres());
        let mut folder = Folder::of(&user).await;
        for n in 0..20 {
            folder.put(OLD, mail(&format!("old{n}"))).await;
        }
        let till = Till::at(db, &url(&user)).await;
        assert_eq!(till.look().await, 0);
        folder.put(LATER, mail("a")).await;
        folder.put(LATER, nameless("b")).await;
        assert_eq!(till.look().await, 2);

        folder.renumber().await;
        for n in 0..20 {
            folder.put(OLD, mail(&format!("old{n}"))).await;
        }
        folder.put(LATER, mail("new")).await;
        folder.put(LATER, nameless("b")).await;
        folder.put(LATER, nameless("c")).await;
        folder.put(LATER, mail("a")).await;
        assert_eq!(till.look().await, 2, "{:?}", till.stored().await);
        assert_eq!(till.look().await, 0);
        let state = till.state().await;
        assert_eq!((state.watermark, state.examine_below, state.held), (Some(24), None, None));
        folder.put(LATER, mail("later")).await;
        assert_eq!(till.look().await, 1);
        let stored = till.stored().await;
        assert_eq!(stored.len(), 5, "{stored:?}");
        for id in ids(&["a", "new", "later"]) {
            assert_eq!(stored.iter().filter(|stored| **stored == id).count(), 1, "{stored:?}");
        }
    }

    async fn more_than_fifty_that_seem_new_wait_for_the_operator(db: TestDb) {
        let user = user("held", db.is_postgres());
        let mut folder = Folder::of(&user).await;
        let till = Till::at(db, &url(&user)).await;
        till.look().await;
        folder.put(LATER, mail("a")).await;
        assert_eq!(till.look().await, 1);
        folder.renumber().await;
        folder.put(LATER, mail("a")).await;
        for n in 0..51 {
            folder.put(LATER, mail(&format!("n{n}"))).await;
        }
        assert_eq!(till.look().await, 0);
        assert_eq!(till.state().await.held, Some(51));
        // What arrives after that is mail as ever.
        folder.put(LATER, mail("later")).await;
        assert_eq!(till.look().await, 1);
        assert_eq!(till.stored().await, ids(&["a", "later"]));
        assert_eq!(till.state().await.held, Some(51), "it goes on waiting");

        let mut tx = till.db.begin().await.expect("begins");
        assert!(pennypost::inbox::accept(&mut tx, app::SERVICE).await.expect("asks"));
        tx.commit().await.expect("commits");
        assert_eq!(till.look().await, 51);
        assert_eq!(till.look().await, 0);
        assert_eq!(till.stored().await.len(), 53);
        assert_eq!(till.state().await.held, None);
    }
}
