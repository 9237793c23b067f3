//! Mail addresses as identity: one ASCII addr-spec, in lower case, nothing clever.
//!
//! Not for: display names, address lists or what stands in a header (`mail` reads those).

use std::fmt;

use serde::{Deserialize, Serialize};

/// Longest local part (RFC 5321 section 4.5.3.1.1), in octets.
const LOCAL_MAX: usize = 64;
/// Longest address that fits a path (RFC 5321 section 4.5.3.1.3), in octets.
const ADDRESS_MAX: usize = 254;

/// An addr-spec of RFC 5322 section 3.4.1 in its plain form: dot-atom `@` host name, ASCII,
/// lower-cased. Quoted local parts, routes, literals and non-ASCII are refused: such a sender is
/// unknown to us (SECURITY: A3 point 2).
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, sqlx_macros::Type)]
#[sqlx(transparent)]
#[serde(transparent)]
pub struct Address(String);

/// Why a text is no address of ours.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum AddressError {
    /// No single `@` with something on both sides.
    #[error("an address looks like name@example.org")]
    Shape,
    /// Too long for SMTP.
    #[error("an address has at most 64 characters before the @ and 254 in all")]
    TooLong,
    /// A character that a plain address cannot have.
    #[error("an address has only letters, digits and . _ + - before the @, and a domain after it")]
    Character,
}

impl Address {
    /// Reads a bare address.
    ///
    /// # Errors
    /// [`AddressError`] says what is wrong; nothing is repaired or guessed.
    pub fn parse(text: &str) -> Result<Self, AddressError> {
        let (local, domain) = text.rsplit_once('@').ok_or(AddressError::Shape)?;
        if local.is_empty() || domain.is_empty() || local.contains('@') {
            return Err(AddressError::Shape);
        }
        if local.len() > LOCAL_MAX || text.len() > ADDRESS_MAX {
            return Err(AddressError::TooLong);
        }
        let local_ok = local.split('.').all(|atom| !atom.is_empty() && atom.bytes().all(is_atext));
        let labels_ok = domain.contains('.') && domain.split('.').all(is_label);
        if local_ok && labels_ok {
            Ok(Self(text.to_ascii_lowercase()))
        } else {
            Err(AddressError::Character)
        }
    }

    /// The address as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// What stands before the `@`.
    pub fn local(&self) -> &str {
        self.0.rsplit_once('@').map_or("", |(local, _)| local)
    }

    /// What stands after the `@`.
    pub fn domain(&self) -> &str {
        self.0.rsplit_once('@').map_or("", |(_, domain)| domain)
    }

    /// The same mailbox with a tag: `till+c.token@post.example`.
    ///
    /// # Errors
    /// [`AddressError::TooLong`] when the tag does not fit a local part.
    pub fn tagged(&self, tag: &str) -> Result<Self, AddressError> {
        Self::parse(&format!("{}+{tag}@{}", self.local(), self.domain()))
    }

    /// The tag, when `self` is `base` with one: `c.token` of `till+c.token@post.example`.
    pub fn tag_of<'a>(&'a self, base: &Self) -> Option<&'a str> {
        if self.domain() != base.domain() {
            return None;
        }
        self.local().strip_prefix(base.local())?.strip_prefix('+').filter(|tag| !tag.is_empty())
    }

    /// Whether mail to `self` reaches the mailbox `base`, with or without a tag.
    pub fn reaches(&self, base: &Self) -> bool {
        self == base || self.tag_of(base).is_some()
    }
}

/// RFC 5322 section 3.2.3 atext.
fn is_atext(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"!#$%&'*+-/=?^_`{|}~".contains(&byte)
}

/// A label of RFC 1123 section 2.1.
fn is_label(label: &str) -> bool {
    (1..=63).contains(&label.len())
        && label.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
        && !label.starts_with('-')
        && !label.ends_with('-')
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::str::FromStr for Address {
    type Err = AddressError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::parse(text)
    }
}

impl<'de> Deserialize<'de> for Address {
    fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let text = String::deserialize(from)?;
        Self::parse(&text).map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_addresses_are_read_in_lower_case() {
        let ben = Address::parse("Ben.O'Hara@Ferry.Example").expect("plain");
        assert_eq!(ben.as_str(), "ben.o'hara@ferry.example");
        assert_eq!(ben.domain(), "ferry.example");
    }

    #[test]
    fn odd_forms_are_refused() {
        for odd in [
            "",
            "ben",
            "@x.example",
            "ben@",
            "a@b@c.example",
            "\"a b\"@x.example",
            "a@[1.2.3.4]",
            "bén@x.example",
            "a..b@x.example",
            ".a@x.example",
            "a@localhost",
            "a@-x.example",
            "a b@x.example",
            "<a@x.example>",
            "a@x.example.",
        ] {
            assert!(Address::parse(odd).is_err(), "{odd}");
        }
        assert_eq!(
            Address::parse(&format!("{}@x.example", "a".repeat(65))),
            Err(AddressError::TooLong)
        );
    }

    #[test]
    fn tags_are_put_on_and_read_back() {
        let till = Address::parse("till@post.example").expect("plain");
        let tagged = till.tagged("c.k7d2").expect("short");
        assert_eq!(tagged.as_str(), "till+c.k7d2@post.example");
        assert_eq!(tagged.tag_of(&till), Some("c.k7d2"));
        assert_eq!(till.tag_of(&till), None);
        assert!(tagged.reaches(&till));
        assert!(!Address::parse("tilly+c@post.example").expect("plain").reaches(&till));
    }
}
