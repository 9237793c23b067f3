//! Setting a confirmed payment's money aside, and telling both.

use std::time::Duration;

use anyhow::{Context as _, anyhow};

use super::{AutoRemind, CLAIM, Held, ReturnHeld, claim_of, store};
use crate::{
    accounts::{self, Person},
    address::Address,
    clock::At,
    confirmations::{self, Question},
    context::{Context, Release, Released},
    db::Tx,
    language::Language,
    ledger::{self, HoldOrder, OperationKey, Outcome},
    letters::Confirmable,
    money::Amount,
    queue,
    transfers::{Problem, RequestRow, State, examine, letters, store as requests},
};

/// The rolling day in which such payments are counted.
const DAY: Duration = Duration::from_secs(86_400);

/// What stands in the way of one more payment to somebody without an account.
pub(in crate::transfers) async fn too_many(
    allowed: i64,
    tx: &mut Tx,
    sender: &Person,
    now: At,
) -> Result<Option<Problem>, sqlx::Error> {
    let (count, oldest) = store::oldest_of_day(tx, &sender.id, now.minus(DAY)).await?;
    if count < allowed {
        return Ok(None);
    }
    let again = oldest.map_or(now.plus(DAY), |oldest| oldest.plus(DAY));
    Ok(Some(Problem::TooManyHeld { allowed, again }))
}

/// Carries out a confirmed payment to an address that has no account.
pub(in crate::transfers) async fn set_aside(
    cx: &Context,
    tx: &mut Tx,
    (row, amount, to): (&RequestRow, Amount, &Address),
    release: &Release,
) -> anyhow::Result<Released> {
    let (now, language) = (release.at, release.language);
    let person = row.person.as_ref().context("An asked request has a person")?;
    let payer = accounts::by_id(tx, person).await?.context("A person stays")?;
    // Each is counted alone: several that are confirmed at once must not pass the limit together.
    accounts::lock(tx, person).await?;
    let limit = cx.settings.transfers.held_per_day_max;
    if let Some(problem) = too_many(limit, tx, &payer, now).await? {
        return refused(tx, cx, (row, amount, to), (problem, release)).await;
    }
    let Some(from) = ledger::find(tx, person.as_str(), amount.currency()).await? else {
        let problem = Problem::CurrencyNotHeld(amount.currency());
        return refused(tx, cx, (row, amount, to), (problem, release)).await;
    };
    let key = OperationKey::of(&["transfer", row.id.as_str(), &row.revision.to_string()]);
    let order = HoldOrder {
        key: &key,
        account: &from.id,
        payee_hint: Some(to.as_str()),
        amount,
        lasting: cx.settings.transfers.held,
        limits: &examine::limits(&cx.settings.transfers, amount.currency()),
        reference: Some(&row.reference),
    };
    let receipt = match ledger::hold(tx, order, now).await? {
        Outcome::Done(receipt) => receipt,
        Outcome::Refused(refusal) => {
            let problem = Problem::Refused(refusal);
            return refused(tx, cx, (row, amount, to), (problem, release)).await;
        }
    };
    let hold = receipt.hold.context("A hold has an id")?;
    let held = Held {
        request: row.id.clone(),
        hold,
        person: person.clone(),
        payee: to.clone(),
        held_at: now,
        expires_at: now.plus(cx.settings.transfers.held),
        reminded_at: None,
    };
    requests::settle(tx, &row.id, (State::Held, Some(key.as_str())), release).await?;
    store::insert(tx, &held).await?;
    later(cx, tx, (row, &held), now).await?;
    let asked = ask(cx, tx, (row, amount, &held), language).await?;
    let left = ledger::find(tx, person.as_str(), amount.currency()).await?;
    let left = left.ok_or_else(|| anyhow!("The account is gone"))?.available();
    letters::held(cx, tx, (row, amount, &held), (left, language)).await?;
    letters::ask_to_claim(cx, tx, (row, amount, &held), (asked, language)).await?;
    let (figures, left) = (language.money(amount), language.money(left));
    Ok(Released {
        done: true,
        title: say!(language, "transfer_held.title", amount = figures, to = to),
        text: say!(language, "transfer_held.page", to = to, balance = left),
    })
}

async fn refused(
    tx: &mut Tx,
    cx: &Context,
    about: (&RequestRow, Amount, &Address),
    (problem, release): (Problem, &Release),
) -> anyhow::Result<Released> {
    requests::settle(tx, &about.0.id, (State::Refused, None), release).await?;
    let why = letters::refused(cx, tx, about, (&problem, release.language)).await?;
    let title = say!(release.language, "transfer_refused.page");
    Ok(Released { done: false, title, text: why })
}

/// What is due later: the reminder, and the end.
async fn later(
    cx: &Context,
    tx: &mut Tx,
    (row, held): (&RequestRow, &Held),
    now: At,
) -> Result<(), sqlx::Error> {
    let reference = row.reference.clone();
    let reminds = now.plus(cx.settings.transfers.remind);
    if reminds < held.expires_at {
        queue::enqueue(tx, &AutoRemind { reference: reference.clone() }, None, reminds, now)
            .await?;
    }
    queue::enqueue(tx, &ReturnHeld { reference }, None, held.expires_at, now).await?;
    Ok(())
}

/// Makes the payee's question live. Who may answer is the address, whoever it belongs to.
async fn ask(
    cx: &Context,
    tx: &mut Tx,
    (row, amount, held): (&RequestRow, Amount, &Held),
    language: Language,
) -> anyhow::Result<Confirmable> {
    let figures = language.money(amount);
    let from = &row.sender_address;
    let question = Question {
        reference: &claim_of(&row.reference),
        revision: 1,
        person: None,
        from: &held.payee,
        question: say!(language, "transfer_claim.question", from = from, amount = figures),
        language,
        payment: Some((&held.payee, amount)),
        act: CLAIM,
        args: serde_json::to_string(&row.id)?,
        reply_allowed: true,
        expires: held.expires_at,
    };
    Ok(confirmations::ask(&cx.settings, tx, question, held.held_at).await?)
}
