//! Currencies of ISO 4217: a code, the number of decimals, a sign and a name.

use std::fmt;

use serde::{Deserialize, Serialize};
use sqlx::{Database, Decode, Encode, Type, encode::IsNull, error::BoxDynError};

/// A currency in which an account can be held.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Currency(iso_currency::Currency);

/// No currency of ISO 4217, or one without minor units (gold, SDR, test codes).
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("that is no currency code of ISO 4217 (USD, EUR, GBP …)")]
pub struct UnknownCurrency;

impl Currency {
    /// The US dollar.
    pub const USD: Self = Self(iso_currency::Currency::USD);

    /// Reads a three-letter code in either case.
    ///
    /// # Errors
    /// [`UnknownCurrency`].
    pub fn parse(code: &str) -> Result<Self, UnknownCurrency> {
        let known = iso_currency::Currency::from_code(&code.to_ascii_uppercase());
        known
            .filter(|c| !c.is_special() && !c.is_fund() && c.exponent().is_some_and(|e| e <= 4))
            .map(Self)
            .ok_or(UnknownCurrency)
    }

    /// The three-letter code.
    pub fn code(self) -> &'static str {
        self.0.code()
    }

    /// How many decimals the major unit has: 2 for USD, 0 for JPY, 3 for KWD.
    pub fn exponent(self) -> u8 {
        self.0.exponent().and_then(|e| u8::try_from(e).ok()).unwrap_or(2)
    }

    /// The English name: `United States dollar`.
    pub fn name(self) -> String {
        self.0.name().to_owned()
    }

    /// The sign that means this currency and no other to most readers; other currencies are shown
    /// with their code. `$` is the US dollar's alone here, so that nobody misreads A$ or C$.
    pub fn sign(self) -> Option<&'static str> {
        Some(match self.code() {
            "USD" => "$",
            "EUR" => "€",
            "GBP" => "£",
            "JPY" => "¥",
            "INR" => "₹",
            "KRW" => "₩",
            "AUD" => "A$",
            "CAD" => "C$",
            "NZD" => "NZ$",
            _ => return None,
        })
    }
}

impl fmt::Display for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

impl std::str::FromStr for Currency {
    type Err = UnknownCurrency;

    fn from_str(code: &str) -> Result<Self, Self::Err> {
        Self::parse(code)
    }
}

impl Serialize for Currency {
    fn serialize<S: serde::Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str(self.code())
    }
}

impl<'de> Deserialize<'de> for Currency {
    fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let code = String::deserialize(from)?;
        Self::parse(&code).map_err(serde::de::Error::custom)
    }
}

// In SQL a currency is the text of its code, in both databases.
impl<DB: Database> Type<DB> for Currency
where
    String: Type<DB>,
{
    fn type_info() -> DB::TypeInfo {
        <String as Type<DB>>::type_info()
    }

    fn compatible(ty: &DB::TypeInfo) -> bool {
        <String as Type<DB>>::compatible(ty)
    }
}

impl<'q, DB: Database> Encode<'q, DB> for Currency
where
    String: Encode<'q, DB>,
{
    fn encode_by_ref(
        &self,
        buffer: &mut <DB as Database>::ArgumentBuffer,
    ) -> Result<IsNull, BoxDynError> {
        self.code().to_owned().encode(buffer)
    }
}

impl<'r, DB: Database> Decode<'r, DB> for Currency
where
    String: Decode<'r, DB>,
{
    fn decode(value: <DB as Database>::ValueRef<'r>) -> Result<Self, BoxDynError> {
        Ok(Self::parse(&String::decode(value)?)?)
    }
}
