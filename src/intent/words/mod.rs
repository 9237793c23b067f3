//! The words that matter, by language: data, and the finding of them in a mail.
//!
//! A phrase is written as its key (lower case, no accents); the longest one wins. Only languages
//! that the mail seems to be written in are looked up, so that a Swedish "till" is no till.

mod da;
mod de;
mod en;
mod es;
mod fr;
mod it;
mod ja;
mod nl;
mod pl;
mod pt;
mod sv;

use std::{
    borrow::Cow,
    collections::HashMap,
    sync::{LazyLock, OnceLock},
};

use crate::intent::tokens::{Kind, Token, Tokens};

/// What a phrase tells the reader.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Meaning {
    // Verbs of commands, in the forms that command.
    Pay,
    /// "Sending you": to the friend whom the mail is addressed to.
    Sending,
    Ask,
    Owes,
    Split,
    Each,
    // Answers.
    Yes,
    No,
    Cancel,
    Change,
    // What we can be asked for.
    Balance,
    Statement,
    Help,
    SignUp,
    Freeze,
    Unfreeze,
    Inbox,
    Catalogue,
    Export,
    Erase,
    Coupons,
    Status,
    Claim,
    Remind,
    Return,
    Refund,
    Accept,
    Decline,
    Shipped,
    TopUp,
    Withdraw,
    Order,
    Reorder,
    Unsubscribe,
    Fees,
    // Guards.
    Not,
    If,
    Schedule,
    Past,
    Future,
    Hold,
    Maybe,
    Reported,
    /// Begins a question for information.
    Wh,
    /// Makes a question a request.
    Polite,
    // About amounts.
    About,
    Vague,
    // Small words.
    To,
    For,
    /// "Note:", "Verwendungszweck:".
    NoteLabel,
    And,
    Me,
    You,
    /// Says nothing that matters here.
    Soft,
}

/// A language of the word lists.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) enum Language {
    En,
    De,
    Fr,
    Es,
    Nl,
    It,
    Pt,
    Sv,
    Da,
    Pl,
    Ja,
}

impl Language {
    const ALL: [Self; 11] = [
        Self::En,
        Self::De,
        Self::Fr,
        Self::Es,
        Self::Nl,
        Self::It,
        Self::Pt,
        Self::Sv,
        Self::Da,
        Self::Pl,
        Self::Ja,
    ];

    /// BCP 47.
    pub(super) fn code(self) -> &'static str {
        match self {
            Self::En => "en",
            Self::De => "de",
            Self::Fr => "fr",
            Self::Es => "es",
            Self::Nl => "nl",
            Self::It => "it",
            Self::Pt => "pt",
            Self::Sv => "sv",
            Self::Da => "da",
            Self::Pl => "pl",
            Self::Ja => "ja",
        }
    }

    /// The language of a locale such as `de-CH`; Norwegian is read with the Danish words.
    pub(super) fn of_locale(locale: &str) -> Option<Self> {
        let code = locale.split(['-', '_']).next().unwrap_or_default().to_ascii_lowercase();
        let code = if matches!(code.as_str(), "nb" | "nn" | "no") { "da" } else { code.as_str() };
        Self::ALL.into_iter().find(|language| language.code() == code)
    }

    fn words(self) -> Lines {
        match self {
            Self::En => en::WORDS,
            Self::De => de::WORDS,
            Self::Fr => fr::WORDS,
            Self::Es => es::WORDS,
            Self::Nl => nl::WORDS,
            Self::It => it::WORDS,
            Self::Pt => pt::WORDS,
            Self::Sv => sv::WORDS,
            Self::Da => da::WORDS,
            Self::Pl => pl::WORDS,
            Self::Ja => ja::WORDS,
        }
    }
}

/// One line per meaning: phrases parted by ` | `.
type Lines = &'static [(Meaning, &'static str)];

/// A phrase found in the mail.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Tag {
    /// What it tells.
    pub(super) meaning: Meaning,
    /// First token.
    pub(super) from: usize,
    /// After the last token.
    pub(super) to: usize,
}

struct Phrase {
    words: Vec<String>,
    /// It is written with its accents and must be found with them.
    exact: Option<Vec<String>>,
    meaning: Meaning,
    language: Language,
}

/// The phrases that begin with one word.
#[derive(Default)]
struct Start {
    written: Vec<(&'static str, Meaning, Language)>,
    /// Read when a mail first holds that word: most never do, and `explain` reads one mail.
    read: OnceLock<Vec<Phrase>>,
}

impl Start {
    /// The longest first.
    fn phrases(&self) -> &[Phrase] {
        self.read.get_or_init(|| {
            let mut phrases: Vec<Phrase> = self.written.iter().map(Phrase::of).collect();
            phrases.sort_by_key(|phrase| std::cmp::Reverse(phrase.words.len()));
            phrases
        })
    }
}

impl Phrase {
    fn of((phrase, meaning, language): &(&str, Meaning, Language)) -> Self {
        let tokens = Tokens::of_phrase(phrase);
        let accented = tokens.iter().any(|token| token.key != token.low);
        let exact = accented.then(|| tokens.iter().map(|t| t.low.clone()).collect());
        let words = tokens.into_iter().map(|token| token.key).collect();
        Self { words, exact, meaning: *meaning, language: *language }
    }
}

/// All phrases by their first word.
static STARTS: LazyLock<HashMap<Cow<'static, str>, Start>> = LazyLock::new(|| {
    let mut starts: HashMap<Cow<'static, str>, Start> = HashMap::with_capacity(4_096);
    for language in Language::ALL {
        for (meaning, line) in language.words() {
            for phrase in line.split('|').map(str::trim) {
                if let Some(first) = first_word(phrase) {
                    starts.entry(first).or_default().written.push((phrase, *meaning, language));
                }
            }
        }
    }
    starts
});

