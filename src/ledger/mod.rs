//! The ledger: every amount of money, where it is, and every movement that brought it there.
//!
//! Double entry by construction: a transfer is one immutable row that debits one account and credits
//! another, so the sum of all accounts is always zero. Whatever asks for a movement names an
//! [`OperationKey`] made from what caused it; the first answer to a key, done or refused, is the
//! answer for ever. [`decide()`] is the one rule book, pure and the same on both databases: a verb
//! claims its key, locks the accounts in the order of their ids, reads, decides, and applies.
//!
//! Not for: who people are (an account's owner is an opaque text), what a movement was for (a
//! reference is kept, never read), or whether somebody was allowed to ask (`policy` and
//! `confirmations` do that before).
#![deny(clippy::arithmetic_side_effects)]

mod account;
mod accounts;
mod audit;
mod claim;
mod decide;
mod eases;
mod holds;
mod key;
mod limits;
mod order;
mod outcome;
mod post;
mod preview;
mod refund;
mod settle;
mod statement;
mod store;
mod store_accounts;
mod store_audit;
mod store_counts;
mod store_holds;
mod store_operations;
mod store_spent;
mod store_trace;

pub use account::{Account, AccountId, AccountKind, HOUSE_SUBACCOUNTS};
pub use accounts::{find, freeze, get, house, list, of_owner, open};
pub use audit::{AuditReport, Finding, audit};
pub use decide::{Books, HoldChange, LegApplied, Original, Plan, Wish, decide};
pub use eases::eases_at;
pub use holds::{capture, due_holds, expire, get_hold, hold, open_holds, void};
pub use key::OperationKey;
pub use limits::{Limits, Spent};
pub use order::{
    CaptureOrder, Fee, Hold, HoldId, HoldOrder, HoldState, LEGS_MAX, Leg, PostOrder, RefundOrder,
    RefundPart, TransferId, TransferKind, TransferOrder,
};
pub use outcome::{LegReceipt, Limit, Outcome, Receipt, Refusal};
pub use post::{post, transfer};
pub use preview::preview;
pub use refund::refund;
pub use statement::{Entry, Transfer, balance_before, statement, transfers};
pub use store_counts::{Counted, counted};
pub use store_trace::{LegTrace, OperationTrace, legs, traced_between};
