//! A person's account: opening it, looking into it, stopping it.

use pennypost::money::Currency;

use crate::support::{TestApp, app::SERVICE};

both! {
    async fn signing_up_twice_opens_one_account(db: TestDb) {
        let app = TestApp::on(db).await;
        let ada = app.stranger("ada");
        let [welcome] = &ada.writes("sign up").await[..] else { panic!("one letter") };
        assert_eq!(welcome.subject, "Welcome to Till: your account is open");
        assert!(welcome.in_reply_to.as_deref().is_some_and(|id| id.ends_with("@ada.example")));
        let [again] = &ada.writes("I want to sign up").await[..] else { panic!("one letter") };
        assert!(again.subject.contains("already"), "{}", again.subject);
        assert_eq!(app.count("SELECT COUNT(*) FROM people").await, 1);
    }

    async fn the_balance_goes_to_its_owner_alone(db: TestDb) {
        let app = TestApp::on(db).await;
        let ada = app.person("ada").await.with_balance("12.30 USD").await;
        let [letter] = &ada.writes_with_subject("What's my balance?", "").await[..] else {
            panic!("one letter");
        };
        assert_eq!(letter.subject, "Your balance is $12.30");
        let zoe = app.stranger("zoe");
        let [help] = &zoe.writes_with_subject("What's my balance?", "").await[..] else {
            panic!("one letter");
        };
        assert!(help.says("no account here yet"), "{}", help.text);
        assert!(!help.says("12.30"));
    }

    async fn a_frozen_account_pays_nobody_and_still_receives(db: TestDb) {
        let app = TestApp::on(db).await;
        let ada = app.person("ada").await.with_balance("50.00 USD").await;
        let ben = app.person("ben").await.with_balance("50.00 USD").await;
        let asked = ada.writes("pay ben@ben.example $20").await.remove(0);
        let [frozen] = &ada.writes("freeze my account").await[..] else { panic!("one letter") };
        assert_eq!(frozen.subject, "Your account is frozen: no money can leave it");
        let page = ada.clicks(&asked.link()).await;
        assert!(page.body.contains("Not sent") && page.body.contains("frozen"), "{}", page.body);
        let asked = ben.writes("pay ada@ada.example $5").await.remove(0);
        ben.clicks(&asked.link()).await;
        assert_eq!((ada.balance().await, ben.balance().await), ("55.00 USD".into(), "45.00 USD".into()));
        app.is_sound().await;
    }

    async fn receiving_another_currency_opens_its_account(db: TestDb) {
        let app = TestApp::on(db).await;
        let euro = Currency::parse("EUR").expect("ISO 4217");
        let ada = app.person_in("ada", euro).await.with_balance("50.00 EUR").await;
        let ben = app.person("ben").await;
        let asked = ada.writes("pay ben@ben.example 20 €").await.remove(0);
        assert!(asked.subject.starts_with("Please confirm: €20.00"), "{}", asked.subject);
        ada.clicks(&asked.link()).await;
        ada.reads();
        let held = app.balance(&ben.address(), euro).await.expect("it was opened");
        assert_eq!(held.with_code(), "20.00 EUR");
        let [problem] = &ada.writes("pay ben@ben.example 20 USD").await[..] else { panic!("a letter") };
        assert!(problem.says("You have no account in that currency"), "{}", problem.text);
    }

    async fn whoever_holds_two_currencies_spends_both(db: TestDb) {
        let app = TestApp::on(db).await;
        let yen = Currency::parse("JPY").expect("ISO 4217");
        app.person("ada").await.with_balance("5.00 USD").await;
        let ada = app.person_in("ada", yen).await.with_balance("5000 JPY").await;
        app.person("ben").await;
        for (words, asked) in [("3000 yen", "¥3,000"), ("$4", "$4.00")] {
            let letters = ada.writes(&format!("pay ben@ben.example {words}")).await;
            let subject = format!("Please confirm: {asked} to ben@ben.example");
            assert!(letters[0].subject.starts_with(&subject), "{}", letters[0].subject);
        }
    }

    async fn a_freeze_is_of_the_person_and_not_of_one_currency(db: TestDb) {
        let app = TestApp::on(db).await;
        let euro = Currency::parse("EUR").expect("ISO 4217");
        let ada = app.person("ada").await.with_balance("50.00 USD").await;
        app.person("ben").await;
        ada.writes("freeze my account").await;
        app.person_in("ada", euro).await.with_balance("50.00 EUR").await;
        let [problem] = &ada.writes("pay ben@ben.example 20 €").await[..] else { panic!("a letter") };
        assert!(problem.says("Your account is frozen"), "{}", problem.text);
    }

    async fn a_request_one_does_not_have_is_said_so(db: TestDb) {
        let app = TestApp::on(db).await;
        let ada = app.person("ada").await.with_balance("50.00 USD").await;
        app.person("ben").await;
        let asked = ada.writes("pay ben@ben.example $5").await.remove(0);
        for words in ["cancel T-999", "YES T-999"] {
            let [letter] = &ada.replies(&asked, words).await[..] else { panic!("{words}: a letter") };
            assert!(letter.subject.contains("no request T-999"), "{words}: {}", letter.subject);
        }
    }

    async fn a_very_long_mail_is_asked_back_at_once(db: TestDb) {
        let app = TestApp::on(db).await;
        let ada = app.person("ada").await.with_balance("50.00 USD").await;
        app.person("ben").await;
        let letters = ada.writes(&"pay ben@ben.example $1\n".repeat(2_000)).await;
        assert_eq!(letters.len(), 1);
        assert_eq!(app.count("SELECT COUNT(*) FROM transfer_requests").await, 0);
    }

    async fn a_mail_too_large_is_answered_by_its_header(db: TestDb) {
        let app = TestApp::with(db, &[("POLLER_MESSAGE_BYTES_MAX", "65536")]).await;
        let ada = app.person("ada").await.with_balance("50.00 USD").await;
        app.person("ben").await;
        let body = format!("pay ben@ben.example $20\n{}", "a picture\n".repeat(10_000));
        let [letter] = &ada.writes(&body).await[..] else { panic!("one letter") };
        assert!(letter.subject.contains("too large"), "{}", letter.subject);
        assert_eq!(app.count("SELECT COUNT(*) FROM transfer_requests").await, 0);
    }

    async fn answers_are_bounded_and_receipts_are_not(db: TestDb) {
        let app = TestApp::with(db, &[("LETTERS_ANSWERS_PER_HOUR", "3")]).await;
        let ada = app.person("ada").await.with_balance("50.00 USD").await;
        app.person("ben").await;
        let mut answers = 0;
        for _ in 0..6 {
            answers += ada.writes("help").await.len();
        }
        assert_eq!(answers, 3);
        let asked = ada.writes("pay ben@ben.example $20").await.remove(0);
        ada.clicks(&asked.link()).await;
        assert_eq!(ada.reads().len(), 1);
    }

    async fn a_mail_that_its_owner_saw_first_is_still_read(db: TestDb) {
        let app = TestApp::on(db).await;
        let ada = app.person("ada").await;
        app.deliver_as_read(&app.stamp().genuine("ada.example", &ada.mail(SERVICE, "", "help", "")));
        app.settle().await;
        assert_eq!(ada.reads().len(), 1);
    }
}
