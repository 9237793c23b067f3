//! The order in which a mail is looked at: automatic, thread, order line, form, answer, wishes; and
//! what is said when nothing of it holds.

use crate::address::Address;
use crate::intent::ask_back::{AskBack, AskBackFields, CANDIDATES_MAX, Candidate, Reason};
use crate::intent::check;
use crate::intent::context::ReaderContext;
use crate::intent::guards;
use crate::intent::mail::{Draft, Mail};
use crate::intent::new_words::{self, NewWords};
use crate::intent::passage::Passage;
use crate::intent::reading::{Command, Ignore, Reading};
use crate::intent::sheet::Sheet;
use crate::intent::spans::{Source, Span};
use crate::intent::tokens::{Kind, TOKENS_MAX, Tokens};
use crate::intent::words::{Meaning, languages};
use crate::intent::{
    account, answers, conversation, form, orders, paid_message, payment, prices, services,
};
use crate::mail::automatic::{self, Ours};
use crate::mail::message::Message;

/// A reading with its proof and the language of the mail.
#[derive(Debug, Clone)]
pub struct Explained {
    /// What was read.
    pub reading: Reading,
    /// From which words.
    pub spans: Vec<Span>,
    /// BCP 47: which language it seems to be written in.
    pub language: &'static str,
    /// The one that its words tell, when they tell one.
    pub told: Option<Told>,
    /// The service only gets a copy of it.
    pub only_copied: bool,
}

/// A language that a mail's words tell.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Told {
    /// BCP 47; of more languages than we write.
    pub language: &'static str,
    /// Whether more than a word or two tells it: "pay" and "YES" are written by people of any language.
    pub clearly: bool,
}

struct OurMail<'a>(&'a ReaderContext);

impl Ours for OurMail<'_> {
    fn address(&self, address: &Address) -> bool {
        self.0.is_ours(address)
    }

    fn sent(&self, message_id: &str) -> bool {
        self.0.sent_message_ids.iter().any(|id| id.trim_matches(['<', '>']) == message_id)
    }
}

/// Reads one mail.
pub(super) fn explain(message: &Message, context: &ReaderContext) -> Explained {
    if let Some(automatic) = automatic::recognise(message, &OurMail(context)) {
        let automatic::Automatic { why, failed, class } = automatic;
        let reading = Reading::Ignore(Ignore { why, failed, class });
        return Explained {
            reading,
            spans: Vec::new(),
            language: "en",
            told: None,
            only_copied: false,
        };
    }
    let text = new_words::of_text(message);
    let html = new_words::of_html(message);
    match (text, html) {
        (Some(text), Some(html)) => {
            let by_text = rendering(message, context, &text, Source::Text);
            let by_html = rendering(message, context, &html, Source::Html);
            agreed(by_text, &by_html)
        }
        (Some(text), None) => rendering(message, context, &text, Source::Text),
        (None, Some(html)) => rendering(message, context, &html, Source::Html),
        (None, None) => rendering(message, context, &NewWords::default(), Source::Text),
    }
}

/// Both parts must say the same; how it is worded beside that may differ.
fn agreed(by_text: Explained, by_html: &Explained) -> Explained {
    let acts = |explained: &Explained| explained.reading.commands().iter().any(Command::executes);
    if !acts(&by_text) && !acts(by_html) {
        return by_text;
    }
    if bones(&by_text.reading) == bones(&by_html.reading) {
        return by_text;
    }
    let mut reasons = vec![Reason::TextHtmlMismatch];
    let mut fields = AskBackFields::default();
    for side in [&by_text.reading, &by_html.reading] {
        if let Reading::AskBack(ask) = side {
            reasons.extend_from_slice(ask.reasons());
            fields = ask.fields.clone();
        }
    }
    let first = AskBack::new(Reason::TextHtmlMismatch, fields.clone());
    let ask = AskBack::all(reasons, fields).unwrap_or(first);
    Explained { reading: Reading::AskBack(Box::new(ask)), spans: Vec::new(), ..by_text }
}

/// The commands without their free words.
fn bones(reading: &Reading) -> Vec<Command> {
    let bare = |command: &Command| match command.clone() {
        Command::Transfer { amount, recipient, .. } => {
            Command::Transfer { amount, recipient, note: None }
        }
        Command::RequestMoney { amount, payer, .. } => {
            Command::RequestMoney { amount, payer, note: None }
        }
        Command::Cancel(mut answer) => {
            answer.note = None;
            Command::Cancel(answer)
        }
        Command::Refund { reference, amount, .. } => {
            Command::Refund { reference, amount, reason: None }
        }
        Command::ChatMessage { reference, .. } => {
            Command::ChatMessage { reference, text: String::new() }
        }
        Command::PaidMessage { recipients, criteria, fee, total_cap, .. } => {
            Command::PaidMessage { recipients, criteria, fee, total_cap, message: String::new() }
        }
        other => other,
    };
    reading.commands().iter().map(bare).collect()
}

