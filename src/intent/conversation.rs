//! The thread of an invoice: all words are chat, unless the first is a reply word of that letter.

use crate::intent::ask_back::{AskBackFields, Reason};
use crate::intent::mail::{Draft, Mail};
use crate::intent::reading::{Answer, Command, Reading};

/// Reads a mail to the tagged address of a thread.
pub(super) fn read(mail: &Mail<'_>) -> Option<Draft> {
    let tag = mail.tag().filter(|tag| tag.starts_with("i."))?;
    let reference = tag.split('.').nth(1)?.to_ascii_uppercase();
    let sheet = &mail.body;
    let text = sheet.passage.text().trim();
    if text.is_empty() {
        return Some(Draft::plain(Reading::ask(Reason::Empty, AskBackFields::default())));
    }
    let first = sheet.tokens.first().map(|token| token.key.as_str()).unwrap_or_default();
    let shouted = sheet.tokens.first().is_some_and(|token| token.capitals);
    let rest = sheet.text(&(1..sheet.tokens.len())).trim_start_matches([',', ':', '.', '!', ' ']);
    let note = Some(rest.trim().to_owned()).filter(|note| !note.is_empty());
    let answer = Answer { reference: reference.clone(), note: note.clone() };
    let command = match first {
        "refund" if shouted || sheet.tokens.len() <= 12 => {
            return Some(refund(mail, reference, rest));
        }
        "cancel" if shouted => Command::Cancel(answer),
        "accept" if shouted => Command::Accept(answer),
        "decline" if shouted => Command::Decline(answer),
        "shipped" if shouted => Command::Shipped { reference, note, tracking: None },
        _ => Command::ChatMessage { reference, text: text.to_owned() },
    };
    Some(Draft::plain(command))
}

fn refund(mail: &Mail<'_>, reference: String, words: &str) -> Draft {
    let sheet = &mail.body;
    let mut found = sheet.amounts.iter();
    let (first, second) = (found.next(), found.next());
    let amount = first.and_then(|found| found.value.exact());
    if second.is_some() || first.is_some() != amount.is_some() {
        let reference = Some(reference);
        let fields = AskBackFields { reference, ..AskBackFields::default() };
        return Draft::plain(Reading::ask(Reason::AmbiguousAmount, fields));
    }
    let spans = first.map(|found| sheet.span("amount", &(found.from..found.to)));
    let reason = words.rsplit_once(',').map_or(words, |(_, reason)| reason).trim();
    let reason = Some(reason.to_owned()).filter(|reason| !reason.is_empty());
    let command = Command::Refund { reference, amount, reason };
    Draft { reading: command.into(), spans: spans.into_iter().collect() }
}
