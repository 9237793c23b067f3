//! A deployment in a folder, and the real binary as its process.

use std::{
    collections::BTreeMap,
    fs,
    path::PathBuf,
    process::{Child, Command, ExitStatus, Output, Stdio},
    sync::Arc,
    time::{Duration, Instant},
};

use pennypost::config::{self, Settings};
use serde_json::Value;
use tempfile::TempDir;

use super::post::Post;
use crate::support::{
    TestDb, app,
    dovecot::Dovecot,
    orphans,
    port::{self, is_listening},
};

/// Settings that differ from the tests' usual ones: no budget may swallow an answer.
const SETTINGS: [(&str, &str); 9] = [
    ("LISTEN", "127.0.0.1"),
    ("POLLER_INTERVAL_MILLIS", "50"),
    ("QUEUE_REFILL_MILLIS", "200"),
    ("LETTERS_ANSWERS_PER_HOUR", "1000"),
    ("TRANSFERS_PER_TRANSFER_MAX", "1000000"),
    ("TRANSFERS_DAY_MAX", "1000000"),
    ("TRANSFERS_WEEK_MAX", "1000000"),
    ("TRANSFERS_MONTH_MAX", "1000000"),
    ("TRANSFERS_PER_HOUR_MAX", "10000"),
];

/// What a process logs when it does its work from then on.
const READY: &str = " ready process=";

/// A mailbox, people's mailboxes and a database, with the settings that name them.
pub(crate) struct Deployment {
    folder: TempDir,
    environment: BTreeMap<String, String>,
    pub(super) post: Post,
    pub(crate) public_url: String,
    pub(crate) port: u16,
}

impl Deployment {
    pub(crate) fn new(database_url: &str) -> Self {
        let folder = TempDir::new().expect("a temporary folder");
        let port = port::free();
        let public_url = format!("http://127.0.0.1:{port}");
        let mut environment = app::environment(folder.path(), database_url);
        environment.insert("PUBLIC_URL".to_owned(), public_url.clone());
        environment.insert("PORT".to_owned(), port.to_string());
        let settings = SETTINGS.map(|(name, value)| (name.to_owned(), value.to_owned()));
        environment.extend(settings);
        let post = Post::in_folder(folder.path());
        Self { folder, environment, post, public_url, port }
    }

    /// On the database of a test, with the bells that go with it.
    pub(crate) fn on(db: &TestDb) -> Self {
        let mut deployment = Self::new(&db.url);
        deployment.environment.extend(db.environment());
        deployment
    }

    pub(crate) fn with(mut self, name: &str, value: &str) -> Self {
        self.environment.insert(name.to_owned(), value.to_owned());
        self
    }

    /// With mailboxes at a mail host.
    pub(super) fn at(mut self, dovecot: Arc<Dovecot>) -> Self {
        self.environment.insert("MAILBOX_URL".to_owned(), dovecot.url(app::SERVICE));
        self.post = Post::Host(dovecot);
        self
    }

    /// Letters that leave for a folder lie here.
    pub(crate) fn people(&self) -> PathBuf {
        self.folder.path().join("people")
    }

    /// Puts bytes into the hosted mailbox.
    pub(crate) fn deliver(&self, name: &str, bytes: &[u8]) {
        self.post.deliver(name, bytes);
    }

    /// The environment of its processes.
    pub(crate) fn environment(&self) -> &BTreeMap<String, String> {
        &self.environment
    }

    /// What its processes are configured with.
    pub(crate) fn settings(&self) -> Settings {
        config::load_from(None, &self.environment).expect("valid settings")
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_pennypost"));
        command
            .args(arguments)
            .env_clear()
            .envs(&self.environment)
            .current_dir(self.folder.path())
            .stdin(Stdio::null());
        command
    }

    /// Starts a process that stays; its log is appended to the deployment's.
    pub(crate) fn start(&self, arguments: &[&str]) -> Running {
        self.start_with(arguments, &[])
    }

    /// As [`Deployment::start`], with settings of its own.
    pub(crate) fn start_with(
        &self,
        arguments: &[&str],
        differing: &[(&'static str, String)],
    ) -> Running {
        let log = fs::File::options().create(true).append(true).open(self.log_path());
        let mut command = self.command(arguments);
        command.envs(differing.iter().map(|(name, value)| (name, value)));
        command.stdout(Stdio::null()).stderr(log.expect("a log file"));
        let child = command.spawn().expect("the binary starts");
        orphans::add(&child);
        Running { child }
    }

    /// Starts a process and waits until it says that it is ready.
    pub(crate) async fn started(&self, arguments: &[&str]) -> Running {
        let before = self.log().matches(READY).count();
        let mut process = self.start(arguments);
        let until = Instant::now() + Duration::from_secs(30);
        while self.log().matches(READY).count() == before {
            process.goes_on(self);
            assert!(Instant::now() < until, "it is not ready: {}", self.log_end());
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        process
    }

    /// Runs an errand to its end.
    pub(crate) fn run(&self, arguments: &[&str]) -> Output {
        self.command(arguments).output().expect("the binary runs")
    }

    /// What an errand prints as JSON; its exit code must be 0.
    pub(crate) fn json(&self, arguments: &[&str]) -> Value {
        let output = self.run(arguments);
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{arguments:?}: {} {said}", output.status);
        serde_json::from_slice(&output.stdout).expect("JSON")
    }

    /// Where the log lies.
    pub(crate) fn log_path(&self) -> PathBuf {
        self.folder.path().join("log")
    }

    /// All that its processes have said.
    pub(crate) fn log(&self) -> String {
        String::from_utf8_lossy(&fs::read(self.log_path()).unwrap_or_default()).into_owned()
    }

    /// The end of the log, for a failure's message.
    pub(crate) fn log_end(&self) -> String {
        let log = self.log();
        let lines: Vec<&str> = log.lines().rev().take(30).collect();
        lines.into_iter().rev().collect::<Vec<_>>().join("\n")
    }

    pub(crate) fn is_listening(&self) -> bool {
        is_listening(self.port)
    }
}

/// A process under way; killed when the value is dropped.
pub(crate) struct Running {
    child: Child,
}

impl Running {
    /// SIGKILL, and until the kernel has taken everything from it.
    pub(crate) fn kill(&mut self) {
        // It may have ended by itself.
        self.child.kill().ok();
        self.child.wait().expect("a child can be waited for");
        orphans::remove(&self.child);
    }

    pub(super) fn id(&self) -> u32 {
        self.child.id()
    }

    /// Its status, once it has ended by itself.
    pub(crate) fn ended(&mut self) -> Option<ExitStatus> {
        self.child.try_wait().expect("a child can be asked")
    }

    /// It must not have ended by itself.
    pub(crate) fn goes_on(&mut self, deployment: &Deployment) {
        let ended = self.ended();
        assert!(ended.is_none(), "it ended by itself, {ended:?}: {}", deployment.log_end());
    }

    /// Sends TERM, STOP or CONT.
    pub(crate) fn signal(&self, name: &str) {
        let (signal, id) = (format!("-{name}"), self.child.id().to_string());
        let sent = Command::new("kill").args([&signal, &id]).status();
        assert!(sent.expect("kill runs").success(), "SIG{name} is sent");
    }

    /// How it ended; none when it has not within `bound`.
    pub(crate) async fn within(&mut self, bound: Duration) -> Option<ExitStatus> {
        let until = Instant::now() + bound;
        loop {
            let ended = self.ended();
            if ended.is_some() || Instant::now() >= until {
                return ended;
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.kill();
    }
}
