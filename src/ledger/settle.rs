//! What every verb does around [`decide()`]: claim the key, lock and read, decide, write.
//!
//! Not for: rules. Nothing here looks at an amount.

use std::collections::BTreeSet;

use super::{
    Account, AccountId, Books, Hold, HoldChange, HoldId, HoldOrder, LegReceipt, Outcome, Plan,
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
#[derive(Debug)]
pub(super) struct Ask<'a> {
    pub(super) claim: Claim<'a>,
    pub(super) wish: Wish<'a>,
    /// The hold that is to be closed, as read before the locks.
    pub(super) closes: Option<Hold>,
    /// The hold that is to be opened.
    pub(super) opens: Option<HoldOrder<'a>>,
}

impl<'a> Ask<'a> {
    /// One that opens and closes no hold.
    pub(super) const fn plain(claim: Claim<'a>, wish: Wish<'a>) -> Self {
        Self { claim, wish, closes: None, opens: None }
    }
}

/// Claims the key, locks, reads, decides and writes; or gives the first answer again.
pub(super) async fn settle(tx: &mut Tx, ask: Ask<'_>, now: At) -> Result<Outcome, sqlx::Error> {
    let named: BTreeSet<&str> = accounts_of(&ask).into_iter().map(AccountId::as_str).collect();
    let named: Vec<_> = named.into_iter().collect();
    let Some(accounts) = store_operations::claim(tx, &ask.claim, &named, now).await? else {
        return first_answer(tx, &ask.claim).await;
    };
    let books = read(tx, &ask, accounts, now).await?;
    match decide(&books, ask.wish, now) {
        Ok(plan) => Ok(Outcome::Done(write(tx, &plan, &ask, now).await?)),
        Err(refusal) => {
            let text =
                serde_json::to_string(&refusal).map_err(|e| sqlx::Error::Encode(e.into()))?;
            store_operations::refuse(tx, ask.claim.key, &text).await?;
            Ok(Outcome::Refused(refusal))
        }
    }
}

/// What was answered to this key; or that it was used for something else.
async fn first_answer(tx: &mut Tx, claim: &Claim<'_>) -> Result<Outcome, sqlx::Error> {
    let kept = store_operations::kept(tx, claim.key).await?;
    if kept.request_hash != claim.hash.as_bytes() {
        return Ok(Outcome::Refused(Refusal::KeyReused));
    }
    if let Some(refusal) = kept.refusal {
        let refusal = serde_json::from_str(&refusal).map_err(|e| sqlx::Error::Decode(e.into()))?;
        return Ok(Outcome::Refused(refusal));
    }
    let rows = store::legs_of(tx, claim.key).await?;
    let legs = rows.into_iter().map(LegRow::receipt).collect::<Result<_, _>>()?;
    let hold = store_holds::touched_by(tx, claim.key).await?.map(|(id,)| id);
    Ok(Outcome::Done(Receipt { operation: claim.key.clone(), at: kept.at, legs, hold }))
}

/// After the accounts, the hold; sums in later statements, which see whatever was committed while we
/// waited for the locks.
async fn read(
    tx: &mut Tx,
    ask: &Ask<'_>,
    accounts: Vec<Account>,
    now: At,
) -> Result<Books, sqlx::Error> {
    let mut books = Books { accounts, ..Books::default() };
    if let Some(hold) = &ask.closes {
        books.hold = store_holds::lock(tx, &hold.id).await?;
    }
    let (payer, limits) = match ask.wish {
        Wish::Move { legs, limits } => {
            let reversed = legs.iter().filter_map(|leg| leg.reverses.as_ref());
            let reversed: Vec<_> = reversed.map(TransferId::as_str).collect();
            if !reversed.is_empty() {
                books.originals = store::originals(tx, &reversed).await?;
            }
            (legs.first().map(|leg| &leg.debit), limits)
        }
        Wish::Hold { account, limits, .. } => (Some(account), limits),
        Wish::Capture { .. } | Wish::Release { .. } | Wish::Nothing { .. } => return Ok(books),
    };
    if let Some(payer) = payer
        && limits.need_history()
    {
        books.spent = store::spent(tx, payer, now).await?;
    }
    Ok(books)
}

/// Every account that may be written.
fn accounts_of<'a>(ask: &'a Ask<'_>) -> Vec<&'a AccountId> {
    let mut named: Vec<_> = ask.closes.iter().map(|hold| &hold.account).collect();
    match ask.wish {
        Wish::Move { legs, .. } => {
            named.extend(legs.iter().flat_map(|leg| [&leg.debit, &leg.credit]));
        }
        Wish::Hold { account, .. } => named.push(account),
        Wish::Capture { shares } => named.extend(shares.iter().map(|(_, to, _)| to)),
        Wish::Release { .. } | Wish::Nothing { .. } => {}
    }
    named
}

async fn write(tx: &mut Tx, plan: &Plan, ask: &Ask<'_>, now: At) -> Result<Receipt, sqlx::Error> {
    // What a capture releases must be free before it is paid.
    let hold = write_hold(tx, plan, ask, now).await?;
    let closes = ask.closes.as_ref().map(|hold| &hold.id);
    let cause = store::Cause { key: ask.claim.key, hold: closes, now };
    let ids: Vec<_> = plan.legs.iter().map(|_| TransferId::fresh(now)).collect();
    for ((place, leg), id) in (0_i64..).zip(&plan.legs).zip(&ids) {
        store::write(tx, id, (place, leg), cause).await?;
    }
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
    Ok(Receipt { operation: ask.claim.key.clone(), at: now, legs: legs.collect(), hold })
}

async fn write_hold(
    tx: &mut Tx,
    plan: &Plan,
    ask: &Ask<'_>,
    now: At,
) -> Result<Option<HoldId>, sqlx::Error> {
    match (plan.hold, &ask.opens, &ask.closes) {
        (Some(HoldChange::Open { amount }), Some(order), _) => {
            let id = HoldId::fresh(now);
            let new = store_holds::NewHold {
                id: &id,
                operation: ask.claim.key,
                account: order.account,
                payee_hint: order.payee_hint,
                amount,
                opened_at: now,
                expires_at: now.plus(order.lasting),
            };
            store_holds::insert(tx, new).await?;
            store_accounts::add_held(tx, order.account, amount.minor()).await?;
            Ok(Some(id))
        }
        (Some(HoldChange::Close { into, captured_minor }), _, Some(hold)) => {
            store_holds::close(tx, &hold.id, (into, captured_minor), ask.claim.key, now).await?;
            let released = hold.amount_minor.saturating_neg();
            store_accounts::add_held(tx, &hold.account, released).await?;
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
