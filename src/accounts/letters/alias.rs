//! The letters about further addresses of an account.

use serde::Serialize;

use super::sample_address;
use crate::{
    address::Address,
    config::Settings,
    language::Language,
    letters::{Action, Body, CONFIRM_LINK, Class, Letter, sample},
    mail::mailto::MailtoError,
};

/// Asks a new address whether it is to belong to somebody's account.
#[derive(Debug, Clone, Serialize)]
pub struct AliasAsked {
    owner: Address,
    address: Address,
    service: String,
}

impl AliasAsked {
    pub(in crate::accounts) fn new(
        owner: &Address,
        address: &Address,
        settings: &Settings,
    ) -> Self {
        let service = settings.service_name.clone();
        Self { owner: owner.clone(), address: address.clone(), service }
    }

    pub(in crate::accounts) fn question(&self, language: Language) -> String {
        let (address, owner) = (&self.address, &self.owner);
        say!(language, "account_alias_asked.question", address = address, owner = owner)
    }
}

impl Letter for AliasAsked {
    const KIND: &'static str = "account_alias_asked";

    fn class(&self) -> Class {
        Class::Unproved
    }

    fn subject(&self, language: Language) -> String {
        say!(language, "account_alias_asked.title")
    }

    fn body(&self, language: Language) -> Result<Body, MailtoError> {
        let (address, owner, service) = (&self.address, &self.owner, &self.service);
        let first = say!(
            language,
            "account_alias_asked.first",
            address = address,
            owner = owner,
            service = service
        );
        Ok(Body {
            title: say!(language, "account_alias_asked.title"),
            paragraphs: vec![
                first,
                say!(language, "account_alias_asked.then", address = address, owner = owner),
            ],
            primary: Some(Action::new(say!(language, "account_alias_asked.button"), CONFIRM_LINK)),
            why: say!(language, "account_alias_asked.why", owner = owner),
            ..Body::default()
        })
    }

    fn sample() -> Self {
        Self {
            owner: sample_address(sample::PERSON),
            address: sample_address("ada@work.example"),
            service: sample::SERVICE_NAME.to_owned(),
        }
    }
}

/// An address belongs to an account now, or no longer; told to all of its addresses.
#[derive(Debug, Clone, Serialize)]
pub struct AliasChanged {
    address: Address,
    added: bool,
    all: Vec<Address>,
}

impl AliasChanged {
    pub(in crate::accounts) fn new(address: &Address, added: bool, all: &[Address]) -> Self {
        Self { address: address.clone(), added, all: all.to_vec() }
    }

    pub(super) fn removed() -> Self {
        let all = vec![sample_address(sample::PERSON)];
        Self { added: false, all, ..Self::sample() }
    }
}

impl Letter for AliasChanged {
    const KIND: &'static str = "account_alias_changed";

    fn class(&self) -> Class {
        Class::Receipt
    }

    fn subject(&self, language: Language) -> String {
        let address = &self.address;
        if self.added {
            say!(language, "account_alias_changed.title_added", address = address)
        } else {
            say!(language, "account_alias_changed.title_removed", address = address)
        }
    }

    fn body(&self, language: Language) -> Result<Body, MailtoError> {
        let address = &self.address;
        let first = if self.added {
            say!(language, "account_alias_changed.first_added", address = address)
        } else {
            say!(language, "account_alias_changed.first_removed", address = address)
        };
        let words = say!(language, "words.freeze");
        Ok(Body {
            title: self.subject(language),
            paragraphs: vec![
                first,
                say!(language, "account_alias_changed.doubt", words = words),
                say!(language, "account_alias_changed.all"),
            ],
            list: self.all.iter().map(Address::to_string).collect(),
            why: say!(language, "account_alias_changed.why"),
            ..Body::default()
        })
    }

    fn sample() -> Self {
        let address = sample_address("ada@work.example");
        Self {
            address: address.clone(),
            added: true,
            all: vec![sample_address(sample::PERSON), address],
        }
    }
}

/// What stands in the way of a further address, or of one less.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Obstacle {
    /// It is the service's own.
    Ours,
    /// It belongs to this account already.
    Own,
    /// It belongs to another account.
    Taken,
    /// The account has as many as it may.
    Many,
    /// So many were asked for today.
    Often,
    /// It does not belong to this account.
    NotYours,
    /// It is the only one.
    Last,
}

/// The addresses of an account stay as they are.
#[derive(Debug, Clone, Serialize)]
pub struct AliasProblem {
    address: Address,
    obstacle: Obstacle,
}

impl AliasProblem {
    pub(in crate::accounts) fn new(address: &Address, obstacle: Obstacle) -> Self {
        Self { address: address.clone(), obstacle }
    }

    pub(super) fn last() -> Self {
        Self { address: sample_address(sample::PERSON), obstacle: Obstacle::Last }
    }

    pub(in crate::accounts) fn sentence(&self, language: Language) -> String {
        let address = &self.address;
        match self.obstacle {
            Obstacle::Ours => say!(language, "account_alias_problem.ours", address = address),
            Obstacle::Own => say!(language, "account_alias_problem.own", address = address),
            Obstacle::Taken => say!(language, "account_alias_problem.taken", address = address),
            Obstacle::Many => say!(language, "account_alias_problem.many"),
            Obstacle::Often => say!(language, "account_alias_problem.often"),
            Obstacle::NotYours => {
                say!(language, "account_alias_problem.not_yours", address = address)
            }
            Obstacle::Last => say!(language, "account_alias_problem.last", address = address),
        }
    }
}

impl Letter for AliasProblem {
    const KIND: &'static str = "account_alias_problem";

    fn class(&self) -> Class {
        Class::Answer
    }

    fn subject(&self, language: Language) -> String {
        say!(language, "account_alias_problem.title")
    }

    fn body(&self, language: Language) -> Result<Body, MailtoError> {
        let sentence = self.sentence(language);
        Ok(Body {
            title: self.subject(language),
            paragraphs: vec![say!(language, "account_alias_problem.first", sentence = sentence)],
            why: say!(language, "account_alias_problem.why"),
            ..Body::default()
        })
    }

    fn sample() -> Self {
        Self { address: sample_address("ada@work.example"), obstacle: Obstacle::Taken }
    }
}
