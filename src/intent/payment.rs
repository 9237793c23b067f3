//! "Pay ben@… $20": transfers, and requests for money, in the sender's own words.
//!
//! A part is one sentence (or the subject) that speaks of a payment. Amount and recipient come from
//! its words; what is missing, unclear or taken back is asked for, all at once.

use std::ops::Range;

use crate::address::Address;
use crate::intent::amounts::{Found, Value};
use crate::intent::ask_back::{AskBack, AskBackFields, CANDIDATES_MAX, Candidate, Reason, Share};
use crate::intent::guards;
use crate::intent::mail::{Draft, Mail};
use crate::intent::people::{self, Person};
use crate::intent::reading::{Command, Reading};
use crate::intent::sheet::{Sentence, Sheet};
use crate::intent::spans::Span;
use crate::intent::tokens::Kind;
use crate::intent::words::{Meaning, Tag};
use crate::money::{Amount, Money};

/// Which way the money goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Way {
    Pay,
    Request,
}

/// A sentence that speaks of a payment.
struct Part<'s> {
    sheet: &'s Sheet,
    sentence: Sentence,
    way: Way,
    /// The verb, when there is one.
    verb: Option<Tag>,
    /// The verb stands where a command puts it.
    commands: bool,
}

/// What a part, or several together, say.
#[derive(Default)]
struct Gathered {
    reasons: Vec<Reason>,
    fields: AskBackFields,
    amount: Option<(Amount, Span)>,
    people: Vec<Person>,
    each: bool,
}

/// Reads payments; `None` when the mail speaks of none.
pub(super) fn read(mail: &Mail<'_>) -> Option<Draft> {
    let parts = parts(mail);
    let worded: Vec<&Part<'_>> = parts.iter().filter(|part| part.has_matter(mail)).collect();
    let main = worded.iter().copied().find(|part| part.sheet.source == mail.body.source);
    let main = main.or_else(|| worded.first().copied()).or_else(|| {
        // "pay" alone, or "send money to Ben": a wish without its matter.
        parts.iter().find(|part| part.commands && part.is_bare(mail))
    })?;
    if let Some(split) = split(mail, main) {
        return Some(split);
    }
    let body_parts: Vec<&Part<'_>> =
        worded.iter().copied().filter(|part| part.sheet.source == main.sheet.source).collect();
    if body_parts.len() > 1 {
        return several(mail, &body_parts);
    }
    let paired = pairs(main);
    if paired.len() > 1 {
        return listed(mail, main, &paired);
    }
    Some(single(mail, main))
}

/// All sentences with a payment's verb, or with its bare shape.
fn parts<'m>(mail: &'m Mail<'_>) -> Vec<Part<'m>> {
    let mut parts = Vec::new();
    for sheet in mail.sheets() {
        for sentence in &sheet.sentences {
            if let Some(part) = part(mail, sheet, sentence) {
                parts.push(part);
            }
        }
    }
    if parts.is_empty() || !parts.iter().any(|part| part.commands) {
        parts.extend(bare(mail));
    }
    parts
}

fn part<'m>(mail: &Mail<'_>, sheet: &'m Sheet, sentence: &Sentence) -> Option<Part<'m>> {
    let range = &sentence.range;
    let owes = sheet.first(range, Meaning::Owes).copied();
    let split = sheet.first(range, Meaning::Split).copied();
    let asks = sheet.first(range, Meaning::Ask).copied();
    let pays = sheet.first(range, Meaning::Pay).copied();
    let sending = sheet.first(range, Meaning::Sending).copied();
    let money = sheet.amounts_in(range).next().is_some();
    let (verb, way) = if let Some(owes) = owes {
        (owes, Way::Request)
    } else if let Some(ask) = asks.filter(|ask| {
        let behind = sheet.amounts_in(&(ask.to..range.end)).next().is_some();
        behind && pays.is_none_or(|pay| ask.from < pay.from)
    }) {
        (ask, Way::Request)
    } else if let Some(split) = split.filter(|_| money) {
        (split, Way::Pay)
    } else if let Some(pay) = pays {
        (pay, Way::Pay)
    } else {
        (sending.filter(|_| money)?, Way::Pay)
    };
    let commands = match verb.meaning {
        Meaning::Owes => true,
        Meaning::Sending => mail.friend().is_some() && is_leading(mail, sheet, sentence, verb.from),
        _ => is_leading(mail, sheet, sentence, verb.from),
    };
    Some(Part { sheet, sentence: sentence.clone(), way, verb: Some(verb), commands })
}

