//! Several payments in one mail: listed in one sentence, one per sentence, or a sum to split.

use super::amount::is_about;
use super::doubts::gather_guards;
use super::note::trimmed;
use super::payee::gather_people;
use super::{Gathered, Part, Way, command, finish, of_commands, single};
use crate::address::Address;
use crate::intent::amounts::Found;
use crate::intent::ask_back::{AskBack, AskBackFields, Reason, Share};
use crate::intent::mail::{Draft, Mail};
use crate::intent::people::{self};
use crate::intent::reading::{Command, Reading};
use crate::intent::sheet::Sheet;
use crate::intent::spans::Span;
use crate::intent::tokens::Kind;
use crate::intent::words::Meaning;
use crate::money::Money;

/// "Split $90 between amy@…, ned@… and me": shown, never done, since nobody agreed.
pub(super) fn split(mail: &Mail<'_>, part: &Part<'_>) -> Option<Draft> {
    part.verb.filter(|verb| verb.meaning == Meaning::Split)?;
    let range = &part.sentence.range;
    let people = people::named(part.sheet, range, "recipient");
    let amount = part.amounts().find_map(|found| found.value.exact());
    let me = part.sheet.has(range, Meaning::Me);
    let shares = people.len().saturating_add(usize::from(me));
    let mut fields = AskBackFields { act: Some("transfer".to_owned()), ..AskBackFields::default() };
    let mut reasons = vec![Reason::SplitNeedsAgreement];
    if let Some(amount) = amount {
        let money = amount.money();
        fields.amount = Some(money.decimal());
        fields.currency = Some(money.currency);
        let share = i64::try_from(shares).ok().and_then(|n| money.minor.checked_div(n));
        fields.proposal = people
            .iter()
            .filter_map(|person| {
                let amount = Money::new(share?, money.currency).decimal();
                Some(Share { recipient: person.address.clone(), amount })
            })
            .collect();
    } else {
        reasons.push(Reason::MissingAmount);
    }
    if people.is_empty() {
        reasons.push(Reason::MissingRecipient);
    }
    reasons.extend(people::trouble(mail, part.sheet, range));
    fields.recipients = people.iter().map(|person| person.address.clone()).collect();
    fields.words = trimmed(part.sheet.text(range));
    let ask = AskBack::all(reasons, fields)?;
    let spans = people.into_iter().map(|person| person.span).collect();
    Some(Draft { reading: Reading::AskBack(Box::new(ask)), spans })
}

/// "Amy@… $20 and ned@… $30": as many amounts as people, in turn.
pub(super) fn pairs(part: &Part<'_>) -> Vec<(Found, usize)> {
    let range = &part.sentence.range;
    let amounts: Vec<&Found> = part.amounts().collect();
    let people = part.sheet.addresses_in(range);
    let exact = amounts.iter().all(|found| found.value.exact().is_some());
    if amounts.len() < 2 || amounts.len() != people.len() || !exact {
        return Vec::new();
    }
    let order: Vec<(usize, bool)> = {
        let mut order: Vec<(usize, bool)> = amounts.iter().map(|f| (f.from, true)).collect();
        order.extend(people.iter().map(|(at, _)| (*at, false)));
        order.sort_unstable();
        order
    };
    let alternate = order.windows(2).all(|pair| match pair {
        [(_, a), (_, b)] => a != b,
        _ => true,
    });
    // Between the pairs an "and", a comma or a new line; within them none.
    let parted = order.chunks(2).collect::<Vec<_>>().windows(2).all(|pair| {
        let end = pair.first().and_then(|p| p.last()).map_or(0, |(at, _)| *at);
        let next = pair.last().and_then(|p| p.first()).map_or(0, |(at, _)| *at);
        (end..next).any(|at| is_parting(part.sheet, at))
    });
    let whole = order.chunks(2).all(|pair| {
        let from = pair.first().map_or(0, |(at, _)| *at);
        let to = pair.last().map_or(0, |(at, _)| *at);
        !(from..to).any(|at| part.sheet.is(at, Meaning::And))
    });
    if !(alternate && parted && whole) {
        return Vec::new();
    }
    amounts.into_iter().cloned().zip(people.into_iter().map(|(at, _)| at)).collect()
}

pub(super) fn is_parting(sheet: &Sheet, at: usize) -> bool {
    sheet.is(at, Meaning::And)
        || sheet.tokens.get(at).is_some_and(|t| {
            t.is_break() || matches!(t.kind, Kind::Sign(',' | '&' | ';' | '+' | '、'))
        })
}

