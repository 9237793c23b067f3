//! Whatever strangers send: nothing panics, nothing is believed by chance, nothing is injected.

use mail_parser::MessageParser;
use pennypost::{
    address::Address,
    clock::At,
    mail::{
        anchors::AnchorSettings,
        auth_results,
        compose::Outgoing,
        mailto::{Mailto, MailtoError},
        message_id,
        scan::scan,
        sender::{Assurance, OwnDkim, effect_key, judge, normal_message_id},
    },
};
use proptest::prelude::*;

use super::compose::letter;

/// Bytes that look like a header more often than chance would have it.
fn header_like() -> impl Strategy<Value = Vec<u8>> {
    let piece = prop_oneof![
        Just(b"\r\n".to_vec()),
        Just(b"\n".to_vec()),
        Just(b"\r".to_vec()),
        Just(b"\0".to_vec()),
        Just(b" ".to_vec()),
        Just(b"From: ada@lake.example".to_vec()),
        Just(b"To: till@post.example".to_vec()),
        Just(b"Date: Tue, 3 Jun 2025 10:00:00 +0000".to_vec()),
        Just(b"Authentication-Results: mx.post.example; dkim=pass".to_vec()),
        Just(b"Received: by mx.post.example".to_vec()),
        Just(b"DKIM-Signature: b=;d=".to_vec()),
        Just("Subject: é(\"<".as_bytes().to_vec()),
        proptest::collection::vec(any::<u8>(), 0..12),
    ];
    proptest::collection::vec(piece, 0..40).prop_map(|pieces| pieces.concat())
}

proptest! {
    #[test]
    fn no_bytes_break_the_scan_or_the_judge(raw in header_like()) {
        let scan = scan(&raw);
        prop_assert!(scan.header.body_offset() <= raw.len());
        for field in scan.header.fields() {
            prop_assert!(!field.name.is_empty() && !field.name.contains(' '));
            prop_assert!(scan.strict().is_err() || !field.value.contains(['\r', '\n', '\0']));
        }
        let anchor = AnchorSettings::parse("mx.post.example", None, &[]).expect("sound");
        let till = Address::parse("till@post.example").expect("plain");
        let now = At(1_748_946_600_000_000);
        let verdict = judge(&scan, &anchor, &[till], now, OwnDkim::NotExamined);
        prop_assert!(verdict.assurance < Assurance::A2, "there is no dmarc in it: {verdict:?}");
        effect_key(verdict.from.as_ref(), &scan.header, &raw);
        prop_assert!(message_id::is_well_formed(&normal_message_id(&scan.header, &raw)));
    }

    #[test]
    fn no_text_breaks_the_reader_of_results(value in "\\PC{0,80}", joined in "[a-z=;.()\" \\\\]{0,60}") {
        for value in [&value, &joined] {
            if let Some(parsed) = auth_results::parse(value) {
                prop_assert!(parsed.results.iter().all(|found| !found.method.is_empty()));
            }
            message_id::read_all(value);
        }
    }

    #[test]
    fn results_survive_any_comment_without_parentheses(comment in "[a-z=;. ]{0,40}") {
        let plain = "mx.example; dkim=pass header.d=a.example; dmarc=pass header.from=a.example";
        let noisy = plain.replace("=pass", &format!("=pass ({comment})"));
        prop_assert_eq!(auth_results::parse(plain), auth_results::parse(&noisy));
    }

    #[test]
    fn no_value_adds_a_field_to_a_letter(
        value in "(\\PC|[\r\n\0\u{85}\u{2028}]|Bcc: eve@evil.example|\r\n\r\n){0,12}"
    ) {
        let letter = Outgoing {
            from_name: value.clone(),
            subject: value.clone(),
            in_reply_to: Some(format!("<{value}>")),
            references: vec![value.clone()],
            extra: vec![("X-Note", value.clone())],
            text: value.clone(),
            html: value.clone(),
            ..letter()
        };
        let bytes = letter.compose().expect("anything can be written");
        let scan = scan(&bytes);
        prop_assert_eq!(&scan.faults, &[]);
        let mut names: Vec<_> = scan.header.fields().iter().map(|f| f.name.as_str()).collect();
        names.sort_unstable();
        let expected = [
            "Auto-Submitted", "Content-Type", "Date", "From", "In-Reply-To", "MIME-Version",
            "Message-ID", "References", "Reply-To", "Subject", "To", "X-Auto-Response-Suppress",
            "X-Note",
        ];
        names.retain(|name| !["In-Reply-To", "References"].contains(name));
        prop_assert!(names.iter().all(|name| expected.contains(name)), "{:?}", names);
        prop_assert_eq!(names.len(), expected.len() - 2);
        let mail = MessageParser::default().parse(&bytes).expect("a mail");
        prop_assert_eq!(mail.text_body_count(), 1);
    }

    #[test]
    fn a_mail_link_is_read_back_as_it_was_written(subject in "[^\r]{0,40}", body in "[^\r]{0,60}") {
        let to = Address::parse("a/b+c.k7%&?=#@post.example").expect("odd but plain");
        let mail = Mailto { to, subject, body };
        match mail.href() {
            Ok(href) => {
                prop_assert!(href.is_ascii() && !href.contains([' ', '"', '<', '>', '\n']));
                prop_assert_eq!(Mailto::parse(&href), Ok(mail));
            }
            Err(error) => prop_assert!(matches!(error, MailtoError::TooLong(1_801..))),
        }
    }
}