/// No verb, but a payment's shape: "$20 to ben@…", or the amount in the subject and the friend in To.
fn bare<'m>(mail: &'m Mail<'_>) -> Option<Part<'m>> {
    for sheet in mail.sheets() {
        for sentence in &sheet.sentences {
            let range = &sentence.range;
            let address = !sheet.addresses_in(range).is_empty();
            let amount = sheet.amounts_in(range).any(|found| found.marked);
            let subject_amount = mail.subject.amounts.iter().any(|found| found.marked);
            let begins_to = sheet
                .content(range)
                .find(|(at, _)| !sheet.is(*at, Meaning::Soft))
                .is_some_and(|(at, _)| sheet.is(at, Meaning::To));
            let shaped = address
                && ((amount && sheet.has(range, Meaning::To)) || (subject_amount && begins_to));
            if shaped && is_shaped(mail, sheet, sentence) {
                let sentence = sentence.clone();
                return Some(Part { sheet, sentence, way: Way::Pay, verb: None, commands: true });
            }
        }
    }
    subject_amount(mail)
}

/// "$25" alone in the subject of a mail to one friend, with a copy to us.
fn subject_amount<'m>(mail: &'m Mail<'_>) -> Option<Part<'m>> {
    let sheet = &mail.subject;
    let sentence = sheet.sentences.first()?;
    let first = sheet.content(&sentence.range).next().map(|(at, _)| at);
    let begins = sheet.amounts.first().is_some_and(|found| {
        found.marked && (first.is_none_or(|first| found.from <= first && first < found.to))
    });
    if !begins || mail.friend().is_none() || sheet.sentences.len() > 1 {
        return None;
    }
    Some(Part { sheet, sentence: sentence.clone(), way: Way::Pay, verb: None, commands: true })
}

/// Up to the recipient, a sentence without a verb has only amount, address and small words.
fn is_shaped(mail: &Mail<'_>, sheet: &Sheet, sentence: &Sentence) -> bool {
    let settled = settled(sheet, &sentence.range);
    is_leading(mail, sheet, sentence, settled)
}

/// Whether nothing stands before `verb` in its clause but small words, amounts, names and addresses:
/// the place of a command.
fn is_leading(mail: &Mail<'_>, sheet: &Sheet, sentence: &Sentence, verb: usize) -> bool {
    let addresses = sheet.addresses_in(&sentence.range);
    let clause = clause_start(sheet, sentence.range.start, verb);
    (clause..verb).all(|at| {
        let Some(token) = sheet.tokens.get(at) else { return true };
        let small = [
            Meaning::Soft,
            Meaning::Polite,
            Meaning::To,
            Meaning::And,
            Meaning::For,
            Meaning::You,
            Meaning::Me,
            Meaning::Each,
            Meaning::Yes,
            Meaning::Pay,
            Meaning::Sending,
            Meaning::Split,
        ];
        match &token.kind {
            Kind::Sign(_) | Kind::Newline | Kind::Paragraph | Kind::Address(_) => true,
            Kind::BadAddress { .. } => true,
            _ if sheet.amount_at(at).is_some() => true,
            _ if small.iter().any(|meaning| sheet.is(at, *meaning)) => true,
            Kind::Word => {
                let ours = mail.context.service_name.as_deref().unwrap_or_default();
                addresses.iter().any(|(_, address)| address.local().starts_with(&token.key))
                    || crate::intent::passage::key(ours) == token.key
                    || is_contact_word(mail, &token.key)
                    || is_before_title(sheet, at)
            }
            _ => false,
        }
    })
}

fn is_contact_word(mail: &Mail<'_>, word: &str) -> bool {
    mail.context.contacts.iter().any(|contact| {
        contact.name.split_whitespace().any(|part| crate::intent::passage::key(part) == word)
    })
}

/// A Japanese name before its title.
fn is_before_title(sheet: &Sheet, at: usize) -> bool {
    let rest = sheet.tokens.get(at.saturating_add(1)..).unwrap_or_default();
    rest.iter().take(6).any(|token| matches!(token.key.as_str(), "さ" | "様" | "君"))
        && sheet.tokens.get(at).is_some_and(|token| !token.key.is_ascii())
}

/// A comma, a colon, a dash or an "and" begins a clause.
fn clause_start(sheet: &Sheet, from: usize, verb: usize) -> usize {
    let breaks = (from..verb).rev().find(|at| {
        let sign = sheet.tokens.get(*at).is_some_and(|token| {
            matches!(token.kind, Kind::Sign(',' | ':' | ';' | '、' | '('))
                || (token.is_sign('-') && token.spaced)
        });
        sign || sheet.is(*at, Meaning::And)
    });
    breaks.map_or(from, |at| at.saturating_add(1))
}

/// The token behind which amount and recipient have both been named.
fn settled(sheet: &Sheet, range: &Range<usize>) -> usize {
    let amount = sheet.amounts_in(range).map(|found| found.to).max();
    let address = sheet.addresses_in(range).last().map(|(at, _)| at.saturating_add(1));
    match (amount, address) {
        (Some(amount), Some(address)) => amount.max(address),
        (Some(end), None) | (None, Some(end)) => end,
        (None, None) => range.end,
    }
}

