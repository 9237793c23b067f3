//! A passage as tokens: words, numbers, addresses, references, signs.
//!
//! Not for: meaning. Every byte of the passage that is no blank belongs to exactly one token.

use crate::address::Address;
use crate::intent::passage::{Passage, key};

/// Most tokens that are read; the rest of a longer mail is no command.
pub(super) const TOKENS_MAX: usize = 2_000;

/// How far an address is looked for, in characters; longer ones fit no mail (RFC 5321).
const ADDRESS_WINDOW: usize = 320;

/// What a token is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Kind {
    /// Letters, with inner apostrophes; a single sign in scripts without blanks.
    Word,
    /// Digits with separators, as written.
    Number,
    /// A plain address.
    Address(Address),
    /// Something with an `@` that is no plain address.
    BadAddress {
        /// It mixes scripts: it may look like another one.
        mixed: bool,
    },
    /// `T-771`, `A-1042`, `INV-2201`: as on our letters, in upper case.
    Reference(String),
    /// A web address.
    Url,
    /// A line ends here.
    Newline,
    /// An empty line stands here.
    Paragraph,
    /// Anything else, one sign at a time.
    Sign(char),
}

/// One token and where it stands in its passage.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Token {
    pub(super) kind: Kind,
    pub(super) start: usize,
    pub(super) end: usize,
    /// For comparing: lower case, no accents.
    pub(super) key: String,
    /// In lower case, accents kept: the Spanish "sí" is no "si".
    pub(super) low: String,
    /// All letters are capitals.
    pub(super) capitals: bool,
    /// A blank stands before it.
    pub(super) spaced: bool,
}

impl Token {
    /// Whether it is this sign.
    pub(super) fn is_sign(&self, sign: char) -> bool {
        self.kind == Kind::Sign(sign)
    }

    /// Whether it ends a line.
    pub(super) fn is_break(&self) -> bool {
        matches!(self.kind, Kind::Newline | Kind::Paragraph)
    }
}

/// All tokens of a passage.
#[derive(Debug, Clone, Default)]
pub(super) struct Tokens;

impl Tokens {
    /// Reads the tokens, in time linear in the passage.
    pub(super) fn of(passage: &Passage) -> Vec<Token> {
        let mut scan = Scan { text: passage.text(), at: 0, tokens: Vec::new() };
        while scan.tokens.len() < TOKENS_MAX && scan.step() {}
        scan.tokens
    }

    /// The tokens of a phrase in the word lists.
    pub(super) fn of_phrase(phrase: &str) -> Vec<Token> {
        Self::of(&Passage::of(phrase.trim()))
    }
}

struct Scan<'t> {
    text: &'t str,
    at: usize,
    tokens: Vec<Token>,
}

