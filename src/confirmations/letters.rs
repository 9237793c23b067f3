//! The letter for a YES that could not act.

use serde::Serialize;

use crate::letters::{Body, Class, Fact, Letter, Sample};

/// Every letter about a confirmation, as the templates are tried with it.
pub fn samples() -> Vec<Sample> {
    let closed = |closed| ClosedLetter { closed, ..ClosedLetter::sample() };
    let newer = Closed::Newer("Send $30.00 to ben@ferry.example?".to_owned());
    vec![
        Sample::of::<ClosedLetter>(),
        Sample::variant("newer", &closed(newer)),
        Sample::variant("withdrawn", &closed(Closed::Withdrawn)),
        Sample::variant("expired", &closed(Closed::Expired)),
        Sample::variant("needs_link", &closed(Closed::NeedsLink)),
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

    fn title(&self) -> &'static str {
        match self.closed {
            Closed::Already(_) => "You have confirmed this already",
            Closed::Newer(_) => "A newer request waits for you",
            Closed::Withdrawn => "This request was cancelled",
            Closed::Expired => "This request has expired",
            Closed::NeedsLink => "Please use the button to confirm",
        }
    }
}

impl Letter for ClosedLetter {
    const KIND: &'static str = "confirmation_closed";

    fn class(&self) -> Class {
        Class::Answer
    }

    fn subject(&self) -> String {
        format!("{} [{}]", self.title(), self.reference)
    }

    fn body(&self) -> Body {
        let sentence = match &self.closed {
            Closed::Already(what) => {
                format!("Nothing happened a second time. Your first answer had this outcome: “{what}”.")
            }
            Closed::Newer(question) => format!(
                "Nothing was done, because this request was changed since. The newer one asks: “{question}” \
                 Please answer our newest letter."
            ),
            Closed::Withdrawn => "Nothing was done, and no money has moved.".to_owned(),
            Closed::Expired => {
                "Nothing was done, and no money has moved. Please ask again if you still want it.".to_owned()
            }
            Closed::NeedsLink => {
                "Nothing was done yet. This request can only be confirmed with the button in our letter."
                    .to_owned()
            }
        };
        Body {
            title: self.title().to_owned(),
            paragraphs: vec![sentence],
            facts: vec![Fact::new("Reference", &*self.reference)],
            why: "You get this because you answered one of our letters.".to_owned(),
            ..Body::default()
        }
    }

    fn sample() -> Self {
        let closed = Closed::Already("Sent: $20.00 to ben@ferry.example".to_owned());
        Self { reference: "T-771".to_owned(), closed }
    }
}
