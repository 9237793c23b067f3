//! Who is believed: genuine mails of several hosts reach A2, and no forgery does.

use std::time::Duration;

use pennypost::{
    address::Address,
    clock::At,
    mail::{
        anchors::{AnchorSettings, TOPMOST_WITHOUT_ID},
        scan::scan,
        sender::{Assurance, OwnDkim, Verdict, judge},
    },
};

/// 3 June 2025, 10:30 UTC: half an hour after the fixtures were written.
const NOW: At = At(1_748_946_600_000_000);

fn judged(raw: &[u8], anchor: &AnchorSettings) -> Verdict {
    let till = Address::parse("till@post.example").expect("plain");
    judge(&scan(raw), anchor, &[till], NOW, OwnDkim::NotExamined)
}

fn anchor(id: &str) -> AnchorSettings {
    AnchorSettings::parse(id, None, &[]).expect("a sound anchor")
}

macro_rules! fixture {
    ($name:literal) => {
        include_str!(concat!("../fixtures/mail/", $name, ".eml"))
    };
}

/// Mails as real hosts store them (names invented), and the anchor of each.
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

/// The results of the mailbox's host in [`MAIL`].
const RESULTS: &str = "Authentication-Results: mx.post.example;\n\
    \tdkim=pass (2048-bit key) header.d=lake.example header.i=@lake.example header.b=\"q3w4e5\";\n\
    \tdmarc=pass (policy=reject) header.from=lake.example;\n\
    \tspf=pass smtp.mailfrom=ada@lake.example\n";
/// Results that a forger writes about itself.
const FORGED: &str = "Authentication-Results: mx.post.example; dkim=pass header.d=lake.example; \
    dmarc=pass header.from=lake.example\n";
/// What an honest host says about a forgery.
const FAILED: &str = "Authentication-Results: mx.post.example; dkim=none; \
    dmarc=fail header.from=lake.example; spf=fail smtp.mailfrom=eve@evil.example\n";

const REST: &str = "Received: from out.lake.example (out.lake.example [192.0.2.7])\n\
    \tby mx.post.example (Postfix) with ESMTPS id 4X1;\n\tTue, 3 Jun 2025 10:00:02 +0000\n\
    DKIM-Signature: v=1; a=rsa-sha256; d=lake.example; s=s1; h=from:to:subject:date;\n\
    \tbh=abc=; b=q3w4e5r6t7==\n\
    From: Ada <ada@lake.example>\nTo: till@post.example\nSubject: pay ben 5 EUR\n\
    Date: Tue, 3 Jun 2025 10:00:00 +0000\nMessage-ID: <a1b2c3@lake.example>\n\
    MIME-Version: 1.0\nContent-Type: text/plain\n\npay ben@ferry.example 5 EUR\n";

/// The genuine mail that every forgery below starts from.
fn mail() -> String {
    format!("Return-Path: <ada@lake.example>\n{RESULTS}{REST}")
}

fn with(from: &str, to: &str) -> String {
    let mail = mail();
    assert!(mail.contains(from), "the change applies: {from}");
    mail.replacen(from, to, 1)
}

/// The mail with these lines in place of the host's results.
fn results(lines: &str) -> String {
    with(RESULTS, lines)
}

/// The mail with other properties in the host's results.
fn said(results_of_methods: &str) -> String {
    results(&format!("Authentication-Results: mx.post.example; {results_of_methods}\n"))
}

fn added(line: &str) -> String {
    with("MIME-Version", &format!("{line}\nMIME-Version"))
}

fn assert_none_reaches_a2(forgeries: &[(&str, String)]) {
    assert_eq!(judged(mail().as_bytes(), &anchor("mx.post.example")).assurance, Assurance::A2);
    for (what, raw) in forgeries {
        let as_stored = judged(raw.as_bytes(), &anchor("mx.post.example"));
        assert!(as_stored.assurance < Assurance::A2, "{what}: {as_stored:?}");
        assert!(!as_stored.evidence.is_empty(), "{what}");
        if !raw.contains('\r') {
            let on_the_wire = raw.replace('\n', "\r\n");
            let verdict = judged(on_the_wire.as_bytes(), &anchor("mx.post.example"));
            assert_eq!(verdict, as_stored, "{what}");
        }
    }
}

