//! Who is believed: genuine mails of several hosts reach A2, and no forgery does.

mod forged;
mod genuine;
mod shape;

use std::time::Duration;

use pennypost::{
    address::Address,
    clock::At,
    fetch,
    mail::{
        anchors::AnchorSettings,
        scan::scan,
        sender::{Assurance, EffectKey, OwnDkim, Verdict, judge},
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

/// The results of the mailbox's host in [`mail`].
const RESULTS: &str = "Authentication-Results: mx.post.example;\n\
    \tdkim=pass (2048-bit key) header.d=lake.example header.i=@lake.example header.b=\"q3w4e5\";\n\
    \tdmarc=pass (policy=reject) header.from=lake.example;\n\
    \tspf=pass smtp.mailfrom=ada@lake.example\n";
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

both! {
    async fn levels_and_keys_are_the_same_text_in_both_databases(db: TestDb) {
        let mut tx = db.snapshot().await.expect("begins");
        for level in Assurance::ALL {
            let key = EffectKey("ab12".to_owned());
            let (text, same, key_back) = fetch!(
                fetch_one, tx, (String, Assurance, EffectKey),
                "SELECT CAST($1 AS TEXT), CAST($1 AS TEXT), CAST($2 AS TEXT)",
                level, key.clone(),
            )
            .expect("read back");
            assert_eq!((text, same, key_back), (format!("{level:?}"), level, key));
        }
        let odd = fetch!(fetch_one, tx, (Assurance,), "SELECT CAST($1 AS TEXT)", "A4");
        assert!(odd.is_err(), "{odd:?}");
    }
}
