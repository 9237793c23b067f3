//! Which sentences speak of a payment, and where its pieces stand in them.
//!
//! Not for: whether it may be done.

use std::ops::Range;

use super::{Part, Way};
use crate::intent::amounts::Found;
use crate::intent::guards;
use crate::intent::mail::Mail;
use crate::intent::people::{self};
use crate::intent::sheet::{Sentence, Sheet};
use crate::intent::tokens::Kind;
use crate::intent::words::{Meaning, Tag};

/// All sentences with a payment's verb, or with its bare shape.
pub(super) fn parts<'m>(mail: &'m Mail<'_>) -> Vec<Part<'m>> {
    let mut parts = Vec::new();
    for sheet in mail.sheets() {
        for sentence in &sheet.sentences {
            if let Some(part) = part(mail, sheet, sentence) {
                parts.push(part);
            }
        }
    }
    if parts.is_empty() || !parts.iter().any(|part| part.commands) {
        parts.extend(bare(mail));
    }
    parts
}

pub(super) fn part<'m>(mail: &Mail<'_>, sheet: &'m Sheet, sentence: &Sentence) -> Option<Part<'m>> {
    let range = &sentence.range;
    let owes = sheet.first(range, Meaning::Owes).copied();
    let split = sheet.first(range, Meaning::Split).copied();
    let asks = sheet.first(range, Meaning::Ask).copied();
    let pays = sheet.first(range, Meaning::Pay).copied();
    let sending = sheet.first(range, Meaning::Sending).copied();
    let money = sheet.amounts_in(range).next().is_some();
    let (verb, way) = if let Some(owes) = owes {
        (owes, Way::Request)
    } else if let Some(ask) = asks.filter(|ask| {
        let behind = sheet.amounts_in(&(ask.to..range.end)).next().is_some();
        behind && pays.is_none_or(|pay| ask.from < pay.from)
    }) {
        (ask, Way::Request)
    } else if let Some(split) = split.filter(|_| money) {
        (split, Way::Pay)
    } else if let Some(pay) = pays {
        (pay, Way::Pay)
    } else {
        (sending.filter(|_| money)?, Way::Pay)
    };
    let commands = match verb.meaning {
        Meaning::Owes => true,
        Meaning::Sending => mail.friend().is_some() && is_leading(mail, sheet, sentence, verb.from),
        _ => is_leading(mail, sheet, sentence, verb.from),
    };
    Some(Part { sheet, sentence: sentence.clone(), way, verb: Some(verb), commands })
}

/// No verb, but a payment's shape: "$20 to ben@…", or the amount in the subject and the friend in To.
pub(super) fn bare<'m>(mail: &'m Mail<'_>) -> Option<Part<'m>> {
    for sheet in mail.sheets() {
        for sentence in &sheet.sentences {
            let range = &sentence.range;
            let address = !sheet.addresses_in(range).is_empty();
            let amount = sheet.amounts_in(range).any(|found| found.marked);
            let subject_amount = mail.subject.amounts.iter().any(|found| found.marked);
            let begins_to = sheet
                .content(range)
                .find(|(at, _)| !sheet.is(*at, Meaning::Soft))
                .is_some_and(|(at, _)| sheet.is(at, Meaning::To));
            let shaped = address
                && ((amount && sheet.has(range, Meaning::To)) || (subject_amount && begins_to));
            if shaped && is_shaped(mail, sheet, sentence) {
                let sentence = sentence.clone();
                return Some(Part { sheet, sentence, way: Way::Pay, verb: None, commands: true });
            }
        }
    }
    subject_amount(mail)
}

/// "$25" alone in the subject of a mail to one friend, with a copy to us.
pub(super) fn subject_amount<'m>(mail: &'m Mail<'_>) -> Option<Part<'m>> {
    let sheet = &mail.subject;
    let sentence = sheet.sentences.first()?;
    let first = sheet.content(&sentence.range).next().map(|(at, _)| at);
    let begins = sheet.amounts.first().is_some_and(|found| {
        found.marked && (first.is_none_or(|first| found.from <= first && first < found.to))
    });
    if !begins || mail.friend().is_none() || sheet.sentences.len() > 1 {
        return None;
    }
    Some(Part { sheet, sentence: sentence.clone(), way: Way::Pay, verb: None, commands: true })
}

