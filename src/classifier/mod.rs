//! From a stored mail to a capability's job: scan, judge, read, decide, in that order.
//!
//! Input and output come first; then one transaction holds the verdict, the reading, the decision and
//! the job. Not for: carrying anything out.

mod dispatch;
mod identify;
mod route;
mod told;

use std::collections::BTreeSet;

use anyhow::{Context as _, anyhow};
use serde::{Deserialize, Serialize};

use crate::{
    accounts,
    address::Address,
    config::{Mode, Settings},
    context::Context,
    db::{self, Tx},
    inbox::{self, Account, MailId, MailRow, OBSERVED},
    intent::{self, ReaderContext, Reading, Told},
    language::Language,
    mail::{
        budget::Share,
        message::Message,
        message_id,
        scan::{self, Scan},
        sender::{self, Assurance, OwnDkim, Verdict},
    },
    policy::{self, Decision},
    queue::{Fault, Work},
    transfers::{self, RequestRow},
};

pub use identify::{Thread, Token};
pub use route::release_act;

/// Characters of a mail's own words that are kept to be quoted.
const WORDS_MAX: usize = 300;

/// A mail up to this size is read without asking for room: as many as there are places are small together.
const SMALL_BYTES_MAX: i64 = 256 * 1024;

/// Most marks of one mail that are looked up: its Message-ID and its signatures.
const MARKS_MAX: usize = 32;

/// Reads one mail and hands it to its capability.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Classify {
    /// Which.
    pub mail: MailId,
    /// Whether it came while the service only observed: then it never acts, whatever the mode is by now.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub observe: bool,
}

impl Classify {
    /// The job of a mail that is stored now.
    pub fn of(settings: &Settings, mail: MailId) -> Self {
        Self { mail, observe: settings.mode == Mode::Observe }
    }
}

impl Work for Classify {
    const KIND: &'static str = "mail.classify";
    const QUEUE: &'static str = "classifier";
}

/// What was found out before the transaction.
pub struct Prepared {
    known: Known,
    effect_key: String,
    /// The effect key this mail would have if its sender were believed.
    claimed_key: String,
    /// The one it would have if nobody were.
    bare_key: String,
    hostile: bool,
}

/// Everything that is known of a mail when it is decided on.
struct Known {
    /// Whether nothing may come of it.
    observing: bool,
    mail: MailRow,
    verdict: Verdict,
    thread: Thread,
    person: Option<accounts::Person>,
    reading: Reading,
    words: Option<String>,
    /// What its words are written in, where they tell it.
    told: Option<(Language, bool)>,
    open: Vec<RequestRow>,
    /// When a mail host reports: those of our letters it speaks of, as Message-IDs.
    returned: Vec<String>,
}

impl Known {
    /// Whether its host took it for junk and nothing of ours or of its sender's speaks for it: then it is
    /// counted and nobody hears of it.
    fn is_junk(&self) -> bool {
        let theirs = self.thread.is_theirs;
        self.mail.junk && !policy::acts_from_junk(self.verdict.assurance, theirs)
    }
}

/// Scans, judges and reads a mail; no transaction is open that anybody could wait for.
///
/// # Errors
/// A fault of the database; the job is tried again.
pub async fn prepare(cx: &Context, work: Classify) -> Result<Prepared, Fault> {
    let mut tx = cx.db.read().await?;
    let mail = inbox::mail(&mut tx, &work.mail).await?;
    let mail = mail.ok_or_else(gone)?;
    let (raw, room);
    (tx, raw, room) = bytes(cx, tx, &work.mail).await?;
    let scan: Scan = scan::scan(&raw);
    let (anchor, service) = (cx.anchor(&mail.mailbox), cx.service_addresses());
    let verdict = sender::judge(&scan, &anchor, &service, cx.now(), OwnDkim::NotExamined);
    // An unproved sender must not be able to take the place of the real mail: identity includes who
    // was authenticated.
    let proved = verdict.from.as_ref().filter(|_| verdict.assurance >= Assurance::A2);
    let effect_key = sender::effect_key(proved, &scan.header, &raw).0;
    let claimed_key = sender::effect_key(verdict.from.as_ref(), &scan.header, &raw).0;
    let message = if scan.faults.is_empty() { Message::parse(&raw).ok() } else { None };
    let hostile = message.is_none();
    let bare_key = sender::effect_key(None, &scan.header, &raw).0;
    drop((raw, room));
    let mut known = Known {
        observing: work.observe || cx.settings.mode == Mode::Observe,
        thread: Thread::default(),
        person: None,
        reading: Reading::ask(intent::Reason::Empty, intent::AskBackFields::default()),
        words: None,
        told: None,
        open: Vec::new(),
        returned: Vec::new(),
        mail,
        verdict,
    };
    if let Some(message) = message {
        let header = (sender::recipients(&scan.header), identify::answered(&scan.header));
        look_up(cx, &mut tx, &mut known, &header).await?;
        known.returned = returned(cx, &message, &known.thread);
        let held = told::currencies(cx, &mut tx, known.person.as_ref()).await?;
        let contacts = told::contacts(&mut tx, known.person.as_ref()).await?;
        drop(tx);
        let context = ReaderContext { contacts, ..told::reader_context(cx, &known, held) };
        read(&mut known, message, context).await?;
    }
    Ok(Prepared { known, effect_key, claimed_key, bare_key, hostile })
}

