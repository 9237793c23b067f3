//! What leaves: headers, threads, links, and what the two parts say.

use pennypost::{mail::message_id, tokens};

use crate::support::{TestApp, app::PUBLIC_URL};

both! {
    async fn letters_carry_the_headers_of_automatic_mail_and_their_thread(db: TestDb) {
        let app = TestApp::on(db).await;
        let ada = app.person("ada").await.with_balance("100.00 USD").await;
        let ben = app.person("ben").await;
        let asked = ada.writes("pay ben@ben.example $20").await.remove(0);
        assert_eq!(asked.header("Auto-Submitted"), Some("auto-replied"));
        assert_eq!(asked.header("X-Auto-Response-Suppress"), Some("All"));
        assert_eq!(asked.header("Bcc"), None);
        assert_eq!(asked.header("List-Unsubscribe"), None);
        let settings = &app.process.cx.settings;
        let key = settings.keys.signing("message-id");
        let id = format!("<{}>", asked.message_id);
        assert!(message_id::verify(&key, &id, "post.example").is_some(), "{id}");
        let reply_to = asked.reply_to.as_deref().expect("a thread address");
        assert!(reply_to.starts_with("till+c.") && reply_to.ends_with("@post.example"), "{reply_to}");

        ada.clicks(&asked.link()).await;
        let sent = ada.reads().remove(0);
        let references = sent.header("References").expect("a thread");
        assert!(references.contains(&asked.message_id), "{references}");
        assert!(ben.reads()[0].reply_to.as_deref().is_some_and(|to| to.starts_with("till+t.t-101.")));
    }

    async fn a_link_says_both_addresses_and_the_amount_to_the_operator_alone(db: TestDb) {
        let app = TestApp::on(db).await;
        let ada = app.person("ada").await.with_balance("100.00 USD").await;
        app.person("ben").await;
        let link = ada.writes("pay ben@ben.example $20").await.remove(0).link();
        let token = link.strip_prefix(&format!("{PUBLIC_URL}/c/")).expect("our own link");
        let (claims, _) = tokens::open_link(&app.process.cx.settings.keys, token).expect("opens");
        assert_eq!(claims.from.as_str(), "ada@ada.example");
        assert_eq!(claims.to.expect("a payee").as_str(), "ben@ben.example");
        assert_eq!(claims.amount.expect("an amount").with_code(), "20.00 USD");
        assert!(!link.contains("ada.example") && !link.contains("ben.example"), "{link}");
        assert!(!link.contains('@') && !link.contains("%40"), "{link}");
    }

    async fn no_secret_of_a_letter_is_stored(db: TestDb) {
        let app = TestApp::on(db).await;
        let ada = app.person("ada").await.with_balance("100.00 USD").await;
        app.person("ben").await;
        let asked = ada.writes("pay ben@ben.example $20").await.remove(0);
        let token = asked.reply_to.as_deref().and_then(|to| to.split(['.', '@']).nth(1));
        let token = token.expect("a reply token").to_owned();
        assert_eq!(token.len(), 26);
        let mut tx = app.process.cx.db.snapshot().await.expect("begins");
        for sql in [
            "SELECT COUNT(*) FROM letters WHERE context LIKE $1 OR message_id LIKE $1",
            "SELECT COUNT(*) FROM confirmations WHERE args LIKE $1 OR link_hash LIKE $1 OR reply_hash LIKE $1",
            "SELECT COUNT(*) FROM jobs WHERE args LIKE $1",
        ] {
            let (found,) =
                pennypost::fetch!(fetch_one, tx, (i64,), sql, format!("%{token}%")).expect("counts");
            assert_eq!(found, 0, "{sql}");
        }
    }

    async fn both_parts_of_a_letter_say_the_same(db: TestDb) {
        let app = TestApp::on(db).await;
        let ada = app.person("ada").await.with_balance("100.00 USD").await;
        app.person("ben").await;
        let asked = ada.writes("pay ben@ben.example $20 for <b>lunch</b> & tea").await.remove(0);
        for said in ["20.00 USD", "twenty US dollars", "ben@ben.example", "T-101"] {
            assert!(asked.says(said) && asked.html.contains(said), "{said}");
        }
        assert!(!asked.html.contains("<b>lunch"), "other people's words are never markup");
        assert!(asked.html.len() < 60_000);
    }

    async fn an_exact_recipient_replaces_the_wrong_one(db: TestDb) {
        let app = TestApp::on(db).await;
        let ada = app.person("ada").await.with_balance("100.00 USD").await;
        let ben = app.person("ben").await;
        app.person("bob").await;
        let first = ada.writes("pay bob@bob.example $20").await.remove(0);
        let second = ada.replies(&first, "It's ben@ben.example, not bob@").await.remove(0);
        assert_eq!(second.subject, "Please confirm: $20.00 to ben@ben.example [T-101]");
        ada.clicks(&second.link()).await;
        assert_eq!(ben.balance().await, "20.00 USD");
    }
}
