//! `pennypost migrate`: the schema's next steps.

use clap::Args;
use pennypost::{config::Settings, db, process};

use crate::{
    output,
    run::{Ended, Ran},
};

/// Bring the database's schema up to date.
#[derive(Args)]
#[command(
    after_help = "Example: pennypost migrate --check   list what is missing, exit code 3 if \
                        anything is"
)]
pub(crate) struct Migrate {
    /// Change nothing; say what is missing.
    #[arg(long)]
    check: bool,
    /// Print JSON.
    #[arg(long)]
    json: bool,
}

impl Migrate {
    pub(crate) async fn run(self, settings: Settings) -> Ran {
        let db = process::open_database(&settings).await?;
        let steps = if self.check { db::pending(&db).await? } else { db.migrate().await? };
        if self.json {
            let key = if self.check { "missing" } else { "applied" };
            output::json(&serde_json::json!({ key: steps }))?;
        } else if steps.is_empty() {
            output::line("The schema is up to date.");
        } else {
            let verb = if self.check { "missing" } else { "applied" };
            steps.iter().for_each(|step| output::line(format!("{verb} {step}")));
        }
        Ok(if self.check && !steps.is_empty() { Ended::Found } else { Ended::Done })
    }
}
