//! The letters about what is in an account, and how its owner is written to.

use serde::Serialize;

use super::{Holding, facts, sample_money, wishes};
use crate::{
    language::Language,
    ledger::Account,
    letters::{Body, Class, Fact, Letter},
    mail::mailto::MailtoError,
    money::{Amount, Currency, Money},
};

/// What is in the account.
#[derive(Debug, Clone, Serialize)]
pub struct Balance {
    holdings: Vec<Holding>,
}

impl Balance {
    pub(in crate::accounts) fn new(accounts: &[Account]) -> Self {
        Self { holdings: Holding::of(accounts) }
    }

    fn title(&self, language: Language) -> String {
        say!(language, "account_balance.title", balance = self.first(language))
    }

    fn first(&self, language: Language) -> String {
        self.holdings.first().map(|one| language.money(one.balance)).unwrap_or_default()
    }
}

impl Letter for Balance {
    const KIND: &'static str = "account_balance";

    fn class(&self) -> Class {
        Class::Answer
    }

    fn subject(&self, language: Language) -> String {
        self.title(language)
    }

    fn body(&self, language: Language) -> Result<Body, MailtoError> {
        let first = say!(language, "account_balance.first", balance = self.first(language));
        Ok(Body {
            title: self.title(language),
            paragraphs: vec![first],
            facts: facts(language, &self.holdings),
            why: say!(language, "account_balance.why"),
            ..Body::default()
        })
    }

    fn sample() -> Self {
        let euro = Currency::parse("EUR").expect("ISO 4217");
        let of = |balance, held, currency| Holding {
            balance: Money::new(balance, currency),
            held: Money::new(held, currency),
        };
        Self { holdings: vec![of(8_000, 0, Currency::USD), of(1_250, 200, euro)] }
    }
}

/// Money booked by the operator.
#[derive(Debug, Clone, Serialize)]
pub struct Booked {
    amount: Amount,
    balance: Money,
    credit: bool,
    reference: String,
}

impl Booked {
    pub(in crate::accounts) fn new(
        amount: Amount,
        balance: Money,
        (credit, reference): (bool, &str),
    ) -> Self {
        Self { amount, balance, credit, reference: reference.to_owned() }
    }

    pub(super) fn debit() -> Self {
        Self { credit: false, ..Self::sample() }
    }
}

impl Letter for Booked {
    const KIND: &'static str = "account_booked";

    fn class(&self) -> Class {
        Class::Receipt
    }

    fn subject(&self, language: Language) -> String {
        let amount = language.money(self.amount);
        if self.credit {
            say!(language, "account_booked.added", amount = amount)
        } else {
            say!(language, "account_booked.paid_out", amount = amount)
        }
    }

    fn body(&self, language: Language) -> Result<Body, MailtoError> {
        let (amount, balance) = (language.money(self.amount), language.money(self.balance));
        let first = if self.credit {
            say!(language, "account_booked.first_added", amount = amount, balance = balance)
        } else {
            say!(language, "account_booked.first_paid_out", amount = amount, balance = balance)
        };
        let words = language.money_in_words(self.amount);
        let both = say!(language, "payment.in_words", amount = amount, words = words);
        Ok(Body {
            title: self.subject(language),
            paragraphs: vec![first],
            facts: vec![
                Fact::new(&say!(language, "fact.amount"), both),
                Fact::new(&say!(language, "fact.balance"), &*balance),
                Fact::new(&say!(language, "fact.reference"), &*self.reference),
            ],
            why: say!(language, "account_booked.why"),
            ..Body::default()
        })
    }

    fn sample() -> Self {
        Self {
            amount: Amount::new(sample_money(10_000)).expect("within the bounds"),
            balance: sample_money(18_000),
            credit: true,
            reference: "bank-2026-0042".to_owned(),
        }
    }
}

/// A person is written to in another language from now on.
#[derive(Debug, Clone, Serialize)]
pub struct LanguageChanged {}

impl Letter for LanguageChanged {
    const KIND: &'static str = "account_language";

    fn class(&self) -> Class {
        Class::Answer
    }

    fn subject(&self, language: Language) -> String {
        say!(language, "account_language.subject")
    }

    fn body(&self, language: Language) -> Result<Body, MailtoError> {
        Ok(Body {
            title: say!(language, "account_language.subject"),
            paragraphs: vec![
                say!(language, "account_language.first"),
                say!(language, "account_language.change", wishes = wishes(language)),
            ],
            why: say!(language, "account_language.why"),
            ..Body::default()
        })
    }

    fn sample() -> Self {
        Self {}
    }
}