impl Part<'_> {
    /// An amount or a person stands in it.
    fn has_matter(&self, mail: &Mail<'_>) -> bool {
        let range = &self.sentence.range;
        let somebody = self
            .sheet
            .content(range)
            .any(|(_, token)| matches!(token.kind, Kind::Address(_) | Kind::BadAddress { .. }));
        let amount = self.amounts().next().is_some();
        let vague = self.sheet.has(range, Meaning::Vague) && self.commands;
        let contact = self.commands && !people::contacts(mail, self.sheet, range).is_empty();
        let turned = self.verb.is_some_and(|verb| verb.meaning == Meaning::Owes)
            && mail.subject.amounts.iter().any(|found| found.marked);
        // "What does it cost to send $100?" asks; it orders nothing.
        let asks = !somebody && guards::is_question(self.sheet, &self.sentence);
        (somebody || amount || contact || vague || turned) && !asks
    }

    /// Nothing else is asked for: "pay", "send money please".
    fn is_bare(&self, mail: &Mail<'_>) -> bool {
        let range = &self.sentence.range;
        let objects = !self.sheet.references_in(range).is_empty()
            || [
                Meaning::Statement,
                Meaning::Refund,
                Meaning::Return,
                Meaning::Remind,
                Meaning::Export,
            ]
            .into_iter()
            .any(|meaning| self.sheet.has(range, meaning));
        let unknown = self
            .sheet
            .content(range)
            .filter(|(at, token)| token.kind == Kind::Word && !self.sheet.is_known(*at))
            .count();
        let question = guards::is_question(self.sheet, &self.sentence) || self.sentence.question;
        !objects && !question && unknown <= 2 && !mail.only_copied()
    }

    /// The amounts that count here: those with a currency, else bare ones where an amount belongs.
    fn amounts(&self) -> impl Iterator<Item = &Found> {
        let range = &self.sentence.range;
        let marked = self.sheet.amounts_in(range).any(|found| found.marked);
        self.sheet
            .amounts_in(range)
            .filter(move |found| found.marked == marked && (marked || self.is_in_place(found)))
    }

    /// A bare number is an amount behind the verb, before a small word or the end; not in the note.
    fn is_in_place(&self, found: &Found) -> bool {
        let behind_verb = self.verb.is_some_and(|verb| {
            verb.from <= found.from
                || self.sheet.tokens.get(found.to).is_some_and(|t| t.is_sign('@'))
        });
        let next = self.sheet.tokens.get(found.to);
        let small = next.is_none_or(|token| {
            token.is_break()
                || matches!(token.kind, Kind::Sign(_) | Kind::Address(_) | Kind::BadAddress { .. })
                || [Meaning::To, Meaning::For, Meaning::Soft, Meaning::And, Meaning::Each]
                    .iter()
                    .any(|meaning| self.sheet.is(found.to, *meaning))
        });
        let in_note = self.note_start().is_some_and(|note| {
            found.from > note
                && self.sheet.amounts_in(&(self.sentence.range.start..note)).next().is_some()
        });
        behind_verb && small && !in_note
    }

    /// Where "for the tickets" begins: the first "for" behind what is settled.
    fn note_start(&self) -> Option<usize> {
        let range = &self.sentence.range;
        let first_person = self.sheet.addresses_in(range).first().map(|(at, _)| *at);
        let first_amount = self.sheet.amounts_in(range).next().map(|found| found.to);
        let from = first_amount.max(first_person.map(|at| at.saturating_add(1)))?;
        self.sheet
            .tags_in(&(from..range.end))
            .find(|tag| tag.meaning == Meaning::For && !self.is_ask_for(tag))
            .map(|tag| tag.from)
    }

    /// "Ask tom@… *for* 18.50": that one belongs to the amount.
    fn is_ask_for(&self, tag: &Tag) -> bool {
        self.way == Way::Request
            && self.sheet.amounts_in(&(tag.to..tag.to.saturating_add(1))).next().is_some()
    }
}

/// One payment.
fn single(mail: &Mail<'_>, part: &Part<'_>) -> Draft {
    let mut got = Gathered::default();
    gather_amount(mail, part, &mut got);
    gather_people(mail, part, &mut got);
    gather_guards(mail, part, &mut got);
    finish(mail, part, got)
}

