//! Beginning a request, and asking its sender to confirm a revision of it.

use std::time::Duration;

use anyhow::anyhow;

use super::{
    Draft, EXECUTE, Expire, Problem, RequestId, RequestRow, State, Way, asks, examine,
    jobs::Request,
    letters::{self, Asking},
    store,
};
use crate::{
    accounts::{self, AccountOpened, Person},
    address::Address,
    clock::At,
    confirmations::{self, Question},
    context::Context,
    db::Tx,
    inbox::{self, MailId, MailRow},
    intent::{Command, Reading},
    letters::{Confirmable, Thread},
    money::Amount,
    queue::{self, Fault},
};

/// How long a request waits for its missing piece or its sender's account: two weeks.
const WAIT: Duration = Duration::from_secs(14 * 86_400);

/// A mail's row and what was read in it.
pub(super) struct Read {
    pub(super) mail: MailRow,
    pub(super) reading: Reading,
}

/// Loads what a job works from.
pub(super) async fn read(tx: &mut Tx, mail: &MailId) -> Result<Read, Fault> {
    let row = inbox::mail(tx, mail).await?;
    let row = row.ok_or_else(|| Fault::dead(anyhow!("The mail is gone")))?;
    let reading =
        row.reading.as_deref().ok_or_else(|| Fault::dead(anyhow!("It was never read")))?;
    let reading = serde_json::from_str(reading).map_err(Fault::dead)?;
    Ok(Read { mail: row, reading })
}

impl Read {
    /// What the step says of a transfer.
    pub(super) fn draft(&self, step: usize) -> Result<Draft, Fault> {
        if let Reading::AskBack(ask) = &self.reading {
            return Ok(Draft::of_question(ask));
        }
        match self.reading.commands().get(step) {
            Some(Command::Transfer { amount, recipient, note }) => Ok(Draft {
                amount: Some(*amount),
                recipient: Some(recipient.clone()),
                note: note.clone(),
                ..Draft::default()
            }),
            Some(Command::Correction { amount, recipient, .. }) => {
                Ok(Draft { amount: *amount, recipient: recipient.clone(), ..Draft::default() })
            }
            _ => Err(Fault::dead(anyhow!("Step {step} is no transfer"))),
        }
    }

    /// Whether the request is this mail's sender's own.
    pub(super) fn owns(&self, row: &RequestRow) -> bool {
        match (&row.person, &self.mail.person) {
            (Some(owner), Some(sender)) => owner.as_str() == sender,
            (None, _) => self.mail.from_address.as_deref() == Some(row.sender_address.as_str()),
            (Some(_), None) => false,
        }
    }

    /// The thread an answer to this mail belongs to.
    pub(super) fn thread(&self) -> Thread {
        Thread::answering(self.mail.message_id.as_deref())
    }
}

/// Begins a request. Asks for its confirmation, or says what is missing.
pub(super) async fn begin(cx: &Context, tx: &mut Tx, work: &Request, now: At) -> Result<(), Fault> {
    let read = read(tx, &work.mail).await?;
    let draft = read.draft(work.step)?;
    let sender = read.mail.from_address.as_deref().unwrap_or_default();
    let sender = sender.parse().map_err(Fault::dead)?;
    let person = accounts::by_address(tx, &sender).await?;
    let mut row = RequestRow {
        id: RequestId::fresh(now),
        reference: store::next_reference(tx).await?,
        state: if person.is_some() { State::Incomplete } else { State::Waiting },
        revision: 1,
        sender_address: sender,
        person: person.as_ref().map(|p| p.id.clone()),
        recipient: None,
        amount_minor: None,
        currency: None,
        note: None,
        mail: work.mail.clone(),
        expires_at: now.plus(WAIT),
        seen_at: None,
        selected_at: None,
        selected_how: None,
        operation: None,
    };
    store::apply(&mut row, &draft);
    let step = i64::try_from(work.step).unwrap_or(i64::MAX);
    if store::insert(tx, &row, step, now).await? == 0 {
        return Ok(());
    }
    match person {
        Some(person) => settle_revision(cx, tx, &read, (row, &person, draft), work.way).await,
        None => {
            store::insert_revision(tx, &row, &read.mail.id, "[\"no_account\"]", now).await?;
            let expire = Expire { reference: row.reference.clone(), revision: row.revision };
            queue::enqueue(tx, &expire, None, row.expires_at, now).await?;
            letters::sign_up_first(cx, tx, &row, (&read.mail, read.thread())).await?;
            Ok(())
        }
    }
}

