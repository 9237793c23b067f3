//! What every letter is made of; one template turns it into text and HTML.
//!
//! Not for: words of a particular letter. Those stand with the capability that writes it.

use serde::{Deserialize, Serialize};

/// Stands for the confirmation's link in an action; the real one is made when the letter is sent.
pub const CONFIRM_LINK: &str = "confirm:link";
/// Stands for the prefilled YES to the confirmation's own address.
pub const CONFIRM_YES: &str = "confirm:yes";
/// Stands for the prefilled CANCEL in the request's thread.
pub const CONFIRM_CANCEL: &str = "confirm:cancel";

/// One idea: the answer, what it rests on, what can be done.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Body {
    /// The answer, as in the subject, without the reference.
    pub title: String,
    /// Paragraphs; the first sentence of the first one says the answer again.
    pub paragraphs: Vec<String>,
    /// The sender's own words, shown as a quotation.
    pub quote: Option<String>,
    /// Several things of equal weight: what is wrong, what one can write.
    pub list: Vec<String>,
    /// A small table.
    pub facts: Vec<Fact>,
    /// The one thing to do.
    pub primary: Option<Action>,
    /// What else can be done.
    pub others: Vec<Action>,
    /// The same act in words: `Or reply YES.`
    pub in_words: Option<String>,
    /// Why this person gets this letter.
    pub why: String,
}

/// One row of a letter's table.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fact {
    /// What it is: `Amount`.
    pub label: String,
    /// The value, as a reader expects it.
    pub value: String,
}

impl Fact {
    /// A row.
    pub fn new(label: &str, value: impl Into<String>) -> Self {
        Self { label: label.to_owned(), value: value.into() }
    }
}

/// Something that can be pressed: a link or a prefilled mail.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Action {
    /// What pressing it does: `Send the corrected mail`.
    pub label: String,
    /// Where it leads: `https:`, `mailto:` or one of the `confirm:` words.
    pub href: String,
}

impl Action {
    /// A button.
    pub fn new(label: impl Into<String>, href: impl Into<String>) -> Self {
        Self { label: label.into(), href: href.into() }
    }
}