fn gather_amount(mail: &Mail<'_>, part: &Part<'_>, got: &mut Gathered) {
    let mut here: Vec<(&Sheet, &Found)> = part.amounts().map(|found| (part.sheet, found)).collect();
    // The subject's amount counts too; so does any other in the mail that has a currency.
    for sheet in mail.sheets() {
        for found in sheet.amounts.iter().filter(|found| found.marked) {
            let inside =
                sheet.source == part.sheet.source && part.sentence.range.contains(&found.from);
            if !inside {
                here.push((sheet, found));
            }
        }
    }
    let differing = differing(&here);
    let (Some((sheet, first)), true) = (here.first().copied(), differing.len() <= 1) else {
        let vague = part.sheet.has(&part.sentence.range, Meaning::Vague);
        return match here.first() {
            None if vague => got.reasons.push(Reason::AmountNotExplicit),
            None => got.reasons.push(Reason::MissingAmount),
            Some(_) => gather_conflict(mail, &here, differing, got),
        };
    };
    let beside = sheet
        .amounts
        .iter()
        .any(|other| !other.marked && (other.to == first.from || other.from == first.to));
    let percent = part.sheet.tokens.get(part.sentence.range.clone()).unwrap_or_default();
    if beside {
        got.reasons.push(Reason::AmbiguousAmount);
    }
    if percent.iter().any(|token| token.is_sign('%')) {
        got.reasons.push(Reason::AmountNotExplicit);
    }
    match &first.value {
        Value::Exact(amount) => {
            let exact = Money::from(*amount);
            got.fields.amount = Some(exact.decimal());
            got.fields.currency = Some(exact.currency);
            if mail.context.account_currency.is_some_and(|own| own != exact.currency) {
                got.reasons.push(Reason::CurrencyNotHeld);
            }
            let told =
                part.sentence.range.start..part.note_start().unwrap_or(part.sentence.range.end);
            if is_about(sheet, first) || part.sheet.has(&told, Meaning::About) {
                got.reasons.push(Reason::ApproximateAmount);
            }
            if part.sheet.has(&part.sentence.range, Meaning::Vague) {
                got.reasons.push(Reason::AmountNotExplicit);
            }
            let span = sheet.span("amount", &(first.from..first.to));
            got.amount = Some((*amount, span));
        }
        Value::Unclear { reason, candidates, currency, detail } => {
            got.reasons.push(*reason);
            if is_about(sheet, first) {
                got.reasons.push(Reason::ApproximateAmount);
            }
            got.fields.currency = *currency;
            got.fields.detail.clone_from(detail);
            offer(got, candidates.clone());
        }
    }
}

/// The values that differ, each once, in their order.
fn differing<'v>(found: &[(&Sheet, &'v Found)]) -> Vec<&'v Value> {
    let mut values: Vec<&Value> = Vec::new();
    for (_, found) in found {
        if !values.contains(&&found.value) {
            values.push(&found.value);
        }
    }
    values
}

fn gather_conflict(
    mail: &Mail<'_>,
    here: &[(&Sheet, &Found)],
    values: Vec<&Value>,
    got: &mut Gathered,
) {
    let subject = mail.subject.source;
    let across = here.iter().any(|(sheet, _)| sheet.source == subject)
        && here.iter().any(|(sheet, _)| sheet.source != subject);
    got.reasons.push(if across { Reason::ConflictSubjectBody } else { Reason::AmbiguousAmount });
    let mut in_order = here.to_vec();
    in_order.sort_by_key(|(sheet, found)| (sheet.source != subject, found.from));
    let mut shown: Vec<String> = Vec::new();
    for amount in in_order.iter().filter_map(|(_, found)| found.value.exact()) {
        let decimal = amount.money().decimal();
        if !shown.contains(&decimal) {
            shown.push(decimal);
        }
        got.fields.currency = got.fields.currency.or(Some(amount.currency()));
    }
    for value in values {
        if let Value::Unclear { reason, .. } = value {
            got.reasons.push(*reason);
        }
    }
    offer(got, shown);
}

fn offer(got: &mut Gathered, values: Vec<String>) {
    let values = values.into_iter().take(CANDIDATES_MAX).map(Candidate::Value);
    got.fields.candidates = values.collect();
}

/// "About 20", "20 or so", "20ish".
fn is_about(sheet: &Sheet, found: &Found) -> bool {
    let before = found.from.saturating_sub(3)..found.from;
    let behind = found.to..found.to.saturating_add(2);
    let tilde = found.from.checked_sub(1).and_then(|at| sheet.tokens.get(at));
    sheet
        .tags_in(&before)
        .any(|tag| tag.meaning == Meaning::About && tag.to >= found.from.saturating_sub(1))
        || sheet.tags_in(&behind).any(|tag| tag.meaning == Meaning::About)
        || tilde.is_some_and(|token| matches!(token.kind, Kind::Sign('~' | '≈' | '±')))
}

fn gather_people(mail: &Mail<'_>, part: &Part<'_>, got: &mut Gathered) {
    let field = if part.way == Way::Request { "payer" } else { "recipient" };
    let range = &part.sentence.range;
    let missing = match part.way {
        Way::Pay => Reason::MissingRecipient,
        Way::Request => Reason::MissingPayerAddress,
    };
    let mut people = people::named(part.sheet, range, field);
    let mut trouble = people::trouble(mail, part.sheet, range);
    if people.is_empty() && trouble.is_none() {
        for sheet in mail.sheets() {
            people.extend(people::named(sheet, &sheet.all(), field));
            trouble = trouble.or(people::trouble(mail, sheet, &sheet.all()));
        }
    }
    got.reasons.extend(trouble);
    got.each = part.sheet.has(range, Meaning::Each);
    if people.is_empty() && trouble.is_none() {
        let contacts = people::contacts(mail, part.sheet, range);
        let addressed = people::friend(mail, field).filter(|_| may_mean_friend(mail, part));
        match (contacts.as_slice(), addressed) {
            ([], Some(friend)) => people.push(friend),
            ([], None) if mail.others().len() > 1 && !mail.reply => {
                got.reasons.push(Reason::AmbiguousRecipient);
                got.fields.recipients =
                    mail.others().iter().filter_map(|(_, m)| m.address.clone()).collect();
            }
            ([], None) => got.reasons.push(missing),
            ([one], _) => people.push(one.clone()),
            (many, _) => {
                got.reasons.push(Reason::AmbiguousRecipient);
                got.fields.recipients = many.iter().map(|p| p.address.clone()).collect();
            }
        }
    }
    people.dedup_by(|a, b| a.address == b.address);
    if people.iter().any(|person| people::is_self(mail, &person.address)) {
        got.reasons.push(Reason::SelfRecipient);
    }
    if people.len() > 1 && !got.each {
        let listed = people::are_listed(part.sheet, range);
        got.reasons.push(if listed { Reason::SplitOrEach } else { Reason::AmbiguousRecipient });
        got.fields.recipients = people.iter().map(|p| p.address.clone()).collect();
    }
    got.people = people;
}

