//! What every subcommand shares: configuration, the log, the runtime, signals, exit codes.

use std::{future::Future, io::IsTerminal, process::ExitCode};

use anyhow::Context as _;
use pennypost::config::{self, LogFormat, LogSettings, Settings};
use secrecy::ExposeSecret;
use tokio_util::{sync::CancellationToken, task::TaskTracker};

/// How a subcommand ended.
pub(crate) enum Ended {
    /// As asked.
    Done,
    /// A check found something; told on standard output.
    Found,
}

/// A subcommand's result.
pub(crate) type Ran = anyhow::Result<Ended>;

/// Wrong use or input, as distinct from a fault of ours.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub(crate) struct Usage(pub(crate) String);

/// Turns a result into the exit code, and says what went wrong.
pub(crate) fn exit(ran: Ran) -> ExitCode {
    match ran {
        Ok(Ended::Done) => ExitCode::SUCCESS,
        Ok(Ended::Found) => ExitCode::from(3),
        Err(error) => {
            eprintln!("pennypost: {error:#}");
            let usage = error.is::<Usage>() || error.is::<config::Problems>();
            ExitCode::from(if usage { 2 } else { 1 })
        }
    }
}

/// Runs something that needs the configuration alone.
pub(crate) fn with_settings(run: impl FnOnce(Settings) -> Ran) -> Ran {
    run(config::load()?)
}

/// Runs an errand of the operator: its log stays quiet but for warnings.
pub(crate) fn errand<F: Future<Output = Ran>>(run: impl FnOnce(Settings) -> F) -> Ran {
    with_settings(|settings| {
        log(&LogSettings { level: tracing::Level::WARN, ..settings.log });
        runtime()?.block_on(run(settings))
    })
}

/// Runs a process of this kind until it ends or is told to stop (SIGTERM, SIGINT).
pub(crate) fn process<F: Future<Output = Ran>>(
    kind: &'static str,
    run: impl FnOnce(Settings, CancellationToken) -> F,
) -> Ran {
    with_settings(|settings| {
        log(&settings.log);
        tracing::info!(process = kind, version = env!("CARGO_PKG_VERSION"), "starting");
        runtime()?.block_on(async {
            let stop = CancellationToken::new();
            watch_signals(stop.clone())?;
            let ran = run(settings, stop).await;
            tracing::info!(process = kind, "stopped");
            ran
        })
    })
}

/// Runs one of several processes that share a database and the bells.
pub(crate) fn part<F: Future<Output = Ran>>(
    kind: &'static str,
    run: impl FnOnce(Settings, CancellationToken) -> F,
) -> Ran {
    with_settings(|settings| {
        let url = settings.database_url.expose_secret();
        let lacks = if url.starts_with("sqlite:") {
            "PostgreSQL, and database_url names an SQLite file"
        } else if settings.redis.is_none() {
            "Redis to ring for each other, and redis_url is not set"
        } else {
            return Ok(Ended::Done);
        };
        Err(Usage(format!(
            "`pennypost {kind}` is one of several processes. These need {lacks}; \
             `pennypost all` runs everything in one and needs neither"
        ))
        .into())
    })?;
    process(kind, run)
}

/// Says that a process of this kind does its work from now on.
pub(crate) fn ready(kind: &'static str) {
    tracing::info!(process = kind, "ready");
}

/// Runs the demo, which brings its own configuration and tells its story instead of logging.
pub(crate) fn demo<F: Future<Output = Ran>>(run: impl FnOnce(CancellationToken) -> F) -> Ran {
    log(&LogSettings { format: LogFormat::Text, level: tracing::Level::WARN });
    runtime()?.block_on(async {
        let stop = CancellationToken::new();
        watch_signals(stop.clone())?;
        run(stop).await
    })
}

fn runtime() -> anyhow::Result<tokio::runtime::Runtime> {
    tokio::runtime::Builder::new_multi_thread().enable_all().build().context("Start the runtime")
}

/// Cancels `stop` at SIGTERM or SIGINT; a second one ends the process at once. Whatever is cut then is
/// found in its rows.
pub(crate) fn watch_signals(stop: CancellationToken) -> anyhow::Result<()> {
    use tokio::signal::unix::{SignalKind, signal};
    let mut terminate = signal(SignalKind::terminate()).context("Listen for SIGTERM")?;
    let mut interrupt = signal(SignalKind::interrupt()).context("Listen for SIGINT")?;
    TaskTracker::new().spawn(async move {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
        tracing::info!("stopping");
        stop.cancel();
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
        tracing::warn!("told to stop a second time: ending at once");
        std::process::exit(1);
    });
    Ok(())
}

/// Log lines go to standard error, so that standard output is the command's answer alone.
pub(crate) fn log(settings: &LogSettings) {
    let lines = tracing_subscriber::fmt()
        .with_max_level(settings.level)
        .with_writer(std::io::stderr)
        .with_ansi(std::io::stderr().is_terminal());
    match settings.format {
        LogFormat::Text => lines.init(),
        LogFormat::Json => lines.json().init(),
    }
}
