//! Digits with separators to a number, by the conventions of the account and of the currency.
//!
//! Two kinds of separator: the last is the decimal mark. One kind and one or two digits: decimal.
//! One kind and exactly three digits: grouping only where that is the account's and the currency's
//! convention; else it is asked.

use super::Value;
use crate::intent::ask_back::Reason;
use crate::money::{Amount, Currency, Money};

/// A decimal number: `units` × 10^-`scale`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Decimal {
    pub(super) units: i64,
    pub(super) scale: u32,
}

impl Decimal {
    /// A whole number.
    pub(super) const fn whole(units: i64) -> Self {
        Self { units, scale: 0 }
    }

    fn times(self, power: u32) -> Option<Self> {
        let units = self.units.checked_mul(10_i64.checked_pow(power)?)?;
        Some(Self { units, scale: self.scale })
    }

    /// Divided by ten to that power.
    pub(super) fn divided(self, power: u32) -> Option<Self> {
        Some(Self { units: self.units, scale: self.scale.checked_add(power)? })
    }

    /// In minor units, rounded down, and whether something was cut off.
    fn minor(self, currency: Currency) -> Option<(i64, bool)> {
        let exponent = u32::from(currency.exponent());
        if self.scale <= exponent {
            let factor = 10_i64.checked_pow(exponent.checked_sub(self.scale)?)?;
            return Some((self.units.checked_mul(factor)?, false));
        }
        let divisor = 10_i64.checked_pow(self.scale.checked_sub(exponent)?)?;
        Some((self.units.checked_div(divisor)?, self.units.checked_rem(divisor)? != 0))
    }
}

/// What digits can mean.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Numeric {
    /// One thing.
    Exact(Decimal),
    /// More decimals than the currency has; or grouped after all.
    TooPrecise { decimal: Decimal, grouped: Option<Decimal> },
    /// Two things that the currency can represent.
    Either { decimal: Decimal, grouped: Decimal },
    /// No known way to group digits.
    Malformed,
    /// More digits than money has.
    TooLong,
}

impl Numeric {
    /// Times ten to `power`, divided by ten to `shift`.
    pub(super) fn scaled(self, power: u32, shift: u32) -> Self {
        let scale = |d: Decimal| d.times(power).and_then(|d| d.divided(shift));
        let scaled = match self {
            Self::Exact(d) => scale(d).map(Self::Exact),
            // "1.5k": the thousands take the decimals up.
            Self::TooPrecise { decimal, .. } if power > 0 => scale(decimal).map(Self::Exact),
            Self::Either { decimal, grouped } => scale(decimal)
                .zip(scale(grouped))
                .map(|(decimal, grouped)| Self::Either { decimal, grouped }),
            other => Some(other),
        };
        scaled.unwrap_or(Self::TooLong)
    }

    /// The amount in this currency, or what to ask.
    pub(super) fn value(self, currency: Currency, negative: bool) -> Value {
        if negative {
            return invalid("negative");
        }
        let unclear = |reason, candidates: Vec<Option<i64>>| {
            let mut shown: Vec<String> = Vec::new();
            for minor in candidates.into_iter().flatten() {
                let decimal = Money::new(minor, currency).decimal();
                if minor > 0 && !shown.contains(&decimal) {
                    shown.push(decimal);
                }
            }
            Value::Unclear { reason, candidates: shown, currency: Some(currency), detail: None }
        };
        let minor = |d: Decimal| d.minor(currency).map(|(minor, _)| minor);
        match self {
            Self::Exact(decimal) => match decimal.minor(currency) {
                Some((down, true)) => {
                    unclear(Reason::ExcessPrecision, vec![Some(down), down.checked_add(1)])
                }
                Some((0, false)) => invalid("zero"),
                Some((minor, false)) => match Amount::of(minor, currency) {
                    Ok(amount) => Value::Exact(amount),
                    Err(_) => invalid("too large"),
                },
                None => invalid("too large"),
            },
            Self::TooPrecise { decimal, grouped } => {
                let down = minor(decimal);
                let up = down.and_then(|down| down.checked_add(1));
                unclear(Reason::ExcessPrecision, vec![down, up, grouped.and_then(minor)])
            }
            Self::Either { decimal, grouped } => {
                unclear(Reason::AmbiguousAmount, vec![minor(decimal), minor(grouped)])
            }
            Self::Malformed => unclear(Reason::AmbiguousAmount, Vec::new()),
            Self::TooLong => invalid("too large"),
        }
    }
}

fn invalid(detail: &str) -> Value {
    Value::unclear(Reason::InvalidAmount, detail)
}

/// How a place writes numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Grouping {
    Comma,
    Dot,
    Blank,
    Apostrophe,
}

