//! The finished mail that our own links and pages write: `amount: 20.00 USD`, `to: ben@…`, `note: lunch`,
//! one per line; `____` is a blank that was left.
//!
//! A note may take several lines, each with its label. Whatever stands there is what the money is for:
//! figures, references and commands in it are only words.

use std::ops::Range;

use crate::address::Address;
use crate::intent::amounts::Value;
use crate::intent::ask_back::{AskBack, AskBackFields, Candidate, Reason};
use crate::intent::guards;
use crate::intent::mail::{Draft, Mail};
use crate::intent::people;
use crate::intent::reading::{Command, Reading};
use crate::intent::sheet::{Sentence, Sheet};
use crate::intent::spans::Span;
use crate::intent::words::Meaning;
use crate::money::Amount;

const AMOUNT: [&str; 9] =
    ["amount", "betrag", "montant", "importe", "bedrag", "importo", "valor", "belopp", "kwota"];
const TO: [&str; 12] = [
    "to",
    "an",
    "a",
    "para",
    "recipient",
    "empfanger",
    "destinataire",
    "destinatario",
    "aan",
    "till",
    "til",
    "do",
];
const FROM: [&str; 2] = ["from", "payer"];
pub(super) const NOTE: [&str; 7] =
    ["note", "notiz", "nota", "verwendungszweck", "motif", "concepto", "for"];

/// What the lines hold, and what is wrong with it.
#[derive(Default)]
struct Filled {
    amount: Option<Amount>,
    person: Option<Address>,
    reasons: Vec<Reason>,
    fields: AskBackFields,
    spans: Vec<Span>,
}

/// Reads a filled form; `None` when the body is none.
pub(super) fn read(mail: &Mail<'_>) -> Option<Draft> {
    let sheet = &mail.body;
    let amount_line = value(sheet, &AMOUNT)?;
    let to_line = value(sheet, &TO);
    let request = to_line.is_none();
    let person_line = to_line.or(value(sheet, &FROM))?;
    let note_lines = values(sheet, &NOTE);
    let mut filled = Filled::default();
    read_amount(mail, &amount_line, &mut filled);
    read_person(mail, &person_line, request, &mut filled);
    let lines: Vec<&Range<usize>> =
        [&amount_line, &person_line].into_iter().chain(&note_lines).collect();
    // Words around the lines can only take it back.
    for sentence in around(sheet, &lines) {
        filled.reasons.extend(guards::of_sentence(sheet, &sentence, sentence.range.start));
    }
    let note: Vec<&str> = note_lines.iter().map(|range| sheet.text(range).trim()).collect();
    let note = Some(note.join(" ").trim().to_owned());
    let note = note.filter(|note| !note.is_empty() && !note.chars().all(|c| c == '_'));
    if let (true, Some(amount), Some(person)) =
        (filled.reasons.is_empty(), filled.amount, filled.person.clone())
    {
        let reference = mail.thread.clone().or_else(|| reference_of(sheet, &note_lines));
        let command = match reference {
            Some(reference) => Command::Correction {
                reference,
                amount: Some(amount),
                recipient: Some(person),
                items: Vec::new(),
            },
            None if request => Command::RequestMoney { amount, payer: person, note },
            None => Command::Transfer { amount, recipient: person, note },
        };
        return Some(Draft { reading: command.into(), spans: filled.spans });
    }
    let mut fields = filled.fields;
    fields.act = Some(if request { "request_money" } else { "transfer" }.to_owned());
    fields.note = note;
    fields.reference.clone_from(&mail.thread);
    let ask = AskBack::all(filled.reasons, fields)?;
    Some(Draft { reading: Reading::AskBack(Box::new(ask)), spans: filled.spans })
}

fn read_amount(mail: &Mail<'_>, line: &Range<usize>, filled: &mut Filled) {
    let sheet = &mail.body;
    let mut found = sheet.amounts_in(line);
    let only = match (found.next(), found.next()) {
        (None, _) => return filled.reasons.push(Reason::MissingAmount),
        (Some(_), Some(_)) => return filled.reasons.push(Reason::AmbiguousAmount),
        (Some(only), None) => only,
    };
    match &only.value {
        Value::Exact(amount) => {
            filled.spans.push(sheet.span("amount", &(only.from..only.to)));
            filled.fields.amount = Some(amount.money().decimal());
            filled.fields.currency = Some(amount.currency());
            filled.amount = Some(*amount);
            if mail.context.lacks(amount.currency()) {
                filled.reasons.push(Reason::CurrencyNotHeld);
            }
            if sheet.has(line, Meaning::About) {
                filled.reasons.push(Reason::ApproximateAmount);
            }
        }
        Value::Unclear { reason, candidates, currency, detail } => {
            filled.reasons.push(*reason);
            let offered = candidates.iter().cloned().map(Candidate::Value);
            filled.fields.candidates = offered.collect();
            filled.fields.currency = *currency;
            filled.fields.detail.clone_from(detail);
        }
    }
}

