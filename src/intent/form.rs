//! The corrected mail that our own links prefill: `amount: 20.00 USD`, `to: ben@…`, `note: lunch`,
//! one per line; `____` is a blank that was left.

use std::ops::Range;

use crate::address::Address;
use crate::intent::amounts::Value;
use crate::intent::ask_back::{AskBack, AskBackFields, Candidate, Reason};
use crate::intent::guards;
use crate::intent::mail::{Draft, Mail};
use crate::intent::people;
use crate::intent::reading::{Command, Reading};
use crate::intent::sheet::Sheet;
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
const NOTE: [&str; 7] = ["note", "notiz", "nota", "verwendungszweck", "motif", "concepto", "for"];

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
    let note_line = value(sheet, &NOTE);
    let mut filled = Filled::default();
    read_amount(mail, &amount_line, &mut filled);
    read_person(mail, &person_line, request, &mut filled);
    let lines = [Some(amount_line), Some(person_line), note_line.clone()];
    // Words around the lines can only take it back.
    for sentence in &sheet.sentences {
        let is_line = lines
            .iter()
            .flatten()
            .any(|line| line.start >= sentence.range.start && line.start <= sentence.range.end);
        if !is_line {
            filled.reasons.extend(guards::of_sentence(sheet, sentence, sentence.range.start));
        }
    }
    let note = note_line.map(|range| sheet.text(&range).trim().to_owned());
    let note = note.filter(|note| !note.is_empty() && !note.chars().all(|c| c == '_'));
    if let (true, Some(amount), Some(person)) =
        (filled.reasons.is_empty(), filled.amount, filled.person.clone())
    {
        let reference = mail.thread.clone().or_else(|| reference_of(mail));
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

fn reference_of(mail: &Mail<'_>) -> Option<String> {
    let sheet = &mail.body;
    sheet.references_in(&sheet.all()).first().map(|(_, reference)| (*reference).to_owned())
}

/// What stands behind the first line label of that name.
fn value(sheet: &Sheet, labels: &[&str]) -> Option<Range<usize>> {
    let starts = (0..sheet.tokens.len()).find(|at| {
        let begins =
            at.checked_sub(1).and_then(|b| sheet.tokens.get(b)).is_none_or(|t| t.is_break());
        let label = sheet.tokens.get(*at).is_some_and(|t| labels.contains(&t.key.as_str()));
        let colon = sheet.tokens.get(at.saturating_add(1)).is_some_and(|t| t.is_sign(':'));
        begins && label && colon
    })?;
    let from = starts.saturating_add(2);
    let rest = sheet.tokens.get(from..).unwrap_or_default();
    let len = rest.iter().position(|token| token.is_break()).unwrap_or(rest.len());
    Some(from..from.saturating_add(len))
}
