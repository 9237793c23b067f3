//! The spine's journeys on real servers, with a process for each part: mails go in by SMTP, letters are
//! read by IMAP.

use std::{process::Command, sync::Arc};

use super::{person::Person, stack::Stack};
use crate::{
    faults::{browser::Shown, mails::Draft},
    support::{
        dovecot::{self, PASSWORD},
        postfix,
        redis::Redis,
    },
};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_spine_holds_on_real_servers_with_a_process_for_each_part() {
    let stack = Stack::start("spine@post.example").await;
    tokio::join!(
        confirms_by_page(&stack),
        confirms_by_yes(&stack),
        sends_prefilled_mails(&stack),
        corrects_then_cancels(&stack),
        forges_nothing(&stack),
        uses_swaks(&stack),
    );
    stack.is_sound();
}

async fn pair(stack: &Arc<Stack>, names: [&str; 2]) -> (Person, Person) {
    tokio::join!(stack.person(names[0], "100.00"), stack.person(names[1], "0"))
}

async fn confirms_by_page(stack: &Arc<Stack>) {
    let (ada, ben) = pair(stack, ["ada", "ben"]).await;
    ada.writes("pay ben@ben.example $20 for lunch").await;
    let asked = ada.receives("Please confirm: $20.00 to ben@ben.example").await;
    assert_eq!(ada.clicks(&asked).await, Shown::Sent);
    assert_eq!(ada.clicks(&asked).await, Shown::Already);
    ada.receives("Sent: $20.00 to ben@ben.example").await;
    ben.receives("Received: $20.00 from ada@ada.example").await;
    assert_eq!(ada.balance().await, "$80.00");
}

async fn confirms_by_yes(stack: &Arc<Stack>) {
    let (cleo, dana) = pair(stack, ["cleo", "dana"]).await;
    let mut friend = Draft::new("pizza last night, thanks!");
    friend.to.clone_from(&dana.address);
    friend.subject = "$25".to_owned();
    friend.more = format!("Cc: {}\n", stack.service);
    cleo.sends(&friend).await;
    let asked = cleo.receives("Please confirm: $25.00 to dana@dana.example").await;
    cleo.sends(&Draft::reply(&asked, "YES")).await;
    cleo.receives("Sent: $25.00 to dana@dana.example").await;
    dana.receives("Received: $25.00 from cleo@cleo.example").await;
    cleo.sends(&Draft::reply(&asked, "YES")).await;
    cleo.receives("You have confirmed this already").await;
    assert_eq!(dana.balance().await, "$25.00");
}

async fn sends_prefilled_mails(stack: &Arc<Stack>) {
    let (emil, fay) = pair(stack, ["emil", "fay"]).await;
    emil.writes("please pay fay@fay.example for lunch").await;
    let lacks = emil.receives("We need the amount").await;
    let amount = Draft::prefilled(&lacks, "____", "7.50 USD").expect("the letter has a button");
    emil.sends(&amount).await;
    let asked = emil.receives("Please confirm: $7.50 to fay@fay.example").await;
    emil.sends(&Draft::prefilled(&asked, "YES", "").expect("the letter has a button")).await;
    emil.receives("Sent: $7.50 to fay@fay.example").await;
    fay.receives("Received: $7.50 from emil@emil.example").await;
}

async fn corrects_then_cancels(stack: &Arc<Stack>) {
    let (gus, hana) = pair(stack, ["gus", "hana"]).await;
    gus.writes("pay hana@hana.example $20").await;
    let asked = gus.receives("Please confirm: $20.00").await;
    gus.sends(&Draft::reply(&asked, "make it 30")).await;
    let again = gus.receives("Please confirm: $30.00").await;
    assert_eq!(gus.clicks(&asked).await, Shown::Newer);
    gus.sends(&Draft::reply(&again, "CANCEL")).await;
    gus.receives("Cancelled: ").await;
    assert_eq!(gus.clicks(&again).await, Shown::Gone);
    assert_eq!(hana.balance().await, "$0.00");
}

/// Whoever has not signed in, or as somebody else, is not believed.
async fn forges_nothing(stack: &Arc<Stack>) {
    let (ivan, eve) = pair(stack, ["ivan", "eve"]).await;
    let order = Draft::new("pay eve@eve.example $50");
    let order = Draft { to: stack.service.clone(), ..order };
    ivan.sends_as(&order, None).await;
    ivan.receives("A mail in your name was not acted on").await;
    ivan.sends_as(&order, Some(&eve.address)).await;
    ivan.writes("pay eve@eve.example $1").await;
    let asked = ivan.receives("Please confirm: $1.00").await;
    ivan.sends_as(&Draft::reply(&asked, "YES"), Some(&eve.address)).await;
    assert_eq!((eve.balance().await, ivan.balance().await), ("$0.00".into(), "$100.00".into()));
}

async fn uses_swaks(stack: &Arc<Stack>) {
    let jo = stack.person("jo", "12.34").await;
    let swaks = Command::new("swaks")
        .args(["--server", &format!("127.0.0.1:{}", stack.postfix.port), "--auth", "PLAIN"])
        .args(["--auth-user", &jo.address, "--auth-password", PASSWORD, "--from", &jo.address])
        .args(["--to", &stack.service, "--header", "Subject: ", "--body", "What is my balance?"])
        .output()
        .expect("swaks is not installed: run tests/run --install");
    assert!(swaks.status.success(), "{}", String::from_utf8_lossy(&swaks.stdout));
    let answer = jo.receives("Your balance is ").await;
    assert_eq!(answer.subject, "Your balance is $12.34");
}

/// A Redis that speaks TLS alone to the processes, under the mail servers' authority.
async fn redis_with_tls() -> (Redis, String) {
    let (dovecot, port) = (dovecot::shared(), crate::support::port::free());
    let folder = dovecot.certificate_folder();
    let file = |name: &str| folder.join(name).display().to_string();
    let redis = Redis::with(&[
        "--tls-port",
        &port.to_string(),
        "--tls-cert-file",
        &file("server.pem"),
        "--tls-key-file",
        &file("server.key"),
        "--tls-auth-clients",
        "no",
    ])
    .await;
    (redis, format!("rediss://localhost:{port}"))
}

async fn one_payment(service: &str, mailbox: String, relay: String, names: [&str; 2]) {
    let (_redis, redis_url) = redis_with_tls().await;
    let authority = dovecot::shared().ca.file.display().to_string();
    let stack = Stack::with(
        service,
        &[
            ("MAILBOX_URL", mailbox),
            ("RELAY_URL", relay),
            ("REDIS_URL", redis_url),
            ("REDIS_TLS_CA", authority.clone()),
            ("MAIL_TLS_CA", authority),
        ],
    )
    .await;
    let (one, other) = pair(&stack, names).await;
    one.writes(&format!("pay {} $20", other.address)).await;
    let asked = one.receives("Please confirm: $20.00").await;
    one.sends(&Draft::reply(&asked, "YES")).await;
    one.receives("Sent: $20.00").await;
    other.receives("Received: $20.00").await;
    stack.is_sound();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_payment_passes_over_tls_everywhere() {
    let service = "tls@post.example";
    let (mailbox, relay) = (dovecot::shared().tls_url(service), postfix::shared().tls_url(service));
    one_payment(service, mailbox, relay, ["kim", "lou"]).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_payment_passes_over_starttls() {
    let service = "starttls@post.example";
    let mailbox = dovecot::shared().starttls_url(service);
    let relay = postfix::shared().starttls_url(service);
    one_payment(service, mailbox, relay, ["mia", "noa"]).await;
}