/// The one friend in To and Cc is meant by a mail that starts a thread, or by "to you".
fn may_mean_friend(mail: &Mail<'_>, part: &Part<'_>) -> bool {
    let range = &part.sentence.range;
    let you = part.sheet.has(range, Meaning::You)
        || part.verb.is_some_and(|verb| matches!(verb.meaning, Meaning::Sending));
    let to_friend = matches!(mail.friend(), Some((crate::intent::spans::Source::To, _)));
    // A name that is nobody's: "pay Bob $20" to a friend called otherwise.
    let other_name = part.verb.is_some_and(|verb| {
        let next = part.sheet.tokens.get(verb.to);
        next.is_some_and(|t| t.kind == Kind::Word && !part.sheet.is_known(verb.to))
    });
    if other_name {
        return false;
    }
    if mail.reply { you && to_friend } else { true }
}

/// Objects that turn a payment round: "pay me $20".
const ME: [&str; 12] =
    ["me", "mir", "mich", "moi", "mi", "mij", "mig", "meg", "mim", "mnie", "us", "uns"];

/// Between verb, amount and recipient stand small words and names only, and behind them the
/// sentence ends or says what it is for. "Send the $20 ticket to ben@…" is about a ticket.
fn is_plain(mail: &Mail<'_>, part: &Part<'_>) -> bool {
    let (sheet, range) = (part.sheet, &part.sentence.range);
    let from = part.verb.map_or(range.start, |verb| verb.to.min(range.end));
    let settled = settled(sheet, range).max(from);
    let within = (from..settled)
        .all(|at| is_small(mail, sheet, at) || is_name(sheet, at, range.end) || is_from(part, at));
    let turned = part.way == Way::Pay
        && part.verb.is_some_and(|verb| matches!(verb.meaning, Meaning::Pay))
        && sheet
            .content(&(from..range.end))
            .take(3)
            .any(|(at, token)| ME.contains(&token.key.as_str()) && !sheet.is(at, Meaning::Soft));
    let rest = (settled..range.end).find(|at| {
        sheet
            .tokens
            .get(*at)
            .is_some_and(|token| !matches!(token.kind, Kind::Sign(')' | '>' | '"' | '*')))
    });
    let ends = rest.is_none_or(|at| {
        is_small(mail, sheet, at)
            || sheet.is(at, Meaning::NoteLabel)
            || sheet
                .tokens
                .get(at)
                .is_some_and(|t| matches!(t.kind, Kind::Sign(_) | Kind::Reference(_)))
    });
    within && ends && !turned
}

/// "Request $20 *from* ben@…".
fn is_from(part: &Part<'_>, at: usize) -> bool {
    let token = part.sheet.tokens.get(at);
    part.way == Way::Request
        && token.is_some_and(|t| {
            matches!(
                t.key.as_str(),
                "from" | "von" | "de" | "da" | "van" | "di" | "od" | "fran" | "fra"
            )
        })
}

fn is_small(mail: &Mail<'_>, sheet: &Sheet, at: usize) -> bool {
    const SMALL: [Meaning; 9] = [
        Meaning::Soft,
        Meaning::Polite,
        Meaning::To,
        Meaning::And,
        Meaning::For,
        Meaning::Each,
        Meaning::Pay,
        Meaning::Sending,
        Meaning::You,
    ];
    let Some(token) = sheet.tokens.get(at) else { return true };
    let word = matches!(token.kind, Kind::Word | Kind::Number | Kind::Url);
    !word
        || sheet.amount_at(at).is_some()
        || SMALL.iter().any(|meaning| sheet.is(at, *meaning))
        || is_contact_word(mail, &token.key)
}

