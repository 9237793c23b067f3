//! `pennypost quarantine`: mails that could not be read at their host, and another look at them.

use clap::{Args, Subcommand};
use pennypost::{
    clock::Clock,
    config::Settings,
    inbox::{self, MailId, Quarantined},
    process,
};
use serde_json::json;

use crate::{
    output,
    run::{Ended, Ran, Usage},
};

/// List, look at again and drop mails that could not be read at their host.
#[derive(Args)]
#[command(after_help = "The poller looks at each again by itself, for about four days.\n\
                  Example: pennypost quarantine list")]
pub(crate) struct Quarantine {
    #[command(subcommand)]
    verb: Verb,
    /// Print JSON.
    #[arg(long, global = true)]
    json: bool,
}

#[derive(Subcommand)]
enum Verb {
    /// List them, oldest first, each with what its host said.
    List {
        /// At most this many.
        #[arg(long, default_value_t = 100, value_parser = clap::value_parser!(i64).range(1..=10_000))]
        max: i64,
    },
    /// Have the poller look at one again now, and from now on as at a new one.
    Replay {
        /// Its id.
        id: String,
    },
    /// Forget one for good; nothing changes at the mail host.
    Drop {
        /// Its id.
        id: String,
    },
}

impl Quarantine {
    pub(crate) async fn run(self, settings: Settings) -> Ran {
        let db = process::open_database(&settings).await?;
        let mut tx = db.begin().await?;
        match self.verb {
            Verb::List { max } => print(self.json, &inbox::quarantined(&mut tx, max).await?)?,
            Verb::Replay { id } => {
                let now = Clock::System.now();
                if !inbox::look_again(&mut tx, &MailId(id.clone()), now).await? {
                    return Err(Usage(format!(
                        "{id} is in no quarantine, or its host has numbered its mail anew since"
                    ))
                    .into());
                }
                output::line(format!("{id} is looked at again by the poller"));
            }
            Verb::Drop { id } => {
                if !inbox::forget(&mut tx, &MailId(id.clone())).await? {
                    return Err(Usage(format!("{id} is in no quarantine")).into());
                }
                output::line(format!("{id} is gone"));
            }
        }
        tx.commit().await?;
        Ok(Ended::Done)
    }
}

fn print(as_json: bool, mails: &[Quarantined]) -> anyhow::Result<()> {
    if as_json {
        return output::json(&json!({ "mails": mails }));
    }
    let lines = mails.iter().map(|one| {
        vec![
            one.mail.to_string(),
            one.mailbox.clone(),
            one.uid.to_string(),
            one.from_address.clone().unwrap_or_default(),
            one.size_bytes.to_string(),
            one.looks.to_string(),
            one.due_at.map_or("when asked for".to_owned(), |at| at.to_string()),
            one.why.clone(),
        ]
    });
    let head = ["mail", "mailbox", "uid", "from", "bytes", "looks", "next look", "why"];
    output::columns(&head, &lines.collect::<Vec<_>>());
    Ok(())
}
