//! Limits: what is left now, and when more will be possible.

use std::time::Duration;

use pennypost::money::Currency;

use crate::support::{TestApp, letter::Letter};

const HOUR: Duration = Duration::from_secs(3_600);

fn only(letters: Vec<Letter>) -> Letter {
    let subjects: Vec<&str> = letters.iter().map(|letter| &*letter.subject).collect();
    assert_eq!(subjects.len(), 1, "{subjects:?}");
    letters.into_iter().next().expect("one")
}

both! {
    async fn who_is_over_the_limit_of_a_day_hears_when_it_works_again(db: TestDb) {
        let app = TestApp::with(db, &[("TRANSFERS_DAY_MAX", "30")]).await;
        let ada = app.person("ada").await.with_balance("100.00 USD").await;
        let ben = app.person("ben").await;
        // Both are within the limit when they are asked for.
        let first = only(ada.writes("pay ben@ben.example $20").await);
        let second = only(ada.writes("pay ben@ben.example $15").await);
        ada.replies(&first, "YES").await;
        app.after(HOUR).await;
        let refused = only(ada.replies(&second, "YES").await);
        assert!(refused.subject.starts_with("Not sent: $15.00"), "{}", refused.subject);
        let when = "From 4 June 2025, 10:30 UTC on this amount will be possible";
        for said in ["$30.00 within 24 hours; $10.00 of it is left", when] {
            assert!(refused.says(said), "{}", refused.text);
        }
        // When it is asked for, the same is said; and what is left can be sent.
        let asked_back = only(ada.writes("pay ben@ben.example $15").await);
        assert!(asked_back.says(when), "{}", asked_back.text);
        let other = only(ada.writes("pay ben@ben.example $10").await);
        assert!(only(ada.replies(&other, "YES").await).subject.starts_with("Sent: $10.00"));
        // $25 need both to have left the day.
        let more = only(ada.writes("pay ben@ben.example $25").await);
        assert!(more.says("From 4 June 2025, 11:30 UTC on"), "{}", more.text);
        // No time helps against an amount above the limit itself.
        let never = only(ada.writes("pay ben@ben.example $31").await);
        assert!(never.says("within 24 hours") && !never.says("will be possible"), "{}", never.text);
        // It is as it was said.
        app.after(HOUR * 23).await;
        let third = only(ada.writes("pay ben@ben.example $15").await);
        assert!(only(ada.replies(&third, "YES").await).subject.starts_with("Sent: $15.00"));
        assert_eq!(ben.balance().await, "45.00 USD");
        app.is_sound().await;
    }

    async fn who_sends_too_often_hears_when_the_hour_is_over(db: TestDb) {
        let app = TestApp::with(db, &[("TRANSFERS_PER_HOUR_MAX", "2")]).await;
        let ada = app.person("ada").await.with_balance("100.00 USD").await;
        app.person("ben").await;
        for minutes in [0, 10] {
            app.after(Duration::from_secs(60 * minutes)).await;
            let asked = only(ada.writes("pay ben@ben.example $1").await);
            ada.replies(&asked, "YES").await;
        }
        let often = only(ada.writes("pay ben@ben.example $1").await);
        assert!(often.says("From 3 June 2025, 11:30 UTC on"), "{}", often.text);
    }

    async fn each_currency_has_limits_of_its_own(db: TestDb) {
        let app = TestApp::with(db, &[("TRANSFERS_LIMITS", "JPY 500000 600000 700000 800000")]).await;
        let jpy = Currency::parse("JPY").expect("ISO 4217");
        let ada = app.person_in("ada", jpy).await.with_balance("2000000 JPY").await;
        app.person_in("ben", jpy).await;
        // More than the 5,000 whole units of a currency without limits of its own.
        let asked = only(ada.writes("pay ben@ben.example 400000 JPY").await);
        assert!(asked.subject.starts_with("Please confirm: "), "{}", asked.subject);
        let over = only(ada.writes("pay ben@ben.example 500001 JPY").await);
        assert!(over.subject.starts_with("That is over your limit"), "{}", over.subject);
        assert!(over.says("at most ¥500,000"), "{}", over.text);
    }
}
