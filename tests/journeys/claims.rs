//! Paying somebody who has no account: the money is held until it is claimed, or goes back.

use std::{sync::Arc, time::Duration};

use axum::http::{Method, StatusCode};

use crate::support::{
    TestApp,
    app::{PUBLIC_URL, SERVICE},
    letter::Letter,
    person::{Page, Person},
};

const DAY: Duration = Duration::from_secs(86_400);

/// Ada, with a hundred dollars, has confirmed twenty to Dana; with Ada's receipt and Dana's letter.
async fn held(app: &Arc<TestApp>) -> (Person, Person, Letter, Letter) {
    let ada = app.person("ada").await.with_balance("100.00 USD").await;
    let dana = app.stranger("dana");
    let (receipt, claim) = sends_twenty(&ada, &dana).await;
    (ada, dana, receipt, claim)
}

async fn sends_twenty(ada: &Person, dana: &Person) -> (Letter, Letter) {
    ada.reads();
    let words = format!("pay {} $20 for lunch", dana.address());
    let asked = ada.writes(&words).await.remove(0);
    (ada.replies(&asked, "YES").await.remove(0), dana.reads().remove(0))
}

async fn states(app: &TestApp, state: &str) -> i64 {
    let mut tx = app.process.cx.db.snapshot().await.expect("begins");
    let sql = "SELECT COUNT(*) FROM transfer_requests WHERE state = $1";
    pennypost::fetch!(fetch_one, tx, (i64,), sql, state).expect("counts").0
}

/// Presses the page's other button.
async fn sends_back(person: &Person, link: &str) -> Page {
    let csrf = person.opens(link).await.csrf().expect("a form");
    let headers = [("origin", PUBLIC_URL), ("sec-fetch-site", "same-origin")];
    person.requests(Method::POST, link, &headers, &format!("csrf={csrf}&no=1")).await
}

/// What a mail host writes when there is no such mailbox (RFC 3464).
fn report(of: &str, returned: &str) -> String {
    format!(
        "From: MAILER-DAEMON@mx.dana.example\nTo: {SERVICE}\nSubject: Undelivered Mail\n\
         Message-ID: <report-{len}@mx.dana.example>\nMIME-Version: 1.0\n\
         Content-Type: multipart/report; report-type=delivery-status; boundary=b\n\n\
         --b\nContent-Type: text/plain\n\nNo such mailbox.\n\
         --b\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; mx.dana.example\n\n\
         Final-Recipient: rfc822; {of}\nAction: failed\nStatus: 5.1.1\n\
         --b\nContent-Type: message/rfc822\n\nMessage-ID: <{returned}>\nSubject: x\n\nx\n--b--\n",
        len = returned.len() + of.len(),
    )
}