/// "Ben Ferry <ben@…>", "my brother ned@…": words directly before an address, as names stand.
fn is_name(sheet: &Sheet, at: usize, end: usize) -> bool {
    let Some(token) = sheet.tokens.get(at) else { return false };
    let before = at.checked_sub(1).and_then(|before| sheet.tokens.get(before));
    let owned = before.is_some_and(|t| {
        matches!(t.key.as_str(), "my" | "our" | "meinen" | "meine" | "mon" | "ma" | "mi")
    });
    let capital = token.key != token.low
        || sheet.text(&(at..at.saturating_add(1))).starts_with(char::is_uppercase);
    let own = matches!(token.key.as_str(), "my" | "our") || !token.key.is_ascii();
    let to_address = (at.saturating_add(1)..end).take(5).find_map(|next| {
        let token = sheet.tokens.get(next)?;
        match &token.kind {
            Kind::Address(address) => Some(Some(address)),
            Kind::Word | Kind::Sign('(' | '<' | ',' | ':' | '"') => None,
            _ => Some(None),
        }
    });
    let Some(Some(address)) = to_address else { return false };
    owned || capital || own || address.local().starts_with(&token.key)
}

fn gather_guards(mail: &Mail<'_>, part: &Part<'_>, got: &mut Gathered) {
    let settled = settled(part.sheet, &part.sentence.range);
    let mut reasons = guards::of_sentence(part.sheet, &part.sentence, settled);
    // An amount alone in the subject: the body may only say what it is for.
    if part.verb.is_none() && part.sheet.source == mail.subject.source {
        let sentences = mail.body.sentences.iter();
        reasons.extend(sentences.flat_map(|s| guards::of_sentence(&mail.body, s, 0)));
    }
    reasons.extend(guards::of_others(part.sheet, &part.sentence));
    for sheet in mail.sheets() {
        if sheet.source != part.sheet.source {
            let nothing = Sentence { range: 0..0, question: false };
            reasons.extend(guards::of_others(sheet, &nothing));
        }
    }
    if !part.commands {
        reasons.push(Reason::NotExplicit);
    }
    if mail.words.struck {
        reasons.push(Reason::NotExplicit);
    }
    if !mail.words.below.is_empty() && takes_back(&mail.words.below) {
        reasons.push(Reason::Contradiction);
    }
    got.reasons.extend(reasons);
    // Words that fit nowhere are only worth a question when nothing else is asked.
    let owes = matches!(part.verb.map(|verb| verb.meaning), Some(Meaning::Owes));
    if got.reasons.is_empty() && !owes && !is_plain(mail, part) {
        got.reasons.push(Reason::NotExplicit);
    }
}

/// Words below the quote that are more than a farewell.
fn takes_back(below: &str) -> bool {
    below.split_whitespace().count() > 2 || below.chars().any(|c| c.is_ascii_digit())
}

/// The command, or the question with everything that is known.
fn finish(mail: &Mail<'_>, part: &Part<'_>, mut got: Gathered) -> Draft {
    let note = note(mail, part);
    if let (Some((amount, span)), true) = (&got.amount, got.reasons.is_empty()) {
        let mut commands: Vec<Command> = Vec::new();
        let mut spans = Vec::new();
        for (which, person) in got.people.iter().enumerate() {
            commands.push(command(part.way, *amount, person.address.clone(), note.clone()));
            spans.push(Span { command: which, ..span.clone() });
            spans.push(Span { command: which, ..person.span.clone() });
        }
        if let Some(reading) = of_commands(commands) {
            return Draft { reading, spans };
        }
    }
    got.fields.act =
        Some(if part.way == Way::Pay { "transfer" } else { "request_money" }.to_owned());
    got.fields.note = note;
    got.fields.words = Some(part.sheet.text(&part.sentence.range).trim().to_owned());
    if let [only] = got.people.as_slice() {
        let known = Some(only.address.clone());
        match part.way {
            Way::Pay => got.fields.recipient = known,
            Way::Request => got.fields.payer = known,
        }
    }
    let spans = got.amount.into_iter().map(|(_, span)| span);
    let spans = spans.chain(got.people.into_iter().map(|person| person.span)).collect();
    let ask = AskBack::all(got.reasons, got.fields)
        .unwrap_or_else(|| AskBack::new(Reason::NoCommand, AskBackFields::default()));
    Draft { reading: Reading::AskBack(Box::new(ask)), spans }
}

fn command(way: Way, amount: Amount, person: Address, note: Option<String>) -> Command {
    match way {
        Way::Pay => Command::Transfer { amount, recipient: person, note },
        Way::Request => Command::RequestMoney { amount, payer: person, note },
    }
}

/// One command or several; `None` for none.
pub(super) fn of_commands(mut commands: Vec<Command>) -> Option<Reading> {
    match commands.len() {
        0 => None,
        1 => commands.pop().map(Reading::from),
        _ => Some(Reading::Multi(commands)),
    }
}

