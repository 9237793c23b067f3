//! Text with its origin: each byte knows where in its source it was read.
//!
//! Not for: deciding what counts; `new_words` does.

/// Folded text and, for each stretch of it, where the stretch began in the source.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Passage {
    text: String,
    /// Sorted by the first: from this byte of `text` on, source offset minus text offset is fixed.
    origins: Vec<(usize, usize)>,
    /// Direction overrides were removed: what was seen may not be what stands there.
    pub(super) overridden: bool,
}

impl Passage {
    /// The whole of `source`, folded.
    pub(super) fn of(source: &str) -> Self {
        let mut passage = Self::default();
        passage.push_line(source, 0);
        passage
    }

    /// The folded text.
    pub(super) fn text(&self) -> &str {
        &self.text
    }

    /// Whether nothing visible stands there.
    pub(super) fn is_blank(&self) -> bool {
        self.text.trim().is_empty()
    }

    /// A stretch of the folded text; empty when the bounds do not fit.
    pub(super) fn slice(&self, start: usize, end: usize) -> &str {
        self.text.get(start..end).unwrap_or_default()
    }

    /// Where in the source byte `at` was read.
    pub(super) fn origin(&self, at: usize) -> usize {
        let next = self.origins.partition_point(|(out, _)| *out <= at);
        let (out, from) =
            next.checked_sub(1).and_then(|i| self.origins.get(i)).copied().unwrap_or((0, 0));
        from.saturating_add(at.saturating_sub(out))
    }

    /// Appends `line`, which begins at byte `from` of the source.
    pub(super) fn push_line(&mut self, line: &str, from: usize) {
        for (at, c) in line.char_indices() {
            match fold(c) {
                Fold::Keep(kept) => self.push(kept, from.saturating_add(at)),
                Fold::Drop => {}
                Fold::Override => self.overridden = true,
            }
        }
    }

    /// Appends one character read at byte `from` of the source.
    pub(super) fn push(&mut self, c: char, from: usize) {
        let out = self.text.len();
        let expected = self.origins.last().map(|(o, f)| f.saturating_add(out.saturating_sub(*o)));
        if expected != Some(from) {
            self.origins.push((out, from));
        }
        self.text.push(c);
    }
}

enum Fold {
    Keep(char),
    Drop,
    Override,
}

/// One form for the many ways to write the same sign: widths, blanks, quotes, digits.
fn fold(c: char) -> Fold {
    Fold::Keep(match c {
        '\u{a0}' | '\u{1680}' | '\u{2000}'..='\u{200a}' | '\u{202f}' | '\u{205f}' | '\u{3000}' => {
            ' '
        }
        '\t' => ' ',
        '\r'
        | '\u{ad}'
        | '\u{200b}'..='\u{200f}'
        | '\u{2060}'
        | '\u{feff}'
        | '\u{fe00}'..='\u{fe0f}' => {
            return Fold::Drop;
        }
        '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => return Fold::Override,
        '\u{2018}' | '\u{2019}' | '\u{201b}' | '\u{2bc}' | '\u{2032}' | '\u{b4}' => '\'',
        '\u{201c}'..='\u{201f}' | '\u{ab}' | '\u{bb}' => '"',
        '\u{2010}'..='\u{2015}' | '\u{2212}' => '-',
        '\u{ffe5}' => '¥',
        '\u{ffe1}' => '£',
        '\u{3002}' | '\u{ff61}' => '。',
        '\u{ff01}'..='\u{ff5e}' => ascii_twin(c, 0xff01, '!'),
        '\u{660}'..='\u{669}' => ascii_twin(c, 0x660, '0'),
        '\u{6f0}'..='\u{6f9}' => ascii_twin(c, 0x6f0, '0'),
        '\u{966}'..='\u{96f}' => ascii_twin(c, 0x966, '0'),
        other => other,
    })
}

fn ascii_twin(c: char, first: u32, twin: char) -> char {
    char::from_u32(u32::from(c).saturating_sub(first).saturating_add(u32::from(twin))).unwrap_or(c)
}

/// Lower case without accents, so that "ueberweise", "Überweise" and "uberweise" can be compared:
/// the key under which a word stands in the word lists.
pub(super) fn key(word: &str) -> String {
    let mut key = String::with_capacity(word.len());
    for c in word.chars().flat_map(char::to_lowercase) {
        match c {
            'à' | 'á' | 'â' | 'ã' | 'ä' | 'å' | 'ą' => key.push('a'),
            'ç' | 'ć' | 'č' => key.push('c'),
            'è' | 'é' | 'ê' | 'ë' | 'ę' | 'ě' => key.push('e'),
            'ì' | 'í' | 'î' | 'ï' | 'ı' => key.push('i'),
            'ł' => key.push('l'),
            'ñ' | 'ń' => key.push('n'),
            'ò' | 'ó' | 'ô' | 'õ' | 'ö' | 'ø' | 'ő' => key.push('o'),
            'ś' | 'š' | 'ş' => key.push('s'),
            'ù' | 'ú' | 'û' | 'ü' | 'ů' | 'ű' => key.push('u'),
            'ź' | 'ż' | 'ž' => key.push('z'),
            'ß' => key.push_str("ss"),
            'æ' => key.push_str("ae"),
            'œ' => key.push_str("oe"),
            '\u{300}'..='\u{36f}' => {}
            other => key.push(other),
        }
    }
    key
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_byte_knows_its_origin() {
        let source = "１\u{200b}2\u{a0}€ “x”";
        let passage = Passage::of(source);
        assert_eq!(passage.text(), "12 € \"x\"");
        for (at, c) in passage.text().char_indices().filter(|(_, c)| "2€x".contains(*c)) {
            assert!(
                source.get(passage.origin(at)..).is_some_and(|rest| rest.starts_with(c)),
                "{c}"
            );
        }
    }

    #[test]
    fn direction_overrides_are_noticed() {
        assert!(Passage::of("pay \u{202e}bob").overridden);
        assert!(!Passage::of("שלם\u{200f} bob").overridden);
    }

    #[test]
    fn accents_do_not_matter_to_keys() {
        assert_eq!(key("Überweise"), key("u\u{308}berweise"));
        assert_eq!(key("ZAPŁAĆ"), "zaplac");
    }
}
