//! A bank under load on PostgreSQL: many hands, retries and duplicates, torn transactions; somebody who
//! takes snapshots all the while; and a history kept outside that must agree in the end.

use std::{
    collections::BTreeMap,
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    time::Duration,
};

use pennypost::{
    db::{self, Db},
    ledger::{
        self, AccountId, AccountKind, CaptureOrder, HoldId, HoldOrder, Limits, OperationKey,
        Outcome, Refusal, TransferKind, TransferOrder,
    },
};
use rand::{Rng, SeedableRng, rngs::StdRng};
use tokio::task::JoinSet;

use super::people::{Bank, NOON, euros};
use crate::support::TestDb;

const HANDS: u64 = 8;
const ACTS: u64 = 150;
const PEOPLE: usize = 12;
const FUNDS: i64 = 2_000;

/// What was asked, as anybody may ask it again.
#[derive(Debug, Clone)]
enum Request {
    Transfer { from: usize, to: usize, minor: i64 },
    Hold { from: usize, minor: i64 },
    Capture { hold: HoldId, from: usize, to: usize, minor: i64 },
    Void { hold: HoldId },
}

/// What people remember: every request that was acknowledged, with its answer.
type History = Mutex<BTreeMap<String, (Request, Outcome)>>;

struct World {
    db: Db,
    people: Vec<AccountId>,
    history: History,
    /// Keys under way or done, for those who send theirs twice.
    sent: Mutex<Vec<(String, Request)>>,
    torn: AtomicUsize,
    retried: AtomicUsize,
}

impl World {
    /// Tries until there is an answer. Some attempts are torn before or after the commit, as when a
    /// worker dies: the first must leave nothing, the second must be found by the retry.
    async fn insist(&self, name: &str, request: &Request, random: &mut StdRng) -> Outcome {
        let key = OperationKey::of(&["bank", name]);
        loop {
            let before = random.random_bool(0.05);
            let after = random.random_bool(0.05);
            match self.attempt(&key, request, before).await {
                Ok(Some(outcome)) if !after => return outcome,
                Ok(_) => {
                    self.torn.fetch_add(1, Ordering::Relaxed);
                }
                Err(error) => {
                    assert!(db::is_transient(&error), "{error}");
                    self.retried.fetch_add(1, Ordering::Relaxed);
                }
            }
        }
    }

    async fn attempt(
        &self,
        key: &OperationKey,
        request: &Request,
        torn: bool,
    ) -> Result<Option<Outcome>, sqlx::Error> {
        let (limits, reference) = (&Limits::NONE, None);
        let mut tx = self.db.begin().await?;
        let outcome = match request {
            Request::Transfer { from, to, minor } => {
                let (debit, credit) = (&self.people[*from], &self.people[*to]);
                let (kind, amount) = (TransferKind::Transfer, euros(*minor));
                let order = TransferOrder { key, kind, debit, credit, amount, limits, reference };
                ledger::transfer(&mut tx, order, NOON).await?
            }
            Request::Hold { from, minor } => {
                let (account, amount) = (&self.people[*from], euros(*minor));
                let (payee_hint, lasting) = (None, Duration::from_secs(60));
                let order =
                    HoldOrder { key, account, payee_hint, amount, lasting, limits, reference };
                ledger::hold(&mut tx, order, NOON).await?
            }
            Request::Capture { hold, to, minor, .. } => {
                let (kind, to, fee) = (TransferKind::Claim, &self.people[*to], None);
                let amount = euros(*minor);
                let order = CaptureOrder { key, hold, kind, to, amount, fee, reference };
                ledger::capture(&mut tx, order, NOON).await?
            }
            Request::Void { hold } => ledger::void(&mut tx, key, hold, NOON).await?,
        };
        if torn {
            drop(tx);
            return Ok(None);
        }
        tx.commit().await?;
        Ok(Some(outcome))
    }

    /// Remembers an answer; whoever asked before must have heard the same.
    fn remember(&self, name: &str, request: &Request, outcome: &Outcome) {
        let mut history = self.history.lock().expect("nobody panicked");
        let (_, known) =
            history.entry(name.to_owned()).or_insert_with(|| (request.clone(), outcome.clone()));
        assert_eq!(known, outcome, "{name} had another answer before");
    }

    async fn ask(&self, name: String, request: Request, random: &mut StdRng) -> Outcome {
        self.sent.lock().expect("nobody panicked").push((name.clone(), request.clone()));
        let outcome = self.insist(&name, &request, random).await;
        self.remember(&name, &request, &outcome);
        outcome
    }

