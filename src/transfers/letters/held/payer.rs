//! What the sender of a held payment reads.

use serde::Serialize;

use super::{About, Payment, without_links};
use crate::{
    address::Address,
    clock::At,
    language::Language,
    letters::{Action, Body, Class, Fact, Letter, prefilled, sample},
    mail::mailto::MailtoError,
    money::{Amount, Money},
    transfers::{
        RequestRow,
        held::{Held, Why},
        letters::payment::{amount_fact, reference_fact, sample_address, sample_amount},
    },
};

/// The money is set aside and the payee was told.
#[derive(Debug, Clone, Serialize)]
pub struct HeldLetter {
    payment: Payment,
    amount: Amount,
    to: Address,
    until: At,
    left: Money,
    reply_to: Address,
}

impl HeldLetter {
    pub(super) fn new((row, amount, held): About<'_>, left: Money, reply_to: Address) -> Self {
        let (payment, to) = (Payment::of(row), held.payee.clone());
        Self { payment, amount, to, until: held.expires_at, left, reply_to }
    }

    /// A button that opens a mail of one word about this payment.
    fn word(&self, word: &str, label: String) -> Result<Action, MailtoError> {
        let subject = format!("{word} [{}]", self.payment.reference);
        prefilled(label, &self.reply_to, &subject, &format!("{word}\n"))
    }
}

impl Letter for HeldLetter {
    const KIND: &'static str = "transfer_held";

    fn class(&self) -> Class {
        Class::Receipt
    }

    fn subject(&self, language: Language) -> String {
        say!(
            language,
            "transfer_held.subject",
            amount = language.money(self.amount),
            to = self.to,
            reference = self.payment.reference
        )
    }

    fn body(&self, language: Language) -> Result<Body, MailtoError> {
        let (amount, to) = (language.money(self.amount), &self.to);
        let (until, balance) = (language.time(self.until), language.money(self.left));
        let mut facts = self.payment.facts(language);
        facts.push(Fact::new(&say!(language, "fact.held_until"), &*until));
        facts.push(Fact::new(&say!(language, "fact.left"), &*balance));
        let (cancel, remind) = (say!(language, "command.cancel"), say!(language, "command.remind"));
        Ok(Body {
            title: say!(language, "transfer_held.title", amount = amount, to = to),
            paragraphs: vec![
                say!(language, "transfer_held.first", amount = amount, to = to),
                say!(language, "transfer_held.then", until = until, balance = balance),
            ],
            facts,
            others: vec![
                self.word(&remind, say!(language, "transfer_held.remind"))?,
                self.word(&cancel, say!(language, "transfer_held.cancel"))?,
            ],
            in_words: Some(say!(
                language,
                "transfer_held.in_words",
                remind = remind,
                cancel = cancel
            )),
            why: say!(language, "transfer_sent.why"),
            ..Body::default()
        })
    }

    fn sample() -> Self {
        Self {
            payment: Payment::sample(),
            amount: sample_amount(2_000),
            to: sample_address(sample::OTHER),
            until: At::from_unix_seconds(1_751_797_800),
            left: sample_amount(8_000).money(),
            reply_to: sample_address(sample::SERVICE),
        }
    }
}

/// The payee has taken it.
#[derive(Debug, Clone, Serialize)]
pub struct ClaimedLetter {
    payment: Payment,
    amount: Amount,
    to: Address,
    balance: Money,
}

impl ClaimedLetter {
    pub(super) fn new((row, amount, held): About<'_>, balance: Money) -> Self {
        Self { payment: Payment::of(row), amount, to: held.payee.clone(), balance }
    }
}

impl Letter for ClaimedLetter {
    const KIND: &'static str = "transfer_claimed";

    fn class(&self) -> Class {
        Class::Receipt
    }

    fn subject(&self, language: Language) -> String {
        say!(
            language,
            "transfer_claimed.subject",
            amount = language.money(self.amount),
            to = self.to,
            reference = self.payment.reference
        )
    }

    fn body(&self, language: Language) -> Result<Body, MailtoError> {
        let (amount, balance) = (language.money(self.amount), language.money(self.balance));
        let to = &self.to;
        let mut facts = self.payment.facts(language);
        facts.push(Fact::new(&say!(language, "fact.balance"), &*balance));
        let first =
            say!(language, "transfer_claimed.first", amount = amount, to = to, balance = balance);
        Ok(Body {
            title: say!(language, "transfer_claimed.title", amount = amount, to = to),
            paragraphs: vec![first],
            facts,
            why: say!(language, "transfer_sent.why"),
            ..Body::default()
        })
    }

