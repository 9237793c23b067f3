//! The letter that says where a request stands.

use serde::Serialize;

use super::outcome::{described, facts, payment, sample_facts, sample_payment};
use crate::{
    letters::{Body, Class, Fact, Letter},
    transfers::{RequestRow, State},
};

/// Where a request stands, to a mail that came after its end or asks for it.
#[derive(Debug, Clone, Serialize)]
pub struct TooLate {
    reference: String,
    what: String,
    payment: String,
    facts: Vec<Fact>,
    state: State,
}

impl TooLate {
    pub(super) fn new(row: &RequestRow) -> Self {
        Self {
            reference: row.reference.clone(),
            what: described(row),
            payment: payment(row),
            facts: facts(row),
            state: row.state,
        }
    }

    pub(super) fn sample_in(state: State) -> Self {
        Self { state, ..Self::sample() }
    }

    fn standing(&self) -> &'static str {
        match self.state {
            State::Done => "Already sent",
            State::Refused => "Was refused",
            State::Cancelled => "Was cancelled",
            State::Expired => "Was not confirmed in time",
            State::Incomplete | State::Waiting | State::Asked => "Still waiting",
        }
    }

    fn sentence(&self) -> String {
        let payment = &self.payment;
        match self.state {
            State::Done => format!(
                "We have sent {payment} already, so it can no longer be changed or cancelled. If it was a \
                 mistake, please ask the recipient to send it back."
            ),
            State::Refused => {
                format!("No money has moved: {payment} was refused when it was confirmed.")
            }
            State::Cancelled => format!("No money has moved: {payment} was cancelled."),
            State::Expired => format!("No money has moved: {payment} was not confirmed in time."),
            State::Incomplete => format!(
                "No money has moved yet: {payment} lacks something, as our earlier letter says."
            ),
            State::Waiting => {
                format!("No money has moved yet: {payment} waits for your account to be opened.")
            }
            State::Asked => format!(
                "No money has moved yet: {payment} waits for your confirmation. Please use our earlier letter."
            ),
        }
    }
}

impl Letter for TooLate {
    const KIND: &'static str = "transfer_status";

    fn class(&self) -> Class {
        Class::Answer
    }

    fn subject(&self) -> String {
        format!("{}: {} [{}]", self.standing(), self.what, self.reference)
    }

    fn body(&self) -> Body {
        Body {
            title: format!("{}: {}", self.standing(), self.what),
            paragraphs: vec![self.sentence()],
            facts: self.facts.clone(),
            why: "You get this because you wrote to us about this payment.".to_owned(),
            ..Body::default()
        }
    }

    fn sample() -> Self {
        Self {
            reference: "T-771".to_owned(),
            what: "$20.00 to ben@ferry.example".to_owned(),
            payment: sample_payment(),
            facts: sample_facts(),
            state: State::Done,
        }
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

    fn subject(&self) -> String {
        format!("You have no request {} — nothing was done", self.reference)
    }

    fn body(&self) -> Body {
        Body {
            title: format!("You have no request {}", self.reference),
            paragraphs: vec![format!(
                "Nothing was done: we know no request {} of yours. Please answer the letter you mean, or write \
                 its reference as it stands in the subject.",
                self.reference
            )],
            why: "You get this because you wrote to us about a request.".to_owned(),
            ..Body::default()
        }
    }

    fn sample() -> Self {
        Self { reference: "T-999".to_owned() }
    }
}
