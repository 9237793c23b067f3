//! The letters about mail whose sender was not believed.

use serde::Serialize;

use super::sample_address;
use crate::{
    address::Address,
    intent::Command,
    language::Language,
    letters::{Action, Body, CONFIRM_LINK, Class, Letter, sample},
    mail::mailto::MailtoError,
};

/// What is to be done once the link was pressed.
#[derive(Debug, Clone, Copy, Serialize)]
#[serde(rename_all = "snake_case")]
enum Wish {
    SignUp,
    Balance,
    Statement,
    Freeze,
    Cancel,
    AliasAdd,
    AliasRemove,
    Unfreeze,
    Other,
}

/// A command that is to be confirmed on a page, because its sender was not believed enough.
#[derive(Debug, Clone, Serialize)]
pub struct GateLetter {
    address: Address,
    wish: Wish,
    /// The further address that is spoken of.
    other: Option<Address>,
}

impl GateLetter {
    pub(in crate::accounts) fn new(address: &Address, command: &Command) -> Self {
        let wish = match command {
            Command::SignUp { .. } => Wish::SignUp,
            Command::Balance {} => Wish::Balance,
            Command::Statement { .. } => Wish::Statement,
            Command::Freeze {} => Wish::Freeze,
            Command::Cancel(_) => Wish::Cancel,
            Command::Unfreeze {} => Wish::Unfreeze,
            Command::Alias { .. } => Wish::AliasAdd,
            Command::AliasRemove { .. } => Wish::AliasRemove,
            _ => Wish::Other,
        };
        let other = match command {
            Command::Alias { address } | Command::AliasRemove { address } => Some(address.clone()),
            _ => None,
        };
        Self { address: address.clone(), wish, other }
    }

    pub(super) fn of_an_alias() -> Self {
        let other = Some(sample_address("ada@work.example"));
        Self { wish: Wish::AliasAdd, other, ..Self::sample() }
    }

    fn other(&self) -> &str {
        self.other.as_ref().map_or("", Address::as_str)
    }

    pub(in crate::accounts) fn question(&self, language: Language) -> String {
        let address = &self.address;
        match self.wish {
            Wish::SignUp => say!(language, "account_gate.question_sign_up", address = address),
            Wish::Balance => say!(language, "account_gate.question_balance", address = address),
            Wish::Statement => say!(language, "account_gate.question_statement", address = address),
            Wish::Freeze => say!(language, "account_gate.question_freeze", address = address),
            Wish::Cancel => say!(language, "account_gate.question_cancel", address = address),
            Wish::AliasAdd => say!(
                language,
                "account_gate.question_alias_add",
                address = address,
                other = self.other()
            ),
            Wish::AliasRemove => say!(
                language,
                "account_gate.question_alias_remove",
                address = address,
                other = self.other()
            ),
            Wish::Unfreeze => say!(language, "account_gate.question_unfreeze", address = address),
            Wish::Other => say!(language, "account_gate.question_other", address = address),
        }
    }

    fn first(&self, language: Language) -> String {
        let address = &self.address;
        match self.wish {
            Wish::SignUp => say!(language, "account_gate.first_sign_up", address = address),
            Wish::Balance => say!(language, "account_gate.first_balance", address = address),
            Wish::Statement => say!(language, "account_gate.first_statement", address = address),
            Wish::Freeze => say!(language, "account_gate.first_freeze", address = address),
            Wish::Cancel => say!(language, "account_gate.first_cancel", address = address),
            Wish::AliasAdd => say!(
                language,
                "account_gate.first_alias_add",
                address = address,
                other = self.other()
            ),
            Wish::AliasRemove => say!(
                language,
                "account_gate.first_alias_remove",
                address = address,
                other = self.other()
            ),
            Wish::Unfreeze => say!(language, "account_gate.first_unfreeze", address = address),
            Wish::Other => say!(language, "account_gate.first_other", address = address),
        }
    }
}

impl Letter for GateLetter {
    const KIND: &'static str = "account_gate";

    fn class(&self) -> Class {
        Class::Unproved
    }

    fn subject(&self, language: Language) -> String {
        say!(language, "account_gate.title")
    }

    fn body(&self, language: Language) -> Result<Body, MailtoError> {
        Ok(Body {
            title: say!(language, "account_gate.title"),
            paragraphs: vec![self.first(language)],
            primary: Some(Action::new(say!(language, "account_gate.button"), CONFIRM_LINK)),
            why: say!(language, "account_gate.why"),
            ..Body::default()
        })
    }

    fn sample() -> Self {
        Self { address: sample_address(sample::PERSON), wish: Wish::Freeze, other: None }
    }
}

/// Somebody wrote in a registered person's name; at most one such letter a day.
#[derive(Debug, Clone, Serialize)]
pub struct UnbelievedLetter {
    address: Address,
}

impl UnbelievedLetter {
    pub(in crate::accounts) fn new(address: &Address) -> Self {
        Self { address: address.clone() }
    }
}

impl Letter for UnbelievedLetter {
    const KIND: &'static str = "account_unbelieved";

    fn class(&self) -> Class {
        Class::Notice
    }

    fn subject(&self, language: Language) -> String {
        say!(language, "account_unbelieved.title")
    }

    fn body(&self, language: Language) -> Result<Body, MailtoError> {
        Ok(Body {
            title: say!(language, "account_unbelieved.title"),
            paragraphs: vec![
                say!(language, "account_unbelieved.first", address = self.address),
                say!(language, "account_unbelieved.second"),
            ],
            why: say!(language, "account_unbelieved.why"),
            ..Body::default()
        })
    }

    fn sample() -> Self {
        Self { address: sample_address(sample::PERSON) }
    }
}

/// A YES came from an address that was not asked; at most one such letter a day.
#[derive(Debug, Clone, Serialize)]
pub struct ForeignYesLetter {
    reference: String,
}

impl ForeignYesLetter {
    pub(in crate::accounts) fn new(reference: &str) -> Self {
        Self { reference: reference.to_owned() }
    }
}

impl Letter for ForeignYesLetter {
    const KIND: &'static str = "account_foreign_yes";

    fn class(&self) -> Class {
        Class::Notice
    }

    fn subject(&self, language: Language) -> String {
        let yes = say!(language, "command.yes");
        say!(language, "account_foreign_yes.subject", yes = yes, reference = self.reference)
    }

    fn body(&self, language: Language) -> Result<Body, MailtoError> {
        let (yes, reference) = (say!(language, "command.yes"), &self.reference);
        Ok(Body {
            title: say!(language, "account_foreign_yes.title", yes = yes),
            paragraphs: vec![
                say!(language, "account_foreign_yes.first", yes = yes, reference = reference),
                say!(language, "account_foreign_yes.second"),
            ],
            why: say!(language, "account_foreign_yes.why"),
            ..Body::default()
        })
    }

    fn sample() -> Self {
        Self { reference: "T-771".to_owned() }
    }
}
