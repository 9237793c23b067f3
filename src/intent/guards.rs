//! What keeps a sentence with a command in it from being one: a question, a condition, a date, the
//! past, a negation, somebody else's wish.
//!
//! Not for: what is asked for. When in doubt a guard holds, and the sender is asked.

use std::ops::Range;

use crate::intent::ask_back::Reason;
use crate::intent::sheet::{Sentence, Sheet};
use crate::intent::tokens::Kind;
use crate::intent::words::Meaning;

/// What a guard word means for a command near it.
const GUARDS: [(Meaning, Reason); 9] = [
    (Meaning::Not, Reason::Negated),
    (Meaning::Cancel, Reason::Negated),
    (Meaning::If, Reason::Conditional),
    (Meaning::Schedule, Reason::UnsupportedSchedule),
    (Meaning::Past, Reason::Past),
    (Meaning::Future, Reason::NotExplicit),
    (Meaning::Hold, Reason::Negated),
    (Meaning::Maybe, Reason::NotExplicit),
    (Meaning::Reported, Reason::NotExplicit),
];

/// What holds in the sentence of a command. `settled` is where amount and recipient have been named:
/// behind it the past only tells what it was for.
pub(super) fn of_sentence(sheet: &Sheet, sentence: &Sentence, settled: usize) -> Vec<Reason> {
    let mut reasons: Vec<Reason> = GUARDS
        .iter()
        .filter(|(meaning, _)| {
            sheet.tags_in(&sentence.range).any(|tag| {
                tag.meaning == *meaning
                    && !(*meaning == Meaning::Past && is_told(sheet, settled, tag.from))
                    && !(*meaning == Meaning::Schedule && is_named_time(sheet, tag.from))
            })
        })
        .map(|(_, reason)| *reason)
        .collect();
    if is_question(sheet, sentence) {
        reasons.push(Reason::NotExplicit);
    }
    if is_quoted(sheet, sentence) {
        reasons.push(Reason::NotExplicit);
    }
    reasons
}

/// What holds elsewhere in the mail and takes a command back: "Actually no, don't."
pub(super) fn of_others(sheet: &Sheet, sentence: &Sentence) -> Vec<Reason> {
    let mut reasons = Vec::new();
    for other in sheet.sentences.iter().filter(|other| *other != sentence) {
        let range = &other.range;
        let short = sheet.content(range).count() <= 6;
        let has = |meaning| sheet.has(range, meaning);
        // It names figures or people: what is said there is said of the payment.
        let figures =
            sheet.amounts_in(range).next().is_some() || !sheet.addresses_in(range).is_empty();
        let begins =
            |meaning| sheet.content(range).next().is_some_and(|(at, _)| sheet.is(at, meaning));
        if has(Meaning::Hold) || has(Meaning::Cancel) {
            reasons.push(Reason::Negated);
        }
        // "Not yet.", "No, don't." take back; "I could not find the form" does not.
        if short && has(Meaning::Vague) {
            reasons.push(Reason::AmountNotExplicit);
        }
        if figures && has(Meaning::Past) {
            reasons.push(Reason::Past);
        }
        if (short || figures || has(Meaning::Pay)) && (has(Meaning::Not) || begins(Meaning::No)) {
            reasons.push(Reason::Negated);
        }
        let speaks_of_it = short
            || has(Meaning::Pay)
            || begins(Meaning::If)
            || begins(Meaning::Schedule)
            || figures;
        if has(Meaning::If) && speaks_of_it {
            reasons.push(Reason::Conditional);
        }
        if has(Meaning::Schedule) && speaks_of_it && !has(Meaning::For) {
            reasons.push(Reason::UnsupportedSchedule);
        }
        if has(Meaning::Maybe) || has(Meaning::Reported) {
            reasons.push(Reason::NotExplicit);
        }
    }
    reasons
}

/// Behind "for" or a comma the past tells what the money is for: "$20, he paid for lunch".
fn is_told(sheet: &Sheet, settled: usize, at: usize) -> bool {
    let parts = |at: usize| {
        let token = sheet.tokens.get(at);
        sheet.is(at, Meaning::For)
            || token.is_some_and(|t| matches!(t.kind, Kind::Sign(',' | '-' | '(' | ':')))
    };
    settled < at && (settled..at).any(parts)
}

/// "For Friday", "for next week's rent": the time is what it is for, not when to do it.
fn is_named_time(sheet: &Sheet, at: usize) -> bool {
    at.checked_sub(1).is_some_and(|before| sheet.is(before, Meaning::For))
}

/// A question that is no polite request.
pub(super) fn is_question(sheet: &Sheet, sentence: &Sentence) -> bool {
    let polite = sheet.first(&sentence.range, Meaning::Polite);
    let asks = sheet.first(&sentence.range, Meaning::Wh).filter(|tag| {
        // "What" later in the sentence is no question: "send him what …" is caught elsewhere.
        leading(sheet, &(sentence.range.start..tag.from)) || sentence.question
    });
    match (polite, asks) {
        (Some(polite), Some(asks)) => {
            asks.from < polite.from || sentence.question && asks.from > polite.to
        }
        (Some(_), None) => false,
        (None, Some(_)) => true,
        (None, None) => sentence.question,
    }
}

/// Only greetings and fillers stand in the range.
fn leading(sheet: &Sheet, range: &Range<usize>) -> bool {
    sheet.content(range).all(|(at, _)| {
        sheet.is(at, Meaning::Soft) || sheet.is(at, Meaning::And) || sheet.is(at, Meaning::You)
    })
}

/// The sentence stands in quotation marks: somebody is cited.
fn is_quoted(sheet: &Sheet, sentence: &Sentence) -> bool {
    let marks = |range: Range<usize>| {
        let tokens = sheet.tokens.get(range).unwrap_or_default();
        tokens.iter().filter(|t| matches!(t.kind, Kind::Sign('"' | '「' | '„'))).count()
    };
    marks(sentence.range.clone()) > 0 || marks(0..sentence.range.start) % 2 == 1
}
