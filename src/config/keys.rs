//! The secret key and the purposes it is divided into.
//!
//! Each purpose gets a key of its own, so that a signature made for one thing means nothing for
//! another.

use std::{collections::BTreeSet, fmt};

use hmac::{Hmac, Mac};
use secrecy::{ExposeSecret, SecretString};
use sha2::Sha256;

/// Fewest characters of a secret key.
pub const SECRET_MIN: usize = 32;

/// The present key and the one before it. `Debug` shows neither.
#[derive(Clone)]
pub struct Keys {
    present: SecretString,
    previous: Option<SecretString>,
}

impl Keys {
    /// From the configured texts.
    pub fn new(present: SecretString, previous: Option<SecretString>) -> Self {
        Self { present, previous }
    }

    /// How many different characters the present key has: a hint at whether it is random.
    pub fn distinct_characters(&self) -> usize {
        let characters: BTreeSet<char> = self.present.expose_secret().chars().collect();
        characters.len()
    }

    /// The key that signs for `purpose` today (RFC 2104, HMAC-SHA-256 as the derivation).
    pub fn signing(&self, purpose: &str) -> [u8; 32] {
        derive(&self.present, purpose)
    }

    /// All keys under which something made for `purpose` may still be valid, newest first.
    pub fn accepted(&self, purpose: &str) -> Vec<[u8; 32]> {
        [Some(&self.present), self.previous.as_ref()]
            .into_iter()
            .flatten()
            .map(|key| derive(key, purpose))
            .collect()
    }
}

fn derive(secret: &SecretString, purpose: &str) -> [u8; 32] {
    mac(secret.expose_secret().as_bytes(), &[b"pennypost", purpose.as_bytes()])
}

/// HMAC-SHA-256 over `parts`, each preceded by its length, so that no two lists collide.
pub(crate) fn mac(key: &[u8], parts: &[&[u8]]) -> [u8; 32] {
    let mut mac =
        <Hmac<Sha256> as Mac>::new_from_slice(key).expect("HMAC takes keys of any length");
    for part in parts {
        mac.update(&u64::try_from(part.len()).unwrap_or(u64::MAX).to_be_bytes());
        mac.update(part);
    }
    mac.finalize().into_bytes().into()
}

impl fmt::Debug for Keys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Keys(hidden)")
    }
}
