//! What every verb does around [`decide()`]: claim the key, lock and read, decide, write.
//!
//! Not for: rules. Nothing here looks at an amount.

use std::collections::BTreeSet;

use super::{
    AccountId, Books, Hold, HoldChange, HoldId, HoldOrder, LegReceipt, OperationKey, Outcome, Plan,
    Receipt, Refusal, TransferId, Wish,
    claim::Claim,
    decide::decide,
    store::{self, LegRow},
    store_accounts, store_holds, store_operations,
};
use crate::{
    clock::At,
    db::Tx,
    money::{Amount, Money},
};

/// A wish with what is needed to read for it and to write what comes of it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Ask<'a> {
    pub(super) key: &'a OperationKey,
    pub(super) wish: Wish<'a>,
    /// The hold that is to be closed, as read before the locks.
    pub(super) hold: Option<&'a Hold>,
    /// The hold that is to be opened.
    pub(super) opens: Option<&'a HoldOrder<'a>>,
}

/// Claims the key. `None`: it is ours, go on. Otherwise the first answer, or that the key was used
/// for something else.
pub(super) async fn claim(
    tx: &mut Tx,
    claim: &Claim<'_>,
    now: At,
) -> Result<Option<Outcome>, sqlx::Error> {
    if store_operations::claim(tx, claim, now).await? == 1 {
        return Ok(None);
    }
    let kept = store_operations::kept(tx, claim.key).await?;
    if kept.request_hash != claim.hash.as_bytes() {
        return Ok(Some(Outcome::Refused(Refusal::KeyReused)));
    }
    if let Some(refusal) = kept.refusal {
        let refusal = serde_json::from_str(&refusal).map_err(|e| sqlx::Error::Decode(e.into()))?;
        return Ok(Some(Outcome::Refused(refusal)));
    }
    let rows = store::legs_of(tx, claim.key).await?;
    let legs = rows.into_iter().map(LegRow::receipt).collect::<Result<_, _>>()?;
    let hold = store_holds::touched_by(tx, claim.key).await?.map(|(id,)| id);
    let receipt = Receipt { operation: claim.key.clone(), at: kept.at, legs, hold };
    Ok(Some(Outcome::Done(receipt)))
}

/// Locks, reads, decides and writes, for a key that has been claimed.
pub(super) async fn settle(tx: &mut Tx, ask: Ask<'_>, now: At) -> Result<Outcome, sqlx::Error> {
    let books = read(tx, ask, now).await?;
    match decide(&books, ask.wish, now) {
        Ok(plan) => Ok(Outcome::Done(write(tx, &plan, ask, now).await?)),
        Err(refusal) => refuse(tx, ask.key, refusal).await,
    }
}

/// Keeps the refusal as the answer to a key that has been claimed.
pub(super) async fn refuse(
    tx: &mut Tx,
    key: &OperationKey,
    refusal: Refusal,
) -> Result<Outcome, sqlx::Error> {
    let text = serde_json::to_string(&refusal).map_err(|e| sqlx::Error::Encode(e.into()))?;
    store_operations::refuse(tx, key, &text).await?;
    Ok(Outcome::Refused(refusal))
}

/// Accounts in the order of their ids, then the hold; sums in later statements, which see whatever
/// was committed while we waited for the locks.
async fn read(tx: &mut Tx, ask: Ask<'_>, now: At) -> Result<Books, sqlx::Error> {
    let named: BTreeSet<&str> = accounts_of(ask).into_iter().map(AccountId::as_str).collect();
    let named: Vec<_> = named.into_iter().collect();
    let mut books = Books { accounts: store_accounts::lock(tx, &named).await?, ..Books::default() };
    if let Some(hold) = ask.hold {
        books.hold = store_holds::lock(tx, &hold.id).await?;
    }
    let (payer, limits) = match ask.wish {
        Wish::Move { legs, limits } => {
            let reversed: Vec<_> = legs.iter().filter_map(|leg| leg.reverses.as_ref()).collect();
            if !reversed.is_empty() {
                let ids: Vec<_> = reversed.into_iter().map(TransferId::as_str).collect();
                books.originals = store::originals(tx, &ids).await?;
            }
            (legs.first().map(|leg| &leg.debit), Some(limits))
        }
        Wish::Hold { account, limits, .. } => (Some(account), Some(limits)),
        Wish::Capture { .. } | Wish::Release { .. } => (None, None),
    };
    if let (Some(payer), Some(limits)) = (payer, limits)
        && limits.need_history()
    {
        books.spent = store::spent(tx, payer, now).await?;
    }
    Ok(books)
}

/// Every account that may be written.
fn accounts_of(ask: Ask<'_>) -> Vec<&AccountId> {
    let mut named: Vec<_> = ask.hold.map(|hold| &hold.account).into_iter().collect();
    match ask.wish {
        Wish::Move { legs, .. } => {
            named.extend(legs.iter().flat_map(|leg| [&leg.debit, &leg.credit]));
        }
        Wish::Hold { account, .. } => named.push(account),
        Wish::Capture { shares } => named.extend(shares.iter().map(|(_, to, _)| to)),
        Wish::Release { .. } => {}
    }
    named
}

async fn write(tx: &mut Tx, plan: &Plan, ask: Ask<'_>, now: At) -> Result<Receipt, sqlx::Error> {
    let ids: Vec<_> = plan.legs.iter().map(|_| TransferId::fresh(now)).collect();
    let hold = write_hold(tx, plan, ask, now).await?;
    store::apply(tx, plan, &ids, store::Cause { key: ask.key, hold: ask.hold, now }).await?;
    let legs = plan.legs.iter().zip(ids).map(|(applied, transfer)| {
        let currency = applied.leg.amount.currency();
        LegReceipt {
            transfer,
            kind: applied.leg.kind,
            debit: applied.leg.debit.clone(),
            credit: applied.leg.credit.clone(),
            amount: applied.leg.amount,
            debit_after: Money::new(applied.debit_after_minor, currency),
            credit_after: Money::new(applied.credit_after_minor, currency),
        }
    });
    Ok(Receipt { operation: ask.key.clone(), at: now, legs: legs.collect(), hold })
}

async fn write_hold(
    tx: &mut Tx,
    plan: &Plan,
    ask: Ask<'_>,
    now: At,
) -> Result<Option<HoldId>, sqlx::Error> {
    match (plan.hold, ask.opens, ask.hold) {
        (Some(HoldChange::Open { amount }), Some(order), _) => {
            let id = HoldId::fresh(now);
            let new = store_holds::NewHold {
                id: &id,
                operation: ask.key,
                account: order.account,
                payee_hint: order.payee_hint,
                amount,
                opened_at: now,
                expires_at: now.plus(order.lasting),
            };
            store_holds::insert(tx, new).await?;
            Ok(Some(id))
        }
        (Some(HoldChange::Close { into, captured_minor }), _, Some(hold)) => {
            store_holds::close(tx, &hold.id, (into, captured_minor), ask.key, now).await?;
            Ok(Some(hold.id.clone()))
        }
        _ => Ok(None),
    }
}

impl LegRow {
    fn receipt(self) -> Result<LegReceipt, sqlx::Error> {
        let amount = Amount::of(self.amount_minor, self.currency)
            .map_err(|e| sqlx::Error::Decode(e.into()))?;
        Ok(LegReceipt {
            transfer: self.id,
            kind: self.kind,
            debit: self.debit,
            credit: self.credit,
            amount,
            debit_after: Money::new(self.debit_after_minor, self.currency),
            credit_after: Money::new(self.credit_after_minor, self.currency),
        })
    }
}
