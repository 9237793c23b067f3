//! Who may do what: forged, unproved, replayed and foreign mail.

use axum::http::{Method, StatusCode};

use crate::support::TestApp;

both! {
    async fn a_forged_mail_moves_nothing_and_is_told_once_a_day(db: TestDb) {
        let app = TestApp::on(db).await;
        let ada = app.person("ada").await.with_balance("100.00 USD").await;
        app.person("eve").await;
        for _ in 0..3 {
            let mail = ada.mail("till@post.example", "", "pay eve@eve.example $50", "");
            app.deliver(&app.stamp().forged("ada.example", &mail));
        }
        app.settle().await;
        let [notice] = &ada.reads()[..] else { panic!("one notice") };
        assert_eq!(notice.subject, "A mail in your name was not acted on");
        assert_eq!(app.count("SELECT COUNT(*) FROM transfer_requests").await, 0);
        assert_eq!(ada.balance().await, "100.00 USD");
    }

    async fn a_forged_yes_confirms_nothing(db: TestDb) {
        let app = TestApp::on(db).await;
        let ada = app.person("ada").await.with_balance("100.00 USD").await;
        let ben = app.person("ben").await;
        let asked = ada.writes("pay ben@ben.example $20").await.remove(0);
        app.deliver(&app.stamp().forged("ada.example", &ada.reply(&asked, "YES")));
        app.settle().await;
        assert_eq!(ben.balance().await, "0.00 USD");
        ada.replies(&asked, "YES").await;
        assert_eq!(ben.balance().await, "20.00 USD");
    }

    async fn somebody_elses_yes_confirms_nothing_and_is_told(db: TestDb) {
        let app = TestApp::on(db).await;
        let ada = app.person("ada").await.with_balance("100.00 USD").await;
        let eve = app.person("eve").await;
        let asked = ada.writes("pay eve@eve.example $20").await.remove(0);
        assert!(eve.replies(&asked, "YES").await.is_empty());
        assert_eq!(eve.balance().await, "0.00 USD");
        let [notice] = &ada.reads()[..] else { panic!("one notice") };
        assert_eq!(notice.subject, "A YES came from another address — nothing sent [T-101]");
    }

    async fn a_sender_with_spf_alone_confirms_by_link_only(db: TestDb) {
        let app = TestApp::on(db).await;
        let ada = app.person("ada").await.with_balance("100.00 USD").await;
        let ben = app.person("ben").await;
        let mail = ada.mail("till@post.example", "", "pay ben@ben.example $20", "");
        app.deliver(&app.stamp().spf_only("ada.example", &mail));
        app.settle().await;
        let [asked] = &ada.reads()[..] else { panic!("one letter asks") };
        assert!(!asked.says("reply YES"), "{}", asked.text);
        ada.replies(asked, "YES").await;
        assert_eq!(ben.balance().await, "0.00 USD");
        ada.clicks(&asked.link()).await;
        assert_eq!(ben.balance().await, "20.00 USD");
    }

    async fn a_yes_without_a_token_gets_the_link_again(db: TestDb) {
        let app = TestApp::on(db).await;
        let ada = app.person("ada").await.with_balance("100.00 USD").await;
        let ben = app.person("ben").await;
        ada.writes("pay ben@ben.example $20").await;
        let [again] = &ada.writes("YES T-101").await[..] else { panic!("one letter") };
        assert_eq!(ben.balance().await, "0.00 USD");
        assert!(!again.says("reply YES"), "{}", again.text);
        ada.clicks(&again.link()).await;
        assert_eq!(ben.balance().await, "20.00 USD");
    }

    async fn nobody_touches_somebody_elses_request(db: TestDb) {
        let app = TestApp::on(db).await;
        let ada = app.person("ada").await.with_balance("100.00 USD").await;
        let ben = app.person("ben").await;
        let eve = app.person("eve").await;
        let asked = ada.writes("pay ben@ben.example $20").await.remove(0);
        for words in ["cancel T-101", "status T-101", "YES T-101", "make it 90"] {
            let letters = eve.writes_with_subject("Re: Please confirm [T-101]", words).await;
            assert!(letters.iter().all(|l| !l.says("ben@ben.example")), "{words}: {letters:?}");
        }
        eve.replies(&asked, "CANCEL").await;
        ada.clicks(&asked.link()).await;
        assert_eq!((ben.balance().await, eve.balance().await), ("20.00 USD".into(), "0.00 USD".into()));
    }

    async fn a_mail_delivered_twice_acts_once(db: TestDb) {
        let app = TestApp::on(db).await;
        let ada = app.person("ada").await.with_balance("100.00 USD").await;
        app.person("ben").await;
        let mail = ada.mail("till@post.example", "", "pay ben@ben.example $20", "");
        let stamped = app.stamp().genuine("ada.example", &mail);
        app.deliver(&stamped);
        app.deliver(&stamped);
        app.settle().await;
        app.deliver(&stamped);
        app.settle().await;
        assert_eq!(ada.reads().len(), 1);
        assert_eq!(app.count("SELECT COUNT(*) FROM transfer_requests").await, 1);
        assert_eq!(app.count("SELECT COUNT(*) FROM inbox WHERE state = 'duplicate'").await, 2);
    }

    async fn a_believed_mail_that_comes_again_with_less_proof_is_no_new_one(db: TestDb) {
        let app = TestApp::on(db).await;
        let ada = app.person("ada").await.with_balance("100.00 USD").await;
        app.person("ben").await;
        let mail = ada.mail("till@post.example", "", "pay ben@ben.example $20", "");
        ada.sends(&mail).await;
        app.deliver(&app.stamp().spf_only("ada.example", &mail));
        app.deliver(&app.stamp().spf_only("ada.example", &mail.replace("$20", "$90")));
        app.settle().await;
        assert_eq!(app.count("SELECT COUNT(*) FROM transfer_requests").await, 1);
        assert_eq!(app.count("SELECT COUNT(*) FROM inbox WHERE state = 'duplicate'").await, 1);
    }

    async fn a_forger_cannot_use_up_the_answers_of_the_real_person(db: TestDb) {
        let app = TestApp::with(db, &[("LETTERS_ANSWERS_PER_HOUR", "3")]).await;
        let ada = app.person("ada").await.with_balance("100.00 USD").await;
        for _ in 0..6 {
            let mail = ada.mail("till@post.example", "", "freeze", "");
            app.deliver(&app.stamp().forged("ada.example", &mail));
        }
        app.settle().await;
        assert_eq!(ada.reads().len(), 3);
        let [balance] = &ada.writes("balance").await[..] else { panic!("an answer") };
        assert_eq!(balance.subject, "Your balance is $100.00");
    }

    async fn a_nul_in_the_words_holds_nobody_up(db: TestDb) {
        let app = TestApp::on(db).await;
        let ada = app.person("ada").await.with_balance("100.00 USD").await;
        app.person("ben").await;
        let mail = ada.mail("till@post.example", "", "cGF5IGJlbkBiZW4uZXhhbXBsZSAkMjAgZm9yIGx1bgBjaA==", "");
        let mail = mail.replace("charset=utf-8", "charset=utf-8\nContent-Transfer-Encoding: base64");
        ada.sends(&mail).await;
        assert_eq!(app.count("SELECT COUNT(*) FROM inbox WHERE state = 'received'").await, 0);
        let [asked] = &ada.writes("pay ben@ben.example $5").await[..] else { panic!("an answer") };
        assert!(asked.subject.starts_with("Please confirm: $5.00"), "{}", asked.subject);
    }

    async fn a_message_id_used_again_for_another_mail_is_not_believed(db: TestDb) {
        let app = TestApp::on(db).await;
        let ada = app.person("ada").await.with_balance("100.00 USD").await;
        app.person("ben").await;
        let mail = ada.mail("till@post.example", "", "pay ben@ben.example $20", "");
        ada.sends(&mail).await;
        ada.sends(&mail.replace("$20", "$90")).await;
        assert_eq!(app.count("SELECT COUNT(*) FROM transfer_requests").await, 1);
        assert_eq!(app.count("SELECT COUNT(*) FROM inbox WHERE assurance = 'A0'").await, 1);
    }

    async fn automatic_mail_is_never_answered(db: TestDb) {
        let app = TestApp::on(db).await;
        let ada = app.person("ada").await.with_balance("100.00 USD").await;
        app.person("ben").await;
        for automatic in ["Auto-Submitted: auto-replied\n", "List-Id: <l.ada.example>\n", "Precedence: bulk\n"] {
            let mail = ada.mail("till@post.example", "", "pay ben@ben.example $20", automatic);
            assert!(ada.sends(&mail).await.is_empty(), "{automatic}");
        }
        assert_eq!(app.count("SELECT COUNT(*) FROM transfer_requests").await, 0);
    }

    async fn a_post_from_elsewhere_or_without_the_pages_token_does_nothing(db: TestDb) {
        let app = TestApp::on(db).await;
        let ada = app.person("ada").await.with_balance("100.00 USD").await;
        let ben = app.person("ben").await;
        let link = ada.writes("pay ben@ben.example $20").await.remove(0).link();
        let csrf = ada.opens(&link).await.csrf().expect("a form");
        let foreign = [("origin", "https://evil.example"), ("sec-fetch-site", "cross-site")];
        let body = format!("csrf={csrf}");
        for (headers, body) in [(&foreign[..], &*body), (&[], "csrf=guess"), (&[], ""), (&[], "x=1")] {
            let page = ada.requests(Method::POST, &link, headers, body).await;
            assert_eq!(page.status, StatusCode::FORBIDDEN, "{headers:?} {body}");
        }
        let (start, end) = link.split_at(link.len() - 20);
        let other = if end.starts_with('A') { "B" } else { "A" };
        let changed = format!("{start}{other}{}", &end[1..]);
        assert_eq!(ada.requests(Method::POST, &changed, &[], &body).await.status, StatusCode::NOT_FOUND);
        assert_eq!(ben.balance().await, "0.00 USD");
    }

    async fn strangers_are_left_alone_unless_they_ask_for_something_clear(db: TestDb) {
        let app = TestApp::on(db).await;
        let zoe = app.stranger("zoe");
        assert!(zoe.writes("Hi Till, lovely weather. See you on Sunday!").await.is_empty());
        let [first] = &zoe.writes("pay ada@ada.example $20").await[..] else { panic!("one letter") };
        assert!(first.subject.contains("no account here yet"), "{}", first.subject);
        app.person("ada").await;
        let letters = zoe.writes("sign up").await;
        assert!(letters.iter().any(|l| l.subject.starts_with("Welcome to Till")), "{letters:?}");
        // The request that waited goes on, and says what it still lacks.
        assert!(letters.iter().any(|l| l.subject.contains("short")), "{letters:?}");
    }

    async fn what_is_asked_without_proof_waits_for_the_senders_link(db: TestDb) {
        let app = TestApp::on(db).await;
        let ada = app.person("ada").await.with_balance("100.00 USD").await;
        let mail = ada.mail("till@post.example", "", "balance", "");
        app.deliver(&app.stamp().spf_only("ada.example", &mail));
        app.settle().await;
        let [gate] = &ada.reads()[..] else { panic!("one letter") };
        assert!(!gate.says("100.00"), "{}", gate.text);
        ada.clicks(&gate.link()).await;
        let [balance] = &ada.reads()[..] else { panic!("the answer") };
        assert_eq!(balance.subject, "Your balance is $100.00");
    }
}
