//! German numbers.

use super::{Noun, scaled, word};

const SMALL: [&str; 20] = [
    "null",
    "ein",
    "zwei",
    "drei",
    "vier",
    "fünf",
    "sechs",
    "sieben",
    "acht",
    "neun",
    "zehn",
    "elf",
    "zwölf",
    "dreizehn",
    "vierzehn",
    "fünfzehn",
    "sechzehn",
    "siebzehn",
    "achtzehn",
    "neunzehn",
];
const TENS: [&str; 10] = [
    "", "", "zwanzig", "dreißig", "vierzig", "fünfzig", "sechzig", "siebzig", "achtzig", "neunzig",
];
/// Nouns of their own.
const SCALES: [(u64, (&str, &str)); 3] = [
    (1_000_000_000_000, ("Billion", "Billionen")),
    (1_000_000_000, ("Milliarde", "Milliarden")),
    (1_000_000, ("Million", "Millionen")),
];

pub(super) fn count(number: u64, noun: Noun) -> String {
    if let Some((many, (one, several), rest)) = scaled(number, &SCALES) {
        let name = if many == 1 { one } else { several };
        let tail = if rest == 0 { String::new() } else { format!(" {}", whole(rest)) };
        return format!("{} {name}{tail}", count(many, Noun::Feminine));
    }
    match (number, noun) {
        (1, Noun::Feminine) => "eine".to_owned(),
        (1, Noun::Masculine) => "ein".to_owned(),
        _ => below_a_million(number),
    }
}

/// What follows a million: never "ein" alone.
fn whole(number: u64) -> String {
    if number == 1 { "eins".to_owned() } else { count(number, Noun::Masculine) }
}

fn below_a_million(number: u64) -> String {
    match number {
        0 => word(&SMALL, 0),
        1 => "eins".to_owned(),
        1_000.. => {
            let rest = number % 1_000;
            let tail = if rest == 0 { String::new() } else { below_a_million(rest) };
            format!("{}tausend{tail}", stem(number / 1_000))
        }
        100.. => {
            let rest = number % 100;
            let tail = if rest == 0 { String::new() } else { below_a_million(rest) };
            format!("{}hundert{tail}", word(&SMALL, number / 100))
        }
        20.. if number.is_multiple_of(10) => word(&TENS, number / 10),
        20.. => format!("{}und{}", word(&SMALL, number % 10), word(&TENS, number / 10)),
        _ => word(&SMALL, number),
    }
}

/// Before "tausend": "ein", not "eins".
fn stem(number: u64) -> String {
    let said = below_a_million(number);
    said.strip_suffix("eins").map_or(said.clone(), |start| format!("{start}ein"))
}
