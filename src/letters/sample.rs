//! Letters written with invented values, to try every template with: ours, and the operator's own.

use serde_json::Value;

use super::{Action, Attachment, Body, Letter, render};
use crate::{
    address::Address,
    language::Language,
    letters::prefilled,
    mail::render::{Rendered, Templates},
};

/// Who writes in samples.
pub const PERSON: &str = "ada@home.example";
/// Who is written about, and paid.
pub const OTHER: &str = "ben@ferry.example";
/// The mailbox they write to.
pub const SERVICE: &str = "till@post.example";
/// What the service calls itself.
pub const SERVICE_NAME: &str = "Till";

/// One letter as it may be written.
#[derive(Debug)]
pub struct Sample {
    /// The kind, and after a dot what tells it from others of its kind: `account_help.stranger`.
    pub name: String,
    /// The template's name.
    pub kind: &'static str,
    /// What it is written in.
    pub language: Language,
    /// The answer in one line.
    pub subject: String,
    /// What it says.
    pub body: Body,
    /// The file it carries.
    pub attachment: Option<Attachment>,
    letter: Value,
}

impl Sample {
    /// A kind's own sample.
    pub fn of<L: Letter>(language: Language) -> Self {
        Self::named(L::KIND.to_owned(), &L::sample(), language)
    }

    /// Another letter of a kind, where it says something else.
    pub fn variant<L: Letter>(what: &str, letter: &L, language: Language) -> Self {
        Self::named(format!("{}.{what}", L::KIND), letter, language)
    }

    fn named<L: Letter>(name: String, letter: &L, language: Language) -> Self {
        let value = serde_json::to_value(letter).expect("a letter's context is plain data");
        let body = letter.body(language).expect("a sample's mails fit a link");
        Self {
            name,
            kind: L::KIND,
            language,
            subject: letter.subject(language),
            body,
            attachment: letter.attachment(language),
            letter: value,
        }
    }

    /// What it says, with invented links in the places of secret ones.
    pub fn filled_in(&self) -> Body {
        render::Links::invented(self.language).filled_in(self.body.clone())
    }

    /// Both parts, with invented links in the places of secret ones.
    ///
    /// # Errors
    /// The template's.
    pub fn rendered(&self, templates: &Templates) -> anyhow::Result<Rendered> {
        let (service, letter) = ((SERVICE_NAME, self.language), (self.kind, &self.letter));
        render::rendered(templates, service, letter, &self.filled_in())
    }
}

/// A prefilled mail as samples show it.
pub(super) fn mail(label: &str, subject: &str, body: &str) -> Action {
    let service = Address::parse(SERVICE).expect("a plain address");
    prefilled(label, &service, subject, body).expect("short enough for a link")
}
