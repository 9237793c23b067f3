//! How letters leave: protected, signed in, byte for byte, over few connections.

use std::{path::Path, sync::Arc, time::Duration};

use pennypost::{
    config::Security,
    mail::relay::{Begun, Lane, SendError},
};
use rustls::{
    ServerConfig,
    pki_types::{CertificateDer, PrivateKeyDer, pem::PemObject},
};
use tempfile::TempDir;

use super::{FROM, LETTER, NOW, address, relay_at, relay_to, send};
use crate::support::{
    ca::{Ca, Certificate},
    smtp_sink::{Manner, Protection, SmtpSink, Stage, Turn},
};

const USER: &str = "till%40post.example:p%3Aw@";
const LOGIN: (&str, &str) = ("till@post.example", "p:w");

/// A certificate for servers of this machine, and who vouches for it.
struct Trust {
    folder: TempDir,
    ca: Ca,
}

impl Trust {
    fn new() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let ca = Ca::new(folder.path());
        Self { folder, ca }
    }

    fn config(&self) -> Arc<ServerConfig> {
        let Certificate { chain, key } = self.ca.certificate(self.folder.path());
        let chain: Result<Vec<_>, _> = CertificateDer::pem_file_iter(chain).expect("PEM").collect();
        let key = PrivateKeyDer::from_pem_file(key).expect("PEM");
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let config = ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .expect("versions")
            .with_no_client_auth()
            .with_single_cert(chain.expect("certificates"), key);
        Arc::new(config.expect("a certificate and its key"))
    }

    fn file(&self) -> Option<&Path> {
        Some(&self.ca.file)
    }
}

