//! Sums and dates as readers of a language expect them.

use super::{Language, catalogue, catalogue::filled, spell};
use crate::{
    clock::At,
    money::{Amount, Money},
};

impl Language {
    /// `$1,250.00`, `1.250,00 €`, `1 250,00 €`, `1250,00 €`; without a sign of its own `12,50 CHF`.
    pub fn money(self, money: impl Into<Money>) -> String {
        let money = money.into();
        let format = &catalogue::of(self).format;
        let (minus, figures) = self.figures(money, true);
        let sign = money.currency.sign();
        match (format.sign_after, sign) {
            (true, sign) => {
                format!("{minus}{figures}\u{a0}{}", sign.unwrap_or(money.currency.code()))
            }
            (false, Some(sign)) => format!("{minus}{sign}{figures}"),
            (false, None) => format!("{minus}{}\u{a0}{figures}", money.currency),
        }
    }

    /// With the code and without groups, as a prefilled mail names it: `1250,00 USD`.
    pub fn money_with_code(self, money: impl Into<Money>) -> String {
        let money = money.into();
        format!("{} {}", self.decimal(money), money.currency)
    }

    /// The number alone, without groups: `1250,00`.
    pub fn decimal(self, money: Money) -> String {
        let (minus, figures) = self.figures(money, false);
        format!("{minus}{figures}")
    }

    /// In words, so that a confirmation says it twice: `fünfzig US-Dollar`.
    pub fn money_in_words(self, amount: Amount) -> String {
        spell::sum(self, amount.money())
    }

    /// `3 June 2025`, in UTC.
    pub fn date(self, at: At) -> String {
        let format = &catalogue::of(self).format;
        let (year, month, day) = at.calendar();
        let month = usize::from(month).checked_sub(1).and_then(|place| format.months.get(place));
        let day = if day == 1 { format.first_day.clone() } else { day.to_string() };
        let month = month.cloned().unwrap_or_default();
        filled(&format.date, &[("day", day), ("month", month), ("year", year.to_string())])
    }

    /// `3 June 2025, 10:30 UTC`.
    pub fn time(self, at: At) -> String {
        let format = &catalogue::of(self).format;
        filled(&format.time, &[("date", self.date(at)), ("time", at.time_of_day())])
    }

    fn figures(self, money: Money, grouped: bool) -> (&'static str, String) {
        let format = &catalogue::of(self).format;
        let decimal = money.decimal();
        let (minus, digits) = decimal.strip_prefix('-').map_or(("", &*decimal), |rest| ("-", rest));
        let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
        let mut figures = String::new();
        for (place, digit) in whole.chars().enumerate() {
            let groups = grouped && whole.len() >= format.group_from;
            if groups && place > 0 && (whole.len() - place).is_multiple_of(3) {
                figures.push_str(&format.group);
            }
            figures.push(digit);
        }
        if !fraction.is_empty() {
            figures.push_str(&format.decimal);
            figures.push_str(fraction);
        }
        (minus, figures)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::money::Currency;

    fn money(minor: i64, code: &str) -> Money {
        Money::new(minor, Currency::parse(code).expect("ISO 4217"))
    }

    #[test]
    fn sums_are_written_as_each_language_does() {
        let shown = |minor, code| Language::ALL.map(|language| language.money(money(minor, code)));
        let of = |texts: [&str; 4]| texts.map(|text| text.replace('_', "\u{a0}"));
        assert_eq!(shown(5_000, "USD"), of(["$50.00", "50,00_$", "50,00_$", "50,00_$"]));
        assert_eq!(
            shown(125_000, "EUR"),
            of(["€1,250.00", "1.250,00_€", "1_250,00_€", "1250,00_€"])
        );
        assert_eq!(
            shown(-1_234_550, "CHF"),
            of(["-CHF_12,345.50", "-12.345,50_CHF", "-12_345,50_CHF", "-12.345,50_CHF"])
        );
        assert_eq!(shown(3_000, "JPY"), of(["¥3,000", "3.000_¥", "3_000_¥", "3000_¥"]));
    }

    #[test]
    fn dates_are_written_as_each_language_does() {
        let at = At::from_unix_seconds(1_748_773_800);
        assert_eq!(
            Language::ALL.map(|language| language.time(at)),
            [
                "1 June 2025, 10:30 UTC",
                "1. Juni 2025, 10:30\u{a0}Uhr UTC",
                "1er juin 2025 à 10:30 UTC",
                "1 de junio de 2025, 10:30 UTC"
            ]
        );
    }
}
