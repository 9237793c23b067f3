//! `pennypost accounts`: opening, looking, booking, freezing.

use anyhow::Context as _;
use clap::{Args, Subcommand};
use pennypost::{
    accounts::{self, Person},
    address::Address,
    clock::{At, Clock},
    config::Settings,
    db::Tx,
    ledger::{self, Account, Outcome, Refusal},
    letters::Thread,
    money::{Amount, Currency, Money, MoneyError},
    process::Process,
};
use serde_json::{Value, json};

use crate::{
    output,
    run::{Ended, Ran, Usage},
};

/// Open, list, show, credit, debit and freeze accounts.
#[derive(Args)]
#[command(after_help = "Example: pennypost accounts credit ada@example.org 100.00 --reference \
                        bank-2026-0042")]
pub(crate) struct Accounts {
    #[command(subcommand)]
    verb: Verb,
    /// Print JSON.
    #[arg(long, global = true)]
    json: bool,
}

#[derive(Subcommand)]
enum Verb {
    /// Open an account for an address; it gets a welcome letter.
    Open {
        /// The person's mail address.
        address: Address,
        /// The account's currency (ISO 4217); the configured one when absent.
        #[arg(long)]
        currency: Option<Currency>,
    },
    /// List all accounts.
    List,
    /// Show an address's accounts with their newest entries.
    Show {
        /// The person's mail address.
        address: Address,
    },
    /// Book money that arrived outside, with a letter. A reference books once.
    Credit(Booking),
    /// Book money that was paid out outside, with a letter. A reference books once.
    Debit(Booking),
    /// Stop money from leaving an address's accounts.
    Freeze {
        /// The person's mail address.
        address: Address,
        /// Stop money from arriving too.
        #[arg(long)]
        both: bool,
        /// Undo a freeze, both ways.
        #[arg(long, conflicts_with = "both")]
        off: bool,
    },
}

#[derive(Args)]
struct Booking {
    /// The person's mail address.
    address: Address,
    /// The amount, such as 100.00 or "100.00 USD".
    amount: String,
    /// The account's currency (ISO 4217); the configured one when absent.
    #[arg(long)]
    currency: Option<Currency>,
    /// What the booking is known by outside, such as the bank's own number.
    #[arg(long)]
    reference: String,
}

impl Booking {
    /// `100`, `100.00` or `100.00 USD`, in the currency named there, by the option, or as configured.
    fn amount(&self, usual: Currency) -> Result<Amount, MoneyError> {
        let (number, code) = self.amount.trim().split_once(' ').unwrap_or((self.amount.trim(), ""));
        let named = if code.is_empty() { None } else { Some(Currency::parse(code)?) };
        let currency = match (named, self.currency) {
            (Some(named), Some(option)) if named != option => {
                return Err(MoneyError::Mixed(named, option));
            }
            (named, option) => named.or(option).unwrap_or(usual),
        };
        Money::from_decimal(number, currency).and_then(Amount::new)
    }
}

/// Entries that `show` prints at most.
const ENTRIES_SHOWN: i64 = 20;

impl Accounts {
    pub(crate) async fn run(self, settings: Settings) -> Ran {
        let process = Process::open(settings, Clock::System).await?;
        let mut tx = process.cx.db.begin().await?;
        let ended = self.verb(&process, &mut tx).await?;
        tx.commit().await?;
        Ok(ended)
    }

    async fn verb(self, process: &Process, tx: &mut Tx) -> Ran {
        let cx = &process.cx;
        match &self.verb {
            Verb::Open { address, currency } => {
                if address.reaches(&cx.settings.service_address) {
                    return Err(Usage(format!("{address} is the service's own address")).into());
                }
                let currency = currency.unwrap_or(cx.settings.accounts.currency);
                let opened =
                    accounts::open(cx, tx, address, currency, (Thread::default(), None)).await?;
                self.show(&[(address.clone(), opened.account)])
            }
            Verb::List => {
                let all = owned(tx).await?;
                self.show(&all)
            }
            Verb::Show { address } => self.one(tx, address).await,
            Verb::Credit(booking) => self.book(process, tx, (booking, true)).await,
            Verb::Debit(booking) => self.book(process, tx, (booking, false)).await,
            Verb::Freeze { address, both, off } => {
                let person = person(tx, address).await?;
                // From now on it is the operator's word that counts.
                accounts::froze(tx, &person.id, None).await?;
                for account in ledger::of_owner(tx, person.id.as_str()).await? {
                    let (debit_ok, credit_ok) = (*off, *off || (!both && account.credit_ok));
                    ledger::freeze(tx, &account.id, debit_ok, credit_ok, cx.now()).await?;
                }
                self.one(tx, address).await
            }
        }
    }

