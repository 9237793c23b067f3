//! The folder of what the host took for junk: read, counted, and left in silence but for a live token.

use std::path::Path;

use crate::support::{TestApp, app::SERVICE, dovecot};

both! {
    async fn out_of_the_junk_only_an_answer_of_ours_acts(db: TestDb) {
        let server = dovecot::shared();
        let user = if db.is_postgres() { "junk-p@post.example" } else { "junk-s@post.example" };
        server.maildir(user, "Junk");
        let app = TestApp::with(db, &[("MAILBOX_URL", &server.url(user))]).await;
        let ada = app.person("ada").await.with_balance("100.00 USD").await;
        app.person("ben").await;
        let domain = "ada.example";
        let genuine = |mail: &str| app.stamp().genuine(domain, mail);

        // A genuine request in the junk: nobody hears of it.
        let request = ada.mail(SERVICE, "", "send ben@ben.example $20", "");
        server.deliver_into(user, "Junk", &genuine(&request));
        app.settle().await;
        assert!(ada.reads().is_empty());
        let junk = "SELECT COUNT(*) FROM inbox WHERE class = 'junk' AND decision = 'silence'";
        assert_eq!(app.count(junk).await, 1);

        // Taken out by hand it is a mail like any other, once.
        let (there, here) = (server.maildir(user, "Junk"), server.maildir(user, "INBOX"));
        let taken = files(&there.join("new")).remove(0);
        std::fs::copy(there.join("new").join(&taken), here.join("new/taken-out.story")).expect("copied");
        app.settle().await;
        let [asked] = &ada.reads()[..] else { panic!("it is asked") };
        assert!(asked.subject.starts_with("Please confirm: $20.00"), "{}", asked.subject);
        server.deliver(user, &genuine(&ada.reply(asked, "CANCEL")));
        app.settle().await;
        assert!(ada.reads()[0].subject.starts_with("Cancelled"));

        // The same words where they belong, and then the YES in the junk: it carries a live token.
        let request = ada.mail(SERVICE, "", "send ben@ben.example $20", "");
        server.deliver(user, &genuine(&request));
        app.settle().await;
        let letters = ada.reads();
        let [letter] = &letters[..] else { panic!("{letters:?}") };
        server.deliver_into(user, "Junk", &genuine(&ada.reply(letter, "YES")));
        app.settle().await;
        assert_eq!(app.count("SELECT COUNT(*) FROM transfer_requests WHERE state = 'done'").await, 1);
        assert_eq!(app.count(junk).await, 1);
        // Somebody else who knows the id of her letter, as whoever it was forwarded to does, is no part of it.
        let named = ada.reply(letter, "help").replace("ada@ada.example", "ben@ben.example");
        server.deliver_into(user, "Junk", &app.stamp().genuine("ben.example", &named));
        app.settle().await;
        assert_eq!(app.count(junk).await, 2);
        // She herself is, also when she wants something else.
        server.deliver_into(user, "Junk", &genuine(&ada.reply(letter, "help")));
        app.settle().await;
        assert_eq!(app.count(junk).await, 2);
        // What lies there stays there, unseen.
        let seen = |part: &str| files(&server.maildir(user, "Junk").join(part));
        let names = [seen("new"), seen("cur")].concat();
        assert_eq!(names.len(), 4);
        assert!(names.iter().all(|name| !name.ends_with('S')), "{names:?}");
    }
}

fn files(folder: &Path) -> Vec<String> {
    let entries = std::fs::read_dir(folder).expect("a folder").flatten();
    entries.map(|entry| entry.file_name().to_string_lossy().into_owned()).collect()
}
