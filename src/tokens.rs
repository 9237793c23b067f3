//! What a link and a reply address carry: sealed, bound to one request, revision, pair and amount.
//!
//! Pure: whether a token is still live is a row of `confirmations`. Tokens are derived from the key and
//! the row's id whenever a letter is rendered, so that only their hashes are ever stored.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use pasetors::{
    Local,
    keys::SymmetricKey,
    token::UntrustedToken,
    version4::{LocalToken, V4},
};
use serde::{Deserialize, Serialize};
use subtle::ConstantTimeEq;

use crate::{
    address::Address,
    clock::At,
    config::{Keys, mac},
    money::Money,
};

/// Binds a PASETO to its use (the implicit assertion of PASETO version 4).
const LINK_PURPOSE: &[u8] = b"pennypost confirmation link";
/// Characters of a reply token: 26 of base 32 are 130 bits.
const REPLY_CHARS: usize = 26;
/// Characters of a thread's signature: 16 of base 32 are 80 bits; it identifies and never commands.
const THREAD_CHARS: usize = 16;
const BASE32: &[u8; 32] = b"abcdefghijklmnopqrstuvwxyz234567";

/// What a confirmation link says: who pays whom how much, until when. Encrypted and authenticated.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Claims {
    /// The confirmation's row.
    pub confirmation: String,
    /// The request, as written on letters.
    pub reference: String,
    /// Which revision of it.
    pub revision: i64,
    /// Who is asked, and pays.
    pub from: Address,
    /// Who is paid, when money is to move.
    pub to: Option<Address>,
    /// How much, when money is to move.
    pub amount: Option<Money>,
    /// Until when it can be given.
    pub expires: At,
}

/// The hashes that a new confirmation stores.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hashes {
    /// Of the link's nonce.
    pub link: String,
    /// Of the reply token.
    pub reply: String,
}

#[derive(Serialize, Deserialize)]
struct Sealed {
    claims: Claims,
    nonce: String,
}

/// The hashes of the tokens of a confirmation that is being made.
pub fn hashes(keys: &Keys, confirmation: &str) -> Hashes {
    Hashes {
        link: hash(&nonce(&keys.signing("link"), confirmation)),
        reply: hash(&reply(&keys.signing("reply"), confirmation)),
    }
}

/// Seals the link's token (PASETO v4.local). `None` when no key we hold made those hashes.
pub fn seal_link(keys: &Keys, claims: &Claims, hashes: &Hashes) -> Option<String> {
    let known = keys.accepted("link").into_iter();
    let nonce = known
        .map(|key| nonce(&key, &claims.confirmation))
        .find(|nonce| same(&hash(nonce), &hashes.link))?;
    let sealed = serde_json::to_vec(&Sealed { claims: claims.clone(), nonce }).ok()?;
    let key = SymmetricKey::<V4>::from(&keys.signing("seal")).ok()?;
    let token = LocalToken::encrypt(&key, &sealed, None, Some(LINK_PURPOSE)).ok()?;
    token.strip_prefix("v4.local.").map(str::to_owned)
}

/// Opens a link's token: what it says and the hash its row must have. `None` for anything that is not
/// ours to the last bit.
pub fn open_link(keys: &Keys, token: &str) -> Option<(Claims, String)> {
    let untrusted = UntrustedToken::<Local, V4>::try_from(&format!("v4.local.{token}")).ok()?;
    keys.accepted("seal").iter().find_map(|key| {
        let key = SymmetricKey::<V4>::from(key).ok()?;
        let trusted = LocalToken::decrypt(&key, &untrusted, None, Some(LINK_PURPOSE)).ok()?;
        let sealed: Sealed = serde_json::from_str(trusted.payload()).ok()?;
        Some((sealed.claims, hash(&sealed.nonce)))
    })
}

/// The tag of the address that a YES goes to: `c.` and 130 bits.
pub fn reply_tag(keys: &Keys, confirmation: &str, hashes: &Hashes) -> Option<String> {
    let known = keys.accepted("reply").into_iter();
    let token = known
        .map(|key| reply(&key, confirmation))
        .find(|token| same(&hash(token), &hashes.reply))?;
    Some(format!("c.{token}"))
}

/// The hash to look a reply tag up by.
pub fn reply_hash(tag: &str) -> Option<String> {
    let token = tag.strip_prefix("c.")?;
    (token.len() == REPLY_CHARS).then(|| hash(&token.to_ascii_lowercase()))
}

/// The tag of a request's thread: `t.T-771.` and a signature. It says which request is meant, nothing
/// more.
pub fn thread_tag(keys: &Keys, reference: &str) -> String {
    let reference = reference.to_ascii_lowercase();
    format!("t.{reference}.{}", thread_signature(&keys.signing("thread"), &reference))
}

