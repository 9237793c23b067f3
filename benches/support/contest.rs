//! The contenders, each driven by as many loops as there are connections, over the same pool.

use std::{
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

use pennypost::{
    clock::Clock,
    db::{self, Db, Options},
    ledger::{self, AccountId, AccountKind, Limits, OperationKey, TransferKind, TransferOrder},
    money::{Amount, Currency, Money},
};
use rand::{Rng, SeedableRng, rngs::StdRng};
use sqlx::PgPool;
use tokio_util::task::TaskTracker;

use super::bare;

/// People with money.
const PEOPLE: usize = 2_000;
/// What each of them has, in minor units: more than a run can spend.
const FUNDS_MINOR: i64 = 1_000_000_000;
/// The largest amount of one transfer, in minor units.
const AMOUNT_MAX_MINOR: i64 = 1_000;

/// Who moves money.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Contender {
    /// `bare_move`, alone.
    Bare,
    /// `bare_move` between BEGIN and COMMIT.
    BareInTx,
    /// `ledger::transfer` between two people, with limits of all kinds.
    Random,
    /// The same without limits.
    Unlimited,
    /// `ledger::transfer` from a person to the house's fees, with limits.
    Hot,
}

impl Contender {
    pub(crate) const ALL: [Self; 5] =
        [Self::Bare, Self::BareInTx, Self::Random, Self::Unlimited, Self::Hot];

    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Bare => "barest SQL",
            Self::BareInTx => "barest SQL in a transaction",
            Self::Random => "transfer, random pairs",
            Self::Unlimited => "transfer, random pairs, no limits",
            Self::Hot => "transfer to one house account",
        }
    }
}

/// A prepared database.
#[derive(Debug, Clone)]
pub(crate) struct Contest {
    db: Db,
    pool: PgPool,
    people: Arc<Vec<AccountId>>,
    connections: u32,
    runs: Arc<AtomicU64>,
}

impl Contest {
    pub(crate) async fn new(url: &str, connections: u32) -> Self {
        let options = Options { connections, ..Options::default() };
        let db = Db::open(url, options).await.expect("PostgreSQL opens");
        db.migrate().await.expect("the schema is made");
        let Db::Postgres { pool, .. } = &db else { unreachable!("a PostgreSQL URL") };
        let pool = pool.clone();
        bare::prepare(&pool, i64::try_from(PEOPLE).expect("few")).await;
        let people = Arc::new(fund(&db).await);
        sqlx::query("VACUUM ANALYZE").execute(&pool).await.expect("analyses");
        Self { db, pool, people, connections, runs: Arc::default() }
    }

    /// Lets a contender run for about `time`; how many movements it made.
    pub(crate) async fn run(&self, contender: Contender, time: Duration) -> u64 {
        let run = self.runs.fetch_add(1, Ordering::Relaxed);
        let made = Arc::new(AtomicU64::new(0));
        let tracker = TaskTracker::new();
        let end = Instant::now() + time;
        for lane in 0..self.connections {
            let (contest, made) = (self.clone(), Arc::clone(&made));
            tracker.spawn(async move {
                let mut random = StdRng::seed_from_u64(run << 32 | u64::from(lane));
                let mut count = 0_u64;
                while Instant::now() < end {
                    let key = OperationKey::of(&[&format!("{run}-{lane}-{count}")]);
                    contest.once(contender, &key, &mut random).await;
                    count += 1;
                }
                made.fetch_add(count, Ordering::Relaxed);
            });
        }
        tracker.close();
        tracker.wait().await;
        made.load(Ordering::Relaxed)
    }

    async fn once(&self, contender: Contender, key: &OperationKey, random: &mut StdRng) {
        let debit = random.random_range(0..PEOPLE);
        let credit = (debit + random.random_range(1..PEOPLE)) % PEOPLE;
        let minor = random.random_range(1..=AMOUNT_MAX_MINOR);
        let id = |place: usize| i64::try_from(place).expect("few") + 1;
        let bare = (id(debit), id(credit));
        // A deadlock or a lost connection would be tried again, as everywhere; it counts once.
        loop {
            let tried = match contender {
                Contender::Bare => bare::move_money(&self.pool, bare, minor).await,
                Contender::BareInTx => bare::move_in_transaction(&self.db, bare, minor).await,
                Contender::Random => {
                    self.transfer(key, debit, Some(credit), &limits(), minor).await
                }
                Contender::Unlimited => {
                    self.transfer(key, debit, Some(credit), &Limits::NONE, minor).await
                }
                Contender::Hot => self.transfer(key, debit, None, &limits(), minor).await,
            };
            match tried {
                Ok(()) => return,
                Err(error) => assert!(db::is_transient(&error), "{error}"),
            }
        }
    }

    /// To another person, or to the house.
    #[expect(clippy::too_many_arguments, reason = "one call in one place")]
    async fn transfer(
        &self,
        key: &OperationKey,
        debit: usize,
        credit: Option<usize>,
        limits: &Limits,
        minor: i64,
    ) -> Result<(), sqlx::Error> {
        let now = Clock::System.now();
        let mut tx = self.db.begin().await?;
        let house;
        let credit = match credit {
            Some(place) => &self.people[place],
            None => {
                let (kind, spread) = (AccountKind::Fees, key.as_str());
                house = ledger::house(&mut tx, kind, Currency::USD, spread, now).await?;
                &house
            }
        };
        let order = TransferOrder {
            key,
            kind: TransferKind::Transfer,
            debit: &self.people[debit],
            credit,
            amount: dollars(minor),
            limits,
            reference: Some("T-771"),
        };
        let outcome = ledger::transfer(&mut tx, order, now).await?;
        assert!(outcome.done().is_some(), "everybody has enough");
        tx.commit().await
    }

    /// A fast ledger that is wrong would be worth nothing.
    pub(crate) async fn assert_clean(&self) {
        let report = ledger::audit(&self.db, |_, _, _| {}).await.expect("audits");
        assert!(report.is_clean(), "{report:#?}");
    }
}

fn dollars(minor: i64) -> Amount {
    Amount::of(minor, Currency::USD).expect("in bounds")
}

/// Every limit there is, none of them in the way.
fn limits() -> Limits {
    let cap = Some(Money::new(FUNDS_MINOR, Currency::USD));
    Limits { per_transfer: cap, hourly_count: Some(1_000_000), day: cap, week: cap, month: cap }
}

async fn fund(db: &Db) -> Vec<AccountId> {
    let now = Clock::System.now();
    let mut tx = db.begin().await.expect("begins");
    let mut people = Vec::with_capacity(PEOPLE);
    for person in 0..PEOPLE {
        let owner = format!("p{person}");
        let opened = ledger::open(&mut tx, &owner, AccountKind::Person, Currency::USD, now).await;
        let id = opened.expect("opens").id;
        let clearing =
            ledger::house(&mut tx, AccountKind::Clearing, Currency::USD, &owner, now).await;
        let order = TransferOrder {
            key: &OperationKey::of(&["fund", &owner]),
            kind: TransferKind::Credit,
            debit: &clearing.expect("opens"),
            credit: &id,
            amount: dollars(FUNDS_MINOR),
            limits: &Limits::NONE,
            reference: None,
        };
        let funded = ledger::transfer(&mut tx, order, now).await.expect("no fault");
        assert!(funded.done().is_some(), "the house can pay");
        people.push(id);
    }
    tx.commit().await.expect("commits");
    people
}