impl<'t> Scan<'t> {
    fn rest(&self) -> &'t str {
        self.text.get(self.at..).unwrap_or_default()
    }

    /// Reads one token; false at the end.
    fn step(&mut self) -> bool {
        let rest = self.rest();
        let blanks = rest.len().saturating_sub(rest.trim_start_matches(' ').len());
        self.at = self.at.saturating_add(blanks);
        let rest = self.rest();
        let Some(first) = rest.chars().next() else { return false };
        let spaced = blanks > 0 || self.tokens.last().is_none_or(Token::is_break);
        let (kind, len) = self.next_kind(rest, first);
        let written = rest.get(..len).unwrap_or_default();
        let start = self.at;
        self.at = self.at.saturating_add(len.max(first.len_utf8()));
        self.tokens.push(Token {
            kind,
            start,
            end: self.at,
            key: key(written),
            low: written.to_lowercase(),
            capitals: !written.chars().any(char::is_lowercase),
            spaced,
        });
        true
    }

    fn next_kind(&self, rest: &str, first: char) -> (Kind, usize) {
        if first == '\n' {
            let run = rest.len().saturating_sub(rest.trim_start_matches(['\n', ' ']).len());
            let lines = rest.get(..run).unwrap_or_default().matches('\n').count();
            return (if lines > 1 { Kind::Paragraph } else { Kind::Newline }, run);
        }
        if let Some(found) = self.address(rest) {
            return found;
        }
        if rest.starts_with("http://") || rest.starts_with("https://") {
            return (Kind::Url, run(rest, |c| !c.is_whitespace() && c != '>' && c != '"'));
        }
        if let Some((reference, len)) = reference(rest) {
            return (Kind::Reference(reference), len);
        }
        if first.is_ascii_digit() {
            return (Kind::Number, number_length(rest));
        }
        if is_unspaced(first) {
            return (Kind::Word, first.len_utf8());
        }
        if first.is_alphabetic() || is_mark(first) {
            return (Kind::Word, word_length(rest));
        }
        (Kind::Sign(first), first.len_utf8())
    }

    /// A run with an `@` in it, with its trailing punctuation given back.
    fn address(&self, rest: &str) -> Option<(Kind, usize)> {
        // Bounded, so that a line of dashes is not looked through once per dash.
        let window = rest.char_indices().nth(ADDRESS_WINDOW).map_or(rest.len(), |(at, _)| at);
        let run = run(rest.get(..window)?, is_address_char);
        let written = rest.get(..run)?;
        let at = written.find('@')?;
        let trimmed = written.trim_end_matches(|c: char| !c.is_alphanumeric());
        let trimmed = trimmed.strip_suffix("'s").unwrap_or(trimmed);
        // Markup of chats: *bob@…*, _bob@…_; but "*@ferry.example" is everybody there.
        if !written.starts_with(char::is_alphanumeric) && !written.starts_with("*@") {
            return None;
        }
        // "bob@" alone names nobody, and "@bob" is a name.
        if at == 0 || trimmed.len() <= at.saturating_add(1) {
            return None;
        }
        if let Ok(address) = Address::parse(trimmed) {
            return Some((Kind::Address(address), trimmed.len()));
        }
        let mixed = trimmed.chars().any(|c| !c.is_ascii() && c.is_alphabetic());
        Some((Kind::BadAddress { mixed }, trimmed.len()))
    }
}

fn run(text: &str, belongs: impl Fn(char) -> bool) -> usize {
    text.find(|c| !belongs(c)).unwrap_or(text.len())
}

/// RFC 5322 atext, dots, and letters of other alphabets, which make an address suspicious; scripts
/// written without blanks end it instead.
fn is_address_char(c: char) -> bool {
    c.is_ascii_alphanumeric()
        || "!#%&'*+-/=?^_`{|}~.@".contains(c)
        || (!c.is_ascii() && c.is_alphanumeric() && !is_unspaced(c))
}

/// Scripts that are written without blanks between words.
fn is_unspaced(c: char) -> bool {
    matches!(c,
        '\u{3040}'..='\u{30ff}' | '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}'
        | '\u{f900}'..='\u{faff}' | '\u{ff66}'..='\u{ff9f}')
}

/// The French "d'envoyer" is two words.
fn is_elision(word: &str) -> bool {
    matches!(
        word.to_ascii_lowercase().as_str(),
        "d" | "l" | "n" | "j" | "m" | "t" | "s" | "c" | "qu"
    )
}

fn is_mark(c: char) -> bool {
    matches!(c, '\u{300}'..='\u{36f}')
}

fn word_length(rest: &str) -> usize {
    let mut end = 0_usize;
    let mut chars = rest.char_indices().peekable();
    while let Some((at, c)) = chars.next() {
        let inner = c == '\''
            && !is_elision(rest.get(..at).unwrap_or_default())
            && chars.peek().is_some_and(|(_, n)| n.is_alphabetic());
        let word = (c.is_alphanumeric() && !is_unspaced(c)) || is_mark(c) || c == '_';
        if !word && !inner {
            break;
        }
        end = at.saturating_add(c.len_utf8());
    }
    end
}

