//! Answers for monitors.

use std::time::Duration;

use axum::{
    body::Body,
    http::{Method, Request, StatusCode},
};
use pennypost::{
    health::{self, Kind},
    web,
};
use tokio_util::sync::CancellationToken;
use tower::ServiceExt;

use super::{TOKEN, answered, ask};
use crate::support::{TestApp, app::SERVICE};

/// Waits for a condition, within a bound.
async fn until(holds: impl AsyncFn() -> bool) {
    for _ in 0..500 {
        if holds().await {
            return;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    panic!("it never came to hold");
}

both! {
    async fn ready_turns_red_when_a_mail_has_waited_five_minutes(db: TestDb) {
        let app = TestApp::with(db, &[("HEALTH_TOKEN", TOKEN)]).await;
        let ada = app.person("ada").await;
        app.deliver(&app.stamp().genuine("ada.example", &ada.mail(SERVICE, "", "balance", "")));
        let pollers = app.process.pollers().await.expect("connects");
        assert_eq!(pollers[0].poll_once().await.expect("polls"), 1);

        app.clock.advance(Duration::from_secs(300));
        app.fetch().await;
        assert_eq!(ask(&app, Method::GET, "/healthz", None).await.status, StatusCode::OK);
        app.clock.advance(Duration::from_secs(1));
        app.fetch().await;
        let red = ask(&app, Method::GET, "/healthz", None).await;
        assert_eq!(red.status, StatusCode::SERVICE_UNAVAILABLE);
        assert!(red.body.contains("301 s"), "{}", red.body);
        assert_eq!(ask(&app, Method::GET, "/livez", None).await.body, "ok\n", "alive all the same");

        app.settle().await;
        assert_eq!(ask(&app, Method::GET, "/healthz", None).await.status, StatusCode::OK);
    }

    async fn a_process_is_there_while_it_runs_and_missed_when_it_falls_silent(db: TestDb) {
        let app = TestApp::with(db, &[("HEALTH_TOKEN", TOKEN)]).await;
        let stop = CancellationToken::new();
        let cx = app.process.cx.clone();
        let running = tokio::spawn(health::present(cx.clone(), Kind::Worker, stop.clone()));
        let worker = "SELECT COUNT(*) FROM processes WHERE kind = 'worker'";
        until(async || app.count(worker).await == 1).await;
        app.fetch().await;
        assert_eq!(ask(&app, Method::GET, "/healthz", None).await.status, StatusCode::OK);
        let metrics = ask(&app, Method::GET, "/metrics", None).await.body;
        assert!(metrics.contains("\npennypost_processes{kind=\"worker\"} 1\n"), "{metrics}");
        assert!(metrics.contains("\npennypost_processes{kind=\"clock\"} 0\n"), "{metrics}");

        // Its heart stands still with the clock: thirty seconds without a word are too many.
        app.clock.advance(Duration::from_secs(31));
        app.fetch().await;
        let red = ask(&app, Method::GET, "/healthz", None).await;
        assert_eq!(red.status, StatusCode::SERVICE_UNAVAILABLE);
        assert!(red.body.starts_with("No worker runs; the last was heard 31 s ago."), "{}", red.body);
        let metrics = ask(&app, Method::GET, "/metrics", None).await.body;
        assert!(metrics.contains("\npennypost_processes{kind=\"worker\"} 0\n"), "{metrics}");
        assert!(metrics.contains("\npennypost_well{check=\"process\"} 0\n"), "{metrics}");

        stop.cancel();
        running.await.expect("it says farewell");
        assert_eq!(app.count(worker).await, 0);
        assert_eq!(ask(&app, Method::GET, "/healthz", None).await.status, StatusCode::OK);
    }

    async fn a_database_that_is_away_is_told_and_its_numbers_are_not_left_stale(db: TestDb) {
        let app = TestApp::with(db, &[("HEALTH_TOKEN", TOKEN)]).await;
        let well = ask(&app, Method::GET, "/metrics", None).await.body;
        assert!(well.contains("\npennypost_database_up 1\n"), "{well}");
        app.process.cx.db.close().await;
        let red = ask(&app, Method::GET, "/healthz", None).await;
        assert_eq!(red.status, StatusCode::SERVICE_UNAVAILABLE);
        assert_eq!(red.body, "The database does not answer.\n");
        let away = ask(&app, Method::GET, "/metrics", None).await.body;
        assert!(away.contains("\npennypost_database_up 0\n"), "{away}");
        assert!(!away.contains("\npennypost_jobs{"), "{away}");
        assert_eq!(ask(&app, Method::GET, "/livez", None).await.body, "ok\n");
    }

    async fn each_process_answers_for_its_own_duty(db: TestDb) {
        let app = TestApp::with(db, &[("HEALTH_TOKEN", TOKEN)]).await;
        let ada = app.person("ada").await;
        app.deliver(&app.stamp().genuine("ada.example", &ada.mail(SERVICE, "", "balance", "")));
        app.fetch().await;
        app.clock.advance(Duration::from_secs(301));
        for (kind, status) in [
            (Kind::Worker, StatusCode::SERVICE_UNAVAILABLE),
            (Kind::Clock, StatusCode::OK),
            (Kind::All, StatusCode::SERVICE_UNAVAILABLE),
        ] {
            let routes = web::health_routes(app.process.cx.clone(), kind, false);
            let request = Request::get("/readyz").body(Body::empty()).expect("a request");
            let response = routes.oneshot(request).await.expect("answers");
            assert_eq!(response.status(), status, "{kind}");
        }
    }

    /// A web process takes requests out of service for what it cannot do, and for nothing else.
    async fn a_kind_that_is_gone_for_good_is_missed_until_the_operator_says_so(db: TestDb) {
        let app = TestApp::with(db, &[("HEALTH_TOKEN", TOKEN)]).await;
        let now = app.clock.now();
        let mut tx = app.process.cx.db.begin().await.expect("begins");
        for (id, kind, seen) in [("1", Kind::Worker, 40), ("2", Kind::Clock, 40), ("3", Kind::Worker, 5)] {
            let seen = now.minus(Duration::from_secs(seen));
            pennypost::execute!(
                tx,
                "INSERT INTO processes (id, kind, version, started_at, seen_at, ready) \
                 VALUES ($1, $2, '1', $3, $3, TRUE)",
                id,
                kind,
                seen
            )
            .expect("a process");
        }
        tx.commit().await.expect("commits");
        app.fetch().await;
        let red = ask(&app, Method::GET, "/healthz", None).await;
        assert!(red.body.contains("status --forget clock"), "{}", red.body);
        let mut tx = app.process.cx.db.begin().await.expect("begins");
        for (kind, gone) in [(Kind::Clock, 1), (Kind::Worker, 1), (Kind::Web, 0)] {
            assert_eq!(health::forget_silent(&mut tx, kind, now).await.expect("forgets"), gone);
        }
        tx.commit().await.expect("commits");
        assert_eq!(ask(&app, Method::GET, "/healthz", None).await.status, StatusCode::OK);
        assert_eq!(app.count("SELECT COUNT(*) FROM processes").await, 1, "who lives stays");
    }

    async fn the_web_is_ready_for_its_own_duty_while_mail_stands_still(db: TestDb) {
        let app = TestApp::with(db, &[("HEALTH_TOKEN", TOKEN)]).await;
        assert_eq!(ask(&app, Method::GET, "/healthz", None).await.status, StatusCode::SERVICE_UNAVAILABLE);
        assert_eq!(ask(&app, Method::GET, "/readyz", None).await.body, "ok\n");
        app.process.cx.db.close().await;
        let away = ask(&app, Method::GET, "/readyz", None).await;
        assert_eq!(away.status, StatusCode::SERVICE_UNAVAILABLE);
        assert_eq!(away.body, "The database does not answer.\n");
    }

    async fn nobody_without_the_token_reads_what_a_server_said(db: TestDb) {
        let app = TestApp::with(db, &[("HEALTH_TOKEN", "another token of monitors")]).await;
        let mut tx = app.process.cx.db.begin().await.expect("begins");
        let since = app.clock.now().minus(Duration::from_secs(900));
        let said = "UPDATE relays SET refusing_since = $1, last_error = 'the relay of Olga', last_error_at = $1";
        pennypost::execute!(tx, said, since).expect("updates");
        tx.commit().await.expect("commits");
        app.fetch().await;
        let told = ask(&app, Method::GET, "/healthz", None).await;
        assert_eq!((told.status, &*told.body), (StatusCode::SERVICE_UNAVAILABLE, "not well: relay\n"));
        let numbers = ask(&app, Method::GET, "/metrics", None).await;
        assert_eq!(numbers.status, StatusCode::UNAUTHORIZED);
        assert!(!numbers.body.contains("pennypost_"), "{}", numbers.body);

        // Where only this machine can ask, whoever asks may read.
        for (own, words) in [(false, "not well: relay\n"), (true, "the relay of Olga")] {
            let routes = web::health_routes(app.process.cx.clone(), Kind::Clock, own);
            let told = answered(routes, Method::GET, "/healthz", None).await;
            assert!(told.body.contains(words), "{own}: {}", told.body);
        }
        let open = app.restarted(&[]).await;
        assert_eq!(ask(&open, Method::GET, "/metrics", None).await.status, StatusCode::UNAUTHORIZED);
    }

    async fn a_flood_of_questions_looks_once_in_a_second(db: TestDb) {
        let app = TestApp::on(db).await;
        let service = web::service(app.process.cx.clone());
        let ready = async || answered(service.clone(), Method::GET, "/readyz", None).await.status;
        assert_eq!(ready().await, StatusCode::OK);
        app.process.cx.db.close().await;
        for _ in 0..100 {
            assert_eq!(ready().await, StatusCode::OK, "it was not looked at again");
        }
        tokio::time::sleep(Duration::from_millis(1_100)).await;
        assert_eq!(ready().await, StatusCode::SERVICE_UNAVAILABLE);
    }

    async fn metrics_count_the_queues(db: TestDb) {
        let app = TestApp::with(db, &[("HEALTH_TOKEN", TOKEN)]).await;
        let ada = app.person("ada").await;
        app.deliver(&app.stamp().genuine("ada.example", &ada.mail(SERVICE, "", "balance", "")));
        app.fetch().await;
        let metrics = ask(&app, Method::GET, "/metrics", None).await.body;
        for queue in ["classifier", "transfers", "letters"] {
            for state in ["ready", "running", "dead"] {
                let jobs = i64::from(queue == "classifier" && state == "ready");
                let gauge = format!("\npennypost_jobs{{queue=\"{queue}\",state=\"{state}\"}} {jobs}\n");
                assert!(metrics.contains(&gauge), "{gauge} in {metrics}");
            }
        }
        assert!(metrics.contains("\npennypost_mails_waiting 1\n"), "{metrics}");
        app.settle().await;
        let drained = ask(&app, Method::GET, "/metrics", None).await.body;
        for gauge in [
            "\npennypost_jobs{queue=\"classifier\",state=\"ready\"} 0\n",
            "\npennypost_mails_waiting 0\n",
            "\npennypost_oldest_mail_waiting_seconds 0\n",
        ] {
            assert!(drained.contains(gauge), "{gauge} in {drained}");
        }
        // A mailbox is named after the service's own address; people are named nowhere.
        assert!(!drained.replace(SERVICE, "").contains('@'), "no addresses of people");
        let names = drained.lines().filter_map(|line| line.strip_prefix("# HELP "));
        let readme = std::fs::read_to_string("README.md").expect("a README");
        for name in names.filter_map(|rest| rest.split(' ').next()) {
            assert!(readme.contains(name), "{name} is not in the README");
        }
    }
}
