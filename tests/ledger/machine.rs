//! The ledger and the plain model take the same steps, on both databases, and must agree after each.

use std::{
    sync::{
        LazyLock,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use pennypost::{
    clock::At,
    db::Tx,
    ledger::{
        self, AccountId, AccountKind, CaptureOrder, Fee, HoldId, HoldOrder, Limits, OperationKey,
        Outcome, RefundOrder, RefundPart, Refusal, TransferId, TransferKind, TransferOrder,
    },
    money::Money,
};
use proptest::{prelude::ProptestConfig, test_runner::FileFailurePersistence};
use proptest_state_machine::{StateMachineTest, prop_state_machine};
use tokio::{runtime::Runtime, sync::OnceCell};

use super::{
    model::{Act, Answer, HOUSE, Model, PEOPLE, STARTS_WITH},
    people::{Bank, NOON, eur, euros, later},
};
use crate::support::TestDb;

static RUNTIME: LazyLock<Runtime> = LazyLock::new(|| Runtime::new().expect("a runtime"));
static CASES: AtomicUsize = AtomicUsize::new(0);

/// Each case has people and keys of its own in one database.
struct Case {
    db: &'static TestDb,
    name: String,
    people: Vec<AccountId>,
    holds: Vec<HoldId>,
    payments: Vec<TransferId>,
    keys: Vec<(OperationKey, Act, Outcome)>,
}

impl Case {
    async fn new(db: &'static TestDb) -> Self {
        let name = format!("case{}", CASES.fetch_add(1, Ordering::Relaxed));
        let bank = Bank(db);
        let mut people = Vec::new();
        for person in 0..PEOPLE {
            people.push(bank.person(&format!("{name}p{person}"), STARTS_WITH).await);
        }
        // A vendor stands in for the house's fee account, so that each case has its own.
        people.push(bank.account(&format!("{name}house"), AccountKind::Vendor, 0).await);
        Self { db, name, people, holds: Vec::new(), payments: Vec::new(), keys: Vec::new() }
    }

    /// The act with the places it means now: a retry comes when there are more of them.
    fn resolved(&self, act: &Act) -> Act {
        let mut act = act.clone();
        match &mut act {
            Act::Capture { hold, .. } | Act::Void { hold } => *hold %= self.holds.len(),
            Act::Refund { payment, .. } => *payment %= self.payments.len(),
            _ => {}
        }
        act
    }

    async fn perform(&self, tx: &mut Tx, key: &OperationKey, act: &Act, now: At) -> Outcome {
        let reference = None;
        let outcome = match *act {
            Act::Send { from, to, minor, day_limit } => {
                let day = day_limit.map(|minor| Money::new(minor, eur()));
                let limits = &Limits { day, ..Limits::NONE };
                let (debit, credit) = (&self.people[from], &self.people[to]);
                let (kind, amount) = (TransferKind::Transfer, euros(minor));
                let order = TransferOrder { key, kind, debit, credit, amount, limits, reference };
                ledger::transfer(tx, order, now).await
            }
            Act::Hold { from, minor, lasting } => {
                let (account, amount) = (&self.people[from], euros(minor));
                let (lasting, limits) = (Duration::from_secs(lasting), &Limits::NONE);
                let payee_hint = None;
                let order =
                    HoldOrder { key, account, payee_hint, amount, lasting, limits, reference };
                ledger::hold(tx, order, now).await
            }
            Act::Capture { hold, to, minor, fee } => {
                let fee_to = &self.people[HOUSE];
                let fee = (fee > 0).then(|| Fee { to: fee_to, amount: euros(fee) });
                let (hold, to) = (&self.holds[hold], &self.people[to]);
                let (kind, amount) = (TransferKind::Claim, euros(minor));
                let order = CaptureOrder { key, hold, kind, to, amount, fee, reference };
                ledger::capture(tx, order, now).await
            }
            Act::Void { hold } => ledger::void(tx, key, &self.holds[hold], now).await,
            Act::Refund { payment, minor } => {
                let transfer = &self.payments[payment];
                let parts = &[RefundPart { transfer, amount: euros(minor), to: None }];
                ledger::refund(tx, RefundOrder { key, parts, reference }, now).await
            }
            _ => unreachable!("{act:?} has no key"),
        };
        outcome.expect("no fault")
    }

    /// Does it, and says what came of it.
    async fn take(&mut self, tx: &mut Tx, act: &Act, now: At) -> Option<Outcome> {
        match *act {
            Act::Wait { .. } => None,
            Act::Freeze { who, debit_ok, credit_ok } => {
                let frozen = ledger::freeze(tx, &self.people[who], debit_ok, credit_ok, now);
                assert!(frozen.await.expect("no fault"));
                None
            }
            Act::Expire { hold } => {
                let hold = &self.holds[hold % self.holds.len()];
                ledger::expire(tx, hold, now).await.expect("no fault")
            }
            Act::Again { act } => {
                let (key, act, first) = &self.keys[act % self.keys.len()];
                let again = self.perform(tx, key, act, now).await;
                assert_eq!(again, *first, "a retry gets the first answer");
                Some(again)
            }
            Act::Misuse { act } => {
                let (key, ..) = &self.keys[act % self.keys.len()];
                let other = Act::Send { from: 0, to: 1, minor: 9_999_999, day_limit: None };
                Some(self.perform(tx, key, &other, now).await)
            }
            _ => {
                let key = OperationKey::of(&[&self.name, &self.keys.len().to_string()]);
                let act = self.resolved(act);
                let outcome = self.perform(tx, &key, &act, now).await;
                if let Outcome::Done(receipt) = &outcome {
                    self.payments.extend(receipt.legs.iter().map(|leg| leg.transfer.clone()));
                    if matches!(act, Act::Hold { .. }) {
                        self.holds.extend(receipt.hold.clone());
                    }
                }
                self.keys.push((key, act, outcome.clone()));
                Some(outcome)
            }
        }
    }

    async fn step(&mut self, model: &Model, act: &Act) {
        let mut tx = self.db.begin().await.expect("begins");
        let outcome = self.take(&mut tx, act, later(model.now)).await;
        tx.commit().await.expect("commits");
        let refused: Option<Refusal> = match outcome.clone() {
            Some(Outcome::Refused(refusal)) => Some(refusal),
            _ => None,
        };
        match &model.answer {
            Answer::Done => assert_eq!(refused, None, "{act:?}"),
            Answer::Refused(expected) => assert_eq!(refused.as_ref(), Some(expected), "{act:?}"),
            Answer::NotYet => assert_eq!(outcome, None, "{act:?}"),
            Answer::AsBefore => {}
        }
    }

    async fn assert_agrees(&self, model: &Model) {
        let mut tx = self.db.snapshot().await.expect("begins");
        for (id, person) in self.people.iter().zip(&model.people) {
            let account = ledger::get(&mut tx, id).await.expect("reads").expect("is there");
            let balance = (account.posted_minor, account.held_minor);
            assert_eq!(balance, (person.posted, person.held), "{id}");
        }
    }

    async fn finish(&self) {
        Bank(self.db).assert_clean().await;
        let mut tx = self.db.snapshot().await.expect("begins");
        for id in &self.people {
            let entries = ledger::statement(&mut tx, id, NOON, At(i64::MAX), 1_000).await;
            let entries = entries.expect("reads");
            let sum: i64 = entries.iter().map(|entry| entry.amount_minor).sum();
            let last = entries.last().map_or(0, |entry| entry.after_minor);
            let account = ledger::get(&mut tx, id).await.expect("reads").expect("is there");
            assert_eq!((sum, last), (account.posted_minor, account.posted_minor));
        }
    }
}

macro_rules! machine {
    ($name:ident, $open:expr) => {
        struct $name;

        impl StateMachineTest for $name {
            type SystemUnderTest = Case;
            type Reference = Model;

            fn init_test(_: &Model) -> Case {
                static DB: OnceCell<TestDb> = OnceCell::const_new();
                RUNTIME.block_on(async { Case::new(DB.get_or_init(|| $open).await).await })
            }

            fn apply(mut case: Case, model: &Model, act: Act) -> Case {
                RUNTIME.block_on(case.step(model, &act));
                case
            }

            fn check_invariants(case: &Case, model: &Model) {
                RUNTIME.block_on(case.assert_agrees(model));
            }

            fn teardown(case: Case, _: Model) {
                RUNTIME.block_on(case.finish());
            }
        }
    };
}

machine!(OnSqlite, TestDb::sqlite());
machine!(OnPostgres, TestDb::postgres());

/// `PROPTEST_CASES` raises the number of cases.
fn config() -> ProptestConfig {
    let asked = std::env::var("PROPTEST_CASES").ok().and_then(|n| n.parse().ok());
    ProptestConfig {
        cases: asked.unwrap_or(16),
        failure_persistence: Some(Box::new(FileFailurePersistence::Off)),
        ..ProptestConfig::default()
    }
}

prop_state_machine! {
    #![proptest_config(config())]

    #[test]
    fn the_ledger_and_a_plain_model_agree_on_sqlite(sequential 1..60 => OnSqlite);

    #[test]
    fn the_ledger_and_a_plain_model_agree_on_postgres(sequential 1..60 => OnPostgres);
}
