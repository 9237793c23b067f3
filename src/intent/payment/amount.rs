//! The amount of a payment: one, literal, and the same wherever it is named.

use super::{Gathered, Part};
use crate::intent::amounts::{Found, Value};
use crate::intent::ask_back::{CANDIDATES_MAX, Candidate, Reason};
use crate::intent::mail::Mail;
use crate::intent::sheet::Sheet;
use crate::intent::tokens::Kind;
use crate::intent::words::Meaning;
use crate::money::Money;

pub(super) fn gather_amount(mail: &Mail<'_>, part: &Part<'_>, got: &mut Gathered) {
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
            if mail.context.lacks(exact.currency) {
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
pub(super) fn differing<'v>(found: &[(&Sheet, &'v Found)]) -> Vec<&'v Value> {
    let mut values: Vec<&Value> = Vec::new();
    for (_, found) in found {
        if !values.contains(&&found.value) {
            values.push(&found.value);
        }
    }
    values
}

pub(super) fn gather_conflict(
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

pub(super) fn offer(got: &mut Gathered, values: Vec<String>) {
    let values = values.into_iter().take(CANDIDATES_MAX).map(Candidate::Value);
    got.fields.candidates = values.collect();
}

/// "About 20", "20 or so", "20ish".
pub(super) fn is_about(sheet: &Sheet, found: &Found) -> bool {
    let before = found.from.saturating_sub(3)..found.from;
    let behind = found.to..found.to.saturating_add(2);
    let tilde = found.from.checked_sub(1).and_then(|at| sheet.tokens.get(at));
    sheet
        .tags_in(&before)
        .any(|tag| tag.meaning == Meaning::About && tag.to >= found.from.saturating_sub(1))
        || sheet.tags_in(&behind).any(|tag| tag.meaning == Meaning::About)
        || tilde.is_some_and(|token| matches!(token.kind, Kind::Sign('~' | '≈' | '±')))
}
