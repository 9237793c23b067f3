//! The letters about a new account.

use serde::Serialize;

use super::{Holding, examples, facts, sample_address, sample_money};
use crate::{
    address::Address,
    config::Settings,
    language::Language,
    ledger::Account,
    letters::{Body, Class, Fact, Letter, pay_somebody, sample},
    mail::mailto::MailtoError,
    money::Money,
};

/// A new account.
#[derive(Debug, Clone, Serialize)]
pub struct Welcome {
    address: Address,
    service: String,
    service_address: Address,
    balance: Money,
}

impl Welcome {
    pub(in crate::accounts) fn new(
        address: &Address,
        account: &Account,
        settings: &Settings,
    ) -> Self {
        Self {
            address: address.clone(),
            service: settings.service_name.clone(),
            service_address: settings.service_address.clone(),
            balance: account.posted(),
        }
    }
}

impl Letter for Welcome {
    const KIND: &'static str = "account_welcome";

    fn class(&self) -> Class {
        Class::Receipt
    }

    fn subject(&self, language: Language) -> String {
        say!(language, "account_welcome.subject", service = self.service)
    }

    fn body(&self, language: Language) -> Result<Body, MailtoError> {
        let (address, balance) = (&self.address, language.money(self.balance));
        Ok(Body {
            title: say!(language, "account_welcome.title"),
            paragraphs: vec![
                say!(language, "account_welcome.first", address = address, balance = balance),
                say!(language, "account_welcome.how"),
            ],
            list: examples(language),
            facts: vec![
                Fact::new(&say!(language, "fact.account"), address.as_str()),
                Fact::new(&say!(language, "fact.currency"), self.balance.currency.code()),
                Fact::new(&say!(language, "fact.opening_balance"), &*balance),
            ],
            primary: Some(pay_somebody(language, &self.service_address)?),
            why: say!(language, "account_welcome.why"),
            ..Body::default()
        })
    }

    fn sample() -> Self {
        Self {
            address: sample_address(sample::PERSON),
            service: sample::SERVICE_NAME.to_owned(),
            service_address: sample_address(sample::SERVICE),
            balance: sample_money(0),
        }
    }
}

/// Somebody who has an account signs up again.
#[derive(Debug, Clone, Serialize)]
pub struct AlreadyOpen {
    service: String,
    holdings: Vec<Holding>,
}

impl AlreadyOpen {
    pub(in crate::accounts) fn new(accounts: &[Account], settings: &Settings) -> Self {
        Self { service: settings.service_name.clone(), holdings: Holding::of(accounts) }
    }
}

impl Letter for AlreadyOpen {
    const KIND: &'static str = "account_already_open";

    fn class(&self) -> Class {
        Class::Answer
    }

    fn subject(&self, language: Language) -> String {
        say!(language, "account_already_open.subject", service = self.service)
    }

    fn body(&self, language: Language) -> Result<Body, MailtoError> {
        Ok(Body {
            title: say!(language, "account_already_open.title"),
            paragraphs: vec![say!(language, "account_already_open.first")],
            facts: facts(language, &self.holdings),
            list: examples(language),
            why: say!(language, "account_already_open.why"),
            ..Body::default()
        })
    }

    fn sample() -> Self {
        let holding = Holding { balance: sample_money(8_000), held: sample_money(500) };
        Self { service: sample::SERVICE_NAME.to_owned(), holdings: vec![holding] }
    }
}
