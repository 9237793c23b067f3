//! The one binary: a subcommand per process and per errand of the operator.

mod accounts;
mod all;
mod audit;
mod clock;
mod database;
mod demo;
mod doctor;
mod explain;
mod export;
mod init;
mod jobs;
mod letters;
mod links;
mod output;
mod poller;
mod quarantine;
mod run;
mod status;
mod trace;
mod web;
mod worker;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

/// Commerce and payments from an ordinary hosted mailbox.
#[derive(Parser)]
#[command(name = "pennypost", version, about, propagate_version = true)]
#[command(
    after_help = "Exit codes: 0 done, 1 a fault, 2 wrong use or input, 3 a check that found \
                        something.\nConfiguration: pennypost.toml and the environment; see \
                        config/default.toml."
)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    Demo(demo::Demo),
    All(all::All),
    Poller(poller::PollerCommand),
    Worker(worker::Worker),
    Web(web::Web),
    Clock(clock::Clock),
    Migrate(database::Migrate),
    Init(init::Init),
    Doctor(doctor::Doctor),
    Status(status::Status),
    Trace(trace::Trace),
    Accounts(accounts::Accounts),
    Audit(audit::Audit),
    Export(export::Export),
    Explain(explain::Explain),
    Links(links::Links),
    Jobs(jobs::Jobs),
    Quarantine(quarantine::Quarantine),
    Letters(letters::Letters),
}

fn main() -> ExitCode {
    let cli = Cli::parse();
    // Kept until the end: without the feature there is nothing to keep.
    #[cfg(feature = "failpoints")]
    let _points = fail::FailScenario::setup();
    let ran = match cli.command {
        Command::Demo(demo) => run::demo(|stop| demo.run(stop)),
        Command::All(all) => run::process("all", |settings, stop| all.run(settings, stop)),
        Command::Poller(poller) if poller.stays() => {
            run::part("poller", |settings, stop| poller.run(settings, stop))
        }
        Command::Poller(poller) => {
            run::process("poller", |settings, stop| poller.run(settings, stop))
        }
        Command::Worker(worker) => run::part("worker", |settings, stop| worker.run(settings, stop)),
        Command::Web(web) => run::part("web", |settings, stop| web.run(settings, stop)),
        Command::Clock(clock) => run::part("clock", |settings, stop| clock.run(settings, stop)),
        Command::Migrate(migrate) => run::errand(|settings| migrate.run(settings)),
        Command::Init(init) => init.run(),
        Command::Doctor(doctor) => doctor.run(),
        Command::Status(status) => run::errand(|settings| status.run(settings)),
        Command::Trace(trace) => run::errand(|settings| trace.run(settings)),
        Command::Accounts(accounts) => run::errand(|settings| accounts.run(settings)),
        Command::Audit(audit) => run::errand(|settings| audit.run(settings)),
        Command::Export(export) => run::errand(|settings| export.run(settings)),
        Command::Explain(explain) => explain.run(),
        Command::Links(links) => run::with_settings(|settings| links.run(&settings)),
        Command::Jobs(jobs) => run::errand(|settings| jobs.run(settings)),
        Command::Quarantine(quarantine) => run::errand(|settings| quarantine.run(settings)),
        Command::Letters(letters) => run::errand(|settings| letters.run(settings)),
    };
    run::exit(ran)
}
