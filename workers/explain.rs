//! `pennypost explain FILE.eml`: how a mail is read. Offline, needs no configuration, changes nothing.

use std::fs::File;
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use clap::Args;
use pennypost::{
    clock::Clock,
    intent::{ReaderContext, explain},
    mail::{
        anchors::AnchorSettings,
        message::MAIL_MAX,
        scan,
        sender::{self, OwnDkim, Verdict},
    },
};

use crate::run::{Ended, Ran, Usage};

/// Say how a mail would be read and why, and how far its sender would be believed; changes nothing.
#[derive(Debug, Args)]
#[command(after_help = "Example: pennypost explain mail.eml --authserv-id mx.google.com")]
pub(crate) struct Explain {
    /// The mail as a file, or - for standard input
    file: PathBuf,
    /// Print JSON
    #[arg(long)]
    json: bool,
    /// What is known of the sender, as JSON: currency, locale, pending requests, contacts …
    #[arg(long, value_name = "FILE.json")]
    context: Option<PathBuf>,
    /// The mail host whose Authentication-Results count, as in the configuration
    #[arg(long, value_name = "ID")]
    authserv_id: Option<String>,
}

impl Explain {
    /// Reads the mail and prints the account of it.
    pub(crate) fn run(&self) -> Ran {
        let usage = |e: anyhow::Error| Usage(format!("{e:#}"));
        let raw = mail(&self.file).map_err(usage)?;
        let context = self.context.as_deref().map(context).transpose().map_err(usage)?;
        let context = context.unwrap_or_default();
        let verdict = self.verdict(&raw, &context)?;
        let account = if self.json {
            let mut explained =
                explain::explain(&raw, &context).map_err(|e| Usage(e.to_string()))?;
            explained["assurance"] = serde_json::to_value(verdict.assurance)?;
            explained["evidence"] = serde_json::to_value(&verdict.evidence)?;
            serde_json::to_string(&explained).context("Write the reading as JSON")?
        } else {
            let words = explain::in_words(&raw, &context).map_err(|e| Usage(e.to_string()))?;
            let why = verdict.evidence.join(" ");
            format!("{}\n\nSender: {:?}. {why}", words.trim_end(), verdict.assurance)
        };
        writeln!(io::stdout(), "{account}").context("Write to standard output")?;
        Ok(Ended::Done)
    }

    fn verdict(&self, raw: &[u8], context: &ReaderContext) -> Result<Verdict> {
        let anchor = match &self.authserv_id {
            Some(id) => AnchorSettings::parse(id, None, &[])
                .map_err(|e| Usage(format!("--authserv-id: {e}")))?,
            None => AnchorSettings::nobody(),
        };
        let mut service = context.service_addresses.clone();
        service.extend(context.service_address.clone());
        let now = Clock::System.now();
        Ok(sender::judge(&scan::scan(raw), &anchor, &service, now, OwnDkim::NotExamined))
    }
}

/// One byte more than the limit is read, so that a larger mail is refused and not cut.
fn mail(file: &Path) -> Result<Vec<u8>> {
    let limit = u64::try_from(MAIL_MAX).unwrap_or(u64::MAX).saturating_add(1);
    let mut raw = Vec::new();
    if file == Path::new("-") {
        io::stdin().lock().take(limit).read_to_end(&mut raw).context("Read standard input")?;
    } else {
        let opened = File::open(file).with_context(|| format!("Open {}", file.display()))?;
        opened
            .take(limit)
            .read_to_end(&mut raw)
            .with_context(|| format!("Read {}", file.display()))?;
    }
    Ok(raw)
}

fn context(file: &Path) -> Result<ReaderContext> {
    let text = std::fs::read(file).with_context(|| format!("Read {}", file.display()))?;
    serde_json::from_slice(&text)
        .with_context(|| format!("{} is no context for the reader", file.display()))
}
