//! The subject or the body, ready to be read: tokens, phrases, amounts, sentences.

use std::ops::Range;

use crate::address::Address;
use crate::intent::amounts::{self, Found};
use crate::intent::context::ReaderContext;
use crate::intent::passage::Passage;
use crate::intent::spans::{Source, Span};
use crate::intent::tokens::{Kind, Token};
use crate::intent::words::{self, Language, Meaning, Tag};

/// Lines shorter than this end a sentence; longer ones may have been wrapped by a mail program.
const WRAPPED_MIN: usize = 58;

/// One passage, taken apart.
#[derive(Debug, Clone)]
pub(super) struct Sheet {
    pub(super) source: Source,
    pub(super) passage: Passage,
    pub(super) tokens: Vec<Token>,
    pub(super) tags: Vec<Tag>,
    pub(super) amounts: Vec<Found>,
    pub(super) sentences: Vec<Sentence>,
}

/// A run of tokens with one full stop at most.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Sentence {
    pub(super) range: Range<usize>,
    /// It ends with a question mark.
    pub(super) question: bool,
}

impl Sheet {
    /// Takes a passage apart.
    pub(super) fn new(
        source: Source,
        passage: Passage,
        tokens: Vec<Token>,
        languages: &[Language],
        context: &ReaderContext,
    ) -> Self {
        let tags = words::tags(&tokens, languages);
        let amounts = amounts::find(&passage, &tokens, context);
        let sentences = sentences(&passage, &tokens, &amounts);
        Self { source, passage, tokens, tags, amounts, sentences }
    }

    /// The words of a token range.
    pub(super) fn text(&self, range: &Range<usize>) -> &str {
        let (start, end) = self.bytes(range);
        self.passage.slice(start, end)
    }

    fn bytes(&self, range: &Range<usize>) -> (usize, usize) {
        let start = self.tokens.get(range.start).map_or(0, |token| token.start);
        let last = range.end.checked_sub(1).filter(|last| *last >= range.start);
        let end = last.and_then(|last| self.tokens.get(last)).map_or(start, |token| token.end);
        (start, end)
    }

    /// The proof that a field was read from this token range.
    pub(super) fn span(&self, field: &str, range: &Range<usize>) -> Span {
        let (start, end) = self.bytes(range);
        let last = end.saturating_sub(1);
        Span {
            field: field.to_owned(),
            command: 0,
            source: self.source,
            start: self.passage.origin(start),
            end: self.passage.origin(last).saturating_add(1).max(self.passage.origin(start)),
            words: self.passage.slice(start, end).to_owned(),
        }
    }

    /// The phrases that lie within a range.
    pub(super) fn tags_in<'s>(&'s self, range: &Range<usize>) -> impl Iterator<Item = &'s Tag> {
        let range = range.clone();
        let first = self.tags.partition_point(|tag| tag.from < range.start);
        let rest = self.tags.get(first..).unwrap_or_default();
        rest.iter().take_while(move |tag| tag.from < range.end)
    }

    /// The first phrase of that meaning in a range.
    pub(super) fn first(&self, range: &Range<usize>, meaning: Meaning) -> Option<&Tag> {
        self.tags_in(range).find(|tag| tag.meaning == meaning)
    }

    /// Whether a phrase of that meaning stands in a range.
    pub(super) fn has(&self, range: &Range<usize>, meaning: Meaning) -> bool {
        self.first(range, meaning).is_some()
    }

    /// Whether token `at` belongs to a phrase of that meaning.
    pub(super) fn is(&self, at: usize, meaning: Meaning) -> bool {
        self.tag_at(at, meaning).is_some()
    }

    /// The phrase of that meaning that covers token `at`.
    pub(super) fn tag_at(&self, at: usize, meaning: Meaning) -> Option<&Tag> {
        let near = at.saturating_sub(8)..at.saturating_add(1);
        self.tags_in(&near).find(|tag| tag.meaning == meaning && tag.from <= at && at < tag.to)
    }

    /// Whether any phrase covers token `at`.
    pub(super) fn is_known(&self, at: usize) -> bool {
        let near = at.saturating_sub(8)..at.saturating_add(1);
        self.tags_in(&near).any(|tag| tag.from <= at && at < tag.to)
    }

    /// The amounts within a range.
    pub(super) fn amounts_in<'s>(
        &'s self,
        range: &Range<usize>,
    ) -> impl Iterator<Item = &'s Found> {
        let range = range.clone();
        self.amounts.iter().filter(move |found| range.contains(&found.from))
    }

    /// The amount that covers token `at`.
    pub(super) fn amount_at(&self, at: usize) -> Option<&Found> {
        let after = self.amounts.partition_point(|found| found.from <= at);
        let found = after.checked_sub(1).and_then(|i| self.amounts.get(i))?;
        (at < found.to).then_some(found)
    }

    /// The plain addresses within a range.
    pub(super) fn addresses_in(&self, range: &Range<usize>) -> Vec<(usize, &Address)> {
        let within = self.tokens.iter().enumerate().take(range.end).skip(range.start);
        within
            .filter_map(|(at, token)| match &token.kind {
                Kind::Address(address) => Some((at, address)),
                _ => None,
            })
            .collect()
    }

    /// The references within a range.
    pub(super) fn references_in(&self, range: &Range<usize>) -> Vec<(usize, &str)> {
        let within = self.tokens.iter().enumerate().take(range.end).skip(range.start);
        within
            .filter_map(|(at, token)| match &token.kind {
                Kind::Reference(reference) => Some((at, reference.as_str())),
                _ => None,
            })
            .collect()
    }

    /// All of it.
    pub(super) fn all(&self) -> Range<usize> {
        0..self.tokens.len()
    }

    /// Tokens that are words, numbers or addresses.
    pub(super) fn content(&self, range: &Range<usize>) -> impl Iterator<Item = (usize, &Token)> {
        let within = self.tokens.iter().enumerate().take(range.end).skip(range.start);
        within.filter(|(_, token)| !token.is_break() && !matches!(token.kind, Kind::Sign(_)))
    }
}

fn sentences(passage: &Passage, tokens: &[Token], amounts: &[Found]) -> Vec<Sentence> {
    let mut sentences = Vec::new();
    let mut start = 0_usize;
    let mut line_start = 0_usize;
    let mut amounts = amounts.iter().peekable();
    for (at, token) in tokens.iter().enumerate() {
        while amounts.peek().is_some_and(|found| found.to <= at) {
            amounts.next();
        }
        let in_amount = amounts.peek().is_some_and(|found| found.from <= at);
        let next = tokens.get(at.saturating_add(1));
        let closes =
            next.is_none_or(|next| next.spaced || next.is_break() || is_unspaced_stop(token));
        let ends = match token.kind {
            Kind::Sign('.') => closes && !in_amount,
            Kind::Sign('!' | '?' | '。' | '…' | ';') => closes,
            Kind::Paragraph => true,
            Kind::Newline => {
                let long = passage.slice(line_start, token.start).chars().count() >= WRAPPED_MIN;
                line_start = token.end;
                !long
            }
            _ => false,
        };
        if ends {
            let question = token.is_sign('?');
            if at > start || question {
                sentences.push(Sentence { range: start..at, question });
            }
            start = at.saturating_add(1);
        }
    }
    if start < tokens.len() {
        sentences.push(Sentence { range: start..tokens.len(), question: false });
    }
    sentences
}

/// A full stop of scripts without blanks needs none behind it.
fn is_unspaced_stop(token: &Token) -> bool {
    token.is_sign('。')
}