both! {
    async fn the_operator_sees_what_is_held_and_how_it_ended(db: TestDb) {
        let app = TestApp::on(db).await;
        let (_, dana, ..) = held(&app).await;
        let traced = async || {
            let mut tx = app.process.cx.db.snapshot().await.expect("begins");
            let found = pennypost::trace::trace(&mut tx, "T-101").await.expect("asks");
            let events = found.expect("is known").events.into_iter();
            events.map(|event| format!("{}: {}", event.of, event.says)).collect::<Vec<_>>().join("\n")
        };
        let told = traced().await;
        for words in [
            "request: confirmed; held until its payee claims it",
            "confirm: dana@dana.example was asked to confirm revision 1",
            "letter: transfer_claim written to dana@dana.example",
            "job: transfers.return_held waits",
            "ledger: hold done",
        ] {
            assert!(told.contains(words), "{words}: {told}");
        }
        app.after(30 * DAY).await;
        let told = traced().await;
        for words in ["request: not claimed", "ledger: expire done", "transfer_back written"] {
            assert!(told.contains(words), "{words}: {told}");
        }
        assert!(!told.contains("lunch"), "what people write is not shown");
        assert_eq!(dana.balance().await, "no account");
    }

    async fn a_friend_without_an_account_claims_by_the_page(db: TestDb) {
        let app = TestApp::on(db).await;
        let ada = app.person("ada").await.with_balance("100.00 USD").await;
        let dana = app.stranger("dana");
        let asked = ada.writes("pay dana@dana.example $20 for lunch").await.remove(0);
        assert_eq!(asked.subject, "Please confirm: $20.00 to dana@dana.example [T-101]");
        assert!(asked.says("for 30 days at most; then it comes back to you"), "{}", asked.text);
        let page = ada.opens(&asked.link()).await;
        assert!(page.body.contains("the money is held until it is claimed"), "{}", page.body);
        let done = ada.clicks(&asked.link()).await;
        assert!(done.body.contains("$20.00 held for dana@dana.example"), "{}", done.body);
        assert!(dana.balance().await == "no account", "nothing is opened for a stranger");

        let [receipt] = &ada.reads()[..] else { panic!("one receipt") };
        assert_eq!(receipt.subject, "$20.00 held for dana@dana.example [T-101]");
        assert!(receipt.says("You have $80.00 left to spend"), "{}", receipt.text);
        let [claim] = &dana.reads()[..] else { panic!("one letter") };
        assert_eq!(
            claim.subject,
            "ada@ada.example sends you $20.00: please claim it [T-101]"
        );
        assert!(claim.says("Their note") && claim.says("lunch"), "{}", claim.text);

        for _ in 0..3 {
            let page = dana.opens(&claim.link()).await;
            assert!(page.body.contains("dana@dana.example") && page.csrf().is_some());
        }
        assert_eq!(dana.balance().await, "no account");
        let page = dana.clicks(&claim.link()).await;
        assert!(page.body.contains("Received: $20.00 from ada@ada.example"), "{}", page.body);
        assert!(!page.body.contains("80.00"), "a balance is its owner's alone");
        let [received] = &dana.reads()[..] else { panic!("one letter, welcome and receipt") };
        assert_eq!(received.subject, "Received: $20.00 from ada@ada.example [T-101]");
        assert!(received.says("Your account at Till for dana@dana.example is open"));
        let [told] = &ada.reads()[..] else { panic!("told once") };
        assert_eq!(told.subject, "Claimed: $20.00 by dana@dana.example [T-101]");
        assert!(told.says("Your balance is now $80.00"), "{}", told.text);
        let again = dana.clicks(&claim.link()).await;
        assert!(again.body.contains("Already done"), "{}", again.body);
        assert_eq!((ada.balance().await, dana.balance().await), ("80.00 USD".into(), "20.00 USD".into()));
        assert_eq!(states(&app, "done").await, 1);
        app.is_sound().await;
    }

    async fn a_friend_claims_by_reply_in_any_of_our_words(db: TestDb) {
        let app = TestApp::on(db).await;
        let ada = app.person("ada").await.with_balance("100.00 USD").await;
        for (name, words) in [("dana", "CLAIM"), ("emil", "Yes"), ("fritz", "annehmen")] {
            let friend = app.stranger(name);
            let (_, claim) = sends_twenty(&ada, &friend).await;
            let letters = friend.replies(&claim, words).await;
            let told: Vec<_> = letters.iter().map(|letter| &*letter.subject).collect();
            assert!(told.len() == 1 && told[0].starts_with("Received: $20.00"), "{words}: {told:?}");
            assert_eq!(friend.balance().await, "20.00 USD");
        }
        let gina = app.stranger("gina");
        let (_, claim) = sends_twenty(&ada, &gina).await;
        let press = claim.mailtos().into_iter().find(|mail| mail.body.contains("CLAIM"));
        gina.presses(&press.expect("a prefilled claim")).await;
        assert_eq!(gina.balance().await, "20.00 USD");
        app.is_sound().await;
    }

    async fn nobody_claims_in_anothers_name(db: TestDb) {
        let app = TestApp::on(db).await;
        let (_, dana, _, claim) = held(&app).await;
        let eve = app.person("eve").await;
        let forged = app.stamp().forged("dana.example", &dana.reply(&claim, "CLAIM"));
        app.deliver(&forged);
        app.settle().await;
        assert_eq!(dana.balance().await, "no account");
        // The real person hears how it is done, by the link that leads to their own account alone.
        let [link] = &dana.reads()[..] else { panic!("one letter") };
        assert!(link.says("use the button") && !link.says("reply CLAIM"), "{}", link.text);
        // With the letter in another's hands: their reply does nothing, the page pays Dana.
        eve.replies(&claim, "CLAIM").await;
        eve.writes("claim T-101").await;
        assert_eq!((eve.balance().await, dana.balance().await), ("0.00 USD".into(), "no account".into()));
        eve.clicks(&claim.link()).await;
        assert_eq!((eve.balance().await, dana.balance().await), ("0.00 USD".into(), "20.00 USD".into()));
        app.is_sound().await;
    }

    async fn signing_up_pays_all_that_waits(db: TestDb) {
        let app = TestApp::on(db).await;
        let (ada, dana, ..) = held(&app).await;
        sends_twenty(&ada, &dana).await;
        dana.writes("sign up").await;
        assert_eq!(dana.balance().await, "40.00 USD");
        assert_eq!(states(&app, "done").await, 2);
        let told = ada.reads();
        assert_eq!(told.iter().filter(|letter| letter.subject.starts_with("Claimed:")).count(), 2);
        app.is_sound().await;
    }

    async fn claiming_one_payment_pays_the_others_too(db: TestDb) {
        let app = TestApp::on(db).await;
        let (ada, dana, _, claim) = held(&app).await;
        sends_twenty(&ada, &dana).await;
        dana.clicks(&claim.link()).await;
        assert_eq!(dana.balance().await, "40.00 USD");
        assert_eq!(app.count("SELECT COUNT(*) FROM people").await, 2);
        app.is_sound().await;
    }

    async fn the_sender_takes_it_back_and_the_link_is_dead(db: TestDb) {
        let app = TestApp::on(db).await;
        let (ada, dana, receipt, claim) = held(&app).await;
        let csrf = dana.opens(&claim.link()).await.csrf().expect("a form");
        let [told] = &ada.replies(&receipt, "CANCEL").await[..] else { panic!("one letter") };
        assert_eq!(told.subject, "Taken back: $20.00 for dana@dana.example [T-101]");
        assert!(told.says("you have $100.00 to spend"), "{}", told.text);
        let page = dana.posts(&claim.link(), &csrf).await;
        assert_eq!(page.status, StatusCode::GONE);
        assert!(page.body.contains("was taken back"), "{}", page.body);
        let [late] = &dana.replies(&claim, "CLAIM").await[..] else { panic!("one answer") };
        assert!(late.subject.starts_with("This payment was taken back"), "{}", late.subject);
        assert_eq!((ada.balance().await, dana.balance().await), ("100.00 USD".into(), "no account".into()));
        let [again] = &ada.writes("cancel T-101").await[..] else { panic!("one answer") };
        assert!(again.subject.starts_with("Was cancelled"), "{}", again.subject);
        app.is_sound().await;
    }

    async fn a_correction_of_what_is_held_changes_nothing(db: TestDb) {
        let app = TestApp::on(db).await;
        let (ada, dana, receipt, claim) = held(&app).await;
        let [told] = &ada.replies(&receipt, "make it 30").await[..] else { panic!("one answer") };
        assert!(told.subject.starts_with("Waits to be claimed"), "{}", told.subject);
        let [told] = &ada.writes("status T-101").await[..] else { panic!("one answer") };
        assert!(told.says("Reply CANCEL to take it back"), "{}", told.text);
        dana.clicks(&claim.link()).await;
        assert_eq!(dana.balance().await, "20.00 USD");
    }

    async fn the_friend_sends_it_back(db: TestDb) {
        let app = TestApp::on(db).await;
        let (ada, dana, _, claim) = held(&app).await;
        let page = sends_back(&dana, &claim.link()).await;
        assert!(page.body.contains("Sent back: $20.00 to ada@ada.example"), "{}", page.body);
        app.settle().await;
        let [told] = &ada.reads()[..] else { panic!("told once") };
        assert_eq!(told.subject, "Back with you: $20.00 for dana@dana.example [T-101]");
        assert!(told.says("did not want your payment"), "{}", told.text);
        assert_eq!(dana.reads().len(), 1);
        for words in ["RETURN", "decline", "CANCEL"] {
            let (_, claim) = sends_twenty(&ada, &dana).await;
            let letters = dana.replies(&claim, words).await;
            let [sent] = &letters[..] else { panic!("{words}: {letters:?}") };
            assert!(sent.subject.starts_with("Sent back: $20.00"), "{words}: {}", sent.subject);
            ada.reads();
        }
        assert_eq!((ada.balance().await, dana.balance().await), ("100.00 USD".into(), "no account".into()));
        assert_eq!(states(&app, "returned").await, 4);
        app.is_sound().await;
    }

    async fn no_other_page_has_two_answers(db: TestDb) {
        let app = TestApp::on(db).await;
        let ada = app.person("ada").await.with_balance("100.00 USD").await;
        let ben = app.person("ben").await;
        let asked = ada.writes("pay ben@ben.example $20").await.remove(0);
        assert_eq!(sends_back(&ada, &asked.link()).await.status, StatusCode::FORBIDDEN);
        assert_eq!(ben.balance().await, "0.00 USD");
        ada.clicks(&asked.link()).await;
        assert_eq!(ben.balance().await, "20.00 USD");
    }

    async fn the_friend_is_reminded_once_and_when_the_sender_asks(db: TestDb) {
        let app = TestApp::on(db).await;
        let (ada, dana, receipt, _) = held(&app).await;
        let [soon] = &ada.replies(&receipt, "REMIND").await[..] else { panic!("one answer") };
        assert!(soon.subject.starts_with("dana@dana.example has just been"), "{}", soon.subject);
        assert!(dana.reads().is_empty());
        app.after(DAY).await;
        let remind = receipt.mailtos().into_iter().find(|mail| mail.body.contains("REMIND"));
        let [told] = &ada.presses(&remind.expect("a button")).await[..] else { panic!("one") };
        assert!(told.subject.starts_with("We have reminded dana@"), "{}", told.subject);
        let [reminder] = &dana.reads()[..] else { panic!("one reminder") };
        assert!(reminder.subject.starts_with("Reminder: $20.00 from ada@"), "{}", reminder.subject);
        assert!(ada.writes("remind T-101").await[0].subject.contains("has just been"));
        assert!(dana.reads().is_empty());
        app.after(6 * DAY).await;
        let [reminder] = &dana.reads()[..] else { panic!("one more, by itself") };
        app.after(20 * DAY).await;
        assert!(dana.reads().is_empty(), "and no other");
        dana.replies(reminder, "CLAIM").await;
        assert_eq!(dana.balance().await, "20.00 USD");
        let late = ada.writes("remind T-101").await;
        assert!(late.iter().any(|letter| letter.subject.starts_with("Already sent")), "{late:?}");
    }

    async fn what_nobody_claims_comes_back(db: TestDb) {
        let app = TestApp::on(db).await;
        let (ada, dana, _, claim) = held(&app).await;
        let csrf = dana.opens(&claim.link()).await.csrf().expect("a form");
        app.after(30 * DAY - Duration::from_secs(1)).await;
        assert_eq!(states(&app, "held").await, 1);
        app.after(Duration::from_secs(1)).await;
        let told = ada.reads().pop().expect("told");
        assert_eq!(told.subject, "Back with you: $20.00 for dana@dana.example [T-101]");
        assert!(told.says("did not claim your payment in time"), "{}", told.text);
        let page = dana.posts(&claim.link(), &csrf).await;
        assert_eq!(page.status, StatusCode::GONE);
        assert!(page.body.contains("went back to its sender"), "{}", page.body);
        dana.reads();
        let [late] = &dana.replies(&claim, "CLAIM").await[..] else { panic!("one answer") };
        assert!(late.subject.starts_with("This money went back"), "{}", late.subject);
        assert_eq!((ada.balance().await, dana.balance().await), ("100.00 USD".into(), "no account".into()));
        assert_eq!(app.count("SELECT COUNT(*) FROM ledger_holds WHERE state = 'open'").await, 0);
        app.is_sound().await;
    }

    async fn letters_to_strangers_are_few(db: TestDb) {
        let app = TestApp::with(db, &[("TRANSFERS_HELD_PER_DAY_MAX", "2")]).await;
        let ada = app.person("ada").await.with_balance("100.00 USD").await;
        let mut asked = Vec::new();
        for name in ["a", "b", "c"] {
            asked.extend(ada.writes(&format!("pay x@{name}.example $5")).await);
        }
        for letter in &asked {
            ada.clicks(&letter.link()).await;
        }
        assert_eq!((states(&app, "held").await, states(&app, "refused").await), (2, 1));
        let refused = ada.reads().pop().expect("told");
        assert!(refused.subject.starts_with("Not sent: $5.00 to x@c.example"), "{}", refused.subject);
        assert!(refused.says("2 payments within 24 hours to people without an account"));
        let [problem] = &ada.writes("pay x@d.example $5").await[..] else { panic!("one letter") };
        assert!(problem.subject.starts_with("That is over your limit"), "{}", problem.subject);
        assert!(problem.says("can be made from 4 June 2025, 10:30 UTC"), "{}", problem.text);
        app.after(DAY).await;
        assert!(ada.writes("pay x@d.example $5").await[0].subject.starts_with("Please confirm"));
        app.is_sound().await;
    }

    async fn a_strangers_letter_carries_no_link_of_the_senders(db: TestDb) {
        let app = TestApp::on(db).await;
        let ada = app.person("ada").await.with_balance("100.00 USD").await;
        let dana = app.stranger("dana");
        let asked = ada.writes("pay dana@dana.example $20 for see https://evil.example/x now").await;
        ada.clicks(&asked[0].link()).await;
        let [claim] = &dana.reads()[..] else { panic!("one letter") };
        assert!(!claim.text.contains("evil") && !claim.html.contains("evil"), "{}", claim.text);
    }

    async fn a_letter_that_comes_back_returns_the_money_at_once(db: TestDb) {
        let app = TestApp::on(db).await;
        let (ada, dana, _, claim) = held(&app).await;
        // Who knows not the letter's own id, or speaks of another address, reports nothing.
        let made_up = claim.message_id.replace('.', "x");
        for (of, id) in [("dana@dana.example", &made_up), ("eve@eve.example", &claim.message_id)] {
            app.deliver(report(of, id).replace('\n', "\r\n").as_bytes());
            app.settle().await;
            assert_eq!(states(&app, "held").await, 1, "{of} {id}");
        }
        app.deliver(report("dana@dana.example", &claim.message_id).replace('\n', "\r\n").as_bytes());
        app.settle().await;
        let [told] = &ada.reads()[..] else { panic!("told once") };
        assert!(told.says("cannot be delivered") && told.says("no such mailbox"), "{}", told.text);
        assert_eq!(dana.opens(&claim.link()).await.status, StatusCode::GONE);
        assert_eq!(states(&app, "returned").await, 1);
        app.is_sound().await;
    }

    async fn a_frozen_senders_money_goes_back_when_it_is_claimed(db: TestDb) {
        let app = TestApp::on(db).await;
        let (ada, dana, _, claim) = held(&app).await;
        ada.writes("freeze").await;
        let page = dana.clicks(&claim.link()).await;
        assert!(page.body.contains("Not paid"), "{}", page.body);
        let told = ada.reads().pop().expect("told");
        assert!(told.says("could not be made when dana@dana.example claimed it"), "{}", told.text);
        assert_eq!((ada.balance().await, dana.balance().await), ("100.00 USD".into(), "0.00 USD".into()));
        app.is_sound().await;
    }

    async fn claim_cancel_end_and_bounce_at_once_have_one_outcome(db: TestDb) {
        let app = TestApp::on(db).await;
        let ada = app.person("ada").await.with_balance("100.00 USD").await;
        for round in 0_u32..4 {
            let dana = app.stranger(&format!("dana{round}"));
            let (receipt, claim) = sends_twenty(&ada, &dana).await;
            let (link, before) = (claim.link(), ada.balance().await);
            let csrf = dana.opens(&link).await.csrf().expect("a form");
            // Half of the rounds meet the end of the hold as well.
            if round % 2 == 1 {
                app.clock.advance(30 * DAY - Duration::from_secs(round.into()));
            }
            app.deliver(&app.stamp().genuine("ada.example", &ada.reply(&receipt, "CANCEL")));
            let domain = format!("dana{round}.example");
            app.deliver(&app.stamp().genuine(&domain, &dana.reply(&claim, "CLAIM")));
            let of = dana.address();
            app.deliver(report(of.as_str(), &claim.message_id).replace('\n', "\r\n").as_bytes());
            if round % 2 == 1 {
                app.clock.advance(Duration::from_secs(round.into()));
            }
            let headers = [("origin", PUBLIC_URL), ("sec-fetch-site", "same-origin")];
            let yes = (0..10).map(|n| {
                let body = if n % 3 == 0 { format!("csrf={csrf}&no=1") } else { format!("csrf={csrf}") };
                let (dana, link) = (&dana, &link);
                async move { dana.requests(Method::POST, link, &headers, &body).await.status }
            });
            let (statuses, ()) = tokio::join!(futures_util::future::join_all(yes), app.settle());
            for status in statuses {
                assert!([StatusCode::OK, StatusCode::GONE].contains(&status), "{status}");
            }
            let paid = dana.balance().await == "20.00 USD";
            let expected = match before.strip_suffix(".00 USD").and_then(|n| n.parse::<i64>().ok()) {
                Some(before) if paid => format!("{}.00 USD", before - 20),
                _ => before.clone(),
            };
            assert_eq!(ada.balance().await, expected, "round {round}");
            assert_eq!(states(&app, "held").await, 0);
            app.is_sound().await;
            ada.reads();
        }
        assert_eq!(app.count("SELECT COUNT(*) FROM ledger_holds WHERE state = 'open'").await, 0);
        let one_end = "SELECT COUNT(*) FROM letters WHERE kind IN ('transfer_claimed', 'transfer_back')";
        assert_eq!(app.count(one_end).await, 4, "each sender is told of one end");
    }
}
