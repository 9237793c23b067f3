//! What a configuration can reach: each part tried as the processes would use it, told in plain sentences
//! with what to do. Reads, connects and signs in; sends no mail and changes nothing.
//!
//! Not for: whether mail flows at this moment (`health`).

mod database;
mod machine;
mod mailbox;
mod pages;
mod relay;
mod senders;

use std::path::Path;

use serde::Serialize;

use crate::{
    clock::Clock,
    config::{MailboxPlace, Settings},
    mail::wire::Dialer,
};

word_enum! {
    /// How much something matters.
    pub enum Grade {
        /// As it should be.
        Ok = "ok",
        /// It works, and could be better.
        Warn = "warn",
        /// It does not work.
        Bad = "bad",
    }
}

/// One thing that was tried.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// Which part: `database`, `mailbox`, `senders` …
    pub part: &'static str,
    /// How much it matters.
    pub grade: Grade,
    /// What was found, in a sentence.
    pub says: String,
    /// What to do about it.
    pub todo: Option<String>,
}

/// What has been found so far.
#[derive(Debug, Default)]
struct Findings(Vec<Finding>);

impl Findings {
    fn ok(&mut self, part: &'static str, says: impl Into<String>) {
        self.0.push(Finding { part, grade: Grade::Ok, says: says.into(), todo: None });
    }

    fn warn(&mut self, part: &'static str, says: impl Into<String>, todo: impl Into<String>) {
        self.0.push(Finding {
            part,
            grade: Grade::Warn,
            says: says.into(),
            todo: Some(todo.into()),
        });
    }

    fn bad(&mut self, part: &'static str, says: impl Into<String>, todo: impl Into<String>) {
        let todo = Some(todo.into());
        self.0.push(Finding { part, grade: Grade::Bad, says: says.into(), todo });
    }
}

/// Tries everything, in order. `file` is where the settings came from, if from one; `progress` hears what is tried next.
pub async fn examine(
    settings: &Settings,
    file: Option<&Path>,
    clock: &Clock,
    mut progress: impl FnMut(&str),
) -> Vec<Finding> {
    let mut found = Findings::default();
    progress("the configuration");
    machine::examine(&mut found, settings, file);
    progress("the database");
    database::examine(&mut found, settings, clock).await;
    if let Some(redis) = &settings.redis {
        progress("Redis");
        database::redis(&mut found, redis).await;
    }
    let dialer = match Dialer::new(settings.mail_tls_ca.as_deref()) {
        Ok(dialer) => dialer,
        Err(error) => {
            let todo = "Name a file of certificates in PEM, or leave mail_tls_ca empty.";
            found.bad("configuration", in_words(&error), todo);
            return found.0;
        }
    };
    for one in &settings.mailboxes {
        progress(&format!("the mailbox {}", one.name));
        match &one.place {
            MailboxPlace::Maildir(path) => mailbox::maildir(&mut found, one, path),
            MailboxPlace::Imap { server, folder } => {
                let place = mailbox::Place { settings, own: one, server, folder };
                mailbox::imap(&mut found, &dialer, &place, clock.now()).await;
            }
        }
    }
    progress("the relay");
    relay::examine(&mut found, settings, &dialer).await;
    progress("the pages");
    pages::examine(&mut found, settings, &dialer).await;
    found.0
}

/// An error with its causes, as one sentence.
fn in_words(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(inner) = cause {
        let more = inner.to_string();
        if !text.contains(&more) {
            text = format!("{text}: {more}");
        }
        cause = inner.source();
    }
    let text = text.trim_end_matches('.');
    // The name of a host stays as it is written.
    let host = text.split(' ').next().is_some_and(|word| word.contains('.') || word.contains(':'));
    let mut chars = text.chars();
    match chars.next() {
        Some(first) if !host => format!("{}{}.", first.to_uppercase(), chars.as_str()),
        _ => format!("{text}."),
    }
}
