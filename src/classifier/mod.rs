//! From a stored mail to a capability's job: scan, judge, read, decide, in that order.
//!
//! Input and output come first; then one transaction holds the verdict, the reading, the decision and
//! the job. Not for: carrying anything out.

mod dispatch;
mod identify;
mod route;

use anyhow::anyhow;
use serde::{Deserialize, Serialize};

use crate::{
    accounts,
    address::Address,
    context::Context,
    db::{self, Tx},
    inbox::{self, Account, MailId, MailRow},
    intent::{self, Pending, ReaderContext, Reading},
    ledger,
    mail::{
        message::Message,
        scan::{self, Scan},
        sender::{self, Assurance, OwnDkim, Verdict},
    },
    money::Currency,
    queue::{Fault, Work},
    transfers::{self, RequestRow},
};

pub use identify::{Thread, Token};
pub use route::release_act;

/// Characters of a mail's own words that are kept to be quoted.
const WORDS_MAX: usize = 300;

/// Reads one mail and hands it to its capability.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Classify {
    /// Which.
    pub mail: MailId,
}

impl Work for Classify {
    const KIND: &'static str = "mail.classify";
    const QUEUE: &'static str = "classifier";
}

/// What was found out before the transaction.
pub struct Prepared {
    mail: MailRow,
    verdict: Verdict,
    effect_key: String,
    recipients: Vec<Address>,
    answers: Vec<String>,
    message: Option<Message>,
}

/// Everything that is known of a mail when it is decided on.
struct Known {
    mail: MailRow,
    verdict: Verdict,
    thread: Thread,
    person: Option<accounts::Person>,
    reading: Reading,
    words: Option<String>,
    open: Vec<RequestRow>,
}

/// Scans, judges and parses a mail; no transaction is open.
///
/// # Errors
/// A fault of the database; the job is tried again.
pub async fn prepare(cx: &Context, work: Classify) -> Result<Prepared, Fault> {
    let mut tx = cx.db.snapshot().await?;
    let mail = inbox::mail(&mut tx, &work.mail).await?;
    let raw = inbox::raw(&mut tx, &work.mail).await?;
    tx.rollback().await?;
    let (Some(mail), Some(raw)) = (mail, raw) else {
        return Err(Fault::dead(anyhow!("The mail is gone")));
    };
    let scan: Scan = scan::scan(&raw);
    let service = [cx.settings.service_address.clone()];
    let verdict = sender::judge(&scan, &cx.anchor, &service, cx.now(), OwnDkim::NotExamined);
    // An unproved sender must not be able to take the place of the real mail: identity includes who
    // was authenticated.
    let proved = verdict.from.as_ref().filter(|_| verdict.assurance >= Assurance::A2);
    let effect_key = sender::effect_key(proved, &scan.header, &raw).0;
    let message = if scan.faults.is_empty() { Message::parse(&raw).ok() } else { None };
    Ok(Prepared {
        recipients: sender::recipients(&scan.header),
        answers: identify::answered(&scan.header),
        mail,
        verdict,
        effect_key,
        message,
    })
}

/// Decides on a mail, in one transaction with what follows from it.
///
/// # Errors
/// A fault of the database; the job is tried again.
pub async fn transact(cx: &Context, prepared: Prepared, tx: &mut Tx) -> Result<(), Fault> {
    let now = cx.now();
    let Prepared { mail, mut verdict, effect_key, recipients, answers, mut message } = prepared;
    if mail.state != "received" {
        return Ok(());
    }
    if let Some(first) = inbox::first_with_effect(tx, &effect_key).await? {
        inbox::duplicate(tx, &mail.id, &first, now).await?;
        return Ok(());
    }
    refuse_replay(tx, &mail, &mut verdict).await?;
    let thread = identify::thread(cx, tx, &recipients, &answers).await?;
    // Our own tag makes it an answer, whatever the subject says.
    if let (Some(message), Some(reference)) = (&mut message, &thread.reference)
        && answers.is_empty()
    {
        message.in_reply_to.push(format!("{reference}@thread"));
    }
    let person = match &verdict.from {
        Some(from) => accounts::by_address(tx, from).await?,
        None => None,
    };
    let open = match &verdict.from {
        Some(from) => transfers::open_of(tx, from, person.as_ref().map(|p| &p.id)).await?,
        None => Vec::new(),
    };
    let held = currencies(cx, tx, person.as_ref()).await?;
    let reading = match &message {
        // Of a mail that is too large only the header was taken: it holds no words to read.
        Some(message) if !mail.header_only => {
            let person = person.as_ref();
            intent::read(message, &reader_context(cx, (&open, &thread), person, held))
        }
        Some(_) | None => Reading::ask(intent::Reason::Empty, intent::AskBackFields::default()),
    };
    let hostile = message.is_none();
    let words = message.as_ref().and_then(|message| intent::excerpt(message, WORDS_MAX));
    let known = Known { mail, verdict, thread, person, reading, words, open };
    let decision = if hostile { "silence" } else { dispatch::dispatch(cx, tx, &known).await? };
    let account = account(&known, &effect_key, (decision, hostile))?;
    match inbox::record(tx, &known.mail.id, &account, now).await {
        // Another delivery was classified a moment ago; the next attempt finds it.
        Err(error) if db::is_duplicate(&error) => {
            Err(anyhow!("Another delivery came first").into())
        }
        other => other.map(|_| ()).map_err(Fault::from),
    }
}

