//! The order line of our adverts, as mail programs mangle it: `[C:8F3KQ P:MUG-BLUE S:K7D2…]`.
//!
//! It identifies, it never commands; whether the signature holds is checked elsewhere.

use winnow::ascii::Caseless;
use winnow::combinator::{alt, delimited, preceded, separated, terminated};
use winnow::token::take_while;
use winnow::{ModalResult, Parser};

/// Longest id in clear.
const ID_MAX: usize = 24;

/// What the line holds.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct MachineLine {
    pub(super) customer: String,
    pub(super) product: String,
    pub(super) signature: String,
    /// Where it stands.
    pub(super) start: usize,
    pub(super) end: usize,
}

/// What was found of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Line {
    /// All three.
    Whole(MachineLine),
    /// A piece: it was cut or edited.
    Damaged { start: usize },
    /// Nothing of the kind.
    None,
}

/// Finds the line anywhere in a text, in linear time: only the first few brackets are tried.
pub(super) fn find(text: &str) -> Line {
    let mut damaged = None;
    for (start, _) in text.match_indices('[').take(32) {
        let rest = text.get(start..).unwrap_or_default();
        let mut left = rest;
        if let Ok(mut line) = bracket(&mut left) {
            line.start = start;
            line.end = start.saturating_add(rest.len().saturating_sub(left.len()));
            return Line::Whole(line);
        }
        let inner = rest.get(1..4).unwrap_or_default().trim().to_ascii_uppercase();
        if inner.starts_with("C:") || inner.starts_with("P:") || inner.starts_with("S:") {
            damaged = damaged.or(Some(start));
        }
    }
    damaged.map_or(Line::None, |start| Line::Damaged { start })
}

/// Blanks, line breaks, and the `+` that some programs leave for a blank.
fn gap<'t>(input: &mut &'t str) -> ModalResult<&'t str> {
    take_while(0.., (' ', '+', '\n', '\r', '\t')).parse_next(input)
}

fn id<'t>(input: &mut &'t str) -> ModalResult<&'t str> {
    take_while(1..=ID_MAX, ('A'..='Z', 'a'..='z', '0'..='9', '-')).parse_next(input)
}

fn field<'t>(input: &mut &'t str) -> ModalResult<(char, &'t str)> {
    let letter =
        alt((Caseless("C").value('C'), Caseless("P").value('P'), Caseless("S").value('S')));
    (letter, preceded((gap, ':', gap), id)).parse_next(input)
}

fn bracket(input: &mut &str) -> ModalResult<MachineLine> {
    let fields: Vec<(char, &str)> =
        delimited(('[', gap), separated(3, field, gap_between), terminated(gap, ']'))
            .parse_next(input)?;
    let mut line = MachineLine::default();
    for (letter, id) in fields {
        let id = id.to_ascii_uppercase();
        match letter {
            'C' => line.customer = id,
            'P' => line.product = id,
            _ => line.signature = id,
        }
    }
    Ok(line)
}

/// At least one sign between two fields.
fn gap_between<'t>(input: &mut &'t str) -> ModalResult<&'t str> {
    take_while(1.., (' ', '+', '\n', '\r', '\t')).parse_next(input)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_line_survives_mail_programs() {
        for text in [
            "Order Blue Mug [C:8F3KQ P:MUG-BLUE S:K7D2M9X4Q3ZT6W8R]",
            "x [C:8F3KQ+P:MUG-BLUE+S:K7D2M9X4Q3ZT6W8R] y",
            "[c:8f3kq p:mug-blue\ns:k7d2m9x4q3zt6w8r]",
            "[ C: 8F3KQ P: MUG-BLUE S: K7D2M9X4Q3ZT6W8R ]",
        ] {
            let Line::Whole(line) = find(text) else { panic!("{text}") };
            assert_eq!(line.customer, "8F3KQ");
            assert_eq!(line.product, "MUG-BLUE");
            assert_eq!(line.signature, "K7D2M9X4Q3ZT6W8R");
        }
    }

    #[test]
    fn pieces_are_damaged_and_other_brackets_nothing() {
        assert!(matches!(find("[C:8F3KQ P:MUG-BL"), Line::Damaged { .. }));
        assert!(matches!(find("[C:8F3KQ P:MUG-BLUE]"), Line::Damaged { .. }));
        assert_eq!(find("[T-771] and [see below]"), Line::None);
    }
}