#[test]
fn no_trick_with_from_reaches_a2() {
    let from = |value: &str| with("From: Ada <ada@lake.example>", &format!("From: {value}"));
    assert_none_reaches_a2(&[
        ("a second From below", added("From: eve@evil.example")),
        ("a second From in capitals", added("FROM: eve@evil.example")),
        ("a second From above", format!("From: ada@lake.example\n{}", mail())),
        ("two mailboxes", from("ada@lake.example, eve@evil.example")),
        ("two paths", from("<ada@lake.example> <eve@evil.example>")),
        ("an address shown as name", from("\"ada@lake.example\" <eve@evil.example>")),
        ("a bare address as name", from("ada@lake.example <ada@lake.example>")),
        ("an encoded address", from("=?utf-8?q?ada=40lake.example?= <eve@evil.example>")),
        ("a group", from("friends: ada@lake.example;")),
        ("a quoted local part", from("\"ada\"@lake.example")),
        ("a source route", from("<@evil.example:ada@lake.example>")),
        ("an address literal", from("ada@[192.0.2.7]")),
        ("a Cyrillic a", from("\u{430}da@lake.example")),
        ("a look-alike domain", from("ada@l\u{430}ke.example")),
        ("a full-width at", from("ada\u{ff20}lake.example")),
        ("a zero-width blank", from("ada@lake.exam\u{200b}ple")),
        ("a comment inside", from("ada@(x)lake.example")),
        ("an open quote", from("\"Ada <ada@lake.example>")),
        ("an open comment", from("Ada (x <ada@lake.example>")),
        ("nothing", from("")),
        ("no From at all", with("From: Ada <ada@lake.example>\n", "")),
        ("another domain", from("ada@evil.example")),
        ("a subdomain", from("ada@mail.lake.example")),
        (
            "the parent domain",
            said("dkim=pass header.d=a.lake.example; dmarc=pass header.from=a.lake.example"),
        ),
        ("a trailing dot", from("ada@lake.example.")),
    ]);
}

#[test]
fn no_trick_with_the_raw_header_reaches_a2() {
    let crlf = mail().replace('\n', "\r\n");
    assert_none_reaches_a2(&[
        ("one LF among CRLF", crlf.replacen("\r\nTo:", "\nTo:", 1)),
        ("one CRLF among LF", with("\nTo:", "\r\nTo:")),
        ("a bare CR", crlf.replacen("pay ben", "pay\rben", 1)),
        (
            "a bare CR that hides a field",
            crlf.replacen("5 EUR", "5 EUR\rFrom: eve@evil.example", 1),
        ),
        ("a NUL", with("pay ben 5", "pay\0ben 5")),
        ("a blank before the colon", with("Subject:", "Subject :")),
        ("a field name with a tab", with("Subject:", "Sub\tject:")),
        ("a field name that is not ASCII", with("Subject:", "Sübject:")),
        ("an mbox line", format!("From ada@lake.example Tue Jun 3\n{}", mail())),
        ("a folded first line", format!(" {}", mail())),
        ("a folded line of blanks", with("Subject: pay ben", "Subject: pay\n \t\n ben")),
        ("two subjects", added("Subject: pay eve 500 EUR")),
        ("two Dates", added("Date: Tue, 3 Jun 2025 10:00:00 +0000")),
        ("two Tos", added("To: eve@evil.example")),
        ("two Message-IDs", added("Message-ID: <2@lake.example>")),
        ("two Content-Types", added("Content-Type: text/html")),
        ("two Reply-Tos", added("Reply-To: a@x.example\nReply-To: b@x.example")),
        ("1,001 fields", added(vec!["X: y"; 1_001].join("\n").as_str())),
        ("a header over 256 KiB", added(&format!("X: {}", "y".repeat(262_144)))),
    ]);
}

