//! `pennypost explain FILE.eml`: how a mail is read. Offline, needs no configuration, changes nothing.

use std::fs::File;
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use clap::Args;
use pennypost::intent::{ReaderContext, explain};
use pennypost::mail::message::MAIL_MAX;

/// What to read.
#[derive(Debug, Args)]
pub(crate) struct Explain {
    /// The mail as a file, or - for standard input
    file: PathBuf,
    /// Print JSON
    #[arg(long)]
    json: bool,
    /// What is known of the sender, as JSON: currency, locale, pending requests, contacts …
    #[arg(long, value_name = "FILE.json")]
    context: Option<PathBuf>,
}

/// Reads the mail and prints the account of it.
///
/// # Errors
/// A file that cannot be read, a context that is no such JSON, a mail beyond the limits.
pub(crate) fn run(args: &Explain) -> Result<()> {
    let raw = mail(&args.file)?;
    let context = args.context.as_deref().map(context).transpose()?.unwrap_or_default();
    let account = if args.json {
        let explained = explain::explain(&raw, &context)?;
        serde_json::to_string(&explained).context("Write the reading as JSON")?
    } else {
        explain::in_words(&raw, &context)?
    };
    writeln!(io::stdout(), "{account}").context("Write to standard output")
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
