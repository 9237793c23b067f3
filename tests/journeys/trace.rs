//! What the operator can find out about one mail afterwards.

use pennypost::trace::{Trace, trace};

use crate::support::{TestApp, app::SERVICE};

async fn traced(app: &TestApp, word: &str) -> Trace {
    let mut tx = app.process.cx.db.snapshot().await.expect("begins");
    let found = trace(&mut tx, word).await.expect("asks");
    found.unwrap_or_else(|| panic!("{word} is known"))
}

fn says(trace: &Trace, of: &str, words: &str) -> bool {
    trace.events.iter().any(|event| event.of == of && event.says.contains(words))
}

both! {
    async fn a_payment_is_told_from_its_mail_to_its_receipts(db: TestDb) {
        let app = TestApp::on(db).await;
        let ada = app.person("ada").await.with_balance("100.00 USD").await;
        app.person("ben").await;
        let mail = ada.mail(SERVICE, "", "pay ben@ben.example $20 for a secret", "");
        let asked = ada.sends(&mail).await.remove(0);
        app.deliver(&app.stamp().genuine("ada.example", &mail));
        let again = ada.replies(&asked, "make it 30").await.remove(0);
        ada.replies(&again, "YES").await;
        let sent = ada.reads();

        let told = traced(&app, "t-101").await;
        assert_eq!(told.subject, "request T-101");
        for (of, words) in [
            ("mail", "from ada@ada.example"),
            ("mail", "judged A2"),
            ("mail", "read as transfer (command)"),
            ("mail", "decided: confirm"),
            ("mail", "another delivery of"),
            ("mail", "read as confirm"),
            ("job", "transfers.request done, 1 attempt"),
            ("job", "letters.send done, 1 attempt"),
            ("request", "revision 1 by mail"),
            ("request", "30.00 USD to ben@ben.example"),
            ("request", "done"),
            ("confirm", "revision 1: Send $20.00 to ben@ben.example? (withdrawn since)"),
            ("confirm", "confirmed by a reply"),
            ("ledger", "moved 30.00 USD from ada@ada.example to ben@ben.example"),
            ("letter", "transfer_sent written to ada@ada.example"),
            ("letter", "transfer_received written to ben@ben.example"),
            ("letter", "taken by the relay"),
        ] {
            assert!(says(&told, of, words), "{of} {words}: {told:#?}");
        }
        assert!(!format!("{told:?}").contains("secret"), "what people write is not shown");
        assert!(told.events.is_sorted_by_key(|event| event.at));

        // From whatever end somebody begins, it is the same story.
        let mail_id = told.events.iter().find(|event| event.of == "mail").expect("a mail");
        assert_eq!(traced(&app, &mail_id.id).await.events, told.events);
        assert_eq!(traced(&app, &mail_id.id.to_uppercase()).await.events, told.events);
        assert!(says(&traced(&app, &asked.message_id).await, "letter", "transfer_confirm written"));
        let bracketed = format!("<{}>", sent.first().map_or(&asked, |one| one).message_id);
        assert!(!traced(&app, &bracketed).await.events.is_empty());
        let job = told.events.iter().find(|event| event.says.starts_with("transfers.request"));
        assert_eq!(traced(&app, &job.expect("a job").id).await.events, told.events);
        let booked = traced(&app, "gift-0").await;
        assert!(says(&booked, "ledger", "moved 100.00 USD from clearing to ada@"), "{booked:?}");
        assert!(says(&booked, "letter", "account_booked written"), "{booked:?}");
    }

    async fn a_refusal_and_an_unproved_mail_are_told_with_their_reasons(db: TestDb) {
        let app = TestApp::on(db).await;
        let ada = app.person("ada").await.with_balance("10.00 USD").await;
        app.person("ben").await;
        ada.writes("pay ben@ben.example $20").await;
        let told = traced(&app, "T-101").await;
        assert!(says(&told, "request", "; wrong: refused"), "{told:?}");
        app.deliver(&app.stamp().forged("ada.example", &ada.mail(SERVICE, "", "freeze", "")));
        app.settle().await;
        let mut tx = app.process.cx.db.snapshot().await.expect("begins");
        let all = pennypost::inbox::list(&mut tx, "", 100).await.expect("lists");
        let forged = all.last().expect("a mail");
        let told = traced(&app, forged.id.as_str()).await;
        assert!(says(&told, "mail", "judged A0"), "{told:?}");
        assert!(says(&told, "confirm", "ada@ada.example was asked to confirm"), "{told:?}");
        assert!(trace(&mut tx, "T-999").await.expect("asks").is_none());
        assert!(trace(&mut tx, "%").await.expect("asks").is_none());
    }
}
