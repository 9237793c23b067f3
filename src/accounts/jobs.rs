//! What a person asks of their account by mail: to open it, what is in it, help, a freeze.

use anyhow::anyhow;
use serde::{Deserialize, Serialize};

use super::{
    Person, aliases, contacts, freeze,
    letters::{
        AlreadyOpen, Balance, ForeignYesLetter, GateLetter, Help, LanguageChanged, NotOffered,
        NotUnderstood, TooLarge, UnbelievedLetter,
    },
    open::{language_of, open},
    statement, store,
};
use crate::{
    address::Address,
    confirmations::{self, Question},
    context::Context,
    db::Tx,
    inbox::{self, MailId},
    intent::{Command, Reading},
    language::Language,
    ledger,
    letters::{self, Class, Letter, Note, Thread},
    queue::{Fault, Work},
};

/// Opens an account for a mail's sender.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct SignUp {
    /// The mail.
    pub mail: MailId,
}

/// Answers a question about the sender's account, or says what cannot be done.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Answer {
    /// The mail.
    pub mail: MailId,
    /// Which of its commands; none when nothing was understood.
    pub step: Option<usize>,
    /// Whether such an answer goes out once a day at most.
    pub once_a_day: bool,
}

/// Asks a sender who is not believed enough to press a link before a command is done.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Gate {
    /// The mail.
    pub mail: MailId,
    /// Which of its commands.
    pub step: usize,
}

/// Tells a registered address that somebody wrote in its name.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Unbelieved {
    /// The mail.
    pub mail: MailId,
}

/// Tells whoever was asked that a YES came from another address.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct ForeignYes {
    /// The mail.
    pub mail: MailId,
    /// What it tried to confirm.
    pub confirmation: String,
}

impl Work for SignUp {
    const KIND: &'static str = "accounts.sign_up";
    const QUEUE: &'static str = QUEUE;
}

impl Work for Answer {
    const KIND: &'static str = "accounts.answer";
    const QUEUE: &'static str = QUEUE;
}

impl Work for Gate {
    const KIND: &'static str = "accounts.gate";
    const QUEUE: &'static str = QUEUE;
}

impl Work for Unbelieved {
    const KIND: &'static str = "accounts.unbelieved";
    const QUEUE: &'static str = QUEUE;
}

impl Work for ForeignYes {
    const KIND: &'static str = "accounts.foreign_yes";
    const QUEUE: &'static str = QUEUE;
}

const QUEUE: &str = "accounts";

/// The act that a gate's link releases: the classifier does the mail's command. A wire format.
pub const RELEASE_MAIL: &str = "mail.release";

struct Asked {
    from: Address,
    thread: Thread,
    reading: Reading,
    words: Option<String>,
    language: Language,
    too_large: bool,
}

async fn asked(tx: &mut Tx, mail: &MailId) -> Result<Asked, Fault> {
    let row = inbox::mail(tx, mail).await?;
    let row = row.ok_or_else(|| Fault::dead(anyhow!("The mail is gone")))?;
    let from = row.from_address.as_deref().unwrap_or_default().parse().map_err(Fault::dead)?;
    let reading =
        row.reading.as_deref().ok_or_else(|| Fault::dead(anyhow!("It was never read")))?;
    let reading = serde_json::from_str(reading).map_err(Fault::dead)?;
    Ok(Asked {
        from,
        thread: Thread::answering(row.message_id.as_deref()),
        reading,
        words: row.words,
        language: row.language,
        too_large: row.header_only,
    })
}

/// Runs [`SignUp`].
///
/// # Errors
/// A fault; the job is tried again.
pub async fn sign_up(cx: &Context, work: SignUp, tx: &mut Tx) -> Result<(), Fault> {
    let Asked { from, thread, language, .. } = asked(tx, &work.mail).await?;
    if let Some(person) = store::by_address(tx, &from).await? {
        let accounts = ledger::of_owner(tx, person.id.as_str()).await?;
        let letter = AlreadyOpen::new(&accounts, &cx.settings);
        return write(cx, tx, (&work.mail, &from, thread, language), &letter).await;
    }
    let currency = cx.settings.accounts.currency;
    open(cx, tx, &from, currency, (thread, Some(language))).await?;
    Ok(())
}

/// Runs [`Gate`].
///
/// # Errors
/// A fault; the job is tried again.
pub async fn gate(cx: &Context, work: Gate, tx: &mut Tx) -> Result<(), Fault> {
    let now = cx.now();
    let Asked { from, thread, reading, language, .. } = asked(tx, &work.mail).await?;
    let Some(command) = reading.commands().get(work.step) else { return Ok(()) };
    let person = store::by_address(tx, &from).await?;
    let letter = GateLetter::new(&from, command);
    let question = Question {
        reference: &format!("MAIL-{}-{}", work.mail, work.step),
        revision: 1,
        person: person.as_ref().map(|person| person.id.as_str()),
        from: &from,
        question: letter.question(language),
        language,
        payment: None,
        act: RELEASE_MAIL,
        args: serde_json::to_string(&work)?,
        reply_allowed: false,
        expires: now.plus(cx.settings.transfers.confirm),
    };
    let confirmable = confirmations::ask(&cx.settings, tx, question, now).await?;
    let cause = format!("{}/{}/{}", work.mail, GateLetter::KIND, work.step);
    let note = Note { cause, to: &from, reference: None, thread, language };
    letters::write(&cx.settings, tx, note, (&letter, Some(&confirmable)), now).await?;
    Ok(())
}

