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
    /// The one thing to do.
    pub primary: Option<Action>,
    /// What else can be done.
    pub others: Vec<Action>,
    /// The same act in words: `Or reply YES.`
    pub in_words: Option<String>,
    /// Why this person gets this letter.
    pub why: String,
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