fn gone() -> Fault {
    Fault::dead("The mail is gone")
}

/// The mail's bytes, with the room in this process that they take up.
async fn bytes(
    cx: &Context,
    mut tx: Tx,
    mail: &MailId,
) -> Result<(Tx, Vec<u8>, Option<Share>), Fault> {
    let (octets, small) =
        inbox::raw_within(&mut tx, mail, SMALL_BYTES_MAX).await?.ok_or_else(gone)?;
    if let Some(raw) = small {
        return Ok((tx, raw, None));
    }
    // Whoever waits for room holds no connection meanwhile.
    drop(tx);
    let room = cx.raw_mail.take(octets.unsigned_abs()).await;
    let mut tx = cx.db.read().await?;
    let raw = inbox::raw(&mut tx, mail, octets).await?.ok_or_else(gone)?;
    Ok((tx, raw, Some(room)))
}

/// Who wrote, in which thread, with what still open.
async fn look_up(
    cx: &Context,
    tx: &mut Tx,
    known: &mut Known,
    (recipients, answers): &(Vec<Address>, Vec<String>),
) -> Result<(), Fault> {
    let from = known.verdict.from.clone();
    known.thread = identify::thread(cx, tx, (from.as_ref(), recipients), answers).await?;
    if let Some(from) = from {
        known.person = accounts::by_address(tx, &from).await?;
        known.open = transfers::open_of(tx, &from, known.person.as_ref().map(|p| &p.id)).await?;
    }
    Ok(())
}

/// The letters of ours that a report returns: by what it holds of them, else by what it answers.
fn returned(cx: &Context, message: &Message, thread: &Thread) -> Vec<String> {
    let Some(id) = message.returned_id.as_ref().map(|id| format!("<{id}>")) else {
        return thread.letters.clone();
    };
    let domain = cx.settings.service_address.domain();
    let keys = cx.settings.keys.accepted("message-id");
    let ours = keys.iter().any(|key| message_id::verify(key, &id, domain).is_some());
    ours.then_some(id).into_iter().collect()
}

/// Reads the words, on a thread of their own: a long mail holds up nobody else's.
async fn read(known: &mut Known, message: Message, context: ReaderContext) -> Result<(), Fault> {
    known.words = intent::excerpt(&message, WORDS_MAX);
    // Of a mail that is too large only the header was taken: it holds no words to read.
    if !known.mail.header_only {
        let read = tokio::task::spawn_blocking(move || intent::read_explained(&message, &context));
        let explained = read.await.context("Read the mail's words")?;
        let told = |told: Told| Some((Language::of_locale(told.language)?, told.clearly));
        known.told = explained.told.and_then(told);
        known.reading = explained.reading;
    }
    Ok(())
}

