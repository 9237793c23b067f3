//! The letter that says where a request stands.

use serde::Serialize;

use super::payment::Payment;
use crate::{
    language::Language,
    letters::{Body, Class, Letter},
    mail::mailto::MailtoError,
    transfers::{RequestRow, State},
};

/// Where a request stands, to a mail that came after its end or asks for it.
#[derive(Debug, Clone, Serialize)]
pub struct TooLate {
    payment: Payment,
    state: State,
}

impl TooLate {
    pub(super) fn new(row: &RequestRow) -> Self {
        Self { payment: Payment::of(row), state: row.state }
    }

    pub(super) fn sample_in(state: State) -> Self {
        Self { state, ..Self::sample() }
    }

    fn title(&self, language: Language) -> String {
        let what = self.payment.described(language);
        match self.state {
            State::Done => say!(language, "transfer_status.title_done", what = what),
            State::Refused => say!(language, "transfer_status.title_refused", what = what),
            State::Cancelled => say!(language, "transfer_status.title_cancelled", what = what),
            State::Expired => say!(language, "transfer_status.title_expired", what = what),
            State::Held => say!(language, "transfer_status.title_held", what = what),
            State::Returned => say!(language, "transfer_status.title_returned", what = what),
            State::Incomplete | State::Waiting | State::Asked => {
                say!(language, "transfer_status.title_waiting", what = what)
            }
        }
    }

    fn sentence(&self, language: Language) -> String {
        let payment = self.payment.in_sentence(language);
        match self.state {
            State::Done => say!(language, "transfer_status.done", payment = payment),
            State::Refused => say!(language, "transfer_status.refused", payment = payment),
            State::Cancelled => say!(language, "transfer_status.cancelled", payment = payment),
            State::Expired => say!(language, "transfer_status.expired", payment = payment),
            State::Held => {
                let cancel = say!(language, "command.cancel");
                let remind = say!(language, "command.remind");
                say!(
                    language,
                    "transfer_status.held",
                    payment = payment,
                    cancel = cancel,
                    remind = remind
                )
            }
            State::Returned => say!(language, "transfer_status.returned", payment = payment),
            State::Incomplete => say!(language, "transfer_status.incomplete", payment = payment),
            State::Waiting => say!(language, "transfer_status.waiting", payment = payment),
            State::Asked => say!(language, "transfer_status.asked", payment = payment),
        }
    }
}

impl Letter for TooLate {
    const KIND: &'static str = "transfer_status";

    fn class(&self) -> Class {
        Class::Answer
    }

    fn subject(&self, language: Language) -> String {
        let (title, reference) = (self.title(language), &self.payment.reference);
        say!(language, "transfer_status.subject", title = title, reference = reference)
    }

    fn body(&self, language: Language) -> Result<Body, MailtoError> {
        Ok(Body {
            title: self.title(language),
            paragraphs: vec![self.sentence(language)],
            facts: self.payment.facts(language),
            why: say!(language, "transfer_status.why"),
            ..Body::default()
        })
    }

    fn sample() -> Self {
        Self { payment: Payment::sample(), state: State::Done }
    }
}

/// A mail names a request that its sender does not have.
#[derive(Debug, Clone, Serialize)]
pub struct NoSuchRequest {
    reference: String,
}

impl NoSuchRequest {
    pub(super) fn new(reference: &str) -> Self {
        Self { reference: reference.to_owned() }
    }
}

impl Letter for NoSuchRequest {
    const KIND: &'static str = "transfer_no_such_request";

    fn class(&self) -> Class {
        Class::Answer
    }

    fn subject(&self, language: Language) -> String {
        say!(language, "transfer_no_such_request.subject", reference = self.reference)
    }

    fn body(&self, language: Language) -> Result<Body, MailtoError> {
        let reference = &self.reference;
        Ok(Body {
            title: say!(language, "transfer_no_such_request.title", reference = reference),
            paragraphs: vec![say!(
                language,
                "transfer_no_such_request.first",
                reference = reference
            )],
            why: say!(language, "transfer_no_such_request.why"),
            ..Body::default()
        })
    }

    fn sample() -> Self {
        Self { reference: "T-999".to_owned() }
    }
}
