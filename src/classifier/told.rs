//! What the reader is told of a mail's sender before it reads: what they hold, whom they call how, what still waits
//! for their answer.

use super::Known;
use crate::{
    accounts,
    context::Context,
    db::Tx,
    intent::{self, Pending, ReaderContext},
    ledger,
    money::Currency,
    transfers::RequestRow,
};

/// What a bare number means, then every other currency the person holds: the house's currency goes
/// first where they hold it.
pub(super) async fn currencies(
    cx: &Context,
    tx: &mut Tx,
    person: Option<&accounts::Person>,
) -> Result<Vec<Currency>, sqlx::Error> {
    let usual = cx.settings.accounts.currency;
    let Some(person) = person else { return Ok(vec![usual]) };
    let accounts = ledger::of_owner(tx, person.id.as_str()).await?;
    let mut held: Vec<Currency> = accounts.into_iter().map(|account| account.currency).collect();
    held.sort_by_key(|currency| *currency != usual);
    Ok(if held.is_empty() { vec![usual] } else { held })
}

/// The sender's own names for others.
pub(super) async fn contacts(
    tx: &mut Tx,
    person: Option<&accounts::Person>,
) -> Result<Vec<intent::Contact>, sqlx::Error> {
    let Some(person) = person else { return Ok(Vec::new()) };
    let rows = accounts::contacts_of(tx, &person.id).await?.into_iter();
    Ok(rows.map(|row| intent::Contact { name: row.name, address: row.address }).collect())
}

pub(super) fn reader_context(cx: &Context, known: &Known, held: Vec<Currency>) -> ReaderContext {
    let Known { open, thread, person, .. } = known;
    let in_thread = thread.reference.as_deref();
    let meant = |row: &&RequestRow| in_thread.is_none_or(|reference| reference == row.reference);
    let usual = &cx.settings.accounts.locale;
    let locale = person.as_ref().map_or(usual, |person| &person.locale);
    ReaderContext {
        account_currency: held.first().copied(),
        currencies_held: held,
        locale: Some(locale.clone()),
        service_address: Some(cx.settings.service_address.clone()),
        service_name: Some(cx.settings.service_name.clone()),
        pending: open.iter().filter(meant).map(pending).collect(),
        thread: thread.reference.clone(),
        sent_message_ids: thread.letters.clone(),
        ..ReaderContext::default()
    }
}

fn pending(row: &RequestRow) -> Pending {
    let mut missing = Vec::new();
    if row.amount_minor.is_none() {
        missing.push("amount".to_owned());
    }
    if row.recipient.is_none() {
        missing.push("recipient".to_owned());
    }
    Pending {
        reference: row.reference.clone(),
        kind: "transfer".to_owned(),
        amount: row.amount().map(|amount| amount.money().decimal()),
        currency: row.currency,
        recipient: row.recipient.clone(),
        owner: Some(row.sender_address.clone()),
        missing,
        items: Vec::new(),
    }
}
