//! From what was typed to the finished mail, which our own reader reads without a question.
//!
//! The mail is a form of labelled lines (`intent` reads it before any other words): each line of the
//! note has its label, so that whatever stands in it commands nothing.

use serde::Serialize;

use super::{
    typed::{Problems, Typed},
    words::Words,
};
use crate::{
    address::Address,
    intent::{self, AskBack, Candidate, Command, ReaderContext, Reading, Reason, amount_field},
    mail::{mailto::Mailto, message::Message},
    money::{Amount, Currency, Money},
};

/// Longest line of a note, in characters: mail programs break lines from 72 on, and what they move to
/// a line of its own would have no label.
const LINE_MAX: usize = 56;

/// A mail to be opened.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(super) struct Finished {
    pub(super) href: String,
    pub(super) to: String,
    pub(super) subject: String,
    pub(super) body: String,
}

/// For whom and how it is written.
pub(super) struct Asked<'a> {
    pub(super) service: &'a Address,
    pub(super) words: &'static Words,
    /// BCP 47: how the writer groups digits.
    pub(super) locale: String,
}

/// The finished mail, or every problem at once.
pub(super) fn write(typed: &Typed, asked: &Asked<'_>) -> Result<Finished, Problems> {
    let words = asked.words;
    let mut problems = Problems::default();
    let currency = Currency::parse(&typed.currency).ok();
    if currency.is_none() {
        problems.currency = Some(words.currency_unknown.to_owned());
    }
    let amount = match amount_of(typed, currency.unwrap_or(Currency::USD), asked) {
        Ok(amount) => Some(amount),
        Err(problem) => {
            problems.amount = Some(problem);
            None
        }
    };
    let to = match address_of(typed, asked) {
        Ok(to) => Some(to),
        Err(problem) => {
            problems.to = Some(problem.to_owned());
            None
        }
    };
    let (Some(amount), Some(to), false) = (amount, to, problems.any()) else {
        return Err(problems);
    };
    let body = body(words, amount, &to, &typed.note);
    let mail = Mailto { to: asked.service.clone(), subject: words.subject.to_owned(), body };
    let Ok(href) = mail.href() else {
        problems.note = Some(words.note_too_long.to_owned());
        return Err(problems);
    };
    if let Some(reasons) = doubt(&mail, asked.service, (amount, &to)) {
        let of_address = [Reason::SuspiciousRecipient, Reason::MissingRecipient];
        let suspect = reasons.iter().any(|reason| of_address.contains(reason));
        let field = if suspect { &mut problems.to } else { &mut problems.note };
        *field = Some(words.not_understood.to_owned());
        return Err(problems);
    }
    let Mailto { to, subject, body } = mail;
    Ok(Finished { href, to: to.to_string(), subject, body })
}

fn amount_of(typed: &Typed, currency: Currency, asked: &Asked<'_>) -> Result<Amount, String> {
    let words = asked.words;
    let context = ReaderContext {
        account_currency: Some(currency),
        locale: Some(asked.locale.clone()),
        ..ReaderContext::default()
    };
    match amount_field::read(&typed.amount, &context) {
        Ok(amount) if amount.currency() == currency => Ok(amount),
        Ok(amount) => Err(words.currency_differs.replace("{}", amount.currency().code())),
        Err(ask) => Err(amount_problem(&ask, currency, words)),
    }
}

fn amount_problem(ask: &AskBack, currency: Currency, words: &Words) -> String {
    let readings = ask.fields.candidates.iter().filter_map(|candidate| match candidate {
        Candidate::Value(value) => Some(unmistakable(value, currency).replace('.', words.point)),
        Candidate::Payment { .. } => None,
    });
    let readings: Vec<String> = readings.collect();
    match &readings[..] {
        [] if ask.has(Reason::MissingAmount) => words.amount_missing.to_owned(),
        [one, .., other] => words.amount_unclear.replacen("{}", one, 1).replacen("{}", other, 1),
        _ => words.amount_wrong.replace("{}", &example(currency, words)),
    }
}

