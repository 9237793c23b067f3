//! What a payment is for, in the sender's words.

use super::Part;
use crate::intent::mail::Mail;
use crate::intent::words::Meaning;

/// What it is for: "for the tickets", a labelled line, or the body under an amount in the subject.
pub(super) fn note(mail: &Mail<'_>, part: &Part<'_>) -> Option<String> {
    if let Some(start) = part.note_start() {
        let sheet = part.sheet;
        let end = part.sentence.range.end;
        let mut last = end;
        while last > start
            && last.checked_sub(1).is_some_and(|at| {
                sheet.is(at, Meaning::Soft)
                    || sheet.tokens.get(at).is_some_and(|t| t.is_break() || t.is_sign(','))
            })
        {
            last = last.saturating_sub(1);
        }
        return trimmed(sheet.text(&(start..last)));
    }
    for sheet in mail.sheets() {
        for sentence in &sheet.sentences {
            let label = sheet.first(&sentence.range, Meaning::NoteLabel);
            let colon = label.filter(|label| {
                sheet.content(&sentence.range).next().is_some_and(|(at, _)| at == label.from)
                    && sheet.tokens.get(label.to).is_some_and(|token| token.is_sign(':'))
            });
            if let Some(label) = colon {
                return trimmed(sheet.text(&(label.to.saturating_add(1)..sentence.range.end)));
            }
        }
    }
    let from_subject = part.sheet.source == mail.subject.source && part.verb.is_none();
    let whole = from_subject.then(|| mail.body.passage.text().trim());
    whole.filter(|text| text.len() <= 200).and_then(trimmed)
}

pub(super) fn trimmed(text: &str) -> Option<String> {
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    (!text.is_empty()).then_some(text)
}
