//! The `pennypost` command.

mod explain;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

#[derive(Debug, Parser)]
#[command(name = "pennypost")]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Tell how a mail is read; changes nothing
    Explain(explain::Explain),
}

fn main() -> ExitCode {
    let Command::Explain(args) = Cli::parse().command;
    match explain::run(&args) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("pennypost: {error:#}");
            ExitCode::from(2)
        }
    }
}
