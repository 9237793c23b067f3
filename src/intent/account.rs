//! A person's own account: messages to read or report, the profile; `account_people` reads of people.
//!
//! Short sentences only; a story that happens to begin with "read" is none of these.

use std::collections::BTreeMap;
use std::ops::Range;

use crate::intent::account_people;
use crate::intent::mail::{Draft, Mail};
use crate::intent::reading::Command;
use crate::intent::sheet::Sheet;
use crate::intent::tokens::{Kind, Token};
use crate::intent::words::Meaning;
use crate::language::Language;

/// Longest sentence that is read here, in words.
const WORDS_MAX: usize = 16;

/// Reads the first such wish.
pub(super) fn read(mail: &Mail<'_>) -> Option<Draft> {
    language(mail).or_else(|| in_sentence(mail))
}

fn in_sentence(mail: &Mail<'_>) -> Option<Draft> {
    mail.sheets().into_iter().find_map(|sheet| {
        sheet.sentences.iter().find_map(|sentence| {
            let range = &sentence.range;
            let guarded = sentence.question
                || [
                    Meaning::If,
                    Meaning::Not,
                    Meaning::Hold,
                    Meaning::Maybe,
                    Meaning::Reported,
                    Meaning::Past,
                ]
                .into_iter()
                .any(|meaning| sheet.has(range, meaning));
            let words = words(sheet, range);
            if guarded || words.len() > WORDS_MAX {
                return None;
            }
            numbered(&words)
                .or_else(|| account_people::read(sheet, range, &words))
                .or_else(|| profile(sheet, range, &words))
        })
    })
}

/// "Auf Deutsch bitte", "in English, please": a mail that says this and nothing else.
fn language(mail: &Mail<'_>) -> Option<Draft> {
    let said: Vec<(&Sheet, usize, &Token)> = mail
        .sheets()
        .into_iter()
        .flat_map(|sheet| words(sheet, &sheet.all()).into_iter().map(move |(at, t)| (sheet, at, t)))
        .filter(|(sheet, at, token)| token.kind != Kind::Word || !sheet.is(*at, Meaning::Soft))
        .collect();
    let (sheet, at, name) = said.last()?;
    let leads = |word: &str| matches!(word, "in" | "auf" | "en" | "write" | "schreiben" | "sie");
    let before = said.iter().rev().skip(1);
    let all = said.len() <= 4 && before.clone().all(|(_, _, token)| leads(&token.key));
    // Alone it may be an answer to something else; with "in" before it, it is a wish.
    let preposed = at.checked_sub(1).and_then(|before| sheet.tokens.get(before));
    let preposed = preposed.is_some_and(|token| matches!(token.key.as_str(), "in" | "auf" | "en"));
    if !(all && preposed && Language::named(&name.key).is_some()) {
        return None;
    }
    let range = *at..at.saturating_add(1);
    let set = BTreeMap::from([("language".to_owned(), vec![sheet.text(&range).to_owned()])]);
    let command = Command::Profile { set, remove: Vec::new(), searchable: None };
    Some(Draft { reading: command.into(), spans: vec![sheet.span("language", &range)] })
}

/// The words without greetings at the start.
fn words<'s>(sheet: &'s Sheet, range: &Range<usize>) -> Vec<(usize, &'s Token)> {
    sheet.content(range).skip_while(|(at, _)| sheet.is(*at, Meaning::Soft)).collect()
}

fn key_at<'t>(words: &[(usize, &'t Token)], at: usize) -> &'t str {
    words.get(at).map_or("", |(_, token)| token.key.as_str())
}

/// "Read 3", "report 3 as spam".
fn numbered(words: &[(usize, &Token)]) -> Option<Draft> {
    let number = words.iter().skip(1).take(3).find(|(_, token)| token.kind == Kind::Number)?;
    let number: u32 = number.1.key.parse().ok()?;
    let short = words.len() <= 6;
    let command = match key_at(words, 0) {
        "read" | "open" | "lies" | "lire" | "lis" | "lee" | "leer" | "leggi" | "lees" if short => {
            Command::Read { number }
        }
        "report" | "abuse" | "spam" | "melde" | "signaler" | "signale" | "denuncia" => {
            Command::ReportAbuse { number, note: None }
        }
        _ => return None,
    };
    Some(Draft::plain(command))
}

/// "Interests: woodworking, chisels", "hide my profile".
fn profile(sheet: &Sheet, range: &Range<usize>, words: &[(usize, &Token)]) -> Option<Draft> {
    let has = |word: &str| words.iter().any(|(_, token)| token.key == word);
    if has("profile") || has("searchable") {
        let hidden = has("hide") || has("hidden") || has("unlisted");
        let shown = has("show") || has("searchable") || has("list") || has("publish");
        if hidden != shown {
            let searchable = Some(shown);
            let (set, remove) = (BTreeMap::new(), Vec::new());
            return Some(Draft::plain(Command::Profile { set, remove, searchable }));
        }
    }
    let (first, token) = words.first()?;
    let attribute = match token.key.as_str() {
        "interests" | "interest" | "interessen" => "interest",
        "languages" | "language" | "sprachen" | "sprache" | "langue" | "idioma" => "language",
        "region" | "regions" => "region",
        "tags" | "tag" => "tag",
        _ => return None,
    };
    let colon = first.saturating_add(1);
    if !sheet.tokens.get(colon).is_some_and(|token| token.is_sign(':')) {
        return None;
    }
    let text = sheet.text(&(colon.saturating_add(1)..range.end));
    let values: Vec<String> = text
        .split([',', ';'])
        .map(str::trim)
        .filter(|v| !v.is_empty())
        .map(str::to_owned)
        .collect();
    let set = BTreeMap::from([(attribute.to_owned(), values)]);
    Some(Draft::plain(Command::Profile { set, remove: Vec::new(), searchable: None }))
}