/// The reference a thread tag names, in capitals, when the signature is ours.
pub fn thread_reference(keys: &Keys, tag: &str) -> Option<String> {
    let tag = tag.to_ascii_lowercase();
    let (reference, signature) = tag.strip_prefix("t.")?.rsplit_once('.')?;
    let ours =
        keys.accepted("thread").iter().any(|k| same(&thread_signature(k, reference), signature));
    ours.then(|| reference.to_ascii_uppercase())
}

/// The page's own token against forged posts: needs the link's secret to be made.
pub fn csrf(keys: &Keys, link_hash: &str) -> String {
    base32(&mac(&keys.signing("csrf"), &[link_hash.as_bytes()]), REPLY_CHARS)
}

/// Whether a posted form carries the page's own token.
pub fn csrf_fits(keys: &Keys, link_hash: &str, posted: &str) -> bool {
    let made = |key: &[u8; 32]| base32(&mac(key, &[link_hash.as_bytes()]), REPLY_CHARS);
    keys.accepted("csrf").iter().any(|key| same(&made(key), posted))
}

fn nonce(key: &[u8; 32], confirmation: &str) -> String {
    URL_SAFE_NO_PAD.encode(&mac(key, &[confirmation.as_bytes()])[..16])
}

fn reply(key: &[u8; 32], confirmation: &str) -> String {
    base32(&mac(key, &[confirmation.as_bytes()]), REPLY_CHARS)
}

fn thread_signature(key: &[u8; 32], reference: &str) -> String {
    base32(&mac(key, &[reference.as_bytes()]), THREAD_CHARS)
}

/// RFC 4648 section 6 in lower case, the first `chars` characters.
fn base32(bytes: &[u8], chars: usize) -> String {
    let bits = bytes.iter().flat_map(|byte| (0..8).rev().map(move |bit| byte >> bit & 1));
    let bits: Vec<u8> = bits.collect();
    let places = bits.chunks_exact(5).map(|five| five.iter().fold(0, |n, bit| n << 1 | bit));
    places.take(chars).map(|place| char::from(BASE32[usize::from(place)])).collect()
}

fn hash(text: &str) -> String {
    use sha2::Digest;
    let digest = sha2::Sha256::digest(text.as_bytes());
    digest.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Compares without telling by its time where two texts differ.
fn same(a: &str, b: &str) -> bool {
    a.as_bytes().ct_eq(b.as_bytes()).into()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use secrecy::SecretString;

    use super::*;
    use crate::money::Currency;

    fn keys(present: &str, previous: Option<&str>) -> Keys {
        Keys::new(SecretString::from(present), previous.map(SecretString::from))
    }

    fn claims() -> Claims {
        Claims {
            confirmation: "c1".into(),
            reference: "T-771".into(),
            revision: 2,
            from: Address::parse("ada@home.example").expect("plain"),
            to: Some(Address::parse("ben@ferry.example").expect("plain")),
            amount: Some(Money::new(5000, Currency::USD)),
            expires: At(9),
        }
    }

    #[test]
    fn a_link_says_who_pays_whom_and_opens_with_our_key_alone() {
        let ours = keys("one", None);
        let hashes = hashes(&ours, "c1");
        let token = seal_link(&ours, &claims(), &hashes).expect("sealed");
        assert_eq!(open_link(&ours, &token), Some((claims(), hashes.link.clone())));
        assert_eq!(open_link(&keys("two", None), &token), None);
        assert!(!token.contains("ada") && !token.contains("ben"));
        let after_rotation = keys("new", Some("one"));
        assert!(open_link(&after_rotation, &token).is_some());
        assert!(seal_link(&after_rotation, &claims(), &hashes).is_some());
        assert!(seal_link(&keys("two", None), &claims(), &hashes).is_none());
    }

    #[test]
    fn tags_name_their_request_and_are_ours() {
        let ours = keys("one", None);
        let tag = thread_tag(&ours, "T-771");
        assert_eq!(thread_reference(&ours, &tag.to_uppercase()), Some("T-771".into()));
        assert_eq!(thread_reference(&ours, &tag.replace("771", "772")), None);
        let hashes = hashes(&ours, "c1");
        let reply = reply_tag(&ours, "c1", &hashes).expect("made by this key");
        assert_eq!(reply_hash(&reply.to_uppercase().replacen("C.", "c.", 1)), Some(hashes.reply));
        assert!(csrf_fits(&ours, &hashes.link, &csrf(&ours, &hashes.link)));
        assert!(!csrf_fits(&ours, "other", &csrf(&ours, &hashes.link)));
    }

    proptest! {
        #[test]
        fn one_changed_byte_closes_a_link(place in any::<prop::sample::Index>(), to in any::<u8>()) {
            let ours = keys("one", None);
            let hashes = hashes(&ours, "c1");
            let token = seal_link(&ours, &claims(), &hashes).expect("sealed");
            let mut bytes = URL_SAFE_NO_PAD.decode(&token).expect("base 64");
            let place = place.index(bytes.len());
            prop_assume!(bytes[place] != to);
            bytes[place] = to;
            prop_assert_eq!(open_link(&ours, &URL_SAFE_NO_PAD.encode(bytes)), None);
        }
    }
}
