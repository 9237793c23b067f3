//! Words on a request that waits: YES, CANCEL, "make it 30", "it's bobby@…, not bob@", a bare "50".
//!
//! Not for: whether the answer may act (`policy` looks at how the request was named).

use std::ops::Range;

use crate::address::Address;
use crate::intent::amounts::{Found, Value};
use crate::intent::ask_back::{AskBackFields, Candidate, Reason};
use crate::intent::context::Pending;
use crate::intent::guards;
use crate::intent::mail::{Draft, Mail};
use crate::intent::people;
use crate::intent::reading::{Answer, AskBack, Command, Reading};
use crate::intent::sheet::Sheet;
use crate::intent::spans::{Source, Span};
use crate::intent::tokens::Kind;
use crate::intent::words::Meaning;
use crate::money::Amount;

/// What the words do to the request.
struct Said<'m> {
    sheet: &'m Sheet,
    range: Range<usize>,
    yes: bool,
    /// The yes is "si", which with something behind it would be a condition.
    si: bool,
    no: bool,
    cancel: bool,
    change: bool,
    amounts: Vec<&'m Found>,
    people: Vec<Address>,
}

/// Reads an answer; `None` when the words are none.
pub(super) fn read(mail: &Mail<'_>) -> Option<Draft> {
    let sheet = if mail.body.passage.is_blank() { &mail.subject } else { &mail.body };
    let said = listen(mail, sheet);
    if !(said.yes || said.no || said.cancel || said.change || mail.reply) {
        return None;
    }
    let named = named_reference(mail);
    let known = match named.as_slice() {
        [] => mail.thread.clone().filter(|_| mail.reply),
        [one] => Some(one.clone()),
        _ => None,
    };
    if named.len() > 1 {
        return several(mail, &said, &named);
    }
    match known {
        Some(reference) => on(mail, &said, &reference),
        None => unnamed(mail, &said),
    }
}

/// References in the sender's own words, each once.
fn named_reference(mail: &Mail<'_>) -> Vec<String> {
    let mut named: Vec<String> = Vec::new();
    for sheet in mail.sheets() {
        for (_, reference) in sheet.references_in(&sheet.all()) {
            if !named.iter().any(|known| known == reference) {
                named.push(reference.to_owned());
            }
        }
    }
    named
}

fn listen<'m>(mail: &Mail<'_>, sheet: &'m Sheet) -> Said<'m> {
    let range = sheet.all();
    let first = sheet.content(&range).find(|(at, token)| {
        !sheet.is(*at, Meaning::Soft) && !matches!(token.kind, Kind::Reference(_))
            || sheet.is(*at, Meaning::Yes)
            || sheet.is(*at, Meaning::No)
    });
    let leads = |meaning| first.is_some_and(|(at, _)| sheet.is(at, meaning));
    let negated_cancel = sheet.tags_in(&range).any(|tag| {
        tag.meaning == Meaning::Cancel
            && sheet
                .tags_in(&(tag.from.saturating_sub(2)..tag.from))
                .any(|t| t.meaning == Meaning::Not)
    });
    let cancel = sheet.first(&range, Meaning::Cancel).is_some() && !negated_cancel;
    let people = sheet.addresses_in(&range).into_iter().filter(|(at, _)| !is_denied(sheet, *at));
    let people = people.map(|(_, address)| address.clone());
    let si = is_si(sheet);
    Said {
        sheet,
        yes: leads(Meaning::Yes) || si,
        si,
        no: leads(Meaning::No) || (leads(Meaning::Not) && mail.reply && !negated_cancel),
        cancel,
        change: sheet.has(&range, Meaning::Change),
        amounts: sheet
            .amounts_in(&range)
            .filter(|found| !is_denied(sheet, found.from) && is_figure(sheet, found))
            .collect(),
        people: people.filter(|address| !mail.context.is_ours(address)).collect(),
        range,
    }
}

/// "SI" and nothing more than thanks: people leave the accent off.
fn is_si(sheet: &Sheet) -> bool {
    let all = sheet.all();
    let mut said = sheet.content(&all).filter(|(at, _)| !sheet.is(*at, Meaning::Soft));
    said.next().is_some_and(|(_, token)| token.key == "si") && said.next().is_none()
}

