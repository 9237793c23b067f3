//! The relay: a folder, and a submission server that can be told to misbehave.

mod faults;
mod folder;
mod postfix;
mod sink;
mod step;
mod wire;

use std::path::Path;

use pennypost::{
    address::Address,
    clock::At,
    config::{self, RelayPlace},
    mail::{
        relay::{Begun, Lane, Relay, Sent},
        wire::Dialer,
    },
};

use crate::support::{app, smtp_sink::SmtpSink};

const NOW: At = At(1_748_946_600_000_000);
const FROM: &str = "till@post.example";
const LETTER: &[u8] = b"Message-ID: <1@post.example>\r\nSubject: x\r\n\r\nHello\r\n";

fn address(text: &str) -> Address {
    Address::parse(text).expect("plain")
}

/// The place that a URL names, as the configuration reads it.
fn place(url: &str) -> RelayPlace {
    let mut environment = app::environment(Path::new("/nowhere"), "sqlite:/nowhere/x.db");
    environment.insert("RELAY_URL".to_owned(), url.to_owned());
    config::load_from(None, &environment).expect("valid settings").relay.place
}

/// A relay with at most two connections, which trusts the certificates of `ca`.
fn relay_at(url: &str, ca: Option<&Path>) -> Relay {
    Relay::open(&place(url), &Dialer::new(ca).expect("certificates"), &address(FROM), 2)
}

fn relay_to(sink: &SmtpSink) -> Relay {
    relay_at(&sink.url("smtp", ""), None)
}

async fn send(relay: &Relay, letter: &[u8]) -> Sent {
    relay.send((letter, &Begun::default()), &address("ada@lake.example"), Lane::Service, NOW).await
}