/// A believed Message-ID or signature is believed once: a replay is anybody's mail.
async fn refuse_replay(tx: &mut Tx, mail: &MailRow, verdict: &mut Verdict) -> Result<(), Fault> {
    if verdict.assurance < Assurance::A2 {
        return Ok(());
    }
    let from = verdict.from.as_ref().map(Address::as_str).unwrap_or_default();
    let ids = verdict.message_id.iter().map(|id| format!("id:{from}:{id}"));
    let signatures = verdict.signatures.iter().map(|b| format!("b:{b}"));
    for mark in ids.chain(signatures).collect::<Vec<_>>() {
        if !inbox::believe(tx, &mark, &mail.id).await? {
            verdict.assurance = Assurance::A0;
            verdict.evidence.push("Its Message-ID or signature was used before.".to_owned());
        }
    }
    Ok(())
}

/// What a bare number means, then every other currency the person holds: the house's currency goes
/// first where they hold it.
async fn currencies(
    cx: &Context,
    tx: &mut Tx,
    person: Option<&accounts::Person>,
) -> Result<Vec<Currency>, sqlx::Error> {
    let usual = cx.settings.accounts.currency;
    let Some(person) = person else { return Ok(vec![usual]) };
    let accounts = ledger::of_owner(tx, person.id.as_str()).await?;
    let mut held: Vec<Currency> = accounts.into_iter().map(|account| account.currency).collect();
    held.sort_by_key(|currency| *currency != usual);
    Ok(if held.is_empty() { vec![usual] } else { held })
}

fn reader_context(
    cx: &Context,
    (open, thread): (&[RequestRow], &Thread),
    person: Option<&accounts::Person>,
    held: Vec<Currency>,
) -> ReaderContext {
    let in_thread = thread.reference.as_deref();
    let meant = |row: &&RequestRow| in_thread.is_none_or(|reference| reference == row.reference);
    let locale = person.map_or(&cx.settings.accounts.locale, |person| &person.locale);
    ReaderContext {
        account_currency: held.first().copied(),
        currencies_held: held,
        locale: Some(locale.clone()),
        service_address: Some(cx.settings.service_address.clone()),
        service_name: Some(cx.settings.service_name.clone()),
        pending: open.iter().filter(meant).map(pending).collect(),
        sent_message_ids: thread.letters.clone(),
        ..ReaderContext::default()
    }
}

fn pending(row: &RequestRow) -> Pending {
    let mut missing = Vec::new();
    if row.amount_minor.is_none() {
        missing.push("amount".to_owned());
    }
    if row.recipient.is_none() {
        missing.push("recipient".to_owned());
    }
    Pending {
        reference: row.reference.clone(),
        kind: "transfer".to_owned(),
        amount: row.amount().map(|amount| amount.money().decimal()),
        currency: row.currency,
        recipient: row.recipient.clone(),
        owner: Some(row.sender_address.clone()),
        missing,
        items: Vec::new(),
    }
}

fn account(
    known: &Known,
    effect_key: &str,
    (decision, hostile): (&str, bool),
) -> Result<Account, Fault> {
    let class = match (&known.reading, hostile) {
        (_, true) => "hostile",
        (Reading::Command(_) | Reading::Multi(_), _) => "command",
        (Reading::AskBack(_), _) => "ask_back",
        (Reading::Ignore(_), _) => "ignore",
    };
    Ok(Account {
        class: class.to_owned(),
        assurance: format!("{:?}", known.verdict.assurance),
        evidence: serde_json::to_string(&known.verdict.evidence)?,
        intent: Some(known.reading.intent().to_owned()),
        reading: Some(serde_json::to_string(&known.reading)?),
        words: known.words.clone(),
        decision: decision.to_owned(),
        token: known.thread.token.as_ref().map(|token| token.confirmation.clone()),
        person: known.person.as_ref().map(|person| person.id.0.clone()),
        effect_key: effect_key.to_owned(),
    })
}
