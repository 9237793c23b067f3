//! French numbers, in the spelling that banks write.

use super::{Noun, scaled, word};

const SMALL: [&str; 20] = [
    "zéro", "un", "deux", "trois", "quatre", "cinq", "six", "sept", "huit", "neuf", "dix", "onze",
    "douze", "treize", "quatorze", "quinze", "seize", "dix-sept", "dix-huit", "dix-neuf",
];
const TENS: [&str; 10] = [
    "",
    "",
    "vingt",
    "trente",
    "quarante",
    "cinquante",
    "soixante",
    "soixante",
    "quatre-vingt",
    "quatre-vingt",
];
/// Nouns of their own.
const SCALES: [(u64, &str); 3] =
    [(1_000_000_000_000, "billion"), (1_000_000_000, "milliard"), (1_000_000, "million")];

/// Millions take "de" before what they count.
pub(super) fn between(number: u64, name: &str) -> &'static str {
    if number == 0 || !number.is_multiple_of(1_000_000) {
        return " ";
    }
    if name.starts_with(['a', 'e', 'i', 'o', 'u', 'é']) { " d’" } else { " de " }
}

pub(super) fn count(number: u64, noun: Noun) -> String {
    if let Some((many, name, rest)) = scaled(number, &SCALES) {
        let s = if many == 1 { "" } else { "s" };
        let tail = if rest == 0 { String::new() } else { format!(" {}", count(rest, noun)) };
        return format!("{} {name}{s}{tail}", below_a_million(many, Noun::Masculine, true));
    }
    below_a_million(number, noun, true)
}

/// `last`: nothing follows but a noun, so that "vingt" and "cent" take their plural.
fn below_a_million(number: u64, noun: Noun, last: bool) -> String {
    match number {
        1_000.. => {
            let (many, rest) = (number / 1_000, number % 1_000);
            let thousands = match many {
                1 => "mille".to_owned(),
                _ => format!("{} mille", below_a_million(many, Noun::Masculine, false)),
            };
            join(thousands, rest, noun, last)
        }
        100.. => {
            let (many, rest) = (number / 100, number % 100);
            let hundreds = match many {
                1 => "cent".to_owned(),
                _ if rest == 0 && last => format!("{} cents", word(&SMALL, many)),
                _ => format!("{} cent", word(&SMALL, many)),
            };
            join(hundreds, rest, noun, last)
        }
        _ => below_a_hundred(number, noun, last),
    }
}

fn join(start: String, rest: u64, noun: Noun, last: bool) -> String {
    if rest == 0 { start } else { format!("{start} {}", below_a_million(rest, noun, last)) }
}

fn below_a_hundred(number: u64, noun: Noun, last: bool) -> String {
    let (tens, ones) = (number / 10, number % 10);
    // "Soixante-dix" and "quatre-vingt-dix" count on to nineteen.
    let ones = if matches!(tens, 7 | 9) { ones + 10 } else { ones };
    let small = |ones: u64| match (ones, noun) {
        (1, Noun::Feminine) => "une".to_owned(),
        _ => word(&SMALL, ones),
    };
    match (tens, ones) {
        (0 | 1, _) => small(number),
        (8, 0) => if last { "quatre-vingts" } else { "quatre-vingt" }.to_owned(),
        (_, 0) => word(&TENS, tens),
        (2..=6, 1) | (7, 11) => format!("{} et {}", word(&TENS, tens), small(ones)),
        _ => format!("{}-{}", word(&TENS, tens), small(ones)),
    }
}
