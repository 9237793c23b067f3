//! Sums in English words, for confirmations: a slip of a digit does not survive being read twice.

use super::Money;

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

/// `fifty US dollars`, `twelve US dollars and thirty-four cents`, `three thousand Japanese yen`.
pub(super) fn english(money: Money) -> String {
    let unit = 10_u64.pow(u32::from(money.currency.exponent()));
    let minor = money.minor.unsigned_abs();
    let whole = minor.checked_div(unit).unwrap_or(minor);
    let rest = minor.checked_rem(unit).unwrap_or(0);
    let (one, many) = names(money);
    let minus = if money.minor < 0 { "minus " } else { "" };
    let major = format!("{minus}{} {}", count(whole), if whole == 1 { &one } else { &many });
    match (rest, cents(money.currency.code())) {
        (0, _) => major,
        (1, Some((cent, _))) => format!("{major} and one {cent}"),
        (_, Some((_, cents))) => format!("{major} and {} {cents}", count(rest)),
        (_, None) => format!("{major} and {rest}/{unit}"),
    }
}

/// Singular and plural of the major unit.
fn names(money: Money) -> (String, String) {
    let (one, many) = match money.currency.code() {
        "USD" => ("US dollar", "US dollars"),
        "EUR" => ("euro", "euros"),
        "GBP" => ("pound sterling", "pounds sterling"),
        "JPY" => ("Japanese yen", "Japanese yen"),
        "CHF" => ("Swiss franc", "Swiss francs"),
        "INR" => ("Indian rupee", "Indian rupees"),
        "CAD" => ("Canadian dollar", "Canadian dollars"),
        "AUD" => ("Australian dollar", "Australian dollars"),
        "SEK" => ("Swedish krona", "Swedish kronor"),
        "NOK" => ("Norwegian krone", "Norwegian kroner"),
        "DKK" => ("Danish krone", "Danish kroner"),
        "PLN" => ("Polish zloty", "Polish zlotys"),
        _ => return (money.currency.name(), money.currency.name()),
    };
    (one.to_owned(), many.to_owned())
}

/// Singular and plural of the minor unit, where English has a word for it.
fn cents(code: &str) -> Option<(&'static str, &'static str)> {
    Some(match code {
        "USD" | "EUR" | "CAD" | "AUD" | "NZD" => ("cent", "cents"),
        "GBP" => ("penny", "pence"),
        "CHF" => ("centime", "centimes"),
        "INR" => ("paisa", "paise"),
        _ => return None,
    })
}

fn count(number: u64) -> String {
    for (size, name) in SCALES {
        if let (Some(many @ 1..), Some(rest)) = (number.checked_div(size), number.checked_rem(size))
        {
            let tail = if rest == 0 { String::new() } else { format!(" {}", count(rest)) };
            return format!("{} {name}{tail}", count(many));
        }
    }
    below_a_thousand(usize::try_from(number).unwrap_or(0))
}

fn below_a_thousand(number: usize) -> String {
    if let Some(word) = SMALL.get(number) {
        return (*word).to_owned();
    }
    if number < 100 {
        let ten = TENS.get(number.div_euclid(10)).copied().unwrap_or_default();
        return match number.rem_euclid(10) {
            0 => ten.to_owned(),
            ones => format!("{ten}-{}", below_a_thousand(ones)),
        };
    }
    let hundreds = format!("{} hundred", below_a_thousand(number.div_euclid(100)));
    match number.rem_euclid(100) {
        0 => hundreds,
        rest => format!("{hundreds} and {}", below_a_thousand(rest)),
    }
}

#[cfg(test)]
mod tests {
    use super::super::Currency;
    use super::*;

    #[test]
    fn sums_are_said_in_words() {
        let say = |minor, code| english(Money::new(minor, Currency::parse(code).expect("ISO")));
        assert_eq!(say(5000, "USD"), "fifty US dollars");
        assert_eq!(say(101, "USD"), "one US dollar and one cent");
        assert_eq!(
            say(123_456, "EUR"),
            "one thousand two hundred and thirty-four euros and fifty-six cents"
        );
        assert_eq!(say(3000, "JPY"), "three thousand Japanese yen");
        assert_eq!(say(1_250, "KWD"), "one Kuwaiti dinar and 250/1000");
        assert_eq!(say(100_000_000_000_000_000, "USD"), "one thousand trillion US dollars");
    }
}
