//! What keeps a payment from being one: guards in its sentence, beside it, and below a quote.

use super::part::settled;
use super::place::is_plain;
use super::{Gathered, Part};
use crate::intent::ask_back::Reason;
use crate::intent::guards;
use crate::intent::mail::Mail;
use crate::intent::sheet::Sentence;
use crate::intent::words::Meaning;

pub(super) fn gather_guards(mail: &Mail<'_>, part: &Part<'_>, got: &mut Gathered) {
    let settled = settled(part.sheet, &part.sentence.range);
    let mut reasons = guards::of_sentence(part.sheet, &part.sentence, settled);
    // An amount alone in the subject: the body may only say what it is for.
    if part.verb.is_none() && part.sheet.source == mail.subject.source {
        let sentences = mail.body.sentences.iter();
        reasons.extend(sentences.flat_map(|s| guards::of_sentence(&mail.body, s, 0)));
    }
    reasons.extend(guards::of_others(part.sheet, &part.sentence));
    for sheet in mail.sheets() {
        if sheet.source != part.sheet.source {
            let nothing = Sentence { range: 0..0, question: false };
            reasons.extend(guards::of_others(sheet, &nothing));
        }
    }
    if !part.commands {
        reasons.push(Reason::NotExplicit);
    }
    if mail.words.struck {
        reasons.push(Reason::NotExplicit);
    }
    if !mail.words.below.is_empty() && takes_back(&mail.words.below) {
        reasons.push(Reason::Contradiction);
    }
    got.reasons.extend(reasons);
    // Words that fit nowhere are only worth a question when nothing else is asked.
    let owes = matches!(part.verb.map(|verb| verb.meaning), Some(Meaning::Owes));
    if got.reasons.is_empty() && !owes && !is_plain(mail, part) {
        got.reasons.push(Reason::NotExplicit);
    }
}

/// Words below the quote that are more than a farewell.
pub(super) fn takes_back(below: &str) -> bool {
    below.split_whitespace().count() > 2 || below.chars().any(|c| c.is_ascii_digit())
}
