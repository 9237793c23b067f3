//! Asking: the payer's request is begun for them, and the letter that asks goes to them alone.

use std::time::Duration;

use anyhow::anyhow;

use super::{Ask, AskProblem, AskRow, AskState, PAY, store, store::Side};
use crate::{
    accounts::{self, Person},
    address::Address,
    clock::At,
    confirmations::{self, Question},
    context::Context,
    db::Tx,
    intent::{Command, Reading},
    letters::Thread,
    money::Amount,
    queue::{self, Fault},
    transfers::{
        Draft, Expire, Problem, RequestId, RequestRow, State, examine,
        letters::{self, Asking, Opening, Told},
        request::{Read, read},
        store as requests,
    },
};

/// The window of what may be asked in a day.
const DAY: Duration = Duration::from_secs(86_400);

/// What a mail asks for.
struct Wish {
    amount: Amount,
    payer: Address,
    note: Option<String>,
}

impl Wish {
    fn of(read: &Read, step: usize) -> Result<Self, Fault> {
        match read.reading.commands().get(step) {
            Some(Command::RequestMoney { amount, payer, note }) => {
                Ok(Self { amount: *amount, payer: payer.clone(), note: note.clone() })
            }
            _ => Err(Fault::dead(anyhow!("Step {step} asks for no money"))),
        }
    }
}

/// Runs [`Ask`].
///
/// # Errors
/// A fault; the job is tried again.
pub async fn ask(cx: &Context, work: Ask, tx: &mut Tx) -> Result<(), Fault> {
    let now = cx.now();
    let read = read(tx, &work.mail).await?;
    let from = read.mail.from_address.as_deref().unwrap_or_default();
    let from: Address = from.parse().map_err(Fault::dead)?;
    if let Reading::AskBack(ask) = &read.reading {
        let problems = ask.reasons().iter().copied().map(AskProblem::Unread).collect();
        letters::not_asked(cx, tx, (&read.mail, &from, read.thread()), (work.step, problems))
            .await?;
        return Ok(());
    }
    let wish = Wish::of(&read, work.step)?;
    let asker = accounts::by_address(tx, &from).await?;
    let payer = accounts::by_address(tx, &wish.payer).await?;
    let asker = match stands_in_the_way(cx, tx, (asker, payer.as_ref()), &wish, now).await? {
        Ok(asker) => asker,
        Err(problem) => {
            let problems = (work.step, vec![problem]);
            letters::not_asked(cx, tx, (&read.mail, &from, read.thread()), problems).await?;
            return Ok(());
        }
    };
    let sides = (
        Side { address: &wish.payer, person: payer.as_ref().map(|p| &p.id) },
        Side { address: &from, person: Some(&asker.id) },
    );
    let muted = store::is_blocked(tx, sides.0, sides.1).await?;
    let reference = requests::next_reference(tx).await?;
    let row = request(cx, (&work, &wish, &from), (reference, payer.as_ref(), muted), now);
    let step = i64::try_from(work.step).unwrap_or(i64::MAX);
    if requests::insert(tx, &row, step, now).await? == 0 {
        return Ok(());
    }
    requests::insert_revision(tx, &row, &work.mail, "[]", now).await?;
    let beside = AskRow {
        request: row.id.clone(),
        asker: asker.id.clone(),
        payer: wish.payer.to_string(),
        state: AskState::Open,
        muted,
        asked_at: now,
        reminded_at: None,
    };
    store::insert(tx, &beside).await?;
    let expire = Expire { reference: row.reference.clone(), revision: row.revision };
    queue::enqueue(tx, &expire, None, row.expires_at, now).await?;
    let told = (Told::Asked, read.mail.language);
    letters::tell_asker(cx, tx, (&row, &asker.id), told, (read.thread(), "asked")).await?;
    match payer {
        _ if muted => {}
        Some(payer) => question(cx, tx, (&row, &payer), Opening::First, now).await?,
        None => letters::invite(cx, tx, &row, (read.mail.language, None)).await?,
    }
    Ok(())
}

/// The payer's request, as it is begun for them.
fn request(
    cx: &Context,
    (work, wish, from): (&Ask, &Wish, &Address),
    (reference, payer, muted): (String, Option<&Person>, bool),
    now: At,
) -> RequestRow {
    RequestRow {
        id: RequestId::fresh(now),
        reference,
        // Whoever blocked the asker has no open request; the asker waits as for anybody else.
        state: match (payer, muted) {
            (_, true) => State::Expired,
            (Some(_), false) => State::Asked,
            (None, false) => State::Waiting,
        },
        revision: 1,
        sender_address: wish.payer.clone(),
        person: payer.map(|person| person.id.clone()),
        recipient: Some(from.clone()),
        amount_minor: Some(wish.amount.minor()),
        currency: Some(wish.amount.currency()),
        note: wish.note.clone(),
        mail: work.mail.clone(),
        expires_at: now.plus(cx.settings.transfers.asks_expire),
        seen_at: None,
        selected_at: None,
        selected_how: None,
        operation: None,
    }
}

