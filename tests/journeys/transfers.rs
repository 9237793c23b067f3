//! Paying somebody by mail, and everything that can happen on the way.

use std::time::Duration;

use axum::http::{Method, StatusCode};

use crate::support::{TestApp, app::SERVICE};

both! {
    async fn a_payment_is_confirmed_by_the_page_and_both_are_told(db: TestDb) {
        let app = TestApp::on(db).await;
        let ada = app.person("ada").await.with_balance("100.00 USD").await;
        let ben = app.person("ben").await;

        let [asked] = &ada.writes("pay ben@ben.example $20 for lunch").await[..] else {
            panic!("one letter asks");
        };
        assert_eq!(asked.subject, "Please confirm: $20.00 to ben@ben.example [T-101]");
        assert!(asked.says("20.00 USD (twenty US dollars)"), "{}", asked.text);
        assert_eq!(ada.balance().await, "100.00 USD");

        let page = ada.opens(&asked.link()).await;
        assert_eq!(page.status, StatusCode::OK);
        for shown in ["ada@ada.example", "ben@ben.example", "20.00 USD", "twenty US dollars"] {
            assert!(page.body.contains(shown), "{shown} in {}", page.body);
        }
        let done = ada.clicks(&asked.link()).await;
        assert!(done.body.contains("Sent: $20.00 to ben@ben.example"), "{}", done.body);

        let [sent] = &ada.reads()[..] else { panic!("one receipt") };
        assert_eq!(sent.subject, "Sent: $20.00 to ben@ben.example [T-101]");
        assert!(sent.says("Your balance is now $80.00"), "{}", sent.text);
        assert_eq!(sent.in_reply_to.as_deref(), Some(&*asked.message_id));
        let [received] = &ben.reads()[..] else { panic!("one receipt") };
        assert_eq!(received.subject, "Received: $20.00 from ada@ada.example [T-101]");
        assert!(received.says("Your balance is now $20.00"), "{}", received.text);
        assert!(!received.says("$80.00"), "a balance is its owner's alone");
        assert_eq!((ada.balance().await, ben.balance().await), ("80.00 USD".into(), "20.00 USD".into()));
        app.is_sound().await;
    }

    async fn a_yes_by_reply_confirms(db: TestDb) {
        let app = TestApp::on(db).await;
        let ada = app.person("ada").await.with_balance("100.00 USD").await;
        let ben = app.person("ben").await;
        let asked = ada.writes("pay ben@ben.example $20").await.remove(0);
        let [sent] = &ada.replies(&asked, "Yes").await[..] else { panic!("one receipt") };
        assert!(sent.subject.starts_with("Sent: $20.00"), "{}", sent.subject);
        assert_eq!(ben.balance().await, "20.00 USD");
        assert_eq!(app.count("SELECT COUNT(*) FROM transfer_requests WHERE selected_how = 'reply'").await, 1);
    }

    async fn an_answer_belongs_to_its_letter_whatever_became_of_the_subject(db: TestDb) {
        let app = TestApp::on(db).await;
        let ada = app.person("ada").await.with_balance("50.00 USD").await;
        let ben = app.person("ben").await;
        for (subject, to_tag) in [("Re: lunch", true), ("", true), ("Re: lunch", false)] {
            let asked = ada.writes("pay ben@ben.example $5").await.remove(0);
            let more = format!("In-Reply-To: <{}>\n", asked.message_id);
            let to = if to_tag { asked.reply_to.clone().expect("a tag") } else { SERVICE.to_owned() };
            let answers = ada.sends(&ada.mail(&to, subject, "YES", &more)).await;
            let told = answers.iter().map(|letter| letter.subject.clone()).collect::<Vec<_>>();
            assert!(told.len() == 1 && told[0].starts_with("Sent: $5.00"), "{subject}: {told:?}");
        }
        assert_eq!(ben.balance().await, "15.00 USD");
    }

    async fn the_prefilled_yes_confirms(db: TestDb) {
        let app = TestApp::on(db).await;
        let ada = app.person("ada").await.with_balance("100.00 USD").await;
        let ben = app.person("ben").await;
        let asked = ada.writes("pay ben@ben.example $20").await.remove(0);
        let yes = asked.mailtos().into_iter().find(|mail| mail.body.contains("YES")).expect("a YES");
        let [sent] = &ada.presses(&yes).await[..] else { panic!("one receipt") };
        assert!(sent.subject.starts_with("Sent: $20.00"), "{}", sent.subject);
        assert_eq!(ben.balance().await, "20.00 USD");
        assert_eq!(app.count("SELECT COUNT(*) FROM transfer_requests WHERE selected_how = 'mailto'").await, 1);
    }

    async fn looking_never_acts(db: TestDb) {
        let app = TestApp::on(db).await;
        let ada = app.person("ada").await.with_balance("100.00 USD").await;
        let ben = app.person("ben").await;
        let asked = ada.writes("pay ben@ben.example $20").await.remove(0);
        for _ in 0..50 {
            ada.opens(&asked.link()).await;
            ada.requests(Method::HEAD, &asked.link(), &[], "").await;
        }
        app.settle().await;
        assert_eq!(ben.balance().await, "0.00 USD");
        assert!(ada.clicks(&asked.link()).await.body.contains("Sent: $20.00"));
    }

    async fn a_second_click_and_a_late_yes_confirm_nothing_more(db: TestDb) {
        let app = TestApp::on(db).await;
        let ada = app.person("ada").await.with_balance("100.00 USD").await;
        let ben = app.person("ben").await;
        let asked = ada.writes("pay ben@ben.example $20").await.remove(0);
        let csrf = ada.opens(&asked.link()).await.csrf().expect("a form");
        ada.posts(&asked.link(), &csrf).await;
        let again = ada.posts(&asked.link(), &csrf).await;
        assert!(again.body.contains("Already done"), "{}", again.body);
        ada.reads();
        let [late] = &ada.replies(&asked, "YES").await[..] else { panic!("one answer") };
        assert!(late.subject.contains("already"), "{}", late.subject);
        assert_eq!(ben.balance().await, "20.00 USD");
        app.is_sound().await;
    }

    async fn page_and_reply_at_once_make_one_transfer(db: TestDb) {
        let app = TestApp::on(db).await;
        let ada = app.person("ada").await.with_balance("100.00 USD").await;
        let ben = app.person("ben").await;
        let asked = ada.writes("pay ben@ben.example $20").await.remove(0);
        let csrf = ada.opens(&asked.link()).await.csrf().expect("a form");
        let (link, yes) = (asked.link(), ada.reply(&asked, "YES"));
        let presses = (0..50).map(|_| ada.posts(&link, &csrf));
        let (_, _) = tokio::join!(futures_util::future::join_all(presses), ada.sends(&yes));
        app.settle().await;
        assert_eq!(ben.balance().await, "20.00 USD");
        assert_eq!(app.count("SELECT COUNT(*) FROM letters WHERE kind = 'transfer_sent'").await, 1);
        app.is_sound().await;
    }

    async fn a_missing_amount_is_asked_back_and_a_bare_number_completes_it(db: TestDb) {
        let app = TestApp::on(db).await;
        let ada = app.person("ada").await.with_balance("100.00 USD").await;
        let ben = app.person("ben").await;
        let [problem] = &ada.writes("please pay ben@ben.example for lunch").await[..] else {
            panic!("one letter asks back");
        };
        assert_eq!(problem.subject, "We need the amount — nothing sent yet [T-101]");
        assert!(problem.says("No money has moved"), "{}", problem.text);
        assert!(problem.text.contains("> please pay ben@ben.example for lunch"), "{}", problem.text);
        let fix = problem.mailtos().remove(0);
        assert!(fix.body.contains("amount: ____") && fix.body.contains("to: ben@ben.example"), "{fix:?}");

        // The untouched blank is asked back again, kindly, under the same number.
        let [again] = &ada.presses(&fix).await[..] else { panic!("one letter") };
        assert_eq!(again.subject, "We need the amount — nothing sent yet [T-101]");
        let [asked] = &ada.replies(again, "15").await[..] else { panic!("one letter asks") };
        assert_eq!(asked.subject, "Please confirm: $15.00 to ben@ben.example [T-101]");
        ada.clicks(&asked.link()).await;
        assert_eq!(ben.balance().await, "15.00 USD");
    }

    async fn the_corrected_mail_is_matched_to_its_request(db: TestDb) {
        let app = TestApp::on(db).await;
        let ada = app.person("ada").await.with_balance("100.00 USD").await;
        let ben = app.person("ben").await;
        let problem = ada.writes("please pay ben@ben.example for lunch").await.remove(0);
        let mut fix = problem.mailtos().remove(0);
        fix.body = fix.body.replace("____", "12.50 USD");
        let [asked] = &ada.presses(&fix).await[..] else { panic!("one letter asks") };
        assert_eq!(asked.subject, "Please confirm: $12.50 to ben@ben.example [T-101]");
        ada.clicks(&asked.link()).await;
        assert_eq!(ben.balance().await, "12.50 USD");
    }

    async fn a_correction_kills_the_old_link(db: TestDb) {
        let app = TestApp::on(db).await;
        let ada = app.person("ada").await.with_balance("100.00 USD").await;
        let ben = app.person("ben").await;
        let first = ada.writes("pay ben@ben.example $20").await.remove(0);
        let csrf = ada.opens(&first.link()).await.csrf().expect("a form");
        let [second] = &ada.replies(&first, "make it 30").await[..] else { panic!("asked anew") };
        assert_eq!(second.subject, "Please confirm: $30.00 to ben@ben.example [T-101]");

        let old = ada.posts(&first.link(), &csrf).await;
        assert_eq!(old.status, StatusCode::GONE);
        assert!(old.body.contains("newer request"), "{}", old.body);
        let [late] = &ada.replies(&first, "YES").await[..] else { panic!("told") };
        assert!(late.subject.contains("newer request"), "{}", late.subject);
        assert_eq!(ben.balance().await, "0.00 USD");

        ada.replies(second, "YES").await;
        assert_eq!(ben.balance().await, "30.00 USD");
        app.is_sound().await;
    }

    async fn a_cancelled_request_sends_nothing(db: TestDb) {
        let app = TestApp::on(db).await;
        let ada = app.person("ada").await.with_balance("100.00 USD").await;
        let ben = app.person("ben").await;
        let asked = ada.writes("pay ben@ben.example $20").await.remove(0);
        let [told] = &ada.replies(&asked, "CANCEL").await[..] else { panic!("one answer") };
        assert!(told.subject.starts_with("Cancelled: $20.00"), "{}", told.subject);
        assert_eq!(ada.clicks(&asked.link()).await.status, StatusCode::GONE);
        ada.replies(&asked, "YES").await;
        assert_eq!(ben.balance().await, "0.00 USD");
    }

    async fn an_expired_request_sends_nothing_and_says_so(db: TestDb) {
        let app = TestApp::on(db).await;
        let ada = app.person("ada").await.with_balance("100.00 USD").await;
        let ben = app.person("ben").await;
        let asked = ada.writes("pay ben@ben.example $20").await.remove(0);
        let csrf = ada.opens(&asked.link()).await.csrf().expect("a form");
        app.after(Duration::from_secs(3 * 86_400 + 1)).await;
        let [told] = &ada.reads()[..] else { panic!("one letter") };
        assert!(told.subject.starts_with("Not confirmed in time"), "{}", told.subject);
        assert_eq!(ada.posts(&asked.link(), &csrf).await.status, StatusCode::GONE);
        ada.replies(&asked, "YES").await;
        assert_eq!(ben.balance().await, "0.00 USD");
    }

    async fn too_little_money_is_named_with_what_could_be_sent(db: TestDb) {
        let app = TestApp::on(db).await;
        let ada = app.person("ada").await.with_balance("5.00 USD").await;
        let ben = app.person("ben").await;
        let [problem] = &ada.writes("pay ben@ben.example $20").await[..] else { panic!("one letter") };
        assert_eq!(problem.subject, "Your balance is $15.00 short — nothing sent yet [T-101]");
        assert!(problem.text.contains("> pay ben@ben.example $20"), "{}", problem.text);
        assert!(problem.html.contains("pay ben@ben.example $20</blockquote>"), "{}", problem.html);
        let fix = problem.mailtos().remove(0);
        let [asked] = &ada.presses(&fix).await[..] else { panic!("one letter asks") };
        assert_eq!(asked.subject, "Please confirm: $5.00 to ben@ben.example [T-101]");
        ada.clicks(&asked.link()).await;
        assert_eq!(ben.balance().await, "5.00 USD");
    }

    async fn money_that_is_gone_at_the_confirmation_is_refused_for_good(db: TestDb) {
        let app = TestApp::on(db).await;
        let ada = app.person("ada").await.with_balance("30.00 USD").await;
        let ben = app.person("ben").await;
        let one = ada.writes("pay ben@ben.example $20").await.remove(0);
        let two = ada.writes("pay ben@ben.example $25").await.remove(0);
        ada.clicks(&one.link()).await;
        let page = ada.clicks(&two.link()).await;
        assert!(page.body.contains("Not sent"), "{}", page.body);
        let refused = ada.reads().pop().expect("a letter");
        assert_eq!(refused.subject, "Not sent: $25.00 to ben@ben.example [T-102]");
        assert!(refused.says("$15.00 less"), "{}", refused.text);
        app.credit(&ada.address(), "100.00 USD").await;
        assert!(ada.clicks(&two.link()).await.body.contains("Already done"));
        assert_eq!(ben.balance().await, "20.00 USD");
        app.is_sound().await;
    }

    async fn limits_are_named_with_what_is_left(db: TestDb) {
        let app = TestApp::with(db, &[("TRANSFERS_DAY_MAX", "50")]).await;
        let ada = app.person("ada").await.with_balance("100.00 USD").await;
        let ben = app.person("ben").await;
        let asked = ada.writes("pay ben@ben.example $40").await.remove(0);
        ada.clicks(&asked.link()).await;
        ada.reads();
        let [problem] = &ada.writes("pay ben@ben.example $20").await[..] else { panic!("one letter") };
        assert!(problem.subject.starts_with("That is over your limit"), "{}", problem.subject);
        assert!(problem.says("$10.00 of it is left"), "{}", problem.text);
        app.after(Duration::from_secs(86_400)).await;
        let asked = ada.writes("pay ben@ben.example $20").await.remove(0);
        ada.clicks(&asked.link()).await;
        assert_eq!(ben.balance().await, "60.00 USD");
    }

    async fn several_errors_are_named_in_one_letter(db: TestDb) {
        let app = TestApp::with(db, &[("TRANSFERS_HELD_PER_DAY_MAX", "0")]).await;
        let ada = app.person("ada").await.with_balance("5.00 USD").await;
        let [problem] = &ada.writes("pay nobody@nowhere.example $20").await[..] else {
            panic!("one letter");
        };
        assert!(problem.says("people without an account"), "{}", problem.text);
        assert!(problem.says("$15.00 less"), "{}", problem.text);
        let [own] = &ada.writes("pay ada@ada.example $2").await[..] else { panic!("one letter") };
        assert!(own.subject.contains("yourself"), "{}", own.subject);
    }

    async fn amount_in_the_subject_friend_in_to_service_in_cc(db: TestDb) {
        let app = TestApp::on(db).await;
        let ada = app.person("ada").await.with_balance("100.00 USD").await;
        let ben = app.person("ben").await;
        let mail = ada.mail("ben@ben.example", "$25", "pizza last night, thanks!", "Cc: till@post.example\n");
        let [asked] = &ada.sends(&mail).await[..] else { panic!("one letter asks") };
        assert_eq!(asked.subject, "Please confirm: $25.00 to ben@ben.example [T-101]");
        ada.clicks(&asked.link()).await;
        let [received] = &ben.reads()[..] else { panic!("one receipt") };
        // It answers the mail that the friend was written, so it lands beneath it.
        assert!(received.in_reply_to.as_deref().is_some_and(|id| id.ends_with("@ada.example")));
    }
}
