//! What the rule book would say to a transfer now, before anybody is asked to confirm it.
//!
//! Looks without locks and promises nothing: the transfer itself decides again.

use super::{Account, AccountId, Books, Leg, Limits, Refusal, TransferKind, Wish, decide, store};
use crate::{clock::At, db::Tx, money::Amount};

/// The refusal that `amount` from `from` would meet; only the payer's half when the payee holds no
/// account in this currency yet.
///
/// # Errors
/// The database's.
pub async fn preview(
    tx: &mut Tx,
    (from, to): (&Account, Option<&Account>),
    amount: Amount,
    limits: &Limits,
    now: At,
) -> Result<Option<Refusal>, sqlx::Error> {
    let opened_then = || Account {
        id: AccountId::fresh(now),
        posted_minor: 0,
        held_minor: 0,
        credit_ok: true,
        ..from.clone()
    };
    let to = to.cloned().unwrap_or_else(opened_then);
    let leg = Leg {
        kind: TransferKind::Transfer,
        debit: from.id.clone(),
        credit: to.id.clone(),
        amount,
        reverses: None,
    };
    let books = Books {
        spent: store::spent(tx, &from.id, now).await?,
        accounts: vec![from.clone(), to],
        ..Books::default()
    };
    Ok(decide(&books, Wish::Move { legs: &[leg], limits }, now).err())
}