#[test]
fn no_results_in_the_wrong_place_reach_a2() {
    let foreign = "Received: from a by relay.evil.example; Tue, 3 Jun 2025 10:00:03 +0000\n";
    let own = "Received: from a by mx.post.example; Tue, 3 Jun 2025 10:00:03 +0000\n";
    assert_none_reaches_a2(&[
        ("none at all", results("")),
        ("forged below the host's Received", results(&format!("{own}{FORGED}"))),
        ("forged above a failure", results(&format!("{FORGED}{FAILED}"))),
        ("forged below a failure", results(&format!("{FAILED}{FORGED}"))),
        ("forged at the very end", results(FAILED).replace("MIME-", &format!("{FORGED}MIME-"))),
        (
            "forged at the very end, the host silent",
            results("").replace("MIME-", &format!("{FORGED}MIME-")),
        ),
        (
            "split below a failure",
            results(&format!(
                "{FAILED}Authentication-Results: mx.post.example; dmarc=pass header.from=lake.example\n\
             Authentication-Results: mx.post.example; dkim=pass header.d=lake.example\n"
            )),
        ),
        (
            "forged behind a gap",
            results(&format!(
                "Authentication-Results: mx.post.example; spf=none\nX-Gap: 1\n{FORGED}"
            )),
        ),
        (
            "forged behind a Received",
            results(&format!("Authentication-Results: mx.post.example; spf=none\n{own}{FORGED}")),
        ),
        ("a foreign hop above", format!("{foreign}{}", mail())),
        ("a hop above that claims to be the host", format!("{own}{}", mail())),
        ("another id", results(&FORGED.replace("mx.post", "mx.evil"))),
        (
            "the id as a beginning",
            results(&FORGED.replace("mx.post.example", "mx.post.example.evil.example")),
        ),
        ("the id as an ending", results(&FORGED.replace("mx.post.example", "x.mx.post.example"))),
        (
            "the id in a comment",
            results(&FORGED.replace("mx.post.example", "evil.example (mx.post.example)")),
        ),
        ("no id", results(&FORGED.replace(" mx.post.example;", ""))),
        (
            "only ARC",
            results(&FORGED.replace("Authentication-Results:", "ARC-Authentication-Results: i=1;")),
        ),
        (
            "only X-",
            results(&FORGED.replace("Authentication-Results:", "X-Authentication-Results:")),
        ),
        (
            "a name with a look-alike",
            results(&FORGED.replace("Authentication", "Authenticati\u{43e}n")),
        ),
    ]);
}

#[test]
fn no_dkim_result_that_says_something_else_reaches_a2() {
    let dkim = "dkim=pass header.d=lake.example";
    let dmarc = "dmarc=pass header.from=lake.example";
    assert_none_reaches_a2(&[
        ("dkim of another domain", said(&format!("dkim=pass header.d=evil.example; {dmarc}"))),
        ("dkim of a subdomain", said(&format!("dkim=pass header.d=m.lake.example; {dmarc}"))),
        (
            "dkim of a domain that ends so",
            said(&format!("dkim=pass header.d=evil-lake.example; {dmarc}")),
        ),
        (
            "dkim of a domain that begins so",
            said(&format!("dkim=pass header.d=lake.example.evil.example; {dmarc}")),
        ),
        ("dkim without a domain", said(&format!("dkim=pass; {dmarc}"))),
        ("dkim with two domains", said(&format!("{dkim} header.d=evil.example; {dmarc}"))),
        (
            "dkim i inside, d elsewhere",
            said(&format!("dkim=pass header.i=@lake.example header.d=evil.example; {dmarc}")),
        ),
        (
            "dkim with the domain in the reason",
            said(&format!("dkim=pass reason=\"header.d=lake.example\"; {dmarc}")),
        ),
        (
            "dkim with the domain in a local part",
            said(&format!("dkim=pass header.i=\"@lake.example\"@evil.example; {dmarc}")),
        ),
        ("dkim that failed", said(&format!("dkim=fail header.d=lake.example; {dmarc}"))),
        ("dkim policy", said(&format!("dkim=policy header.d=lake.example; {dmarc}"))),
        (
            "dkim pass in a comment",
            said(&format!(
                "dkim=fail (dkim=pass header.d=lake.example) header.d=lake.example; {dmarc}"
            )),
        ),
        ("dkim none and pass", said(&format!("dkim=none; {dkim}; {dmarc}"))),
        ("x-dkim", said(&format!("x-{dkim}; {dmarc}"))),
        ("passed", said(&format!("dkim=passed header.d=lake.example; {dmarc}"))),
    ]);
}

