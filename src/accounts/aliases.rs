//! Further addresses of a person. One is added only when both sides have pressed a link: the registered
//! address (the classifier's gate comes before [`ask`]), and the new one itself.

use std::time::Duration;

use futures_util::future::BoxFuture;
use serde::{Deserialize, Serialize};

use super::{
    AliasAdded, Person, PersonId,
    jobs::{To, write},
    letters::{AliasAsked, AliasChanged, AliasProblem, Obstacle},
    store,
};
use crate::{
    address::Address,
    clock::At,
    confirmations::{self, Question},
    context::{Context, Release, Released},
    db::Tx,
    language::Language,
    letters::{self, Letter, Note, Thread},
    queue::Fault,
};

/// The act that the new address's link releases. A wire format.
pub const ADD_ALIAS: &str = "accounts.add_alias";

/// Most addresses of one person.
const ADDRESSES_MAX: usize = 6;
/// Most new addresses that one person may have asked in a day: they are strangers to us.
const ASKED_A_DAY_MAX: i64 = 5;
const DAY: Duration = Duration::from_secs(86_400);

/// What is stored with the new address's confirmation.
#[derive(Debug, Serialize, Deserialize)]
struct Wanted {
    person: PersonId,
    address: Address,
}

/// Why an address cannot become this person's.
async fn obstacle(
    cx: &Context,
    tx: &mut Tx,
    person: &PersonId,
    address: &Address,
) -> Result<Option<Obstacle>, sqlx::Error> {
    if cx.service_addresses().iter().any(|own| address.reaches(own)) {
        return Ok(Some(Obstacle::Ours));
    }
    if let Some(owner) = store::by_address(tx, address).await? {
        let own = owner.id == *person;
        return Ok(Some(if own { Obstacle::Own } else { Obstacle::Taken }));
    }
    let known = store::addresses_of(tx, person).await?.len();
    Ok((known >= ADDRESSES_MAX).then_some(Obstacle::Many))
}

/// Asks a new address whether it is to belong to the account, once its owner has said so.
///
/// # Errors
/// A fault; the job is tried again.
pub(super) async fn ask(
    cx: &Context,
    tx: &mut Tx,
    to: To<'_>,
    person: &Person,
    address: &Address,
) -> Result<(), Fault> {
    let now = cx.now();
    let (mail, from, _, language) = &to;
    store::lock(tx, &person.id).await?;
    let obstacle = match obstacle(cx, tx, &person.id, address).await? {
        None => {
            let asked = store::alias_requests_since(tx, &person.id, now.minus(DAY)).await?;
            (asked >= ASKED_A_DAY_MAX).then_some(Obstacle::Often)
        }
        some => some,
    };
    if let Some(obstacle) = obstacle {
        return write(cx, tx, to, &AliasProblem::new(address, obstacle)).await;
    }
    if store::insert_alias_request(tx, (mail, &person.id), address, now).await? == 0 {
        return Ok(());
    }
    let letter = AliasAsked::new(from, address, &cx.settings);
    let wanted = Wanted { person: person.id.clone(), address: address.clone() };
    let question = Question {
        reference: &format!("ALIAS-{mail}"),
        revision: 1,
        person: Some(person.id.as_str()),
        from: address,
        question: letter.question(*language),
        language: *language,
        payment: None,
        act: ADD_ALIAS,
        args: serde_json::to_string(&wanted)?,
        reply_allowed: false,
        expires: now.plus(cx.settings.transfers.confirm),
    };
    let confirmable = confirmations::ask(&cx.settings, tx, question, now).await?;
    let cause = format!("{mail}/{}", AliasAsked::KIND);
    let (thread, language) = (Thread::default(), *language);
    let note = Note { cause, to: address, reference: None, thread, language };
    letters::write(&cx.settings, tx, note, (&letter, Some(&confirmable)), now).await?;
    Ok(())
}

/// Adds an address, once it has said yes.
pub fn add_alias_act<'a>(
    cx: &'a Context,
    tx: &'a mut Tx,
    release: Release,
) -> BoxFuture<'a, anyhow::Result<Released>> {
    Box::pin(add(cx, tx, release))
}

async fn add(cx: &Context, tx: &mut Tx, release: Release) -> anyhow::Result<Released> {
    let Wanted { person, address } = serde_json::from_str(&release.args)?;
    let language = release.language;
    store::lock(tx, &person).await?;
    let found = obstacle(cx, tx, &person, &address).await?;
    let added =
        found.is_none() && store::insert_address(tx, &address, &person, release.at).await? == 1;
    if !added {
        // Another account may have taken it since: then no row was written.
        let problem = AliasProblem::new(&address, found.unwrap_or(Obstacle::Taken));
        let done = found == Some(Obstacle::Own);
        let (title, text) = (problem.subject(language), problem.sentence(language));
        return Ok(Released { done, title, text });
    }
    let added = AliasAdded { person: person.clone(), address: address.clone() };
    cx.events.emit(tx, &added, release.at).await?;
    tell(cx, tx, (&person, &address, true), (release.at, Some(language))).await?;
    Ok(Released {
        done: true,
        title: say!(language, "account_alias_changed.title_added", address = address),
        text: say!(language, "account_alias_changed.page", address = address),
    })
}

/// Takes an address away, once the link to the one that asked was pressed; never the last one.
///
/// # Errors
/// A fault; the job is tried again.
pub(super) async fn remove(
    cx: &Context,
    tx: &mut Tx,
    to: To<'_>,
    person: &Person,
    address: &Address,
) -> Result<(), Fault> {
    store::lock(tx, &person.id).await?;
    let known = store::addresses_of(tx, &person.id).await?;
    let obstacle = match (known.contains(address), known.len()) {
        (false, _) => Some(Obstacle::NotYours),
        (true, 1) => Some(Obstacle::Last),
        (true, _) => None,
    };
    if let Some(obstacle) = obstacle {
        return write(cx, tx, to, &AliasProblem::new(address, obstacle)).await;
    }
    store::delete_address(tx, address, &person.id).await?;
    tell(cx, tx, (&person.id, address, false), (cx.now(), Some(to.3))).await?;
    Ok(())
}

/// Tells every address of the account, and the one that changed, what has become of it.
async fn tell(
    cx: &Context,
    tx: &mut Tx,
    (person, address, added): (&PersonId, &Address, bool),
    (at, language): (At, Option<Language>),
) -> anyhow::Result<()> {
    let known = store::addresses_of(tx, person).await?;
    let letter = AliasChanged::new(address, added, &known);
    let theirs = store::by_id(tx, person).await?.map(|person| person.language());
    let language = theirs.or(language).unwrap_or(cx.settings.accounts.language());
    let removed = known.iter().all(|one| one != address).then_some(address);
    for to in known.iter().chain(removed) {
        let what = if added { "added" } else { "removed" };
        let cause = format!("{}/{address}/{what}/{}/{to}", AliasChanged::KIND, at.0);
        let note = Note { cause, to, reference: None, thread: Thread::default(), language };
        letters::write(&cx.settings, tx, note, (&letter, None), at).await?;
    }
    Ok(())
}