/// Runs [`Unbelieved`].
///
/// # Errors
/// A fault; the job is tried again.
pub async fn unbelieved(cx: &Context, work: Unbelieved, tx: &mut Tx) -> Result<(), Fault> {
    let Asked { from, .. } = asked(tx, &work.mail).await?;
    let language = language_of(cx, tx, &from).await?;
    // In no thread: the mail it would answer may be a stranger's.
    let letter = UnbelievedLetter::new(&from);
    write(cx, tx, (&work.mail, &from, Thread::default(), language), &letter).await
}

/// Runs [`ForeignYes`].
///
/// # Errors
/// A fault; the job is tried again.
pub async fn foreign_yes(cx: &Context, work: ForeignYes, tx: &mut Tx) -> Result<(), Fault> {
    let Some(row) = confirmations::find(tx, &work.confirmation).await? else { return Ok(()) };
    if row.state != "live" {
        return Ok(());
    }
    let letter = ForeignYesLetter::new(&row.reference);
    write(cx, tx, (&work.mail, &row.address, Thread::default(), row.language), &letter).await
}

/// Runs [`Answer`].
///
/// # Errors
/// A fault; the job is tried again.
pub async fn answer(cx: &Context, work: Answer, tx: &mut Tx) -> Result<(), Fault> {
    let Asked { from, thread, reading, words, language, too_large } = asked(tx, &work.mail).await?;
    let to = (&work.mail, &from, thread.clone(), language);
    let person = store::by_address(tx, &from).await?;
    let accounts = match &person {
        Some(person) => ledger::of_owner(tx, person.id.as_str()).await?,
        None => Vec::new(),
    };
    let class = if work.once_a_day { Class::Notice } else { Class::Answer };
    let command = work.step.and_then(|step| reading.commands().get(step));
    match command {
        Some(Command::Help { .. } | Command::Status { .. }) => {
            write(cx, tx, to, &Help::new(!accounts.is_empty(), class, &cx.settings)).await
        }
        Some(Command::Balance {}) if !accounts.is_empty() => {
            write(cx, tx, to, &Balance::new(&accounts)).await
        }
        Some(Command::Statement { period }) if !accounts.is_empty() => {
            let (period, now) = (period.as_deref(), cx.now());
            let letter = statement::compiled(tx, &accounts, period, now).await?;
            write(cx, tx, to, &letter).await
        }
        Some(Command::Balance {} | Command::Statement { .. }) => {
            write(cx, tx, to, &Help::new(false, class, &cx.settings)).await
        }
        Some(command) => {
            if let Some(person) = &person
                && of_person(cx, tx, to.clone(), person, command).await?
            {
                return Ok(());
            }
            let wish = (command.intent(), words);
            write(cx, tx, to, &NotOffered::new(wish, class, &cx.settings)).await
        }
        None if too_large => write(cx, tx, to, &TooLarge::new(&cx.settings)).await,
        None => write(cx, tx, to, &NotUnderstood::new(words, &cx.settings)).await,
    }
}

/// What only somebody with an account can ask for. Answers whether it is such a wish.
async fn of_person(
    cx: &Context,
    tx: &mut Tx,
    to: To<'_>,
    person: &Person,
    command: &Command,
) -> Result<bool, Fault> {
    match command {
        Command::Freeze {} => {
            freeze::freeze(cx, tx, to, person).await?;
        }
        Command::Unfreeze {} => {
            freeze::unfreeze(cx, tx, to, person).await?;
        }
        Command::Alias { address } => {
            aliases::ask(cx, tx, to, person, address).await?;
        }
        Command::AliasRemove { address } => {
            aliases::remove(cx, tx, to, person, address).await?;
        }
        Command::ContactAdd { name, address } => {
            let letter = contacts::save(tx, person, (name, address), cx.now()).await?;
            write(cx, tx, to, &letter).await?;
        }
        Command::ContactRemove { name } => {
            let letter = contacts::forget(tx, person, name).await?;
            write(cx, tx, to, &letter).await?;
        }
        Command::Contacts {} => {
            let letter = contacts::listed(tx, person).await?;
            write(cx, tx, to, &letter).await?;
        }
        _ => {
            let named = command.language().and_then(Language::named);
            let Some(language) = named else { return Ok(false) };
            store::asks_for(tx, &person.id, language).await?;
            let (mail, from, thread, _) = to;
            write(cx, tx, (mail, from, thread, language), &LanguageChanged {}).await?;
        }
    }
    Ok(true)
}

/// Which mail is answered, to whom, in which thread and language.
pub(super) type To<'a> = (&'a MailId, &'a Address, Thread, Language);

pub(super) async fn write<L: Letter>(
    cx: &Context,
    tx: &mut Tx,
    (mail, to, thread, language): To<'_>,
    letter: &L,
) -> Result<(), Fault> {
    let cause = format!("{mail}/{}", L::KIND);
    let note = Note { cause, to, reference: None, thread, language };
    letters::write(&cx.settings, tx, note, (letter, None), cx.now()).await?;
    Ok(())
}
