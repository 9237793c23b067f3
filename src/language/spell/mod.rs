//! Sums in words: a slip of a digit does not survive being read twice.

mod de;
mod en;
mod es;
mod fr;

use super::{
    Language,
    catalogue::{self, Unit, filled},
};
use crate::money::Money;

/// How a number bends to the noun behind it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Noun {
    Masculine,
    Feminine,
}

/// `fifty US dollars`, `zwölf Euro und vierunddreißig Cent`; a currency without a name here keeps its
/// code.
pub(super) fn sum(language: Language, money: Money) -> String {
    let catalogue = catalogue::of(language);
    let unit = catalogue.currency.get(money.currency.code());
    let size = 10_u64.pow(u32::from(money.currency.exponent()));
    let minor = money.minor.unsigned_abs();
    let (whole, rest) = (minor / size, minor % size);
    let format = &catalogue.format;
    let mut said = major(language, whole, (unit, money));
    if rest > 0 {
        let cents = match unit.and_then(|unit| unit.cent.as_ref().map(|cent| (unit, cent))) {
            Some((unit, [one, many])) => {
                let noun = if unit.cent_feminine { Noun::Feminine } else { Noun::Masculine };
                format!("{} {}", count(language, rest, noun), if rest == 1 { one } else { many })
            }
            None => format!("{rest}/{size}"),
        };
        said = filled(&format.sum, &[("major", said), ("minor", cents)]);
    }
    if money.minor < 0 { filled(&format.minus, &[("sum", said)]) } else { said }
}

fn major(language: Language, whole: u64, (unit, money): (Option<&Unit>, Money)) -> String {
    let noun =
        if unit.is_some_and(|unit| unit.feminine) { Noun::Feminine } else { Noun::Masculine };
    let number = count(language, whole, noun);
    let zero_is_one = catalogue::of(language).format.zero_is_one;
    let name = match unit {
        Some(unit) if whole == 1 || (whole == 0 && zero_is_one) => unit.one.clone(),
        Some(unit) => unit.many.clone(),
        None if language == Language::En => money.currency.name(),
        None => money.currency.code().to_owned(),
    };
    let between = match language {
        Language::Fr => fr::between(whole, &name),
        Language::Es => es::between(whole),
        Language::En | Language::De => " ",
    };
    format!("{number}{between}{name}")
}

fn count(language: Language, number: u64, noun: Noun) -> String {
    match language {
        Language::En => en::count(number),
        Language::De => de::count(number, noun),
        Language::Fr => fr::count(number, noun),
        Language::Es => es::count(number, noun),
    }
}

/// A number of powers of a thousand or a million, the largest first: `(3, million)`, and what is left.
fn scaled<T>(number: u64, scales: &[(u64, T)]) -> Option<(u64, &T, u64)> {
    scales
        .iter()
        .find(|(size, _)| number >= *size)
        .map(|(size, name)| (number / size, name, number % size))
}