#[test]
fn no_dmarc_result_that_says_something_else_reaches_a2() {
    let dkim = "dkim=pass header.d=lake.example";
    let dmarc = "dmarc=pass header.from=lake.example";
    assert_none_reaches_a2(&[
        ("no dmarc", said(dkim)),
        ("dmarc of another domain", said(&format!("{dkim}; dmarc=pass header.from=evil.example"))),
        ("dmarc of a subdomain", said(&format!("{dkim}; dmarc=pass header.from=a.lake.example"))),
        ("dmarc without a domain", said(&format!("{dkim}; dmarc=pass"))),
        ("dmarc failed", said(&format!("{dkim}; dmarc=fail header.from=lake.example"))),
        (
            "dmarc passed and failed",
            said(&format!("{dkim}; {dmarc}; dmarc=fail header.from=lake.example")),
        ),
        (
            "dmarc passed for two",
            said(&format!("{dkim}; {dmarc}; dmarc=pass header.from=evil.example")),
        ),
        (
            "dmarc best guess",
            said(&format!("{dkim}; dmarc=bestguesspass header.from=lake.example")),
        ),
        (
            "dmarc in a quote",
            said(&format!("{dkim}; spf=pass smtp.mailfrom=\"a; {dmarc}\"@evil.example")),
        ),
        ("spf alone", said("spf=pass smtp.mailfrom=ada@lake.example")),
        ("an open comment", said(&format!("{dkim} (; {dmarc}"))),
        ("a stray parenthesis", said(&format!("{dkim}); {dmarc}"))),
        ("an open quote", said(&format!("{dkim} reason=\"; {dmarc}"))),
        ("a control character", said(&format!("{dkim}; {dmarc} \u{1b}"))),
        ("nothing", said("none")),
        (
            "i= under a parent's signature",
            with("d=lake.example; s=s1", "d=example; s=s1")
                .replacen("header.d=lake.example ", "", 1)
                .replacen("header.b=\"q3w4e5\"", "header.b=q3w4e5", 1),
        ),
    ]);
}

#[test]
fn no_mail_that_was_passed_on_or_kept_reaches_a2() {
    let date =
        |value: &str| with("Tue, 3 Jun 2025 10:00:00 +0000\nMessage", &format!("{value}\nMessage"));
    let to = |value: &str| with("To: till@post.example", value);
    assert_none_reaches_a2(&[
        ("not to us", to("To: ben@ferry.example")),
        ("no To", to("X-To: till@post.example")),
        ("only in Bcc", to("Bcc: till@post.example")),
        ("our address as a name", to("To: \"till@post.example\" <ben@ferry.example>")),
        ("our address in a comment", to("To: ben@ferry.example (till@post.example)")),
        ("our address as a beginning", to("To: till@post.example.evil.example")),
        ("a neighbour of ours", to("To: tilly@post.example")),
        ("another Sender", added("Sender: eve@evil.example")),
        ("an unreadable Sender", added("Sender: ada@lake.example, eve@evil.example")),
        ("resent", added("Resent-From: eve@evil.example")),
        ("resent on a date", added("Resent-Date: Tue, 3 Jun 2025 10:00:00 +0000")),
        ("a list", added("List-Id: <friends.lake.example>")),
        ("a list to leave", added("LIST-UNSUBSCRIBE: <mailto:x@lake.example>")),
        ("an auto-reply", added("Auto-Submitted: auto-replied")),
        ("an auto-reply with a comment", added("Auto-Submitted: auto-replied (no)")),
        ("bulk", added("Precedence: bulk")),
        ("eight days old", date("Mon, 26 May 2025 10:00:00 +0000")),
        ("a second older than seven days", date("Tue, 27 May 2025 10:29:59 +0000")),
        ("from tomorrow", date("Wed, 4 Jun 2025 10:00:00 +0000")),
        ("601 seconds ahead", date("Tue, 3 Jun 2025 10:40:01 +0000")),
        ("no readable date", date("yesterday")),
        ("an empty date", date("")),
    ]);
}

