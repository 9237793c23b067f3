//! The letters that say how a request ended.

use serde::Serialize;

use super::{problem::mail_body, words};
use crate::{
    address::Address,
    ledger::Refusal,
    letters::{Action, Body, Class, Fact, Letter, prefilled, sample},
    money::{Amount, Money},
    transfers::{RequestRow, State},
};

/// What samples are about.
const WHAT: &str = "$20.00 to ben@ferry.example";

/// The sender's receipt.
#[derive(Debug, Clone, Serialize)]
pub struct Sent {
    reference: String,
    amount: String,
    amount_in_words: String,
    to: String,
    note: Option<String>,
    balance: String,
}

impl Sent {
    pub(super) fn new(row: &RequestRow, amount: Amount, to: &Address, balance: Money) -> Self {
        Self {
            reference: row.reference.clone(),
            amount: amount.to_string(),
            amount_in_words: amount.money().in_words(),
            to: to.to_string(),
            note: row.note.clone(),
            balance: balance.to_string(),
        }
    }
}

impl Letter for Sent {
    const KIND: &'static str = "transfer_sent";

    fn class(&self) -> Class {
        Class::Receipt
    }

    fn subject(&self) -> String {
        format!("Sent: {} to {} [{}]", self.amount, self.to, self.reference)
    }

    fn body(&self) -> Body {
        let mut facts = vec![
            Fact::new("Amount", format!("{} ({})", self.amount, self.amount_in_words)),
            Fact::new("To", &*self.to),
        ];
        facts.extend(self.note.as_deref().map(|note| Fact::new("Note", note)));
        facts.push(Fact::new("Your balance", &*self.balance));
        facts.push(Fact::new("Reference", &*self.reference));
        Body {
            title: format!("Sent: {} to {}", self.amount, self.to),
            paragraphs: vec![format!(
                "We sent {} to {}. Your balance is now {}.",
                self.amount, self.to, self.balance
            )],
            facts,
            why: "You get this because you confirmed this payment.".to_owned(),
            ..Body::default()
        }
    }

    fn sample() -> Self {
        Self {
            reference: "T-771".to_owned(),
            amount: "$20.00".to_owned(),
            amount_in_words: "twenty US dollars".to_owned(),
            to: sample::OTHER.to_owned(),
            note: Some("lunch".to_owned()),
            balance: "$80.00".to_owned(),
        }
    }
}

/// The recipient's receipt.
#[derive(Debug, Clone, Serialize)]
pub struct Received {
    reference: String,
    amount: String,
    amount_in_words: String,
    from: String,
    note: Option<String>,
    balance: String,
}

impl Received {
    pub(super) fn new(row: &RequestRow, amount: Amount, balance: Money) -> Self {
        Self {
            reference: row.reference.clone(),
            amount: amount.to_string(),
            amount_in_words: amount.money().in_words(),
            from: row.sender_address.to_string(),
            note: row.note.clone(),
            balance: balance.to_string(),
        }
    }
}

impl Letter for Received {
    const KIND: &'static str = "transfer_received";

    fn class(&self) -> Class {
        Class::Receipt
    }

    fn subject(&self) -> String {
        format!("Received: {} from {} [{}]", self.amount, self.from, self.reference)
    }

    fn body(&self) -> Body {
        let mut facts = vec![
            Fact::new("Amount", format!("{} ({})", self.amount, self.amount_in_words)),
            Fact::new("From", &*self.from),
        ];
        facts.extend(self.note.as_deref().map(|note| Fact::new("Their note", note)));
        facts.push(Fact::new("Your balance", &*self.balance));
        facts.push(Fact::new("Reference", &*self.reference));
        Body {
            title: format!("Received: {} from {}", self.amount, self.from),
            paragraphs: vec![format!(
                "{} sent you {}. Your balance is now {}.",
                self.from, self.amount, self.balance
            )],
            facts,
            why: "You get this because money arrived in your account.".to_owned(),
            ..Body::default()
        }
    }

