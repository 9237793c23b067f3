//! What an account is: one currency, a balance, a part of it held, a floor, a freeze each way.
//!
//! Not for: moving money (`post`, `holds`, `refund`).

use serde::Serialize;

use crate::{
    clock::At,
    id_type,
    money::{Currency, Money},
};

id_type!(
    /// One account of the ledger.
    AccountId
);

/// Over how many sub-accounts a busy house account is spread, so that payments which touch it do
/// not wait for one row.
pub const HOUSE_SUBACCOUNTS: u8 = 16;

/// How far a house account may fall, and how far any account may rise: 10^18 minor units. Two such
/// numbers still add up in 64 bits.
pub(super) const BALANCE_MAX_MINOR: i64 = 1_000_000_000_000_000_000;

word_enum! {
    /// What an account is for.
    pub enum AccountKind {
        /// A customer's money.
        Person = "person",
        /// A seller's money.
        Vendor = "vendor",
        /// Where money enters and leaves the house; negative by what all others hold.
        Clearing = "clearing",
        /// What the house has earned.
        Fees = "fees",
        /// Paid for, not yet accepted.
        Escrow = "escrow",
        /// On its way out through a gateway.
        Payout = "payout",
        /// Contested through a gateway.
        Disputes = "disputes",
        /// Arrived, owner unknown.
        Suspense = "suspense",
    }
}

impl AccountKind {
    /// Whether the house itself owns accounts of this kind.
    pub const fn is_house(self) -> bool {
        !matches!(self, Self::Person | Self::Vendor)
    }

    /// How low the available balance may fall: zero for people; house accounts may be negative, so
    /// that giving back a fee never fails by accident of which sub-account it came to.
    pub(super) const fn floor_minor(self) -> i64 {
        if self.is_house() { -BALANCE_MAX_MINOR } else { 0 }
    }

    /// Over how many rows an account of this kind is spread.
    pub(super) const fn subaccounts(self) -> u8 {
        match self {
            Self::Clearing | Self::Fees | Self::Escrow => HOUSE_SUBACCOUNTS,
            _ => 1,
        }
    }
}

/// An account as it stands. All sums are minor units of `currency`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, sqlx_macros::FromRow)]
pub struct Account {
    /// Its name.
    pub id: AccountId,
    /// Whose it is, as `accounts` names people; none for house accounts.
    pub owner: Option<String>,
    /// What it is for.
    pub kind: AccountKind,
    /// Of everything in it.
    pub currency: Currency,
    /// All credits less all debits.
    pub posted_minor: i64,
    /// The part promised to open holds.
    pub held_minor: i64,
    /// What the available balance may not fall below.
    pub floor_minor: i64,
    /// How many entries it has had.
    pub version: i64,
    /// Whether money may leave it.
    pub debit_ok: bool,
    /// Whether money may enter it.
    pub credit_ok: bool,
    /// Since when either of the two is false.
    pub frozen_at: Option<At>,
    /// Since when it exists.
    pub opened_at: At,
}

impl Account {
    /// Everything in it, the held part included.
    pub const fn posted(&self) -> Money {
        Money::new(self.posted_minor, self.currency)
    }

    /// The part promised to open holds.
    pub const fn held(&self) -> Money {
        Money::new(self.held_minor, self.currency)
    }

    /// What may be spent now.
    pub const fn available(&self) -> Money {
        let free = self.posted_minor.saturating_sub(self.held_minor);
        Money::new(free.saturating_sub(self.floor_minor), self.currency)
    }
}
