//! What it costs to write to somebody, and who writes free: "charge strangers 2 dollars".

use std::ops::Range;

use crate::intent::ask_back::{AskBackFields, Reason};
use crate::intent::guards;
use crate::intent::mail::{Draft, Mail};
use crate::intent::reading::{Command, Reading};
use crate::intent::sheet::{Sentence, Sheet};
use crate::intent::tokens::Kind;
use crate::intent::words::Meaning;
use crate::money::Money;

/// Scopes by the phrases that mean them, as keys.
const SCOPES: [(&str, &[&str]); 5] = [
    (
        "strangers",
        &[
            "strangers",
            "stranger",
            "unknown senders",
            "unknown people",
            "people i don't know",
            "fremde",
            "unbekannte",
            "inconnus",
            "desconocidos",
        ],
    ),
    (
        "written_to",
        &[
            "people i've written to",
            "people i wrote to",
            "people i have written to",
            "anyone i wrote to",
            "anyone i've written to",
            "those i wrote to",
            "whom i wrote to",
            "i've written to",
            "i wrote to",
        ],
    ),
    (
        "contacts",
        &[
            "contacts",
            "my contacts",
            "friends",
            "my friends",
            "people i know",
            "address book",
            "kontakte",
            "freunde",
        ],
    ),
    ("businesses", &["businesses", "companies", "firms", "vendors", "firmen", "unternehmen"]),
    (
        "default",
        &[
            "everyone",
            "everybody",
            "anyone",
            "door price",
            "my price",
            "everyone else",
            "all senders",
            "anybody",
            "jeder",
            "alle",
        ],
    ),
];

/// Words that tell that a price of the inbox is meant.
const ABOUT: [&str; 11] = [
    "write to me",
    "per message",
    "per mail",
    "per email",
    "door price",
    "my price",
    "to reach me",
    "price of my inbox",
    "inbox price",
    "writing to me",
    "mir schreiben",
];

/// Reads a price of one's inbox, or who may or may not write.
pub(super) fn read(mail: &Mail<'_>) -> Option<Draft> {
    senders(mail).or_else(|| price(mail))
}

fn phrase_in(sheet: &Sheet, range: &Range<usize>, phrase: &str) -> bool {
    place(sheet, range, phrase).is_some()
}

fn place(sheet: &Sheet, range: &Range<usize>, phrase: &str) -> Option<usize> {
    let words: Vec<&str> = phrase.split(' ').collect();
    range.clone().find(|at| {
        words.iter().enumerate().all(|(i, word)| {
            let at = at.saturating_add(i);
            at < range.end && sheet.tokens.get(at).is_some_and(|token| token.key == *word)
        })
    })
}

fn price(mail: &Mail<'_>) -> Option<Draft> {
    let sheet = &mail.body;
    let all = sheet.all();
    let about = ABOUT.iter().any(|phrase| phrase_in(sheet, &all, phrase));
    if !about {
        return None;
    }
    let sentence = sheet.sentences.iter().find(|s| sheet.amounts_in(&s.range).next().is_some())?;
    let found: Vec<_> = sheet.amounts.iter().collect();
    let fields = |amount: Option<Money>| AskBackFields {
        act: Some("set_price".to_owned()),
        amount: amount.map(Money::decimal),
        currency: amount.map(|amount| amount.currency),
        ..AskBackFields::default()
    };
    let ask = |reason, fields| Some(Draft::plain(Reading::ask(reason, fields)));
    let [only] = found.as_slice() else { return ask(Reason::AmbiguousAmount, fields(None)) };
    let Some(amount) = only.value.exact() else {
        return ask(Reason::AmbiguousAmount, fields(None));
    };
    let money = amount.money();
    if let Some(reason) = doubt(sheet, sentence) {
        return ask(reason, fields(Some(money)));
    }
    if mail.context.lacks(money.currency) {
        return ask(Reason::CurrencyNotHeld, fields(Some(money)));
    }
    let (priced, free) = clauses(sheet, only.from);
    let free: Vec<String> = free.iter().flat_map(|range| scopes(sheet, range)).collect();
    let scope = match scopes(sheet, &priced).as_slice() {
        [one] => one.clone(),
        [] if term(sheet, &priced).is_none() => "default".to_owned(),
        _ => {
            let fields = AskBackFields { term: term(sheet, &priced), ..fields(Some(money)) };
            return ask(Reason::AmbiguousScope, fields);
        }
    };
    let span = sheet.span("amount", &(only.from..only.to));
    Some(Draft {
        reading: Command::SetPrice { amount: money, scope, free }.into(),
        spans: vec![span],
    })
}

