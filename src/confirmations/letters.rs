//! The letter for a YES that could not act.

use serde::Serialize;

use crate::{
    language::Language,
    letters::{Body, Class, Fact, Letter, Sample},
    mail::mailto::MailtoError,
};

/// Every letter about a confirmation, as the templates are tried with it.
pub fn samples(language: Language) -> Vec<Sample> {
    let closed = |closed| ClosedLetter { closed, ..ClosedLetter::sample() };
    let newer = Closed::Newer("Send $30.00 to ben@ferry.example?".to_owned());
    vec![
        Sample::of::<ClosedLetter>(language),
        Sample::variant("newer", &closed(newer), language),
        Sample::variant("withdrawn", &closed(Closed::Withdrawn), language),
        Sample::variant("expired", &closed(Closed::Expired), language),
        Sample::variant("needs_link", &closed(Closed::NeedsLink), language),
    ]
}

/// Why a YES did nothing.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Closed {
    /// It had been given before; with what came of it.
    Already(String),
    /// A newer revision waits; with its question.
    Newer(String),
    /// It was cancelled.
    Withdrawn,
    /// Too late.
    Expired,
    /// Only the link confirms this one.
    NeedsLink,
}

/// Says why a YES did nothing.
#[derive(Debug, Clone, Serialize)]
pub(super) struct ClosedLetter {
    reference: String,
    closed: Closed,
}

impl ClosedLetter {
    pub(super) fn new(reference: &str, closed: Closed) -> Self {
        Self { reference: reference.to_owned(), closed }
    }

    fn title(&self, language: Language) -> String {
        match self.closed {
            Closed::Already(_) => say!(language, "confirmation_closed.title_already"),
            Closed::Newer(_) => say!(language, "confirmation_closed.title_newer"),
            Closed::Withdrawn => say!(language, "confirmation_closed.title_withdrawn"),
            Closed::Expired => say!(language, "confirmation_closed.title_expired"),
            Closed::NeedsLink => say!(language, "confirmation_closed.title_needs_link"),
        }
    }

    fn sentence(&self, language: Language) -> String {
        match &self.closed {
            Closed::Already(what) => say!(language, "confirmation_closed.already", what = what),
            Closed::Newer(question) => {
                say!(language, "confirmation_closed.newer", question = question)
            }
            Closed::Withdrawn => say!(language, "confirmation_closed.withdrawn"),
            Closed::Expired => say!(language, "confirmation_closed.expired"),
            Closed::NeedsLink => say!(language, "confirmation_closed.needs_link"),
        }
    }
}

impl Letter for ClosedLetter {
    const KIND: &'static str = "confirmation_closed";

    fn class(&self) -> Class {
        Class::Answer
    }

    fn subject(&self, language: Language) -> String {
        let title = self.title(language);
        say!(language, "confirmation_closed.subject", title = title, reference = self.reference)
    }

    fn body(&self, language: Language) -> Result<Body, MailtoError> {
        Ok(Body {
            title: self.title(language),
            paragraphs: vec![self.sentence(language)],
            facts: vec![Fact::new(&say!(language, "fact.reference"), &*self.reference)],
            why: say!(language, "confirmation_closed.why"),
            ..Body::default()
        })
    }

    fn sample() -> Self {
        let closed = Closed::Already("Sent: $20.00 to ben@ferry.example".to_owned());
        Self { reference: "T-771".to_owned(), closed }
    }
}
