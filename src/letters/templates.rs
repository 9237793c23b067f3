//! The compiled-in templates: one for every letter; an operator's folder may add one per kind.

use super::LETTER;

/// Name, text and HTML of each template.
pub fn templates() -> &'static [(&'static str, &'static str, &'static str)] {
    &[(
        LETTER,
        include_str!("../../templates/letters/letter.txt"),
        include_str!("../../templates/letters/letter.html"),
    )]
}