fn doubt(sheet: &Sheet, sentence: &Sentence) -> Option<Reason> {
    let has = |meaning| sheet.has(&sentence.range, meaning);
    if guards::is_question(sheet, sentence) || has(Meaning::Maybe) || has(Meaning::Reported) {
        Some(Reason::NotExplicit)
    } else if has(Meaning::If) {
        Some(Reason::Conditional)
    } else if has(Meaning::Not) || has(Meaning::Hold) {
        Some(Reason::Negated)
    } else if has(Meaning::About) {
        Some(Reason::ApproximateAmount)
    } else if has(Meaning::Schedule) {
        Some(Reason::UnsupportedSchedule)
    } else {
        None
    }
}

/// The clause with the price, and the clauses that speak of "free".
fn clauses(sheet: &Sheet, amount_at: usize) -> (Range<usize>, Vec<Range<usize>>) {
    let mut priced = 0..0;
    let mut free = Vec::new();
    for sentence in &sheet.sentences {
        let mut start = sentence.range.start;
        for at in sentence.range.clone() {
            let parts = sheet
                .tokens
                .get(at)
                .is_some_and(|t| t.is_sign(',') || t.key == "but" || t.key == "and");
            let last = at.saturating_add(1) == sentence.range.end;
            if parts || last {
                let clause = start..(if last { sentence.range.end } else { at });
                if clause.contains(&amount_at) {
                    priced = clause.clone();
                }
                if sheet
                    .content(&clause)
                    .any(|(_, t)| matches!(t.key.as_str(), "free" | "kostenlos" | "gratis"))
                {
                    free.push(clause);
                }
                start = at.saturating_add(1);
            }
        }
    }
    (priced, free)
}

fn scopes(sheet: &Sheet, range: &Range<usize>) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    for (scope, phrases) in SCOPES {
        if phrases.iter().any(|phrase| phrase_in(sheet, range, phrase)) {
            found.push(scope.to_owned());
        }
    }
    // "Door price for strangers": the narrower one is meant.
    if found.len() > 1 {
        found.retain(|scope| scope != "default");
    }
    found.extend(sheet.addresses_in(range).into_iter().map(|(_, address)| address.to_string()));
    found
}

/// The word after "from" or "charge" that names nobody we know.
fn term(sheet: &Sheet, range: &Range<usize>) -> Option<String> {
    let at = ["from", "for", "charge", "von"].iter().find_map(|word| place(sheet, range, word))?;
    let next = sheet.content(&(at.saturating_add(1)..range.end)).next()?.1;
    (next.kind == Kind::Word).then(|| next.key.clone())
}

/// "Block eve@…", "allow *@ferry.example".
fn senders(mail: &Mail<'_>) -> Option<Draft> {
    for sheet in mail.sheets() {
        for sentence in &sheet.sentences {
            let range = &sentence.range;
            let first = sheet.content(range).find(|(at, _)| !sheet.is(*at, Meaning::Soft))?.1;
            let block = matches!(
                first.key.as_str(),
                "block" | "ban" | "mute" | "blockiere" | "bloque" | "bloquea"
            );
            let allow = matches!(
                first.key.as_str(),
                "allow" | "unblock" | "whitelist" | "erlaube" | "autorise" | "autoriza"
            );
            if !(block || allow) || doubt(sheet, sentence).is_some() || sentence.question {
                continue;
            }
            let addresses = sheet.addresses_in(range);
            let [(at, address)] = addresses.as_slice() else { continue };
            let star = address.local() == "*";
            let sender = if star { format!("*@{}", address.domain()) } else { address.to_string() };
            let span = sheet.span("sender", &(*at..at.saturating_add(1)));
            let command = if block {
                Command::BlockSender { sender }
            } else {
                Command::AllowSender { sender }
            };
            return Some(Draft { reading: command.into(), spans: vec![span] });
        }
    }
    None
}