    async fn book(
        &self,
        process: &Process,
        tx: &mut Tx,
        (booking, credit): (&Booking, bool),
    ) -> Ran {
        let cx = &process.cx;
        if booking.reference.trim().is_empty() {
            return Err(Usage("--reference must not be empty".into()).into());
        }
        let person = person(tx, &booking.address).await?;
        let held: Vec<Currency> =
            ledger::of_owner(tx, person.id.as_str()).await?.iter().map(|a| a.currency).collect();
        // Who holds one currency is booked in that; the configured one is for everybody else.
        let usual = if let [only] = held[..] { only } else { cx.settings.accounts.currency };
        let amount = booking
            .amount(usual)
            .map_err(|e| Usage(format!("the amount {}: {e}", booking.amount)))?;
        if !held.contains(&amount.currency()) {
            let (address, currency) = (&booking.address, amount.currency());
            return Err(Usage(format!(
                "{address} holds no account in {currency}; `pennypost accounts open {address} --currency \
                 {currency}` opens one"
            ))
            .into());
        }
        let to = (&booking.address, &person);
        let outcome = if credit {
            accounts::credit_from_house(cx, tx, to, amount, &booking.reference).await?
        } else {
            accounts::debit_to_house(cx, tx, to, amount, &booking.reference).await?
        };
        match outcome {
            Outcome::Done(_) => self.one(tx, &booking.address).await,
            Outcome::Refused(refusal) => {
                let why = in_words(&refusal, &booking.reference);
                Err(Usage(format!("nothing was booked: {why}")).into())
            }
        }
    }

    async fn one(&self, tx: &mut Tx, address: &Address) -> Ran {
        let person = person(tx, address).await?;
        let accounts = ledger::of_owner(tx, person.id.as_str()).await?;
        let rows: Vec<_> = accounts.into_iter().map(|a| (address.clone(), a)).collect();
        self.show(&rows)?;
        if self.json || !matches!(self.verb, Verb::Show { .. }) {
            return Ok(Ended::Done);
        }
        for (_, account) in &rows {
            let entries =
                ledger::statement(tx, &account.id, At(0), At(i64::MAX), ENTRIES_SHOWN).await?;
            let lines = entries.iter().map(|entry| {
                vec![
                    entry.at.to_string(),
                    entry.kind.to_string(),
                    Money::new(entry.amount_minor, account.currency).with_code(),
                    Money::new(entry.after_minor, account.currency).with_code(),
                    entry.reference.clone().unwrap_or_default(),
                ]
            });
            output::line("");
            output::columns(
                &["at", "kind", "amount", "balance", "reference"],
                &lines.collect::<Vec<_>>(),
            );
        }
        Ok(Ended::Done)
    }

    fn show(&self, rows: &[(Address, Account)]) -> Ran {
        if self.json {
            let all: Vec<Value> =
                rows.iter().map(|(address, account)| row(address, account)).collect();
            output::json(&json!({ "accounts": all }))?;
            return Ok(Ended::Done);
        }
        let lines = rows.iter().map(|(address, account)| {
            vec![
                address.to_string(),
                account.posted().with_code(),
                account.held().with_code(),
                status(account).to_owned(),
                account.id.to_string(),
            ]
        });
        let lines: Vec<_> = lines.collect();
        output::columns(&["address", "balance", "held", "status", "account"], &lines);
        Ok(Ended::Done)
    }
}

/// Why nothing was booked, for the operator.
fn in_words(refusal: &Refusal, reference: &str) -> String {
    match refusal {
        Refusal::KeyReused => {
            format!("the reference {reference} stands for another booking already")
        }
        Refusal::ShortBy { missing, available } => {
            format!("the account holds {available}, which is {missing} too little")
        }
        Refusal::PayerFrozen => "no money may leave that account".to_owned(),
        Refusal::PayeeFrozen => "no money may enter that account".to_owned(),
        other => format!("the ledger refuses it ({other:?})"),
    }
}

fn row(address: &Address, account: &Account) -> Value {
    json!({
        "id": account.id,
        "address": address,
        "currency": account.currency,
        "posted_minor": account.posted_minor,
        "held_minor": account.held_minor,
        "status": status(account),
    })
}

/// `open`, `frozen` (nothing leaves), `closed_in` (nothing arrives) or `frozen_both`.
pub(crate) fn status(account: &Account) -> &'static str {
    match (account.debit_ok, account.credit_ok) {
        (true, true) => "open",
        (false, true) => "frozen",
        (true, false) => "closed_in",
        (false, false) => "frozen_both",
    }
}

async fn person(tx: &mut Tx, address: &Address) -> anyhow::Result<Person> {
    let person = accounts::by_address(tx, address).await.context("Look the address up")?;
    Ok(person.ok_or_else(|| {
        Usage(format!("{address} has no account; `pennypost accounts open {address}` opens one"))
    })?)
}

async fn owned(tx: &mut Tx) -> anyhow::Result<Vec<(Address, Account)>> {
    let mut rows = Vec::new();
    for person in accounts::list(tx).await? {
        let Some(address) = accounts::addresses_of(tx, &person.id).await?.into_iter().next() else {
            continue;
        };
        for account in ledger::of_owner(tx, person.id.as_str()).await? {
            rows.push((address.clone(), account));
        }
    }
    Ok(rows)
}