/// The asker, or why they may not ask that.
async fn stands_in_the_way(
    cx: &Context,
    tx: &mut Tx,
    (asker, payer): (Option<Person>, Option<&Person>),
    wish: &Wish,
    now: At,
) -> Result<Result<Person, AskProblem>, sqlx::Error> {
    let settings = &cx.settings.transfers;
    let Some(asker) = asker else { return Ok(Err(AskProblem::NoAccount)) };
    if payer.is_some_and(|payer| payer.id == asker.id) {
        return Ok(Err(AskProblem::Yourself));
    }
    let since = now.minus(DAY);
    let again = |first: Option<At>| first.unwrap_or(now).plus(DAY);
    let (made, first) = store::made(tx, &asker.id, since).await?;
    if made >= settings.asks_daily_max {
        let allowed = settings.asks_daily_max;
        return Ok(Err(AskProblem::TooMany { allowed, again: again(first) }));
    }
    if store::times_by(tx, &asker.id, &wish.payer).await? == 0 {
        let (people, first) = store::new_people(tx, &asker.id, since).await?;
        if people >= settings.asks_new_people_daily_max {
            let allowed = settings.asks_new_people_daily_max;
            return Ok(Err(AskProblem::NewPeople { allowed, again: again(first) }));
        }
    }
    Ok(Ok(asker))
}

/// Makes the payer's confirmation live, and asks for it. What stands in the way of paying now is told
/// to the payer alone.
pub(super) async fn question(
    cx: &Context,
    tx: &mut Tx,
    (row, payer): (&RequestRow, &Person),
    opening: Opening,
    now: At,
) -> anyhow::Result<()> {
    let (Some(amount), Some(asker)) = (row.amount(), &row.recipient) else {
        return Err(anyhow!("Whoever asks for money says how much"));
    };
    let language = payer.language();
    let question = Question {
        reference: &row.reference,
        revision: row.revision,
        person: Some(payer.id.as_str()),
        from: &row.sender_address,
        question: letters::question(language, (amount, asker), None),
        language,
        payment: Some((asker, amount)),
        act: PAY,
        args: serde_json::to_string(&row.id)?,
        reply_allowed: true,
        expires: row.expires_at,
    };
    let confirmable = confirmations::ask(&cx.settings, tx, question, now).await?;
    let hindrance = match &opening {
        Opening::Refused(problem) => Some(problem.clone()),
        _ => hindrance(cx, tx, (row, payer), now).await?,
    };
    let cause = format!("{}/{}/ask", row.reference, row.revision);
    let asking = Asking { cause, thread: Thread::default(), confirmable, language, days: None };
    letters::ask_payer(cx, tx, (row, amount, asker), (opening, hindrance), asking).await?;
    Ok(())
}

/// What would keep the payer from paying now.
pub(super) async fn hindrance(
    cx: &Context,
    tx: &mut Tx,
    (row, payer): (&RequestRow, &Person),
    now: At,
) -> Result<Option<Problem>, sqlx::Error> {
    let draft =
        Draft { amount: row.amount(), recipient: row.recipient.clone(), ..Draft::default() };
    let problems = examine::examine(&cx.settings, tx, payer, &draft, now).await?;
    Ok(problems.into_iter().next())
}

/// Goes on with what waited for the payer's account. Whether it was a request for money.
pub(in crate::transfers) async fn resume(
    cx: &Context,
    tx: &mut Tx,
    (row, payer): (&RequestRow, &Person),
    now: At,
) -> Result<bool, Fault> {
    if store::of(tx, &row.id).await?.is_none() {
        return Ok(false);
    }
    let mut next = row.clone();
    next.revision += 1;
    next.person = Some(payer.id.clone());
    next.state = State::Asked;
    renew(cx, tx, (&next, payer), Opening::First, now).await?;
    Ok(true)
}

/// Writes a new revision down and asks for it, until the same day as before.
pub(super) async fn renew(
    cx: &Context,
    tx: &mut Tx,
    (next, payer): (&RequestRow, &Person),
    opening: Opening,
    now: At,
) -> anyhow::Result<()> {
    if requests::revise(tx, next, now).await? == 0 {
        return Ok(());
    }
    requests::insert_revision(tx, next, &next.mail, "[]", now).await?;
    let expire = Expire { reference: next.reference.clone(), revision: next.revision };
    queue::enqueue(tx, &expire, None, next.expires_at, now).await?;
    question(cx, tx, (next, payer), opening, now).await
}