/// An amount as this currency writes it: `20.00`, `20` for JPY.
fn example(currency: Currency, words: &Words) -> String {
    let unit = 10_i64.pow(u32::from(currency.exponent()));
    Money::new(unit.saturating_mul(20), currency).decimal().replace('.', words.point)
}

/// Three decimals may also be read as grouped digits, unless four digits stand before them.
fn unmistakable(decimal: &str, currency: Currency) -> String {
    let width = if currency.exponent() == 3 { 8 } else { 0 };
    format!("{decimal:0>width$}")
}

fn address_of(typed: &Typed, asked: &Asked<'_>) -> Result<Address, &'static str> {
    let written = typed.to.trim();
    if written.is_empty() {
        return Err(asked.words.to_missing);
    }
    let to = Address::parse(written).map_err(|_shape| asked.words.to_wrong)?;
    if to.reaches(asked.service) { Err(asked.words.to_ourselves) } else { Ok(to) }
}

/// The lines of the mail.
fn body(words: &Words, amount: Amount, to: &Address, note: &str) -> String {
    let decimal = unmistakable(&amount.money().decimal(), amount.currency());
    let mut lines = vec![
        words.pay.to_owned(),
        format!("{}: {decimal} {}", words.label_amount, amount.currency()),
        format!("{}: {to}", words.label_to),
    ];
    lines.extend(wrapped(note).map(|line| format!("{}: {line}", words.label_note)));
    lines.push(String::new());
    lines.join("\n")
}

/// The note in lines that no mail program breaks; only a longer word stands whole.
fn wrapped(note: &str) -> impl Iterator<Item = String> {
    let clean = |c: char| if c.is_control() || is_override(c) { ' ' } else { c };
    let mut lines: Vec<String> = Vec::new();
    for written in note.lines() {
        let written: String = written.chars().map(clean).collect();
        let mut line = String::new();
        for word in written.split_whitespace() {
            let length = line.chars().count() + 1 + word.chars().count();
            if !line.is_empty() && length > LINE_MAX {
                lines.push(std::mem::take(&mut line));
            }
            if !line.is_empty() {
                line.push(' ');
            }
            line.push_str(word);
        }
        lines.push(line);
    }
    lines.into_iter().filter(|line| !line.is_empty())
}

/// Signs that turn the direction of what stands behind them: what is seen is not what is sent.
fn is_override(c: char) -> bool {
    matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// Why our reader would not take the mail as exactly this payment; none when it does.
fn doubt(
    mail: &Mailto,
    service: &Address,
    (amount, to): (Amount, &Address),
) -> Option<Vec<Reason>> {
    let raw = format!(
        "From: sender@mail.example\r\nTo: {}\r\nSubject: {}\r\n\
         Content-Type: text/plain; charset=utf-8\r\n\r\n{}",
        mail.to,
        mail.subject,
        mail.body.replace('\n', "\r\n")
    );
    let Ok(message) = Message::parse(raw.as_bytes()) else { return Some(Vec::new()) };
    let context =
        ReaderContext { service_address: Some(service.clone()), ..ReaderContext::default() };
    match intent::read(&message, &context) {
        Reading::Command(command) => {
            let Command::Transfer { amount: read, recipient, .. } = *command else {
                return Some(Vec::new());
            };
            ((read, &recipient) != (amount, to)).then(Vec::new)
        }
        Reading::AskBack(ask) => Some(ask.reasons().to_vec()),
        Reading::Multi(_) | Reading::Ignore(_) => Some(Vec::new()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_note_is_broken_between_words_and_nowhere_else() {
        let long = format!("{} end\n\n\tsecond\u{202e}line", "word ".repeat(12));
        let lines: Vec<String> = wrapped(&long).collect();
        assert_eq!(lines, ["word ".repeat(11).trim_end(), "word end", "second line"]);
        assert!(lines.iter().all(|line| line.chars().count() <= LINE_MAX));
        let url = "x".repeat(80);
        assert_eq!(wrapped(&url).collect::<Vec<_>>(), [url]);
    }
}
