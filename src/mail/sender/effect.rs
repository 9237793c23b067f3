//! When two deliveries are one mail: the identity under which a mail may act once.
//!
//! Not for: the mailbox's own key of a message (`mailbox`), which a second delivery does not share.

use sha2::{Digest, Sha256};

use crate::{
    address::Address,
    mail::{message_id, scan::Header},
};

/// Fields that the sender wrote; all others may be added or changed on the way.
const WRITTEN_BY_SENDER: [&str; 11] = [
    "From",
    "To",
    "Cc",
    "Subject",
    "Date",
    "Message-ID",
    "In-Reply-To",
    "References",
    "Content-Type",
    "MIME-Version",
    "Content-Transfer-Encoding",
];

/// The identity of a mail's effect, in hexadecimal: Message-ID, authenticated sender, and a digest of
/// what the sender wrote (INGEST rule 4). A re-delivery has the same, whatever hops it took and
/// whichever line ends it is stored with; another mail under a re-used Message-ID has not.
#[derive(
    Debug, Clone, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize, sqlx_macros::Type,
)]
#[sqlx(transparent)]
#[serde(transparent)]
pub struct EffectKey(pub String);

/// The identity of a mail for its effect. `from` is the sender that was authenticated, if any; `raw`
/// is the mail that `header` was scanned from, or its header alone when the body is too large.
pub fn effect_key(from: Option<&Address>, header: &Header, raw: &[u8]) -> EffectKey {
    let mut key = Sha256::new();
    for part in [
        normal_message_id(header, raw).as_bytes(),
        from.map_or("", Address::as_str).as_bytes(),
        &content_digest(header, raw),
    ] {
        key.update(part.len().to_be_bytes());
        key.update(part);
    }
    EffectKey(key.finalize().iter().map(|byte| format!("{byte:02x}")).collect())
}

/// The Message-ID with its angle brackets; a mail without a well-formed one gets one made from its
/// content, the same at each delivery.
pub fn normal_message_id(header: &Header, raw: &[u8]) -> String {
    let written = header.first("Message-ID").map(message_id::read_all).unwrap_or_default();
    match <[String; 1]>::try_from(written) {
        Ok([id]) => id,
        Err(_) => message_id::of_digest(&content_digest(header, raw)),
    }
}

/// A digest of what the sender wrote: the fields in their order, blanks folded, and the body with
/// its line ends folded and without the empty lines at its end.
fn content_digest(header: &Header, raw: &[u8]) -> Vec<u8> {
    let mut digest = Sha256::new();
    for name in WRITTEN_BY_SENDER {
        for value in header.all(name) {
            let words: Vec<&str> = value.split_ascii_whitespace().collect();
            digest.update(format!("{name}:{}\n", words.join(" ")));
        }
    }
    digest.update(b"\n");
    let body = raw.get(header.body_offset()..).unwrap_or_default();
    for line in body.trim_ascii_end().split(|byte| *byte == b'\n') {
        digest.update(line.strip_suffix(b"\r").unwrap_or(line));
        digest.update(b"\n");
    }
    digest.finalize().to_vec()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mail::scan::scan;

    const MAIL: &str = "Received: from a by b; now\r\nFrom: ada@lake.example\r\nTo: till@post.example\r\n\
        Subject: pay\r\n ben\r\nMessage-ID: <1@lake.example>\r\n\r\nsend 5 EUR\r\nto ben\r\n";

    fn key(mail: &str) -> EffectKey {
        let ada = Address::parse("ada@lake.example").expect("plain");
        effect_key(Some(&ada), &scan(mail.as_bytes()).header, mail.as_bytes())
    }

    #[test]
    fn a_second_delivery_has_the_same_key() {
        for other in [
            MAIL.replace("\r\n", "\n"),
            MAIL.replace("from a by b", "from c by d"),
            format!("Return-Path: <x@y.example>\r\nX-Spam: no\r\nDelivered-To: till\r\n{MAIL}"),
            format!("Authentication-Results: h; none\r\nDKIM-Signature: v=1\r\n{MAIL}\r\n"),
            MAIL.replace("pay\r\n ben", "pay ben"),
        ] {
            assert_eq!(key(&other), key(MAIL), "{other}");
        }
    }

    #[test]
    fn another_mail_has_another_key() {
        for other in [
            MAIL.replace("5 EUR", "6 EUR"),
            MAIL.replace("<1@", "<2@"),
            MAIL.replace("pay", "pay,"),
            MAIL.replace("To: till", "Cc: till"),
            MAIL.replace("\r\nto ben", " to ben"),
        ] {
            assert_ne!(key(&other), key(MAIL), "{other}");
        }
        let header = scan(MAIL.as_bytes()).header;
        assert_ne!(effect_key(None, &header, MAIL.as_bytes()), key(MAIL));
    }

    #[test]
    fn a_missing_message_id_is_made_from_the_content() {
        let without = MAIL.replace("Message-ID: <1@lake.example>\r\n", "");
        let id = |mail: &str| normal_message_id(&scan(mail.as_bytes()).header, mail.as_bytes());
        assert!(message_id::is_well_formed(&id(&without)));
        assert_eq!(id(&without), id(&without.replace("\r\n", "\n")));
        assert_ne!(id(&without), id(&without.replace("5 EUR", "6 EUR")));
        assert_eq!(id(MAIL), "<1@lake.example>");
    }
}
