//! `pennypost status`: how the deployment is, on one screen.

use anyhow::Context as _;
use clap::Args;
use pennypost::{
    clock::{At, Clock},
    config::{Mode, Settings},
    db::{self, Db},
    health::{self, Check, Day, Facts, Finding, Kind, MailboxFact, ProcessRow, span},
    process,
    queue::{self, Bells},
};
use serde_json::json;

use crate::{
    output,
    run::{Ended, Ran},
};

/// Show how the deployment is; exit code 3 when something is wrong.
#[derive(Args)]
#[command(after_help = "Example: pennypost status --json | jq .well")]
pub(crate) struct Status {
    /// Print JSON.
    #[arg(long)]
    json: bool,
    /// First forget the silent processes of this kind: they are gone for good and not missed.
    #[arg(long, value_name = "KIND", value_parser = ["all", "poller", "worker", "web", "clock"])]
    forget: Option<String>,
}

/// What one look finds.
struct Look {
    facts: Facts,
    findings: Vec<Finding>,
    /// None when the database cannot be read.
    day: Option<Day>,
    /// Why it cannot.
    unread: Option<String>,
}

impl Status {
    /// Works while no process runs, and while the database is away: then that is what it says.
    pub(crate) async fn run(self, settings: Settings) -> Ran {
        let now = Clock::System.now();
        if let Some(kind) = &self.forget {
            forget(&settings, kind, now).await?;
        }
        let look = Look::take(&settings, now).await;
        let well = health::red(&look.findings).next().is_none();
        if self.json {
            output::json(&json!({
                "at": now,
                "version": env!("CARGO_PKG_VERSION"),
                "mode": mode(settings.mode),
                "well": well,
                "findings": look.findings,
                "facts": look.facts,
                "today": look.day,
            }))?;
        } else {
            look.print(&settings);
        }
        Ok(if well { Ended::Done } else { Ended::Found })
    }
}

async fn forget(settings: &Settings, kind: &str, now: At) -> anyhow::Result<()> {
    let all = [Kind::All, Kind::Poller, Kind::Worker, Kind::Web, Kind::Clock];
    let kind = all.into_iter().find(|one| one.as_str() == kind).context("a kind that is none")?;
    let db = process::open_migrated(settings).await?;
    let mut tx = db.begin().await?;
    health::forget_silent(&mut tx, kind, now).await?;
    Ok(tx.commit().await?)
}

fn mode(mode: Mode) -> &'static str {
    match mode {
        Mode::Live => "live",
        Mode::Observe => "observe",
    }
}

impl Look {
    async fn take(settings: &Settings, now: At) -> Self {
        match Self::read(settings, now).await {
            Ok(look) => look,
            Err(error) => {
                let facts = health::without_database(now, settings);
                let findings = health::judge(&facts, &settings.health);
                Self { facts, findings, day: None, unread: Some(format!("{error:#}")) }
            }
        }
    }

    async fn read(settings: &Settings, now: At) -> anyhow::Result<Self> {
        let db: Db = process::open_database(settings).await?;
        let missing = db::pending(&db).await?;
        anyhow::ensure!(
            missing.is_empty(),
            "the database lacks {}: run `pennypost migrate`",
            missing.join(", ")
        );
        let cap = queue::Settings::default().list_cap;
        let bells = settings.redis.as_ref().map(|redis| Bells::redis(redis, cap)).transpose()?;
        let facts = health::gather(&db, settings, bells.as_ref(), now).await;
        let findings = health::judge(&facts, &settings.health);
        let mut tx = db.snapshot().await?;
        let day = health::day(&mut tx, now).await?;
        tx.rollback().await?;
        Ok(Self { facts, findings, day: Some(day), unread: None })
    }

    fn print(&self, settings: &Settings) {
        let at = self.facts.at;
        output::line(format!("Pennypost {} at {at}", env!("CARGO_PKG_VERSION")));
        output::line("");
        row(
            "mode",
            match settings.mode {
                Mode::Live => "live",
                Mode::Observe => {
                    "OBSERVE: mails are read and judged; nothing acts, nobody is answered"
                }
            },
        );
        match &self.unread {
            Some(why) => row("database", &format!("DOES NOT ANSWER: {why}")),
            None => row("database", "answers"),
        }
        if let Some(answers) = self.facts.redis {
            row(
                "redis",
                if answers { "answers" } else { "DOES NOT ANSWER: everything takes longer" },
            );
        }
        if self.day.is_some() {
            self.mail();
            self.work();
        }
        output::line("");
        self.verdict();
    }

