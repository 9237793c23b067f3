//! Message-IDs: reading them from fields, and the ones we sign ourselves.
//!
//! Not for: matching a reply to its letter (that asks the database, `letters`).

use hmac::{Hmac, Mac};
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

/// Octets of a MAC that are kept: 128 bits.
const MAC_BYTES: usize = 16;
/// Most ids read from one `References` field.
const IDS_MAX: usize = 100;
/// Longest id that is read, in octets: a line of RFC 5322 section 2.1.1.
const ID_BYTES_MAX: usize = 998;
/// RFC 4648 base 32 in lower case: safe in a local part, and mail systems that fold case do no harm.
const ALPHABET: &[u8; 32] = b"abcdefghijklmnopqrstuvwxyz234567";

/// Whether `id` is one msg-id with its angle brackets, of plain characters and no blank (RFC 5322
/// section 3.6.4, without its obsolete forms). Only such an id is ever echoed in a letter.
pub fn is_well_formed(id: &str) -> bool {
    id.len() <= ID_BYTES_MAX
        && id.strip_prefix('<').and_then(|rest| rest.strip_suffix('>')).is_some_and(|inner| {
            let plain = |b: u8| b.is_ascii_graphic() && b != b'<' && b != b'>';
            let halves = inner.split_once('@');
            inner.bytes().all(plain)
                && halves.is_some_and(|(left, right)| {
                    !left.is_empty() && !right.is_empty() && !right.contains('@')
                })
        })
}

/// The well-formed ids of a `Message-ID`, `In-Reply-To` or `References` value, in order, with their
/// angle brackets; everything else in it is passed over.
pub fn read_all(value: &str) -> Vec<String> {
    value
        .split_inclusive('>')
        .filter_map(|part| part.rfind('<').and_then(|start| part.get(start..)))
        .filter(|id| is_well_formed(id))
        .take(IDS_MAX)
        .map(str::to_owned)
        .collect()
}

/// The id of one of our letters: `<letter.mac@domain>`, the same at every attempt to send it. The
/// MAC (128 bits of HMAC-SHA256 over both) makes an answer's `In-Reply-To` proof that its writer has
/// seen the letter. `letter` is a row id: letters and digits.
pub fn sign(key: &[u8], letter: &str, domain: &str) -> String {
    format!("<{letter}.{}@{domain}>", mac(key, letter, domain))
}

/// The letter that `id` names, if we signed it under `key` for `domain`. Relays that rewrite the
/// host's case are forgiven; everything else is exact and compared in constant time.
pub fn verify<'a>(key: &[u8], id: &'a str, domain: &str) -> Option<&'a str> {
    let inner = id.trim().strip_prefix('<')?.strip_suffix('>')?;
    let (local, host) = inner.split_once('@')?;
    let (letter, claimed) = local.split_once('.')?;
    let expected = mac(key, letter, domain);
    let same: bool = expected.as_bytes().ct_eq(claimed.as_bytes()).into();
    (same && host.eq_ignore_ascii_case(domain)).then_some(letter)
}

/// The id of a mail that came without one: of its digest, so that a second delivery gets the same.
pub(super) fn of_digest(digest: &[u8]) -> String {
    format!("<{}@no-message-id.invalid>", base32(&Sha256::digest(digest), MAC_BYTES))
}

fn mac(key: &[u8], letter: &str, domain: &str) -> String {
    let mut mac =
        Hmac::<Sha256>::new_from_slice(key).expect("HMAC takes keys of any length (RFC 2104)");
    mac.update(b"pennypost message-id\0");
    mac.update(letter.as_bytes());
    mac.update(b"\0");
    mac.update(domain.to_ascii_lowercase().as_bytes());
    base32(&mac.finalize().into_bytes(), MAC_BYTES)
}

/// The first `len` octets in base 32, without padding.
pub(super) fn base32(bytes: &[u8], len: usize) -> String {
    let mut text = String::new();
    let mut bits: u32 = 0;
    let mut held = 0;
    for byte in bytes.iter().take(len) {
        bits = (bits << 8) | u32::from(*byte);
        held += 8;
        while held >= 5 {
            held -= 5;
            text.push(letter(bits >> held));
        }
        bits &= (1 << held) - 1;
    }
    if held > 0 {
        text.push(letter(bits << (5 - held)));
    }
    text
}

fn letter(bits: u32) -> char {
    let place = usize::try_from(bits & 31).unwrap_or(0);
    ALPHABET.get(place).copied().map_or('a', char::from)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_read_out_of_whatever_stands_around_them() {
        let value = "<a@x.example> (was <b@y.example>)\t<c d@z.example> <<e@w.example> junk <f";
        assert_eq!(read_all(value), ["<a@x.example>", "<b@y.example>", "<e@w.example>"]);
        assert!(read_all("").is_empty());
    }

    #[test]
    fn only_plain_ids_are_well_formed() {
        assert!(is_well_formed("<CAF+x=1.2@mail.example>"));
        for odd in
            ["", "<>", "a@b", "<a@b", "<a b@c>", "<a@b>\r\nBcc: x@y", "<@b>", "<a@>", "<é@b>"]
        {
            assert!(!is_well_formed(odd), "{odd}");
        }
        assert!(!is_well_formed(&format!("<{}@b>", "a".repeat(ID_BYTES_MAX))));
    }

    #[test]
    fn our_ids_are_known_again_and_no_others() {
        let id = sign(b"key", "01j9", "post.example");
        assert!(is_well_formed(&id));
        assert_eq!(id, sign(b"key", "01j9", "post.example"));
        assert_eq!(verify(b"key", &id, "post.example"), Some("01j9"));
        assert_eq!(verify(b"key", &id.replace("@post", "@POST"), "post.example"), Some("01j9"));
        assert_eq!(verify(b"other", &id, "post.example"), None);
        assert_eq!(verify(b"key", &id, "other.example"), None);
        assert_eq!(verify(b"key", &id.replace("01j9", "01j8"), "post.example"), None);
        assert_eq!(verify(b"key", &id.replacen('.', ".a", 1), "post.example"), None);
        assert_eq!(verify(b"key", "<01j9.@post.example>", "post.example"), None);
    }

    #[test]
    fn base_32_is_that_of_the_standard() {
        // RFC 4648 section 10.
        for (plain, coded) in [("", ""), ("f", "my"), ("fo", "mzxq"), ("foobar", "mzxw6ytboi")] {
            assert_eq!(base32(plain.as_bytes(), 99), coded);
        }
        assert_eq!(base32(&[0xff; 32], MAC_BYTES).len(), 26);
    }
}
