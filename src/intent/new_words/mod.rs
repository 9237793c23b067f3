//! The sender's newest own words: what stands in the mail without quotes, forwards, hidden text and
//! signatures.
//!
//! Not for: meaning. What is cut here can never command; when in doubt it is cut.

mod attribution;
mod dom;
mod flowed;
mod html;
mod quotes;
mod signatures;

use crate::intent::passage::Passage;
use crate::mail::message::{Message, Text};

/// One rendering of the body, taken apart.
#[derive(Debug, Clone, Default)]
pub(super) struct NewWords {
    /// What the sender wrote now.
    pub(super) own: Passage,
    /// The same with farewell and name, as a message to somebody else would be sent.
    pub(super) full: String,
    /// What the sender also wrote below a quote, while words stand above it: never a command, but it
    /// may take one back.
    pub(super) below: String,
    /// What was quoted or forwarded.
    pub(super) quoted: String,
    /// The quoted part is a forwarded mail.
    pub(super) forwarded: bool,
    /// Some of the words are struck through.
    pub(super) struck: bool,
}

/// The sender's own new words, as a letter quotes them: without empty lines, at most `max` characters.
/// A mail without a text of its own is quoted by its subject.
pub fn excerpt(message: &Message, max: usize) -> Option<String> {
    let own =
        of_text(message).or_else(|| of_html(message)).map(|words| words.own.text().to_owned());
    let own = own.filter(|own| !own.trim().is_empty()).unwrap_or_else(|| message.subject.clone());
    let lines: Vec<&str> = own.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
    let whole = lines.join("\n");
    let short: String = whole.chars().take(max).collect();
    let cut = short.len() < whole.len();
    Some(if cut { format!("{}…", short.trim_end()) } else { short })
        .filter(|words| !words.is_empty())
}

/// The words of the text part, if there is one with words.
pub(super) fn of_text(message: &Message) -> Option<NewWords> {
    let text = message.text.as_ref().filter(|text| !text.body.trim().is_empty())?;
    Some(cut(text, message))
}

/// The words of the HTML part, if there is one with visible words.
pub(super) fn of_html(message: &Message) -> Option<NewWords> {
    let rendered = html::render(message.html.as_deref()?)?;
    if rendered.text.trim().is_empty() {
        return None;
    }
    let text = Text { body: rendered.text, flowed: false, delsp: false };
    Some(NewWords { struck: rendered.struck, ..cut(&text, message) })
}

fn cut(text: &Text, message: &Message) -> NewWords {
    let lines = flowed::lines(text);
    let parts = quotes::split(&lines);
    let above = signatures::strip(&parts.above, message);
    let below = signatures::strip(&parts.below, message);
    let full = text_of(&signatures::without_block(&parts.above));
    let (own, rest) = if has_words(&above) { (above, below) } else { (below, Vec::new()) };
    let mut passage = Passage::default();
    for line in &own {
        for (at, piece) in &line.pieces {
            passage.push_line(piece, *at);
        }
        passage.push('\n', line.end());
    }
    NewWords {
        own: passage,
        full,
        below: text_of(&rest),
        quoted: text_of(&parts.quoted),
        forwarded: parts.forwarded,
        struck: false,
    }
}

fn has_words(lines: &[Line]) -> bool {
    lines.iter().any(|line| line.text.chars().any(|c| !c.is_whitespace()))
}

fn text_of(lines: &[Line]) -> String {
    lines.iter().map(|line| line.text.as_str()).collect::<Vec<_>>().join("\n").trim().to_owned()
}

/// A line as shown; of several source lines when the text flows.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct Line {
    /// As shown.
    text: String,
    /// The same by pieces, each with its offset in the source.
    pieces: Vec<(usize, String)>,
}

impl Line {
    fn end(&self) -> usize {
        self.pieces.last().map_or(0, |(at, piece)| at.saturating_add(piece.len()))
    }

    /// How deep it is quoted by `>`.
    fn quote_depth(&self) -> usize {
        let marks = self.text.chars().take_while(|c| matches!(c, '>' | ' ' | '\u{a0}'));
        marks.filter(|c| *c == '>').count()
    }

    fn is_blank(&self) -> bool {
        self.text.trim().is_empty()
    }
}