fn unwell(sent: &Result<(), SendError>) -> &str {
    match sent {
        Err(SendError::Unwell { why, .. }) => why,
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn a_letter_leaves_byte_for_byte() {
    let sink = SmtpSink::start().await;
    let relay = relay_to(&sink);
    let letter = b"Subject: dots\r\n\r\n.\r\n..\r\n.dot\r\na.b\r\n\r\n.\r\nMAIL FROM:<x>\r\n";
    send(&relay, letter).await.expect("sent");
    let [taken] = <[_; 1]>::try_from(sink.taken()).expect("one letter");
    assert_eq!((&*taken.from, taken.to), (FROM, vec!["ada@lake.example".to_owned()]));
    assert_eq!(taken.bytes, letter);
    assert!(sink.said().contains(&"EHLO post.example".to_owned()), "{:?}", sink.said());
    let size = format!("MAIL FROM:<{FROM}> SIZE={}", letter.len());
    assert!(sink.said().contains(&size), "{:?}", sink.said());
}

#[tokio::test]
async fn a_bare_line_feed_ends_no_letter_early() {
    let sink = SmtpSink::start().await;
    send(&relay_to(&sink), b"Subject: x\n\none\n.\nQUIT\n").await.expect("sent");
    assert_eq!(sink.taken()[0].bytes, b"Subject: x\r\n\r\none\r\n.\r\nQUIT\r\n");
}

#[tokio::test]
async fn a_server_without_pipelining_is_asked_step_by_step() {
    let manner = Manner { extensions: Vec::new(), ..Manner::default() };
    let sink = SmtpSink::with(manner).await;
    let relay = relay_to(&sink);
    sink.next(1, Stage::Rcpt, Turn::Says("550 5.1.1 no such user"));
    assert!(matches!(send(&relay, LETTER).await, Err(SendError::Permanent(_))));
    assert_eq!(sink.reached(Stage::Data), 0, "nobody asks to send what nobody takes");
    send(&relay, LETTER).await.expect("sent");
    assert_eq!(sink.taken()[0].bytes, LETTER);
    assert_eq!(sink.connections().0, 1, "a refusal ends no connection");
}

#[tokio::test]
async fn the_connection_is_protected_before_a_word_is_said_that_counts() {
    let trust = Trust::new();
    let login = Some(LOGIN);
    for (scheme, protection) in
        [("smtps", Protection::Tls(trust.config())), ("smtp", Protection::StartTls(trust.config()))]
    {
        let sink = SmtpSink::with(Manner { protection, login, ..Manner::default() }).await;
        let query = if scheme == "smtp" { "?tls=starttls" } else { "" };
        let url = format!("{}{query}", sink.url(scheme, USER));
        send(&relay_at(&url, trust.file()), LETTER).await.expect("sent");
        let taken = sink.taken().remove(0);
        assert_eq!((taken.encrypted, taken.user.as_deref()), (true, Some(LOGIN.0)), "{scheme}");
        // Without the private authority, nothing is said on it.
        let sent = send(&relay_at(&url, None), LETTER).await;
        assert!(unwell(&sent).contains("TLS with 127.0.0.1"), "{sent:?}");
        assert_eq!(sink.taken().len(), 1);
    }
}

#[tokio::test]
async fn starttls_is_demanded_and_nothing_said_in_clear_survives_it() {
    let trust = Trust::new();
    let login = Some(LOGIN);
    // A server that offers none gets neither password nor letter.
    let sink = SmtpSink::with(Manner { login, ..Manner::default() }).await;
    let url = format!("{}?tls=starttls", sink.url("smtp", USER));
    let sent = send(&relay_at(&url, trust.file()), LETTER).await;
    assert!(unwell(&sent).contains("offers no STARTTLS"), "{sent:?}");
    assert!(sink.said().iter().all(|line| line.starts_with("EHLO")), "{:?}", sink.said());
    // Somebody on the wire adds words ahead of the handshake.
    let protection = Protection::StartTls(trust.config());
    let sink = SmtpSink::with(Manner { protection, login, ..Manner::default() }).await;
    let url = format!("{}?tls=starttls", sink.url("smtp", USER));
    sink.always(Stage::StartTls, Turn::Says("220 go\r\n250-evil\r\n250 AUTH PLAIN"));
    let sent = send(&relay_at(&url, trust.file()), LETTER).await;
    assert!(unwell(&sent).contains("ahead of the TLS handshake"), "{sent:?}");
    assert_eq!(sink.reached(Stage::Auth), 0);
}

#[tokio::test]
async fn either_mechanism_signs_in_and_none_is_a_fault_of_the_relay() {
    for (mechanisms, expected) in
        [("PLAIN LOGIN", Some("PLAIN")), ("LOGIN XOAUTH2", Some("LOGIN")), ("XOAUTH2", None)]
    {
        let manner = Manner { login: Some(LOGIN), mechanisms, ..Manner::default() };
        let sink = SmtpSink::with(manner).await;
        let relay = relay_at(&sink.url("smtp", USER), None);
        match (expected, relay.probe().await) {
            (Some(mechanism), Ok(probe)) => assert_eq!(probe.signed_in, Some(mechanism)),
            (None, Err(SendError::Unwell { why, .. })) => {
                assert!(why.contains("no way to sign in"), "{why}");
            }
            (_, probe) => panic!("{mechanisms}: {probe:?}"),
        }
    }
}

#[tokio::test]
async fn a_refused_login_is_told_without_the_password() {
    let manner = Manner { login: Some(LOGIN), ..Manner::default() };
    let sink = SmtpSink::with(manner).await;
    let relay = relay_at(&sink.url("smtp", "till%40post.example:wrong-secret@"), None);
    let sent = send(&relay, LETTER).await;
    assert!(unwell(&sent).contains("535 5.7.8"), "{sent:?}");
    assert!(!format!("{sent:?} {relay:?}").contains("wrong-secret"));
    // A server that echoes what it was sent.
    sink.always(Stage::Ehlo, Turn::Says("250-sink.example\r\n250 AUTH PLAIN"));
    let echo = "AHRpbGxAcG9zdC5leGFtcGxlAHA6dw==";
    sink.always(Stage::Auth, Turn::Says("535 5.7.8 AHRpbGxAcG9zdC5leGFtcGxlAHA6dw== p:w refused"));
    let sent = send(&relay_at(&sink.url("smtp", USER), None), LETTER).await;
    assert!(unwell(&sent).contains("refused"), "{sent:?}");
    assert!(!unwell(&sent).contains(echo) && !unwell(&sent).contains("p:w"), "{sent:?}");
}

#[tokio::test]
async fn the_name_of_a_login_is_not_told_either() {
    let manner = Manner { login: Some(("tillpost", "p:w")), ..Manner::default() };
    for (stage, words) in [
        (Stage::Auth, "535 5.7.8 no, tillpost (dGlsbHBvc3Q=)"),
        (Stage::Mail, "553 5.7.1 sender not owned by TillPost"),
        (Stage::Rcpt, "550 5.1.1 no such user, tillpost"),
        (Stage::Dot, "451 4.3.0 later, dGlsbHBvc3Q="),
    ] {
        let sink = SmtpSink::with(manner.clone()).await;
        sink.always(stage, Turn::Says(words));
        let sent = send(&relay_at(&sink.url("smtp", "tillpost:p%3Aw@"), None), LETTER).await;
        let said = format!("{:?}", sent.expect_err("refused")).to_ascii_lowercase();
        assert!(!said.contains("tillpost") && !said.contains("dglsbhbvc3q"), "{said}");
    }
}

#[tokio::test]
async fn a_probe_tells_what_the_server_is_like_and_sends_nothing() {
    let trust = Trust::new();
    let protection = Protection::StartTls(trust.config());
    let sink = SmtpSink::with(Manner { protection, login: Some(LOGIN), ..Manner::default() }).await;
    let url = format!("{}?tls=starttls", sink.url("smtp", USER));
    let relay = relay_at(&url, trust.file());
    let probe = relay.probe().await.expect("answers");
    assert_eq!(probe.place, format!("127.0.0.1:{}", sink.port));
    assert_eq!(probe.security, Some(Security::StartTls));
    assert_eq!((probe.signed_in, probe.size_max), (Some("PLAIN"), Some(26_214_400)));
    assert_eq!(probe.greeting, "sink.example ESMTP");
    assert!(probe.extensions.contains(&"PIPELINING".to_owned()), "{probe:?}");
    assert_eq!((sink.taken().len(), sink.reached(Stage::Mail)), (0, 0));
    assert_eq!(relay.connections(), 0);
    drop(sink);
    assert!(matches!(relay.probe().await, Err(SendError::Unwell { .. })));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn connections_are_few_and_kept() {
    let sink = SmtpSink::start().await;
    let relay = relay_to(&sink);
    let sends = (0..250).map(|_| send(&relay, LETTER));
    let sent = futures_util::future::join_all(sends).await;
    assert!(sent.iter().all(Result::is_ok));
    assert_eq!(sink.taken().len(), 250);
    let (opened, most) = sink.connections();
    // A connection carries a hundred letters, then another one takes its place.
    assert!((3..=4).contains(&opened) && most <= 3, "{opened} opened, {most} at once");
    assert!(relay.connections() <= 2);
}

#[tokio::test]
async fn adverts_leave_a_connection_to_letters_that_are_waited_for() {
    let sink = SmtpSink::start().await;
    let relay = relay_to(&sink);
    sink.next(1, Stage::Dot, Turn::Dawdles(Duration::from_millis(400)));
    let to = address("ada@lake.example");
    let advert: (&[u8], Begun) = (b"Subject: advert\r\n\r\n", Begun::default());
    let adverts = (0..3).map(|_| relay.send((advert.0, &advert.1), &to, Lane::Campaign, NOW));
    let service = async {
        while sink.reached(Stage::Dot) == 0 {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
        send(&relay, LETTER).await
    };
    let (adverts, service) = tokio::join!(futures_util::future::join_all(adverts), service);
    assert!(service.is_ok() && adverts.iter().all(Result::is_ok));
    assert_eq!(sink.taken()[0].bytes, LETTER, "it overtook the adverts");
}

/// 44 milliseconds a letter is what Nagle's algorithm takes when a letter is sent in two writes.
#[tokio::test]
async fn no_letter_waits_for_an_acknowledgement() {
    let sink = SmtpSink::start().await;
    let relay = relay_to(&sink);
    send(&relay, LETTER).await.expect("sent");
    let began = std::time::Instant::now();
    for _ in 0..50 {
        send(&relay, LETTER).await.expect("sent");
    }
    let each = began.elapsed() / 50;
    assert!(each < Duration::from_millis(20), "{each:?} a letter");
}
