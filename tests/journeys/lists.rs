//! Several payments in one mail: one letter asks, each has an outcome of its own.

use std::time::Duration;

use crate::support::{TestApp, letter::Letter};

const THREE: &str = "pay ann@ann.example $5, bob@bob.example $7 and carl@carl.example $9";

fn only(letters: Vec<Letter>) -> Letter {
    let subjects: Vec<&str> = letters.iter().map(|letter| &*letter.subject).collect();
    assert_eq!(subjects.len(), 1, "{subjects:?}");
    letters.into_iter().next().expect("one")
}

both! {
    async fn one_yes_pays_all_and_one_letter_tells_it(db: TestDb) {
        let app = TestApp::on(db).await;
        let ada = app.person("ada").await.with_balance("100.00 USD").await;
        let (ann, bob, carl) = (app.person("ann").await, app.person("bob").await, app.person("carl").await);
        let asked = only(ada.writes(THREE).await);
        assert!(asked.subject.starts_with("Please confirm: 3 payments, $21.00 ["), "{}", asked.subject);
        for said in ["$5.00 to ann@ann.example", "$7.00 to bob@bob.example", "$9.00 to carl@carl.example"] {
            assert!(asked.says(said), "{}", asked.text);
        }
        let told = only(ada.replies(&asked, "YES").await);
        assert!(told.subject.starts_with("Sent: 3 of 3 payments"), "{}", told.subject);
        assert!(told.says("$79.00"), "{}", told.text);
        for (person, has) in [(&ann, "5.00 USD"), (&bob, "7.00 USD"), (&carl, "9.00 USD")] {
            assert_eq!(person.balance().await, has);
            assert!(only(person.reads()).subject.starts_with("Received: "));
        }
        // A second YES, and one to a payment of the list, find it done.
        for words in ["YES", "YES T-102"] {
            assert!(only(ada.replies(&asked, words).await).subject.to_lowercase().contains("already"));
        }
        assert_eq!(ada.balance().await, "79.00 USD");
        app.is_sound().await;
    }

    async fn the_page_shows_all_and_leads_to_each(db: TestDb) {
        let app = TestApp::on(db).await;
        let ada = app.person("ada").await.with_balance("100.00 USD").await;
        let (ann, bob, carl) = (app.person("ann").await, app.person("bob").await, app.person("carl").await);
        let asked = only(ada.writes(THREE).await);
        let page = ada.opens(&asked.link()).await;
        assert!(page.body.contains("Send all 3: $21.00"), "{}", page.body);
        let (_, rest) = page.body.split_once("<li><a href=\"").expect("a link");
        let link = rest.split('"').next().expect("an address").replace("&#x2f;", "/");
        assert!(ada.clicks(&link).await.body.contains("Sent: $5.00 to ann@ann.example"));
        assert!(only(ada.reads()).subject.starts_with("Sent: $5.00"));
        let done = ada.clicks(&asked.link()).await;
        assert!(done.body.contains("Sent: 2 of 3 payments"), "{}", done.body);
        let told = only(ada.reads());
        assert!(told.says("Already sent before: $5.00"), "{}", told.text);
        let balances = (ann.balance().await, bob.balance().await, carl.balance().await);
        assert_eq!(balances, ("5.00 USD".into(), "7.00 USD".into(), "9.00 USD".into()));
        app.is_sound().await;
    }

    async fn one_of_them_is_confirmed_and_one_taken_back(db: TestDb) {
        let app = TestApp::on(db).await;
        let ada = app.person("ada").await.with_balance("100.00 USD").await;
        let (ann, bob, carl) = (app.person("ann").await, app.person("bob").await, app.person("carl").await);
        let asked = only(ada.writes(THREE).await);
        assert!(only(ada.replies(&asked, "YES T-102").await).subject.starts_with("Sent: $7.00 to bob"));
        assert!(only(ada.replies(&asked, "CANCEL T-101").await).subject.starts_with("Cancelled: $5.00 to ann"));
        let told = only(ada.replies(&asked, "YES").await);
        assert!(told.subject.starts_with("Sent: 1 of 3 payments"), "{}", told.subject);
        for said in ["Cancelled: $5.00", "Already sent before: $7.00", "Sent: $9.00"] {
            assert!(told.says(said), "{}", told.text);
        }
        let balances = (ann.balance().await, bob.balance().await, carl.balance().await);
        assert_eq!(balances, ("0.00 USD".into(), "7.00 USD".into(), "9.00 USD".into()));
        app.is_sound().await;
    }

    async fn one_that_is_refused_stops_no_other(db: TestDb) {
        let app = TestApp::on(db).await;
        let ada = app.person("ada").await.with_balance("15.00 USD").await;
        let (ann, bob, carl) = (app.person("ann").await, app.person("bob").await, app.person("carl").await);
        let asked = only(ada.writes(THREE).await);
        assert!(asked.says("All of them together could not be sent now"), "{}", asked.text);
        let told = only(ada.replies(&asked, "YES").await);
        assert!(told.subject.starts_with("Sent: 2 of 3 payments"), "{}", told.subject);
        assert!(told.says("Not sent: $9.00 to carl@carl.example"), "{}", told.text);
        let balances = (ann.balance().await, bob.balance().await, carl.balance().await);
        assert_eq!(balances, ("5.00 USD".into(), "7.00 USD".into(), "0.00 USD".into()));
        app.is_sound().await;
    }

    async fn what_cannot_be_paid_is_told_apart(db: TestDb) {
        let app = TestApp::on(db).await;
        let ada = app.person("ada").await.with_balance("100.00 USD").await;
        for name in ["ann", "bob", "carl"] {
            app.person(name).await;
        }
        let mail = THREE.replace("$9", "$6000");
        let letters = ada.writes(&mail).await;
        let subjects: Vec<&str> = letters.iter().map(|letter| &*letter.subject).collect();
        assert!(subjects.iter().any(|s| s.starts_with("Please confirm: 2 payments, $12.00")), "{subjects:?}");
        assert!(subjects.iter().any(|s| s.contains("nothing sent yet")), "{subjects:?}");
        assert_eq!(subjects.len(), 2);
    }

    async fn a_cancelled_or_expired_list_sends_nothing(db: TestDb) {
        let app = TestApp::on(db).await;
        let ada = app.person("ada").await.with_balance("100.00 USD").await;
        for name in ["ann", "bob", "carl"] {
            app.person(name).await;
        }
        let asked = only(ada.writes(THREE).await);
        assert!(only(ada.replies(&asked, "CANCEL").await).subject.starts_with("Cancelled: 3 payments"));
        ada.replies(&asked, "YES").await;
        ada.replies(&asked, "YES T-102").await;
        assert_eq!(ada.balance().await, "100.00 USD");
        let asked = only(ada.writes(THREE).await);
        app.after(Duration::from_secs(3 * 86_400 + 1)).await;
        assert!(only(ada.reads()).subject.starts_with("Not confirmed in time: 3 payments"));
        ada.replies(&asked, "YES").await;
        ada.clicks(&asked.link()).await;
        assert_eq!(ada.balance().await, "100.00 USD");
    }

    async fn a_changed_payment_leaves_the_list(db: TestDb) {
        let app = TestApp::on(db).await;
        let ada = app.person("ada").await.with_balance("100.00 USD").await;
        for name in ["ann", "bob", "carl"] {
            app.person(name).await;
        }
        let asked = only(ada.writes(THREE).await);
        let changed = only(ada.writes("T-101: make it 30").await);
        assert!(changed.subject.starts_with("Please confirm: $30.00 to ann"), "{}", changed.subject);
        let told = only(ada.replies(&asked, "YES").await);
        assert!(told.says("Waits for an answer of its own: $30.00 to ann"), "{}", told.text);
        assert_eq!(ada.balance().await, "84.00 USD");
        ada.replies(&changed, "YES").await;
        assert_eq!(ada.balance().await, "54.00 USD");
        app.is_sound().await;
    }

    async fn nobody_else_confirms_a_list(db: TestDb) {
        let app = TestApp::on(db).await;
        let ada = app.person("ada").await.with_balance("100.00 USD").await;
        for name in ["ann", "bob", "carl"] {
            app.person(name).await;
        }
        let eve = app.person("eve").await;
        let asked = only(ada.writes(THREE).await);
        for words in ["YES", "YES T-101", "CANCEL", "CANCEL T-101"] {
            eve.replies(&asked, words).await;
            app.deliver(ada.reply(&asked, words).as_bytes());
        }
        app.settle().await;
        assert_eq!(ada.balance().await, "100.00 USD");
        assert_eq!(app.count("SELECT COUNT(*) FROM transfer_requests WHERE state = 'asked'").await, 3);
    }

    async fn all_at_once_and_one_alone_pay_each_once(db: TestDb) {
        let app = TestApp::on(db).await;
        let ada = app.person("ada").await.with_balance("500.00 USD").await;
        for name in ["ann", "bob", "carl"] {
            app.person(name).await;
        }
        for _ in 0..3 {
            let asked = only(ada.writes(THREE).await);
            let page = ada.opens(&asked.link()).await;
            let csrf = page.csrf().expect("a form");
            let (_, rest) = page.body.split_once("<li><a href=\"").expect("a link");
            let one = rest.split('"').next().expect("an address").replace("&#x2f;", "/");
            let alone = ada.opens(&one).await.csrf().expect("a form");
            let link = asked.link();
            let all = (0..10).map(|_| ada.posts(&link, &csrf));
            let single = (0..10).map(|_| ada.posts(&one, &alone));
            let first = page.body.split("T-").nth(1).map(|rest| rest.chars().take(3).collect::<String>());
            let cancel = ada.reply(&asked, &format!("CANCEL T-{}", first.expect("a number")));
            tokio::join!(
                futures_util::future::join_all(all),
                futures_util::future::join_all(single),
                ada.sends(&cancel),
            );
            app.settle().await;
            ada.reads();
        }
        let done = app.count("SELECT COUNT(*) FROM transfer_requests WHERE state = 'done'").await;
        let cancelled = app.count("SELECT COUNT(*) FROM transfer_requests WHERE state = 'cancelled'").await;
        assert_eq!(done + cancelled, 9);
        assert_eq!(app.count("SELECT COUNT(*) FROM letters WHERE kind = 'transfer_received'").await, done);
        app.is_sound().await;
    }
}