/// What it is for: "for the tickets", a labelled line, or the body under an amount in the subject.
fn note(mail: &Mail<'_>, part: &Part<'_>) -> Option<String> {
    if let Some(start) = part.note_start() {
        let sheet = part.sheet;
        let end = part.sentence.range.end;
        let mut last = end;
        while last > start
            && last.checked_sub(1).is_some_and(|at| {
                sheet.is(at, Meaning::Soft)
                    || sheet.tokens.get(at).is_some_and(|t| t.is_break() || t.is_sign(','))
            })
        {
            last = last.saturating_sub(1);
        }
        return trimmed(sheet.text(&(start..last)));
    }
    for sheet in mail.sheets() {
        for sentence in &sheet.sentences {
            let label = sheet.first(&sentence.range, Meaning::NoteLabel);
            let colon = label.filter(|label| {
                sheet.content(&sentence.range).next().is_some_and(|(at, _)| at == label.from)
                    && sheet.tokens.get(label.to).is_some_and(|token| token.is_sign(':'))
            });
            if let Some(label) = colon {
                return trimmed(sheet.text(&(label.to.saturating_add(1)..sentence.range.end)));
            }
        }
    }
    let from_subject = part.sheet.source == mail.subject.source && part.verb.is_none();
    let whole = from_subject.then(|| mail.body.passage.text().trim());
    whole.filter(|text| text.len() <= 200).and_then(trimmed)
}

fn trimmed(text: &str) -> Option<String> {
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    (!text.is_empty()).then_some(text)
}

/// "Split $90 between amy@…, ned@… and me": shown, never done, since nobody agreed.
fn split(mail: &Mail<'_>, part: &Part<'_>) -> Option<Draft> {
    part.verb.filter(|verb| verb.meaning == Meaning::Split)?;
    let range = &part.sentence.range;
    let people = people::named(part.sheet, range, "recipient");
    let amount = part.amounts().find_map(|found| found.value.exact());
    let me = part.sheet.has(range, Meaning::Me);
    let shares = people.len().saturating_add(usize::from(me));
    let mut fields = AskBackFields { act: Some("transfer".to_owned()), ..AskBackFields::default() };
    let mut reasons = vec![Reason::SplitNeedsAgreement];
    if let Some(amount) = amount {
        let money = amount.money();
        fields.amount = Some(money.decimal());
        fields.currency = Some(money.currency);
        let share = i64::try_from(shares).ok().and_then(|n| money.minor.checked_div(n));
        fields.proposal = people
            .iter()
            .filter_map(|person| {
                let amount = Money::new(share?, money.currency).decimal();
                Some(Share { recipient: person.address.clone(), amount })
            })
            .collect();
    } else {
        reasons.push(Reason::MissingAmount);
    }
    if people.is_empty() {
        reasons.push(Reason::MissingRecipient);
    }
    reasons.extend(people::trouble(mail, part.sheet, range));
    fields.recipients = people.iter().map(|person| person.address.clone()).collect();
    fields.words = trimmed(part.sheet.text(range));
    let ask = AskBack::all(reasons, fields)?;
    let spans = people.into_iter().map(|person| person.span).collect();
    Some(Draft { reading: Reading::AskBack(Box::new(ask)), spans })
}

/// "Amy@… $20 and ned@… $30": as many amounts as people, in turn.
fn pairs(part: &Part<'_>) -> Vec<(Found, usize)> {
    let range = &part.sentence.range;
    let amounts: Vec<&Found> = part.amounts().collect();
    let people = part.sheet.addresses_in(range);
    let exact = amounts.iter().all(|found| found.value.exact().is_some());
    if amounts.len() < 2 || amounts.len() != people.len() || !exact {
        return Vec::new();
    }
    let order: Vec<(usize, bool)> = {
        let mut order: Vec<(usize, bool)> = amounts.iter().map(|f| (f.from, true)).collect();
        order.extend(people.iter().map(|(at, _)| (*at, false)));
        order.sort_unstable();
        order
    };
    let alternate = order.windows(2).all(|pair| match pair {
        [(_, a), (_, b)] => a != b,
        _ => true,
    });
    // Between the pairs an "and", a comma or a new line; within them none.
    let parted = order.chunks(2).collect::<Vec<_>>().windows(2).all(|pair| {
        let end = pair.first().and_then(|p| p.last()).map_or(0, |(at, _)| *at);
        let next = pair.last().and_then(|p| p.first()).map_or(0, |(at, _)| *at);
        (end..next).any(|at| is_parting(part.sheet, at))
    });
    let whole = order.chunks(2).all(|pair| {
        let from = pair.first().map_or(0, |(at, _)| *at);
        let to = pair.last().map_or(0, |(at, _)| *at);
        !(from..to).any(|at| part.sheet.is(at, Meaning::And))
    });
    if !(alternate && parted && whole) {
        return Vec::new();
    }
    amounts.into_iter().cloned().zip(people.into_iter().map(|(at, _)| at)).collect()
}

fn is_parting(sheet: &Sheet, at: usize) -> bool {
    sheet.is(at, Meaning::And)
        || sheet.tokens.get(at).is_some_and(|t| {
            t.is_break() || matches!(t.kind, Kind::Sign(',' | '&' | ';' | '+' | '、'))
        })
}

