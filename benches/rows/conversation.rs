//! People pay each other by mail: each asks, gets a letter to confirm, answers YES, and both get their
//! receipt. What that costs, from the mails' arrival to the last letter at the relay.

use std::time::{Duration, Instant};

use crate::support::{
    mails, next_number,
    ours::{Deployment, Processes},
    process::Spent,
    sink::Kind,
    stand::{Served, Stand},
};

const LIMIT: Duration = Duration::from_secs(600);
/// What is marked after the last letter belongs to the cost of the mails.
const AFTERWORK: Duration = Duration::from_millis(1_500);

/// From one payer to the next: far apart in the tables, as people who write are. A prime, so that
/// nobody pays twice in a round.
const STRIDE: u64 = 7_919;

/// Many mails of one kind at once.
#[derive(Debug, Clone)]
pub(crate) struct Leg {
    pub(crate) mails: u64,
    pub(crate) wall: Duration,
    /// By process, in milliseconds of processor time.
    pub(crate) cpu: Vec<(String, u64)>,
    pub(crate) served: Served,
}

/// Both legs.
#[derive(Debug, Clone)]
pub(crate) struct Conversation {
    /// "pay …", answered by a letter that asks.
    pub(crate) asked: Leg,
    /// YES, answered by two receipts.
    pub(crate) confirmed: Leg,
}

impl Leg {
    /// Of our processes and PostgreSQL: what grows with the data, if anything does.
    pub(crate) fn cpu_millis(&self) -> u64 {
        self.cpu.iter().map(|(_, millis)| millis).sum::<u64>() + self.served.postgres
    }
}

impl Conversation {
    pub(crate) fn mails(&self) -> u64 {
        self.asked.mails + self.confirmed.mails
    }

    pub(crate) fn wall(&self) -> Duration {
        self.asked.wall + self.confirmed.wall
    }

    pub(crate) fn cpu_millis(&self) -> u64 {
        self.asked.cpu_millis() + self.confirmed.cpu_millis()
    }
}

/// Lets `count` of `people` people, beginning with the `first`, pay their neighbours.
pub(crate) async fn hold(
    stand: &mut Stand,
    deployment: &Deployment,
    processes: &mut Processes,
    (first, count, people): (u64, u64, u64),
) -> Conversation {
    let payer = |place: u64| (first + place * STRIDE) % people;
    let asking: Vec<Vec<u8>> = (0..count)
        .map(|place| mails::pay(next_number(), payer(place), (payer(place) + 1) % people))
        .collect();
    let asked = leg(stand, deployment, processes, (&asking, Kind::Confirm, count)).await;
    let letters = stand.sink.taken(Kind::Confirm);
    let answers: Vec<Vec<u8>> =
        letters.iter().map(|letter| mails::yes(next_number(), letter)).collect();
    let expected = (&answers[..], Kind::Receipt, count * 2);
    let confirmed = leg(stand, deployment, processes, expected).await;
    assert_eq!(stand.sink.count(Kind::Other), 0, "letters that nobody expected");
    Conversation { asked, confirmed }
}

async fn leg(
    stand: &mut Stand,
    deployment: &Deployment,
    processes: &mut Processes,
    (mails, kind, letters): (&[Vec<u8>], Kind, u64),
) -> Leg {
    let staged = stand.dovecot.stage(&deployment.user, mails);
    stand.sink.clear();
    let (before, served) = (processes.so_far(), stand.served());
    let begun = Instant::now();
    staged.arrive();
    let wall = stand.sink.until(kind, letters, LIMIT).await.duration_since(begun);
    tokio::time::sleep(AFTERWORK).await;
    let spent = processes.so_far().into_iter().zip(before);
    let cpu = spent.map(|((name, after), (_, before)): ((String, Spent), (String, Spent))| {
        (name, after.cpu_millis.saturating_sub(before.cpu_millis))
    });
    Leg {
        mails: u64::try_from(mails.len()).unwrap_or(u64::MAX),
        wall,
        cpu: cpu.collect(),
        served: stand.served().since(served),
    }
}