#[test]
fn what_changes_nothing_about_the_sender_keeps_a2() {
    for (what, raw) in [
        ("Auto-Submitted: no", added("Auto-Submitted: no (really)")),
        ("the same Sender", added("Sender: Ada L. <ADA@lake.example>")),
        ("a Reply-To", added("Reply-To: elsewhere@evil.example")),
        ("a tagged address of ours", with("To: till@", "To: ben@ferry.example, till+c.k7@")),
        (
            "us in Cc",
            with("To: till@", "To: ben@ferry.example\nCc: Till <till@").replacen(
                "post.example\nSubject",
                "post.example>\nSubject",
                1,
            ),
        ),
        ("capitals", said("DKIM=Pass Header.D=LAKE.example; DMARC=PASS header.From=Lake.Example")),
        (
            "a second signature that failed",
            said(
                "dkim=fail header.d=lake.example; dkim=pass header.d=lake.example; dmarc=pass header.from=lake.example",
            ),
        ),
        (
            "a foreign field above",
            format!("Authentication-Results: filter.example; none\n{}", mail()),
        ),
        (
            "exactly seven days",
            with("3 Jun 2025 10:00:00 +0000\nMess", "27 May 2025 10:30:00 +0000\nMess"),
        ),
        (
            "600 seconds ahead",
            with("3 Jun 2025 10:00:00 +0000\nMess", "3 Jun 2025 10:40:00 +0000\nMess"),
        ),
        ("an odd but plain time zone", with("10:00:00 +0000\nMess", "12:00:00 +0200 (CEST)\nMess")),
    ] {
        let verdict = judged(raw.as_bytes(), &anchor("mx.post.example"));
        assert_eq!(verdict.assurance, Assurance::A2, "{what}: {:?}", verdict.evidence);
    }
}

#[test]
fn one_gap_is_a1_and_two_are_a0() {
    let level = |raw: String| judged(raw.as_bytes(), &anchor("mx.post.example")).assurance;
    let spf_only = "spf=pass smtp.mailfrom=lake.example";
    let relaxed = "dkim=pass header.d=m.lake.example; dmarc=pass header.from=lake.example";
    assert_eq!(level(said(spf_only)), Assurance::A1);
    assert_eq!(level(said(relaxed)), Assurance::A1);
    assert_eq!(level(said("dkim=pass header.d=lake.example")), Assurance::A1);
    assert_eq!(level(added("Precedence: bulk")), Assurance::A1);
    assert_eq!(level(said(spf_only).replace("MIME-", "Precedence: bulk\nMIME-")), Assurance::A0);
    assert_eq!(level(added("Precedence: bulk\nSender: eve@evil.example")), Assurance::A0);
    assert_eq!(level(said("spf=pass smtp.mailfrom=evil.example")), Assurance::A0);
    assert_eq!(level(said("spf=pass smtp.mailfrom=lake.example; dmarc=fail")), Assurance::A0);
    assert_eq!(level(with("pay ben 5", "pay\0ben 5")), Assurance::A0);
}

