//! The letters about mail whose sender was not believed.

use serde::Serialize;

use crate::{
    address::Address,
    intent::Command,
    letters::{Action, Body, CONFIRM_LINK, Class, Letter, sample},
};

/// A command that is to be confirmed on a page, because its sender was not believed enough.
#[derive(Debug, Clone, Serialize)]
pub struct GateLetter {
    address: String,
    what: &'static str,
}

impl GateLetter {
    pub(in crate::accounts) fn new(address: &Address, command: &Command) -> Self {
        let what = match command {
            Command::SignUp { .. } => "open an account for you",
            Command::Balance {} => "send you your balance",
            Command::Freeze {} => "freeze your account",
            Command::Cancel(_) => "cancel a payment of yours",
            _ => "do something for you",
        };
        Self { address: address.to_string(), what }
    }

    pub(in crate::accounts) fn question(&self) -> String {
        format!("Shall we {}, {}?", self.what, self.address)
    }
}

impl Letter for GateLetter {
    const KIND: &'static str = "account_gate";

    fn class(&self) -> Class {
        Class::Unproved
    }

    fn subject(&self) -> String {
        "Please confirm that this was you".to_owned()
    }

    fn body(&self) -> Body {
        Body {
            title: "Please confirm that this was you".to_owned(),
            paragraphs: vec![format!(
                "Nothing has been done yet. A mail from {} asked us to {}, but nothing proved that it came from \
                 you. If it was you, please press the button once.",
                self.address, self.what
            )],
            primary: Some(Action::new("Yes, that was me", CONFIRM_LINK)),
            why: "You get this because a mail in your name reached us. If it was not you, do nothing."
                .to_owned(),
            ..Body::default()
        }
    }

    fn sample() -> Self {
        Self { address: sample::PERSON.to_owned(), what: "freeze your account" }
    }
}

/// Somebody wrote in a registered person's name; at most one such letter a day.
#[derive(Debug, Clone, Serialize)]
pub struct UnbelievedLetter {
    address: String,
}

impl UnbelievedLetter {
    pub(in crate::accounts) fn new(address: &Address) -> Self {
        Self { address: address.to_string() }
    }
}

impl Letter for UnbelievedLetter {
    const KIND: &'static str = "account_unbelieved";

    fn class(&self) -> Class {
        Class::Notice
    }

    fn subject(&self) -> String {
        "A mail in your name was not acted on".to_owned()
    }

    fn body(&self) -> Body {
        Body {
            title: "A mail in your name was not acted on".to_owned(),
            paragraphs: vec![
                format!(
                    "No money has moved. A mail that says it is from {} asked for a payment, but nothing proved \
                     that it came from you.",
                    self.address
                ),
                "If it was you, please write again from your usual mail program. If it was not, there is nothing \
                 to do."
                    .to_owned(),
            ],
            why: "You get this because the mail used your address. We send it once a day at most.".to_owned(),
            ..Body::default()
        }
    }

    fn sample() -> Self {
        Self { address: sample::PERSON.to_owned() }
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

    fn subject(&self) -> String {
        format!("A YES came from another address — nothing sent [{}]", self.reference)
    }

    fn body(&self) -> Body {
        Body {
            title: "A YES came from another address".to_owned(),
            paragraphs: vec![
                format!(
                    "No money has moved. Somebody answered YES to {} from an address that does not belong to \
                     your account.",
                    self.reference
                ),
                "If that was you, please confirm with the button in our earlier letter, or answer from the address \
                 this letter reached."
                    .to_owned(),
            ],
            why: "You get this because you were asked to confirm. We send it once a day at most.".to_owned(),
            ..Body::default()
        }
    }

    fn sample() -> Self {
        Self { reference: "T-771".to_owned() }
    }
}
