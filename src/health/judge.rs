//! What the facts mean: findings, each a plain sentence, red when somebody has to act.

use std::time::Duration;

use serde::Serialize;

use super::{ALIVE, Facts, Kind, MailboxFact};
use crate::{clock::At, config::HealthSettings};

/// How long a letter may be tried before it is told.
const LETTER_WAITS: Duration = Duration::from_secs(3_600);
/// A mailbox that nobody has held for so long was taken over by nobody.
const TAKEN_OVER: Duration = Duration::from_secs(30);

word_enum! {
    /// What is looked at.
    pub enum Check {
        /// The database answers.
        Database = "database",
        /// Redis answers: told, never red.
        Redis = "redis",
        /// A mailbox is looked at.
        Mailbox = "mailbox",
        /// A mailbox has a reader.
        Lease = "lease",
        /// No mail is held back.
        HeldBack = "held_back",
        /// Mails can be read at their host: told, never red.
        Quarantine = "quarantine",
        /// Stored mails are read.
        Mail = "mail",
        /// Due jobs are done.
        Queue = "queue",
        /// Jobs that were given up: told, never red.
        Dead = "dead",
        /// Letters leave soon and none has failed: told, never red, as one addressee's host may be the cause.
        Letters = "letters",
        /// The relay takes letters.
        Relay = "relay",
        /// The processes that ran still run.
        Process = "process",
    }
}

/// One thing that was looked at.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// What.
    pub check: Check,
    /// Which mailbox, queue, relay or kind of process.
    pub subject: Option<String>,
    /// Whether the deployment is unwell because of it.
    pub red: bool,
    /// A sentence.
    pub says: String,
}

impl Check {
    /// Whether a process of this kind cannot do its own part while this is red.
    pub fn is_duty_of(self, kind: Kind) -> bool {
        match self {
            Self::Database => true,
            Self::Mailbox | Self::Lease | Self::HeldBack => {
                matches!(kind, Kind::Poller | Kind::All)
            }
            Self::Mail | Self::Queue | Self::Relay => matches!(kind, Kind::Worker | Kind::All),
            Self::Redis | Self::Quarantine | Self::Dead | Self::Letters | Self::Process => false,
        }
    }
}

/// Those findings that make the deployment unwell.
pub fn red(findings: &[Finding]) -> impl Iterator<Item = &Finding> {
    findings.iter().filter(|finding| finding.red)
}

/// Looks at everything that is known.
pub fn judge(facts: &Facts, bounds: &HealthSettings) -> Vec<Finding> {
    let mut findings = Findings(Vec::new());
    findings.add(Check::Database, None, !facts.database, |red| {
        if red { "The database does not answer." } else { "The database answers." }.to_owned()
    });
    if let Some(answers) = facts.redis {
        // Mail flows all the same, so nothing is to be restarted or taken out of service for it.
        findings.add(Check::Redis, None, false, |_| {
            if answers {
                "Redis answers.".to_owned()
            } else {
                "Redis does not answer: everything takes longer until it does.".to_owned()
            }
        });
    }
    if !facts.database {
        return findings.0;
    }
    for mailbox in &facts.mailboxes {
        findings.mailbox(mailbox, facts.at, bounds);
        findings.quarantined(mailbox);
    }
    findings.waiting(facts, bounds);
    findings.letters(facts);
    for relay in &facts.relays {
        let age = relay.refusing_since.map(|since| facts.at.since(since));
        let red = age.is_some_and(|age| age > bounds.relay_refusing_max);
        let name = relay.name.clone();
        findings.add(Check::Relay, Some(name), red, |_| match age {
            Some(age) => {
                let why = relay.last_error.as_ref().map_or(String::new(), |why| format!(": {why}"));
                format!("The relay has taken no letter for {}{why}.", span(age))
            }
            None => "The relay takes letters.".to_owned(),
        });
    }
    findings.processes(facts);
    findings.0
}

struct Findings(Vec<Finding>);

impl Findings {
    fn add(
        &mut self,
        check: Check,
        subject: Option<String>,
        red: bool,
        says: impl FnOnce(bool) -> String,
    ) {
        self.0.push(Finding { check, subject, red, says: says(red) });
    }