/// The key of a phrase's first token; of a plain word it is the word.
fn first_word(phrase: &'static str) -> Option<Cow<'static, str>> {
    let word = phrase.split(' ').next().unwrap_or_default();
    if !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_lowercase()) {
        return Some(Cow::Borrowed(word));
    }
    Tokens::of_phrase(phrase).into_iter().next().map(|token| Cow::Owned(token.key))
}

/// How many letters of known phrases each language has in `tokens`.
fn scores(tokens: &[Token]) -> HashMap<Language, usize> {
    let mut scores: HashMap<Language, usize> = HashMap::new();
    for at in 0..tokens.len() {
        for phrase in starting(tokens, at) {
            // Words that many languages share tell nothing; long phrases tell much.
            let letters: usize = phrase.words.iter().map(|w| w.chars().count()).sum();
            *scores.entry(phrase.language).or_default() += letters;
        }
    }
    scores
}

/// The one language that `tokens` tell, and by how many letters more than any other.
pub(super) fn told(tokens: &[Token]) -> Option<(Language, usize)> {
    let mut scores: Vec<(Language, usize)> = scores(tokens).into_iter().collect();
    scores.sort_by_key(|(_, score)| std::cmp::Reverse(*score));
    let (language, best) = *scores.first()?;
    let second = scores.get(1).map_or(0, |(_, score)| *score);
    (best > second).then(|| (language, best.saturating_sub(second)))
}

/// The languages that `tokens` seem to be written in: the best match, the locale's, and English.
pub(super) fn languages(tokens: &[Token], locale: Option<&str>) -> Vec<Language> {
    let scores = scores(tokens);
    let home = locale.and_then(Language::of_locale);
    let best = scores.values().copied().max().unwrap_or(0);
    let mut active: Vec<Language> = Language::ALL
        .into_iter()
        .filter(|language| {
            let score = scores.get(language).copied().unwrap_or(0);
            let close = score.saturating_mul(4) >= best.saturating_mul(3) && score > 0;
            close || Some(*language) == home || *language == Language::En
        })
        .collect();
    active.sort_by_key(|language| std::cmp::Reverse(scores.get(language).copied().unwrap_or(0)));
    active
}

/// All phrases of the active languages, from the start, the longest at each place; none overlap.
pub(super) fn tags(tokens: &[Token], active: &[Language]) -> Vec<Tag> {
    let mut tags = Vec::new();
    let mut at = 0_usize;
    while at < tokens.len() {
        let found: Vec<&Phrase> =
            starting(tokens, at).filter(|p| active.contains(&p.language)).collect();
        let Some(longest) = found.first().map(|phrase| phrase.words.len()) else {
            at = at.saturating_add(1);
            continue;
        };
        let to = at.saturating_add(longest);
        let longest = found.into_iter().filter(|phrase| phrase.words.len() == longest);
        let (exact, any): (Vec<_>, Vec<_>) = longest.partition(|phrase| phrase.exact.is_some());
        // One phrase can tell different things in different languages: all of them count, which
        // can only make the reader ask more often.
        for phrase in if exact.is_empty() { any } else { exact } {
            let tag = Tag { meaning: phrase.meaning, from: at, to };
            if !tags.contains(&tag) {
                tags.push(tag);
            }
        }
        at = to;
    }
    tags
}

/// Phrases that stand at token `at`, the longest first.
fn starting<'t>(tokens: &'t [Token], at: usize) -> impl Iterator<Item = &'static Phrase> + 't {
    let rest = tokens.get(at..).unwrap_or_default();
    let first = rest.first().filter(|token| token.kind == Kind::Word);
    let start = first.and_then(|token| STARTS.get(&*token.key));
    start.map(Start::phrases).unwrap_or_default().iter().filter(move |phrase| {
        phrase.words.len() <= rest.len()
            && phrase.words.iter().zip(rest).all(|(word, token)| *word == token.key)
            && phrase
                .exact
                .as_ref()
                .is_none_or(|exact| exact.iter().zip(rest).all(|(word, token)| *word == token.low))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_phrase_is_found_under_the_key_of_its_first_token() {
        let mut seen = 0;
        for (first, start) in STARTS.iter() {
            for (phrase, _, _) in &start.written {
                let tokens = Tokens::of_phrase(phrase);
                assert_eq!(tokens.first().map(|token| &*token.key), Some(&**first), "{phrase}");
                seen += 1;
            }
        }
        assert!(seen > 4_000, "only {seen} phrases");
    }
}
