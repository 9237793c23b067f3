//! What an operation is named after, and what it asked for, in 32 bytes.
//!
//! Not for: secrets. A key says what caused a movement; the operator reads it.

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

/// Longest key that is kept as it was written, in characters; the table takes 128.
const READABLE_MAX: usize = 100;

/// The idempotency key of one operation, made from what caused it: (mail, step), (order, attempt),
/// (hold, `expire`). The same cause gives the same key, so a retry finds the first answer.
#[derive(
    Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, sqlx_macros::Type,
)]
#[sqlx(transparent)]
#[serde(transparent)]
pub struct OperationKey(String);

impl OperationKey {
    /// `transfer/T-771/1` from its parts. Parts that are long, empty or could be mistaken for two are
    /// hashed instead, so different lists never share a key.
    pub fn of(parts: &[&str]) -> Self {
        let joined = parts.join("/");
        let plain = |part: &&str| {
            !part.is_empty() && part.bytes().all(|b| b.is_ascii_graphic() && b != b'/' && b != b'#')
        };
        if !parts.is_empty() && joined.len() <= READABLE_MAX && parts.iter().all(plain) {
            return Self(joined);
        }
        // No readable key holds a `#`.
        let hash = RequestHash::of(parts.iter().map(|part| part.as_bytes()));
        Self(hash.0.iter().fold("#".to_owned(), |text, byte| format!("{text}{byte:02x}")))
    }

    /// The text of it.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Display for OperationKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

/// SHA-256 over everything a request asks for. Time and limits are no part of it: they differ
/// between a first attempt and its retry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct RequestHash([u8; 32]);

impl RequestHash {
    /// Over fields in order, each with its length before it.
    pub(super) fn of<'a>(fields: impl IntoIterator<Item = &'a [u8]>) -> Self {
        let mut hash = Sha256::new();
        for field in fields {
            hash.update(u64::try_from(field.len()).unwrap_or(u64::MAX).to_be_bytes());
            hash.update(field);
        }
        Self(hash.finalize().into())
    }

    pub(super) fn as_bytes(&self) -> &[u8] {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn different_causes_never_share_a_key() {
        let long = "x".repeat(200);
        let lists: [&[&str]; 9] = [
            &["a", "b"],
            &["a/b"],
            &["ab"],
            &["a", "b", ""],
            &["a", "", "b"],
            &[],
            &[""],
            &[&long],
            &[&long, "1"],
        ];
        let keys: std::collections::BTreeSet<_> =
            lists.iter().map(|l| OperationKey::of(l)).collect();
        assert_eq!(keys.len(), lists.len());
        assert!(keys.iter().all(|key| (1..=128).contains(&key.as_str().len())));
        assert_eq!(OperationKey::of(&["transfer", "T-771", "1"]).as_str(), "transfer/T-771/1");
        let hashed = OperationKey::of(&["a/b"]);
        assert_ne!(OperationKey::of(&[hashed.as_str()]), hashed);
    }
}
