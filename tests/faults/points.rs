//! The process is killed at each named point of a mail's way, once: the mail is acted on, and once.

use std::time::{Duration, Instant};

use super::{
    history::{History, Mail, Received, Says},
    house::{House, Part},
    mails::Draft,
    verdict,
};
use crate::support::letter::Letter;

const ADA: &str = "ada@ada.example";
const PATIENCE: Duration = Duration::from_secs(60);

/// Each point with the process that gets there.
const POINTS: [(&str, usize); 8] = [
    ("poller-fetched", POLLER),
    ("inbox-committed", POLLER),
    ("bells-pushed", POLLER),
    ("job-claimed", WORKER),
    ("job-committing", WORKER),
    ("job-committed", WORKER),
    ("letter-accepted", WORKER),
    ("letter-marked", WORKER),
];
const POLLER: usize = 0;
const WORKER: usize = 1;
const PARTS: [&[&str]; 3] = [&["poller"], &["worker", "all"], &["clock"]];

struct Story {
    house: std::sync::Arc<House>,
    parts: Vec<Part>,
    history: History,
}

impl Story {
    /// Delivers a mail and notes it.
    fn writes(&mut self, id: &str, says: Says, words: &str) {
        let mail = Mail { from: ADA.to_owned(), says, deliveries: 1 };
        self.history.mails.insert(id.to_owned(), mail);
        self.house.deployment.deliver("", &Draft::new(words).genuine(ADA, id));
    }

    /// Waits until the mail is answered.
    async fn is_answered(&mut self, id: &str) {
        let until = Instant::now() + PATIENCE;
        while self.history.replies(id).next().is_none() {
            for bytes in self.house.deployment.post.take(ADA) {
                let letter = Letter::parse(&bytes);
                self.history.receive(Received { by: ADA.to_owned(), letter });
            }
            let log = || self.house.deployment.log_end();
            assert!(Instant::now() < until, "{id} is not answered: {}", log());
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }

    /// Waits until nothing counts as running: what the last one killed had not yet marked is taken over
    /// after a while.
    async fn is_taken_over(&self) {
        let until = Instant::now() + PATIENCE;
        let running = ["jobs", "list", "--state", "running", "--json"];
        while self.house.deployment.json(&running)["jobs"] != serde_json::json!([]) {
            assert!(Instant::now() < until, "{}", self.house.deployment.log_end());
            tokio::time::sleep(Duration::from_millis(200)).await;
        }
    }

    /// Restarts a part so that it dies at the point, and waits until it has.
    async fn dies_at(&mut self, point: &str, part: usize) {
        let id = format!("{point}@ada.example");
        let dying = &mut self.parts[part];
        dying.kill();
        dying.start_failing(&self.house.deployment, &format!("{point}=1*return"));
        self.writes(&id, Says::Balance, "What is my balance?");
        let until = Instant::now() + PATIENCE;
        while !self.parts[part].has_aborted() {
            let log = || self.house.deployment.log_end();
            assert!(Instant::now() < until, "nobody gets to {point}: {}", log());
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        self.parts[part].start(&self.house.deployment);
        self.is_answered(&id).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_mail_survives_a_kill_at_each_named_point() {
    let house = House::build(&[]).await;
    let mut parts = Vec::new();
    for arguments in PARTS {
        let mut part = house.part(arguments).await;
        part.start(&house.deployment);
        parts.push(part);
    }
    house.awaits_mail().await;
    let mut story = Story { house, parts, history: History::default() };
    story.writes("first@ada.example", Says::SignUp, "sign up");
    story.is_answered("first@ada.example").await;
    story.history.credits.insert(ADA.to_owned(), 0);
    for (point, part) in POINTS {
        story.dies_at(point, part).await;
    }
    story.is_taken_over().await;
    for part in &mut story.parts {
        part.kill();
    }
    let breaches = verdict::breaches(&story.house.deployment, &story.history);
    assert!(breaches.is_empty(), "{}", breaches.join("\n"));
}
