//! The relay is a Postfix, as many users' is: TLS, STARTTLS, a login, and the bytes it hands on.

use std::{fs, time::Duration};

use pennypost::mail::relay::{Begun, Lane, SendError};

use super::{NOW, address, relay_at};
use crate::support::{dovecot, postfix};

const LETTER: &[u8] = b"Message-ID: <postfix@post.example>\r\nFrom: till@post.example\r\n\
    To: ada@lake.example\r\nSubject: dots\r\n\r\n.\r\n..\r\n.dot\r\na.b\r\n\r\nQUIT\r\n.\r\nend\r\n";

/// The bodies of what somebody has got, with CRLF.
fn bodies(user: &str) -> Vec<String> {
    let files = dovecot::shared().files(user);
    let texts = files.iter().map(|file| fs::read_to_string(file).expect("a mail"));
    texts
        .map(|text| text.replace("\r\n", "\n").replace('\n', "\r\n"))
        .map(|text| text.split_once("\r\n\r\n").expect("a header").1.to_owned())
        .collect()
}

async fn until_delivered(user: &str, count: usize) -> Vec<String> {
    for _ in 0..1_000 {
        if bodies(user).len() >= count {
            break;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    bodies(user)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_letter_reaches_a_mailbox_by_way_of_a_real_relay() {
    let (postfix, ca) = (postfix::shared(), &dovecot::shared().ca.file);
    let (_, body) = std::str::from_utf8(LETTER).expect("text").split_once("\r\n\r\n").expect("two");
    for (number, url) in [
        postfix.url(),
        postfix.tls_url("till@post.example"),
        postfix.starttls_url("till@post.example"),
    ]
    .iter()
    .enumerate()
    {
        let relay = relay_at(url, Some(ca));
        let user = format!("relay-{number}@lake.example");
        for _ in 0..3 {
            relay
                .send((LETTER, &Begun::default()), &address(&user), Lane::Service, NOW)
                .await
                .expect("sent");
        }
        assert_eq!(relay.connections(), 1, "one after another over one connection");
        assert_eq!(until_delivered(&user, 3).await, [body; 3], "{number}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_real_relay_tells_what_it_is_like() {
    let (postfix, ca) = (postfix::shared(), &dovecot::shared().ca.file);
    let probe = relay_at(&postfix.starttls_url("till@post.example"), Some(ca)).probe().await;
    let probe = probe.expect("answers");
    assert_eq!(probe.signed_in, Some("PLAIN"));
    assert!(probe.size_max.is_some() && probe.greeting.contains("ESMTP"), "{probe:?}");
    assert!(probe.extensions.contains(&"PIPELINING".to_owned()), "{probe:?}");
    // A wrong password.
    let wrong = postfix.tls_url("till@post.example").replace("pass%2Fword", "wrong");
    let refused = relay_at(&wrong, Some(ca)).probe().await;
    let Err(SendError::Unwell { why, .. }) = refused else { panic!("{refused:?}") };
    assert!(why.starts_with("535 5.7.8") && why.ends_with("to AUTH"), "{why}");
    // Nobody vouches for its certificate.
    let unknown = relay_at(&postfix.tls_url("till@post.example"), None).probe().await;
    let Err(SendError::Unwell { why, .. }) = unknown else { panic!("{unknown:?}") };
    assert!(why.contains("TLS with localhost"), "{why}");
}
