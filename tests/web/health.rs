//! Answers for monitors.

use std::time::Duration;

use axum::http::{Method, StatusCode};

use super::ask;
use crate::support::{TestApp, app::SERVICE};

both! {
    async fn ready_turns_red_when_a_mail_has_waited_five_minutes(db: TestDb) {
        let app = TestApp::on(db).await;
        let ada = app.person("ada").await;
        app.deliver(&app.stamp().genuine("ada.example", &ada.mail(SERVICE, "", "balance", "")));
        let pollers = app.process.pollers().await.expect("connects");
        assert_eq!(pollers[0].poll_once().await.expect("polls"), 1);

        app.clock.advance(Duration::from_secs(300));
        assert_eq!(ask(&app, Method::GET, "/readyz", None).await.status, StatusCode::OK);
        app.clock.advance(Duration::from_secs(1));
        let red = ask(&app, Method::GET, "/readyz", None).await;
        assert_eq!(red.status, StatusCode::SERVICE_UNAVAILABLE);
        assert!(red.body.contains("301 s"), "{}", red.body);
        assert_eq!(ask(&app, Method::GET, "/livez", None).await.body, "ok\n", "alive all the same");

        app.settle().await;
        assert_eq!(ask(&app, Method::GET, "/readyz", None).await.status, StatusCode::OK);
    }

    async fn metrics_count_the_queues(db: TestDb) {
        let app = TestApp::on(db).await;
        app.person("ada").await;
        let metrics = ask(&app, Method::GET, "/metrics", None).await.body;
        // Other tests of this process set the same gauges, so their values are nobody's.
        for queue in ["classifier", "transfers", "letters"] {
            for state in ["ready", "running", "dead"] {
                let gauge = format!("\npennypost_jobs{{queue=\"{queue}\",state=\"{state}\"}} ");
                assert!(metrics.contains(&gauge), "{gauge} in {metrics}");
            }
        }
        assert!(metrics.contains("pennypost_oldest_mail_waiting_seconds "), "{metrics}");
        assert!(!metrics.contains('@'), "no addresses of people");
    }
}
