//! What comes of an operation: done, with a receipt, or refused, with a reason a letter can be
//! written from.
//!
//! Not for: faults. A lost connection or a deadlock is no answer; it is tried again with the same key.

use serde::{Deserialize, Serialize};

use super::{AccountId, HoldId, HoldState, OperationKey, TransferId, TransferKind};
use crate::{
    clock::At,
    money::{Amount, Money},
};

/// The answer to an operation: the same one however often its key is presented.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[must_use = "a refusal must be told"]
pub enum Outcome {
    /// It happened.
    Done(Receipt),
    /// Nothing moved.
    Refused(Refusal),
}

/// What an operation did.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Receipt {
    /// Its key.
    pub operation: OperationKey,
    /// When it was decided.
    pub at: At,
    /// What moved, leg by leg; nothing when a hold was opened, voided or has expired.
    pub legs: Vec<LegReceipt>,
    /// The hold it opened or closed.
    pub hold: Option<HoldId>,
}

/// One movement, with both balances after it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LegReceipt {
    /// Its row.
    pub transfer: TransferId,
    /// What it was.
    pub kind: TransferKind,
    /// Who paid.
    pub debit: AccountId,
    /// Who was paid.
    pub credit: AccountId,
    /// How much.
    pub amount: Amount,
    /// The payer's posted balance after it.
    pub debit_after: Money,
    /// The payee's posted balance after it.
    pub credit_after: Money,
}

/// Which limit stood in the way.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Limit {
    /// Of one payment.
    PerTransfer,
    /// Of 24 hours.
    Day,
    /// Of 7 days.
    Week,
    /// Of 30 days.
    Month,
}

/// Why nothing moved. Stored with its operation, so the words of this enum are a format: variants are
/// added, never renamed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Refusal {
    /// The payer has too little.
    ShortBy {
        /// What is lacking.
        missing: Money,
        /// What could be spent.
        available: Money,
    },
    /// No money may leave the payer's account.
    PayerFrozen,
    /// No money may enter the payee's account.
    PayeeFrozen,
    /// The payee's account would rise above 10^18 minor units.
    PayeeFull,
    /// More than a limit leaves.
    OverLimit {
        /// Which one.
        limit: Limit,
        /// The limit itself.
        allowed: Money,
        /// What it leaves now.
        left: Money,
    },
    /// As many operations within the hour as are allowed.
    TooOften {
        /// How many are allowed within an hour.
        allowed: i64,
    },
    /// Payer and payee are one account.
    SameAccount,
    /// The amount's currency is not that of both accounts.
    CurrencyMismatch,
    /// There is no such account.
    UnknownAccount,
    /// There is no such hold.
    UnknownHold,
    /// There is no such transfer, or somebody else was paid by it.
    UnknownTransfer,
    /// The hold is closed.
    HoldClosed {
        /// How it was closed.
        state: HoldState,
    },
    /// The hold has run out, though nobody has closed it yet.
    HoldExpired,
    /// More than was held.
    OverHold {
        /// What was held.
        held: Money,
    },
    /// More than is left to refund.
    OverRefund {
        /// What is left.
        left: Money,
    },
    /// The key belongs to an operation that asked for something else. Never stored: the first answer
    /// stands.
    KeyReused,
}

impl Outcome {
    /// The receipt, when it happened.
    pub fn done(self) -> Option<Receipt> {
        match self {
            Self::Done(receipt) => Some(receipt),
            Self::Refused(_) => None,
        }
    }
}
