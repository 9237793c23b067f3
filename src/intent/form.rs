//! The corrected mail that our own links prefill: `amount: 20.00 USD`, `to: ben@…`, `note: lunch`,
//! one per line; `____` is a blank that was left.

use std::ops::Range;

use crate::intent::amounts::Value;
use crate::intent::ask_back::{AskBack, AskBackFields, Candidate, Reason};
use crate::intent::mail::{Draft, Mail};
use crate::intent::people;
use crate::intent::reading::{Command, Reading};
use crate::intent::sheet::Sheet;
use crate::intent::words::Meaning;

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

/// Reads a filled form; `None` when the body is none.
pub(super) fn read(mail: &Mail<'_>) -> Option<Draft> {
    let sheet = &mail.body;
    let amount_line = value(sheet, &AMOUNT)?;
    let to_line = value(sheet, &TO);
    let from_line = value(sheet, &FROM);
    let person_line = to_line.clone().or(from_line.clone())?;
    let mut reasons = Vec::new();
    let mut fields = AskBackFields::default();
    let mut spans = Vec::new();
    let mut found = sheet.amounts_in(&amount_line);
    let amount = match (found.next(), found.next()) {
        (None, _) => {
            reasons.push(Reason::MissingAmount);
            None
        }
        (Some(_), Some(_)) => {
            reasons.push(Reason::AmbiguousAmount);
            None
        }
        (Some(only), None) => match &only.value {
            Value::Exact(amount) => {
                spans.push(sheet.span("amount", &(only.from..only.to)));
                fields.amount = Some(amount.money().decimal());
                fields.currency = Some(amount.currency());
                if mail.context.account_currency.is_some_and(|own| own != amount.currency()) {
                    reasons.push(Reason::CurrencyNotHeld);
                }
                Some(*amount)
            }
            Value::Unclear { reason, candidates, currency, detail } => {
                reasons.push(*reason);
                fields.candidates = candidates.iter().cloned().map(Candidate::Value).collect();
                fields.currency = *currency;
                fields.detail.clone_from(detail);
                None
            }
        },
    };
    let request = to_line.is_none();
    let field = if request { "payer" } else { "recipient" };
    let mut people = people::named(sheet, &person_line, field);
    if people.is_empty() {
        people = people::contacts(mail, sheet, &person_line);
    }
    reasons.extend(people::trouble(mail, sheet, &person_line));
    match people.as_slice() {
        [] if request => reasons.push(Reason::MissingPayerAddress),
        [] => reasons.push(Reason::MissingRecipient),
        [one] if people::is_self(mail, &one.address) => reasons.push(Reason::SelfRecipient),
        [one] => {
            fields.recipient = Some(one.address.clone()).filter(|_| !request);
            fields.payer = Some(one.address.clone()).filter(|_| request);
        }
        _ => reasons.push(Reason::SplitOrEach),
    }
    // Words around the lines can only take it back.
    let back = [Meaning::Hold, Meaning::Cancel];
    if back.iter().any(|meaning| sheet.has(&sheet.all(), *meaning)) {
        reasons.push(Reason::Negated);
    }
    let note = value(sheet, &NOTE).map(|range| sheet.text(&range).trim().to_owned());
    let note = note.filter(|note| !note.is_empty() && !note.chars().all(|c| c == '_'));
    if let (true, Some(amount), Some(person)) = (reasons.is_empty(), amount, people.first()) {
        spans.push(person.span.clone());
        let person = person.address.clone();
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
        return Some(Draft { reading: command.into(), spans });
    }
    fields.act = Some(if request { "request_money" } else { "transfer" }.to_owned());
    fields.note = note;
    fields.reference.clone_from(&mail.thread);
    let ask = AskBack::all(reasons, fields)?;
    Some(Draft { reading: Reading::AskBack(Box::new(ask)), spans })
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