    fn mailbox(&mut self, mailbox: &MailboxFact, now: At, bounds: &HealthSettings) {
        let name = &mailbox.name;
        let age = mailbox.looked_at.map(|at| now.since(at));
        let late = age.is_none_or(|age| age > bounds.poll_age_max);
        self.add(Check::Mailbox, Some(name.clone()), late, |late| match (age, late) {
            (None, _) => match &mailbox.failure {
                Some(why) => format!("The mailbox {name} has not been looked at yet ({why})."),
                None => format!("The mailbox {name} has not been looked at yet."),
            },
            (Some(age), true) => {
                let (age, allowed) = (span(age), span(bounds.poll_age_max));
                let why = mailbox.failure.as_ref().map_or(String::new(), |why| format!(" ({why})"));
                format!(
                    "The mailbox {name} was last looked at {age} ago; {allowed} is allowed{why}."
                )
            }
            (Some(age), false) => {
                format!("The mailbox {name} was looked at {} ago.", span(age))
            }
        });
        // Whoever looks now and then needs no lease in between.
        let alone = mailbox.holder.is_none() && age.is_some_and(|age| age > TAKEN_OVER);
        self.add(Check::Lease, Some(name.clone()), alone, |red| {
            if red {
                format!("No poller holds the mailbox {name}.")
            } else {
                format!("The mailbox {name} is in hand.")
            }
        });
        if mailbox.held_back > 0 {
            let count = mailbox.held_back;
            self.add(Check::HeldBack, Some(name.clone()), true, |_| {
                format!(
                    "{count} mails of {name} wait for your word, because its host has numbered them anew: \
                     `pennypost poller --accept-renumbered {name}` takes them."
                )
            });
        }
    }

    fn quarantined(&mut self, mailbox: &MailboxFact) {
        let (name, count) = (&mailbox.name, mailbox.quarantined);
        if count > 0 {
            let mails = if count == 1 { "mail of" } else { "mails of" };
            self.add(Check::Quarantine, Some(name.clone()), false, |_| {
                format!("{count} {mails} {name} could not be read yet at its host.")
            });
        }
    }

    fn waiting(&mut self, facts: &Facts, bounds: &HealthSettings) {
        let allowed = span(bounds.waiting_max);
        let age = facts.oldest_mail.map_or(Duration::ZERO, |at| facts.at.since(at));
        self.add(Check::Mail, None, age > bounds.waiting_max, |red| {
            if red {
                format!("A mail has been waiting for {}; {allowed} is allowed.", span(age))
            } else {
                "No mail waits too long.".to_owned()
            }
        });
        for queue in &facts.queues {
            let name = &queue.name;
            let age = queue.oldest_due.map_or(Duration::ZERO, |due| facts.at.since(due));
            self.add(Check::Queue, Some(name.clone()), age > bounds.waiting_max, |red| {
                if red {
                    format!(
                        "A job of the queue {name} has been due for {}; {allowed} is allowed.",
                        span(age)
                    )
                } else {
                    format!("The queue {name} is worked on.")
                }
            });
            if queue.dead > 0 {
                let jobs = if queue.dead == 1 { "job is" } else { "jobs are" };
                let says = format!("{} {jobs} dead in the queue {name}.", queue.dead);
                self.add(Check::Dead, Some(name.clone()), false, |_| says);
            }
        }
    }

    fn letters(&mut self, facts: &Facts) {
        let age = facts.oldest_letter.map(|at| facts.at.since(at));
        if let Some(age) = age.filter(|age| *age > LETTER_WAITS) {
            let says = format!(
                "A letter has been waiting for {}: `pennypost jobs list --queue letters --state ready` \
                 says what for.",
                span(age)
            );
            self.add(Check::Letters, None, false, |_| says);
        }
        if facts.letters_failed > 0 {
            let (count, s) =
                (facts.letters_failed, if facts.letters_failed == 1 { "" } else { "s" });
            let says = format!(
                "{count} letter{s} of the last 30 days could not be sent: `pennypost letters list \
                 --state failed` says why."
            );
            self.add(Check::Letters, None, false, |_| says);
        }
    }

    /// A kind that has fallen silent while nobody of it is left. One that stopped as it was told has
    /// said farewell, and what it leaves undone is told by age.
    fn processes(&mut self, facts: &Facts) {
        for kind in [Kind::All, Kind::Poller, Kind::Worker, Kind::Web, Kind::Clock] {
            let of_kind = || facts.processes.iter().filter(move |row| row.kind == kind);
            let Some(last) = of_kind().map(|row| row.seen_at).max() else { continue };
            let silent = facts.at.since(last);
            let alive = of_kind().filter(|row| facts.at.since(row.seen_at) <= ALIVE).count();
            let subject = Some(kind.as_str().to_owned());
            self.add(Check::Process, subject, alive == 0, |red| match (red, alive) {
                (true, _) => format!(
                    "No {kind} runs; the last was heard {} ago. If none is to run, say so: `pennypost \
                     status --forget {kind}`.",
                    span(silent)
                ),
                (false, 1) => format!("One {kind} runs."),
                (false, many) => format!("{many} of {kind} run."),
            });
        }
    }
}