/// The language and region of a locale to its grouping sign.
fn of_locale(locale: &str) -> Option<Grouping> {
    let mut parts = locale.split(['-', '_']);
    let language = parts.next()?.to_ascii_lowercase();
    let region = parts.next_back().unwrap_or_default().to_ascii_uppercase();
    Some(match (language.as_str(), region.as_str()) {
        (_, "CH" | "LI") => Grouping::Apostrophe,
        ("en", "ZA") => Grouping::Blank,
        ("es", "MX" | "US" | "PR" | "GT" | "HN" | "NI" | "SV" | "DO" | "PA" | "PE") => {
            Grouping::Comma
        }
        ("de", "AT")
        | ("de" | "es" | "it" | "nl" | "da" | "tr" | "id" | "el" | "ro" | "hr" | "sl", _) => {
            Grouping::Dot
        }
        ("pt", "PT") => Grouping::Blank,
        ("pt", _) => Grouping::Dot,
        (
            "fr" | "sv" | "nb" | "nn" | "no" | "fi" | "pl" | "cs" | "sk" | "hu" | "uk" | "ru"
            | "bg" | "et" | "lv" | "lt",
            _,
        ) => Grouping::Blank,
        ("en" | "ja" | "zh" | "ko" | "hi" | "th" | "he", _) => Grouping::Comma,
        _ => return None,
    })
}

/// The convention where the currency is at home, unless the account's own region uses it.
fn of_currency(currency: Currency, locale: Option<&str>) -> Option<Grouping> {
    let region = locale.and_then(|l| l.split(['-', '_']).nth(1)).unwrap_or_default();
    let region = region.to_ascii_uppercase();
    let euro_in_english = matches!(region.as_str(), "IE" | "MT");
    Some(match currency.code() {
        "EUR" if euro_in_english => Grouping::Comma,
        "EUR"
            if matches!(region.as_str(), "FR" | "FI" | "PT" | "SK" | "EE" | "LV" | "LT" | "BG") =>
        {
            Grouping::Blank
        }
        "EUR" | "DKK" | "BRL" | "ARS" | "CLP" | "COP" | "IDR" | "TRY" | "RON" | "ISK" | "VND" => {
            Grouping::Dot
        }
        "CHF" => Grouping::Apostrophe,
        "SEK" | "NOK" | "PLN" | "CZK" | "HUF" | "UAH" | "RUB" | "ZAR" => Grouping::Blank,
        "USD" | "GBP" | "JPY" | "INR" | "CAD" | "AUD" | "NZD" | "CNY" | "KRW" | "HKD" | "SGD"
        | "MXN" | "ILS" | "THB" | "PHP" | "KES" | "NGN" | "AED" | "KWD" | "BHD" | "PKR" => {
            Grouping::Comma
        }
        _ => return None,
    })
}

/// What the digits can mean for this currency and this account.
pub(super) fn read(written: &str, currency: Currency, locale: Option<&str>) -> Numeric {
    let groups: Vec<&str> = written.split(['.', ',', '\'', ' ']).collect();
    let marks: Vec<char> = written.chars().filter(|c| !c.is_ascii_digit()).collect();
    let home = of_currency(currency, locale);
    let account = locale.and_then(of_locale).or(home);
    let (Some(first), Some(last_mark)) = (groups.first(), marks.last()) else {
        return decimal(written, "").map_or(Numeric::TooLong, Numeric::Exact);
    };
    let one_kind = marks.iter().all(|mark| mark == last_mark);
    let last = groups.last().copied().unwrap_or_default();
    let body = groups.get(..groups.len().saturating_sub(1)).unwrap_or_default();
    if !one_kind {
        // Two kinds: the last is the decimal mark, and all before it group.
        let before = marks.get(..marks.len().saturating_sub(1)).unwrap_or_default();
        let uniform = before.windows(2).all(|pair| pair.first() == pair.last());
        let decimal_mark = matches!(last_mark, '.' | ',') && uniform;
        if !decimal_mark || !is_grouped(body) {
            return Numeric::Malformed;
        }
        return fraction(&body.concat(), last, currency);
    }
    if marks.len() > 1 {
        let grouped = is_grouped(&groups).then(|| decimal(&groups.concat(), ""));
        return match grouped {
            Some(value) => value.map_or(Numeric::TooLong, Numeric::Exact),
            None => Numeric::Malformed,
        };
    }
    let grouped = is_grouped(&groups).then(|| decimal(&groups.concat(), "")).flatten();
    let agreed = |grouping| account == Some(grouping) && home == Some(grouping);
    match (last_mark, grouped) {
        ('\'', Some(grouped)) => Numeric::Exact(grouped),
        (' ', Some(grouped))
            if account == Some(Grouping::Blank) || home == Some(Grouping::Blank) =>
        {
            Numeric::Exact(grouped)
        }
        (' ' | '\'', _) => Numeric::Malformed,
        (',', Some(grouped)) if agreed(Grouping::Comma) => Numeric::Exact(grouped),
        ('.', Some(grouped)) if agreed(Grouping::Dot) => Numeric::Exact(grouped),
        (_, Some(grouped)) => either(first, last, grouped, currency),
        (_, None) => fraction(first, last, currency),
    }
}