fn rendering(
    message: &Message,
    context: &ReaderContext,
    words: &NewWords,
    source: Source,
) -> Explained {
    let mail = Mail::new(message, context, words, source);
    // Nobody asks for a payment in two thousand words, and what was cut off might have said "not".
    let too_long = mail.sheets().iter().any(|sheet| sheet.tokens.len() >= TOKENS_MAX);
    let draft = if too_long {
        Draft::plain(Reading::ask(Reason::NoCommand, AskBackFields::default()))
    } else {
        check::proved(&mail, read(&mail))
    };
    Explained {
        reading: draft.reading,
        spans: draft.spans,
        language: mail.language.code(),
        told: mail.told,
        only_copied: mail.only_copied(),
    }
}

fn read(mail: &Mail<'_>) -> Draft {
    conversation::read(mail)
        .or_else(|| orders::by_line(mail))
        .or_else(|| without_words(mail))
        .or_else(|| paid_message::read(mail))
        .or_else(|| form::read(mail))
        .or_else(|| answers::read(mail))
        .or_else(|| prices::read(mail))
        .or_else(|| account::read(mail))
        .or_else(|| wishes(mail))
        .or_else(|| orders::in_words(mail))
        .unwrap_or_else(|| nothing(mail))
}

/// Nothing at all, or only signs.
fn without_words(mail: &Mail<'_>) -> Option<Draft> {
    let quoted = commands_in(mail, &mail.words.quoted);
    let says = |c: char| c.is_alphanumeric();
    let signs = |sheet: &&Sheet| !sheet.passage.is_blank();
    if mail.sheets().iter().any(|sheet| sheet.passage.text().chars().any(says)) {
        return None;
    }
    let mut reasons = Vec::new();
    if mail.sheets().iter().any(signs) {
        reasons.push(Reason::NotExplicit);
    } else {
        reasons.push(Reason::Empty);
    }
    if quoted {
        reasons.push(Reason::OnlyInQuote);
    }
    let seen_only_in_quote = quoted.then_some(true);
    let fields = AskBackFields { seen_only_in_quote, ..AskBackFields::default() };
    AskBack::all(reasons, fields).map(|ask| Draft::plain(Reading::AskBack(Box::new(ask))))
}

/// Payments and services, each wish once.
fn wishes(mail: &Mail<'_>) -> Option<Draft> {
    let services = services::read(mail);
    let payment = payment::read(mail);
    let matter = |draft: &Draft| match &draft.reading {
        Reading::AskBack(ask) => {
            !(ask.has(Reason::MissingAmount) && ask.has(Reason::MissingRecipient))
        }
        _ => true,
    };
    match payment {
        Some(payment) if services.is_empty() => Some(from_elsewhere(mail, payment)),
        Some(payment) if matter(&payment) => together(services, payment),
        _ => several(services),
    }
}

/// A payment beside other wishes. What must be asked about the payment comes first.
fn together(services: Vec<Draft>, payment: Draft) -> Option<Draft> {
    if matches!(payment.reading, Reading::AskBack(_)) {
        return Some(payment);
    }
    let mut drafts: Vec<Draft> = services
        .into_iter()
        .filter(|draft| !matches!(draft.reading.commands(), [Command::Help { .. }]))
        .collect();
    drafts.push(payment);
    several(drafts)
}

/// All commands of all drafts; a question among them stops them all.
fn several(drafts: Vec<Draft>) -> Option<Draft> {
    if let Some(ask) = drafts.iter().find(|draft| matches!(draft.reading, Reading::AskBack(_))) {
        return Some(ask.clone());
    }
    // A question about how things work adds nothing to a clear wish.
    let wanted = drafts.iter().any(|d| !matches!(d.reading.commands(), [Command::Help { .. }]));
    let mut helped = false;
    let mut commands: Vec<Command> = Vec::new();
    let mut spans = Vec::new();
    for draft in drafts {
        let help = matches!(draft.reading.commands(), [Command::Help { .. }]);
        if help && (wanted || helped) {
            continue;
        }
        helped |= help;
        let first = commands.len();
        commands.extend_from_slice(draft.reading.commands());
        let moved = draft.spans.into_iter();
        spans.extend(moved.map(|s| Span { command: s.command.saturating_add(first), ..s }));
    }
    payment::of_commands(commands).map(|reading| Draft { reading, spans })
}

