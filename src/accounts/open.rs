//! Opening a person's account, and the operator's own hand: money in and out of the house.

use anyhow::anyhow;

use super::{
    AccountOpened, Person, PersonId,
    letters::{Booked, Welcome},
    store,
};
use crate::{
    address::Address,
    context::Context,
    db::Tx,
    ids,
    language::Language,
    ledger::{
        self, Account, AccountKind, Limits, OperationKey, Outcome, TransferKind, TransferOrder,
    },
    letters::{self, Note, Thread},
    money::{Amount, Currency},
};

/// Characters of a customer id: 5 of base 32 tell 33 million people apart, and a clash is tried again.
const CODE_CHARS: usize = 5;

/// What opening an account came to.
#[derive(Debug)]
pub struct Opened {
    /// The person, new or not.
    pub person: Person,
    /// Their account in the currency asked for.
    pub account: Account,
    /// Whether the person is new.
    pub new: bool,
}

/// Opens an account for an address, with a welcome letter when the person is new, in the language of
/// the mail that asked for it. Asking twice changes nothing.
///
/// # Errors
/// A fault of the database.
pub async fn open(
    cx: &Context,
    tx: &mut Tx,
    address: &Address,
    currency: Currency,
    (thread, language): (Thread, Option<Language>),
) -> anyhow::Result<Opened> {
    let opened = open_untold(cx, tx, address, currency, language).await?;
    if opened.new {
        welcome(cx, tx, (address, &opened), thread).await?;
    }
    Ok(opened)
}

/// The letter that welcomes somebody new.
///
/// # Errors
/// A fault of the database.
pub async fn welcome(
    cx: &Context,
    tx: &mut Tx,
    (address, opened): (&Address, &Opened),
    thread: Thread,
) -> anyhow::Result<()> {
    let Opened { person, account, .. } = opened;
    let letter = Welcome::new(address, account, &cx.settings);
    let (cause, language) = (format!("welcome/{}", person.id), person.language());
    let note = Note { cause, to: address, reference: None, thread, language };
    letters::write(&cx.settings, tx, note, (&letter, None), cx.now()).await?;
    Ok(())
}

/// As [`open`], without the letter: the caller's own welcomes.
///
/// # Errors
/// A fault of the database.
pub async fn open_untold(
    cx: &Context,
    tx: &mut Tx,
    address: &Address,
    currency: Currency,
    language: Option<Language>,
) -> anyhow::Result<Opened> {
    let now = cx.now();
    let (person, new) = match store::by_address(tx, address).await? {
        Some(person) => (person, false),
        None => (register(cx, tx, address, language).await?, true),
    };
    let account = ledger::open(tx, person.id.as_str(), AccountKind::Person, currency, now).await?;
    if new {
        let opened = AccountOpened { person: person.id.clone(), address: address.clone() };
        cx.events.emit(tx, &opened, now).await?;
    }
    Ok(Opened { person, account, new })
}

/// What an address is written to in, where no mail of its owner is answered.
///
/// # Errors
/// The database's.
pub async fn language_of(
    cx: &Context,
    tx: &mut Tx,
    address: &Address,
) -> Result<Language, sqlx::Error> {
    let person = store::by_address(tx, address).await?;
    Ok(person.map_or(cx.settings.accounts.language(), |person| person.language()))
}

async fn register(
    cx: &Context,
    tx: &mut Tx,
    address: &Address,
    language: Option<Language>,
) -> anyhow::Result<Person> {
    let now = cx.now();
    let person = Person {
        id: PersonId::fresh(now),
        code: ids::random_code(CODE_CHARS).to_uppercase(),
        locale: cx.settings.accounts.locale.clone(),
        language: None,
        language_read: language,
        created_at: now,
    };
    store::insert_person(tx, &person).await?;
    if store::insert_address(tx, address, &person.id, now).await? == 0 {
        // Somebody registered it a moment ago; the attempt after this one finds them.
        return Err(anyhow!("The address was registered by another process"));
    }
    Ok(person)
}

/// Books money that reached the operator outside: clearing pays the person, who gets a letter.
/// A reference books once.
///
/// # Errors
/// A fault of the database.
pub async fn credit_from_house(
    cx: &Context,
    tx: &mut Tx,
    (address, person): (&Address, &Person),
    amount: Amount,
    reference: &str,
) -> anyhow::Result<Outcome> {
    book(cx, tx, (address, person), amount, (TransferKind::Credit, reference)).await
}

/// Books money that the operator paid out outside: the person pays clearing.
///
/// # Errors
/// A fault of the database.
pub async fn debit_to_house(
    cx: &Context,
    tx: &mut Tx,
    (address, person): (&Address, &Person),
    amount: Amount,
    reference: &str,
) -> anyhow::Result<Outcome> {
    book(cx, tx, (address, person), amount, (TransferKind::Debit, reference)).await
}

async fn book(
    cx: &Context,
    tx: &mut Tx,
    (address, person): (&Address, &Person),
    amount: Amount,
    (kind, reference): (TransferKind, &str),
) -> anyhow::Result<Outcome> {
    let now = cx.now();
    let currency = amount.currency();
    let own = ledger::open(tx, person.id.as_str(), AccountKind::Person, currency, now).await?;
    let clearing = ledger::house(tx, AccountKind::Clearing, currency, reference, now).await?;
    let credit = kind == TransferKind::Credit;
    // One reference books once, whichever way it is meant.
    let key = OperationKey::of(&["house", reference]);
    let order = TransferOrder {
        key: &key,
        kind,
        debit: if credit { &clearing } else { &own.id },
        credit: if credit { &own.id } else { &clearing },
        amount,
        limits: &Limits::NONE,
        reference: Some(reference),
    };
    let outcome = ledger::transfer(tx, order, now).await?;
    if let Outcome::Done(receipt) = &outcome
        && let Some(leg) = receipt.legs.first()
    {
        let balance = if credit { leg.credit_after } else { leg.debit_after };
        let letter = Booked::new(amount, balance, (credit, reference));
        let cause = format!("house/{reference}");
        let (thread, language) = (Thread::default(), person.language());
        let note = Note { cause, to: address, reference: None, thread, language };
        letters::write(&cx.settings, tx, note, (&letter, None), now).await?;
    }
    Ok(outcome)
}
