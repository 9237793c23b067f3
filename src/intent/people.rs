//! Who is meant: an address in the sender's own words, the one friend in To and Cc, or a contact.
//!
//! Never from a signature, a quote, a forward or Reply-To; and never guessed.

use std::ops::Range;

use crate::address::Address;
use crate::intent::ask_back::Reason;
use crate::intent::mail::Mail;
use crate::intent::passage::key;
use crate::intent::sheet::Sheet;
use crate::intent::spans::Span;
use crate::intent::tokens::Kind;
use crate::intent::words::Meaning;

/// A person, and where they are named.
#[derive(Debug, Clone)]
pub(super) struct Person {
    pub(super) address: Address,
    pub(super) span: Span,
}

/// The addresses in a range, each once; those after "not" are left out.
pub(super) fn named(sheet: &Sheet, range: &Range<usize>, field: &str) -> Vec<Person> {
    let mut people: Vec<Person> = Vec::new();
    for (at, address) in sheet.addresses_in(range) {
        if !people.iter().any(|known| known.address == *address) {
            let span = sheet.span(field, &(at..at.saturating_add(1)));
            people.push(Person { address: address.clone(), span });
        }
    }
    people
}

/// What is wrong with the people named in a range, whoever is chosen.
pub(super) fn trouble(mail: &Mail<'_>, sheet: &Sheet, range: &Range<usize>) -> Option<Reason> {
    let tokens = sheet.tokens.get(range.clone()).unwrap_or_default();
    let bad = tokens.iter().find_map(|token| match token.kind {
        Kind::BadAddress { mixed: true } => Some(Reason::SuspiciousRecipient),
        Kind::BadAddress { mixed: false } => Some(Reason::InvalidRecipient),
        _ => None,
    });
    let addresses = sheet.addresses_in(range);
    let overridden = sheet.passage.overridden && !addresses.is_empty();
    let lookalike = addresses.iter().any(|(_, address)| is_lookalike(mail, address));
    bad.or((overridden || lookalike).then_some(Reason::SuspiciousRecipient))
}

/// The sender, or ourselves.
pub(super) fn is_self(mail: &Mail<'_>, address: &Address) -> bool {
    mail.context.is_ours(address) || mail.message.sender() == Some(address)
}

/// It looks like a contact's address and is another one: `bob@` and `b0b@`, `rn` and `m`.
fn is_lookalike(mail: &Mail<'_>, address: &Address) -> bool {
    let contacts = &mail.context.contacts;
    !contacts.iter().any(|contact| contact.address == *address)
        && contacts.iter().any(|contact| skeleton(&contact.address) == skeleton(address))
        || address.domain().split('.').any(|label| label.starts_with("xn--"))
}

fn skeleton(address: &Address) -> String {
    let plain = address.as_str().replace("rn", "m").replace("vv", "w").replace("cl", "d");
    plain
        .chars()
        .map(|c| match c {
            '0' => 'o',
            '1' | 'l' | '|' => 'i',
            '5' => 's',
            '_' | '.' => '-',
            other => other,
        })
        .collect()
}

/// The contacts whose exact name stands in a range.
pub(super) fn contacts(mail: &Mail<'_>, sheet: &Sheet, range: &Range<usize>) -> Vec<Person> {
    let mut people: Vec<Person> = Vec::new();
    for contact in &mail.context.contacts {
        let name: Vec<String> = contact.name.split_whitespace().map(key).collect();
        if name.is_empty() {
            continue;
        }
        let place = range.clone().find(|at| {
            name.iter().enumerate().all(|(i, word)| {
                let at = at.saturating_add(i);
                at < range.end && sheet.tokens.get(at).is_some_and(|t| t.key == *word)
            })
        });
        if let Some(at) = place {
            let span = sheet.span("recipient", &(at..at.saturating_add(name.len())));
            people.push(Person { address: contact.address.clone(), span });
        }
    }
    people
}

/// The one friend beside us in To and Cc.
pub(super) fn friend(mail: &Mail<'_>, field: &str) -> Option<Person> {
    let (source, address) = mail.friend()?;
    let span = Span {
        field: field.to_owned(),
        command: 0,
        source,
        start: 0,
        end: 0,
        words: address.to_string(),
    };
    Some(Person { address: address.clone(), span })
}

/// "Amy and Ned", "amy, ned": the addresses are one list.
pub(super) fn are_listed(sheet: &Sheet, range: &Range<usize>) -> bool {
    let places: Vec<usize> = sheet.addresses_in(range).into_iter().map(|(at, _)| at).collect();
    places.windows(2).all(|pair| match pair {
        [a, b] => (a.saturating_add(1)..*b).all(|at| {
            sheet.is(at, Meaning::And)
                || sheet.is(at, Meaning::To)
                || sheet.tokens.get(at).is_some_and(|t| {
                    matches!(t.kind, Kind::Sign(',' | '&' | '+' | '/' | ';' | '<' | '>' | '、'))
                        || t.is_break()
                })
        }),
        _ => true,
    })
}
