//! The facts as Prometheus gauges (text exposition format 0.0.4). They are written anew at each scrape:
//! a value that is no longer known is absent, never its last.

use std::{fmt::Write, time::Duration};

use super::{ALIVE, Check, Facts, Finding, Kind};
use crate::config::Mode;

/// All gauges of health. Their names are listed in the README and never renamed.
pub fn text(facts: &Facts, findings: &[Finding]) -> String {
    let mut gauges = Gauges(String::new());
    gauges.one("pennypost_database_up", "Whether the database answers.", up(facts.database));
    if let Some(answers) = facts.redis {
        gauges.one("pennypost_redis_up", "Whether Redis answers.", up(answers));
    }
    let observing = up(facts.mode == Mode::Observe);
    gauges.one("pennypost_observing", "Whether nobody is answered (MODE=observe).", observing);
    let checks = ALL.iter().filter(|check| !TOLD.contains(check)).map(|check| {
        let red = findings.iter().any(|finding| finding.check == *check && finding.red);
        (vec![("check", check.as_str().to_owned())], up(!red))
    });
    let about = "Whether nothing of this kind is wrong.";
    gauges.many("pennypost_well", about, checks);
    if facts.database {
        gauges.deployment(facts);
    }
    gauges.0
}

const ALL: [Check; 12] = [
    Check::Database,
    Check::Redis,
    Check::Mailbox,
    Check::Lease,
    Check::HeldBack,
    Check::Quarantine,
    Check::Mail,
    Check::Queue,
    Check::Dead,
    Check::Letters,
    Check::Relay,
    Check::Process,
];

/// What has numbers of its own and is never red.
const TOLD: [Check; 3] = [Check::Quarantine, Check::Dead, Check::Letters];

type Labels = Vec<(&'static str, String)>;

struct Gauges(String);

impl Gauges {
    fn deployment(&mut self, facts: &Facts) {
        let mailboxes = || facts.mailboxes.iter();
        let named = |name: &str| vec![("mailbox", name.to_owned())];
        self.many(
            "pennypost_mailbox_look_age_seconds",
            "Since the last completed look at a mailbox; +Inf before the first.",
            mailboxes().map(|one| {
                let age = one.looked_at.map(|at| facts.at.since(at));
                (named(&one.name), age.map_or("+Inf".to_owned(), seconds))
            }),
        );
        self.many(
            "pennypost_mailbox_behind",
            "Mails in a mailbox that are not yet taken: UIDNEXT minus the watermark.",
            mailboxes().filter_map(|one| Some((named(&one.name), one.behind?.to_string()))),
        );
        self.many(
            "pennypost_mailbox_held_back",
            "Mails held back after a renumbering.",
            mailboxes().map(|one| (named(&one.name), one.held_back.to_string())),
        );
        self.many(
            "pennypost_mailbox_quarantined",
            "Mails whose bytes the host did not give yet.",
            mailboxes().map(|one| (named(&one.name), one.quarantined.to_string())),
        );
        let waiting = facts.mails_waiting.to_string();
        self.one("pennypost_mails_waiting", "Stored mails that are not yet read.", waiting);
        let age = facts.oldest_mail.map_or(Duration::ZERO, |at| facts.at.since(at));
        self.one(
            "pennypost_oldest_mail_waiting_seconds",
            "How long the oldest of them has been waiting.",
            seconds(age),
        );
        self.queues(facts);
        self.one(
            "pennypost_letters_failed",
            "Letters of the last 30 days that failed and were not sent again.",
            facts.letters_failed.to_string(),
        );
        self.many(
            "pennypost_relay_refusing_seconds",
            "Since when a relay has taken no letter; 0 when it takes them.",
            facts.relays.iter().map(|relay| {
                let age = relay.refusing_since.map_or(Duration::ZERO, |at| facts.at.since(at));
                (vec![("relay", relay.name.clone())], seconds(age))
            }),
        );
        let kinds = [Kind::All, Kind::Poller, Kind::Worker, Kind::Web, Kind::Clock];
        self.many(
            "pennypost_processes",
            "Processes that have said in the last 30 seconds that they run.",
            kinds.iter().map(|kind| {
                let alive = facts
                    .processes
                    .iter()
                    .filter(|row| row.kind == *kind && facts.at.since(row.seen_at) <= ALIVE);
                (vec![("kind", kind.as_str().to_owned())], alive.count().to_string())
            }),
        );
    }

    fn queues(&mut self, facts: &Facts) {
        let states = facts.queues.iter().flat_map(|queue| {
            let of = |state: &str, jobs: i64| {
                let labels = vec![("queue", queue.name.clone()), ("state", state.to_owned())];
                (labels, jobs.to_string())
            };
            [of("ready", queue.ready), of("running", queue.running), of("dead", queue.dead)]
        });
        self.many("pennypost_jobs", "Jobs by queue and state.", states);
        self.many(
            "pennypost_queue_oldest_due_seconds",
            "How long the oldest due job of a queue has been due.",
            facts.queues.iter().map(|queue| {
                let age = queue.oldest_due.map_or(Duration::ZERO, |due| facts.at.since(due));
                (vec![("queue", queue.name.clone())], seconds(age))
            }),
        );
    }

    fn one(&mut self, name: &str, about: &str, value: String) {
        self.many(name, about, [(Vec::new(), value)].into_iter());
    }

    fn many(&mut self, name: &str, about: &str, values: impl Iterator<Item = (Labels, String)>) {
        let out = &mut self.0;
        write!(out, "# HELP {name} {about}\n# TYPE {name} gauge\n").ok();
        for (labels, value) in values {
            let labels: Vec<_> = labels
                .iter()
                .map(|(label, text)| format!("{label}=\"{}\"", quoted(text)))
                .collect();
            let labels =
                if labels.is_empty() { String::new() } else { format!("{{{}}}", labels.join(",")) };
            writeln!(out, "{name}{labels} {value}").ok();
        }
    }
}

fn up(holds: bool) -> String {
    if holds { "1" } else { "0" }.to_owned()
}

fn seconds(age: Duration) -> String {
    age.as_secs().to_string()
}

/// A label's value may hold anything but these as they are.
fn quoted(text: &str) -> String {
    text.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n")
}