/// The word of a small number.
fn word(words: &[&str], number: u64) -> String {
    let word = usize::try_from(number).ok().and_then(|place| words.get(place));
    word.copied().unwrap_or_default().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::money::Currency;

    fn said(language: Language, minor: i64, code: &str) -> String {
        sum(language, Money::new(minor, Currency::parse(code).expect("ISO 4217")))
    }

    #[test]
    fn sums_are_said_in_english() {
        let say = |minor, code| said(Language::En, minor, code);
        assert_eq!(say(5000, "USD"), "fifty US dollars");
        assert_eq!(say(101, "USD"), "one US dollar and one cent");
        assert_eq!(
            say(123_456, "EUR"),
            "one thousand two hundred and thirty-four euros and fifty-six cents"
        );
        assert_eq!(say(3000, "JPY"), "three thousand Japanese yen");
        assert_eq!(say(1_250, "KWD"), "one Kuwaiti dinar and 250/1000");
        assert_eq!(say(100_000_000_000_000_000, "USD"), "one thousand trillion US dollars");
        assert_eq!(say(-250, "EUR"), "minus two euros and fifty cents");
    }

    #[test]
    fn sums_are_said_in_german() {
        let say = |minor, code| said(Language::De, minor, code);
        assert_eq!(say(2_000, "USD"), "zwanzig US-Dollar");
        assert_eq!(say(101, "EUR"), "ein Euro und ein Cent");
        assert_eq!(say(100, "SEK"), "eine schwedische Krone");
        assert_eq!(say(2_100, "SEK"), "einundzwanzig schwedische Kronen");
        assert_eq!(say(10_100, "EUR"), "einhunderteins Euro");
        assert_eq!(
            say(2_734_516, "EUR"),
            "siebenundzwanzigtausenddreihundertfünfundvierzig Euro und sechzehn Cent"
        );
        assert_eq!(say(100_000_000, "EUR"), "eine Million Euro");
        assert_eq!(say(230_000_100, "EUR"), "zwei Millionen dreihunderttausendeins Euro");
        assert_eq!(say(1_730, "USD"), "siebzehn US-Dollar und dreißig Cent");
        assert_eq!(say(1_250, "KWD"), "ein KWD und 250/1000");
    }

    #[test]
    fn sums_are_said_in_french() {
        let say = |minor, code| said(Language::Fr, minor, code);
        assert_eq!(say(2_000, "USD"), "vingt dollars américains");
        assert_eq!(say(101, "EUR"), "un euro et un centime");
        assert_eq!(say(2_100, "SEK"), "vingt et une couronnes suédoises");
        assert_eq!(say(7_100, "EUR"), "soixante et onze euros");
        assert_eq!(say(8_000, "EUR"), "quatre-vingts euros");
        assert_eq!(say(8_100, "EUR"), "quatre-vingt-un euros");
        assert_eq!(say(9_700, "EUR"), "quatre-vingt-dix-sept euros");
        assert_eq!(say(20_000, "EUR"), "deux cents euros");
        assert_eq!(say(20_100, "EUR"), "deux cent un euros");
        assert_eq!(say(100_000, "EUR"), "mille euros");
        assert_eq!(say(28_020_000, "EUR"), "deux cent quatre-vingt mille deux cents euros");
        assert_eq!(say(100_000_000, "EUR"), "un million d’euros");
        assert_eq!(say(200_000_000, "USD"), "deux millions de dollars américains");
        assert_eq!(say(200_000_100, "USD"), "deux millions un dollars américains");
        assert_eq!(say(0, "EUR"), "zéro euro");
        assert_eq!(say(150, "EUR"), "un euro et cinquante centimes");
    }

    #[test]
    fn sums_are_said_in_spanish() {
        let say = |minor, code| said(Language::Es, minor, code);
        assert_eq!(say(2_000, "USD"), "veinte dólares estadounidenses");
        assert_eq!(say(101, "EUR"), "un euro con un céntimo");
        assert_eq!(say(100, "GBP"), "una libra esterlina");
        assert_eq!(say(2_100, "EUR"), "veintiún euros");
        assert_eq!(say(3_100, "GBP"), "treinta y una libras esterlinas");
        assert_eq!(say(10_000, "EUR"), "cien euros");
        assert_eq!(say(10_100, "EUR"), "ciento un euros");
        assert_eq!(say(55_000, "GBP"), "quinientas cincuenta libras esterlinas");
        assert_eq!(say(100_000, "EUR"), "mil euros");
        assert_eq!(say(2_100_000, "EUR"), "veintiún mil euros");
        assert_eq!(say(100_000_000, "EUR"), "un millón de euros");
        assert_eq!(say(200_000_100, "EUR"), "dos millones un euros");
        assert_eq!(say(200_000_000_000, "EUR"), "dos mil millones de euros");
        assert_eq!(say(1_622, "USD"), "dieciséis dólares estadounidenses con veintidós centavos");
    }

    /// Every number to a thousand, and around every scale, has a word of its own.
    #[test]
    fn no_two_sums_are_said_alike() {
        for language in Language::ALL {
            let mut seen = std::collections::BTreeMap::new();
            let near = [1_000, 10_000, 1_000_000, 1_000_000_000, 1_000_000_000_000];
            let near = near.iter().flat_map(|scale: &u64| (scale - 5)..(scale + 250));
            for number in (0..1_000).chain(near.filter(|number| *number >= 1_000)) {
                let said = count(language, number, Noun::Masculine);
                let before = seen.insert(said.clone(), number);
                assert!(!said.contains("  ") && !said.is_empty(), "{number}: {said}");
                assert!(before.is_none_or(|b| b == number), "{said}: {before:?} and {number}");
            }
        }
    }
}
