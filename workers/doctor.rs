//! `pennypost doctor`: whether everything the configuration names can be used, and what to do.

use std::{io::IsTerminal, path::Path, time::Duration};

use clap::Args;
use indicatif::ProgressBar;
use pennypost::{
    clock::Clock,
    config::{self, LogSettings, Problems, Settings},
    doctor::{self, Finding, Grade},
};
use serde_json::json;

use crate::{
    output,
    run::{self, Ended, Ran},
};

/// Try everything the configuration names, and say what is wrong and what to do. Sends no mail.
#[derive(Args)]
#[command(
    after_help = "Exit codes: 0 nothing is wrong (there may be advice), 3 something does not work, 2 the \
                  configuration is not complete.\nExample: pennypost doctor --json | jq '.findings[] | \
                  select(.grade == \"bad\")'"
)]
pub(crate) struct Doctor {
    /// Print JSON.
    #[arg(long)]
    pub(crate) json: bool,
}

/// How often the spinner turns.
const TURN: Duration = Duration::from_millis(100);

impl Doctor {
    pub(crate) fn run(self) -> Ran {
        match config::load() {
            Ok(settings) => {
                // What fails is told here in words; the log would tell it twice.
                run::log(&LogSettings { level: tracing::Level::ERROR, ..settings.log });
                run::runtime()?.block_on(self.examine(settings, config::file().as_deref()))
            }
            Err(problems) => {
                self.incomplete(&problems)?;
                Err(problems.into())
            }
        }
    }

    /// Programs get what is wrong with the configuration as findings; people read it as an error.
    fn incomplete(&self, problems: &Problems) -> anyhow::Result<()> {
        if !self.json {
            return Ok(());
        }
        let findings = problems.lines().iter().map(|line| Finding {
            part: "configuration",
            grade: Grade::Bad,
            says: line.clone(),
            todo: Some("Set it, or mend it.".to_owned()),
        });
        output::json(&json!({ "findings": findings.collect::<Vec<_>>() }))
    }

    pub(crate) async fn examine(&self, settings: Settings, file: Option<&Path>) -> Ran {
        let shown = std::io::stderr().is_terminal() && !self.json;
        let bar = if shown { ProgressBar::new_spinner() } else { ProgressBar::hidden() };
        if shown {
            bar.enable_steady_tick(TURN);
        }
        let looking = |what: &str| bar.set_message(format!("Looking at {what}"));
        let findings = doctor::examine(&settings, file, &Clock::System, looking).await;
        bar.finish_and_clear();
        if self.json {
            output::json(&json!({ "findings": findings }))?;
        } else {
            print(&findings);
        }
        let bad = findings.iter().any(|finding| finding.grade == Grade::Bad);
        Ok(if bad { Ended::Found } else { Ended::Done })
    }
}

fn print(findings: &[Finding]) {
    let mut part = "";
    for finding in findings {
        if finding.part != part {
            if !part.is_empty() {
                output::line("");
            }
            part = finding.part;
            output::line(part);
        }
        let mark = match finding.grade {
            Grade::Ok => "  ok    ",
            Grade::Warn => "  WARN  ",
            Grade::Bad => "  BAD   ",
        };
        output::beside(mark, &finding.says);
        if let Some(todo) = &finding.todo {
            output::beside("        -> ", todo);
        }
    }
    let count = |grade| findings.iter().filter(|finding| finding.grade == grade).count();
    output::line("");
    output::line(match (count(Grade::Bad), count(Grade::Warn)) {
        (0, 0) => "All is well.".to_owned(),
        (0, warn) => format!("It works; {warn} could be better."),
        (1, 0) => "1 does not work.".to_owned(),
        (bad, 0) => format!("{bad} do not work."),
        (1, warn) => format!("1 does not work, {warn} could be better."),
        (bad, warn) => format!("{bad} do not work, {warn} could be better."),
    });
}
