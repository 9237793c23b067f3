//! The letters that say what can be written: asked for, and where nothing else fits.

use serde::Serialize;

use super::{examples, sample_address};
use crate::{
    address::Address,
    config::Settings,
    language::Language,
    letters::{Body, Class, Letter, pay_somebody, sample, sign_up},
    mail::mailto::MailtoError,
};

/// What one can write.
#[derive(Debug, Clone, Serialize)]
pub struct Help {
    service: String,
    service_address: Address,
    registered: bool,
    #[serde(skip)]
    class: Class,
}

impl Help {
    pub(in crate::accounts) fn new(registered: bool, class: Class, settings: &Settings) -> Self {
        Self {
            service: settings.service_name.clone(),
            service_address: settings.service_address.clone(),
            registered,
            class,
        }
    }

    pub(super) fn to_a_stranger() -> Self {
        Self { registered: false, ..Self::sample() }
    }
}

impl Letter for Help {
    const KIND: &'static str = "account_help";

    fn class(&self) -> Class {
        self.class
    }

    fn subject(&self, language: Language) -> String {
        say!(language, "account_help.title", service = self.service)
    }

    fn body(&self, language: Language) -> Result<Body, MailtoError> {
        let (first, action) = if self.registered {
            let action = pay_somebody(language, &self.service_address)?;
            (say!(language, "account_help.first"), action)
        } else {
            let action = sign_up(language, &self.service_address)?;
            (say!(language, "account_help.first_stranger"), action)
        };
        Ok(Body {
            title: self.subject(language),
            paragraphs: vec![first],
            list: examples(language),
            primary: Some(action),
            why: say!(language, "account_help.why"),
            ..Body::default()
        })
    }

    fn sample() -> Self {
        Self {
            service: sample::SERVICE_NAME.to_owned(),
            service_address: sample_address(sample::SERVICE),
            registered: true,
            class: Class::Answer,
        }
    }
}

/// Understood, but not something this service does.
#[derive(Debug, Clone, Serialize)]
pub struct NotOffered {
    intent: String,
    words: Option<String>,
    service_address: Address,
    #[serde(skip)]
    class: Class,
}

impl NotOffered {
    pub(in crate::accounts) fn new(
        (intent, words): (&str, Option<String>),
        class: Class,
        settings: &Settings,
    ) -> Self {
        let service_address = settings.service_address.clone();
        Self { intent: intent.to_owned(), words, service_address, class }
    }
}

impl Letter for NotOffered {
    const KIND: &'static str = "account_not_offered";

    fn class(&self) -> Class {
        self.class
    }

    fn subject(&self, language: Language) -> String {
        say!(language, "account_not_offered.subject")
    }

    fn body(&self, language: Language) -> Result<Body, MailtoError> {
        Ok(Body {
            title: say!(language, "account_not_offered.title"),
            paragraphs: vec![say!(language, "account_not_offered.first")],
            quote: self.words.clone(),
            list: examples(language),
            primary: Some(pay_somebody(language, &self.service_address)?),
            why: say!(language, "account_help.why"),
            ..Body::default()
        })
    }

    fn sample() -> Self {
        Self {
            intent: "set_price".to_owned(),
            words: Some("my price is $5".to_owned()),
            service_address: sample_address(sample::SERVICE),
            class: Class::Answer,
        }
    }
}

/// Nothing in the mail asks for anything we do; at most one such letter a day.
#[derive(Debug, Clone, Serialize)]
pub struct NotUnderstood {
    words: Option<String>,
    service_address: Address,
}

impl NotUnderstood {
    pub(in crate::accounts) fn new(words: Option<String>, settings: &Settings) -> Self {
        Self { words, service_address: settings.service_address.clone() }
    }
}

impl Letter for NotUnderstood {
    const KIND: &'static str = "account_not_understood";

    fn class(&self) -> Class {
        Class::Notice
    }

    fn subject(&self, language: Language) -> String {
        say!(language, "account_not_understood.subject")
    }

    fn body(&self, language: Language) -> Result<Body, MailtoError> {
        Ok(Body {
            title: say!(language, "account_not_understood.title"),
            paragraphs: vec![say!(language, "account_not_understood.first")],
            quote: self.words.clone(),
            list: examples(language),
            primary: Some(pay_somebody(language, &self.service_address)?),
            why: say!(language, "account_help.why_once"),
            ..Body::default()
        })
    }

    fn sample() -> Self {
        Self {
            words: Some("lovely weather\n\nsee you on Sunday".to_owned()),
            service_address: sample_address(sample::SERVICE),
        }
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

    fn subject(&self, language: Language) -> String {
        say!(language, "account_too_large.subject")
    }

    fn body(&self, language: Language) -> Result<Body, MailtoError> {
        let first = say!(language, "account_too_large.first", megabytes = self.megabytes);
        Ok(Body {
            title: say!(language, "account_too_large.title"),
            paragraphs: vec![first],
            why: say!(language, "account_help.why_once"),
            ..Body::default()
        })
    }

    fn sample() -> Self {
        Self { megabytes: 25 }
    }
}
