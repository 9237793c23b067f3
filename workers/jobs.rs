//! `pennypost jobs`: what waits, what failed for good, and another try.

use clap::{Args, Subcommand};
use pennypost::{
    clock::Clock,
    config::Settings,
    letters, process,
    queue::{self, Filter, Job, JobId, State},
};

use serde_json::{Value, json};

use crate::{
    output,
    run::{Ended, Ran, Usage},
};

/// List, show, replay and drop jobs.
#[derive(Args)]
#[command(after_help = "Example: pennypost jobs list --state dead")]
pub(crate) struct Jobs {
    #[command(subcommand)]
    verb: Verb,
    /// Print JSON.
    #[arg(long, global = true)]
    json: bool,
}

#[derive(Subcommand)]
enum Verb {
    /// List jobs, newest first.
    List {
        /// Only those in this state: ready, running, done or dead.
        #[arg(long)]
        state: Option<State>,
        /// Only those of this queue.
        #[arg(long)]
        queue: Option<String>,
        /// Only those of this kind.
        #[arg(long)]
        kind: Option<String>,
        /// At most this many.
        #[arg(long, default_value_t = 100, value_parser = clap::value_parser!(i64).range(1..=10_000))]
        max: i64,
    },
    /// Show one job with its last error.
    Show {
        /// Its id.
        id: String,
    },
    /// Try a dead job again, with fresh attempts.
    Replay {
        /// Its id.
        id: String,
    },
    /// Remove a job that waits or is dead, for good; a letter's then counts as failed.
    Drop {
        /// Its id.
        id: String,
    },
}

impl Jobs {
    pub(crate) async fn run(self, settings: Settings) -> Ran {
        let db = process::open_database(&settings).await?;
        let mut tx = db.begin().await?;
        match self.verb {
            Verb::List { state, queue, kind, max } => {
                let found = queue::list(&mut tx, &Filter { state, queue, kind }, max).await?;
                print(self.json, &found)?;
            }
            Verb::Show { id } => {
                let found = queue::show(&mut tx, &JobId(id.clone())).await?;
                let found = found.ok_or_else(|| Usage(format!("there is no job {id}")))?;
                output::json(&row(&found))?;
            }
            Verb::Replay { id } => {
                if !queue::replay(&mut tx, &JobId(id.clone()), Clock::System.now()).await? {
                    return Err(Usage(format!("{id} is no dead job")).into());
                }
                output::line(format!("{id} is ready again"));
            }
            Verb::Drop { id } => {
                let id = JobId(id);
                let job = queue::show(&mut tx, &id).await?;
                if !queue::drop_job(&mut tx, &id).await? {
                    return Err(Usage(format!("{id} is no job that waits or is dead")).into());
                }
                if let Some(job) = job {
                    letters::dropped(&mut tx, &job.kind, &job.args).await?;
                }
                output::line(format!("{id} is gone"));
            }
        }
        tx.commit().await?;
        Ok(Ended::Done)
    }
}

fn row(job: &Job) -> Value {
    json!({
        "id": job.id,
        "queue": job.queue,
        "kind": job.kind,
        "args": job.args,
        "lane": job.lane,
        "state": job.state.as_str(),
        "due": job.due,
        "attempts": job.attempts,
        "created": job.created,
        "ended": job.ended,
        "last_error": job.last_error,
    })
}

fn print(as_json: bool, jobs: &[Job]) -> anyhow::Result<()> {
    if as_json {
        return output::json(&json!({ "jobs": jobs.iter().map(row).collect::<Vec<_>>() }));
    }
    let lines = jobs.iter().map(|job| {
        vec![
            job.id.to_string(),
            job.queue.clone(),
            job.kind.clone(),
            job.state.as_str().to_owned(),
            job.attempts.to_string(),
            job.due.to_string(),
            job.last_error.clone().unwrap_or_default(),
        ]
    });
    let head = ["job", "queue", "kind", "state", "attempts", "due", "last error"];
    output::columns(&head, &lines.collect::<Vec<_>>());
    Ok(())
}
