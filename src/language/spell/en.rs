//! English numbers.

use super::{scaled, word};

const SMALL: [&str; 20] = [
    "zero",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
    "thirteen",
    "fourteen",
    "fifteen",
    "sixteen",
    "seventeen",
    "eighteen",
    "nineteen",
];
const TENS: [&str; 10] =
    ["", "", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"];
const SCALES: [(u64, &str); 4] = [
    (1_000_000_000_000, "trillion"),
    (1_000_000_000, "billion"),
    (1_000_000, "million"),
    (1_000, "thousand"),
];

pub(super) fn count(number: u64) -> String {
    if let Some((many, name, rest)) = scaled(number, &SCALES) {
        let tail = if rest == 0 { String::new() } else { format!(" {}", count(rest)) };
        return format!("{} {name}{tail}", count(many));
    }
    match number {
        0..20 => word(&SMALL, number),
        20..100 if number.is_multiple_of(10) => word(&TENS, number / 10),
        20..100 => format!("{}-{}", word(&TENS, number / 10), word(&SMALL, number % 10)),
        _ => {
            let hundreds = format!("{} hundred", word(&SMALL, number / 100));
            let rest = number % 100;
            if rest == 0 { hundreds } else { format!("{hundreds} and {}", count(rest)) }
        }
    }
}