    fn sample() -> Self {
        Self {
            reference: "T-771".to_owned(),
            amount: "$20.00".to_owned(),
            amount_in_words: "twenty US dollars".to_owned(),
            from: sample::PERSON.to_owned(),
            note: Some("lunch".to_owned()),
            balance: "$20.00".to_owned(),
        }
    }
}

/// Confirmed, but the ledger refused.
#[derive(Debug, Clone, Serialize)]
pub struct Refused {
    reference: String,
    amount: String,
    to: String,
    /// In a sentence or two; the page says it too.
    pub why: String,
    fix: Option<Action>,
}

impl Refused {
    pub(super) fn new(
        row: &RequestRow,
        (amount, to): (Amount, &Address),
        refusal: &Refusal,
        service: &Address,
    ) -> anyhow::Result<Self> {
        let left = match refusal {
            Refusal::ShortBy { available, .. } => Some(*available),
            Refusal::OverLimit { left, .. } => Some(*left),
            _ => None,
        };
        let fix = match left.filter(|left| left.minor > 0) {
            Some(left) => {
                let body = mail_body(Some(left), Some(to), row.note.as_deref());
                let label = format!("Ask to send {left} instead");
                Some(prefilled(label, service, &format!("Pay {to}"), &body)?)
            }
            None => None,
        };
        Ok(Self {
            reference: row.reference.clone(),
            amount: amount.to_string(),
            to: to.to_string(),
            why: words::refusal_sentence(refusal),
            fix,
        })
    }
}

impl Letter for Refused {
    const KIND: &'static str = "transfer_refused";

    fn class(&self) -> Class {
        Class::Receipt
    }

    fn subject(&self) -> String {
        format!("Not sent: {} to {} [{}]", self.amount, self.to, self.reference)
    }

    fn body(&self) -> Body {
        Body {
            title: format!("Not sent: {} to {}", self.amount, self.to),
            paragraphs: vec![
                format!("No money has moved. {}", self.why),
                format!("{} is closed. Write to us again whenever you like.", self.reference),
            ],
            primary: self.fix.clone(),
            why: "You get this because you confirmed this payment.".to_owned(),
            ..Body::default()
        }
    }

    fn sample() -> Self {
        let body = "pay\namount: 15.00 USD\nto: ben@ferry.example\nnote: lunch\n";
        Self {
            reference: "T-771".to_owned(),
            amount: "$20.00".to_owned(),
            to: sample::OTHER.to_owned(),
            why: "Your available balance is $15.00, which is $5.00 less than this payment."
                .to_owned(),
            fix: Some(sample::mail("Ask to send $15.00 instead", "Pay ben@ferry.example", body)),
        }
    }
}

/// Taken back in time.
#[derive(Debug, Clone, Serialize)]
pub struct Cancelled {
    reference: String,
    what: String,
}

impl Cancelled {
    pub(super) fn new(row: &RequestRow) -> Self {
        Self { reference: row.reference.clone(), what: described(row) }
    }
}

impl Letter for Cancelled {
    const KIND: &'static str = "transfer_cancelled";

    fn class(&self) -> Class {
        Class::Receipt
    }

    fn subject(&self) -> String {
        format!("Cancelled: {} — nothing was sent [{}]", self.what, self.reference)
    }

    fn body(&self) -> Body {
        Body {
            title: format!("Cancelled: {}", self.what),
            paragraphs: vec![
                "No money has moved, and the link in our earlier letter no longer works."
                    .to_owned(),
            ],
            why: "You get this because you cancelled this payment.".to_owned(),
            ..Body::default()
        }
    }

    fn sample() -> Self {
        Self { reference: "T-771".to_owned(), what: WHAT.to_owned() }
    }
}

/// Nobody confirmed in time.
#[derive(Debug, Clone, Serialize)]
pub struct Expired {
    reference: String,
    what: String,
    again: Option<Action>,
}

