//! Problems and refusals in words: a short name for the subject, a sentence for the list.

use crate::{
    intent::Reason,
    language::Language,
    ledger::{Limit, Refusal},
    money::{Currency, Money},
    transfers::Problem,
};

/// What we need or what stood in the way, for `We need … — nothing sent yet`.
pub(super) fn title(language: Language, problem: &Problem) -> String {
    match problem {
        Problem::Unread(reason) => unread_title(language, *reason),
        Problem::Refused(refusal) | Problem::Until(refusal, _) => refusal_title(language, refusal),
        Problem::CurrencyNotHeld(currency) => {
            say!(language, "problem.no_account_in", currency = currency)
        }
        Problem::TooManyHeld { .. } => say!(language, "problem.limit"),
        Problem::ToYourself => say!(language, "problem.to_yourself"),
    }
}

fn unread_title(language: Language, reason: Reason) -> String {
    match reason {
        Reason::MissingAmount => say!(language, "problem.amount_missing"),
        Reason::AmbiguousAmount | Reason::ApproximateAmount | Reason::AmountNotExplicit => {
            say!(language, "problem.amount_unclear")
        }
        Reason::ExcessPrecision => say!(language, "problem.amount_too_precise"),
        Reason::InvalidAmount => say!(language, "problem.amount_invalid"),
        Reason::UnknownCurrency => say!(language, "problem.currency_unknown"),
        Reason::CurrencyNotHeld => say!(language, "problem.currency_not_held"),
        Reason::ConflictSubjectBody => say!(language, "problem.amounts_differ"),
        Reason::AmountMismatch => say!(language, "problem.amount_mismatch"),
        Reason::MissingRecipient => say!(language, "problem.recipient_missing"),
        Reason::AmbiguousRecipient => say!(language, "problem.recipient_unclear"),
        Reason::InvalidRecipient => say!(language, "problem.recipient_invalid"),
        Reason::SuspiciousRecipient => say!(language, "problem.recipient_suspicious"),
        Reason::SelfRecipient => say!(language, "problem.to_yourself"),
        Reason::SplitOrEach => say!(language, "problem.each"),
        Reason::Conditional | Reason::UnsupportedSchedule => say!(language, "problem.only_now"),
        Reason::DetailsOnlyInForward | Reason::OnlyInQuote => say!(language, "problem.own_words"),
        _ => say!(language, "problem.unsure"),
    }
}

fn refusal_title(language: Language, refusal: &Refusal) -> String {
    match refusal {
        Refusal::ShortBy { missing, .. } => {
            say!(language, "problem.short", missing = language.money(*missing))
        }
        Refusal::PayerFrozen => say!(language, "problem.frozen"),
        Refusal::PayeeFrozen | Refusal::PayeeFull => say!(language, "problem.payee"),
        Refusal::OverLimit { .. } | Refusal::TooOften { .. } => say!(language, "problem.limit"),
        _ => say!(language, "problem.impossible"),
    }
}

/// What is wrong and what helps, in a sentence or two.
pub(super) fn sentence(language: Language, problem: &Problem) -> String {
    match problem {
        Problem::Unread(reason) => unread_sentence(language, *reason),
        Problem::Refused(refusal) => refusal_sentence(language, refusal),
        Problem::Until(refusal, again) => {
            let (why, again) = (refusal_sentence(language, refusal), language.time(*again));
            say!(language, "why.until", why = why, again = again)
        }
        Problem::CurrencyNotHeld(currency) => {
            say!(language, "why.no_account_in", currency = currency)
        }
        Problem::TooManyHeld { allowed, again } => {
            let (again, words) = (language.time(*again), say!(language, "words.sign_up"));
            say!(language, "why.strangers", count = allowed, again = again, words = words)
        }
        Problem::ToYourself => say!(language, "why.to_yourself"),
    }
}

fn unread_sentence(language: Language, reason: Reason) -> String {
    match reason {
        Reason::MissingAmount => say!(language, "why.amount_missing"),
        Reason::AmbiguousAmount => {
            let example = language.decimal(Money::new(125_000, Currency::USD));
            say!(language, "why.amount_ambiguous", example = example)
        }
        Reason::ExcessPrecision => say!(language, "why.amount_too_precise"),
        Reason::InvalidAmount => say!(language, "why.amount_invalid"),
        Reason::ApproximateAmount => say!(language, "why.amount_about"),
        Reason::AmountNotExplicit => say!(language, "why.amount_in_words"),
        Reason::UnknownCurrency => say!(language, "why.currency_unknown"),
        Reason::CurrencyNotHeld => say!(language, "why.currency_not_held"),
        Reason::ConflictSubjectBody => say!(language, "why.amounts_differ"),
        Reason::AmountMismatch => say!(language, "why.amount_mismatch"),
        Reason::MissingRecipient => say!(language, "why.recipient_missing"),
        Reason::AmbiguousRecipient => say!(language, "why.recipient_ambiguous"),
        Reason::InvalidRecipient => say!(language, "why.recipient_invalid"),
        Reason::SuspiciousRecipient => say!(language, "why.recipient_suspicious"),
        Reason::SelfRecipient => say!(language, "why.recipient_self"),
        Reason::SplitOrEach => say!(language, "why.each"),
        Reason::SplitNeedsAgreement => say!(language, "why.split"),
        Reason::Conditional => say!(language, "why.conditional"),
        Reason::UnsupportedSchedule => say!(language, "why.schedule"),
        Reason::Past => say!(language, "why.past"),
        Reason::Negated => say!(language, "why.negated"),
        Reason::DetailsOnlyInForward => say!(language, "why.in_forward"),
        Reason::OnlyInQuote => say!(language, "why.in_quote"),
        Reason::Contradiction => say!(language, "why.contradiction"),
        Reason::TextHtmlMismatch => say!(language, "why.two_texts"),
        _ => say!(language, "why.unsure"),
    }
}

/// Why the ledger refused, in a sentence or two.
fn refusal_sentence(language: Language, refusal: &Refusal) -> String {
    let money = |money: &Money| language.money(*money);
    match refusal {
        Refusal::ShortBy { missing, available } => {
            let (available, missing) = (money(available), money(missing));
            say!(language, "why.short", available = available, missing = missing)
        }
        Refusal::PayerFrozen => say!(language, "why.frozen"),
        Refusal::PayeeFrozen | Refusal::PayeeFull => say!(language, "why.payee"),
        Refusal::OverLimit { limit, allowed, left } => {
            let (allowed, left) = (money(allowed), money(left));
            match limit {
                Limit::PerTransfer => say!(language, "why.per_transfer", allowed = allowed),
                Limit::Day => say!(language, "why.day", allowed = allowed, left = left),
                Limit::Week => say!(language, "why.week", allowed = allowed, left = left),
                Limit::Month => say!(language, "why.month", allowed = allowed, left = left),
            }
        }
        Refusal::TooOften { allowed } => say!(language, "why.hourly", count = allowed),
        _ => say!(language, "why.impossible"),
    }
}
