//! The relay: reached, signed in to. Nothing is sent.

use super::{Findings, in_words};
use crate::{
    config::{RelayPlace, Security, Settings},
    mail::{
        relay::{Probe, Relay},
        wire::Dialer,
    },
};

const PART: &str = "relay";

/// A letter with its HTML, in octets, with room to spare.
const LETTER_MAX: u64 = 200_000;

pub(super) async fn examine(found: &mut Findings, settings: &Settings, dialer: &Dialer) {
    probe(found, settings, (&settings.relay.place, "letters"), dialer).await;
    if let Some(campaign) = &settings.relay.campaign {
        probe(found, settings, (campaign, "adverts"), dialer).await;
    }
}

async fn probe(
    found: &mut Findings,
    settings: &Settings,
    (place, what): (&RelayPlace, &str),
    dialer: &Dialer,
) {
    if let RelayPlace::Maildir(folder) = place {
        let folder = folder.display();
        found.ok(PART, format!("{what} are laid into {folder}, a Maildir for each addressee."));
        return;
    }
    let relay = Relay::open(place, dialer, &settings.service_address, 1);
    match relay.probe().await {
        Ok(probe) => told(found, &probe, what),
        Err(error) => found.bad(
            PART,
            format!("{what}: {}", in_words(&error)),
            "Look at relay_url: host, port, user, password; some hosts want an app password.",
        ),
    }
}

fn told(found: &mut Findings, probe: &Probe, what: &str) {
    let place = &probe.place;
    let protected = match probe.security {
        Some(Security::Tls) => "over TLS",
        Some(Security::StartTls) => "over STARTTLS",
        Some(Security::Plain) | None => "in clear, on this machine",
    };
    match probe.signed_in {
        Some(_) => {
            found.ok(PART, format!("{what} leave by {place} {protected}; it takes our sign-in."));
        }
        None => found.ok(PART, format!("{what} leave by {place} {protected}, without a sign-in.")),
    }
    if probe.size_max.is_some_and(|most| most > 0 && most < LETTER_MAX) {
        found.warn(
            PART,
            format!("{place} takes letters of {} bytes at most.", probe.size_max.unwrap_or(0)),
            "Letters are smaller than 100,000 bytes; ask for a little more.",
        );
    }
}
