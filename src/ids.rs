//! Names for rows: time-ordered, made by us, the same text in both databases.
//!
//! Not for: secrets. An id can be guessed from its neighbours; tokens live in `confirmations`.

use std::sync::{Mutex, PoisonError};

use rand::RngCore;

use crate::clock::At;

/// The last id given out by this process: milliseconds and the 80 random bits below them.
static LAST: Mutex<(u64, u128)> = Mutex::new((0, 0));

/// Crockford's base 32 in lower case: no i, l, o, u, so an id survives being read aloud.
const ALPHABET: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";

/// A fresh id: 26 characters, sorted by time, and strictly increasing within one process (the
/// ULID layout: 48 bits of milliseconds, 80 random bits).
pub fn fresh(now: At) -> String {
    let millis = u64::try_from(now.0 / 1_000).unwrap_or(0);
    let mut last = LAST.lock().unwrap_or_else(PoisonError::into_inner);
    if millis > last.0 {
        let mut bytes = [0_u8; 16];
        rand::rng().fill_bytes(&mut bytes);
        // One bit is left free at the top, so that counting upwards cannot spill over.
        *last = (millis, u128::from_be_bytes(bytes) >> 49);
    } else {
        // Same millisecond, or a clock that went back: order is kept by counting on.
        last.1 += 1;
    }
    encode((u128::from(last.0) << 80) | last.1)
}

/// The least id that can be given out at `at`: ids sort by time, so this begins a span of them.
pub fn least(at: At) -> String {
    encode(u128::from(u64::try_from(at.0 / 1_000).unwrap_or(0)) << 80)
}

fn encode(mut bits: u128) -> String {
    let mut text = [b'0'; 26];
    for place in text.iter_mut().rev() {
        *place = ALPHABET[usize::try_from(bits & 31).unwrap_or(0)];
        bits >>= 5;
    }
    text.iter().map(|b| char::from(*b)).collect()
}

/// `len` characters of Crockford base 32 from the operating system's randomness: 5 bits each.
pub fn random_code(len: usize) -> String {
    let mut bytes = vec![0_u8; len];
    rand::rng().fill_bytes(&mut bytes);
    bytes.iter().map(|b| char::from(ALPHABET[usize::from(b & 31)])).collect()
}

/// Declares an id type: a transparent text in SQL and JSON that cannot be mistaken for another.
#[macro_export]
macro_rules! id_type {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize,
            serde::Deserialize, sqlx_macros::Type)]
        #[sqlx(transparent)]
        #[serde(transparent)]
        pub struct $name(pub String);

        impl $name {
            /// A fresh, time-ordered one.
            pub fn fresh(now: $crate::clock::At) -> Self {
                Self($crate::ids::fresh(now))
            }

            /// The text of it.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(&self.0)
            }
        }
    };
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_rise_even_when_the_clock_stands_or_falls() {
        let mut before = fresh(At(2_000_000));
        for at in [2_000_000, 2_000_000, 1_000_000, 2_000_500, 3_000_000, 3_000_000] {
            let next = fresh(At(at));
            assert!(next > before, "{next} after {before}");
            assert_eq!(next.len(), 26);
            before = next;
        }
    }

    #[test]
    fn a_span_of_ids_begins_with_its_least() {
        let at = At::from_unix_seconds(4_000_000_000);
        assert!(least(at) <= fresh(at));
        assert!(fresh(At(at.0 + 1_000)) > least(at));
    }
}
