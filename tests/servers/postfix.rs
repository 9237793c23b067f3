//! The tests' own Postfix, in front of Dovecot: what it delivers, and what it vouches for.

use std::{process::Command, time::Duration};

use crate::support::{
    dovecot::{self, PASSWORD},
    postfix,
};

/// Sends a mail with `swaks`, signed in or not.
fn swaks(from: &str, to: &str, arguments: &[&str]) {
    let server = format!("127.0.0.1:{}", postfix::shared().port);
    let mut swaks = Command::new("swaks");
    swaks.args(["--server", &server, "--from", from, "--to", to]).args(arguments);
    let said = swaks.output().expect("swaks is not installed: run tests/run --install");
    assert!(said.status.success(), "{}", String::from_utf8_lossy(&said.stdout));
}

/// The only mail of a mailbox, once it is there.
async fn the_mail(user: &str) -> String {
    for _ in 0..1_000 {
        if let [path] = &dovecot::shared().files(user)[..] {
            return std::fs::read_to_string(path).expect("a mail");
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    panic!("no mail came: {}", postfix::shared().log());
}

fn results(mail: &str) -> Vec<&str> {
    mail.lines().filter(|line| line.starts_with("Authentication-Results: ")).collect()
}

#[tokio::test]
async fn a_mail_of_somebody_who_signed_in_is_vouched_for() {
    let login = ["--auth", "PLAIN", "--auth-user", "ada@ada.example"];
    let login = [&login[..], &["--auth-password", PASSWORD]].concat();
    swaks("ada@ada.example", "vouched+tag@post.example", &login);
    let mail = the_mail("vouched@post.example").await;
    let genuine = "Authentication-Results: mx.post.example; \
                   dkim=pass header.d=ada.example; dmarc=pass header.from=ada.example";
    assert_eq!(results(&mail), [genuine], "{mail}");
}

#[tokio::test]
async fn a_mail_in_somebody_elses_name_is_not_whatever_it_says_of_itself() {
    let own = "Authentication-Results: mx.post.example; dmarc=pass header.from=ada.example";
    swaks("ada@ada.example", "forged@post.example", &["--add-header", own]);
    let login = ["--auth", "PLAIN", "--auth-user", "eve@eve.example", "--auth-password", PASSWORD];
    swaks("ada@ada.example", "borrowed@post.example", &login);
    let unproved =
        "Authentication-Results: mx.post.example; dkim=none; dmarc=fail header.from=ada.example";
    for user in ["forged@post.example", "borrowed@post.example"] {
        assert_eq!(results(&the_mail(user).await), [unproved], "{user}");
    }
}
