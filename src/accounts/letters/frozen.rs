//! The letters about whether money can leave an account.

use serde::Serialize;

use super::sample_address;
use crate::{
    address::Address,
    config::Settings,
    language::Language,
    letters::{Body, Class, Letter},
    mail::mailto::MailtoError,
};

/// Nothing leaves the account any more.
#[derive(Debug, Clone, Serialize)]
pub struct Frozen {
    operator: Option<Address>,
}

/// Whom to write to about it.
fn whom(operator: Option<&Address>, language: Language) -> String {
    let unnamed = || say!(language, "account_frozen.operator");
    operator.map_or_else(unnamed, Address::to_string)
}

impl Frozen {
    pub(in crate::accounts) fn new(settings: &Settings) -> Self {
        Self { operator: settings.operator_address.clone() }
    }
}

impl Letter for Frozen {
    const KIND: &'static str = "account_frozen";

    fn class(&self) -> Class {
        Class::Receipt
    }

    fn subject(&self, language: Language) -> String {
        say!(language, "account_frozen.subject")
    }

    fn body(&self, language: Language) -> Result<Body, MailtoError> {
        let whom = whom(self.operator.as_ref(), language);
        let words = say!(language, "words.unfreeze");
        Ok(Body {
            title: say!(language, "account_frozen.title"),
            paragraphs: vec![
                say!(language, "account_frozen.first"),
                say!(language, "account_frozen.reopen", words = words, whom = whom),
            ],
            why: say!(language, "account_frozen.why"),
            ..Body::default()
        })
    }

    fn sample() -> Self {
        Self { operator: Some(sample_address("desk@post.example")) }
    }
}

/// What came of asking that money may leave again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Thaw {
    /// It may.
    Open,
    /// It might all the time.
    NotFrozen,
    /// It may not: the operator stopped it.
    ByOperator,
}

/// Money leaves the account again, or why it does not.
#[derive(Debug, Clone, Serialize)]
pub struct Unfrozen {
    thaw: Thaw,
    operator: Option<Address>,
}

impl Unfrozen {
    pub(in crate::accounts) fn new(thaw: Thaw, settings: &Settings) -> Self {
        Self { thaw, operator: settings.operator_address.clone() }
    }

    pub(super) fn by_operator() -> Self {
        Self { thaw: Thaw::ByOperator, operator: Some(sample_address("desk@post.example")) }
    }
}

impl Letter for Unfrozen {
    const KIND: &'static str = "account_unfrozen";

    fn class(&self) -> Class {
        match self.thaw {
            Thaw::Open => Class::Receipt,
            Thaw::NotFrozen | Thaw::ByOperator => Class::Answer,
        }
    }

    fn subject(&self, language: Language) -> String {
        match self.thaw {
            Thaw::Open => say!(language, "account_unfrozen.title"),
            Thaw::NotFrozen => say!(language, "account_unfrozen.title_not_frozen"),
            Thaw::ByOperator => say!(language, "account_unfrozen.title_by_operator"),
        }
    }

    fn body(&self, language: Language) -> Result<Body, MailtoError> {
        let words = say!(language, "words.freeze");
        let first = match self.thaw {
            Thaw::Open => say!(language, "account_unfrozen.first", words = words),
            Thaw::NotFrozen => say!(language, "account_unfrozen.not_frozen"),
            Thaw::ByOperator => {
                let whom = whom(self.operator.as_ref(), language);
                say!(language, "account_unfrozen.by_operator", whom = whom)
            }
        };
        Ok(Body {
            title: self.subject(language),
            paragraphs: vec![first],
            why: say!(language, "account_unfrozen.why"),
            ..Body::default()
        })
    }

    fn sample() -> Self {
        Self { thaw: Thaw::Open, operator: None }
    }
}