/// Goes on with what waited for an account under this address.
pub(super) async fn resume(
    cx: &Context,
    tx: &mut Tx,
    opened: &AccountOpened,
    now: At,
) -> Result<(), Fault> {
    let Some(person) = accounts::by_id(tx, &opened.person).await? else { return Ok(()) };
    for row in store::open_of(tx, &opened.address, None).await? {
        if row.state != State::Waiting || row.expires_at <= now {
            continue;
        }
        if asks::resume(cx, tx, (&row, &person), now).await? {
            continue;
        }
        let read = read(tx, &row.mail).await?;
        let draft = Draft {
            amount: row.amount(),
            recipient: row.recipient.clone(),
            note: row.note.clone(),
            ..Draft::default()
        };
        let mut next = row;
        next.revision += 1;
        next.person = Some(person.id.clone());
        // The mail that signed up proved the address; the request itself was read before that.
        settle_revision(cx, tx, &read, (next, &person, draft), Way::Link).await?;
    }
    Ok(())
}

/// Writes a revision down and asks for it, or says what is wrong with it.
pub(super) async fn settle_revision(
    cx: &Context,
    tx: &mut Tx,
    read: &Read,
    (mut row, person, draft): (RequestRow, &Person, Draft),
    way: Way,
) -> Result<(), Fault> {
    let now = cx.now();
    let problems = examine::examine(&cx.settings, tx, person, &draft, now).await?;
    row.state = if problems.is_empty() { State::Asked } else { State::Incomplete };
    row.expires_at =
        now.plus(if problems.is_empty() { cx.settings.transfers.confirm } else { WAIT });
    store::revise(tx, &row, now).await?;
    let kept = serde_json::to_string(&problems)?;
    store::insert_revision(tx, &row, &read.mail.id, &kept, now).await?;
    let expire = Expire { reference: row.reference.clone(), revision: row.revision };
    queue::enqueue(tx, &expire, None, row.expires_at, now).await?;
    if problems.is_empty() {
        ask(cx, tx, read, (&row, person), way).await
    } else {
        tell(cx, tx, read, (&row, &draft, &problems)).await
    }
}

async fn ask(
    cx: &Context,
    tx: &mut Tx,
    read: &Read,
    (row, person): (&RequestRow, &Person),
    way: Way,
) -> Result<(), Fault> {
    let (confirmable, amount, to) = confirmable(cx, tx, read, (row, person), way).await?;
    let cause = format!("{}/{}/confirm", row.reference, row.revision);
    let (language, days) = (read.mail.language, days_held(cx, tx, &to).await?);
    let asking = Asking { cause, thread: read.thread(), confirmable, language, days };
    letters::confirm(cx, tx, (row, amount, &to), asking).await?;
    Ok(())
}

/// Makes a revision's confirmation live; its letter is the caller's.
pub(super) async fn confirmable(
    cx: &Context,
    tx: &mut Tx,
    read: &Read,
    (row, person): (&RequestRow, &Person),
    way: Way,
) -> Result<(Confirmable, Amount, Address), Fault> {
    let (Some(amount), Some(to)) = (row.amount(), &row.recipient) else {
        return Err(Fault::dead(anyhow!("A revision without problems has an amount and a payee")));
    };
    let language = read.mail.language;
    let days = days_held(cx, tx, to).await?;
    let question = Question {
        reference: &row.reference,
        revision: row.revision,
        person: Some(person.id.as_str()),
        from: &row.sender_address,
        question: letters::question(language, (amount, to), days),
        language,
        payment: Some((to, amount)),
        act: EXECUTE,
        args: serde_json::to_string(&row.id)?,
        reply_allowed: way == Way::Any,
        expires: row.expires_at,
    };
    let confirmable = confirmations::ask(&cx.settings, tx, question, cx.now()).await?;
    Ok((confirmable, amount, to.clone()))
}

/// For how many days a payment to this address would be held; none when it has an account.
pub(super) async fn days_held(
    cx: &Context,
    tx: &mut Tx,
    to: &Address,
) -> Result<Option<u64>, sqlx::Error> {
    let days = cx.settings.transfers.held.as_secs() / 86_400;
    Ok(accounts::by_address(tx, to).await?.is_none().then_some(days))
}

async fn tell(
    cx: &Context,
    tx: &mut Tx,
    read: &Read,
    (row, draft, problems): (&RequestRow, &Draft, &[Problem]),
) -> Result<(), Fault> {
    letters::problem(cx, tx, (row, draft, problems), (&read.mail, read.thread())).await?;
    Ok(())
}
