//! Money: whole minor units of one currency, with checked arithmetic and the ways we write it.
//!
//! Not for: reading amounts from people's words (`intent` does), or rates between currencies
//! (there are none: an amount never changes its currency).
#![deny(clippy::arithmetic_side_effects)]

mod currency;

use std::fmt;

use serde::{Deserialize, Serialize};

pub use currency::{Currency, UnknownCurrency};

/// The largest amount of one movement, in minor units: 10^15. Sums of many stay far inside 64 bits.
pub const AMOUNT_MAX_MINOR: i64 = 1_000_000_000_000_000;

/// A sum in minor units of its currency; of either sign, as balances are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Money {
    /// Minor units: cents for USD, whole yen for JPY.
    pub minor: i64,
    /// Whose units they are.
    pub currency: Currency,
}

/// What one movement may carry: 1 to 10^15 minor units. Zero, negative and absurd amounts cannot be
/// built.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "Money", into = "Money")]
pub struct Amount(Money);

/// Why a sum is none.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum MoneyError {
    /// The result does not fit 64 bits.
    #[error("the sum does not fit")]
    Overflow,
    /// Two different currencies were added.
    #[error("{0} and {1} do not add up")]
    Mixed(Currency, Currency),
    /// A movement of nothing, less than nothing or more than 10^15.
    #[error("an amount is between 1 and 10^15 minor units")]
    OutOfRange,
    /// Not a decimal number.
    #[error("an amount looks like 20.00 USD")]
    Shape,
    /// More decimals than the currency has; never rounded.
    #[error("{0} has {1} decimals")]
    TooPrecise(Currency, u8),
    /// No currency of ISO 4217.
    #[error("{0}")]
    Unknown(#[from] UnknownCurrency),
}

impl Money {
    /// `minor` units of `currency`.
    pub const fn new(minor: i64, currency: Currency) -> Self {
        Self { minor, currency }
    }

    /// Adds; both must be of one currency.
    ///
    /// # Errors
    /// [`MoneyError::Mixed`] or [`MoneyError::Overflow`].
    pub fn plus(self, other: Self) -> Result<Self, MoneyError> {
        if self.currency != other.currency {
            return Err(MoneyError::Mixed(self.currency, other.currency));
        }
        let minor = self.minor.checked_add(other.minor).ok_or(MoneyError::Overflow)?;
        Ok(Self::new(minor, self.currency))
    }

    /// Subtracts; both must be of one currency.
    ///
    /// # Errors
    /// [`MoneyError::Mixed`] or [`MoneyError::Overflow`].
    pub fn minus(self, other: Self) -> Result<Self, MoneyError> {
        let minor = other.minor.checked_neg().ok_or(MoneyError::Overflow)?;
        self.plus(Self::new(minor, other.currency))
    }

    /// The number alone with the currency's own decimals: `1250.00`, `3000` for JPY.
    pub fn decimal(self) -> String {
        let exponent = usize::from(self.currency.exponent());
        let sign = if self.minor < 0 { "-" } else { "" };
        let digits = self.minor.unsigned_abs().to_string();
        if exponent == 0 {
            return format!("{sign}{digits}");
        }
        let padded = format!("{digits:0>width$}", width = exponent.saturating_add(1));
        let (whole, fraction) = padded.split_at(padded.len().saturating_sub(exponent));
        format!("{sign}{whole}.{fraction}")
    }

    /// Reads what [`Money::decimal`] writes, and shorter forms without or with fewer decimals.
    ///
    /// # Errors
    /// [`MoneyError`]; surplus decimals are refused, never rounded.
    pub fn from_decimal(text: &str, currency: Currency) -> Result<Self, MoneyError> {
        let (negative, digits) = text.strip_prefix('-').map_or((false, text), |rest| (true, rest));
        let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
        let all_digits = |part: &str| part.bytes().all(|b| b.is_ascii_digit());
        if whole.is_empty() || !all_digits(whole) || !all_digits(fraction) || digits.ends_with('.')
        {
            return Err(MoneyError::Shape);
        }
        let exponent = usize::from(currency.exponent());
        if fraction.len() > exponent {
            return Err(MoneyError::TooPrecise(currency, currency.exponent()));
        }
        let all = format!("{whole}{fraction:0<exponent$}");
        let minor: i64 = all.parse().or(Err(MoneyError::Overflow))?;
        let minor = if negative { minor.checked_neg().ok_or(MoneyError::Overflow)? } else { minor };
        Ok(Self::new(minor, currency))
    }