    fn mail(&self) {
        let Some(Day { inbox, letters, money }) = &self.day else { return };
        for mailbox in &self.facts.mailboxes {
            row("mailbox", &self.mailbox(mailbox));
        }
        let mut parts = vec![
            format!("{} received", inbox.received),
            format!("{} acted", inbox.acted),
            format!("{} asked back", inbox.asked_back),
            format!("{} ignored", inbox.ignored),
            format!("{} waiting", self.facts.mails_waiting),
        ];
        for (count, word) in [
            (inbox.observed, "only observed"),
            (inbox.duplicates, "delivered again"),
            (inbox.quarantined, "quarantined"),
        ] {
            if count > 0 {
                parts.push(format!("{count} {word}"));
            }
        }
        row("inbox", &format!("today {}", parts.join(", ")));
        row(
            "letters",
            &format!(
                "today {} sent, {} queued, {} failed",
                letters.sent, letters.queued, letters.failed
            ),
        );
        for finding in self.findings.iter().filter(|one| one.check == Check::Relay) {
            row("relay", &finding.says);
        }
        row(
            "money",
            &format!(
                "{} accounts, {} transfers today, {} open holds",
                money.accounts, money.transfers, money.holds
            ),
        );
    }

    fn mailbox(&self, mailbox: &MailboxFact) -> String {
        let at = self.facts.at;
        let looked = mailbox.looked_at.map_or_else(
            || "not looked at yet".to_owned(),
            |then| format!("looked at {} ago", span(at.since(then))),
        );
        let mut parts = vec![format!("{} {looked}", mailbox.name)];
        parts.extend(mailbox.behind.map(|behind| format!("{behind} not yet taken")));
        if mailbox.held_back > 0 {
            parts.push(format!("{} HELD BACK", mailbox.held_back));
        }
        if mailbox.quarantined > 0 {
            parts.push(format!("{} quarantined", mailbox.quarantined));
        }
        parts.push(match &mailbox.holder {
            Some(holder) => format!("held by {holder}"),
            None => "held by nobody".to_owned(),
        });
        parts.extend(mailbox.failure.as_ref().map(|why| format!("FAILING: {why}")));
        parts.join(", ")
    }

    fn work(&self) {
        let at = self.facts.at;
        output::line("");
        let rows = self.facts.queues.iter().map(|queue| {
            let oldest = queue.oldest_due.filter(|due| *due <= at);
            vec![
                queue.name.clone(),
                queue.ready.to_string(),
                queue.running.to_string(),
                queue.dead.to_string(),
                oldest.map_or("-".to_owned(), |due| span(at.since(due))),
            ]
        });
        let rows: Vec<_> = rows.collect();
        output::columns(&["queue", "ready", "running", "dead", "oldest due"], &rows);
        output::line("");
        if self.facts.processes.is_empty() {
            row("processes", "none has said that it runs");
            return;
        }
        let rows: Vec<_> = self.facts.processes.iter().map(|one| process_row(one, at)).collect();
        output::columns(&["process", "version", "runs for", "last heard", "state"], &rows);
    }

    fn verdict(&self) {
        let red: Vec<_> = health::red(&self.findings).collect();
        if red.is_empty() {
            output::line("All is well. `pennypost audit` checks the ledger itself.");
        } else {
            output::line("NOT WELL:");
            red.iter().for_each(|finding| output::beside("- ", &finding.says));
        }
        for finding in &self.findings {
            let see = match finding.check {
                Check::Quarantine => " `pennypost quarantine list`",
                Check::Dead => " `pennypost jobs list --state dead`",
                // Which list, depends on what is said.
                Check::Letters => "",
                _ => continue,
            };
            output::beside("Note: ", &format!("{}{see}", finding.says));
        }
    }
}

fn process_row(one: &ProcessRow, at: At) -> Vec<String> {
    let silent = at.since(one.seen_at);
    let state = match (silent > health::ALIVE, one.ready) {
        (true, _) => "silent",
        (false, true) => "ready",
        (false, false) => "not ready",
    };
    vec![
        one.kind.to_string(),
        one.version.clone(),
        span(at.since(one.started_at)),
        format!("{} ago", span(silent)),
        state.to_owned(),
    ]
}

fn row(name: &str, words: &str) {
    output::beside(&format!("{name:<10}"), words);
}