    fn sample() -> Self {
        Self {
            payment: Payment::sample(),
            amount: sample_amount(2_000),
            to: sample_address(sample::OTHER),
            balance: sample_amount(8_000).money(),
        }
    }
}

/// The money is the sender's again, and why.
#[derive(Debug, Clone, Serialize)]
pub struct WentBack {
    reference: String,
    amount: Amount,
    to: Address,
    why: Why,
    left: Money,
}

impl WentBack {
    pub(super) fn new((row, amount, held): About<'_>, why: Why, left: Money) -> Self {
        let (reference, to) = (row.reference.clone(), held.payee.clone());
        Self { reference, amount, to, why, left }
    }

    pub(super) fn sample_of(why: Why) -> Self {
        Self { why, ..Self::sample() }
    }

    fn title(&self, language: Language) -> String {
        let (amount, to) = (language.money(self.amount), &self.to);
        match self.why {
            Why::TakenBack => say!(language, "transfer_back.taken", amount = amount, to = to),
            _ => say!(language, "transfer_back.title", amount = amount, to = to),
        }
    }

    fn sentence(&self, language: Language) -> String {
        let to = &self.to;
        match self.why {
            Why::TakenBack => say!(language, "transfer_back.taken_back", to = to),
            Why::Declined => say!(language, "transfer_back.declined", to = to),
            Why::Unclaimed => say!(language, "transfer_back.unclaimed", to = to),
            Why::Bounced(_) => say!(language, "transfer_back.bounced", to = to),
            Why::NotPayable => say!(language, "transfer_back.not_payable", to = to),
        }
    }
}

impl Letter for WentBack {
    const KIND: &'static str = "transfer_back";

    fn class(&self) -> Class {
        Class::Receipt
    }

    fn subject(&self, language: Language) -> String {
        let (title, reference) = (self.title(language), &self.reference);
        say!(language, "transfer_back.subject", title = title, reference = reference)
    }

    fn body(&self, language: Language) -> Result<Body, MailtoError> {
        let (amount, balance) = (language.money(self.amount), language.money(self.left));
        let mut facts = vec![
            amount_fact(language, self.amount),
            Fact::new(&say!(language, "fact.to"), self.to.as_str()),
        ];
        if let Why::Bounced(words) = &self.why {
            facts.push(Fact::new(&say!(language, "fact.host_said"), without_links(words)));
        }
        facts.push(Fact::new(&say!(language, "fact.left"), &*balance));
        facts.push(reference_fact(language, &self.reference));
        Ok(Body {
            title: self.title(language),
            paragraphs: vec![
                self.sentence(language),
                say!(language, "transfer_back.left", amount = amount, balance = balance),
            ],
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
            why: Why::Unclaimed,
            left: sample_amount(10_000).money(),
        }
    }
}

/// Answers the wish to have the payee reminded.
#[derive(Debug, Clone, Serialize)]
pub struct Reminded {
    payment: Payment,
    to: Address,
    until: At,
    /// When the next reminder can be sent; none: one has just been.
    again: Option<At>,
}

impl Reminded {
    pub(super) fn new(row: &RequestRow, held: &Held, again: Option<At>) -> Self {
        let (payment, to) = (Payment::of(row), held.payee.clone());
        Self { payment, to, until: held.expires_at, again }
    }

    pub(super) fn sample_too_soon() -> Self {
        Self { again: Some(At::from_unix_seconds(1_749_292_200)), ..Self::sample() }
    }

    fn title(&self, language: Language) -> String {
        let to = &self.to;
        match self.again {
            None => say!(language, "transfer_reminded.title", to = to),
            Some(_) => say!(language, "transfer_reminded.title_soon", to = to),
        }
    }
}

impl Letter for Reminded {
    const KIND: &'static str = "transfer_reminded";

    fn class(&self) -> Class {
        Class::Answer
    }

    fn subject(&self, language: Language) -> String {
        let (title, reference) = (self.title(language), &self.payment.reference);
        say!(language, "transfer_reminded.subject", title = title, reference = reference)
    }

    fn body(&self, language: Language) -> Result<Body, MailtoError> {
        let (to, until) = (&self.to, language.time(self.until));
        let first = match self.again {
            None => say!(language, "transfer_reminded.first", to = to, until = until),
            Some(again) => {
                let again = language.time(again);
                say!(language, "transfer_reminded.soon", to = to, again = again)
            }
        };
        Ok(Body {
            title: self.title(language),
            paragraphs: vec![first],
            facts: self.payment.facts(language),
            why: say!(language, "transfer_status.why"),
            ..Body::default()
        })
    }

    fn sample() -> Self {
        Self {
            payment: Payment::sample(),
            to: sample_address(sample::OTHER),
            until: At::from_unix_seconds(1_751_797_800),
            again: None,
        }
    }
}