impl Expired {
    pub(super) fn new(row: &RequestRow, service: &Address) -> anyhow::Result<Self> {
        let again = match (row.amount(), &row.recipient) {
            (Some(amount), Some(to)) => {
                let body = mail_body(Some(amount.money()), Some(to), row.note.as_deref());
                Some(prefilled("Ask again", service, &format!("Pay {to}"), &body)?)
            }
            _ => None,
        };
        Ok(Self { reference: row.reference.clone(), what: described(row), again })
    }
}

impl Letter for Expired {
    const KIND: &'static str = "transfer_expired";

    fn class(&self) -> Class {
        Class::Receipt
    }

    fn subject(&self) -> String {
        format!("Not confirmed in time: {} — nothing was sent [{}]", self.what, self.reference)
    }

    fn body(&self) -> Body {
        Body {
            title: "Not confirmed in time".to_owned(),
            paragraphs: vec![format!(
                "No money has moved: {} was not confirmed in time, and its link no longer works.",
                self.what
            )],
            primary: self.again.clone(),
            why: "You get this because you asked us for this payment.".to_owned(),
            ..Body::default()
        }
    }

    fn sample() -> Self {
        let body = "pay\namount: 20.00 USD\nto: ben@ferry.example\n";
        let again = sample::mail("Ask again", "Pay ben@ferry.example", body);
        Self { reference: "T-771".to_owned(), what: WHAT.to_owned(), again: Some(again) }
    }
}

/// Where a request stands, to a mail that came after its end or asks for it.
#[derive(Debug, Clone, Serialize)]
pub struct TooLate {
    reference: String,
    what: String,
    state: State,
}

impl TooLate {
    pub(super) fn new(row: &RequestRow) -> Self {
        Self { reference: row.reference.clone(), what: described(row), state: row.state }
    }

    fn sentence(&self) -> &'static str {
        match self.state {
            State::Done => {
                "It has already been sent, so it can no longer be changed or cancelled. Ask the recipient to \
                 send it back if it was a mistake."
            }
            State::Refused => "It was refused when it was confirmed; no money has moved.",
            State::Cancelled => "It was cancelled; no money has moved.",
            State::Expired => "It was not confirmed in time; no money has moved.",
            State::Incomplete => "It still needs something from you; no money has moved.",
            State::Waiting => "It waits for your account to be opened; no money has moved.",
            State::Asked => "It waits for your confirmation; no money has moved.",
        }
    }
}

impl TooLate {
    pub(super) fn sample_in(state: State) -> Self {
        Self { state, ..Self::sample() }
    }
}

impl Letter for TooLate {
    const KIND: &'static str = "transfer_status";

    fn class(&self) -> Class {
        Class::Answer
    }

    fn subject(&self) -> String {
        let standing = match self.state {
            State::Done => "Already sent",
            State::Refused => "Was refused",
            State::Cancelled => "Was cancelled",
            State::Expired => "Was not confirmed in time",
            State::Incomplete | State::Waiting | State::Asked => "Still waiting",
        };
        format!("{standing}: {} [{}]", self.what, self.reference)
    }

    fn body(&self) -> Body {
        Body {
            title: format!("{}: {}", self.reference, self.what),
            paragraphs: vec![self.sentence().to_owned()],
            why: "You get this because you wrote to us about this payment.".to_owned(),
            ..Body::default()
        }
    }

    fn sample() -> Self {
        Self { reference: "T-771".to_owned(), what: WHAT.to_owned(), state: State::Done }
    }
}

/// `$50.00 to bob@ferry.example`, or as much of it as is known.
fn described(row: &RequestRow) -> String {
    match (row.amount(), &row.recipient) {
        (Some(amount), Some(to)) => format!("{amount} to {to}"),
        (Some(amount), None) => amount.to_string(),
        (None, Some(to)) => format!("a payment to {to}"),
        (None, None) => "your payment".to_owned(),
    }
}
