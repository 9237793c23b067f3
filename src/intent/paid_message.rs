//! A message that pays to be read: to one address with a fee, or to everyone who fits.

use std::ops::Range;

use crate::address::Address;
use crate::intent::ask_back::{AskBackFields, Reason};
use crate::intent::mail::{Draft, Mail};
use crate::intent::passage::{Passage, key};
use crate::intent::reading::{AskBack, Command, Criteria, Reading};
use crate::intent::sheet::{Sentence, Sheet};
use crate::intent::tokens::Tokens;
use crate::intent::words::Meaning;
use crate::money::Amount;

/// Reads a paid message; `None` when the mail is none.
pub(super) fn read(mail: &Mail<'_>) -> Option<Draft> {
    if mail.reply || mail.forward {
        return None;
    }
    by_form(mail).or_else(|| by_criteria(mail))
}

/// `Fee: up to $3.00` on the first line, the addressee in the subject.
fn by_form(mail: &Mail<'_>) -> Option<Draft> {
    let full = mail.words.full.trim_start();
    let (first, message) = full.split_once('\n').unwrap_or((full, ""));
    let (label, _) = first.split_once(':')?;
    if !matches!(
        key(label.trim()).as_str(),
        "fee" | "gebuhr" | "frais" | "tarifa" | "prix" | "entgelt"
    ) {
        return None;
    }
    let sheet = &mail.body;
    let line = sheet.sentences.first()?.range.clone();
    let named = mail.subject.addresses_in(&mail.subject.all());
    let recipients: Vec<Address> = named.into_iter().map(|(_, address)| address.clone()).collect();
    let mut reasons = Vec::new();
    let found: Vec<_> = sheet.amounts_in(&line).collect();
    let fee = match found.as_slice() {
        [one] => one.value.exact(),
        _ => None,
    };
    if fee.is_none() {
        reasons.push(Reason::MissingFee);
    }
    if recipients.is_empty() {
        reasons.push(Reason::MissingRecipient);
    }
    if recipients.len() > 1 {
        reasons.push(Reason::AmbiguousRecipient);
    }
    if fee.is_some_and(|fee| mail.context.lacks(fee.currency())) {
        reasons.push(Reason::CurrencyNotHeld);
    }
    if message.trim().is_empty() {
        reasons.push(Reason::Empty);
    }
    // "For dana@… - $3": the subject may name the same fee, and no other.
    let other = mail.subject.amounts.iter().filter_map(|found| found.value.exact());
    if other.into_iter().any(|amount| Some(amount) != fee) {
        reasons.push(Reason::ConflictSubjectBody);
    }
    let fields = AskBackFields {
        act: Some("paid_message".to_owned()),
        recipients: recipients.clone(),
        ..AskBackFields::default()
    };
    if let Some(ask) = AskBack::all(reasons, fields) {
        return Some(Draft::plain(Reading::AskBack(Box::new(ask))));
    }
    let message = message.trim().to_owned();
    let spans = found.iter().map(|found| sheet.span("fee", &(found.from..found.to))).collect();
    let command =
        Command::PaidMessage { recipients, criteria: None, fee: fee?, total_cap: None, message };
    Some(Draft { reading: command.into(), spans })
}

/// "Send the text below to everyone who lists woodworking and charges $1 or less."
fn by_criteria(mail: &Mail<'_>) -> Option<Draft> {
    let (head, message) = cut(&mail.words.full)?;
    let passage = Passage::of(head);
    let tokens = Tokens::of(&passage);
    let languages = crate::intent::words::languages(&tokens, mail.context.locale.as_deref());
    let sheet = Sheet::new(mail.body.source, passage, tokens, &languages, mail.context);
    let below =
        sheet.content(&sheet.all()).any(|(_, t)| matches!(t.key.as_str(), "below" | "following"));
    let everyone = sheet.content(&sheet.all()).any(|(_, t)| {
        matches!(t.key.as_str(), "everyone" | "everybody" | "all" | "anyone" | "people")
    });
    let sends = sheet.has(&sheet.all(), Meaning::Pay);
    if !(below && everyone && sends) {
        return None;
    }
    let fields = AskBackFields { act: Some("paid_message".to_owned()), ..AskBackFields::default() };
    let doubtful =
        [Meaning::If, Meaning::Maybe, Meaning::Hold, Meaning::Schedule, Meaning::Reported]
            .into_iter()
            .any(|meaning| sheet.has(&sheet.all(), meaning))
            || sheet.sentences.iter().any(|s: &Sentence| s.question);
    if doubtful {
        return Some(Draft::plain(Reading::ask(Reason::NotExplicit, fields)));
    }
    let mut fee: Option<Amount> = None;
    let mut cap: Option<Amount> = None;
    for found in &sheet.amounts {
        let Some(amount) = found.value.exact() else {
            return Some(Draft::plain(Reading::ask(Reason::AmbiguousAmount, fields)));
        };
        let around = found.from.saturating_sub(5)..found.to.saturating_add(4);
        let total = is_total(&sheet, &around);
        let place = if total { &mut cap } else { &mut fee };
        if place.is_some() {
            return Some(Draft::plain(Reading::ask(Reason::AmbiguousAmount, fields)));
        }
        *place = Some(amount);
    }
    let Some(fee) = fee else {
        return Some(Draft::plain(Reading::ask(Reason::MissingFee, fields)));
    };
    let criteria = Criteria {
        interest: word_after(&sheet, &["lists", "list", "likes", "like", "into"]),
        region: word_after(&sheet, &["in"]),
        max_charge: Some(fee.money().decimal()),
        ..Criteria::default()
    };
    let command = Command::PaidMessage {
        recipients: Vec::new(),
        criteria: Some(criteria),
        fee,
        total_cap: cap.map(|cap| cap.money().decimal()),
        message: message.trim().to_owned(),
    };
    Some(Draft::plain(command))
}

/// Head and message, cut at a line of dashes.
fn cut(full: &str) -> Option<(&str, &str)> {
    let mut at = 0_usize;
    for line in full.split_inclusive('\n') {
        let rule = line.trim();
        if rule.len() >= 3 && rule.chars().all(|c| matches!(c, '-' | '=' | '*')) {
            let below = full.get(at.saturating_add(line.len())..)?;
            return full.get(..at).map(|head| (head, below));
        }
        at = at.saturating_add(line.len());
    }
    None
}

fn is_total(sheet: &Sheet, range: &Range<usize>) -> bool {
    sheet.content(range).any(|(_, token)| {
        matches!(
            token.key.as_str(),
            "altogether" | "total" | "overall" | "insgesamt" | "budget" | "all"
        )
    })
}

fn word_after(sheet: &Sheet, verbs: &[&str]) -> Option<String> {
    let all = sheet.all();
    let mut content = sheet.content(&all).skip_while(|(_, t)| !verbs.contains(&t.key.as_str()));
    content.next()?;
    content.next().map(|(_, token)| token.key.clone())
}
