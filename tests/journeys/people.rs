//! What people do with their account by mail: a statement, further addresses, an address book.

use std::time::Duration;

use pennypost::{accounts, ledger, money::Currency};

use crate::support::{TestApp, app::SERVICE, person::Person};

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

both! {
    async fn a_name_means_whom_its_owner_says(db: TestDb) {
        let app = TestApp::on(db).await;
        let ada = app.person("ada").await.with_balance("100.00 USD").await;
        let ben = app.person("ben").await;
        let [unnamed] = &ada.writes("pay Bob $20").await[..] else { panic!("one letter") };
        assert!(unnamed.subject.contains("nothing sent"), "{}", unnamed.subject);
        let [saved] = &ada.writes("Bob is ben@ben.example").await[..] else { panic!("one letter") };
        assert_eq!(saved.subject, "Saved in your contacts");
        assert!(saved.says("Bob now means ben@ben.example."), "{}", saved.text);
        let [asked] = &ada.writes("pay bob $20").await[..] else { panic!("one letter") };
        assert_eq!(asked.subject, "Please confirm: $20.00 to ben@ben.example [T-102]");
        // Ada's names are nobody else's.
        let [other] = &ben.writes("pay Bob $1").await[..] else { panic!("one letter") };
        assert!(other.subject.contains("nothing sent"), "{}", other.subject);
        let [moved] = &ada.writes("add contact BOB bob@new.example").await[..] else { panic!("one letter") };
        assert!(moved.says("Until now it meant ben@ben.example."), "{}", moved.text);
        ada.writes("Zoe Harbour is zoe@zoe.example").await;
        let [list] = &ada.writes("my contacts").await[..] else { panic!("one letter") };
        for line in ["BOB: bob@new.example", "Zoe Harbour: zoe@zoe.example"] {
            assert!(list.says(line), "{}", list.text);
        }
        let [gone] = &ada.writes("forget contact bob").await[..] else { panic!("one letter") };
        assert!(gone.says("bob is no longer in your contacts"), "{}", gone.text);
        let [unknown] = &ada.writes("forget contact bob").await[..] else { panic!("one letter") };
        assert!(unknown.says("Nothing was done: bob is not in your contacts"), "{}", unknown.text);
        assert_eq!(app.count("SELECT COUNT(*) FROM contacts").await, 1);
    }

    async fn nobody_else_writes_in_somebodys_address_book(db: TestDb) {
        let app = TestApp::on(db).await;
        app.person("ada").await;
        let zoe = app.stranger("zoe");
        assert!(zoe.writes("Bob is zoe@zoe.example").await.is_empty());
        let forged = zoe.mail(SERVICE, "", "Bob is zoe@zoe.example", "");
        app.deliver(&app.stamp().genuine("zoe.example", &forged.replace("zoe@zoe.example\nTo", "ada@ada.example\nTo")));
        app.settle().await;
        assert_eq!(app.count("SELECT COUNT(*) FROM contacts").await, 0);
    }

    async fn a_further_address_is_added_when_both_sides_say_so(db: TestDb) {
        let app = TestApp::on(db).await;
        let ada = app.person("ada").await.with_balance("100.00 USD").await;
        let ben = app.person("ben").await.with_balance("50.00 USD").await;
        let work = app.stranger("work");
        let [gate] = &ada.writes("my other address is work@work.example").await[..] else { panic!("one letter") };
        assert!(gate.says("asked us to add work@work.example to your account"), "{}", gate.text);
        assert!(work.reads().is_empty(), "the registered side comes first");
        // Looking acts neither here nor there.
        ada.opens(&gate.link()).await;
        app.settle().await;
        assert!(work.reads().is_empty());
        ada.clicks(&gate.link()).await;
        let [asked] = &work.reads()[..] else { panic!("one letter") };
        assert_eq!(asked.subject, "Please confirm that this is your address");
        assert!(asked.says("money sent to work@work.example arrives in it"), "{}", asked.text);
        let page = work.opens(&asked.link()).await;
        assert!(page.body.contains("Shall work@work.example belong to the account of ada@ada.example?"), "{}", page.body);
        let [help] = &work.writes("balance").await[..] else { panic!("one letter") };
        assert!(help.says("no account here yet"), "{}", help.text);
        // What it asked for before waits for its account.
        let waits = work.writes("pay ben@ben.example $5").await.remove(0);
        assert!(waits.subject.starts_with("You have no account here yet"), "{}", waits.subject);
        let done = work.clicks(&asked.link()).await;
        assert!(done.body.contains("work@work.example now belongs to your account"), "{}", done.body);
        let [told] = &ada.reads()[..] else { panic!("one letter") };
        assert_eq!(told.subject, "work@work.example now belongs to your account");
        let subjects: Vec<_> = work.reads().into_iter().map(|letter| letter.subject).collect();
        assert_eq!(subjects.len(), 2, "{subjects:?}");
        assert!(subjects.iter().any(|s| s.starts_with("Please confirm: $5.00 to ben@ben.example")), "{subjects:?}");
        // It acts once, and says so.
        let again = work.clicks(&asked.link()).await;
        assert!(again.body.contains("Already done"), "{}", again.body);
        // Both addresses are one account.
        let paid = ben.writes("pay work@work.example $20").await.remove(0);
        ben.clicks(&paid.link()).await;
        assert_eq!(ada.balance().await, "120.00 USD");
        let [received] = &work.reads()[..] else { panic!("one letter") };
        assert!(received.subject.starts_with("Received: $20.00 from ben@ben.example"), "{}", received.subject);
        let [balance] = &work.writes("balance").await[..] else { panic!("one letter") };
        assert_eq!(balance.subject, "Your balance is $120.00");
        ben.reads();
        // Ben's statement names the address that he paid, and no other of hers.
        let [statement] = &ben.writes("statement").await[..] else { panic!("one letter") };
        assert!(statement.says("Sent: work@work.example") && !statement.says("ada@ada.example"), "{}", statement.text);
        app.is_sound().await;
    }

    async fn a_further_address_goes_again_and_the_last_one_stays(db: TestDb) {
        let app = TestApp::on(db).await;
        let ada = app.person("ada").await.with_balance("100.00 USD").await;
        let work = app.stranger("work");
        let gate = ada.writes("add alias work@work.example").await.remove(0);
        ada.clicks(&gate.link()).await;
        work.clicks(&work.reads()[0].link()).await;
        ada.reads();
        work.reads();
        let gate = ada.writes("remove alias work@work.example").await.remove(0);
        assert!(gate.says("asked us to remove work@work.example"), "{}", gate.text);
        assert_eq!(work.writes("balance").await[0].subject, "Your balance is $100.00");
        ada.clicks(&gate.link()).await;
        for letters in [ada.reads(), work.reads()] {
            let [told] = &letters[..] else { panic!("one letter") };
            assert_eq!(told.subject, "work@work.example no longer belongs to your account");
        }
        let [help] = &work.writes("balance").await[..] else { panic!("one letter") };
        assert!(help.says("no account here yet"), "{}", help.text);
        for (words, why) in [
            ("remove alias ada@ada.example", "is the only address of your account"),
            ("remove alias work@work.example", "does not belong to your account"),
        ] {
            let gate = ada.writes(words).await.remove(0);
            ada.clicks(&gate.link()).await;
            let [problem] = &ada.reads()[..] else { panic!("one letter") };
            assert!(problem.says("Nothing was done.") && problem.says(why), "{}", problem.text);
        }
        assert_eq!(app.count("SELECT COUNT(*) FROM addresses").await, 1);
    }

    async fn no_address_of_others_becomes_ones_own(db: TestDb) {
        let app = TestApp::on(db).await;
        let ada = app.person("ada").await;
        let ben = app.person("ben").await;
        let work = app.stranger("work");
        for (words, why) in [
            ("my other address is ben@ben.example", "belongs to another account"),
            ("add alias till@post.example", "is our own address"),
            ("add alias till+x@post.example", "is our own address"),
            ("add alias ada@ada.example", "belongs to your account already"),
        ] {
            let gate = ada.writes(words).await.remove(0);
            ada.clicks(&gate.link()).await;
            let [problem] = &ada.reads()[..] else { panic!("one letter") };
            assert!(problem.says(why), "{}", problem.text);
        }
        assert!(ben.reads().is_empty());
        // An address that signs up meanwhile stays its own.
        let gate = ada.writes("add alias work@work.example").await.remove(0);
        ada.clicks(&gate.link()).await;
        let asked = work.reads().remove(0);
        work.writes("sign up").await;
        let page = work.clicks(&asked.link()).await;
        assert!(page.body.contains("belongs to another account"), "{}", page.body);
        assert_eq!(app.count("SELECT COUNT(*) FROM people").await, 3);
        assert_eq!(app.count("SELECT COUNT(*) FROM addresses").await, 3);
        // In Ada's name and unproved, and from strangers: nothing.
        let zoe = app.stranger("zoe");
        assert!(zoe.writes("my other address is zoe@evil.example").await.is_empty());
        let forged = zoe.mail(SERVICE, "", "my other address is zoe@evil.example", "");
        app.deliver(&app.stamp().genuine("zoe.example", &forged.replacen("zoe@zoe.example", "ada@ada.example", 1)));
        app.settle().await;
        assert!(ada.reads().is_empty());
        // So many strangers a day.
        let mut asked = 1;
        for number in 0..8 {
            let gate = ada.writes(&format!("add alias a{number}@home.example")).await.remove(0);
            ada.clicks(&gate.link()).await;
            asked += usize::from(ada.reads().is_empty());
        }
        assert_eq!(asked, 5);
    }
}

