//! Asking somebody for money, and what the one who is asked can do.

use std::time::Duration;

use axum::http::StatusCode;

use crate::support::{TestApp, app::SERVICE, letter::Letter};

/// A day and a second.
const DAY: Duration = Duration::from_secs(86_401);

fn only(letters: Vec<Letter>) -> Letter {
    let subjects: Vec<&str> = letters.iter().map(|letter| &*letter.subject).collect();
    assert_eq!(subjects.len(), 1, "{subjects:?}");
    letters.into_iter().next().expect("one")
}

both! {
    async fn who_is_asked_pays_by_the_page_and_both_are_told(db: TestDb) {
        let app = TestApp::on(db).await;
        let ada = app.person("ada").await;
        let tom = app.person("tom").await.with_balance("50.00 USD").await;

        let told = only(ada.writes("ask tom@tom.example for $18.50 for the pizza").await);
        assert_eq!(told.subject, "Asked: $18.50 from tom@tom.example [T-101]");
        let asked = only(tom.reads());
        assert_eq!(asked.subject, "ada@ada.example asks you for $18.50 [T-101]");
        assert!(asked.says("for the pizza") && asked.says("Nothing has been paid"), "{}", asked.text);
        assert_eq!(tom.balance().await, "50.00 USD");

        let page = tom.opens(&asked.link()).await;
        assert!(page.body.contains("ada@ada.example") && page.body.contains("18.50 USD"));
        let done = tom.clicks(&asked.link()).await;
        assert!(done.body.contains("Sent: $18.50 to ada@ada.example"), "{}", done.body);
        let sent = only(tom.reads());
        assert_eq!(sent.subject, "Sent: $18.50 to ada@ada.example [T-101]");
        let received = only(ada.reads());
        assert_eq!(received.subject, "Received: $18.50 from tom@tom.example [T-101]");
        assert!(!received.says("$31.50"), "a balance is its owner's alone");
        assert_eq!((ada.balance().await, tom.balance().await), ("18.50 USD".into(), "31.50 USD".into()));
        app.is_sound().await;
    }

    async fn a_yes_by_reply_and_the_prefilled_one_pay(db: TestDb) {
        let app = TestApp::on(db).await;
        let ada = app.person("ada").await;
        let tom = app.person("tom").await.with_balance("50.00 USD").await;
        ada.writes("ask tom@tom.example for $5").await;
        assert!(only(tom.replies(&only(tom.reads()), "yes").await).subject.starts_with("Sent: $5.00"));
        ada.writes("ask tom@tom.example for $6").await;
        let asked = only(tom.reads());
        let yes = asked.mailtos().into_iter().find(|mail| mail.body.contains("YES")).expect("a YES");
        assert!(only(tom.presses(&yes).await).subject.starts_with("Sent: $6.00"));
        assert_eq!(ada.balance().await, "11.00 USD");
    }

    async fn nobody_but_the_payer_says_yes(db: TestDb) {
        let app = TestApp::on(db).await;
        let ada = app.person("ada").await.with_balance("9.00 USD").await;
        let tom = app.person("tom").await.with_balance("50.00 USD").await;
        let eve = app.person("eve").await.with_balance("9.00 USD").await;
        let told = only(ada.writes("ask tom@tom.example for $5").await);
        let asked = only(tom.reads());

        // The asker confirms their own request: in its thread, by its reference, by the payer's token.
        ada.replies(&told, "YES").await;
        ada.writes("YES T-101").await;
        let yes = asked.mailtos().into_iter().find(|mail| mail.body.contains("YES")).expect("a YES");
        ada.presses(&yes).await;
        // Somebody else with the payer's token, and somebody in the payer's name whom no host vouches for.
        eve.presses(&yes).await;
        eve.replies(&asked, "YES").await;
        app.deliver(tom.mail(yes.to.as_str(), &yes.subject, &yes.body, "").as_bytes());
        app.settle().await;
        assert_eq!((tom.balance().await, ada.balance().await), ("50.00 USD".into(), "9.00 USD".into()));
        assert_eq!(app.count("SELECT COUNT(*) FROM transfer_requests WHERE state = 'asked'").await, 1);
        // A token of one request confirms no other: the payer's second YES pays the second alone.
        ada.writes("ask tom@tom.example for $7").await;
        let second = tom.reads().into_iter().find(|letter| letter.subject.contains("T-102")).expect("asked");
        tom.replies(&second, "YES").await;
        assert_eq!(tom.balance().await, "43.00 USD");
        app.is_sound().await;
    }

    async fn a_no_tells_the_asker_and_ends_it(db: TestDb) {
        let app = TestApp::on(db).await;
        let ada = app.person("ada").await;
        let tom = app.person("tom").await.with_balance("50.00 USD").await;
        for no in ["NO", "DECLINE"] {
            ada.writes("ask tom@tom.example for $5").await;
            let asked = only(tom.reads());
            let told = only(tom.replies(&asked, no).await);
            assert!(told.subject.starts_with("You declined: $5.00"), "{}", told.subject);
            assert!(only(ada.reads()).subject.starts_with("Declined: $5.00 from tom@tom.example"));
            assert_eq!(tom.clicks(&asked.link()).await.status, StatusCode::GONE);
            tom.replies(&asked, "YES").await;
            assert_eq!(tom.balance().await, "50.00 USD");
        }
    }

    async fn the_asker_reminds_once_a_day_and_takes_it_back(db: TestDb) {
        let app = TestApp::on(db).await;
        let ada = app.person("ada").await;
        let tom = app.person("tom").await.with_balance("50.00 USD").await;
        let told = only(ada.writes("ask tom@tom.example for $5").await);
        tom.reads();
        let soon = only(ada.replies(&told, "REMIND").await);
        assert!(soon.says("once a day at most"), "{}", soon.text);
        assert!(tom.reads().is_empty());
        app.after(DAY).await;
        for times in [1, 0] {
            ada.replies(&told, "REMIND").await;
            assert_eq!(tom.reads().len(), times);
        }
        app.after(DAY).await;
        assert!(only(ada.replies(&told, "REMIND").await).subject.starts_with("Reminded: $5.00"));
        let reminder = only(tom.reads());
        assert!(reminder.subject.starts_with("Reminder: ada@ada.example"), "{}", reminder.subject);
        // Nobody else reminds.
        assert!(only(tom.replies(&reminder, "REMIND").await).subject.starts_with("You have no request"));

        let back = only(ada.replies(&told, "CANCEL").await);
        assert!(back.subject.starts_with("Taken back: $5.00 from tom"), "{}", back.subject);
        assert!(only(tom.reads()).subject.starts_with("Taken back: $5.00 to ada"));
        assert_eq!(tom.clicks(&reminder.link()).await.status, StatusCode::GONE);
        tom.replies(&reminder, "YES").await;
        assert_eq!(tom.balance().await, "50.00 USD");
        assert!(only(ada.replies(&told, "REMIND").await).subject.starts_with("Taken back"));
    }

    async fn it_ends_after_two_weeks_and_the_asker_hears_it(db: TestDb) {
        let app = TestApp::on(db).await;
        let ada = app.person("ada").await;
        let tom = app.person("tom").await.with_balance("50.00 USD").await;
        ada.writes("ask tom@tom.example for $5").await;
        let asked = only(tom.reads());
        let csrf = tom.opens(&asked.link()).await.csrf().expect("a form");
        app.after(DAY * 14).await;
        assert!(only(ada.reads()).subject.starts_with("Not answered in time: $5.00"));
        assert!(tom.reads().is_empty());
        assert_eq!(tom.posts(&asked.link(), &csrf).await.status, StatusCode::GONE);
        tom.replies(&asked, "YES").await;
        assert_eq!(tom.balance().await, "50.00 USD");
    }

    async fn who_is_short_of_funds_is_told_alone_and_can_pay_later(db: TestDb) {
        let app = TestApp::on(db).await;
        let ada = app.person("ada").await;
        let tom = app.person("tom").await.with_balance("3.00 USD").await;
        ada.writes("ask tom@tom.example for $5").await;
        let asked = only(tom.reads());
        assert!(asked.says("Your available balance is $3.00"), "{}", asked.text);
        let refused = only(tom.replies(&asked, "YES").await);
        assert!(refused.subject.starts_with("Not paid yet: $5.00"), "{}", refused.subject);
        assert!(ada.reads().is_empty(), "what the payer has is the payer's affair");
        let tom = tom.with_balance("10.00 USD").await;
        assert!(only(tom.replies(&refused, "YES").await).subject.starts_with("Sent: $5.00"));
        assert_eq!((ada.balance().await, tom.balance().await), ("5.00 USD".into(), "8.00 USD".into()));
        app.is_sound().await;
    }

    async fn a_stranger_is_invited_and_asked_once_there_is_an_account(db: TestDb) {
        let app = TestApp::on(db).await;
        let ada = app.person("ada").await;
        let zoe = app.stranger("zoe");
        ada.writes("ask zoe@zoe.example for $5 for the tickets").await;
        let invited = only(zoe.reads());
        assert!(invited.subject.starts_with("ada@ada.example asks you for $5.00"), "{}", invited.subject);
        assert!(invited.says("tickets"), "{}", invited.text);
        let letters = zoe.writes("sign up").await;
        let asked = letters.iter().find(|letter| letter.subject.contains("asks you for")).expect("asked");
        app.credit(&zoe.address(), "20.00 USD").await;
        zoe.replies(asked, "YES").await;
        assert_eq!((ada.balance().await, zoe.balance().await), ("5.00 USD".into(), "15.00 USD".into()));
    }

    async fn a_stranger_declines_without_an_account(db: TestDb) {
        let app = TestApp::on(db).await;
        let ada = app.person("ada").await;
        let zoe = app.stranger("zoe");
        ada.writes("ask zoe@zoe.example for $5").await;
        ada.reads();
        let invited = only(zoe.reads());
        let no = invited.mailtos().into_iter().find(|mail| mail.body.contains("CANCEL")).expect("a no");
        // In another's name it says nothing.
        app.deliver(zoe.mail(no.to.as_str(), &no.subject, &no.body, "").as_bytes());
        app.settle().await;
        assert!(ada.reads().is_empty());
        assert!(only(zoe.presses(&no).await).subject.starts_with("You declined"));
        assert!(only(ada.reads()).subject.starts_with("Declined: $5.00"));
        // Then an account is opened: nothing is asked any more.
        assert!(zoe.writes("sign up").await.iter().all(|letter| !letter.subject.contains("asks you")));
    }

    async fn who_is_blocked_hears_nothing_of_it(db: TestDb) {
        let app = TestApp::on(db).await;
        let ada = app.person("ada").await;
        let bea = app.person("bea").await;
        let tom = app.person("tom").await.with_balance("50.00 USD").await;
        ada.writes("ask tom@tom.example for $5").await;
        let asked = only(tom.reads());
        let blocked = only(tom.replies(&asked, "block ada@ada.example").await);
        assert!(blocked.subject.contains("can no longer ask you"), "{}", blocked.subject);
        assert!(only(ada.reads()).subject.starts_with("Declined"));
        // The asker sees what anybody sees of somebody who does not answer.
        let told = only(ada.writes("ask tom@tom.example for $6").await);
        assert!(told.subject.starts_with("Asked: $6.00"), "{}", told.subject);
        assert!(tom.reads().is_empty());
        app.after(DAY).await;
        assert!(only(ada.replies(&told, "REMIND").await).subject.starts_with("Reminded"));
        assert!(tom.reads().is_empty());
        app.after(DAY * 14).await;
        assert!(only(ada.reads()).subject.starts_with("Not answered in time: $6.00"));
        // Others may ask; and so may the blocked one, once that is lifted.
        bea.writes("ask tom@tom.example for $7").await;
        assert_eq!(tom.reads().len(), 1);
        assert!(only(tom.writes("allow ada@ada.example").await).subject.contains("again"));
        ada.writes("ask tom@tom.example for $8").await;
        assert_eq!(tom.reads().len(), 1);
        assert_eq!(tom.balance().await, "50.00 USD");
    }

    async fn strangers_are_not_asked_at_will(db: TestDb) {
        let app = TestApp::with(db, &[("TRANSFERS_ASKS_NEW_PEOPLE_DAILY_MAX", "2")]).await;
        let ada = app.person("ada").await;
        for name in ["zoe", "tia"] {
            ada.writes(&format!("ask {name}@{name}.example for $5")).await;
            assert_eq!(app.stranger(name).reads().len(), 1);
        }
        let over = only(ada.writes("ask mia@mia.example for $5").await);
        assert_eq!(over.subject, "Nobody was asked for money yet");
        assert!(over.says("at most 2 people") && over.says("4 June 2025"), "{}", over.text);
        assert!(app.stranger("mia").reads().is_empty());
        // Whoever was asked before may be asked again, and the day after a new one.
        ada.writes("ask zoe@zoe.example for $6").await;
        assert_eq!(app.stranger("zoe").reads().len(), 1);
        app.after(DAY).await;
        ada.writes("ask mia@mia.example for $5").await;
        assert_eq!(app.stranger("mia").reads().len(), 1);
    }

    async fn an_unclear_or_impossible_request_asks_nobody(db: TestDb) {
        let app = TestApp::on(db).await;
        let ada = app.person("ada").await;
        let tom = app.person("tom").await;
        for (words, says) in [
            ("please ask tom@tom.example for some money for the pizza", "amount"),
            ("ask ada@ada.example for $5", "the same"),
        ] {
            let letters = ada.writes(words).await;
            assert!(letters.iter().all(|letter| !letter.subject.starts_with("Asked")), "{words}");
            assert!(letters.iter().any(|letter| letter.says(says)), "{words}: {letters:?}");
        }
        assert!(tom.reads().is_empty());
        let zoe = app.stranger("zoe");
        assert!(only(zoe.writes("ask tom@tom.example for $5").await).says("sign up first"));
        assert!(tom.reads().is_empty());
        // Nobody vouches for the asker: nobody is asked.
        app.deliver(ada.mail(SERVICE, "", "ask tom@tom.example for $5", "").as_bytes());
        app.settle().await;
        assert!(tom.reads().is_empty());
    }

    async fn yes_and_taking_back_at_once_have_one_outcome(db: TestDb) {
        let app = TestApp::on(db).await;
        let ada = app.person("ada").await;
        let tom = app.person("tom").await.with_balance("500.00 USD").await;
        let mut paid = 0;
        for round in 0..6 {
            let told = only(ada.writes("ask tom@tom.example for $5").await);
            let asked = only(tom.reads());
            let csrf = tom.opens(&asked.link()).await.csrf().expect("a form");
            let (link, back, no) =
                (asked.link(), ada.reply(&told, "CANCEL"), tom.reply(&asked, "NO"));
            let words = if round % 2 == 0 { ada.sends(&back) } else { tom.sends(&no) };
            let presses = (0..10).map(|_| tom.posts(&link, &csrf));
            tokio::join!(futures_util::future::join_all(presses), words);
            app.settle().await;
            paid += i64::from(tom.balance().await != format!("{}.00 USD", 500 - paid * 5));
            ada.reads();
            tom.reads();
        }
        let done = app.count("SELECT COUNT(*) FROM money_requests WHERE state = 'paid'").await;
        let ended = app.count("SELECT COUNT(*) FROM money_requests WHERE state IN ('declined', 'withdrawn')").await;
        assert_eq!((done, done + ended), (paid, 6));
        let moved = app.count("SELECT COUNT(*) FROM transfer_requests WHERE state = 'done'").await;
        assert_eq!(moved, done);
        app.is_sound().await;
    }
}
