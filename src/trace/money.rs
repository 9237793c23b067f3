//! What the ledger did, in sentences.

use super::Event;
use crate::{
    accounts::{self, PersonId},
    db::Tx,
    ledger::{self, AccountId},
};

type Result<T> = std::result::Result<T, sqlx::Error>;

/// Whether the ledger knows an operation of this key.
pub(super) async fn booked(tx: &mut Tx, key: &str) -> Result<bool> {
    Ok(!ledger::traced_between(tx, key, key).await?.is_empty())
}

/// The operations whose keys lie from `first` until before `end`, each with its transfers.
pub(super) async fn told(tx: &mut Tx, first: &str, end: &str) -> Result<Vec<Event>> {
    let mut events = Vec::new();
    for operation in ledger::traced_between(tx, first, end).await? {
        let says = match &operation.refusal {
            Some(refusal) => format!("{} refused, nothing moved: {refusal}", operation.kind),
            None => format!("{} done", operation.kind),
        };
        let (at, id) = (operation.at, operation.key.to_string());
        events.push(Event { at, rank: 9, of: "ledger", id, says });
        for leg in ledger::legs(tx, &operation.key).await? {
            let (from, to) = (owner(tx, &leg.debit).await?, owner(tx, &leg.credit).await?);
            let says = format!("moved {} from {from} to {to}", leg.amount().with_code());
            events.push(Event { at: leg.at, rank: 10, of: "ledger", id: leg.id, says });
        }
    }
    Ok(events)
}

/// The first address of an account's owner, or what the house calls the account.
async fn owner(tx: &mut Tx, id: &AccountId) -> Result<String> {
    let Some(account) = ledger::get(tx, id).await? else { return Ok(id.to_string()) };
    let Some(owner) = account.owner else { return Ok(account.kind.to_string()) };
    let addresses = accounts::addresses_of(tx, &PersonId(owner)).await?;
    Ok(addresses.first().map_or_else(|| account.kind.to_string(), ToString::to_string))
}