/// "Not bob@…", "instead of 50".
fn is_denied(sheet: &Sheet, at: usize) -> bool {
    let before = at.saturating_sub(2)..at;
    sheet.tags_in(&before).any(|tag| tag.meaning == Meaning::Not && tag.to >= at.saturating_sub(1))
        || is_instead_of(sheet, at)
}

fn is_instead_of(sheet: &Sheet, at: usize) -> bool {
    let word = |back: usize| {
        at.checked_sub(back).and_then(|at| sheet.tokens.get(at)).map_or("", |t| t.key.as_str())
    };
    matches!(
        (word(2), word(1)),
        ("instead", "of")
            | ("rather", "than")
            | ("au", "de")
            | ("lieu", "de")
            | ("in", "vez")
            | ("plaats", "van")
    ) || matches!(word(1), "statt" | "anstatt" | "istallet" | "zamiast")
        || matches!(word(2), "vez" | "lugar" | "plaats" | "stedet" | "stallet" | "invece" | "posto")
}

/// A bare number behind which a thing stands counts things.
fn is_figure(sheet: &Sheet, found: &Found) -> bool {
    let next = sheet.tokens.get(found.to);
    found.marked
        || next.is_none_or(|token| {
            token.kind != Kind::Word || sheet.is_known(found.to) || !token.spaced
        })
}

impl Said<'_> {
    /// Something keeps it from being an answer.
    fn guards(&self) -> Vec<Reason> {
        let has = |meaning| self.sheet.has(&self.range, meaning);
        let mut reasons = Vec::new();
        if has(Meaning::If) && !self.si {
            reasons.push(Reason::Conditional);
        }
        if has(Meaning::Schedule) {
            reasons.push(Reason::UnsupportedSchedule);
        }
        if has(Meaning::Maybe) || has(Meaning::Reported) || has(Meaning::Future) {
            reasons.push(Reason::NotExplicit);
        }
        if self.sheet.sentences.iter().any(|s| guards::is_question(self.sheet, s)) {
            reasons.push(Reason::NotExplicit);
        }
        reasons
    }

    /// Words that no list knows, beside addresses and numbers.
    fn unknown(&self, range: &Range<usize>) -> usize {
        self.sheet
            .content(range)
            .filter(|(at, token)| {
                !self.sheet.is_known(*at)
                    && !matches!(token.kind, Kind::Reference(_) | Kind::Address(_))
                    && self.sheet.amount_at(*at).is_none()
            })
            .count()
    }

    fn note(&self) -> Option<String> {
        let sentences = self.sheet.sentences.iter().skip(1);
        let text: Vec<&str> = sentences.map(|s| self.sheet.text(&s.range).trim()).collect();
        let note = text.join(". ");
        (!note.is_empty()).then(|| format!("{note}."))
    }
}

/// An answer to a request that is named.
fn on(mail: &Mail<'_>, said: &Said<'_>, reference: &str) -> Option<Draft> {
    let pending = mail.pending_with(reference);
    if is_new_payment(mail, said) {
        return None;
    }
    let amount_given = pending.is_some_and(|p| {
        p.missing.iter().any(|missing| missing == "amount") && !said.amounts.is_empty()
    });
    let changes = changed_amounts(said, pending);
    let people = changed_people(mail, said, pending);
    let alone = said.unknown(&said.range) == 0;
    let corrects = (!changes.is_empty() || !people.is_empty())
        && (said.change || amount_given || (alone && !said.yes) || is_missing_person(pending));
    let foreign = pending
        .and_then(|p| p.owner.as_ref())
        .is_some_and(|owner| mail.message.sender().is_some_and(|sender| sender != owner));
    let acts = corrects || said.cancel || said.no || said.yes;
    if !acts {
        return None;
    }
    if foreign {
        return Some(ask(said, reference, vec![Reason::SenderMismatch]));
    }
    if corrects {
        return Some(correct(mail, said, reference, &changes, &people));
    }
    if said.cancel || said.no {
        return Some(cancel(mail, said, reference));
    }
    Some(confirm(mail, said, reference, &changes, &people))
}

fn is_missing_person(pending: Option<&Pending>) -> bool {
    pending.is_some_and(|p| {
        p.missing.iter().any(|missing| missing == "recipient" || missing == "payer")
    })
}