    /// With the code, for tables and the operator: `50.00 USD`.
    pub fn with_code(self) -> String {
        format!("{} {}", self.decimal(), self.currency)
    }
}

impl fmt::Display for Money {
    /// For the operator, in English; letters and pages write it in their language: `$1,250.00`, `€5.00`, `¥3,000`, `CHF 12.50`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let decimal = Self::new(self.minor, self.currency).decimal();
        let (sign, digits) = decimal.strip_prefix('-').map_or(("", &*decimal), |rest| ("-", rest));
        let (whole, fraction) =
            digits.split_once('.').map_or((digits, None), |(w, f)| (w, Some(f)));
        f.write_str(sign)?;
        match self.currency.sign() {
            Some(symbol) => f.write_str(symbol)?,
            None => write!(f, "{} ", self.currency)?,
        }
        for (place, digit) in whole.chars().enumerate() {
            let left = whole.len().saturating_sub(place);
            if place > 0 && left.is_multiple_of(3) {
                f.write_str(",")?;
            }
            write!(f, "{digit}")?;
        }
        fraction.map_or(Ok(()), |fraction| write!(f, ".{fraction}"))
    }
}

impl Amount {
    /// Checks the bounds.
    ///
    /// # Errors
    /// [`MoneyError::OutOfRange`].
    pub fn new(money: Money) -> Result<Self, MoneyError> {
        if (1..=AMOUNT_MAX_MINOR).contains(&money.minor) {
            Ok(Self(money))
        } else {
            Err(MoneyError::OutOfRange)
        }
    }

    /// `minor` units of `currency`, checked.
    ///
    /// # Errors
    /// [`MoneyError::OutOfRange`].
    pub fn of(minor: i64, currency: Currency) -> Result<Self, MoneyError> {
        Self::new(Money::new(minor, currency))
    }

    /// The sum itself.
    pub const fn money(self) -> Money {
        self.0
    }

    /// Minor units, 1 to 10^15.
    pub const fn minor(self) -> i64 {
        self.0.minor
    }

    /// Whose units they are.
    pub const fn currency(self) -> Currency {
        self.0.currency
    }
}

impl TryFrom<Money> for Amount {
    type Error = MoneyError;

    fn try_from(money: Money) -> Result<Self, Self::Error> {
        Self::new(money)
    }
}

impl From<Amount> for Money {
    fn from(amount: Amount) -> Self {
        amount.0
    }
}

impl fmt::Display for Amount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn currency(code: &str) -> Currency {
        Currency::parse(code).expect("ISO 4217")
    }

    #[test]
    fn money_is_written_for_people() {
        let shown = |minor, code| Money::new(minor, currency(code)).to_string();
        assert_eq!(shown(125_000, "USD"), "$1,250.00");
        assert_eq!(shown(-5, "EUR"), "-€0.05");
        assert_eq!(shown(3000, "JPY"), "¥3,000");
        assert_eq!(shown(1_250, "CHF"), "CHF 12.50");
        assert_eq!(shown(1_234_567, "KWD"), "KWD 1,234.567");
    }

    #[test]
    fn surplus_decimals_are_refused_not_rounded() {
        let usd = currency("USD");
        assert_eq!(Money::from_decimal("12.3", usd), Ok(Money::new(1230, usd)));
        assert_eq!(Money::from_decimal("12.345", usd), Err(MoneyError::TooPrecise(usd, 2)));
        for odd in ["", ".", "1.", ".5", "1,5", "+5", "--5", "1e3", " 5"] {
            assert!(Money::from_decimal(odd, usd).is_err(), "{odd:?}");
        }
    }

    #[test]
    fn amounts_have_bounds() {
        let usd = currency("USD");
        assert!(Amount::of(0, usd).is_err());
        assert!(Amount::of(-1, usd).is_err());
        assert!(Amount::of(AMOUNT_MAX_MINOR, usd).is_ok());
        assert!(Amount::of(AMOUNT_MAX_MINOR.saturating_add(1), usd).is_err());
    }

    proptest! {
        #[test]
        fn every_sum_is_read_back_as_written(minor in any::<i64>(), which in 0_usize..4) {
            let currency = currency(["USD", "JPY", "KWD", "EUR"][which]);
            let money = Money::new(minor, currency);
            // The smallest i64 has no positive twin; it is refused, not misread.
            let read = Money::from_decimal(&money.decimal(), currency);
            prop_assert!(read == Ok(money) || minor == i64::MIN);
        }
    }
}
