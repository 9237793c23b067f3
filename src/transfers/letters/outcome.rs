//! The letters that say how a request ended without money.

use serde::Serialize;

use super::{
    payment::{Payment, sample_address, sample_amount},
    words,
};
use crate::{
    address::Address,
    language::Language,
    ledger::Refusal,
    letters::{Action, Body, Class, Letter, payment_lines, prefilled, sample},
    mail::mailto::MailtoError,
    money::{Amount, Money},
    transfers::{Problem, RequestRow},
};

/// Confirmed, but refused.
#[derive(Debug, Clone, Serialize)]
pub struct Refused {
    payment: Payment,
    amount: Amount,
    to: Address,
    problem: Problem,
    service: Address,
}

impl Refused {
    pub(super) fn new(
        row: &RequestRow,
        (amount, to): (Amount, &Address),
        problem: &Problem,
        service: &Address,
    ) -> Self {
        Self {
            payment: Payment::of(row),
            amount,
            to: to.clone(),
            problem: problem.clone(),
            service: service.clone(),
        }
    }

    /// In a sentence or two; the page says it too.
    pub(super) fn why(&self, language: Language) -> String {
        words::sentence(language, &self.problem)
    }

    /// What could be sent instead.
    fn fix(&self, language: Language) -> Result<Option<Action>, MailtoError> {
        let left = match self.problem.refusal() {
            Some(Refusal::ShortBy { available, .. }) => Some(*available),
            Some(Refusal::OverLimit { left, .. }) => Some(*left),
            _ => None,
        };
        let Some(left) = left.filter(|left| left.minor > 0) else { return Ok(None) };
        let label = say!(language, "transfer_refused.instead", amount = language.money(left));
        again(language, label, &self.service, (left, &self.to, self.payment.note.as_deref()))
            .map(Some)
    }
}

/// A button that opens the payment once more.
fn again(
    language: Language,
    label: String,
    service: &Address,
    (amount, to, note): (Money, &Address, Option<&str>),
) -> Result<Action, MailtoError> {
    let lines = payment_lines(language, Some(amount), Some(to), note);
    prefilled(label, service, &say!(language, "command.payment_subject"), &lines)
}

impl Letter for Refused {
    const KIND: &'static str = "transfer_refused";

    fn class(&self) -> Class {
        Class::Receipt
    }

    fn subject(&self, language: Language) -> String {
        say!(
            language,
            "transfer_refused.subject",
            amount = language.money(self.amount),
            to = self.to,
            reference = self.payment.reference
        )
    }

    fn body(&self, language: Language) -> Result<Body, MailtoError> {
        let amount = language.money(self.amount);
        let reference = &self.payment.reference;
        Ok(Body {
            title: say!(language, "transfer_refused.title", amount = amount, to = self.to),
            paragraphs: vec![
                say!(language, "transfer_refused.first", why = self.why(language)),
                say!(language, "transfer_refused.closed", reference = reference),
            ],
            facts: self.payment.facts(language),
            primary: self.fix(language)?,
            why: say!(language, "transfer_sent.why"),
            ..Body::default()
        })
    }

    fn sample() -> Self {
        let (missing, available) = (sample_amount(500).money(), sample_amount(1_500).money());
        Self {
            payment: Payment::sample(),
            amount: sample_amount(2_000),
            to: sample_address(sample::OTHER),
            problem: Problem::Refused(Refusal::ShortBy { missing, available }),
            service: sample_address(sample::SERVICE),
        }
    }
}

/// Taken back in time.
#[derive(Debug, Clone, Serialize)]
pub struct Cancelled {
    payment: Payment,
}

impl Cancelled {
    pub(super) fn new(row: &RequestRow) -> Self {
        Self { payment: Payment::of(row) }
    }
}

impl Letter for Cancelled {
    const KIND: &'static str = "transfer_cancelled";

    fn class(&self) -> Class {
        Class::Receipt
    }

    fn subject(&self, language: Language) -> String {
        let what = self.payment.described(language);
        let reference = &self.payment.reference;
        say!(language, "transfer_cancelled.subject", what = what, reference = reference)
    }

    fn body(&self, language: Language) -> Result<Body, MailtoError> {
        let (what, payment) =
            (self.payment.described(language), self.payment.in_sentence(language));
        Ok(Body {
            title: say!(language, "transfer_cancelled.title", what = what),
            paragraphs: vec![say!(language, "transfer_cancelled.first", payment = payment)],
            facts: self.payment.facts(language),
            why: say!(language, "transfer_cancelled.why"),
            ..Body::default()
        })
    }

    fn sample() -> Self {
        Self { payment: Payment::sample() }
    }
}

/// Nobody confirmed in time.
#[derive(Debug, Clone, Serialize)]
pub struct Expired {
    payment: Payment,
    service: Address,
}

impl Expired {
    pub(super) fn new(row: &RequestRow, service: &Address) -> Self {
        Self { payment: Payment::of(row), service: service.clone() }
    }

    fn again(&self, language: Language) -> Result<Option<Action>, MailtoError> {
        let (Some(amount), Some(to)) = (self.payment.amount, &self.payment.to) else {
            return Ok(None);
        };
        let label = say!(language, "transfer_expired.again");
        let note = self.payment.note.as_deref();
        again(language, label, &self.service, (amount.money(), to, note)).map(Some)
    }
}

impl Letter for Expired {
    const KIND: &'static str = "transfer_expired";

    fn class(&self) -> Class {
        Class::Receipt
    }

    fn subject(&self, language: Language) -> String {
        let what = self.payment.described(language);
        let reference = &self.payment.reference;
        say!(language, "transfer_expired.subject", what = what, reference = reference)
    }

    fn body(&self, language: Language) -> Result<Body, MailtoError> {
        let (what, payment) =
            (self.payment.described(language), self.payment.in_sentence(language));
        Ok(Body {
            title: say!(language, "transfer_expired.title", what = what),
            paragraphs: vec![say!(language, "transfer_expired.first", payment = payment)],
            facts: self.payment.facts(language),
            primary: self.again(language)?,
            why: say!(language, "transfer_expired.why"),
            ..Body::default()
        })
    }

    fn sample() -> Self {
        Self { payment: Payment::sample(), service: sample_address(sample::SERVICE) }
    }
}