    /// One pair of hands: payments, holds and what becomes of them, and other people's requests again.
    async fn work(&self, hand: u64) {
        let mut random = StdRng::seed_from_u64(hand);
        for act in 0..ACTS {
            let from = random.random_range(0..PEOPLE);
            let to = (from + random.random_range(1..PEOPLE)) % PEOPLE;
            let minor = random.random_range(1..=600);
            let name = format!("{hand}-{act}");
            match random.random_range(0..100) {
                0..15 => {
                    let again = {
                        let sent = self.sent.lock().expect("nobody panicked");
                        // Among the last ones: some are under way at this moment.
                        let recent = sent.len().saturating_sub(10)..sent.len();
                        (!recent.is_empty()).then(|| sent[random.random_range(recent)].clone())
                    };
                    if let Some((name, request)) = again {
                        let outcome = self.insist(&name, &request, &mut random).await;
                        self.remember(&name, &request, &outcome);
                    }
                }
                15..40 => {
                    let request = Request::Hold { from, minor };
                    let Outcome::Done(held) = self.ask(name.clone(), request, &mut random).await
                    else {
                        continue;
                    };
                    let hold = held.hold.expect("a hold");
                    let minor = random.random_range(1..=minor);
                    let capture = Request::Capture { hold: hold.clone(), from, to, minor };
                    let void = Request::Void { hold };
                    let (capture_name, void_name) = (format!("{name}-c"), format!("{name}-v"));
                    let mut other = StdRng::seed_from_u64(random.random());
                    // Both at once: exactly one of them closes the hold.
                    let (captured, voided) = tokio::join!(
                        self.ask(capture_name, capture, &mut random),
                        self.ask(void_name, void, &mut other)
                    );
                    let closers = [captured, voided].into_iter().filter_map(Outcome::done);
                    assert_eq!(closers.count(), 1, "a hold is closed once");
                }
                _ => {
                    let request = Request::Transfer { from, to, minor };
                    self.ask(name, request, &mut random).await.done();
                }
            }
        }
    }

    /// Balances that follow from the answers people have, and from nothing else.
    fn balances_by_history(&self) -> Vec<i64> {
        let history = self.history.lock().expect("nobody panicked");
        let mut balances = vec![FUNDS; PEOPLE];
        for (request, outcome) in history.values() {
            if !matches!(outcome, Outcome::Done(_)) {
                continue;
            }
            if let Request::Transfer { from, to, minor }
            | Request::Capture { from, to, minor, .. } = request
            {
                balances[*from] -= minor;
                balances[*to] += minor;
            }
        }
        balances
    }

    /// Every acknowledged movement is one transfer, and every transfer was acknowledged.
    async fn assert_agrees(&self) {
        let bank = Bank(&self.db);
        bank.assert_clean().await;
        for (id, expected) in self.people.iter().zip(self.balances_by_history()) {
            assert_eq!(bank.balance(id).await.0, expected, "{id}");
        }
        let mut tx = self.db.snapshot().await.expect("begins");
        let rows = ledger::transfers(&mut tx, None, 100_000).await.expect("reads");
        let mut rows: BTreeMap<_, _> = rows.into_iter().map(|t| (t.operation.clone(), t)).collect();
        rows.retain(|key, _| key.as_str().starts_with("bank/"));
        let history = self.history.lock().expect("nobody panicked");
        for (name, (request, outcome)) in history.iter() {
            let row = rows.remove(&OperationKey::of(&["bank", name]));
            let moved = row.map(|t| (t.debit, t.credit, t.amount_minor));
            let expected = match (request, outcome) {
                (
                    Request::Transfer { from, to, minor }
                    | Request::Capture { from, to, minor, .. },
                    Outcome::Done(_),
                ) => Some((self.people[*from].clone(), self.people[*to].clone(), *minor)),
                _ => None,
            };
            assert_eq!(moved, expected, "{name}: {outcome:?}");
        }
        assert!(rows.is_empty(), "nobody asked for {rows:?}");
    }
}

/// Looks until told to stop; how often.
async fn observe(world: Arc<World>, stop: Arc<AtomicBool>) -> usize {
    let mut looks = 0;
    while !stop.load(Ordering::Relaxed) {
        let mut tx = world.db.snapshot().await.expect("begins");
        let accounts = ledger::list(&mut tx).await.expect("reads");
        assert_eq!(accounts.iter().map(|a| a.posted_minor).sum::<i64>(), 0, "money is conserved");
        for account in accounts {
            assert!(account.available().minor >= 0, "{account:?}");
        }
        looks += 1;
    }
    looks
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn many_hands_lose_and_double_nothing() {
    let db = TestDb::postgres().await;
    let bank = Bank(&db);
    let mut people = Vec::new();
    for person in 0..PEOPLE {
        people.push(bank.account(&person.to_string(), AccountKind::Person, FUNDS).await);
    }
    let world = Arc::new(World {
        db: db.db.clone(),
        people,
        history: Mutex::default(),
        sent: Mutex::default(),
        torn: AtomicUsize::new(0),
        retried: AtomicUsize::new(0),
    });
    let stop = Arc::new(AtomicBool::new(false));
    let observer = tokio::spawn(observe(Arc::clone(&world), Arc::clone(&stop)));
    let mut hands = JoinSet::new();
    for hand in 0..HANDS {
        let world = Arc::clone(&world);
        hands.spawn(async move { world.work(hand).await });
    }
    while let Some(done) = hands.join_next().await {
        done.expect("no hand panicked");
    }
    stop.store(true, Ordering::Relaxed);
    assert!(observer.await.expect("the observer saw nothing wrong") > 10);
    assert!(world.torn.load(Ordering::Relaxed) > 20, "some attempts were torn");
    // One order of locks everywhere: nobody ever waited in a circle.
    assert_eq!(world.retried.load(Ordering::Relaxed), 0);
    let refused = |(_, outcome): &(Request, Outcome)| {
        matches!(outcome, Outcome::Refused(Refusal::ShortBy { .. }))
    };
    assert!(world.history.lock().expect("nobody panicked").values().any(refused));
    world.assert_agrees().await;
}
