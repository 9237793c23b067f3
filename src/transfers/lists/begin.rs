//! Beginning several requests, and one letter that asks for all of them that can be paid.

use anyhow::anyhow;

use super::{Item, LIST_MAX, ListRow, PAY_ALL, RequestAll, store};
use crate::{
    accounts::{self, Person},
    clock::At,
    confirmations::{self, Question},
    context::Context,
    db::Tx,
    ledger,
    money::{Amount, Money},
    queue::{self, Fault},
    transfers::{
        Expire, Problem, RequestId, RequestRow, State, Way, examine,
        letters::{self, Asking},
        request::{Read, confirmable, days_held, read, settle_revision},
        store as requests,
    },
};

/// Runs [`RequestAll`].
///
/// # Errors
/// A fault; the job is tried again.
pub async fn request_all(cx: &Context, work: RequestAll, tx: &mut Tx) -> Result<(), Fault> {
    let now = cx.now();
    let read = read(tx, &work.mail).await?;
    let from = read.mail.from_address.as_deref().unwrap_or_default();
    let from = from.parse().map_err(Fault::dead)?;
    let person = accounts::by_address(tx, &from).await?;
    let person = person.ok_or_else(|| Fault::dead(anyhow!("The account is gone")))?;
    for steps in work.steps.chunks(LIST_MAX) {
        list(cx, tx, (&read, &person), (steps, work.way), now).await?;
    }
    Ok(())
}

fn number(step: usize) -> i64 {
    i64::try_from(step).unwrap_or(i64::MAX)
}

async fn list(
    cx: &Context,
    tx: &mut Tx,
    (read, person): (&Read, &Person),
    (steps, way): (&[usize], Way),
    now: At,
) -> Result<(), Fault> {
    let expires_at = now.plus(cx.settings.transfers.confirm);
    let mut asked = Vec::new();
    for step in steps {
        if let Some(row) = begin(cx, tx, (read, person), (*step, way), now).await? {
            asked.push(row);
        }
    }
    if let [row] = asked.as_slice() {
        let (confirmable, amount, to) = confirmable(cx, tx, read, (row, person), way).await?;
        let cause = format!("{}/{}/confirm", row.reference, row.revision);
        let (language, days) = (read.mail.language, days_held(cx, tx, &to).await?);
        let asking = Asking { cause, thread: read.thread(), confirmable, language, days };
        letters::confirm(cx, tx, (row, amount, &to), asking).await?;
        return Ok(());
    }
    let (Some(first), Some(last)) = (steps.first(), steps.last()) else { return Ok(()) };
    if asked.is_empty() {
        return Ok(());
    }
    let list = ListRow {
        reference: requests::next_reference(tx).await?,
        person: person.id.clone(),
        mail: read.mail.id.clone(),
        first_step: number(*first),
        last_step: number(*last),
        expires_at,
    };
    if store::insert(tx, &list).await? == 0 {
        return Ok(());
    }
    for row in &asked {
        confirmable(cx, tx, read, (row, person), way).await?;
    }
    let hindrance = together(cx, tx, person, &asked, now).await?;
    ask(cx, tx, (read, &list), (&asked, hindrance), way).await
}

/// Begins one request; none when it is there already, or when a letter of its own says what is wrong.
async fn begin(
    cx: &Context,
    tx: &mut Tx,
    (read, person): (&Read, &Person),
    (step, way): (usize, Way),
    now: At,
) -> Result<Option<RequestRow>, Fault> {
    let draft = read.draft(step)?;
    let from = read.mail.from_address.as_deref().unwrap_or_default();
    let mut row = RequestRow {
        id: RequestId::fresh(now),
        reference: requests::next_reference(tx).await?,
        state: State::Incomplete,
        revision: 1,
        sender_address: from.parse().map_err(Fault::dead)?,
        person: Some(person.id.clone()),
        recipient: None,
        amount_minor: None,
        currency: None,
        note: None,
        mail: read.mail.id.clone(),
        expires_at: now.plus(cx.settings.transfers.confirm),
        seen_at: None,
        selected_at: None,
        selected_how: None,
        operation: None,
    };
    requests::apply(&mut row, &draft);
    if requests::insert(tx, &row, number(step), now).await? == 0 {
        return Ok(None);
    }
    if !examine::examine(&cx.settings, tx, person, &draft, now).await?.is_empty() {
        settle_revision(cx, tx, read, (row, person, draft), way).await?;
        return Ok(None);
    }
    row.state = State::Asked;
    requests::revise(tx, &row, now).await?;
    requests::insert_revision(tx, &row, &read.mail.id, "[]", now).await?;
    let expire = Expire { reference: row.reference.clone(), revision: row.revision };
    queue::enqueue(tx, &expire, None, row.expires_at, now).await?;
    Ok(Some(row))
}

/// What keeps all of them together from being paid now, though each alone could be.
async fn together(
    cx: &Context,
    tx: &mut Tx,
    person: &Person,
    rows: &[RequestRow],
    now: At,
) -> Result<Option<Problem>, Fault> {
    for total in totals(rows) {
        let Ok(amount) = Amount::new(total) else { continue };
        let Some(from) = ledger::find(tx, person.id.as_str(), total.currency).await? else {
            continue;
        };
        let mut limits = examine::limits(&cx.settings.transfers, total.currency);
        limits.per_transfer = None;
        if let Some(refusal) = ledger::preview(tx, (&from, None), amount, &limits, now).await? {
            return Ok(Some(Problem::Refused(refusal)));
        }
    }
    Ok(None)
}

/// The sums, one for each currency.
pub(super) fn totals(rows: &[RequestRow]) -> Vec<Money> {
    let mut totals: Vec<Money> = Vec::new();
    for amount in rows.iter().filter_map(RequestRow::amount) {
        let money = amount.money();
        match totals.iter_mut().find(|total| total.currency == money.currency) {
            Some(total) => total.minor = total.minor.saturating_add(money.minor),
            None => totals.push(money),
        }
    }
    totals
}

async fn ask(
    cx: &Context,
    tx: &mut Tx,
    (read, list): (&Read, &ListRow),
    (rows, hindrance): (&[RequestRow], Option<Problem>),
    way: Way,
) -> Result<(), Fault> {
    let Some(first) = rows.first() else { return Ok(()) };
    let language = read.mail.language;
    let items: Vec<Item> =
        rows.iter().map(|row| Item { request: row.id.clone(), revision: row.revision }).collect();
    let totals = totals(rows);
    let question = Question {
        reference: &list.reference,
        revision: 1,
        person: Some(list.person.as_str()),
        from: &first.sender_address,
        question: letters::question_of_all(language, rows.len(), &totals),
        language,
        payment: None,
        act: PAY_ALL,
        args: serde_json::to_string(&items)?,
        reply_allowed: way == Way::Any,
        expires: list.expires_at,
    };
    let confirmable = confirmations::ask(&cx.settings, tx, question, cx.now()).await?;
    let cause = format!("{}/confirm", list.reference);
    let asking = Asking { cause, thread: read.thread(), confirmable, language, days: None };
    letters::confirm_all(cx, tx, (rows, &totals, hindrance), asking).await?;
    Ok(())
}
