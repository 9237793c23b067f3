//! The last look: every amount and every person of a command must stand, literally, in the words it
//! is said to be read from. A mistake anywhere above becomes a question here, never a payment.

use crate::address::Address;
use crate::intent::amounts;
use crate::intent::ask_back::{AskBackFields, Reason};
use crate::intent::mail::{Draft, Mail};
use crate::intent::passage::{Passage, key};
use crate::intent::reading::{Command, Reading};
use crate::intent::spans::{Source, Span};
use crate::intent::tokens::Tokens;
use crate::money::Amount;

/// The draft, if its proof holds; else the question for what is not proved.
pub(super) fn proved(mail: &Mail<'_>, draft: Draft) -> Draft {
    let unproved = draft.reading.commands().iter().enumerate().find_map(|(which, command)| {
        let spans: Vec<&Span> = draft.spans.iter().filter(|s| s.command == which).collect();
        unproved(mail, command, &spans)
    });
    match unproved {
        None => draft,
        Some(reason) => Draft::plain(Reading::ask(reason, AskBackFields::default())),
    }
}

fn unproved(mail: &Mail<'_>, command: &Command, spans: &[&Span]) -> Option<Reason> {
    let (amount, person) = match command {
        Command::Transfer { amount, recipient, .. } => (Some(*amount), Some(recipient)),
        Command::RequestMoney { amount, payer, .. } => (Some(*amount), Some(payer)),
        Command::Correction { amount, recipient, .. } => (*amount, recipient.as_ref()),
        Command::Refund { amount, .. } => (*amount, None),
        Command::TopUp { amount } | Command::Withdraw { amount } => (Some(*amount), None),
        _ => (None, None),
    };
    let amount_ok =
        amount.is_none_or(|amount| spans.iter().any(|span| says_amount(mail, span, amount)));
    let person_ok = person.is_none_or(|person| spans.iter().any(|span| names(mail, span, person)));
    let payer = matches!(command, Command::RequestMoney { .. });
    match (amount_ok, person_ok) {
        (true, true) => None,
        (false, _) => Some(Reason::MissingAmount),
        (true, false) if payer => Some(Reason::MissingPayerAddress),
        (true, false) => Some(Reason::MissingRecipient),
    }
}

fn says_amount(mail: &Mail<'_>, span: &Span, amount: Amount) -> bool {
    let own_words = matches!(span.source, Source::Subject | Source::Text | Source::Html);
    if span.field != "amount" || !own_words || !stands_in_words(mail, span) {
        return false;
    }
    let passage = Passage::of(&span.words);
    let tokens = Tokens::of(&passage);
    let found = amounts::find(&passage, &tokens, mail.context);
    matches!(found.as_slice(), [one] if one.value.exact() == Some(amount))
}

fn names(mail: &Mail<'_>, span: &Span, person: &Address) -> bool {
    if !matches!(span.field.as_str(), "recipient" | "payer") {
        return false;
    }
    match span.source {
        Source::To | Source::Cc => mail.friend().is_some_and(|(_, friend)| friend == person),
        Source::Subject | Source::Text | Source::Html => {
            let literal = Address::parse(&span.words).is_ok_and(|read| read == *person);
            let contact = mail.context.contacts.iter().any(|contact| {
                contact.address == *person && key(&contact.name) == key(&span.words)
            });
            (literal || contact) && stands_in_words(mail, span)
        }
        Source::Thread => false,
    }
}

fn stands_in_words(mail: &Mail<'_>, span: &Span) -> bool {
    let sheet = if span.source == Source::Subject { &mail.subject } else { &mail.body };
    !span.words.is_empty() && sheet.passage.text().contains(&span.words)
}
