//! What every letter is made of; one template turns it into text and HTML.
//!
//! Not for: words of a particular letter. Those stand with the capability that writes it.

use serde::{Deserialize, Serialize};

use super::{Action, Fact};
use crate::{
    address::Address,
    mail::mailto::{Mailto, MailtoError},
};

/// Stands for the confirmation's link in an action; the real one is made when the letter is sent.
pub const CONFIRM_LINK: &str = "confirm:link";
/// Stands for the prefilled YES to the confirmation's own address.
pub const CONFIRM_YES: &str = "confirm:yes";
/// Stands for the prefilled CANCEL in the request's thread.
pub const CONFIRM_CANCEL: &str = "confirm:cancel";

/// Stands for the prefilled mail that takes what is held, to the confirmation's own address.
pub const CONFIRM_CLAIM: &str = "confirm:claim";
/// Stands for the prefilled mail that sends it back.
pub const CONFIRM_RETURN: &str = "confirm:return";

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
    /// Movements of money, a table for each currency.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tables: Vec<Table>,
    /// The one thing to do.
    pub primary: Option<Action>,
    /// What else can be done.
    pub others: Vec<Action>,
    /// The same act in words: `Or reply YES.`
    pub in_words: Option<String>,
    /// Why this person gets this letter.
    pub why: String,
}

/// Movements of money with the balance after each.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Table {
    /// What it is about.
    pub caption: String,
    /// What its columns are.
    pub head: Row,
    /// Oldest first.
    pub rows: Vec<Row>,
}

/// A row of a [`Table`]: what happened, and two sums.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Row {
    /// What happened.
    pub what: String,
    /// When, and what else is known of it.
    pub about: String,
    /// How much.
    pub amount: String,
    /// What was there afterwards.
    pub balance: String,
}

/// Width of a sum in the text part, in characters.
const SUM_WIDTH: usize = 22;

impl Table {
    /// As the text part shows it: a line that says what, and below it the sums at the right.
    pub(super) fn lines(&self) -> Vec<String> {
        let mut lines = Vec::new();
        for row in std::iter::once(&self.head).chain(&self.rows) {
            let both = [&*row.what, &*row.about].into_iter().filter(|text| !text.is_empty());
            lines.push(both.collect::<Vec<_>>().join(" · "));
            lines.push(format!("{:>SUM_WIDTH$}{:>SUM_WIDTH$}", row.amount, row.balance));
        }
        lines
    }
}

/// A button that opens a finished mail (RFC 6068).
///
/// # Errors
/// [`MailtoError`] when it does not fit a link; callers bound what they put into it.
pub fn prefilled(
    label: impl Into<String>,
    to: &Address,
    subject: &str,
    body: &str,
) -> Result<Action, MailtoError> {
    let mail = Mailto { to: to.clone(), subject: subject.to_owned(), body: body.to_owned() };
    Ok(Action::new(label, mail.href()?))
}
