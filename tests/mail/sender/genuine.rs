//! Whole mails as real hosts store them (names invented): each reaches A2 by its own host's anchor.

use pennypost::{
    address::Address,
    mail::{
        anchors::{AnchorSettings, TOPMOST_WITHOUT_ID},
        sender::Assurance,
    },
};

use super::{anchor, judged};

macro_rules! fixture {
    ($name:literal) => {
        include_str!(concat!("../../fixtures/mail/", $name, ".eml"))
    };
}

/// A host, its anchor, a mail.
const GENUINE: [(&str, &str, &str); 7] = [
    ("gmail", "mx.google.com", fixture!("gmail")),
    ("fastmail", "*.messagingengine.com", fixture!("fastmail")),
    ("yahoo", ".mail.bf1.yahoo.com", fixture!("yahoo")),
    ("exchange", TOPMOST_WITHOUT_ID, fixture!("exchange")),
    ("icloud", "*.icloud.com", fixture!("icloud")),
    ("gmx", "gmx.net", fixture!("gmx")),
    ("postfix", "mx.post.example", fixture!("postfix")),
];

#[test]
fn a_genuine_mail_of_each_host_reaches_a2() {
    for (host, id, raw) in GENUINE {
        for raw in [raw.to_owned(), raw.replace('\n', "\r\n")] {
            let verdict = judged(raw.as_bytes(), &anchor(id));
            assert_eq!(verdict.assurance, Assurance::A2, "{host}: {:?}", verdict.evidence);
            assert_eq!(verdict.from.as_ref().map(Address::as_str), Some("ada@lake.example"));
            assert_eq!(verdict.message_id.as_deref(), Some("<a1b2c3@lake.example>"), "{host}");
            assert_eq!(verdict.signatures.len(), if host == "gmx" { 2 } else { 1 }, "{host}");
        }
    }
}

#[test]
fn a_mail_is_believed_only_with_its_own_hosts_anchor() {
    for (host, _, raw) in GENUINE {
        for (other, id, _) in GENUINE.iter().filter(|(other, ..)| *other != host) {
            let verdict = judged(raw.as_bytes(), &anchor(id));
            assert!(verdict.assurance < Assurance::A1, "{host} by {other}: {verdict:?}");
        }
        let verdict = judged(raw.as_bytes(), &AnchorSettings::nobody());
        assert_eq!(verdict.assurance, Assurance::A0, "{host}");
    }
}