const FROZEN: &str = "SELECT COUNT(*) FROM ledger_accounts WHERE kind = 'person' AND NOT debit_ok";

/// As `pennypost accounts freeze` does it.
async fn operator_freezes(app: &TestApp, person: &Person) {
    let cx = &app.process.cx;
    let mut tx = cx.db.begin().await.expect("begins");
    let row = accounts::by_address(&mut tx, &person.address()).await.expect("asks").expect("one");
    accounts::froze(&mut tx, &row.id, None).await.expect("notes");
    for account in ledger::of_owner(&mut tx, row.id.as_str()).await.expect("asks") {
        ledger::freeze(&mut tx, &account.id, false, true, cx.now()).await.expect("freezes");
    }
    tx.commit().await.expect("commits");
}

both! {
    async fn a_freeze_is_lifted_by_the_link_alone(db: TestDb) {
        let app = TestApp::on(db).await;
        let ada = app.person("ada").await.with_balance("50.00 USD").await;
        app.person("ben").await;
        let frozen = ada.writes("freeze").await.remove(0);
        assert!(frozen.says("To open it again, write “unfreeze”"), "{}", frozen.text);
        let gate = ada.writes("unfreeze").await.remove(0);
        assert_eq!(gate.subject, "Please confirm that this was you");
        // A YES by mail and a look at the page lift nothing.
        ada.replies(&gate, "YES").await;
        ada.opens(&gate.link()).await;
        assert_eq!(app.count(FROZEN).await, 1);
        ada.reads();
        ada.clicks(&gate.link()).await;
        let [lifted] = &ada.reads()[..] else { panic!("one letter") };
        assert_eq!(lifted.subject, "Your account is no longer frozen");
        let asked = ada.writes("pay ben@ben.example $20").await.remove(0);
        assert!(ada.clicks(&asked.link()).await.body.contains("Sent: $20.00"));
        ada.reads();
        let gate = ada.writes("unfreeze").await.remove(0);
        ada.clicks(&gate.link()).await;
        let [idle] = &ada.reads()[..] else { panic!("one letter") };
        assert!(idle.says("Nothing was done: money can leave"), "{}", idle.text);
    }

    async fn what_the_operator_froze_is_not_the_persons_to_open(db: TestDb) {
        let app = TestApp::on(db).await;
        let ada = app.person("ada").await.with_balance("50.00 USD").await;
        operator_freezes(&app, &ada).await;
        // Nor by freezing it once more.
        ada.writes("freeze").await;
        let gate = ada.writes("unfreeze").await.remove(0);
        ada.clicks(&gate.link()).await;
        let [still] = &ada.reads()[..] else { panic!("one letter") };
        assert_eq!(still.subject, "Your account stays frozen");
        assert_eq!(app.count(FROZEN).await, 1);
    }
}