/// Several people with an amount each in one sentence.
fn listed(mail: &Mail<'_>, part: &Part<'_>, pairs: &[(Found, usize)]) -> Option<Draft> {
    let mut got = Gathered::default();
    gather_guards(mail, part, &mut got);
    let range = &part.sentence.range;
    got.reasons.extend(people::trouble(mail, part.sheet, range));
    let mut commands = Vec::new();
    let mut spans = Vec::new();
    for (which, (found, at)) in pairs.iter().enumerate() {
        let amount = found.value.exact()?;
        let token = part.sheet.tokens.get(*at)?;
        let Kind::Address(person) = &token.kind else { return None };
        if people::is_self(mail, person) {
            got.reasons.push(Reason::SelfRecipient);
        }
        if mail.context.account_currency.is_some_and(|own| own != amount.currency()) {
            got.reasons.push(Reason::CurrencyNotHeld);
        }
        if is_about(part.sheet, found) {
            got.reasons.push(Reason::ApproximateAmount);
        }
        let field = if part.way == Way::Pay { "recipient" } else { "payer" };
        spans.push(Span { command: which, ..part.sheet.span("amount", &(found.from..found.to)) });
        spans.push(Span { command: which, ..part.sheet.span(field, &(*at..at.saturating_add(1))) });
        commands.push(command(part.way, amount, person.clone(), None));
        got.fields.recipients.push(person.clone());
    }
    if mail.subject.amounts.iter().any(|found| found.marked)
        && part.sheet.source != mail.subject.source
    {
        got.reasons.push(Reason::ConflictSubjectBody);
    }
    if got.reasons.is_empty() {
        return of_commands(commands).map(|reading| Draft { reading, spans });
    }
    got.fields.words = trimmed(part.sheet.text(range));
    let ask = AskBack::all(got.reasons, got.fields)?;
    Some(Draft { reading: Reading::AskBack(Box::new(ask)), spans })
}

/// Several sentences: each a payment of its own, or all of them one that is told twice.
fn several(mail: &Mail<'_>, parts: &[&Part<'_>]) -> Option<Draft> {
    let complete = |part: &&Part<'_>| {
        part.amounts().count() == 1 && part.sheet.addresses_in(&part.sentence.range).len() == 1
    };
    if !parts.iter().all(complete) {
        // One of them carries it; the others can only take it back.
        let main = parts.iter().copied().find(|part| part.commands).or(parts.first().copied())?;
        let mut draft = single(mail, main);
        let others = parts.iter().filter(|part| !std::ptr::eq(**part, main));
        if others.clone().any(|part| !part.commands) && !draft.reading.commands().is_empty() {
            draft = doubted(main);
        }
        return Some(draft);
    }
    let mut commands: Vec<Command> = Vec::new();
    let mut spans = Vec::new();
    let mut asks: Vec<Reason> = Vec::new();
    for part in parts {
        let own = alone(mail, part);
        match own.reading {
            Reading::Command(command) if commands.contains(&*command) => {}
            Reading::Command(command) => {
                let which = commands.len();
                commands.push(*command);
                spans.extend(own.spans.into_iter().map(|span| Span { command: which, ..span }));
            }
            Reading::AskBack(ask) => asks.extend_from_slice(ask.reasons()),
            Reading::Multi(_) | Reading::Ignore(_) => return None,
        }
    }
    let same_person = commands.iter().enumerate().any(|(i, one)| {
        commands.iter().skip(i.saturating_add(1)).any(|other| payee(one) == payee(other))
    });
    if same_person {
        asks.push(Reason::AmbiguousAmount);
    }
    if let Some(ask) = AskBack::all(asks, AskBackFields::default()) {
        return Some(Draft { reading: Reading::AskBack(Box::new(ask)), spans });
    }
    of_commands(commands).map(|reading| Draft { reading, spans })
}

/// A part that is one of several: other parts' amounts are theirs.
fn alone(mail: &Mail<'_>, part: &Part<'_>) -> Draft {
    let mut got = Gathered::default();
    let found = part.amounts().next();
    if let Some(found) = found {
        match found.value.exact() {
            Some(amount) => {
                let span = part.sheet.span("amount", &(found.from..found.to));
                got.amount = Some((amount, span));
                if is_about(part.sheet, found) {
                    got.reasons.push(Reason::ApproximateAmount);
                }
                if mail.context.account_currency.is_some_and(|own| own != amount.currency()) {
                    got.reasons.push(Reason::CurrencyNotHeld);
                }
            }
            None => got.reasons.push(Reason::AmbiguousAmount),
        }
    }
    gather_people(mail, part, &mut got);
    gather_guards(mail, part, &mut got);
    finish(mail, part, got)
}

fn payee(command: &Command) -> Option<&Address> {
    match command {
        Command::Transfer { recipient, .. } => Some(recipient),
        Command::RequestMoney { payer, .. } => Some(payer),
        _ => None,
    }
}

/// Two sentences speak of a payment and one of them is no command.
fn doubted(part: &Part<'_>) -> Draft {
    let words = trimmed(part.sheet.text(&part.sentence.range));
    let act = Some("transfer".to_owned());
    Draft::plain(Reading::ask(
        Reason::NotExplicit,
        AskBackFields { act, words, ..AskBackFields::default() },
    ))
}
