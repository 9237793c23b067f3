//! The letters that say what can be written: asked for, and where nothing else fits.

use serde::Serialize;

use super::{examples, pay_somebody, sign_up};
use crate::{
    config::Settings,
    letters::{Action, Body, Class, Letter, sample},
    mail::mailto::MailtoError,
};

/// What one can write.
#[derive(Debug, Clone, Serialize)]
pub struct Help {
    service: String,
    registered: bool,
    action: Action,
    #[serde(skip)]
    class: Class,
}

impl Help {
    pub(in crate::accounts) fn new(
        registered: bool,
        class: Class,
        settings: &Settings,
    ) -> Result<Self, MailtoError> {
        let action = if registered { pay_somebody(settings)? } else { sign_up(settings)? };
        Ok(Self { service: settings.service_name.clone(), registered, action, class })
    }

    pub(super) fn to_a_stranger() -> Self {
        let action = sample::mail("Sign up by mail", "Sign up", "sign up\n");
        Self { registered: false, action, ..Self::sample() }
    }
}

impl Letter for Help {
    const KIND: &'static str = "account_help";

    fn class(&self) -> Class {
        self.class
    }

    fn subject(&self) -> String {
        format!("What you can write to {}", self.service)
    }

    fn body(&self) -> Body {
        let first = if self.registered {
            "You use your account by writing ordinary mails to this address:"
        } else {
            "You have no account here yet. Once you have signed up, you can write:"
        };
        Body {
            title: format!("What you can write to {}", self.service),
            paragraphs: vec![first.to_owned()],
            list: examples(),
            primary: Some(self.action.clone()),
            why: "You get this because you wrote to us.".to_owned(),
            ..Body::default()
        }
    }

    fn sample() -> Self {
        Self {
            service: sample::SERVICE_NAME.to_owned(),
            registered: true,
            action: pay_sample(),
            class: Class::Answer,
        }
    }
}

/// Understood, but not something this service does.
#[derive(Debug, Clone, Serialize)]
pub struct NotOffered {
    intent: String,
    pay: Action,
    #[serde(skip)]
    class: Class,
}

impl NotOffered {
    pub(in crate::accounts) fn new(
        intent: &str,
        class: Class,
        settings: &Settings,
    ) -> Result<Self, MailtoError> {
        Ok(Self { intent: intent.replace('_', " "), pay: pay_somebody(settings)?, class })
    }
}

impl Letter for NotOffered {
    const KIND: &'static str = "account_not_offered";

    fn class(&self) -> Class {
        self.class
    }

    fn subject(&self) -> String {
        format!("Not offered here yet: {} — nothing was done", self.intent)
    }

    fn body(&self) -> Body {
        Body {
            title: format!("Not offered here yet: {}", self.intent),
            paragraphs: vec![
                "Nothing was done. We understood your mail, but this service does not offer that yet. What \
                 you can write:"
                    .to_owned(),
            ],
            list: examples(),
            primary: Some(self.pay.clone()),
            why: "You get this because you wrote to us.".to_owned(),
            ..Body::default()
        }
    }

    fn sample() -> Self {
        Self { intent: "set price".to_owned(), pay: pay_sample(), class: Class::Answer }
    }
}

/// Nothing in the mail asks for anything we do; at most one such letter a day.
#[derive(Debug, Clone, Serialize)]
pub struct NotUnderstood {
    words: Option<String>,
    pay: Action,
}

impl NotUnderstood {
    pub(in crate::accounts) fn new(
        words: Option<String>,
        settings: &Settings,
    ) -> Result<Self, MailtoError> {
        Ok(Self { words, pay: pay_somebody(settings)? })
    }
}

impl Letter for NotUnderstood {
    const KIND: &'static str = "account_not_understood";

    fn class(&self) -> Class {
        Class::Notice
    }

    fn subject(&self) -> String {
        "We are not sure what you want — nothing was done".to_owned()
    }

    fn body(&self) -> Body {
        Body {
            title: "We are not sure what you want".to_owned(),
            paragraphs: vec![
                "Nothing was done: we found nothing in your mail that we could act on. What you can write:"
                    .to_owned(),
            ],
            quote: self.words.clone(),
            list: examples(),
            primary: Some(self.pay.clone()),
            why: "You get this because you wrote to us. We send it once a day at most.".to_owned(),
            ..Body::default()
        }
    }

    fn sample() -> Self {
        Self { words: Some("lovely weather\n\nsee you on Sunday".to_owned()), pay: pay_sample() }
    }
}

/// The mail is larger than what is read; at most one such letter a day.
#[derive(Debug, Clone, Serialize)]
pub struct TooLarge {
    megabytes: u64,
}

impl TooLarge {
    pub(in crate::accounts) fn new(settings: &Settings) -> Self {
        Self { megabytes: settings.poller.message_bytes_max / 1_048_576 }
    }
}

impl Letter for TooLarge {
    const KIND: &'static str = "account_too_large";

    fn class(&self) -> Class {
        Class::Notice
    }

    fn subject(&self) -> String {
        "Your mail is too large to be read — nothing was done".to_owned()
    }

    fn body(&self) -> Body {
        Body {
            title: "Your mail is too large to be read".to_owned(),
            paragraphs: vec![format!(
                "Nothing was done: we read mails of up to {} MB. Please write again without the attachments.",
                self.megabytes
            )],
            why: "You get this because you wrote to us. We send it once a day at most.".to_owned(),
            ..Body::default()
        }
    }

    fn sample() -> Self {
        Self { megabytes: 25 }
    }
}

fn pay_sample() -> Action {
    sample::mail("Write a payment", "Payment", "pay\namount: ____\nto: ____\n")
}
