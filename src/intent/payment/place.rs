//! Whether the words around amount and recipient leave it a payment, or make it one about tickets.

use super::part::{is_contact_word, settled};
use super::{Part, Way};
use crate::intent::mail::Mail;
use crate::intent::sheet::Sheet;
use crate::intent::tokens::Kind;
use crate::intent::words::Meaning;

/// Objects that turn a payment round: "pay me $20".
pub(super) const ME: [&str; 12] =
    ["me", "mir", "mich", "moi", "mi", "mij", "mig", "meg", "mim", "mnie", "us", "uns"];

/// Between verb, amount and recipient stand small words and names only, and behind them the
/// sentence ends or says what it is for. "Send the $20 ticket to ben@…" is about a ticket.
pub(super) fn is_plain(mail: &Mail<'_>, part: &Part<'_>) -> bool {
    let (sheet, range) = (part.sheet, &part.sentence.range);
    let from = part.verb.map_or(range.start, |verb| verb.to.min(range.end));
    let settled = settled(sheet, range).max(from);
    let within = (from..settled)
        .all(|at| is_small(mail, sheet, at) || is_name(sheet, at, range.end) || is_from(part, at));
    let turned = part.way == Way::Pay
        && part.verb.is_some_and(|verb| matches!(verb.meaning, Meaning::Pay))
        && sheet
            .content(&(from..range.end))
            .take(3)
            .any(|(at, token)| ME.contains(&token.key.as_str()) && !sheet.is(at, Meaning::Soft));
    let rest = (settled..range.end).find(|at| {
        sheet
            .tokens
            .get(*at)
            .is_some_and(|token| !matches!(token.kind, Kind::Sign(')' | '>' | '"' | '*')))
    });
    let ends = rest.is_none_or(|at| {
        is_small(mail, sheet, at)
            || sheet.is(at, Meaning::NoteLabel)
            || sheet
                .tokens
                .get(at)
                .is_some_and(|t| matches!(t.kind, Kind::Sign(_) | Kind::Reference(_)))
    });
    within && ends && !turned
}

/// "Request $20 *from* ben@…".
pub(super) fn is_from(part: &Part<'_>, at: usize) -> bool {
    let token = part.sheet.tokens.get(at);
    part.way == Way::Request
        && token.is_some_and(|t| {
            matches!(
                t.key.as_str(),
                "from" | "von" | "de" | "da" | "van" | "di" | "od" | "fran" | "fra"
            )
        })
}

pub(super) fn is_small(mail: &Mail<'_>, sheet: &Sheet, at: usize) -> bool {
    const SMALL: [Meaning; 9] = [
        Meaning::Soft,
        Meaning::Polite,
        Meaning::To,
        Meaning::And,
        Meaning::For,
        Meaning::Each,
        Meaning::Pay,
        Meaning::Sending,
        Meaning::You,
    ];
    let Some(token) = sheet.tokens.get(at) else { return true };
    let word = matches!(token.kind, Kind::Word | Kind::Number | Kind::Url);
    !word
        || sheet.amount_at(at).is_some()
        || SMALL.iter().any(|meaning| sheet.is(at, *meaning))
        || is_contact_word(mail, &token.key)
}

/// "Ben Ferry <ben@…>", "my brother ned@…": words directly before an address, as names stand.
pub(super) fn is_name(sheet: &Sheet, at: usize, end: usize) -> bool {
    let Some(token) = sheet.tokens.get(at) else { return false };
    let before = at.checked_sub(1).and_then(|before| sheet.tokens.get(before));
    let owned = before.is_some_and(|t| {
        matches!(t.key.as_str(), "my" | "our" | "meinen" | "meine" | "mon" | "ma" | "mi")
    });
    let capital = token.key != token.low
        || sheet.text(&(at..at.saturating_add(1))).starts_with(char::is_uppercase);
    let own = matches!(token.key.as_str(), "my" | "our") || !token.key.is_ascii();
    let to_address = (at.saturating_add(1)..end).take(5).find_map(|next| {
        let token = sheet.tokens.get(next)?;
        match &token.kind {
            Kind::Address(address) => Some(Some(address)),
            Kind::Word | Kind::Sign('(' | '<' | ',' | ':' | '"') => None,
            _ => Some(None),
        }
    });
    let Some(Some(address)) = to_address else { return false };
    owned || capital || own || address.local().starts_with(&token.key)
}
