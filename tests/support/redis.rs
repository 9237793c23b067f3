//! A private Redis: own folder, own port, stopped when this process ends, however it ends; killed,
//! restarted and told what to do by the stories that want to.
//!
//! The server is the child of a small shell that waits for its standard input to close, which the
//! kernel does when this process is gone.

use std::{
    path::PathBuf,
    process::{Child, Command, Stdio},
    sync::{
        Mutex, MutexGuard, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use pennypost::config::RedisSettings;
use tokio::sync::OnceCell;

use super::port;

static SHARED: OnceCell<Redis> = OnceCell::const_new();
static PREFIXES: AtomicUsize = AtomicUsize::new(0);

/// The one Redis of all tests of this process that do it no harm.
pub(crate) async fn shared() -> &'static Redis {
    SHARED.get_or_init(Redis::start).await
}

/// A prefix that no other test of this process has.
pub(crate) fn fresh_prefix() -> String {
    format!("t{}", PREFIXES.fetch_add(1, Ordering::Relaxed))
}

/// A server. Its default user needs no password on [`Redis::url`], whatever else is configured.
pub(crate) struct Redis {
    pub(crate) port: u16,
    folder: PathBuf,
    settings: Vec<String>,
    /// None while it is down.
    shell: Mutex<Option<Child>>,
}

impl Redis {
    /// Starts one with the usual settings.
    pub(crate) async fn start() -> Self {
        Self::with(&[]).await
    }

    /// Starts one with more of the command line: `["--tls-port", "6380", …]`.
    pub(crate) async fn with(settings: &[&str]) -> Self {
        let folder =
            tempfile::Builder::new().prefix("pennypost-redis-").tempdir().expect("a folder").keep();
        let settings = settings.iter().map(|word| (*word).to_owned()).collect();
        let redis = Self { port: port::free(), folder, settings, shell: Mutex::new(None) };
        redis.restart().await;
        redis
    }

    /// As `REDIS_URL` names it.
    pub(crate) fn url(&self) -> String {
        format!("redis://127.0.0.1:{}", self.port)
    }

    /// As a process is configured for it.
    pub(crate) fn settings(&self, prefix: &str) -> RedisSettings {
        RedisSettings {
            url: self.url().into(),
            tls_ca: None,
            tls_verify: true,
            prefix: prefix.to_owned(),
        }
    }

    /// SIGKILL: what it held is gone. Returns when the port is free.
    pub(crate) fn kill(&self) {
        let Some(mut shell) = self.shell().take() else { return };
        drop(shell.stdin.take());
        shell.wait().expect("a child can be waited for");
    }

    /// Starts it again on the same port, empty.
    pub(crate) async fn restart(&self) {
        self.kill();
        let shell = Command::new("sh")
            .arg("-c")
            .arg(SCRIPT)
            .arg("sh")
            .args(&self.settings)
            .env("DIR", &self.folder)
            .env("PORT", self.port.to_string())
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("a shell");
        *self.shell() = Some(shell);
        for _ in 0..600 {
            if self.try_tell::<String>(&["PING"]).is_ok() {
                return;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        let log = std::fs::read_to_string(self.folder.join("log")).unwrap_or_default();
        unreachable!("the private Redis did not start (tests/run --install installs it): {log}");
    }

    /// Says a command and reads its answer: `redis.tell::<()>(&["FLUSHALL"])`.
    pub(crate) fn tell<T: redis::FromRedisValue>(&self, words: &[&str]) -> T {
        self.try_tell(words).expect("the private Redis answers")
    }

    fn try_tell<T: redis::FromRedisValue>(&self, words: &[&str]) -> redis::RedisResult<T> {
        let mut connection = redis::Client::open(self.url())?.get_connection()?;
        let (verb, rest) = words.split_first().expect("a command");
        redis::cmd(verb).arg(rest).query(&mut connection)
    }

    /// Loses every list, as `FLUSHALL` and a failing disk do.
    pub(crate) fn flush(&self) {
        self.tell::<()>(&["FLUSHALL"]);
    }

    fn shell(&self) -> MutexGuard<'_, Option<Child>> {
        self.shell.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Redis {
    fn drop(&mut self) {
        self.kill();
    }
}

/// Nothing is kept on disk: whatever rings again after a restart comes from the rows.
const SCRIPT: &str = r#"
mkdir -p "$DIR"
cd "$DIR"
redis-server --port "$PORT" --bind 127.0.0.1 --dir "$DIR" --save '' --appendonly no \
  --logfile "$DIR/log" --daemonize no "$@" </dev/null >/dev/null 2>&1 &
server=$!
cat >/dev/null
kill -KILL "$server"
wait
rm -rf "$DIR"
"#;
