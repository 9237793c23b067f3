//! Whose word on senders the newest mails carry, whether the configured anchor would take it, and which
//! levels of proof can be reached here.

use std::collections::BTreeMap;

use super::{Findings, mailbox::Place};
use crate::{
    clock::At,
    mail::{
        anchors::{self, AnchorSettings},
        providers,
        scan::{self, Scan},
        sender::{self, Assurance, OwnDkim},
    },
};

const PART: &str = "senders";

/// Mails without an answer are explained by so many different reasons at most.
const REASONS_MAX: usize = 2;

pub(super) fn examine(found: &mut Findings, place: &Place<'_>, headers: &[&[u8]], now: At) {
    let name = &place.own.name;
    if headers.is_empty() {
        found.warn(
            PART,
            format!("{name}: it holds no mail to learn from."),
            "Write a mail to it from another host, and run doctor again.",
        );
        return;
    }
    let scans: Vec<Scan> = headers.iter().map(|header| scan::scan(header)).collect();
    let seen = ids(&scans);
    let told: Vec<String> = seen.iter().map(|(id, mails)| format!("{id} ({mails})")).collect();
    let all = scans.len();
    if told.is_empty() {
        found.warn(
            PART,
            format!("{name}: the newest {all} mails carry no Authentication-Results."),
            "Nobody can be believed here: let the mail server check DKIM and DMARC.",
        );
        return;
    }
    found.ok(PART, format!("{name}: the newest {all} mails carry results of {}.", told.join(", ")));
    if let Some(shape) = scans.iter().find_map(shape) {
        found.ok(PART, format!("{name}: {shape}"));
    }
    let Some(anchor) = anchor(found, place, &seen) else { return };
    believed(found, place, (&anchor, &scans), now);
}

/// The topmost id of each mail, the most frequent first.
fn ids(scans: &[Scan]) -> Vec<(String, usize)> {
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    for scan in scans {
        if let Some(id) = anchors::ids_seen(&scan.header).into_iter().next() {
            *counts.entry(id).or_default() += 1;
        }
    }
    let mut counts: Vec<_> = counts.into_iter().collect();
    counts.sort_by_key(|(_, mails)| std::cmp::Reverse(*mails));
    counts
}

/// What the newest mail's header begins with, as far as it matters.
fn shape(scan: &Scan) -> Option<String> {
    let fields = scan.header.fields();
    let results = |name: &str| name.eq_ignore_ascii_case("Authentication-Results");
    let at = fields.iter().position(|field| results(&field.name))?;
    let above = fields.iter().take(at);
    let hosts: Vec<String> = above
        .filter(|field| field.name.eq_ignore_ascii_case("Received"))
        .map(|field| anchors::received_by(&field.value).unwrap_or_else(|| "nobody".to_owned()))
        .collect();
    Some(if hosts.is_empty() {
        "no Received stands above them.".to_owned()
    } else {
        format!("{} Received stand above them, by {}.", hosts.len(), hosts.join(", "))
    })
}

fn anchor(
    found: &mut Findings,
    place: &Place<'_>,
    seen: &[(String, usize)],
) -> Option<AnchorSettings> {
    let words = &place.own.anchor;
    let name = &place.own.name;
    if ["", "none"].contains(&&*words.authserv_id) {
        let known = providers::of_imap(&place.server.host).and_then(|row| row.authserv_id);
        let id = known.or(seen.first().map(|(id, _)| &**id)).unwrap_or_default();
        let id = if id == "(without id)" { anchors::TOPMOST_WITHOUT_ID } else { id };
        found.bad(
            PART,
            format!("{name}: no authserv_id is set, so nobody's mail is believed."),
            format!("If {id} is your mail host's own, set authentication.authserv_id = \"{id}\"."),
        );
        return None;
    }
    match AnchorSettings::parse(&words.authserv_id, words.received_above, &words.received_hosts) {
        Ok(anchor) => Some(anchor),
        Err(error) => {
            let todo = "Write the id as the configuration's manual says.";
            found.bad(PART, format!("{name}: {error}"), todo);
            None
        }
    }
}

fn believed(
    found: &mut Findings,
    place: &Place<'_>,
    (anchor, scans): (&AnchorSettings, &[Scan]),
    now: At,
) {
    let name = &place.own.name;
    let (taken, refused): (Vec<_>, Vec<_>) =
        scans.iter().map(|scan| anchor.trusted(&scan.header)).partition(Result::is_ok);
    let mut reasons: Vec<String> = refused.into_iter().filter_map(Result::err).collect();
    reasons.sort();
    reasons.dedup();
    reasons.truncate(REASONS_MAX);
    let (all, many) = (scans.len(), taken.len());
    if many == 0 {
        found.bad(
            PART,
            format!("{name}: none of them would be believed. {}", reasons.join(" ")),
            "Set authentication.authserv_id to your mail host's id (above), received_above and \
             received_hosts to what stands above it.",
        );
        return;
    }
    let why = if reasons.is_empty() { String::new() } else { format!(" {}", reasons.join(" ")) };
    found.ok(PART, format!("{name}: {many} of {all} carry results that are believed.{why}"));
    levels(found, place, (anchor, scans), now);
}

/// What the proof of these mails comes to, and what that means for whoever writes.
fn levels(
    found: &mut Findings,
    place: &Place<'_>,
    (anchor, scans): (&AnchorSettings, &[Scan]),
    now: At,
) {
    let service = [place.settings.service_address.clone(), place.own.address.clone()];
    let of = |scan: &Scan| sender::judge(scan, anchor, &service, now, OwnDkim::NotExamined);
    let count = |level| scans.iter().filter(|scan| of(scan).assurance == level).count();
    let (proved, partly) = (count(Assurance::A2), count(Assurance::A1));
    let says = format!(
        "{}: {proved} are proved (A2: a YES by mail acts), {partly} partly (A1: a link is sent), {} not \
         (A0: told to the registered address).",
        place.own.name,
        scans.len() - proved - partly
    );
    if proved > 0 {
        found.ok(PART, says);
    } else {
        found.warn(
            PART,
            says,
            "Only mail of the last seven days, addressed to this mailbox, can be proved: write one from \
             another host, then look at `pennypost explain`.",
        );
    }
}