/// Up to the recipient, a sentence without a verb has only amount, address and small words.
pub(super) fn is_shaped(mail: &Mail<'_>, sheet: &Sheet, sentence: &Sentence) -> bool {
    let settled = settled(sheet, &sentence.range);
    is_leading(mail, sheet, sentence, settled)
}

/// Whether nothing stands before `verb` in its clause but small words, amounts, names and addresses:
/// the place of a command.
pub(super) fn is_leading(mail: &Mail<'_>, sheet: &Sheet, sentence: &Sentence, verb: usize) -> bool {
    let addresses = sheet.addresses_in(&sentence.range);
    let clause = clause_start(sheet, sentence.range.start, verb);
    (clause..verb).all(|at| {
        let Some(token) = sheet.tokens.get(at) else { return true };
        let small = [
            Meaning::Soft,
            Meaning::Polite,
            Meaning::To,
            Meaning::And,
            Meaning::For,
            Meaning::You,
            Meaning::Me,
            Meaning::Each,
            Meaning::Yes,
            Meaning::Pay,
            Meaning::Sending,
            Meaning::Split,
        ];
        match &token.kind {
            Kind::Sign(_) | Kind::Newline | Kind::Paragraph | Kind::Address(_) => true,
            Kind::BadAddress { .. } => true,
            _ if sheet.amount_at(at).is_some() => true,
            _ if small.iter().any(|meaning| sheet.is(at, *meaning)) => true,
            Kind::Word => {
                let ours = mail.context.service_name.as_deref().unwrap_or_default();
                addresses.iter().any(|(_, address)| address.local().starts_with(&token.key))
                    || crate::intent::passage::key(ours) == token.key
                    || is_contact_word(mail, &token.key)
                    || is_before_title(sheet, at)
            }
            _ => false,
        }
    })
}

pub(super) fn is_contact_word(mail: &Mail<'_>, word: &str) -> bool {
    mail.context.contacts.iter().any(|contact| {
        contact.name.split_whitespace().any(|part| crate::intent::passage::key(part) == word)
    })
}

/// A Japanese name before its title.
pub(super) fn is_before_title(sheet: &Sheet, at: usize) -> bool {
    let rest = sheet.tokens.get(at.saturating_add(1)..).unwrap_or_default();
    rest.iter().take(6).any(|token| matches!(token.key.as_str(), "さ" | "様" | "君"))
        && sheet.tokens.get(at).is_some_and(|token| !token.key.is_ascii())
}

/// A comma, a colon, a dash or an "and" begins a clause.
pub(super) fn clause_start(sheet: &Sheet, from: usize, verb: usize) -> usize {
    let breaks = (from..verb).rev().find(|at| {
        let sign = sheet.tokens.get(*at).is_some_and(|token| {
            matches!(token.kind, Kind::Sign(',' | ':' | ';' | '、' | '('))
                || (token.is_sign('-') && token.spaced)
        });
        sign || sheet.is(*at, Meaning::And)
    });
    breaks.map_or(from, |at| at.saturating_add(1))
}

/// The token behind which amount and recipient have both been named.
pub(super) fn settled(sheet: &Sheet, range: &Range<usize>) -> usize {
    let amount = sheet.amounts_in(range).map(|found| found.to).max();
    let address = sheet.addresses_in(range).last().map(|(at, _)| at.saturating_add(1));
    match (amount, address) {
        (Some(amount), Some(address)) => amount.max(address),
        (Some(end), None) | (None, Some(end)) => end,
        (None, None) => range.end,
    }
}

