//! What one may ask of the ledger: movements, holds, refunds.
//!
//! Not for: deciding whether it can be done (`decide`).

use std::time::Duration;

use serde::Serialize;

use super::{AccountId, Limits, OperationKey};
use crate::{
    clock::At,
    id_type,
    money::{Amount, Currency, Money},
};

id_type!(
    /// One movement between two accounts.
    TransferId
);
id_type!(
    /// One sum set aside in an account.
    HoldId
);

/// How many movements one operation may consist of.
pub const LEGS_MAX: usize = 16;

word_enum! {
    /// What a movement is, for statements and exports.
    pub enum TransferKind {
        /// Money that came into the house.
        Credit = "credit",
        /// Money that left the house.
        Debit = "debit",
        /// From person to person.
        Transfer = "transfer",
        /// A payment that waited for its payee's account.
        Claim = "claim",
        /// From a buyer into escrow.
        Order = "order",
        /// From escrow to the vendor.
        Settlement = "settlement",
        /// From escrow back to the buyer.
        Return = "return",
        /// From vendor, house or friend back to whoever paid.
        Refund = "refund",
        /// What the house keeps.
        Fee = "fee",
        /// What a stranger paid to be read.
        Message = "message",
        /// An invoice's payment.
        Invoice = "invoice",
        /// Budget and pay-out of a promotion.
        Promotion = "promotion",
        /// On its way out through a gateway.
        Payout = "payout",
        /// Contested through a gateway.
        Dispute = "dispute",
        /// The operator's own hand.
        Correction = "correction",
    }
}

/// One movement that is asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Leg {
    /// What it is.
    pub kind: TransferKind,
    /// Who pays.
    pub debit: AccountId,
    /// Who is paid.
    pub credit: AccountId,
    /// How much.
    pub amount: Amount,
    /// The transfer it gives back, in whole or in part; its payee pays.
    pub reverses: Option<TransferId>,
}

/// Asks for one movement.
#[derive(Debug, Clone, Copy)]
pub struct TransferOrder<'a> {
    /// What caused it.
    pub key: &'a OperationKey,
    /// What it is.
    pub kind: TransferKind,
    /// Who pays.
    pub debit: &'a AccountId,
    /// Who is paid.
    pub credit: &'a AccountId,
    /// How much.
    pub amount: Amount,
    /// What the payer may spend.
    pub limits: &'a Limits,
    /// What people call it: `T-771`.
    pub reference: Option<&'a str>,
}

/// Asks for several movements that happen together or not at all, in this order.
#[derive(Debug, Clone, Copy)]
pub struct PostOrder<'a> {
    /// What caused it.
    pub key: &'a OperationKey,
    /// At least one and at most [`LEGS_MAX`].
    pub legs: &'a [Leg],
    /// What the payer of the first leg may spend in all legs together.
    pub limits: &'a Limits,
    /// What people call it.
    pub reference: Option<&'a str>,
}

/// Asks to set a sum aside.
#[derive(Debug, Clone, Copy)]
pub struct HoldOrder<'a> {
    /// What caused it.
    pub key: &'a OperationKey,
    /// Whose money.
    pub account: &'a AccountId,
    /// For whom, as far as is known; kept, never read.
    pub payee_hint: Option<&'a str>,
    /// How much.
    pub amount: Amount,
    /// For how long, from now.
    pub lasting: Duration,
    /// What the payer may spend; a hold counts as spent while it is open.
    pub limits: &'a Limits,
    /// What people call it.
    pub reference: Option<&'a str>,
}

/// What a hold pays besides its payee.
#[derive(Debug, Clone, Copy)]
pub struct Fee<'a> {
    /// The house's account.
    pub to: &'a AccountId,
    /// How much, on top of the payee's amount.
    pub amount: Amount,
}

/// Asks to pay from a hold; what it does not pay is released.
#[derive(Debug, Clone, Copy)]
pub struct CaptureOrder<'a> {
    /// What caused it.
    pub key: &'a OperationKey,
    /// From which hold.
    pub hold: &'a HoldId,
    /// What the payee's leg is.
    pub kind: TransferKind,
    /// Who really receives.
    pub to: &'a AccountId,
    /// How much the payee gets.
    pub amount: Amount,
    /// What the house keeps of the held sum.
    pub fee: Option<Fee<'a>>,
    /// What people call it.
    pub reference: Option<&'a str>,
}

/// One transfer that is given back, in whole or in part.
#[derive(Debug, Clone, Copy)]
pub struct RefundPart<'a> {
    /// Which transfer. Its payee pays.
    pub transfer: &'a TransferId,
    /// How much of it.
    pub amount: Amount,
    /// Who receives: its payer unless named, as the buyer is when escrow stood between.
    pub to: Option<&'a AccountId>,
}

/// Asks to give back transfers, together or not at all: the vendor's part, then the fee's.
#[derive(Debug, Clone, Copy)]
pub struct RefundOrder<'a> {
    /// What caused it.
    pub key: &'a OperationKey,
    /// At least one and at most [`LEGS_MAX`].
    pub parts: &'a [RefundPart<'a>],
    /// What people call it.
    pub reference: Option<&'a str>,
}

word_enum! {
    /// Where a hold is in its life. It leaves `Open` once.
    pub enum HoldState {
        /// Counts against the available balance.
        Open = "open",
        /// Paid, in whole or in part.
        Captured = "captured",
        /// Released.
        Voided = "voided",
        /// Released because its time was over.
        Expired = "expired",
    }
}

/// A sum set aside.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, sqlx_macros::FromRow)]
pub struct Hold {
    /// Its name.
    pub id: HoldId,
    /// What opened it.
    pub operation: OperationKey,
    /// Whose money.
    pub account: AccountId,
    /// For whom, as far as was known.
    pub payee_hint: Option<String>,
    /// Of the sums below.
    pub currency: Currency,
    /// What was set aside, in minor units.
    pub amount_minor: i64,
    /// What was paid from it, in minor units.
    pub captured_minor: i64,
    /// Where it is in its life.
    pub state: HoldState,
    /// Since when.
    pub opened_at: At,
    /// From when on it can only be released.
    pub expires_at: At,
    /// When it left `Open`.
    pub closed_at: Option<At>,
    /// What closed it.
    pub closed_by: Option<OperationKey>,
}

impl Hold {
    /// What was set aside.
    pub const fn amount(&self) -> Money {
        Money::new(self.amount_minor, self.currency)
    }
}