/// One mark and exactly three digits, without an agreed convention.
fn either(whole: &str, rest: &str, grouped: Decimal, currency: Currency) -> Numeric {
    let Some(value) = decimal(whole, rest) else { return Numeric::TooLong };
    match value.minor(currency) {
        // A currency without decimals has no other reading than the grouped one.
        Some(_) if currency.exponent() == 0 => Numeric::Exact(grouped),
        Some((_, false)) => Numeric::Either { decimal: value, grouped },
        _ => Numeric::TooPrecise { decimal: value, grouped: Some(grouped) },
    }
}

fn fraction(whole: &str, rest: &str, currency: Currency) -> Numeric {
    let Some(value) = decimal(whole, rest) else { return Numeric::TooLong };
    if rest.len() > usize::from(currency.exponent()) {
        return Numeric::TooPrecise { decimal: value, grouped: None };
    }
    Numeric::Exact(value)
}

fn decimal(whole: &str, rest: &str) -> Option<Decimal> {
    let units = format!("{whole}{rest}").parse().ok()?;
    Some(Decimal { units, scale: u32::try_from(rest.len()).ok()? })
}

/// 1,250,000 or the Indian 12,50,000.
fn is_grouped(groups: &[&str]) -> bool {
    let Some((first, rest)) = groups.split_first() else { return false };
    let Some((last, middle)) = rest.split_last() else { return true };
    let leads = (1..=3).contains(&first.len()) && *first != "0";
    let western = middle.iter().all(|group| group.len() == 3);
    let indian = first.len() <= 2 && !middle.is_empty() && middle.iter().all(|g| g.len() == 2);
    leads && last.len() == 3 && (western || indian)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(written: &str, code: &str, locale: &str) -> String {
        let currency = Currency::parse(code).expect("ISO 4217");
        match read(written, currency, Some(locale)).value(currency, false) {
            Value::Exact(amount) => amount.money().decimal(),
            Value::Unclear { reason, candidates, .. } => format!("{reason:?} {candidates:?}"),
        }
    }

    #[test]
    fn amounts_of_many_places_are_read() {
        for (written, code, locale, expected) in [
            ("20", "USD", "en-US", "20.00"),
            ("18.5", "USD", "en-US", "18.50"),
            ("40,23", "EUR", "en-GB", "40.23"),
            ("1.250,00", "EUR", "de-DE", "1250.00"),
            ("1,250.00", "EUR", "de-DE", "1250.00"),
            ("1.250", "EUR", "de-DE", "1250.00"),
            ("1,250", "USD", "en-US", "1250.00"),
            ("1,250", "EUR", "en-IE", "1250.00"),
            ("1'250.50", "CHF", "de-CH", "1250.50"),
            ("1 250,50", "SEK", "sv-SE", "1250.50"),
            ("1 250", "SEK", "sv-SE", "1250.00"),
            ("1,00,000", "INR", "en-IN", "100000.00"),
            ("1.250.000", "EUR", "de-DE", "1250000.00"),
            ("3,000", "JPY", "ja-JP", "3000"),
            ("3.000", "JPY", "de-DE", "3000"),
        ] {
            assert_eq!(shown(written, code, locale), expected, "{written} {code} {locale}");
        }
    }

    #[test]
    fn what_could_be_two_things_is_asked() {
        for (written, code, locale, expected) in [
            ("1.250", "EUR", "en-US", r#"AmbiguousAmount ["1.25", "1250.00"]"#),
            ("12.345", "USD", "en-US", r#"ExcessPrecision ["12.34", "12.35", "12345.00"]"#),
            ("1.250", "USD", "en-US", r#"AmbiguousAmount ["1.25", "1250.00"]"#),
            ("20.5", "JPY", "ja-JP", r#"ExcessPrecision ["20", "21"]"#),
            ("12.3456", "USD", "en-US", r#"ExcessPrecision ["12.34", "12.35"]"#),
            ("12,50,00", "INR", "en-IN", "AmbiguousAmount []"),
            ("99999999999999999999", "USD", "en-US", "InvalidAmount []"),
            ("0.00", "USD", "en-US", "InvalidAmount []"),
        ] {
            assert_eq!(shown(written, code, locale), expected, "{written} {code} {locale}");
        }
    }
}