/// A wish whose figures stand only in what was quoted or forwarded: shown, never used.
fn from_elsewhere(mail: &Mail<'_>, draft: Draft) -> Draft {
    let Reading::AskBack(ask) = &draft.reading else { return draft };
    let missing = ask.has(Reason::MissingAmount) || ask.has(Reason::MissingRecipient);
    let seen = seen_elsewhere(mail);
    if !missing || seen.is_empty() {
        return draft;
    }
    let reason = if mail.forward { Reason::DetailsOnlyInForward } else { Reason::OnlyInQuote };
    let mut reasons = ask.reasons().to_vec();
    reasons.push(reason);
    let fields = AskBackFields { candidates: seen, ..ask.fields.clone() };
    match AskBack::all(reasons, fields) {
        Some(ask) => Draft { reading: Reading::AskBack(Box::new(ask)), spans: draft.spans },
        None => draft,
    }
}

/// The payments that a quoted or forwarded text may speak of.
fn seen_elsewhere(mail: &Mail<'_>) -> Vec<Candidate> {
    let sheet = quoted_sheet(mail, &mail.words.quoted);
    let all = sheet.all();
    let stranger = |address: &Address| {
        !mail.context.is_ours(address) && mail.message.sender() != Some(address)
    };
    let recipient = sheet.addresses_in(&all).into_iter().map(|(_, a)| a).find(|a| stranger(a));
    let amounts = sheet.amounts.iter().filter(|found| found.marked);
    let exact = amounts.filter_map(|found| found.value.exact());
    let mut candidates: Vec<Candidate> = Vec::new();
    for amount in exact.take(CANDIDATES_MAX) {
        let candidate = Candidate::Payment {
            amount: Some(amount.money().decimal()),
            currency: Some(amount.currency()),
            recipient: recipient.cloned(),
        };
        if !candidates.contains(&candidate) {
            candidates.push(candidate);
        }
    }
    candidates
}

fn quoted_sheet(mail: &Mail<'_>, text: &str) -> Sheet {
    let passage = Passage::of(text);
    let tokens = Tokens::of(&passage);
    let active = languages(&tokens, mail.context.locale.as_deref());
    Sheet::new(Source::Text, passage, tokens, &active, mail.context)
}

/// Whether a text that is not the sender's speaks of a command.
fn commands_in(mail: &Mail<'_>, text: &str) -> bool {
    // Below an answer stands our own letter.
    if text.is_empty() || (mail.reply && mail.thread.is_some()) {
        return false;
    }
    let sheet = quoted_sheet(mail, text);
    let all = sheet.all();
    sheet.has(&all, Meaning::Pay)
        && (!sheet.amounts.is_empty()
            || sheet.tokens.iter().any(|token| matches!(token.kind, Kind::Address(_))))
}

/// Why a sentence with an amount or an address in it is no wish: it tells of the past, of plans.
fn told(mail: &Mail<'_>) -> Vec<Reason> {
    let mut reasons = Vec::new();
    for sheet in mail.sheets() {
        for sentence in &sheet.sentences {
            let range = &sentence.range;
            let figures = sheet.amounts_in(range).any(|found| found.marked);
            if figures || !sheet.addresses_in(range).is_empty() {
                let guards = guards::of_sentence(sheet, sentence, range.end);
                reasons.extend(guards.into_iter().filter(|guard| {
                    matches!(guard, Reason::Past | Reason::NotExplicit | Reason::Conditional)
                }));
            }
        }
    }
    reasons
}

/// No wish was found.
fn nothing(mail: &Mail<'_>) -> Draft {
    let mut reasons = vec![Reason::NoCommand];
    let mut fields = AskBackFields::default();
    if mail.is_empty() {
        reasons = vec![Reason::Empty];
    }
    let told = told(mail);
    if !told.is_empty() {
        reasons = told;
    }
    if commands_in(mail, &mail.words.quoted) {
        reasons.push(if mail.forward { Reason::DetailsOnlyInForward } else { Reason::OnlyInQuote });
        fields.seen_only_in_quote = Some(true);
        fields.candidates = if mail.forward { seen_elsewhere(mail) } else { Vec::new() };
    }
    let sheets = mail.sheets();
    let words =
        sheets.iter().map(|sheet| sheet.passage.text().trim()).find(|text| !text.is_empty());
    fields.words = words.map(|text| text.chars().take(400).collect());
    let first = AskBack::new(Reason::NoCommand, fields.clone());
    let ask = AskBack::all(reasons, fields).unwrap_or(first);
    Draft::plain(Reading::AskBack(Box::new(ask)))
}
