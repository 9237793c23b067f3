//! The Procfile under a runner: what a platform does with it.

use std::{
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    time::Duration,
};

use super::{sharing::until_answered, until};
use crate::{
    faults::{mails::Draft, process::Deployment},
    support::TestDb,
};

/// The runner: on the path, or where tests/run puts it.
fn honcho() -> PathBuf {
    let own = Path::new(env!("CARGO_MANIFEST_DIR")).join("target/honcho/bin/honcho");
    if own.exists() { own } else { "honcho".into() }
}

fn start(deployment: &Deployment) -> Child {
    let binary = Path::new(env!("CARGO_BIN_EXE_pennypost"));
    let path = format!("{}:/usr/bin:/bin", binary.parent().expect("a folder").display());
    let log = std::fs::File::options().create(true).append(true).open(deployment.log_path());
    let root = env!("CARGO_MANIFEST_DIR");
    let mut command = Command::new(honcho());
    command.args(["start", "-d", root, "-f"]).arg(Path::new(root).join("Procfile"));
    command.args(["web", "poller", "worker"]);
    command.env_clear().envs(deployment.environment()).env("PATH", path);
    command.env("LISTEN", "127.0.0.1").env("PYTHONUNBUFFERED", "1").env("LANG", "C.UTF-8");
    let out = log.expect("a log file");
    command.stdin(Stdio::null()).stderr(out.try_clone().expect("a second handle")).stdout(out);
    command.spawn().expect("honcho runs (tests/run --install installs it)")
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_procfiles_processes_come_up_answer_a_mail_and_end() {
    let deployment = Deployment::on(&TestDb::postgres().await);
    let port = deployment.port.to_string();
    // The runner counts ports upwards for each process; the pages take the first.
    let deployment = deployment.with("PORT", &port);
    let mut runner = start(&deployment);
    until(&deployment, "three processes are ready", async || {
        ["web", "poller", "worker"]
            .iter()
            .all(|kind| deployment.log().contains(&format!(" ready process=\"{kind}\"")))
    })
    .await;
    let mail = Draft::new("help").genuine("ada0@ada.example", "m0@ada.example");
    deployment.deliver("0.story", &mail);
    until_answered(&deployment, 0..1).await;
    let id = runner.id().to_string();
    assert!(Command::new("kill").args(["-TERM", &id]).status().unwrap().success());
    let begun = std::time::Instant::now();
    while runner.try_wait().unwrap().is_none() {
        assert!(begun.elapsed() < Duration::from_secs(10), "{}", deployment.log_end());
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    let log = deployment.log();
    assert_eq!(log.matches(" stopped process=").count(), 3, "{log}");
}
