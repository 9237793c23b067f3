//! What somebody reads for whom money was held, when it is over.

use serde::Serialize;

use super::{About, without_links};
use crate::{
    address::Address,
    config::Settings,
    language::Language,
    letters::{Body, Class, Fact, Letter, pay_somebody, sample},
    mail::mailto::MailtoError,
    money::{Amount, Money},
    transfers::{
        RequestRow, State,
        letters::payment::{amount_fact, reference_fact, sample_address, sample_amount},
    },
};

/// The receipt of somebody whose account was opened by claiming: it welcomes them as well.
#[derive(Debug, Clone, Serialize)]
pub struct ClaimPaid {
    reference: String,
    amount: Amount,
    from: Address,
    address: Address,
    note: Option<String>,
    balance: Money,
    service: String,
    service_address: Address,
}

impl ClaimPaid {
    pub(super) fn new((row, amount, held): About<'_>, balance: Money, settings: &Settings) -> Self {
        Self {
            reference: row.reference.clone(),
            amount,
            from: row.sender_address.clone(),
            address: held.payee.clone(),
            note: row.note.as_deref().map(without_links),
            balance,
            service: settings.service_name.clone(),
            service_address: settings.service_address.clone(),
        }
    }
}

impl Letter for ClaimPaid {
    const KIND: &'static str = "transfer_claim_paid";

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
        let from = &self.from;
        let mut facts = vec![
            amount_fact(language, self.amount),
            Fact::new(&say!(language, "fact.from"), from.as_str()),
        ];
        let note = self.note.as_deref();
        facts.extend(note.map(|note| Fact::new(&say!(language, "fact.their_note"), note)));
        facts.push(Fact::new(&say!(language, "fact.account"), self.address.as_str()));
        facts.push(Fact::new(&say!(language, "fact.balance"), &*balance));
        facts.push(reference_fact(language, &self.reference));
        let first = say!(
            language,
            "transfer_received.first",
            from = from,
            amount = amount,
            balance = balance
        );
        let opened = say!(
            language,
            "transfer_claim_paid.opened",
            service = self.service,
            address = self.address
        );
        Ok(Body {
            title: say!(language, "transfer_received.title", amount = amount, from = from),
            paragraphs: vec![first, opened],
            list: vec![
                say!(language, "example.pay", words = say!(language, "words.pay")),
                say!(language, "example.balance", words = say!(language, "words.balance")),
                say!(language, "example.help", words = say!(language, "words.help")),
            ],
            facts,
            primary: Some(pay_somebody(language, &self.service_address)?),
            why: say!(language, "transfer_claim_paid.why"),
            ..Body::default()
        })
    }

    fn sample() -> Self {
        Self {
            reference: "T-771".to_owned(),
            amount: sample_amount(2_000),
            from: sample_address(sample::PERSON),
            address: sample_address(sample::OTHER),
            note: Some("lunch".to_owned()),
            balance: sample_amount(2_000).money(),
            service: sample::SERVICE_NAME.to_owned(),
            service_address: sample_address(sample::SERVICE),
        }
    }
}

/// The payee did not want it.
#[derive(Debug, Clone, Serialize)]
pub struct DeclinedLetter {
    reference: String,
    amount: Amount,
    from: Address,
}

impl DeclinedLetter {
    pub(super) fn new((row, amount, _): About<'_>) -> Self {
        Self { reference: row.reference.clone(), amount, from: row.sender_address.clone() }
    }
}

impl Letter for DeclinedLetter {
    const KIND: &'static str = "transfer_declined";

    fn class(&self) -> Class {
        Class::Receipt
    }

    fn subject(&self, language: Language) -> String {
        say!(
            language,
            "transfer_declined.subject",
            amount = language.money(self.amount),
            from = self.from,
            reference = self.reference
        )
    }

    fn body(&self, language: Language) -> Result<Body, MailtoError> {
        let (amount, from) = (language.money(self.amount), &self.from);
        Ok(Body {
            title: say!(language, "transfer_declined.title", amount = amount, from = from),
            paragraphs: vec![say!(
                language,
                "transfer_declined.first",
                amount = amount,
                from = from
            )],
            facts: vec![
                amount_fact(language, self.amount),
                Fact::new(&say!(language, "fact.from"), from.as_str()),
                reference_fact(language, &self.reference),
            ],
            why: say!(language, "transfer_declined.why"),
            ..Body::default()
        })
    }

    fn sample() -> Self {
        Self {
            reference: "T-771".to_owned(),
            amount: sample_amount(2_000),
            from: sample_address(sample::PERSON),
        }
    }
}

/// The payee answers a payment that no longer waits.
#[derive(Debug, Clone, Serialize)]
pub struct ClaimOver {
    reference: String,
    amount: Amount,
    from: Address,
    state: State,
}

impl ClaimOver {
    /// None of a request that never had an amount.
    pub(super) fn new(row: &RequestRow) -> Option<Self> {
        Some(Self {
            reference: row.reference.clone(),
            amount: row.amount()?,
            from: row.sender_address.clone(),
            state: row.state,
        })
    }

    /// Of one that went back a moment ago.
    pub(super) fn returned((row, amount, _): About<'_>) -> Self {
        let (reference, from) = (row.reference.clone(), row.sender_address.clone());
        Self { reference, amount, from, state: State::Returned }
    }

    pub(super) fn sample_in(state: State) -> Self {
        Self { state, ..Self::sample() }
    }
}

/// What became of a payment that had been held, as its payee is told: in one line, and in a sentence.
pub(in crate::transfers) fn over(
    language: Language,
    state: State,
    from: &Address,
) -> (String, String) {
    match state {
        State::Done => (
            say!(language, "transfer_claim_over.title_done"),
            say!(language, "transfer_claim_over.done", from = from),
        ),
        State::Cancelled => (
            say!(language, "transfer_claim_over.title_cancelled"),
            say!(language, "transfer_claim_over.cancelled", from = from),
        ),
        _ => (
            say!(language, "transfer_claim_over.title_returned"),
            say!(language, "transfer_claim_over.returned", from = from),
        ),
    }
}

impl Letter for ClaimOver {
    const KIND: &'static str = "transfer_claim_over";

    fn class(&self) -> Class {
        Class::Answer
    }

    fn subject(&self, language: Language) -> String {
        let (title, _) = over(language, self.state, &self.from);
        let reference = &self.reference;
        say!(language, "transfer_claim_over.subject", title = title, reference = reference)
    }

    fn body(&self, language: Language) -> Result<Body, MailtoError> {
        let (title, sentence) = over(language, self.state, &self.from);
        Ok(Body {
            title,
            paragraphs: vec![sentence],
            facts: vec![
                amount_fact(language, self.amount),
                Fact::new(&say!(language, "fact.from"), self.from.as_str()),
                reference_fact(language, &self.reference),
            ],
            why: say!(language, "transfer_status.why"),
            ..Body::default()
        })
    }

    fn sample() -> Self {
        Self {
            reference: "T-771".to_owned(),
            amount: sample_amount(2_000),
            from: sample_address(sample::PERSON),
            state: State::Done,
        }
    }
}
