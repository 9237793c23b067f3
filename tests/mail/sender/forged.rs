//! Forgeries and replays, by what they try: none reaches A2.

use pennypost::mail::sender::Assurance;

use super::{added, anchor, judged, mail, results, said, with};

/// Results that a forger writes about itself.
const FORGED: &str = "Authentication-Results: mx.post.example; dkim=pass header.d=lake.example; \
    dmarc=pass header.from=lake.example\n";
/// What an honest host says about a forgery.
const FAILED: &str = "Authentication-Results: mx.post.example; dkim=none; \
    dmarc=fail header.from=lake.example; spf=fail smtp.mailfrom=eve@evil.example\n";

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
