//! "Pay ben@… $20": transfers, and requests for money, in the sender's own words.
//!
//! A part is one sentence (or the subject) that speaks of a payment. Amount and recipient come from
//! its words; what is missing, unclear or taken back is asked for, all at once.

mod amount;
mod doubts;
mod note;
mod part;
mod payee;
mod place;
mod several;

use crate::address::Address;
use crate::intent::ask_back::{AskBack, AskBackFields, Reason};
use crate::intent::mail::{Draft, Mail};
use crate::intent::people::Person;
use crate::intent::reading::{Command, Reading};
use crate::intent::sheet::{Sentence, Sheet};
use crate::intent::spans::Span;
use crate::intent::words::Tag;
use crate::money::Amount;
use amount::gather_amount;
use doubts::gather_guards;
use note::note;
use part::parts;
use payee::gather_people;
use several::{listed, pairs, several, split};

/// Which way the money goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Way {
    Pay,
    Request,
}

/// A sentence that speaks of a payment.
struct Part<'s> {
    sheet: &'s Sheet,
    sentence: Sentence,
    way: Way,
    /// The verb, when there is one.
    verb: Option<Tag>,
    /// The verb stands where a command puts it.
    commands: bool,
}

/// What a part, or several together, say.
#[derive(Default)]
struct Gathered {
    reasons: Vec<Reason>,
    fields: AskBackFields,
    amount: Option<(Amount, Span)>,
    people: Vec<Person>,
    each: bool,
}

/// Reads payments; `None` when the mail speaks of none.
pub(super) fn read(mail: &Mail<'_>) -> Option<Draft> {
    let parts = parts(mail);
    let worded: Vec<&Part<'_>> = parts.iter().filter(|part| part.has_matter(mail)).collect();
    let main = worded.iter().copied().find(|part| part.sheet.source == mail.body.source);
    let main = main.or_else(|| worded.first().copied()).or_else(|| {
        // "pay" alone, or "send money to Ben": a wish without its matter.
        parts.iter().find(|part| part.commands && part.is_bare(mail))
    })?;
    if let Some(split) = split(mail, main) {
        return Some(split);
    }
    let body_parts: Vec<&Part<'_>> =
        worded.iter().copied().filter(|part| part.sheet.source == main.sheet.source).collect();
    if body_parts.len() > 1 {
        return several(mail, &body_parts);
    }
    let paired = pairs(main);
    if paired.len() > 1 {
        return listed(mail, main, &paired);
    }
    Some(single(mail, main))
}

/// One payment.
fn single(mail: &Mail<'_>, part: &Part<'_>) -> Draft {
    let mut got = Gathered::default();
    gather_amount(mail, part, &mut got);
    gather_people(mail, part, &mut got);
    gather_guards(mail, part, &mut got);
    finish(mail, part, got)
}

/// The command, or the question with everything that is known.
fn finish(mail: &Mail<'_>, part: &Part<'_>, mut got: Gathered) -> Draft {
    let note = note(mail, part);
    if let (Some((amount, span)), true) = (&got.amount, got.reasons.is_empty()) {
        let mut commands: Vec<Command> = Vec::new();
        let mut spans = Vec::new();
        for (which, person) in got.people.iter().enumerate() {
            commands.push(command(part.way, *amount, person.address.clone(), note.clone()));
            spans.push(Span { command: which, ..span.clone() });
            spans.push(Span { command: which, ..person.span.clone() });
        }
        if let Some(reading) = of_commands(commands) {
            return Draft { reading, spans };
        }
    }
    got.fields.act =
        Some(if part.way == Way::Pay { "transfer" } else { "request_money" }.to_owned());
    got.fields.note = note;
    got.fields.words = Some(part.sheet.text(&part.sentence.range).trim().to_owned());
    if let [only] = got.people.as_slice() {
        let known = Some(only.address.clone());
        match part.way {
            Way::Pay => got.fields.recipient = known,
            Way::Request => got.fields.payer = known,
        }
    }
    let spans = got.amount.into_iter().map(|(_, span)| span);
    let spans = spans.chain(got.people.into_iter().map(|person| person.span)).collect();
    let ask = AskBack::all(got.reasons, got.fields)
        .unwrap_or_else(|| AskBack::new(Reason::NoCommand, AskBackFields::default()));
    Draft { reading: Reading::AskBack(Box::new(ask)), spans }
}

fn command(way: Way, amount: Amount, person: Address, note: Option<String>) -> Command {
    match way {
        Way::Pay => Command::Transfer { amount, recipient: person, note },
        Way::Request => Command::RequestMoney { amount, payer: person, note },
    }
}

/// One command or several; `None` for none.
pub(super) fn of_commands(mut commands: Vec<Command>) -> Option<Reading> {
    match commands.len() {
        0 => None,
        1 => commands.pop().map(Reading::from),
        _ => Some(Reading::Multi(commands)),
    }
}
