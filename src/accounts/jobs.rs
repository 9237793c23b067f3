//! What a person asks of their account by mail: to open it, what is in it, help, a freeze.

use anyhow::anyhow;
use futures_util::future::BoxFuture;
use serde::{Deserialize, Serialize};

use super::{
    letters::{AlreadyOpen, Balance, Frozen, Help, NotOffered, NotUnderstood, SignUpByLink},
    open, store,
};
use crate::{
    address::Address,
    confirmations::{self, ConfirmationId, Question},
    context::{Context, Release, Released},
    db::Tx,
    inbox::{self, MailId},
    intent::{Command, Reading},
    ledger,
    letters::{self, Letter, Note, Thread},
    queue::{Fault, Work},
};

/// Opens an account for a mail's sender.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct SignUp {
    /// The mail.
    pub mail: MailId,
    /// Whether the sender must press a link first: they were not believed enough.
    pub by_link: bool,
}

/// Answers a question about the sender's account, or says what cannot be done.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Answer {
    /// The mail.
    pub mail: MailId,
    /// Which of its commands; a mail that was not understood has none.
    pub step: usize,
}

impl Work for SignUp {
    const KIND: &'static str = "accounts.sign_up";
    const QUEUE: &'static str = "accounts";
}

impl Work for Answer {
    const KIND: &'static str = "accounts.answer";
    const QUEUE: &'static str = "accounts";
}

/// The act of a sign-up by link; a wire format.
pub const OPEN: &str = "accounts.open";

struct Asked {
    from: Address,
    thread: Thread,
    reading: Reading,
}

async fn asked(tx: &mut Tx, mail: &MailId) -> Result<Asked, Fault> {
    let row = inbox::mail(tx, mail).await?;
    let row = row.ok_or_else(|| Fault::dead(anyhow!("The mail is gone")))?;
    let from = row.from_address.as_deref().unwrap_or_default().parse().map_err(Fault::dead)?;
    let reading =
        row.reading.as_deref().ok_or_else(|| Fault::dead(anyhow!("It was never read")))?;
    let reading = serde_json::from_str(reading).map_err(Fault::dead)?;
    Ok(Asked { from, thread: Thread::answering(row.message_id.as_deref()), reading })
}

/// Runs [`SignUp`].
///
/// # Errors
/// A fault; the job is tried again.
pub async fn sign_up(cx: &Context, work: SignUp, tx: &mut Tx) -> Result<(), Fault> {
    let Asked { from, thread, .. } = asked(tx, &work.mail).await?;
    if let Some(person) = store::by_address(tx, &from).await? {
        let accounts = ledger::of_owner(tx, person.id.as_str()).await?;
        let letter = AlreadyOpen::new(&accounts, &cx.settings);
        return write(cx, tx, (&work.mail, &from, thread), &letter).await;
    }
    if work.by_link {
        return ask_by_link(cx, tx, (&work.mail, &from), thread).await;
    }
    open(cx, tx, &from, cx.settings.accounts.currency, thread).await?;
    Ok(())
}

async fn ask_by_link(
    cx: &Context,
    tx: &mut Tx,
    (mail, from): (&MailId, &Address),
    thread: Thread,
) -> Result<(), Fault> {
    let now = cx.now();
    let reference = format!("SIGN-UP-{}", ConfirmationId::fresh(now));
    let question = Question {
        reference: &reference,
        revision: 1,
        person: None,
        from,
        question: format!("Open an account for {from}?"),
        payment: None,
        act: OPEN,
        args: serde_json::to_string(from)?,
        reply_allowed: false,
        expires: now.plus(cx.settings.transfers.confirm),
    };
    let confirmable = confirmations::ask(&cx.settings, tx, question, now).await?;
    let cause = format!("{mail}/{}", SignUpByLink::KIND);
    let note = Note { cause, to: from, reference: None, thread };
    let letter = SignUpByLink::new(from, &cx.settings);
    letters::write(&cx.settings, tx, note, (&letter, Some(&confirmable)), now).await?;
    Ok(())
}

/// The act behind a sign-up by link.
pub fn open_act<'a>(
    cx: &'a Context,
    tx: &'a mut Tx,
    release: Release,
) -> BoxFuture<'a, anyhow::Result<Released>> {
    Box::pin(async move {
        let address: Address = serde_json::from_str(&release.args)?;
        let currency = cx.settings.accounts.currency;
        let opened = open(cx, tx, &address, currency, Thread::default()).await?;
        let title = if opened.new { "Your account is open" } else { "You have an account already" };
        Ok(Released {
            done: true,
            title: title.to_owned(),
            text: "A letter says what you can write to us.".to_owned(),
        })
    })
}

/// Runs [`Answer`].
///
/// # Errors
/// A fault; the job is tried again.
pub async fn answer(cx: &Context, work: Answer, tx: &mut Tx) -> Result<(), Fault> {
    let Asked { from, thread, reading } = asked(tx, &work.mail).await?;
    let to = (&work.mail, &from, thread);
    let person = store::by_address(tx, &from).await?;
    let accounts = match &person {
        Some(person) => ledger::of_owner(tx, person.id.as_str()).await?,
        None => Vec::new(),
    };
    match reading.commands().get(work.step) {
        Some(Command::Help { .. }) => {
            write(cx, tx, to, &Help::new(!accounts.is_empty(), &cx.settings)?).await
        }
        Some(Command::Balance {}) if !accounts.is_empty() => {
            write(cx, tx, to, &Balance::new(&accounts)).await
        }
        Some(Command::Freeze {}) if !accounts.is_empty() => {
            for account in &accounts {
                ledger::freeze(tx, &account.id, false, account.credit_ok, cx.now()).await?;
            }
            write(cx, tx, to, &Frozen::new(&cx.settings)).await
        }
        Some(Command::Balance {} | Command::Freeze {}) => {
            write(cx, tx, to, &Help::new(false, &cx.settings)?).await
        }
        Some(command) => write(cx, tx, to, &NotOffered::new(command.intent(), &cx.settings)?).await,
        None => write(cx, tx, to, &NotUnderstood::new(&reading, &cx.settings)?).await,
    }
}

async fn write<L: Letter>(
    cx: &Context,
    tx: &mut Tx,
    (mail, to, thread): (&MailId, &Address, Thread),
    letter: &L,
) -> Result<(), Fault> {
    let note = Note { cause: format!("{mail}/{}", L::KIND), to, reference: None, thread };
    letters::write(&cx.settings, tx, note, (letter, None), cx.now()).await?;
    Ok(())
}
