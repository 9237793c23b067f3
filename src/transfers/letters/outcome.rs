//! The letters that say how a request ended.

use serde::Serialize;

use super::{problem::mail_body, words};
use crate::{
    address::Address,
    ledger::Refusal,
    letters::{Action, Body, Class, Fact, Letter, prefilled, sample},
    money::{Amount, Money},
    transfers::RequestRow,
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
    facts: Vec<Fact>,
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
                Some(prefilled(label, service, "Payment", &body)?)
            }
            None => None,
        };
        Ok(Self {
            reference: row.reference.clone(),
            amount: amount.to_string(),
            to: to.to_string(),
            why: words::refusal_sentence(refusal),
            facts: facts(row),
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
                format!("{} is closed; to try again, please write a new mail.", self.reference),
            ],
            facts: self.facts.clone(),
            primary: self.fix.clone(),
            why: "You get this because you confirmed this payment.".to_owned(),
            ..Body::default()
        }
    }

    fn sample() -> Self {
        let body = "pay\namount: 15.00 USD\nto: ben@ferry.example\nnote: lunch\n";
        Self {
            facts: sample_facts(),
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
    payment: String,
    facts: Vec<Fact>,
}

impl Cancelled {
    pub(super) fn new(row: &RequestRow) -> Self {
        Self {
            reference: row.reference.clone(),
            what: described(row),
            payment: payment(row),
            facts: facts(row),
        }
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
            paragraphs: vec![format!(
                "No money has moved: {} is cancelled, and links in our earlier letters no longer work.",
                self.payment
            )],
            facts: self.facts.clone(),
            why: "You get this because you cancelled this payment.".to_owned(),
            ..Body::default()
        }
    }

    fn sample() -> Self {
        Self {
            reference: "T-771".to_owned(),
            what: WHAT.to_owned(),
            payment: sample_payment(),
            facts: sample_facts(),
        }
    }
}

/// Nobody confirmed in time.
#[derive(Debug, Clone, Serialize)]
pub struct Expired {
    reference: String,
    what: String,
    payment: String,
    facts: Vec<Fact>,
    again: Option<Action>,
}

impl Expired {
    pub(super) fn new(row: &RequestRow, service: &Address) -> anyhow::Result<Self> {
        let again = match (row.amount(), &row.recipient) {
            (Some(amount), Some(to)) => {
                let body = mail_body(Some(amount.money()), Some(to), row.note.as_deref());
                Some(prefilled("Write it again", service, "Payment", &body)?)
            }
            _ => None,
        };
        Ok(Self {
            reference: row.reference.clone(),
            what: described(row),
            payment: payment(row),
            facts: facts(row),
            again,
        })
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
            title: format!("Not confirmed in time: {}", self.what),
            paragraphs: vec![format!(
                "No money has moved: {} was not confirmed in time, and its link no longer works.",
                self.payment
            )],
            facts: self.facts.clone(),
            primary: self.again.clone(),
            why: "You get this because you asked us for this payment.".to_owned(),
            ..Body::default()
        }
    }

    fn sample() -> Self {
        let body = "pay\namount: 20.00 USD\nto: ben@ferry.example\n";
        let again = sample::mail("Ask again", "Pay ben@ferry.example", body);
        Self {
            reference: "T-771".to_owned(),
            what: WHAT.to_owned(),
            payment: sample_payment(),
            facts: sample_facts(),
            again: Some(again),
        }
    }
}

pub(super) fn sample_payment() -> String {
    format!("your payment of {WHAT}")
}

pub(super) fn sample_facts() -> Vec<Fact> {
    vec![
        Fact::new("Amount", "20.00 USD"),
        Fact::new("To", sample::OTHER),
        Fact::new("Reference", "T-771"),
    ]
}

/// `$50.00 to bob@ferry.example`, or as much of it as is known.
pub(super) fn described(row: &RequestRow) -> String {
    match (row.amount(), &row.recipient) {
        (Some(amount), Some(to)) => format!("{amount} to {to}"),
        (Some(amount), None) => amount.to_string(),
        (None, Some(to)) => format!("payment to {to}"),
        (None, None) => "your payment".to_owned(),
    }
}

/// The same inside a sentence.
pub(super) fn payment(row: &RequestRow) -> String {
    match (row.amount(), &row.recipient) {
        (Some(amount), Some(to)) => format!("your payment of {amount} to {to}"),
        (Some(amount), None) => format!("your payment of {amount}"),
        (None, Some(to)) => format!("your payment to {to}"),
        (None, None) => "your payment".to_owned(),
    }
}

/// What is known of a request, as a table.
pub(super) fn facts(row: &RequestRow) -> Vec<Fact> {
    let amount = row
        .amount()
        .map(|amount| Fact::new("Amount", format!("{amount} ({})", amount.money().in_words())));
    let to = row.recipient.as_ref().map(|to| Fact::new("To", to.as_str()));
    let note = row.note.as_deref().map(|note| Fact::new("Note", note));
    let reference = Fact::new("Reference", &*row.reference);
    [amount, to, note, Some(reference)].into_iter().flatten().collect()
}
