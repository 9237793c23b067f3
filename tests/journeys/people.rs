//! What people do with their account by mail: a statement, further addresses, an address book.

use std::time::Duration;

use pennypost::money::Currency;

use crate::support::{TestApp, app::SERVICE};

const DAY: Duration = Duration::from_secs(86_400);

both! {
    async fn a_statement_tells_each_movement_and_adds_up(db: TestDb) {
        let app = TestApp::on(db).await;
        let ada = app.person("ada").await.with_balance("100.00 USD").await;
        let ben = app.person("ben").await;
        app.clock.advance(DAY * 30);
        let asked = ada.writes("pay ben@ben.example $20.50 for lunch").await.remove(0);
        ada.clicks(&asked.link()).await;
        ada.reads();
        ben.reads();
        let [letter] = &ada.writes("statement, please").await[..] else { panic!("one letter") };
        assert_eq!(letter.subject, "Your statement: 1 June 2025 to 3 July 2025");
        assert!(letter.says("There were 2 movements"), "{}", letter.text);
        assert!(letter.says("Sent: ben@ben.example · 3 July 2025, T-101 -$20.50 $79.50"), "{}", letter.text);
        let (name, csv) = letter.file.as_ref().expect("a file");
        assert_eq!(name, "statement-2025-06-01-2025-07-03.csv");
        let lines: Vec<&str> = csv.split("\r\n").collect();
        assert_eq!(lines[0], "Date,Movement,Other party,Reference,Amount,Currency,Balance");
        assert_eq!(lines[1], "2025-06-01T00:00:00Z,Opening balance,,,,USD,0.00");
        assert!(lines[2].contains(",Paid in,,") && lines[2].ends_with(",100.00,USD,100.00"), "{csv}");
        assert!(lines[3].ends_with(",Sent,ben@ben.example,T-101,-20.50,USD,79.50"), "{csv}");
        assert!(lines[4].ends_with(",Closing balance,,,,USD,79.50") && lines[5].is_empty(), "{csv}");
        // Each side has its own view, and only its own.
        let [letter] = &ben.writes("statement").await[..] else { panic!("one letter") };
        assert!(letter.says("Received: ada@ada.example"), "{}", letter.text);
        assert!(!letter.file.as_ref().expect("a file").1.contains("79.50"));
    }

    async fn a_statement_is_of_the_period_that_was_named(db: TestDb) {
        let app = TestApp::on(db).await;
        let euro = Currency::parse("EUR").expect("ISO 4217");
        let ada = app.person("ada").await.with_balance("100.00 USD").await;
        app.clock.advance(DAY * 30);
        app.person_in("ada", euro).await.with_balance("7.00 EUR").await;
        let [june] = &ada.writes("statement for 2025-06").await[..] else { panic!("one letter") };
        assert_eq!(june.subject, "Your statement: 1 June 2025 to 30 June 2025");
        let (_, csv) = june.file.as_ref().expect("a file");
        assert!(csv.contains(",100.00,USD,100.00\r\n") && !csv.contains("7.00"), "{csv}");
        let [july] = &ada.writes("Kontoauszug für 2025-07").await[..] else { panic!("one letter") };
        assert!(july.subject.starts_with("Ihr Kontoauszug: 1. Juli 2025"), "{}", july.subject);
        let (_, csv) = july.file.as_ref().expect("a file");
        assert!(csv.contains("Anfangssaldo,,,,USD,100.00") && csv.contains(",7.00,EUR,7.00"), "{csv}");
        let [quiet] = &ada.writes("statement for 2024").await[..] else { panic!("one letter") };
        assert!(quiet.says("Nothing moved in your account") && quiet.file.is_none(), "{}", quiet.text);
    }

    async fn a_statement_goes_to_the_owner_alone(db: TestDb) {
        let app = TestApp::on(db).await;
        app.person("ada").await.with_balance("100.00 USD").await;
        let zoe = app.stranger("zoe");
        let [help] = &zoe.writes("statement").await[..] else { panic!("one letter") };
        assert!(help.says("no account here yet") && help.file.is_none(), "{}", help.text);
        // In Ada's name and unproved: nobody is told anything.
        let forged = zoe.mail(SERVICE, "", "statement", "").replace("zoe@zoe.example", "ada@ada.example");
        app.deliver(&app.stamp().genuine("zoe.example", &forged));
        app.settle().await;
        let statements = "SELECT COUNT(*) FROM letters WHERE kind = 'account_statement'";
        assert_eq!(app.count(statements).await, 0);
    }
}
