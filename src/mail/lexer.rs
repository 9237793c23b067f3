//! Words, quoted strings and comments of a structured header field (RFC 5322 section 3.2).
//!
//! One lexer for addresses, authentication results and `Received`, so that a comment or a quote
//! hides the same text from all three. Not for: unstructured fields, encoded words.

/// A piece of a structured field; comments and blanks are gone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Token {
    /// What it is.
    pub(super) kind: Kind,
    /// Whether a blank or a comment stood before it.
    pub(super) spaced: bool,
}

/// What a token is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Kind {
    /// A run of characters that are neither blank nor special.
    Word(String),
    /// A quoted string, without its quotes and backslashes.
    Quoted(String),
    /// One of the characters asked for.
    Special(char),
}

/// Nesting of comments that is still read.
const DEPTH_MAX: usize = 20;

/// The tokens of `value`; `specials` are the characters that stand for themselves. `None` for an open
/// quote, an open or stray parenthesis, or a control character: nothing of such a field is believed.
pub(super) fn tokens(value: &str, specials: &str) -> Option<Vec<Token>> {
    let mut tokens = Vec::new();
    let mut word = String::new();
    let mut spaced = false;
    let mut chars = value.chars();
    while let Some(c) = chars.next() {
        let plain = !(c == ' ' || c == '\t' || c == '(' || c == '"' || specials.contains(c));
        if plain {
            if c == ')' || c.is_control() {
                return None;
            }
            word.push(c);
            continue;
        }
        if !word.is_empty() {
            tokens.push(Token { kind: Kind::Word(std::mem::take(&mut word)), spaced });
            spaced = false;
        }
        match c {
            ' ' | '\t' => spaced = true,
            '(' => {
                skip_comment(&mut chars)?;
                spaced = true;
            }
            '"' => {
                tokens.push(Token { kind: Kind::Quoted(quoted(&mut chars)?), spaced });
                spaced = false;
            }
            special => {
                tokens.push(Token { kind: Kind::Special(special), spaced });
                spaced = false;
            }
        }
    }
    if !word.is_empty() {
        tokens.push(Token { kind: Kind::Word(word), spaced });
    }
    Some(tokens)
}

/// Reads to the parenthesis that closes the comment; comments nest.
fn skip_comment(chars: &mut std::str::Chars<'_>) -> Option<()> {
    let mut depth = 1;
    while depth > 0 {
        match next_inside(chars)? {
            (false, '(') => depth += 1,
            (false, ')') => depth -= 1,
            _ => {}
        }
        if depth > DEPTH_MAX {
            return None;
        }
    }
    Some(())
}

/// Reads to the closing quote.
fn quoted(chars: &mut std::str::Chars<'_>) -> Option<String> {
    let mut text = String::new();
    loop {
        match next_inside(chars)? {
            (false, '"') => return Some(text),
            (_, c) => text.push(c),
        }
    }
}

/// The next character inside a quote or comment, and whether a backslash took its meaning away.
fn next_inside(chars: &mut std::str::Chars<'_>) -> Option<(bool, char)> {
    let c = chars.next()?;
    let (escaped, c) = if c == '\\' { (true, chars.next()?) } else { (false, c) };
    (c == '\t' || !c.is_control()).then_some((escaped, c))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(value: &str) -> Option<String> {
        let show = |token: Token| {
            let text = match token.kind {
                Kind::Word(word) => word,
                Kind::Quoted(text) => format!("<{text}>"),
                Kind::Special(c) => format!("{c}!"),
            };
            format!("{}{text}", if token.spaced { " " } else { "" })
        };
        Some(tokens(value, ";=")?.into_iter().map(show).collect())
    }

    #[test]
    fn words_quotes_and_comments_are_told_apart() {
        assert_eq!(shown("a=b;c").as_deref(), Some("a=!b;!c"));
        assert_eq!(shown("a (x (y) \\) z) = \"b;\\\"c\"").as_deref(), Some("a =! <b;\"c>"));
        assert_eq!(shown("a(x)b").as_deref(), Some("a b"));
    }

    #[test]
    fn whatever_is_left_open_is_refused() {
        for open in ["a (b", "a \"b", "a ) b", "a \\\u{1} \u{7}", "(a\u{0})", "\"a\\"] {
            assert_eq!(shown(open), None, "{open}");
        }
        assert_eq!(shown(&"(".repeat(100_000)), None);
    }
}
