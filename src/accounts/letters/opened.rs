//! The letters about a new account.

use serde::Serialize;

use super::{balance_facts, examples, pay_somebody};
use crate::{
    address::Address,
    config::Settings,
    ledger::Account,
    letters::{Action, Body, Class, Fact, Letter, sample},
    mail::mailto::MailtoError,
};

/// A new account.
#[derive(Debug, Clone, Serialize)]
pub struct Welcome {
    address: String,
    service: String,
    balance: String,
    currency: String,
    pay: Action,
}

impl Welcome {
    pub(in crate::accounts) fn new(
        address: &Address,
        account: &Account,
        settings: &Settings,
    ) -> Result<Self, MailtoError> {
        Ok(Self {
            address: address.to_string(),
            service: settings.service_name.clone(),
            balance: account.posted().to_string(),
            currency: account.currency.to_string(),
            pay: pay_somebody(settings)?,
        })
    }
}

impl Letter for Welcome {
    const KIND: &'static str = "account_welcome";

    fn class(&self) -> Class {
        Class::Receipt
    }

    fn subject(&self) -> String {
        format!("Welcome to {}: your account is open", self.service)
    }

    fn body(&self) -> Body {
        Body {
            title: "Your account is open".to_owned(),
            paragraphs: vec![
                format!(
                    "Your account for {} is open. Your balance is {}.",
                    self.address, self.balance
                ),
                "You use it by writing ordinary mails to this address:".to_owned(),
            ],
            list: examples(),
            facts: vec![
                Fact::new("Account", &*self.address),
                Fact::new("Currency", &*self.currency),
                Fact::new("Balance", &*self.balance),
            ],
            primary: Some(self.pay.clone()),
            why: "You get this because an account was opened for your address.".to_owned(),
            ..Body::default()
        }
    }

    fn sample() -> Self {
        Self {
            address: sample::PERSON.to_owned(),
            service: sample::SERVICE_NAME.to_owned(),
            balance: "$0.00".to_owned(),
            currency: "USD".to_owned(),
            pay: sample::mail("Write a payment", "Payment", "pay\namount: ____\nto: ____\n"),
        }
    }
}

/// Somebody who has an account signs up again.
#[derive(Debug, Clone, Serialize)]
pub struct AlreadyOpen {
    service: String,
    facts: Vec<Fact>,
}

impl AlreadyOpen {
    pub(in crate::accounts) fn new(accounts: &[Account], settings: &Settings) -> Self {
        Self { service: settings.service_name.clone(), facts: balance_facts(accounts) }
    }
}

impl Letter for AlreadyOpen {
    const KIND: &'static str = "account_already_open";

    fn class(&self) -> Class {
        Class::Answer
    }

    fn subject(&self) -> String {
        format!("You have an account at {} already", self.service)
    }

    fn body(&self) -> Body {
        Body {
            title: "You have an account already".to_owned(),
            paragraphs: vec![
                "Your account is open, and nothing has changed. What you can write to us:"
                    .to_owned(),
            ],
            facts: self.facts.clone(),
            list: examples(),
            why: "You get this because you asked to sign up.".to_owned(),
            ..Body::default()
        }
    }

    fn sample() -> Self {
        let facts = vec![Fact::new("USD", "$80.00 ($5.00 of it held)")];
        Self { service: sample::SERVICE_NAME.to_owned(), facts }
    }
}
