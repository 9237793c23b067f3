//! Where trusted results may stand, and how an anchor is configured.

use pennypost::mail::{
    anchors::{AnchorSettings, TOPMOST_WITHOUT_ID},
    sender::Assurance,
};

use super::{anchor, judged, mail, results};

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
    for wrong in ["*", "", "a", "*google.com", "2002 a", "ä.example"] {
        let error = AnchorSettings::parse("mx.x.example", Some(1), &hosts(&[wrong]));
        assert!(error.expect_err(wrong).to_string().contains("is no host"), "{wrong}");
    }
    let error = AnchorSettings::parse("mx.x.example", Some(1), &[]).expect_err("no hosts");
    assert!(error.to_string().contains("no host is named"), "{error}");
    let wider =
        AnchorSettings::parse("mx.x.example", Some(1), &hosts(&["10.0.0.*", "*.x.example"]));
    assert!(wider.is_ok());
}
