//! The letters about what is in an account and whether it can leave.

use serde::Serialize;

use super::balance_facts;
use crate::{
    address::Address,
    config::Settings,
    ledger::Account,
    letters::{Body, Class, Fact, Letter},
    money::{Amount, Money},
};

/// What is in the account.
#[derive(Debug, Clone, Serialize)]
pub struct Balance {
    facts: Vec<Fact>,
    first: String,
}

impl Balance {
    pub(in crate::accounts) fn new(accounts: &[Account]) -> Self {
        let first = accounts.first().map(|a| a.posted().to_string()).unwrap_or_default();
        Self { facts: balance_facts(accounts), first }
    }
}

impl Letter for Balance {
    const KIND: &'static str = "account_balance";

    fn class(&self) -> Class {
        Class::Answer
    }

    fn subject(&self) -> String {
        format!("Your balance is {}", self.first)
    }

    fn body(&self) -> Body {
        Body {
            title: format!("Your balance is {}", self.first),
            paragraphs: vec![format!("Your balance is {}.", self.first)],
            facts: self.facts.clone(),
            why: "You get this because you asked for your balance.".to_owned(),
            ..Body::default()
        }
    }

    fn sample() -> Self {
        let facts = vec![Fact::new("USD", "$80.00"), Fact::new("EUR", "€12.50 (€2.00 of it held)")];
        Self { facts, first: "$80.00".to_owned() }
    }
}

/// Nothing leaves the account any more.
#[derive(Debug, Clone, Serialize)]
pub struct Frozen {
    operator: Option<String>,
}

impl Frozen {
    pub(in crate::accounts) fn new(settings: &Settings) -> Self {
        Self { operator: settings.operator_address.as_ref().map(Address::to_string) }
    }
}

impl Letter for Frozen {
    const KIND: &'static str = "account_frozen";

    fn class(&self) -> Class {
        Class::Receipt
    }

    fn subject(&self) -> String {
        "Your account is frozen: no money can leave it".to_owned()
    }

    fn body(&self) -> Body {
        let whom = self.operator.as_deref().unwrap_or("the operator of this service");
        Body {
            title: "Your account is frozen".to_owned(),
            paragraphs: vec![
                "No money can leave your account from now on; money can still arrive.".to_owned(),
                format!("To open it again, please write to {whom}."),
            ],
            why: "You get this because a mail from your address asked to freeze your account."
                .to_owned(),
            ..Body::default()
        }
    }

    fn sample() -> Self {
        Self { operator: Some("desk@post.example".to_owned()) }
    }
}

/// Money booked by the operator.
#[derive(Debug, Clone, Serialize)]
pub struct Booked {
    amount: String,
    amount_in_words: String,
    balance: String,
    credit: bool,
    reference: String,
}

impl Booked {
    pub(in crate::accounts) fn new(
        amount: Amount,
        balance: Money,
        (credit, reference): (bool, &str),
    ) -> Self {
        Self {
            amount: amount.to_string(),
            amount_in_words: amount.money().in_words(),
            balance: balance.to_string(),
            credit,
            reference: reference.to_owned(),
        }
    }
}

impl Booked {
    pub(super) fn debit() -> Self {
        Self { credit: false, ..Self::sample() }
    }
}

impl Letter for Booked {
    const KIND: &'static str = "account_booked";

    fn class(&self) -> Class {
        Class::Receipt
    }

    fn subject(&self) -> String {
        let what = if self.credit { "Added to your account" } else { "Paid out of your account" };
        format!("{what}: {}", self.amount)
    }

    fn body(&self) -> Body {
        let what = if self.credit { "was added to" } else { "was paid out of" };
        Body {
            title: self.subject(),
            paragraphs: vec![format!(
                "{} {what} your account. Your balance is now {}.",
                self.amount, self.balance
            )],
            facts: vec![
                Fact::new("Amount", format!("{} ({})", self.amount, self.amount_in_words)),
                Fact::new("Your balance", &*self.balance),
                Fact::new("Reference", &*self.reference),
            ],
            why: "You get this because the balance of your account has changed.".to_owned(),
            ..Body::default()
        }
    }

    fn sample() -> Self {
        Self {
            amount: "$100.00".to_owned(),
            amount_in_words: "one hundred US dollars".to_owned(),
            balance: "$180.00".to_owned(),
            credit: true,
            reference: "bank-2026-0042".to_owned(),
        }
    }
}
