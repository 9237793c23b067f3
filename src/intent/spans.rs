//! Which bytes were read as what: the proof of a reading, for the letter that explains it.

use serde::Serialize;

/// Where words stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Source {
    /// The decoded subject.
    Subject,
    /// The decoded plain text.
    Text,
    /// The HTML as shown, hidden parts and tags gone.
    Html,
    /// The To field.
    To,
    /// The Cc field.
    Cc,
    /// In-Reply-To, References, or the tag of our address.
    Thread,
}

/// One field of a reading and the words it was read from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Span {
    /// `amount`, `recipient`, `ref` …
    pub field: String,
    /// Which command of several, from 0.
    pub command: usize,
    /// Where.
    #[serde(rename = "in")]
    pub source: Source,
    /// First byte in the source; 0 for header fields.
    pub start: usize,
    /// After the last byte.
    pub end: usize,
    /// The words themselves.
    pub words: String,
}
