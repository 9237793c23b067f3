//! Two pollers on one mailbox, killed and cut off in turn: the other takes over in time, and no mail is
//! lost or stored twice.

use std::time::{Duration, Instant};

use super::{
    house::{House, Part},
    mails::Draft,
};

/// What the issue of a take-over may take.
const TAKE_OVER: Duration = Duration::from_secs(15);
/// Mails that are delivered before and after each blow.
const SOME: usize = 20;

/// What happens to the active one.
#[derive(Debug, Clone, Copy)]
enum Blow {
    Killed,
    /// The wire to the database says nothing any more.
    CutOffFromTheDatabase,
    /// The wire to the mailbox leads nowhere any more.
    CutOffFromTheMailbox,
    /// It sleeps longer than its lease lasts, then wakes and goes on as if nothing had happened.
    Asleep,
}

const DATABASE: usize = 0;
const MAILBOX: usize = 2;

struct Story {
    house: std::sync::Arc<House>,
    parts: Vec<Part>,
    pool: sqlx::PgPool,
    delivered: usize,
}

impl Story {
    fn deliver(&mut self) {
        for _ in 0..SOME {
            let id = format!("p{}@ada.example", self.delivered);
            self.house.deployment.deliver("", &Draft::new("help").genuine("ada@ada.example", &id));
            self.delivered += 1;
        }
    }

    async fn count(&self, sql: &'static str) -> usize {
        let (count,): (i64,) =
            sqlx::query_as(sql).fetch_one(&self.pool).await.expect("the database answers");
        usize::try_from(count).expect("a count")
    }

    /// How long it takes until all that was delivered is stored.
    async fn stored(&self, what: Blow) -> Duration {
        let begun = Instant::now();
        while self.count("SELECT COUNT(*) FROM inbox").await < self.delivered {
            let log = || self.house.deployment.log_end();
            assert!(begun.elapsed() < TAKE_OVER * 3, "{what:?}: nobody takes over: {}", log());
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        begun.elapsed()
    }

    /// Which of the two polls.
    async fn active(&mut self) -> usize {
        let until = Instant::now() + TAKE_OVER;
        loop {
            let sql = "SELECT COALESCE(holder, '') FROM mailboxes WHERE part_of IS NULL";
            let (holder,): (String,) =
                sqlx::query_as(sql).fetch_one(&self.pool).await.expect("the database answers");
            let id = holder.split('/').nth(1).unwrap_or_default();
            let found = self.parts.iter_mut().position(|part| part.id().to_string() == id);
            if let Some(found) = found {
                return found;
            }
            assert!(Instant::now() < until, "nobody polls: {holder}");
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }

    async fn strike(&mut self, blow: Blow) {
        self.deliver();
        self.stored(blow).await;
        let active = self.active().await;
        let part = &mut self.parts[active];
        match blow {
            Blow::Killed => part.kill(),
            Blow::CutOffFromTheDatabase => part.wires[DATABASE].fall_silent(),
            Blow::CutOffFromTheMailbox => part.wires[MAILBOX].refuse(),
            Blow::Asleep => part.signal("STOP"),
        }
        self.deliver();
        let took = self.stored(blow).await;
        assert!(took < TAKE_OVER, "{blow:?}: a take-over after {took:?}");
        let part = &mut self.parts[active];
        match blow {
            Blow::Killed => part.start(&self.house.deployment),
            Blow::CutOffFromTheDatabase => part.wires[DATABASE].heal(),
            Blow::CutOffFromTheMailbox => part.wires[MAILBOX].heal(),
            Blow::Asleep => part.signal("CONT"),
        }
        self.deliver();
        self.stored(blow).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_pollers_killed_and_cut_off_in_turn_lose_and_double_nothing() {
    let house = House::build(&[("POLLER_BATCH_MESSAGES", "5")]).await;
    let pool = sqlx::PgPool::connect(&house.database_url()).await.expect("connects");
    let mut parts = Vec::new();
    for _ in 0..2 {
        let mut part = house.part(&["poller"]).await;
        part.start(&house.deployment);
        parts.push(part);
    }
    house.awaits_mail().await;
    let mut story = Story { house, parts, pool, delivered: 0 };
    for blow in [
        Blow::Killed,
        Blow::CutOffFromTheDatabase,
        Blow::CutOffFromTheMailbox,
        Blow::Asleep,
        Blow::Killed,
        Blow::CutOffFromTheDatabase,
    ] {
        story.strike(blow).await;
    }
    for sql in [
        "SELECT COUNT(*) FROM inbox",
        "SELECT COUNT(DISTINCT message_id) FROM inbox",
        "SELECT COUNT(*) FROM jobs WHERE kind = 'mail.classify'",
    ] {
        assert_eq!(story.count(sql).await, story.delivered, "{sql}");
    }
}
