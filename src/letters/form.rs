//! The mail that a button opens: lines that our reader understands without asking back.

use super::{Action, prefilled};
use crate::{address::Address, language::Language, mail::mailto::MailtoError, money::Money};

/// What a blank looks like that the sender is to fill in.
pub const BLANK: &str = "____";
/// Octets of a note that a prefilled mail repeats: each may take three in a link, and the longest
/// addresses must fit beside them.
const NOTE_MAX: usize = 90;

/// A payment's lines; what is not known is a marked blank.
pub fn payment_lines(
    language: Language,
    amount: Option<Money>,
    to: Option<&Address>,
    note: Option<&str>,
) -> String {
    let amount = amount.map_or_else(|| BLANK.to_owned(), |amount| language.money_with_code(amount));
    let mut lines = format!(
        "{}\n{}: {amount}\n{}: {}\n",
        say!(language, "command.pay"),
        say!(language, "command.amount"),
        say!(language, "command.to"),
        to.map_or(BLANK, Address::as_str),
    );
    if let Some(note) = note {
        let note = at_most(note, NOTE_MAX);
        lines.push_str(&format!("{}: {note}\n", say!(language, "command.note")));
    }
    lines
}

/// A button that opens an empty payment.
///
/// # Errors
/// [`MailtoError`]: not with an address of ordinary length.
pub fn pay_somebody(language: Language, service: &Address) -> Result<Action, MailtoError> {
    let lines = payment_lines(language, None, None, None);
    let subject = say!(language, "command.payment_subject");
    prefilled(say!(language, "payment.pay_somebody"), service, &subject, &lines)
}

/// A button that opens a sign-up.
///
/// # Errors
/// As [`pay_somebody`].
pub fn sign_up(language: Language, service: &Address) -> Result<Action, MailtoError> {
    let line = format!("{}\n", say!(language, "command.sign_up"));
    let subject = say!(language, "command.sign_up_subject");
    prefilled(say!(language, "payment.sign_up"), service, &subject, &line)
}

/// As many whole characters as fit into `octets`.
fn at_most(text: &str, octets: usize) -> String {
    let ends = text.char_indices().map(|(at, c)| at + c.len_utf8());
    let end = ends.take_while(|end| *end <= octets).last().unwrap_or(0);
    text.get(..end).unwrap_or_default().to_owned()
}
