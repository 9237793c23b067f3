//! A first day on a real mailbox: looked at, answered by nobody, and what was looked at never acts.

use std::{sync::Arc, time::Duration};

use axum::http::StatusCode;

use crate::support::{TestApp, app::SERVICE};

const OPERATOR: &str = "desk@post.example";
const OBSERVE: [(&str, &str); 2] = [("MODE", "observe"), ("OPERATOR_ADDRESS", OPERATOR)];
const DAY: Duration = Duration::from_secs(86_400);

/// Does what is due; a job may be put off, which says why in its row.
async fn work(app: &TestApp) {
    let (registry, cx) = (Arc::clone(&app.process.registry), app.process.cx.clone());
    app.process.queue.drain(registry, cx).await.expect("the database answers");
}

both! {
    async fn an_observed_day_moves_nothing_and_is_told_to_the_operator_alone(db: TestDb) {
        let live = TestApp::on(db).await;
        let ada = live.person("ada").await.with_balance("100.00 USD").await;
        let ben = live.person("ben").await;
        let link = ada.writes("pay ben@ben.example $20").await.remove(0).link();
        let csrf = ada.opens(&link).await.csrf().expect("a form");

        let app = live.restarted(&[&OBSERVE[..], &[("POLLER_AFTER", "delete")]].concat()).await;
        let there = app.untouched();
        let (ada, eve) = (app.stranger("ada"), app.stranger("eve"));
        let mail = ada.mail(SERVICE, "", "pay ben@ben.example $30 for the secret", "");
        let mail = app.stamp().genuine("ada.example", &mail);
        app.deliver(&mail);
        app.settle().await;
        assert!(ada.reads().is_empty());
        assert!(eve.writes("sign up").await.is_empty());
        app.deliver(&app.stamp().forged("ada.example", &ada.mail(SERVICE, "", "balance", "")));
        app.settle().await;
        let page = ada.posts(&link, &csrf).await;
        assert_eq!(page.status, StatusCode::SERVICE_UNAVAILABLE, "{}", page.body);
        assert!(page.body.contains("Nothing was done"), "{}", page.body);

        assert_eq!(ben.balance().await, "0.00 USD");
        assert_eq!(eve.balance().await, "no account");
        assert_eq!(app.count("SELECT COUNT(*) FROM transfer_requests").await, 1);
        let observed = "SELECT COUNT(*) FROM inbox WHERE decision LIKE 'observed:%'";
        assert_eq!(app.count(observed).await, 3);
        let confirm = "SELECT COUNT(*) FROM inbox WHERE decision = 'observed:confirm'";
        assert_eq!(app.count(confirm).await, 1);
        assert_eq!(app.untouched(), there + 3, "nothing changes on the mail host");

        let desk = OPERATOR.parse().expect("an address");
        assert!(app.letters(&desk).is_empty());
        app.after(DAY).await;
        let [digest] = &app.letters(&desk)[..] else { panic!("one digest") };
        assert_eq!(digest.subject, "Observed on 3 June 2025: 3 mails");
        assert!(digest.says("ada@ada.example: transfer, would be asked to confirm"), "{}", digest.text);
        assert!(digest.says("eve@eve.example: sign_up, would be done and answered"), "{}", digest.text);
        assert!(!digest.text.contains("secret"), "{}", digest.text);
        app.after(Duration::from_secs(600)).await;
        assert!(app.letters(&desk).is_empty(), "one a day");
        app.after(DAY).await;
        let [quiet] = &app.letters(&desk)[..] else { panic!("one digest") };
        assert_eq!(quiet.subject, "Observed on 4 June 2025: no mail");
        assert!(ada.reads().is_empty() && ben.reads().is_empty() && eve.reads().is_empty());

        let live = app.restarted(&[]).await;
        live.deliver(&mail);
        live.settle().await;
        let ada = live.stranger("ada");
        assert!(ada.reads().is_empty(), "an observed mail comes again and does not act");
        let asked = ada.writes("pay ben@ben.example $30").await;
        assert!(asked[0].subject.starts_with("Please confirm: $30.00"), "{}", asked[0].subject);
        assert_eq!(ada.clicks(&link).await.status, StatusCode::OK, "the old link is as it was");
        assert_eq!(ben.balance().await, "20.00 USD");
    }

    async fn what_was_observed_under_a_wrong_anchor_never_acts(db: TestDb) {
        let live = TestApp::on(db).await;
        live.person("ada").await.with_balance("100.00 USD").await;
        live.person("ben").await;
        let wrong = [&OBSERVE[..], &[("AUTHSERV_ID", "mx.other.example")]].concat();
        let app = live.restarted(&wrong).await;
        let ada = app.stranger("ada");
        let believed_nowhere = ada.mail(SERVICE, "", "pay ben@ben.example $30", "");
        ada.sends(&believed_nowhere).await;
        // This one is fetched, and not read before the mode is live.
        let unread = ada.mail(SERVICE, "", "pay ben@ben.example $40", "");
        app.deliver(&app.stamp().genuine("ada.example", &unread));
        assert_eq!(app.fetch().await, 1);

        let live = app.restarted(&[]).await;
        let ada = live.stranger("ada");
        live.settle().await;
        ada.sends(&believed_nowhere).await;
        ada.sends(&unread).await;
        assert!(ada.reads().is_empty());
        assert_eq!(live.count("SELECT COUNT(*) FROM transfer_requests").await, 0);
        assert_eq!(live.count("SELECT COUNT(*) FROM inbox WHERE state = 'duplicate'").await, 2);
        assert_eq!(ada.writes("pay ben@ben.example $30").await.len(), 1);
    }

    async fn a_letter_written_before_waits_until_the_mode_is_live(db: TestDb) {
        let live = TestApp::on(db).await;
        let ada = live.person("ada").await;
        live.credit(&ada.address(), "5.00 USD").await;
        let app = live.restarted(&OBSERVE).await;
        work(&app).await;
        assert!(ada.reads().is_empty());
        app.clock.advance(Duration::from_secs(3_600));
        work(&app).await;
        assert!(ada.reads().is_empty());
        let live = app.restarted(&[]).await;
        live.clock.advance(Duration::from_secs(3_600));
        work(&live).await;
        let [booked] = &ada.reads()[..] else { panic!("the letter") };
        assert_eq!(booked.subject, "Added to your account: $5.00");
    }
}