/// A whole new payment in the thread of an old one.
fn is_new_payment(mail: &Mail<'_>, said: &Said<'_>) -> bool {
    let pays = said.sheet.first(&said.range, Meaning::Pay);
    let whole =
        pays.is_some() && said.amounts.iter().any(|found| found.marked) && !said.people.is_empty();
    whole
        && !said.yes
        && !said.no
        && !said.cancel
        && !mail.body.has(&said.range, Meaning::Not)
        && !said
            .sheet
            .tags_in(&said.range)
            .any(|tag| tag.meaning == Meaning::Change && !said.sheet.is(tag.from, Meaning::Soft))
}

/// The amounts that differ from what the letter said.
fn changed_amounts<'m>(said: &Said<'m>, pending: Option<&Pending>) -> Vec<&'m Found> {
    let before = pending.and_then(Pending::money);
    let differs = |found: &&&Found| match found.value.exact() {
        Some(amount) => Some(amount.money()) != before,
        None => true,
    };
    said.amounts.iter().filter(differs).copied().collect()
}

fn changed_people(mail: &Mail<'_>, said: &Said<'_>, pending: Option<&Pending>) -> Vec<Address> {
    let before = pending.and_then(|p| p.recipient.as_ref());
    let mut people: Vec<Address> = Vec::new();
    for person in &said.people {
        let same = before == Some(person) || mail.message.sender() == Some(person);
        if !same && !people.contains(person) {
            people.push(person.clone());
        }
    }
    people
}

fn ask(said: &Said<'_>, reference: &str, reasons: Vec<Reason>) -> Draft {
    let fields = AskBackFields {
        reference: Some(reference.to_owned()),
        words: Some(said.sheet.text(&said.range).trim().to_owned()),
        ..AskBackFields::default()
    };
    let first = AskBack::new(Reason::NotExplicit, fields.clone());
    let ask = AskBack::all(reasons, fields).unwrap_or(first);
    Draft::plain(Reading::AskBack(Box::new(ask)))
}

fn correct(
    mail: &Mail<'_>,
    said: &Said<'_>,
    reference: &str,
    changes: &[&Found],
    people: &[Address],
) -> Draft {
    let mut reasons = said.guards();
    let mut candidates = Vec::new();
    let mut spans = vec![reference_span(said, reference)];
    let mut amount: Option<Amount> = None;
    for found in changes {
        match &found.value {
            Value::Exact(exact) if amount.is_none_or(|known| known == *exact) => {
                amount = Some(*exact);
                spans.push(said.sheet.span("amount", &(found.from..found.to)));
                if mail.context.lacks(exact.currency()) {
                    reasons.push(Reason::CurrencyNotHeld);
                }
            }
            Value::Exact(_) => reasons.push(Reason::AmbiguousAmount),
            Value::Unclear { reason, candidates: offered, .. } => {
                reasons.push(*reason);
                candidates.extend(offered.iter().cloned().map(Candidate::Value));
            }
        }
    }
    if said.sheet.has(&said.range, Meaning::About) && !changes.is_empty() {
        reasons.push(Reason::ApproximateAmount);
    }
    reasons.extend(people::trouble(mail, said.sheet, &said.range));
    let recipient = match people {
        [] => None,
        [one] => {
            let place = said.sheet.addresses_in(&said.range).into_iter().find(|(_, a)| *a == one);
            spans.extend(
                place.map(|(at, _)| said.sheet.span("recipient", &(at..at.saturating_add(1)))),
            );
            Some(one.clone())
        }
        _ => {
            reasons.push(Reason::AmbiguousRecipient);
            None
        }
    };
    if said.cancel && !said.change {
        reasons.push(Reason::Contradiction);
    }
    if !reasons.is_empty() {
        let mut draft = ask(said, reference, reasons);
        if let Reading::AskBack(ask) = &mut draft.reading {
            ask.fields.candidates = candidates;
            ask.fields.act = Some("correction".to_owned());
        }
        return draft;
    }
    let reference = reference.to_owned();
    let command = Command::Correction { reference, amount, recipient, items: Vec::new() };
    Draft { reading: command.into(), spans }
}

