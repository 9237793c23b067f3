//! The bytes of letters, read back by a mail library.

use mail_parser::{HeaderValue, MessageParser};
use pennypost::{
    address::Address,
    clock::At,
    mail::{
        compose::{ComposeError, Outgoing, message_id, verify_message_id},
        scan::scan,
    },
};

pub(crate) fn letter() -> Outgoing {
    let address = |text: &str| Address::parse(text).expect("plain");
    Outgoing {
        message_id: message_id(b"key", "01jwv", "post.example"),
        date: At::from_unix_seconds(1_748_946_600),
        from_name: "Harbour Pay".to_owned(),
        from: address("till@post.example"),
        to: address("ada@lake.example"),
        reply_to: Some(address("till+c.k7@post.example")),
        subject: "Please confirm: €5.00 to ben@ferry.example [T-771]".to_owned(),
        in_reply_to: Some("<a1@lake.example>".to_owned()),
        references: vec!["<a0@lake.example>".to_owned()],
        text: "Please confirm.\n\n€5.00\n".to_owned(),
        html: "<p>Please confirm: €5.00</p>".to_owned(),
        attachment: None,
        auto_submitted: true,
        extra: vec![("List-Unsubscribe", "<https://post.example/u/1>".to_owned())],
    }
}

fn composed(letter: &Outgoing) -> Vec<u8> {
    letter.compose().expect("a sound letter")
}

fn field(letter: &Outgoing, name: &str) -> Option<String> {
    let bytes = composed(letter);
    let scan = scan(&bytes);
    assert_eq!(scan.faults, []);
    scan.header.first(name).map(str::to_owned)
}

#[test]
fn a_letter_has_the_fields_of_an_automatic_answer() {
    let letter = letter();
    let value = |name: &str| field(&letter, name);
    assert_eq!(value("Message-ID").as_deref(), Some(letter.message_id.as_str()));
    assert_eq!(value("Date").as_deref(), Some("Tue, 03 Jun 2025 10:30:00 +0000"));
    assert_eq!(value("From").as_deref(), Some("\"Harbour Pay\" <till@post.example>"));
    assert_eq!(value("To").as_deref(), Some("ada@lake.example"));
    assert_eq!(value("Reply-To").as_deref(), Some("\"Harbour Pay\" <till+c.k7@post.example>"));
    assert_eq!(value("In-Reply-To").as_deref(), Some("<a1@lake.example>"));
    assert_eq!(value("References").as_deref(), Some("<a0@lake.example> <a1@lake.example>"));
    assert_eq!(value("Auto-Submitted").as_deref(), Some("auto-replied"));
    assert_eq!(value("X-Auto-Response-Suppress").as_deref(), Some("All"));
    assert_eq!(value("List-Unsubscribe").as_deref(), Some("<https://post.example/u/1>"));
    assert_eq!(value("MIME-Version").as_deref(), Some("1.0"));
    assert_eq!(value("Bcc"), None);
    assert_eq!(verify_message_id(b"key", &letter.message_id, "post.example"), Some("01jwv"));
}

#[test]
fn a_mail_library_reads_back_what_was_written() {
    let bytes = composed(&letter());
    let mail = MessageParser::default().parse(&bytes).expect("a mail");
    assert_eq!(mail.subject(), Some("Please confirm: €5.00 to ben@ferry.example [T-771]"));
    assert_eq!(mail.body_text(0).as_deref(), Some("Please confirm.\r\n\r\n€5.00\r\n"));
    assert_eq!(mail.body_html(0).as_deref(), Some("<p>Please confirm: €5.00</p>"));
    assert!(!bytes.windows(2).any(|pair| pair[1] == b'\n' && pair[0] != b'\r'), "CRLF throughout");
    let longest = bytes.split(|byte| *byte == b'\n').map(<[u8]>::len).max();
    assert!(longest < Some(200), "{longest:?}");
}

#[test]
fn the_same_letter_gives_the_same_bytes() {
    assert_eq!(composed(&letter()), composed(&letter()));
    let other = Outgoing { message_id: message_id(b"key", "01jwx", "post.example"), ..letter() };
    assert_ne!(composed(&letter()), composed(&other));
}

#[test]
fn a_persons_relayed_words_are_not_marked_as_automatic() {
    let relayed = Outgoing { auto_submitted: false, ..letter() };
    assert_eq!(field(&relayed, "Auto-Submitted"), None);
    assert_eq!(field(&relayed, "X-Auto-Response-Suppress"), None);
    let first = Outgoing { in_reply_to: None, references: Vec::new(), ..letter() };
    assert_eq!(field(&first, "Auto-Submitted").as_deref(), Some("auto-generated"));
    assert_eq!(field(&first, "References"), None);
}

#[test]
fn ids_that_are_not_well_formed_are_not_echoed() {
    let odd = "<a@b>\r\nBcc: eve@evil.example".to_owned();
    let letter = Outgoing { in_reply_to: Some(odd.clone()), references: vec![odd], ..letter() };
    assert_eq!(field(&letter, "In-Reply-To"), None);
    assert_eq!(field(&letter, "References"), None);
    assert_eq!(field(&letter, "Bcc"), None);
    let own = Outgoing { message_id: "01jwv".to_owned(), ..letter };
    assert!(matches!(own.compose(), Err(ComposeError::MessageId(_))));
}

#[test]
fn a_long_thread_keeps_its_beginning_and_its_end() {
    let references: Vec<_> = (0..50).map(|number| format!("<{number}@lake.example>")).collect();
    let letter = Outgoing { references, ..letter() };
    let thread = field(&letter, "References").expect("a thread");
    let ids: Vec<_> = thread.split_ascii_whitespace().collect();
    assert_eq!(ids.len(), 20);
    assert_eq!(ids.first(), Some(&"<0@lake.example>"));
    assert_eq!(ids.get(1), Some(&"<32@lake.example>"));
    assert_eq!(ids.last(), Some(&"<a1@lake.example>"));
}

#[test]
fn extra_fields_cannot_replace_the_letters_own() {
    for name in ["Bcc", "to", "From", "Message-ID", "Content-Type", "", "X Y", "X:", "X\r\nBcc"] {
        let letter = Outgoing { extra: vec![(name, "x".to_owned())], ..letter() };
        assert!(matches!(letter.compose(), Err(ComposeError::Field(_))), "{name}");
    }
}

#[test]
fn names_and_subjects_keep_their_letters() {
    let letter = Outgoing {
        from_name: "Zoë, \"the\" Café <x@evil.example>".to_owned(),
        subject: format!("Grüße {}", "sehr ".repeat(400)),
        ..letter()
    };
    let bytes = composed(&letter);
    let mail = MessageParser::default().parse(&bytes).expect("a mail");
    let from = mail.from().and_then(|from| from.first()).expect("one sender");
    assert_eq!(from.name(), Some("Zoë, \"the\" Café <x@evil.example>"));
    assert_eq!(from.address(), Some("till@post.example"));
    assert!(!matches!(mail.header("Cc"), Some(HeaderValue::Address(_))));
    let subject = mail.subject().expect("a subject");
    assert!(subject.starts_with("Grüße sehr sehr") && subject.ends_with('…'), "{subject}");
}

#[test]
fn every_plain_address_can_be_written() {
    for local in ["a/b", "o'hara", "x+y.z", "!#$%&'*+-/=?^_`{|}~", "1"] {
        let to = Address::parse(&format!("{local}@lake.example")).expect("plain");
        let letter = Outgoing { to: to.clone(), ..letter() };
        assert_eq!(field(&letter, "To").as_deref(), Some(to.as_str()));
    }
}
