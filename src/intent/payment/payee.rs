//! The people of a payment.

use super::{Gathered, Part, Way};
use crate::intent::ask_back::Reason;
use crate::intent::mail::Mail;
use crate::intent::people::{self};
use crate::intent::tokens::Kind;
use crate::intent::words::Meaning;

pub(super) fn gather_people(mail: &Mail<'_>, part: &Part<'_>, got: &mut Gathered) {
    let field = if part.way == Way::Request { "payer" } else { "recipient" };
    let range = &part.sentence.range;
    let missing = match part.way {
        Way::Pay => Reason::MissingRecipient,
        Way::Request => Reason::MissingPayerAddress,
    };
    let mut people = people::named(part.sheet, range, field);
    let mut trouble = people::trouble(mail, part.sheet, range);
    if people.is_empty() && trouble.is_none() {
        for sheet in mail.sheets() {
            people.extend(people::named(sheet, &sheet.all(), field));
            trouble = trouble.or(people::trouble(mail, sheet, &sheet.all()));
        }
    }
    got.reasons.extend(trouble);
    got.each = part.sheet.has(range, Meaning::Each);
    if people.is_empty() && trouble.is_none() {
        let contacts = people::contacts(mail, part.sheet, range);
        let addressed = people::friend(mail, field).filter(|_| may_mean_friend(mail, part));
        match (contacts.as_slice(), addressed) {
            ([], Some(friend)) => people.push(friend),
            ([], None) if mail.others().len() > 1 && !mail.reply => {
                got.reasons.push(Reason::AmbiguousRecipient);
                got.fields.recipients =
                    mail.others().iter().filter_map(|(_, m)| m.address.clone()).collect();
            }
            ([], None) => got.reasons.push(missing),
            ([one], _) => people.push(one.clone()),
            (many, _) => {
                got.reasons.push(Reason::AmbiguousRecipient);
                got.fields.recipients = many.iter().map(|p| p.address.clone()).collect();
            }
        }
    }
    people.dedup_by(|a, b| a.address == b.address);
    if people.iter().any(|person| people::is_self(mail, &person.address)) {
        got.reasons.push(Reason::SelfRecipient);
    }
    if people.len() > 1 && !got.each {
        let listed = people::are_listed(part.sheet, range);
        got.reasons.push(if listed { Reason::SplitOrEach } else { Reason::AmbiguousRecipient });
        got.fields.recipients = people.iter().map(|p| p.address.clone()).collect();
    }
    got.people = people;
}

/// The one friend in To and Cc is meant by a mail that starts a thread, or by "to you".
pub(super) fn may_mean_friend(mail: &Mail<'_>, part: &Part<'_>) -> bool {
    let range = &part.sentence.range;
    let you = part.sheet.has(range, Meaning::You)
        || part.verb.is_some_and(|verb| matches!(verb.meaning, Meaning::Sending));
    let to_friend = matches!(mail.friend(), Some((crate::intent::spans::Source::To, _)));
    // A name that is nobody's: "pay Bob $20" to a friend called otherwise.
    let other_name = part.verb.is_some_and(|verb| {
        let next = part.sheet.tokens.get(verb.to);
        next.is_some_and(|t| t.kind == Kind::Word && !part.sheet.is_known(verb.to))
    });
    if other_name {
        return false;
    }
    if mail.reply { you && to_friend } else { true }
}