impl Part<'_> {
    /// An amount or a person stands in it.
    pub(super) fn has_matter(&self, mail: &Mail<'_>) -> bool {
        let range = &self.sentence.range;
        let somebody = self
            .sheet
            .content(range)
            .any(|(_, token)| matches!(token.kind, Kind::Address(_) | Kind::BadAddress { .. }));
        let amount = self.amounts().next().is_some();
        let vague = self.sheet.has(range, Meaning::Vague) && self.commands;
        let contact = self.commands && !people::contacts(mail, self.sheet, range).is_empty();
        let turned = self.verb.is_some_and(|verb| verb.meaning == Meaning::Owes)
            && mail.subject.amounts.iter().any(|found| found.marked);
        // "What does it cost to send $100?" asks; it orders nothing.
        let asks = !somebody && guards::is_question(self.sheet, &self.sentence);
        (somebody || amount || contact || vague || turned) && !asks
    }

    /// Nothing else is asked for: "pay", "send money please".
    pub(super) fn is_bare(&self, mail: &Mail<'_>) -> bool {
        let range = &self.sentence.range;
        let objects = !self.sheet.references_in(range).is_empty()
            || [
                Meaning::Statement,
                Meaning::Refund,
                Meaning::Return,
                Meaning::Remind,
                Meaning::Export,
            ]
            .into_iter()
            .any(|meaning| self.sheet.has(range, meaning));
        let unknown = self
            .sheet
            .content(range)
            .filter(|(at, token)| token.kind == Kind::Word && !self.sheet.is_known(*at))
            .count();
        let question = guards::is_question(self.sheet, &self.sentence) || self.sentence.question;
        !objects && !question && unknown <= 2 && !mail.only_copied()
    }

    /// The amounts that count here: those with a currency, else bare ones where an amount belongs.
    pub(super) fn amounts(&self) -> impl Iterator<Item = &Found> {
        let range = &self.sentence.range;
        let marked = self.sheet.amounts_in(range).any(|found| found.marked);
        self.sheet
            .amounts_in(range)
            .filter(move |found| found.marked == marked && (marked || self.is_in_place(found)))
    }

    /// A bare number is an amount behind the verb, before a small word or the end; not in the note.
    fn is_in_place(&self, found: &Found) -> bool {
        let behind_verb = self.verb.is_some_and(|verb| {
            verb.from <= found.from
                || self.sheet.tokens.get(found.to).is_some_and(|t| t.is_sign('@'))
        });
        let next = self.sheet.tokens.get(found.to);
        let small = next.is_none_or(|token| {
            token.is_break()
                || matches!(token.kind, Kind::Sign(_) | Kind::Address(_) | Kind::BadAddress { .. })
                || [Meaning::To, Meaning::For, Meaning::Soft, Meaning::And, Meaning::Each]
                    .iter()
                    .any(|meaning| self.sheet.is(found.to, *meaning))
        });
        let in_note = self.note_start().is_some_and(|note| {
            found.from > note
                && self.sheet.amounts_in(&(self.sentence.range.start..note)).next().is_some()
        });
        behind_verb && small && !in_note
    }

    /// Where "for the tickets" begins: the first "for" behind what is settled.
    pub(super) fn note_start(&self) -> Option<usize> {
        let range = &self.sentence.range;
        let first_person = self.sheet.addresses_in(range).first().map(|(at, _)| *at);
        let first_amount = self.sheet.amounts_in(range).next().map(|found| found.to);
        let from = first_amount.max(first_person.map(|at| at.saturating_add(1)))?;
        self.sheet
            .tags_in(&(from..range.end))
            .find(|tag| tag.meaning == Meaning::For && !self.is_ask_for(tag))
            .map(|tag| tag.from)
    }

    /// "Ask tom@… *for* 18.50": that one belongs to the amount.
    fn is_ask_for(&self, tag: &Tag) -> bool {
        self.way == Way::Request
            && self.sheet.amounts_in(&(tag.to..tag.to.saturating_add(1))).next().is_some()
    }
}
