//! A person's own freeze: at once by mail, lifted by a link alone. What the operator froze stays frozen.

use super::{
    Person,
    jobs::{To, write},
    letters::{Frozen, Thaw, Unfrozen},
    store,
};
use crate::{
    context::Context,
    db::Tx,
    ledger,
    letters::{self, Letter, Note, Thread},
    queue::Fault,
};

/// Stops all money from leaving a person's accounts.
///
/// # Errors
/// A fault; the job is tried again.
pub(super) async fn freeze(
    cx: &Context,
    tx: &mut Tx,
    to: To<'_>,
    person: &Person,
) -> Result<(), Fault> {
    store::lock(tx, &person.id).await?;
    let now = cx.now();
    let accounts = ledger::of_owner(tx, person.id.as_str()).await?;
    if accounts.iter().any(|account| account.debit_ok) {
        store::froze(tx, &person.id, Some(now)).await?;
    }
    for account in &accounts {
        ledger::freeze(tx, &account.id, false, account.credit_ok, now).await?;
    }
    write(cx, tx, to, &Frozen::new(&cx.settings)).await
}

/// Lets money leave again, once the link was pressed (the classifier's gate comes before), and tells every
/// address of the person.
///
/// # Errors
/// A fault; the job is tried again.
pub(super) async fn unfreeze(
    cx: &Context,
    tx: &mut Tx,
    to: To<'_>,
    person: &Person,
) -> Result<(), Fault> {
    store::lock(tx, &person.id).await?;
    let now = cx.now();
    let accounts = ledger::of_owner(tx, person.id.as_str()).await?;
    if accounts.iter().all(|account| account.debit_ok) {
        return write(cx, tx, to, &Unfrozen::new(Thaw::NotFrozen, &cx.settings)).await;
    }
    if !store::froze_themselves(tx, &person.id).await? {
        return write(cx, tx, to, &Unfrozen::new(Thaw::ByOperator, &cx.settings)).await;
    }
    for account in &accounts {
        ledger::freeze(tx, &account.id, true, account.credit_ok, now).await?;
    }
    store::froze(tx, &person.id, None).await?;
    let letter = Unfrozen::new(Thaw::Open, &cx.settings);
    let (mail, from, thread, language) = to;
    for address in store::addresses_of(tx, &person.id).await? {
        let thread = if address == *from { thread.clone() } else { Thread::default() };
        let cause = format!("{mail}/{}/{address}", Unfrozen::KIND);
        let note = Note { cause, to: &address, reference: None, thread, language };
        letters::write(&cx.settings, tx, note, (&letter, None), now).await?;
    }
    Ok(())
}
