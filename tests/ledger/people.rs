//! Accounts with names, and short words for what the stories do to them.

use std::time::Duration;

use pennypost::{
    clock::At,
    db::Db,
    ledger::{
        self, Account, AccountId, AccountKind, Limits, OperationKey, Outcome, Receipt, Refusal,
        TransferKind, TransferOrder,
    },
    money::{Amount, Currency},
};

pub(super) const NOON: At = At(1_750_000_000_000_000);
pub(super) const EUR: &str = "EUR";

pub(super) fn later(seconds: u64) -> At {
    NOON.plus(Duration::from_secs(seconds))
}

pub(super) fn eur() -> Currency {
    Currency::parse(EUR).expect("ISO 4217")
}

/// Cents.
pub(super) fn euros(minor: i64) -> Amount {
    Amount::of(minor, eur()).expect("in bounds")
}

pub(super) fn key(cause: &str) -> OperationKey {
    OperationKey::of(&["test", cause])
}

/// A bank of the story: a database, and short words.
pub(super) struct Bank<'a>(pub(super) &'a Db);

impl Bank<'_> {
    /// A person's account with this many cents in it.
    pub(super) async fn person(&self, name: &str, minor: i64) -> AccountId {
        self.account(name, AccountKind::Person, minor).await
    }

    pub(super) async fn account(&self, name: &str, kind: AccountKind, minor: i64) -> AccountId {
        let mut tx = self.0.begin().await.expect("begins");
        let account = ledger::open(&mut tx, name, kind, eur(), NOON).await.expect("opens");
        let clearing = ledger::house(&mut tx, AccountKind::Clearing, eur(), name, NOON);
        let clearing = clearing.await.expect("opens");
        tx.commit().await.expect("commits");
        if minor > 0 {
            let key = OperationKey::of(&["fund", name, kind.as_str()]);
            self.sends(&key, &clearing, &account.id, euros(minor)).await.done().expect("funds");
        }
        account.id
    }

    pub(super) async fn house(&self, kind: AccountKind, spread: &str) -> AccountId {
        let mut tx = self.0.begin().await.expect("begins");
        let id = ledger::house(&mut tx, kind, eur(), spread, NOON).await.expect("opens");
        tx.commit().await.expect("commits");
        id
    }

    pub(super) async fn sends(
        &self,
        key: &OperationKey,
        debit: &AccountId,
        credit: &AccountId,
        amount: Amount,
    ) -> Outcome {
        self.sends_within(&Limits::NONE, (key, NOON), (debit, credit), amount).await
    }

    pub(super) async fn sends_within(
        &self,
        limits: &Limits,
        (key, now): (&OperationKey, At),
        (debit, credit): (&AccountId, &AccountId),
        amount: Amount,
    ) -> Outcome {
        let kind = TransferKind::Transfer;
        let order =
            TransferOrder { key, kind, debit, credit, amount, limits, reference: Some("T-1") };
        let mut tx = self.0.begin().await.expect("begins");
        let outcome = ledger::transfer(&mut tx, order, now).await.expect("no fault");
        tx.commit().await.expect("commits");
        outcome
    }

    pub(super) async fn account_of(&self, id: &AccountId) -> Account {
        let mut tx = self.0.snapshot().await.expect("begins");
        ledger::get(&mut tx, id).await.expect("reads").expect("is there")
    }

    /// Posted, held: cents.
    pub(super) async fn balance(&self, id: &AccountId) -> (i64, i64) {
        let account = self.account_of(id).await;
        (account.posted_minor, account.held_minor)
    }

    pub(super) async fn assert_clean(&self) {
        let report = ledger::audit(self.0, |_, _, _| {}).await.expect("audits");
        assert!(report.is_clean(), "{report:#?}");
    }
}

pub(super) fn refusal(outcome: Outcome) -> Refusal {
    let Outcome::Refused(refusal) = outcome else { unreachable!("it was done: {outcome:?}") };
    refusal
}

pub(super) fn receipt(outcome: Outcome) -> Receipt {
    let Outcome::Done(receipt) = outcome else { unreachable!("it was refused: {outcome:?}") };
    receipt
}
