//! The rule book: from what was read under lock and what is asked, to what shall be written, or why
//! nothing shall.
//!
//! Pure, and the same for both databases. Not for: reading, locking, writing, or the idempotency of
//! keys (`settle` does that around it).

use super::{
    Account, AccountId, Hold, HoldState, Leg, Limits, Refusal, Spent, TransferId, TransferKind,
    account::BALANCE_MAX_MINOR,
};
use crate::{
    clock::At,
    money::{Amount, Currency, Money},
};

/// What was read under lock.
#[derive(Debug, Clone, Default)]
pub struct Books {
    /// The accounts that are named, as far as they exist.
    pub accounts: Vec<Account>,
    /// What has left the payer; zeros when no limit asks for it.
    pub spent: Spent,
    /// The hold that is named.
    pub hold: Option<Hold>,
    /// The transfers that are to be given back.
    pub originals: Vec<Original>,
}

/// A transfer, as far as a refund of it needs to know.
#[derive(Debug, Clone, PartialEq, Eq, sqlx_macros::FromRow)]
pub struct Original {
    /// Its name.
    pub id: TransferId,
    /// Who paid then.
    pub debit: AccountId,
    /// Who was paid then, and pays now.
    pub credit: AccountId,
    /// Of the sums below.
    pub currency: Currency,
    /// How much it was, in minor units.
    pub amount_minor: i64,
    /// How much of it has been given back, in minor units.
    pub refunded_minor: i64,
}

/// What is asked.
#[derive(Debug, Clone, Copy)]
pub enum Wish<'a> {
    /// Move money, leg by leg.
    Move {
        /// In this order.
        legs: &'a [Leg],
        /// Of the first leg's payer.
        limits: &'a Limits,
    },
    /// Set money aside.
    Hold {
        /// Whose.
        account: &'a AccountId,
        /// How much.
        amount: Amount,
        /// Of that account.
        limits: &'a Limits,
    },
    /// Pay from the hold in the books; the rest of it is released.
    Capture {
        /// Each payee with its share.
        shares: &'a [(TransferKind, AccountId, Amount)],
    },
    /// Release the hold in the books: voided, or expired.
    Release {
        /// What becomes of it.
        into: HoldState,
    },
    /// Something that is not there; the answer is known and only has to be kept.
    Nothing {
        /// What is to be answered.
        because: &'a Refusal,
    },
}

/// What shall be written, all of it or nothing.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Plan {
    /// The accounts that change, as they shall be.
    pub accounts: Vec<Account>,
    /// The movements, with both balances and versions after each.
    pub legs: Vec<LegApplied>,
    /// What happens to a hold.
    pub hold: Option<HoldChange>,
}

/// A movement as it shall be written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LegApplied {
    /// What was asked.
    pub leg: Leg,
    /// The payer's posted balance after it, in minor units.
    pub debit_after_minor: i64,
    /// The payee's posted balance after it, in minor units.
    pub credit_after_minor: i64,
    /// The payer's version after it.
    pub debit_version: i64,
    /// The payee's version after it.
    pub credit_version: i64,
}

/// What happens to a hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum HoldChange {
    /// A new one.
    Open {
        /// How much is set aside.
        amount: Amount,
    },
    /// The one in the books is closed.
    Close {
        /// How.
        into: HoldState,
        /// How much of it was paid, in minor units.
        captured_minor: i64,
    },
}

/// Decides. Looks only at its arguments; the same ones always give the same answer.
///
/// # Errors
/// The [`Refusal`]: the first reason found, in the order accounts, currency, freeze, refund, limits,
/// balance.
pub fn decide(books: &Books, wish: Wish<'_>, now: At) -> Result<Plan, Refusal> {
    let mut work = Work { books, accounts: books.accounts.clone(), legs: Vec::new() };
    let hold = match wish {
        Wish::Move { legs, limits } => {
            work.check_limits(legs, limits)?;
            for leg in legs {
                work.apply(leg)?;
            }
            None
        }
        Wish::Hold { account, amount, limits } => {
            work.set_aside(account, amount, limits)?;
            Some(HoldChange::Open { amount })
        }
        Wish::Capture { shares } => Some(work.capture(shares, now)?),
        Wish::Release { into } => {
            let hold = work.open_hold()?;
            work.release(hold)?;
            Some(HoldChange::Close { into, captured_minor: 0 })
        }
        Wish::Nothing { because } => return Err(because.clone()),
    };
    Ok(work.into_plan(hold))
}

/// The accounts while the movements of one operation pass over them.
struct Work<'a> {
    books: &'a Books,
    accounts: Vec<Account>,
    legs: Vec<LegApplied>,
}

impl<'a> Work<'a> {
    fn account(&self, id: &AccountId) -> Result<&Account, Refusal> {
        self.accounts.iter().find(|a| a.id == *id).ok_or(Refusal::UnknownAccount)
    }

    fn account_mut(&mut self, id: &AccountId) -> Result<&mut Account, Refusal> {
        self.accounts.iter_mut().find(|a| a.id == *id).ok_or(Refusal::UnknownAccount)
    }

    /// All legs of the first payer count as one payment.
    fn check_limits(&self, legs: &[Leg], limits: &Limits) -> Result<(), Refusal> {
        let Some(first) = legs.first() else { return Ok(()) };
        for leg in legs {
            self.parties(leg)?;
            self.refundable(leg)?;
        }
        let paid = legs.iter().filter(|leg| leg.debit == first.debit);
        let total = paid.fold(0_i64, |sum, leg| sum.saturating_add(leg.amount.minor()));
        limits.check(Money::new(total, first.amount.currency()), &self.books.spent)
    }