/// Decides on a mail, in one transaction with what follows from it.
///
/// # Errors
/// A fault of the database; the job is tried again.
pub async fn transact(cx: &Context, prepared: Prepared, tx: &mut Tx) -> Result<(), Fault> {
    let now = cx.now();
    let Prepared { mut known, effect_key, claimed_key, bare_key, hostile } = prepared;
    if known.mail.state != "received" {
        return Ok(());
    }
    // A believed mail that comes again with less proof is that mail again, not a new one. What was only
    // observed is never acted on, also when it comes again with more proof than the observer, whose
    // anchor may have been wrong, could see.
    let keys = [&*effect_key, &*claimed_key];
    if let Some(first) = inbox::first_with_effect(tx, keys, &bare_key).await? {
        inbox::duplicate(tx, &known.mail.id, &first, now).await?;
        return Ok(());
    }
    let junk = known.is_junk();
    // What is left alone in the junk has had no effect: it may be taken out by hand, and counts then.
    let counts = !junk || known.observing;
    if counts {
        let Known { mail, verdict, .. } = &mut known;
        refuse_replay(tx, mail, verdict).await?;
    }
    known.mail.language = language(cx, &known);
    let decision = if hostile || junk {
        Decision::Silence.as_str()
    } else {
        dispatch::dispatch(cx, tx, &known).await?
    };
    let decision =
        if known.observing { format!("{OBSERVED}{decision}") } else { decision.to_owned() };
    let effect_key = counts.then_some(effect_key);
    let account = account(&known, effect_key, (&decision, hostile))?;
    remember_language(tx, &known).await?;
    tracing::info!(mail = %known.mail.id, decision, "classified");
    match inbox::record(tx, &known.mail.id, &account, now).await {
        // Another delivery was classified a moment ago; the next attempt finds it.
        Err(error) if db::is_duplicate(&error) => {
            Err(anyhow!("Another delivery came first").into())
        }
        other => other.map(|_| ()).map_err(Fault::from),
    }
}

/// What the mail is answered in: the language it is clearly written in, else what its sender is
/// known to read.
fn language(cx: &Context, known: &Known) -> Language {
    let person = known.person.as_ref();
    let before = person.and_then(|person| person.language.or(person.language_read));
    match (known.told, before) {
        (Some((told, true)), _) | (Some((told, false)), None) => told,
        (_, Some(before)) => before,
        (None, None) => person.map_or(cx.settings.accounts.language(), |p| p.language()),
    }
}

/// Keeps the language a person writes, for letters that answer no mail of theirs. Nobody who is not
/// believed changes it.
async fn remember_language(tx: &mut Tx, known: &Known) -> Result<(), sqlx::Error> {
    let language = known.mail.language;
    let believed = known.verdict.assurance >= Assurance::A2 && !known.observing;
    if let Some(person) = &known.person
        && believed
        && known.told.is_some_and(|(told, _)| told == language)
        && person.language_read != Some(language)
    {
        accounts::wrote_in(tx, &person.id, language).await?;
    }
    Ok(())
}

/// A believed Message-ID or signature is believed once: a replay is anybody's mail. One that is not
/// believed leaves no mark of its own, so that nobody can spoil another's mail in advance.
async fn refuse_replay(tx: &mut Tx, mail: &MailRow, verdict: &mut Verdict) -> Result<(), Fault> {
    let from = verdict.from.as_ref().map(Address::as_str).unwrap_or_default();
    let ids = verdict.message_id.iter().map(|id| format!("id:{from}:{id}"));
    let signatures = verdict.signatures.iter().map(|b| format!("b:{b}"));
    // Each once: a field that stands twice in one mail is no replay.
    let marks: BTreeSet<String> = ids.chain(signatures).take(MARKS_MAX).collect();
    for mark in marks {
        let fresh = if verdict.assurance >= Assurance::A2 {
            inbox::believe(tx, &mark, &mail.id).await?
        } else {
            !inbox::was_believed(tx, &mark).await?
        };
        if !fresh {
            verdict.assurance = Assurance::A0;
            verdict.evidence.push("Its Message-ID or signature was used before.".to_owned());
        }
    }
    Ok(())
}

fn account(
    known: &Known,
    effect_key: Option<String>,
    (decision, hostile): (&str, bool),
) -> Result<Account, Fault> {
    let class = match (&known.reading, hostile) {
        (_, true) => "hostile",
        _ if known.is_junk() => "junk",
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
        language: known.mail.language,
        decision: decision.to_owned(),
        token: known.thread.token.as_ref().map(|token| token.confirmation.clone()),
        person: known.person.as_ref().map(|person| person.id.0.clone()),
        effect_key,
    })
}