/// `45 s`, `301 s`, `12 min`, `3 h`: as exact as somebody who has to act needs it.
pub fn span(span: Duration) -> String {
    match span.as_secs() {
        seconds @ 0..=599 => format!("{seconds} s"),
        seconds @ 600..=7_199 => format!("{} min", seconds / 60),
        seconds => format!("{} h", seconds / 3_600),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        config::Mode,
        health::{ProcessRow, QueueFact, RelayFact},
    };

    const NOW: At = At(10_000_000_000);

    fn ago(seconds: u64) -> At {
        NOW.minus(Duration::from_secs(seconds))
    }

    fn facts() -> Facts {
        Facts {
            at: NOW,
            mode: Mode::Live,
            database: true,
            redis: None,
            mailboxes: Vec::new(),
            mails_waiting: 0,
            oldest_mail: None,
            queues: Vec::new(),
            relays: Vec::new(),
            oldest_letter: None,
            letters_failed: 0,
            processes: Vec::new(),
        }
    }

    fn told(facts: &Facts) -> Vec<String> {
        let bounds = HealthSettings {
            listen: None,
            token: None,
            poll_age_max: Duration::from_secs(180),
            waiting_max: Duration::from_secs(300),
            relay_refusing_max: Duration::from_secs(300),
        };
        red(&judge(facts, &bounds)).map(|finding| finding.says.clone()).collect()
    }

    fn mailbox(looked: Option<u64>, holder: Option<&str>) -> MailboxFact {
        let (name, holder) = ("till".to_owned(), holder.map(str::to_owned));
        MailboxFact { name, looked_at: looked.map(ago), holder, ..MailboxFact::default() }
    }

    #[test]
    fn a_deployment_without_anything_to_do_is_well() {
        assert!(told(&facts()).is_empty());
    }

    #[test]
    fn a_mailbox_is_looked_at_and_held() {
        for (one, says) in [
            (mailbox(Some(180), Some("p1")), &[][..]),
            (
                mailbox(Some(181), Some("p1")),
                &["The mailbox till was last looked at 181 s ago; 180 s is allowed."],
            ),
            (mailbox(None, None), &["The mailbox till has not been looked at yet."]),
            (mailbox(Some(30), None), &[]),
            (mailbox(Some(31), None), &["No poller holds the mailbox till."]),
        ] {
            assert_eq!(told(&Facts { mailboxes: vec![one], ..facts() }), says);
        }
        let held = MailboxFact { held_back: 70, ..mailbox(Some(5), None) };
        let [says] = &told(&Facts { mailboxes: vec![held], ..facts() })[..] else { panic!("one") };
        assert!(says.starts_with("70 mails of till wait for your word"), "{says}");
    }

    #[test]
    fn what_waits_too_long_is_red_and_what_died_is_told() {
        let queue = QueueFact { name: "letters".to_owned(), dead: 2, ..QueueFact::default() };
        let late = QueueFact { oldest_due: Some(ago(301)), ..queue.clone() };
        let soon = QueueFact { oldest_due: Some(NOW.plus(TAKEN_OVER)), ..queue };
        assert!(told(&Facts { queues: vec![soon], ..facts() }).is_empty());
        assert_eq!(
            told(&Facts { queues: vec![late], oldest_mail: Some(ago(7_200)), ..facts() }),
            [
                "A mail has been waiting for 2 h; 300 s is allowed.",
                "A job of the queue letters has been due for 301 s; 300 s is allowed."
            ]
        );
    }

    #[test]
    fn servers_that_are_away_are_named() {
        let relay = |seconds| RelayFact {
            name: "service".to_owned(),
            refusing_since: Some(ago(seconds)),
            last_error: None,
            last_accepted_at: None,
        };
        assert!(told(&Facts { relays: vec![relay(300)], ..facts() }).is_empty());
        assert_eq!(
            told(&Facts { relays: vec![relay(601)], redis: Some(false), ..facts() }),
            ["The relay has taken no letter for 10 min."],
            "mail flows without Redis"
        );
        assert_eq!(told(&Facts { database: false, ..facts() }), ["The database does not answer."]);
    }

    #[test]
    fn a_kind_is_missed_when_none_of_it_is_left() {
        let row = |kind, seen| ProcessRow {
            id: format!("{seen}"),
            kind,
            version: "1".to_owned(),
            started_at: ago(9_000),
            seen_at: ago(seen),
            ready: true,
        };
        let killed = row(Kind::Worker, 500);
        let processes = vec![killed.clone(), row(Kind::Worker, 5), row(Kind::Web, 30)];
        assert!(told(&Facts { processes, ..facts() }).is_empty(), "another took its place");
        assert_eq!(
            told(&Facts { processes: vec![killed, row(Kind::Web, 5)], ..facts() }),
            [
                "No worker runs; the last was heard 500 s ago. If none is to run, say so: `pennypost \
                 status --forget worker`."
            ]
        );
    }
}