#[test]
fn received_fields_above_are_counted_and_named() {
    let hop =
        |by: &str| format!("Received: by {by} with SMTP id 1; Tue, 3 Jun 2025 10:00:03 +0000\n");
    let gmail = |above: &[&str]| {
        let above: String = above.iter().map(|by| hop(by)).collect();
        let raw = format!("{above}{}", mail().replace("mx.post.example;", "mx.google.com;"));
        judged(raw.as_bytes(), &anchor("mx.google.com")).assurance
    };
    assert_eq!(gmail(&[]), Assurance::A2);
    assert_eq!(gmail(&["2002:a05:6a10:1::1", "mail-x.google.com"]), Assurance::A2);
    assert_eq!(gmail(&["2002:a05:1::1", "2002:a05:2::1", "2002:a05:3::1"]), Assurance::A0);
    assert_eq!(gmail(&["relay.evil.example"]), Assurance::A0);
    assert_eq!(gmail(&["google.com.evil.example"]), Assurance::A0);
    assert_eq!(gmail(&["evil-google.com"]), Assurance::A0);
    assert_eq!(gmail(&["2002:a05:1::1 by relay.evil.example"]), Assurance::A0);
    assert_eq!(gmail(&["(mail-x.google.com)"]), Assurance::A0);
}

#[test]
fn without_an_id_only_the_topmost_field_counts() {
    let judged = |lines: &str| judged(results(lines).as_bytes(), &anchor(TOPMOST_WITHOUT_ID));
    let ours = "Authentication-Results: spf=pass (sender IP is 192.0.2.7)\n \
        smtp.mailfrom=lake.example; post.example; dkim=pass (signature was verified)\n \
        header.d=lake.example;post.example; dmarc=pass action=none header.from=lake.example;\n";
    assert_eq!(judged(ours).assurance, Assurance::A2);
    let failed = "Authentication-Results: spf=none smtp.mailfrom=evil.example; dkim=none\n";
    let with_id = "Authentication-Results: evil.example; spf=none\n";
    assert!(judged(&format!("{failed}{ours}")).assurance < Assurance::A1);
    assert!(judged(&format!("{with_id}{ours}")).assurance < Assurance::A1);
}

#[test]
fn anchors_are_read_with_clear_errors() {
    let hosts = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>();
    for wrong in ["", " ", "*", ".com", "*.com", "mx.google.com;", "*mx.example.org", "mx example"]
    {
        let error = AnchorSettings::parse(wrong, None, &[]).expect_err(wrong);
        assert!(error.to_string().contains("topmost-without-id"), "{error}");
    }
    for wrong in ["*", "", "a", "*google.com", "2002 a", "a*b.example"] {
        let error = AnchorSettings::parse("mx.x.example", Some(1), &hosts(&[wrong]));
        assert!(error.expect_err(wrong).to_string().contains("is no host"), "{wrong}");
    }
    let error = AnchorSettings::parse("mx.x.example", Some(1), &[]).expect_err("no hosts");
    assert!(error.to_string().contains("no host is named"), "{error}");
    let wider =
        AnchorSettings::parse("mx.x.example", Some(1), &hosts(&["10.0.0.*", "*.x.example"]));
    assert!(wider.is_ok());
}

#[test]
fn a_verdict_is_stored_and_shown_as_plain_words() {
    let verdict = judged(mail().as_bytes(), &anchor("mx.post.example"));
    let stored = serde_json::to_string(&verdict).expect("plain data");
    assert!(stored.contains("\"assurance\":\"A2\""), "{stored}");
    assert_eq!(serde_json::from_str::<Verdict>(&stored).expect("the same"), verdict);
    assert_eq!(
        verdict.evidence,
        ["By the mailbox host's results, dmarc and dkim pass for exactly lake.example."]
    );
    let late = judge(
        &scan(mail().as_bytes()),
        &anchor("mx.other.example"),
        &[],
        NOW.plus(Duration::from_secs(30 * 24 * 3_600)),
        OwnDkim::NotExamined,
    );
    assert_eq!(
        late.evidence,
        [
            "No trusted Authentication-Results; ids seen: mx.post.example.",
            "Our address is neither in To nor in Cc.",
            "Its Date is more than 7 days old.",
        ]
    );
}