/// Digits and single separators between digits; blanks only before groups of exactly three.
fn number_length(rest: &str) -> usize {
    let bytes = rest.as_bytes();
    let digit = |at: usize| bytes.get(at).is_some_and(u8::is_ascii_digit);
    let mut end = run(rest, |c| c.is_ascii_digit());
    let mut blanks_ok = end <= 3;
    loop {
        let next = end.saturating_add(1);
        let group = (0..4).take_while(|i| digit(next.saturating_add(*i))).count();
        match bytes.get(end) {
            Some(b'.' | b',' | b'\'') if group > 0 => {
                let tail = rest.get(next..).unwrap_or_default();
                end = next.saturating_add(run(tail, |c| c.is_ascii_digit()));
                blanks_ok = false;
            }
            Some(b' ') if blanks_ok && group == 3 && !digit(next.saturating_add(3)) => {
                end = next.saturating_add(3);
                // 1 250 300,50: the decimals may follow.
            }
            _ => return end,
        }
    }
}

/// `T-771`: one to four capitals or letters, a dash, digits; not inside a word.
fn reference(rest: &str) -> Option<(String, usize)> {
    let letters = run(rest, |c| c.is_ascii_alphabetic());
    let tail = rest.get(letters..)?.strip_prefix('-')?;
    let digits = run(tail, |c| c.is_ascii_digit());
    let after = tail.get(digits..)?.chars().next();
    let ends = after.is_none_or(|c| !c.is_alphanumeric() && c != '-' && c != '@');
    let known = matches!(
        rest.get(..letters)?.to_ascii_uppercase().as_str(),
        "T" | "A" | "INV" | "R" | "M" | "C" | "W" | "D" | "S" | "PO" | "P" | "F" | "RT"
    );
    let len = letters.saturating_add(1).saturating_add(digits);
    (known && (1..=12).contains(&digits) && ends)
        .then(|| (rest.get(..len).unwrap_or_default().to_ascii_uppercase(), len))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kinds(text: &str) -> Vec<(String, Kind)> {
        let passage = Passage::of(text);
        let tokens = Tokens::of(&passage);
        tokens.into_iter().map(|t| (passage.slice(t.start, t.end).to_owned(), t.kind)).collect()
    }

    #[test]
    fn addresses_stand_out_of_any_surroundings() {
        for text in [
            "bobさん(bob@ferry.example)に",
            "to <bob@ferry.example>, please",
            "mailto:bob@ferry.example.",
            "bob@ferry.example's share",
            "*bob@ferry.example*",
            "x:bob@ferry.example;",
        ] {
            let found =
                kinds(text).into_iter().filter(|(_, kind)| matches!(kind, Kind::Address(_)));
            let found: Vec<String> = found.map(|(written, _)| written).collect();
            assert_eq!(found, ["bob@ferry.example"], "{text}");
        }
        assert!(
            kinds("bob@ferry").contains(&("bob@ferry".into(), Kind::BadAddress { mixed: false }))
        );
        // A Cyrillic o.
        assert!(
            kinds("bоb@ferry.example")
                .contains(&("bоb@ferry.example".into(), Kind::BadAddress { mixed: true }))
        );
        assert!(kinds("not bob@").iter().all(|(_, kind)| !matches!(kind, Kind::Address(_))));
    }

    #[test]
    fn numbers_keep_their_separators() {
        let numbers = |text: &str| -> Vec<String> {
            kinds(text).into_iter().filter(|(_, k)| *k == Kind::Number).map(|(w, _)| w).collect()
        };
        assert_eq!(
            numbers("1.250,00 € und 1 250,50 kr, 3,000円 20."),
            ["1.250,00", "1 250,50", "3,000", "20"]
        );
        assert_eq!(numbers("CHF 1'250.50 ₹1,00,000 10 20"), ["1'250.50", "1,00,000", "10", "20"]);
    }

    #[test]
    fn references_are_read_without_case() {
        assert!(kinds("yes t-772!").contains(&("t-772".into(), Kind::Reference("T-772".into()))));
        assert!(!kinds("mug-blue covid-19").iter().any(|(_, k)| matches!(k, Kind::Reference(_))));
    }
}
