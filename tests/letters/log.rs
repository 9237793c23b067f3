//! What is said in the log while letters fail: ids and the relay's words, no address and no secret.

use std::{
    io::Write,
    sync::{Arc, Mutex},
    time::Duration,
};

use pennypost::mail::relay::Lane;

use super::Post;
use crate::support::{
    TestDb,
    smtp_sink::{Stage, Turn},
};

#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Write for Log {
    fn write(&mut self, octets: &[u8]) -> std::io::Result<usize> {
        self.0.lock().expect("no panic holds it").extend_from_slice(octets);
        Ok(octets.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

/// On one thread, as the subscriber is that thread's alone.
#[tokio::test]
async fn no_address_and_no_secret_is_logged() {
    // Where there is but one subscriber, whoever reaches a place first, on whichever thread, decides for
    // good whether it is logged: a neighbour's test without one would decide against it.
    let _another = tracing::Dispatch::new(tracing_subscriber::registry());
    let log = Log::default();
    let writer = log.clone();
    let subscriber = tracing_subscriber::fmt()
        .with_max_level(tracing::Level::DEBUG)
        .with_writer(move || writer.clone())
        .finish();
    let _guard = tracing::subscriber::set_default(subscriber);
    let login = crate::support::smtp_sink::SmtpSink::start().await;
    let url = login.url("smtp", "till%40post.example:hushhush@");
    let settings = [("CAMPAIGN_RELAY_URL", &*url), ("OPERATOR_ADDRESS", "olga@bridge.example")];
    let post = Post::with(TestDb::sqlite().await, &settings).await;
    let words = "450 4.2.0 <ada@lake.example>: greylisted, mail ada@lake.example later";
    post.sink.next(1, Stage::Rcpt, Turn::Says(words));
    post.sink.next(1, Stage::Dot, Turn::HangsUp);
    post.sink.next(1, Stage::Rcpt, Turn::Says("550 5.1.1 <ada@lake.example>: no such user"));
    post.write(Lane::Service).await;
    post.write(Lane::Campaign).await;
    for _ in 0..6 {
        post.after(Duration::from_secs(600)).await;
    }
    let text = String::from_utf8(log.0.lock().expect("no panic holds it").clone()).expect("text");
    for said in ["greylisted", "no such user", "no way to sign in"] {
        assert!(text.contains(said), "{said} is not said in {text}");
    }
    for secret in ["ada@", "olga@", "hushhush"] {
        assert!(!text.contains(secret), "{secret} stands in {text}");
    }
    for job in post.jobs().await {
        let error = job.last_error.unwrap_or_default();
        assert!(!error.contains('@') && !error.contains("hushhush"), "{error}");
    }
}
