//! `pennypost links show`: what a confirmation link says.

use clap::{Args, Subcommand};
use pennypost::{config::Settings, tokens};

use crate::{
    output,
    run::{Ended, Ran, Usage},
};

/// Decode a confirmation link.
#[derive(Args)]
#[command(after_help = "Example: pennypost links show https://pay.example.org/c/…")]
pub(crate) struct Links {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Subcommand)]
enum Verb {
    /// Say who pays whom how much, and until when; changes nothing.
    Show {
        /// The link, or its last part.
        url: String,
        /// Print JSON.
        #[arg(long)]
        json: bool,
    },
}

impl Links {
    pub(crate) fn run(self, settings: &Settings) -> Ran {
        let Verb::Show { url, json } = self.verb;
        let token = url.rsplit("/c/").next().unwrap_or(&url);
        let Some((claims, _)) = tokens::open_link(&settings.keys, token) else {
            return Err(
                Usage("this is no link of this deployment, or it was changed".into()).into()
            );
        };
        if json {
            output::json(&claims)?;
            return Ok(Ended::Done);
        }
        output::line(format!("request  {} revision {}", claims.reference, claims.revision));
        output::line(format!("from     {}", claims.from));
        if let (Some(to), Some(amount)) = (&claims.to, claims.amount) {
            output::line(format!("to       {to}"));
            output::line(format!("amount   {}", amount.with_code()));
        }
        output::line(format!("expires  {}", claims.expires));
        Ok(Ended::Done)
    }
}