/// Several people with an amount each in one sentence.
pub(super) fn listed(mail: &Mail<'_>, part: &Part<'_>, pairs: &[(Found, usize)]) -> Option<Draft> {
    let mut got = Gathered::default();
    gather_guards(mail, part, &mut got);
    let range = &part.sentence.range;
    got.reasons.extend(people::trouble(mail, part.sheet, range));
    let mut commands = Vec::new();
    let mut spans = Vec::new();
    for (which, (found, at)) in pairs.iter().enumerate() {
        let amount = found.value.exact()?;
        let token = part.sheet.tokens.get(*at)?;
        let Kind::Address(person) = &token.kind else { return None };
        if people::is_self(mail, person) {
            got.reasons.push(Reason::SelfRecipient);
        }
        if mail.context.lacks(amount.currency()) {
            got.reasons.push(Reason::CurrencyNotHeld);
        }
        if is_about(part.sheet, found) {
            got.reasons.push(Reason::ApproximateAmount);
        }
        let field = if part.way == Way::Pay { "recipient" } else { "payer" };
        spans.push(Span { command: which, ..part.sheet.span("amount", &(found.from..found.to)) });
        spans.push(Span { command: which, ..part.sheet.span(field, &(*at..at.saturating_add(1))) });
        commands.push(command(part.way, amount, person.clone(), None));
        got.fields.recipients.push(person.clone());
    }
    if mail.subject.amounts.iter().any(|found| found.marked)
        && part.sheet.source != mail.subject.source
    {
        got.reasons.push(Reason::ConflictSubjectBody);
    }
    if got.reasons.is_empty() {
        return of_commands(commands).map(|reading| Draft { reading, spans });
    }
    got.fields.words = trimmed(part.sheet.text(range));
    let ask = AskBack::all(got.reasons, got.fields)?;
    Some(Draft { reading: Reading::AskBack(Box::new(ask)), spans })
}

/// Several sentences: each a payment of its own, or all of them one that is told twice.
pub(super) fn several(mail: &Mail<'_>, parts: &[&Part<'_>]) -> Option<Draft> {
    let complete = |part: &&Part<'_>| {
        part.amounts().count() == 1 && part.sheet.addresses_in(&part.sentence.range).len() == 1
    };
    if !parts.iter().all(complete) {
        // One of them carries it; the others can only take it back.
        let main = parts.iter().copied().find(|part| part.commands).or(parts.first().copied())?;
        let mut draft = single(mail, main);
        let others = parts.iter().filter(|part| !std::ptr::eq(**part, main));
        if others.clone().any(|part| !part.commands) && !draft.reading.commands().is_empty() {
            draft = doubted(main);
        }
        return Some(draft);
    }
    let mut commands: Vec<Command> = Vec::new();
    let mut spans = Vec::new();
    let mut asks: Vec<Reason> = Vec::new();
    for part in parts {
        let own = alone(mail, part);
        match own.reading {
            Reading::Command(command) if commands.contains(&*command) => {}
            Reading::Command(command) => {
                let which = commands.len();
                commands.push(*command);
                spans.extend(own.spans.into_iter().map(|span| Span { command: which, ..span }));
            }
            Reading::AskBack(ask) => asks.extend_from_slice(ask.reasons()),
            Reading::Multi(_) | Reading::Ignore(_) => return None,
        }
    }
    let same_person = commands.iter().enumerate().any(|(i, one)| {
        commands.iter().skip(i.saturating_add(1)).any(|other| payee(one) == payee(other))
    });
    if same_person {
        asks.push(Reason::AmbiguousAmount);
    }
    if let Some(ask) = AskBack::all(asks, AskBackFields::default()) {
        return Some(Draft { reading: Reading::AskBack(Box::new(ask)), spans });
    }
    of_commands(commands).map(|reading| Draft { reading, spans })
}

/// A part that is one of several: other parts' amounts are theirs.
pub(super) fn alone(mail: &Mail<'_>, part: &Part<'_>) -> Draft {
    let mut got = Gathered::default();
    let found = part.amounts().next();
    if let Some(found) = found {
        match found.value.exact() {
            Some(amount) => {
                let span = part.sheet.span("amount", &(found.from..found.to));
                got.amount = Some((amount, span));
                if is_about(part.sheet, found) {
                    got.reasons.push(Reason::ApproximateAmount);
                }
                if mail.context.lacks(amount.currency()) {
                    got.reasons.push(Reason::CurrencyNotHeld);
                }
            }
            None => got.reasons.push(Reason::AmbiguousAmount),
        }
    }
    gather_people(mail, part, &mut got);
    gather_guards(mail, part, &mut got);
    finish(mail, part, got)
}

pub(super) fn payee(command: &Command) -> Option<&Address> {
    match command {
        Command::Transfer { recipient, .. } => Some(recipient),
        Command::RequestMoney { payer, .. } => Some(payer),
        _ => None,
    }
}

/// Two sentences speak of a payment and one of them is no command.
pub(super) fn doubted(part: &Part<'_>) -> Draft {
    let words = trimmed(part.sheet.text(&part.sentence.range));
    let act = Some("transfer".to_owned());
    Draft::plain(Reading::ask(
        Reason::NotExplicit,
        AskBackFields { act, words, ..AskBackFields::default() },
    ))
}
