//! Connections that are open and dead, as after a router on the way was replaced: each process notices
//! and goes on over new ones.

use std::time::{Duration, Instant};

use super::{
    house::{House, Part},
    mails::Draft,
};
use crate::support::letter::Letter;

const ADA: &str = "ada@ada.example";
/// Between the silence and the answer to the next mail, on a machine that does much else.
const NOTICED: Duration = Duration::from_secs(150);

async fn is_answered(house: &House, id: &str, within: Duration) -> Duration {
    let begun = Instant::now();
    house.deployment.deliver("", &Draft::new("help").genuine(ADA, id));
    loop {
        for bytes in house.deployment.post.take(ADA) {
            if Letter::parse(&bytes).in_reply_to.as_deref() == Some(id) {
                return begun.elapsed();
            }
        }
        let log = || house.deployment.log_end();
        assert!(begun.elapsed() < within, "{id} is not answered: {}", log());
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn connections_that_are_open_and_dead_are_noticed() {
    let house = House::build(&[]).await;
    let mut parts: Vec<Part> = Vec::new();
    for arguments in [&["poller"][..], &["worker", "all"], &["clock"]] {
        let mut part = house.part(arguments).await;
        part.start(&house.deployment);
        parts.push(part);
    }
    house.awaits_mail().await;
    is_answered(&house, "first@ada.example", NOTICED).await;
    for (wire, name) in ["database", "redis", "mailbox", "relay"].into_iter().enumerate() {
        for part in &parts {
            part.wires[wire].strand();
        }
        is_answered(&house, &format!("{name}@ada.example"), NOTICED).await;
        is_answered(&house, &format!("{name}-2@ada.example"), NOTICED).await;
    }
}