fn cancel(mail: &Mail<'_>, said: &Said<'_>, reference: &str) -> Draft {
    let has = |meaning| said.sheet.has(&said.range, meaning);
    if said.yes && !said.no {
        return ask(said, reference, vec![Reason::Contradiction]);
    }
    if has(Meaning::If) || (said.guards().contains(&Reason::NotExplicit) && !said.cancel) {
        return ask(said, reference, said.guards());
    }
    let short_no = said.no && !said.cancel && said.unknown(&first_sentence(said)) > 0;
    if short_no {
        return ask(said, reference, vec![Reason::NotExplicit]);
    }
    let _ = mail;
    let answer = Answer { reference: reference.to_owned(), note: said.note() };
    Draft { reading: Command::Cancel(answer).into(), spans: vec![reference_span(said, reference)] }
}

fn first_sentence(said: &Said<'_>) -> Range<usize> {
    said.sheet.sentences.first().map_or(0..0, |sentence| sentence.range.clone())
}

fn confirm(
    mail: &Mail<'_>,
    said: &Said<'_>,
    reference: &str,
    changes: &[&Found],
    people: &[Address],
) -> Draft {
    let mut reasons = said.guards();
    if !changes.is_empty() {
        reasons.push(Reason::AmountMismatch);
    }
    if !people.is_empty() {
        reasons.push(Reason::AmbiguousRecipient);
    }
    let has = |meaning| said.sheet.has(&said.range, meaning);
    if has(Meaning::Not) || has(Meaning::Hold) || has(Meaning::Change) && is_but(said) {
        reasons.push(Reason::Contradiction);
    }
    if has(Meaning::Past) {
        reasons.push(Reason::Past);
    }
    let first = first_sentence(said);
    let rest = first.end..said.range.end;
    if said.unknown(&first) > 0 || said.unknown(&rest) > 8 {
        reasons.push(Reason::NotExplicit);
    }
    if !mail.words.below.is_empty() {
        reasons.push(Reason::Contradiction);
    }
    if !reasons.is_empty() {
        return ask(said, reference, reasons);
    }
    let answer = Answer { reference: reference.to_owned(), note: None };
    Draft { reading: Command::Confirm(answer).into(), spans: vec![reference_span(said, reference)] }
}

/// "Yes, but …" takes something back.
fn is_but(said: &Said<'_>) -> bool {
    said.sheet.content(&said.range).any(|(_, token)| {
        matches!(
            token.key.as_str(),
            "but"
                | "aber"
                | "mais"
                | "pero"
                | "maar"
                | "ma"
                | "mas"
                | "men"
                | "ale"
                | "instead"
                | "only"
                | "actually"
                | "rather"
                | "change"
                | "nur"
        )
    })
}

/// In the words themselves, or by the thread.
fn reference_span(said: &Said<'_>, reference: &str) -> Span {
    let place = said.sheet.references_in(&said.range).into_iter().find(|(_, r)| *r == reference);
    match place {
        Some((at, _)) => said.sheet.span("ref", &(at..at.saturating_add(1))),
        None => Span {
            field: "ref".to_owned(),
            command: 0,
            source: Source::Thread,
            start: 0,
            end: 0,
            words: reference.to_owned(),
        },
    }
}

/// "YES T-771 and T-772", "cancel A-1042 and send A-1043".
fn several(mail: &Mail<'_>, said: &Said<'_>, named: &[String]) -> Option<Draft> {
    let all_words_known = said.unknown(&said.range) == 0 && said.guards().is_empty();
    if said.cancel && !said.yes {
        let tag = said.sheet.first(&said.range, Meaning::Cancel)?;
        let listed = said.sheet.references_in(&said.range);
        let next = listed.iter().find(|(at, _)| *at >= tag.to)?;
        let others = listed.iter().filter(|(at, _)| *at > next.0);
        // A reference belongs to the cancelling as long as only "and" stands between.
        let mut commands = vec![next.1.to_owned()];
        let mut last = next.0;
        for (at, reference) in others {
            let joined = (last.saturating_add(1)..*at).all(|i| {
                said.sheet.is(i, Meaning::And)
                    || said.sheet.tokens.get(i).is_some_and(|t| t.is_sign(','))
            });
            if !joined {
                break;
            }
            last = *at;
            commands.push((*reference).to_owned());
        }
        let commands: Vec<Command> = commands
            .into_iter()
            .map(|reference| Command::Cancel(Answer { reference, note: None }))
            .collect();
        let reading = crate::intent::payment::of_commands(commands)?;
        return Some(Draft::plain(reading)).filter(|_| said.guards().is_empty());
    }
    if said.yes && !said.cancel && all_words_known && said.amounts.is_empty() && !said.no {
        let answers = named
            .iter()
            .map(|reference| Command::Confirm(Answer { reference: reference.clone(), note: None }));
        let reading = crate::intent::payment::of_commands(answers.collect())?;
        return Some(Draft::plain(reading));
    }
    let _ = mail;
    (said.yes || said.no || said.cancel).then(|| {
        let candidates = named.iter().take(3).cloned().map(Candidate::Value).collect();
        let fields = AskBackFields { candidates, ..AskBackFields::default() };
        Draft::plain(Reading::ask(Reason::AmbiguousReference, fields))
    })
}

