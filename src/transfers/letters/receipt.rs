//! The receipts of a payment: the sender's and the recipient's.

use serde::Serialize;

use super::payment::{amount_fact, reference_fact, sample_address, sample_amount};
use crate::{
    address::Address,
    language::Language,
    letters::{Body, Class, Fact, Letter, sample},
    mail::mailto::MailtoError,
    money::{Amount, Money},
    transfers::RequestRow,
};

/// The sender's receipt.
#[derive(Debug, Clone, Serialize)]
pub struct Sent {
    reference: String,
    amount: Amount,
    to: Address,
    note: Option<String>,
    balance: Money,
}

impl Sent {
    pub(super) fn new(row: &RequestRow, amount: Amount, to: &Address, balance: Money) -> Self {
        Self {
            reference: row.reference.clone(),
            amount,
            to: to.clone(),
            note: row.note.clone(),
            balance,
        }
    }
}

impl Letter for Sent {
    const KIND: &'static str = "transfer_sent";

    fn class(&self) -> Class {
        Class::Receipt
    }

    fn subject(&self, language: Language) -> String {
        say!(
            language,
            "transfer_sent.subject",
            amount = language.money(self.amount),
            to = self.to,
            reference = self.reference
        )
    }

    fn body(&self, language: Language) -> Result<Body, MailtoError> {
        let (amount, balance) = (language.money(self.amount), language.money(self.balance));
        let mut facts = vec![
            amount_fact(language, self.amount),
            Fact::new(&say!(language, "fact.to"), self.to.as_str()),
        ];
        let note = self.note.as_deref();
        facts.extend(note.map(|note| Fact::new(&say!(language, "fact.note"), note)));
        facts.push(Fact::new(&say!(language, "fact.balance"), &*balance));
        facts.push(reference_fact(language, &self.reference));
        let first =
            say!(language, "transfer_sent.first", amount = amount, to = self.to, balance = balance);
        Ok(Body {
            title: say!(language, "transfer_sent.title", amount = amount, to = self.to),
            paragraphs: vec![first],
            facts,
            why: say!(language, "transfer_sent.why"),
            ..Body::default()
        })
    }

    fn sample() -> Self {
        Self {
            reference: "T-771".to_owned(),
            amount: sample_amount(2_000),
            to: sample_address(sample::OTHER),
            note: Some("lunch".to_owned()),
            balance: sample_amount(8_000).money(),
        }
    }
}

/// The recipient's receipt.
#[derive(Debug, Clone, Serialize)]
pub struct Received {
    reference: String,
    amount: Amount,
    from: Address,
    note: Option<String>,
    balance: Money,
}

impl Received {
    pub(super) fn new(row: &RequestRow, amount: Amount, balance: Money) -> Self {
        Self {
            reference: row.reference.clone(),
            amount,
            from: row.sender_address.clone(),
            note: row.note.clone(),
            balance,
        }
    }
}

impl Letter for Received {
    const KIND: &'static str = "transfer_received";

    fn class(&self) -> Class {
        Class::Receipt
    }

    fn subject(&self, language: Language) -> String {
        say!(
            language,
            "transfer_received.subject",
            amount = language.money(self.amount),
            from = self.from,
            reference = self.reference
        )
    }

    fn body(&self, language: Language) -> Result<Body, MailtoError> {
        let (amount, balance) = (language.money(self.amount), language.money(self.balance));
        let mut facts = vec![
            amount_fact(language, self.amount),
            Fact::new(&say!(language, "fact.from"), self.from.as_str()),
        ];
        let note = self.note.as_deref();
        facts.extend(note.map(|note| Fact::new(&say!(language, "fact.their_note"), note)));
        facts.push(Fact::new(&say!(language, "fact.balance"), &*balance));
        facts.push(reference_fact(language, &self.reference));
        let first = say!(
            language,
            "transfer_received.first",
            from = self.from,
            amount = amount,
            balance = balance
        );
        Ok(Body {
            title: say!(language, "transfer_received.title", amount = amount, from = self.from),
            paragraphs: vec![first],
            facts,
            why: say!(language, "transfer_received.why"),
            ..Body::default()
        })
    }

    fn sample() -> Self {
        Self {
            reference: "T-771".to_owned(),
            amount: sample_amount(2_000),
            from: sample_address(sample::PERSON),
            note: Some("lunch".to_owned()),
            balance: sample_amount(2_000).money(),
        }
    }
}