    /// Both accounts exist, differ, are of the amount's currency and not frozen.
    fn parties(&self, leg: &Leg) -> Result<(&Account, &Account), Refusal> {
        if leg.debit == leg.credit {
            return Err(Refusal::SameAccount);
        }
        let (debit, credit) = (self.account(&leg.debit)?, self.account(&leg.credit)?);
        let currency = leg.amount.currency();
        if debit.currency != currency || credit.currency != currency {
            return Err(Refusal::CurrencyMismatch);
        }
        if !debit.debit_ok {
            return Err(Refusal::PayerFrozen);
        }
        if !credit.credit_ok {
            return Err(Refusal::PayeeFrozen);
        }
        Ok((debit, credit))
    }

    /// What a leg gives back was paid to its payer, and is not more than is left of it.
    fn refundable(&self, leg: &Leg) -> Result<(), Refusal> {
        let Some(reverses) = &leg.reverses else { return Ok(()) };
        let original = self.books.originals.iter().find(|o| o.id == *reverses);
        let original =
            original.filter(|o| o.credit == leg.debit).ok_or(Refusal::UnknownTransfer)?;
        let before = self.legs.iter().filter(|done| done.leg.reverses == leg.reverses);
        let given = before
            .fold(original.refunded_minor, |sum, done| sum.saturating_add(done.leg.amount.minor()));
        let left_minor = original.amount_minor.saturating_sub(given);
        if leg.amount.minor() > left_minor {
            let left = Money::new(left_minor, original.currency);
            return Err(Refusal::OverRefund { left });
        }
        Ok(())
    }

    fn apply(&mut self, leg: &Leg) -> Result<(), Refusal> {
        let (debit, credit) = self.parties(leg)?;
        enough(debit, leg.amount)?;
        let minor = leg.amount.minor();
        if credit.posted_minor.saturating_add(minor) > BALANCE_MAX_MINOR {
            return Err(Refusal::PayeeFull);
        }
        self.refundable(leg)?;
        let (debit_after_minor, debit_version) =
            self.account_mut(&leg.debit)?.post(minor.saturating_neg());
        let (credit_after_minor, credit_version) = self.account_mut(&leg.credit)?.post(minor);
        self.legs.push(LegApplied {
            leg: leg.clone(),
            debit_after_minor,
            credit_after_minor,
            debit_version,
            credit_version,
        });
        Ok(())
    }

    fn set_aside(
        &mut self,
        id: &AccountId,
        amount: Amount,
        limits: &Limits,
    ) -> Result<(), Refusal> {
        let spent = self.books.spent;
        let account = self.account_mut(id)?;
        if account.currency != amount.currency() {
            return Err(Refusal::CurrencyMismatch);
        }
        if !account.debit_ok {
            return Err(Refusal::PayerFrozen);
        }
        limits.check(amount.money(), &spent)?;
        enough(account, amount)?;
        account.held_minor = account.held_minor.saturating_add(amount.minor());
        Ok(())
    }

    fn open_hold(&self) -> Result<&'a Hold, Refusal> {
        let hold = self.books.hold.as_ref().ok_or(Refusal::UnknownHold)?;
        match hold.state {
            HoldState::Open => Ok(hold),
            state => Err(Refusal::HoldClosed { state }),
        }
    }

    fn release(&mut self, hold: &Hold) -> Result<(), Refusal> {
        let account = self.account_mut(&hold.account)?;
        account.held_minor = account.held_minor.saturating_sub(hold.amount_minor);
        assert!(account.held_minor >= 0, "what is held covers every open hold");
        Ok(())
    }

    fn capture(
        &mut self,
        shares: &[(TransferKind, AccountId, Amount)],
        now: At,
    ) -> Result<HoldChange, Refusal> {
        let hold = self.open_hold()?;
        if hold.expires_at <= now {
            return Err(Refusal::HoldExpired);
        }
        let total = shares.iter().fold(0_i64, |sum, share| sum.saturating_add(share.2.minor()));
        if total > hold.amount_minor {
            return Err(Refusal::OverHold { held: hold.amount() });
        }
        self.release(hold)?;
        for (kind, to, amount) in shares {
            self.apply(&Leg {
                kind: *kind,
                debit: hold.account.clone(),
                credit: to.clone(),
                amount: *amount,
                reverses: None,
            })?;
        }
        Ok(HoldChange::Close { into: HoldState::Captured, captured_minor: total })
    }

    /// Keeps the accounts that changed, and asserts what no plan may break.
    fn into_plan(self, hold: Option<HoldChange>) -> Plan {
        let before = &self.books.accounts;
        let total = |accounts: &[Account]| {
            accounts.iter().map(|a| i128::from(a.posted_minor)).sum::<i128>()
        };
        assert_eq!(total(before), total(&self.accounts), "money is neither made nor lost");
        let accounts: Vec<_> = self
            .accounts
            .into_iter()
            .filter(|after| before.iter().all(|account| account != after))
            .collect();
        assert!(accounts.iter().all(|a| a.available().minor >= 0), "no account below its floor");
        Plan { accounts, legs: self.legs, hold }
    }
}

impl Account {
    /// One entry: the posted balance and the version after it.
    const fn post(&mut self, minor: i64) -> (i64, i64) {
        self.posted_minor = self.posted_minor.saturating_add(minor);
        self.version = self.version.saturating_add(1);
        (self.posted_minor, self.version)
    }
}

fn enough(account: &Account, amount: Amount) -> Result<(), Refusal> {
    let available = account.available();
    let lacking = amount.minor().saturating_sub(available.minor);
    if lacking > 0 {
        let missing = Money::new(lacking, account.currency);
        return Err(Refusal::ShortBy { missing, available });
    }
    Ok(())
}

#[cfg(test)]
#[path = "decide_tests.rs"]
mod tests;
