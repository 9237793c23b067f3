//! The ledger as the page shows it: who has how much, what was booked last, and that it adds up.

use serde::Serialize;

use crate::{
    accounts::{self, PersonId},
    address::Address,
    db::Tx,
    ledger::{self, Account, Transfer, TransferId},
    money::{Currency, Money},
};

/// Bookings shown, the latest.
const SHOWN_MAX: usize = 8;
/// Bookings read at once.
const PAGE: i64 = 100;

/// The ledger at one moment.
#[derive(Debug, Serialize)]
pub(super) struct Books {
    accounts: Vec<Line>,
    /// Of all accounts together, by currency; always zero.
    sums: Vec<String>,
    /// The latest first.
    bookings: Vec<Booking>,
}

#[derive(Debug, Serialize)]
struct Line {
    name: String,
    balance: String,
}

#[derive(Debug, Serialize)]
struct Booking {
    from: String,
    to: String,
    amount: String,
    reference: Option<String>,
    /// In milliseconds since 1970.
    at: i64,
}

/// From which booking on they are read.
#[derive(Debug, Default)]
pub(super) struct Place {
    after: Option<TransferId>,
}

impl Place {
    /// # Errors
    /// The database's; sums that do not fit.
    pub(super) async fn look(&mut self, tx: &mut Tx) -> anyhow::Result<Books> {
        let accounts = ledger::list(tx).await?;
        let mut latest: Vec<Transfer> = Vec::new();
        loop {
            let after = latest.last().map(|transfer| transfer.id.clone()).or(self.after.clone());
            let page = ledger::transfers(tx, after.as_ref(), PAGE).await?;
            let ended = page.is_empty();
            latest.extend(page);
            if let Some(beyond) = latest.len().checked_sub(SHOWN_MAX + 1) {
                self.after = latest.get(beyond).map(|transfer| transfer.id.clone());
                latest.drain(..=beyond);
            }
            if ended {
                break;
            }
        }
        let mut named = Vec::new();
        for account in &accounts {
            named.push((account, name(tx, account).await?));
        }
        let of = |id: &ledger::AccountId| {
            let known = named.iter().find(|(account, _)| account.id == *id);
            known.map_or_else(|| id.to_string(), |(_, name)| name.clone())
        };
        let bookings = latest.iter().rev().map(|booked| Booking {
            from: of(&booked.debit),
            to: of(&booked.credit),
            amount: Money::new(booked.amount_minor, booked.currency).to_string(),
            reference: booked.reference.clone(),
            at: booked.at.0 / 1_000,
        });
        let bookings = bookings.collect();
        Ok(Books { accounts: lines(&named)?, sums: sums(&accounts)?, bookings })
    }
}

/// One line each person and currency; the house's many accounts are one.
fn lines(named: &[(&Account, String)]) -> anyhow::Result<Vec<Line>> {
    let mut totals: Vec<(&str, Money)> = Vec::new();
    for (account, name) in named {
        let same =
            |(known, sum): &&mut (&str, Money)| *known == name && sum.currency == account.currency;
        match totals.iter_mut().find(same) {
            Some((_, sum)) => *sum = sum.plus(account.posted())?,
            None => totals.push((name, account.posted())),
        }
    }
    totals.sort_by_key(|(name, _)| (*name == HOUSE, *name));
    let shown = totals
        .into_iter()
        .map(|(name, sum)| Line { name: name.to_owned(), balance: sum.to_string() });
    Ok(shown.collect())
}

fn sums(accounts: &[Account]) -> anyhow::Result<Vec<String>> {
    let mut sums: Vec<Money> = Vec::new();
    for account in accounts {
        match sums.iter_mut().find(|sum| sum.currency == account.currency) {
            Some(sum) => *sum = sum.plus(account.posted())?,
            None => sums.push(account.posted()),
        }
    }
    Ok(sums.iter().map(Money::to_string).collect())
}

const HOUSE: &str = "the house";

async fn name(tx: &mut Tx, account: &Account) -> anyhow::Result<String> {
    let Some(owner) = &account.owner else { return Ok(HOUSE.to_owned()) };
    let addresses = accounts::addresses_of(tx, &PersonId(owner.clone())).await?;
    Ok(addresses.first().map_or_else(|| owner.clone(), Address::to_string))
}

/// What somebody's accounts hold; none without one.
///
/// # Errors
/// The database's.
pub(super) async fn balance(tx: &mut Tx, address: &str) -> anyhow::Result<Option<String>> {
    let Some(person) = accounts::by_address(tx, &address.parse()?).await? else { return Ok(None) };
    let accounts = ledger::of_owner(tx, person.id.as_str()).await?;
    let held: Vec<String> = accounts.iter().map(|account| account.posted().to_string()).collect();
    let none = || Money::new(0, Currency::USD).to_string();
    Ok(Some(if held.is_empty() { none() } else { held.join(" · ") }))
}
