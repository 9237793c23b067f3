//! Letters written with invented values, to try every template with: ours, and the operator's own.

use serde_json::Value;

use super::{Action, Body, Letter, render};
use crate::{
    address::Address,
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
    /// The answer in one line.
    pub subject: String,
    /// What it says.
    pub body: Body,
    letter: Value,
}

impl Sample {
    /// A kind's own sample.
    pub fn of<L: Letter>() -> Self {
        Self::named(L::KIND.to_owned(), &L::sample())
    }

    /// Another letter of a kind, where it says something else.
    pub fn variant<L: Letter>(what: &str, letter: &L) -> Self {
        Self::named(format!("{}.{what}", L::KIND), letter)
    }

    fn named<L: Letter>(name: String, letter: &L) -> Self {
        let value = serde_json::to_value(letter).expect("a letter's context is plain data");
        let (subject, body) = (letter.subject(), letter.body());
        Self { name, kind: L::KIND, subject, body, letter: value }
    }

    /// Both parts, with invented links in the places of secret ones.
    ///
    /// # Errors
    /// The template's.
    pub fn rendered(&self, templates: &Templates) -> anyhow::Result<Rendered> {
        let body = render::Links::invented().filled_in(self.body.clone());
        render::rendered(templates, SERVICE_NAME, (self.kind, &self.letter), &body)
    }
}

/// A prefilled mail as samples show it.
pub fn mail(label: &str, subject: &str, body: &str) -> Action {
    let service = Address::parse(SERVICE).expect("a plain address");
    prefilled(label, &service, subject, body).expect("short enough for a link")
}
