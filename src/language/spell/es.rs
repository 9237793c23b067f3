//! Spanish numbers.

use super::{Noun, scaled, word};

const SMALL: [&str; 30] = [
    "cero",
    "un",
    "dos",
    "tres",
    "cuatro",
    "cinco",
    "seis",
    "siete",
    "ocho",
    "nueve",
    "diez",
    "once",
    "doce",
    "trece",
    "catorce",
    "quince",
    "dieciséis",
    "diecisiete",
    "dieciocho",
    "diecinueve",
    "veinte",
    "veintiún",
    "veintidós",
    "veintitrés",
    "veinticuatro",
    "veinticinco",
    "veintiséis",
    "veintisiete",
    "veintiocho",
    "veintinueve",
];
const TENS: [&str; 10] =
    ["", "", "", "treinta", "cuarenta", "cincuenta", "sesenta", "setenta", "ochenta", "noventa"];
const HUNDREDS: [&str; 10] = [
    "",
    "ciento",
    "doscientos",
    "trescientos",
    "cuatrocientos",
    "quinientos",
    "seiscientos",
    "setecientos",
    "ochocientos",
    "novecientos",
];
/// Nouns of their own; a thousand millions are no word.
const SCALES: [(u64, (&str, &str)); 2] =
    [(1_000_000_000_000, ("billón", "billones")), (1_000_000, ("millón", "millones"))];

/// Millions take "de" before what they count.
pub(super) fn between(number: u64) -> &'static str {
    if number > 0 && number.is_multiple_of(1_000_000) { " de " } else { " " }
}

pub(super) fn count(number: u64, noun: Noun) -> String {
    if let Some((many, (one, several), rest)) = scaled(number, &SCALES) {
        let name = if many == 1 { one } else { several };
        let tail = if rest == 0 { String::new() } else { format!(" {}", count(rest, noun)) };
        return format!("{} {name}{tail}", below_a_million(many, Noun::Masculine));
    }
    below_a_million(number, noun)
}

fn below_a_million(number: u64, noun: Noun) -> String {
    match number {
        1_000.. => {
            let (many, rest) = (number / 1_000, number % 1_000);
            let thousands = match many {
                1 => "mil".to_owned(),
                _ => format!("{} mil", below_a_million(many, noun)),
            };
            join(thousands, rest, noun)
        }
        100 => "cien".to_owned(),
        101.. => {
            let hundreds = word(&HUNDREDS, number / 100);
            let hundreds = match hundreds.strip_suffix("os") {
                Some(start) if noun == Noun::Feminine => format!("{start}as"),
                _ => hundreds,
            };
            join(hundreds, number % 100, noun)
        }
        30.. if number.is_multiple_of(10) => word(&TENS, number / 10),
        30.. => format!("{} y {}", word(&TENS, number / 10), small(number % 10, noun)),
        _ => small(number, noun),
    }
}

fn join(start: String, rest: u64, noun: Noun) -> String {
    if rest == 0 { start } else { format!("{start} {}", below_a_million(rest, noun)) }
}

fn small(number: u64, noun: Noun) -> String {
    match (number, noun) {
        (1, Noun::Feminine) => "una".to_owned(),
        (21, Noun::Feminine) => "veintiuna".to_owned(),
        _ => word(&SMALL, number),
    }
}