/// An answer that names no request: only a unique one can be meant, and never for a YES.
fn unnamed(mail: &Mail<'_>, said: &Said<'_>) -> Option<Draft> {
    let pending = mail.pending();
    let short = said.unknown(&said.range) <= 4;
    let changes = changed_amounts(said, None);
    let corrects = said.change
        && !said.cancel
        && short
        && is_correction_shaped(said)
        && (!changes.is_empty() || !said.people.is_empty());
    if corrects {
        return match pending.as_slice() {
            [one] => on(mail, said, &one.reference),
            many => Some(ambiguous(many)),
        };
    }
    if said.cancel {
        let meant = meant(said, &pending);
        return match meant.as_slice() {
            [one] => Some(cancel(mail, said, &one.reference)),
            [] if pending.is_empty() => {
                let described = !said.amounts.is_empty() || !said.people.is_empty();
                let reason = if described { Reason::Negated } else { Reason::AmbiguousReference };
                Some(Draft::plain(Reading::ask(reason, AskBackFields::default())))
            }
            [] => Some(ambiguous(&pending)),
            many => Some(ambiguous(many)),
        };
    }
    let bare = said.unknown(&said.range) == 0 && said.amounts.is_empty() && said.people.is_empty();
    let pays = said.sheet.has(&said.range, Meaning::Pay);
    ((said.yes || said.no) && bare && !pays).then(|| ambiguous(&pending))
}

/// "Make it 30", "change it to …", "it's bobby@…".
fn is_correction_shaped(said: &Said<'_>) -> bool {
    let first = said
        .sheet
        .content(&said.range)
        .find(|(at, _)| !said.sheet.is(*at, Meaning::Soft) || said.sheet.is(*at, Meaning::Change));
    first
        .is_some_and(|(at, _)| said.sheet.is(at, Meaning::Change) || said.sheet.is(at, Meaning::No))
        && !said.sheet.has(&said.range, Meaning::Pay)
}

fn ambiguous(pending: &[&Pending]) -> Draft {
    let candidates = pending.iter().take(3).map(|p| Candidate::Value(p.reference.clone()));
    let fields = AskBackFields { candidates: candidates.collect(), ..AskBackFields::default() };
    Draft::plain(Reading::ask(Reason::AmbiguousReference, fields))
}

/// The pending requests that the words describe: by amount, address, name or kind.
fn meant<'p>(said: &Said<'_>, pending: &[&'p Pending]) -> Vec<&'p Pending> {
    let describes = |p: &&&Pending| {
        let amounts: Vec<_> =
            said.sheet.amounts.iter().filter_map(|f| f.value.exact()).map(Amount::money).collect();
        let amount_fits = amounts.is_empty() || p.money().is_some_and(|m| amounts.contains(&m));
        let addresses = said.sheet.addresses_in(&said.range);
        let address_fits = addresses.is_empty()
            || p.recipient.as_ref().is_some_and(|r| addresses.iter().any(|(_, a)| *a == r));
        let kind_fits = !names_kind(said) || names(said, &p.kind);
        amount_fits && address_fits && kind_fits
    };
    pending.iter().filter(describes).copied().collect()
}

fn names_kind(said: &Said<'_>) -> bool {
    names(said, "order") || names(said, "transfer")
}

fn names(said: &Said<'_>, kind: &str) -> bool {
    let words: &[&str] = match kind {
        "order" => &["order", "bestellung", "commande", "pedido", "bestelling", "ordine"],
        "transfer" => {
            &["transfer", "payment", "uberweisung", "zahlung", "virement", "transferencia", "pago"]
        }
        _ => &[],
    };
    said.sheet.content(&said.range).any(|(_, token)| words.contains(&token.key.as_str()))
}
