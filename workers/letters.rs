//! `pennypost letters`: what left, what could not, and another try.

use clap::{Args, Subcommand};
use pennypost::{
    clock::Clock,
    config::Settings,
    letters::{self, LetterId, LetterTrace, Resent},
    process,
};
use serde_json::{Value, json};

use crate::{
    output,
    run::{Ended, Ran, Usage},
};

/// Letters that one call sends again at most.
const RESENT_MAX: i64 = 1_000;

/// List and show letters, and send again what failed.
#[derive(Args)]
#[command(after_help = "Example: pennypost letters list --state failed")]
pub(crate) struct Letters {
    #[command(subcommand)]
    verb: Verb,
    /// Print JSON.
    #[arg(long, global = true)]
    json: bool,
}

#[derive(Subcommand)]
enum Verb {
    /// List letters, newest first.
    #[command(after_help = "Example: pennypost letters list --state failed --json")]
    List {
        /// Only those in this state.
        #[arg(long, value_parser = ["queued", "sent", "failed"])]
        state: Option<String>,
        /// At most this many.
        #[arg(long, default_value_t = 100, value_parser = clap::value_parser!(i64).range(1..=10_000))]
        max: i64,
    },
    /// Show what became of one letter; `pennypost trace` tells its story.
    #[command(after_help = "Example: pennypost letters show 01jwtvn5zr0000000000000001")]
    Show {
        /// Its id, or its Message-ID.
        id: String,
    },
    /// Send letters again that failed: refused by the relay for good, or given up after a fault. They
    /// keep their Message-ID and their date.
    #[command(
        after_help = "Examples: pennypost letters resend 01jwtvn5zr0000000000000001\n          \
                            pennypost letters resend --failed"
    )]
    Resend {
        /// Their ids.
        #[arg(required_unless_present = "failed", conflicts_with = "failed")]
        ids: Vec<String>,
        /// All that failed, oldest first; at most 1,000 at once.
        #[arg(long)]
        failed: bool,
    },
}

impl Letters {
    pub(crate) async fn run(self, settings: Settings) -> Ran {
        let db = process::open_migrated(&settings).await?;
        let mut tx = db.begin().await?;
        match self.verb {
            Verb::List { state, max } => {
                let found = letters::newest(&mut tx, state.as_deref(), max).await?;
                print(self.json, &found)?;
            }
            Verb::Show { id } => {
                let found = letters::traced(&mut tx, &id).await?;
                let found = found.ok_or_else(|| Usage(format!("there is no letter {id}")))?;
                output::json(&row(&found))?;
            }
            Verb::Resend { ids, failed } => {
                let mut ids: Vec<LetterId> = ids.into_iter().map(LetterId).collect();
                if failed {
                    let found = letters::failed(&mut tx, RESENT_MAX).await?;
                    ids.extend(found.into_iter().map(|letter| letter.id));
                }
                for id in &ids {
                    // One that cannot be sent undoes all of this call.
                    match letters::resend(&mut tx, id, Clock::System.now()).await? {
                        Resent::Queued => {}
                        Resent::NotFailed(state) => {
                            return Err(Usage(format!("{id} has not failed: it is {state}")).into());
                        }
                        Resent::Unknown => {
                            return Err(Usage(format!("there is no letter {id}")).into());
                        }
                    }
                }
                tx.commit().await?;
                if self.json {
                    output::json(&json!({ "queued": ids }))?;
                } else if ids.is_empty() {
                    output::line("No letter has failed.");
                } else {
                    ids.iter().for_each(|id| output::line(format!("{id} is queued again")));
                }
                return Ok(Ended::Done);
            }
        }
        tx.rollback().await?;
        Ok(Ended::Done)
    }
}

fn row(letter: &LetterTrace) -> Value {
    json!({
        "id": letter.id,
        "kind": letter.kind,
        "to": letter.to_address,
        "subject": letter.subject,
        "reference": letter.reference,
        "message_id": letter.message_id,
        "state": letter.state,
        "error": letter.error,
        "created": letter.created_at,
        "sent": letter.sent_at,
    })
}

fn print(as_json: bool, letters: &[LetterTrace]) -> anyhow::Result<()> {
    if as_json {
        return output::json(&json!({ "letters": letters.iter().map(row).collect::<Vec<_>>() }));
    }
    let lines = letters.iter().map(|letter| {
        vec![
            letter.id.to_string(),
            letter.kind.clone(),
            letter.to_address.clone(),
            letter.state.clone(),
            letter.created_at.to_string(),
            letter.error.clone().unwrap_or_default(),
        ]
    });
    output::columns(
        &["letter", "kind", "to", "state", "written", "error"],
        &lines.collect::<Vec<_>>(),
    );
    Ok(())
}