fn read_person(mail: &Mail<'_>, line: &Range<usize>, request: bool, filled: &mut Filled) {
    let sheet = &mail.body;
    let field = if request { "payer" } else { "recipient" };
    let mut people = people::named(sheet, line, field);
    if people.is_empty() {
        people = people::contacts(mail, sheet, line);
    }
    filled.reasons.extend(people::trouble(mail, sheet, line));
    match people.as_slice() {
        [] if request => filled.reasons.push(Reason::MissingPayerAddress),
        [] => filled.reasons.push(Reason::MissingRecipient),
        [one] if people::is_self(mail, &one.address) => {
            filled.reasons.push(Reason::SelfRecipient);
        }
        [one] => {
            let known = Some(one.address.clone());
            filled.person.clone_from(&known);
            filled.spans.push(one.span.clone());
            let place =
                if request { &mut filled.fields.payer } else { &mut filled.fields.recipient };
            *place = known;
        }
        _ => filled.reasons.push(Reason::SplitOrEach),
    }
}

/// The sentences beside the lines, without the lines themselves and their labels.
fn around(sheet: &Sheet, lines: &[&Range<usize>]) -> Vec<Sentence> {
    let is_line =
        |at: usize| lines.iter().any(|line| (line.start.saturating_sub(2)..line.end).contains(&at));
    let mut found: Vec<Sentence> = Vec::new();
    for sentence in &sheet.sentences {
        let mut start = sentence.range.start;
        for at in sentence.range.clone().filter(|at| is_line(*at)) {
            found.push(Sentence { range: start..at, question: false });
            start = at.saturating_add(1);
        }
        let question = sentence.question && start < sentence.range.end;
        found.push(Sentence { range: start..sentence.range.end, question });
    }
    found.retain(|sentence| sheet.content(&sentence.range).next().is_some());
    found
}

/// The request that the mail corrects; a note may tell of any other.
fn reference_of(sheet: &Sheet, notes: &[Range<usize>]) -> Option<String> {
    let named = sheet.references_in(&sheet.all());
    let named = named.into_iter().find(|(at, _)| !notes.iter().any(|note| note.contains(at)));
    named.map(|(_, reference)| reference.to_owned())
}

/// Whether byte `at` of the body stands in the note of a filled form.
pub(super) fn is_in_note(mail: &Mail<'_>, at: usize) -> bool {
    let sheet = &mail.body;
    let bytes = |note: &Range<usize>| {
        let start = sheet.tokens.get(note.start).map_or(0, |token| token.start);
        let last = note.end.checked_sub(1).and_then(|last| sheet.tokens.get(last));
        start..last.map_or(start, |token| token.end)
    };
    value(sheet, &AMOUNT).is_some()
        && value(sheet, &TO).is_some()
        && values(sheet, &NOTE).iter().any(|note| bytes(note).contains(&at))
}

/// What stands behind the first line label of that name.
fn value(sheet: &Sheet, labels: &[&str]) -> Option<Range<usize>> {
    values(sheet, labels).into_iter().next()
}

/// What stands behind each line label of that name.
fn values(sheet: &Sheet, labels: &[&str]) -> Vec<Range<usize>> {
    let starts = (0..sheet.tokens.len()).filter(|at| {
        let begins =
            at.checked_sub(1).and_then(|b| sheet.tokens.get(b)).is_none_or(|t| t.is_break());
        let label = sheet.tokens.get(*at).is_some_and(|t| labels.contains(&t.key.as_str()));
        let colon = sheet.tokens.get(at.saturating_add(1)).is_some_and(|t| t.is_sign(':'));
        begins && label && colon
    });
    let line = |start: usize| {
        let from = start.saturating_add(2);
        let rest = sheet.tokens.get(from..).unwrap_or_default();
        let len = rest.iter().position(|token| token.is_break()).unwrap_or(rest.len());
        from..from.saturating_add(len)
    };
    starts.map(line).collect()
}
