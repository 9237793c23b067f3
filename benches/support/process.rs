//! Child processes that end with this one, and what they cost: processor time and memory, as the kernel
//! counts them.
//!
//! An ended child stays readable in /proc until it is waited for, so its whole processor time is known.

use std::{
    fs,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

/// The kernel counts processor time in hundredths of a second (`USER_HZ`) on every Linux.
const TICK_MILLIS: u64 = 10;
/// How often a running child is looked at.
const LOOK: Duration = Duration::from_millis(5);
/// How long a process may take to end after SIGTERM.
const STOP_MAX: Duration = Duration::from_secs(40);

/// What a process has cost.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Spent {
    pub(crate) cpu_millis: u64,
    pub(crate) peak_kib: u64,
    pub(crate) wall: Duration,
}

/// How long it may take where nobody waits for its figures.
const DROP_MAX: Duration = Duration::from_secs(5);

/// A running child.
#[derive(Debug)]
pub(crate) struct Running {
    name: String,
    child: Child,
    log: PathBuf,
    /// Octets of the log that others wrote.
    log_begins: usize,
    started: Instant,
    peak_kib: u64,
}

impl Running {
    /// Starts `command` with its output in `folder/NAME.log`. The kernel ends it when we are gone.
    pub(crate) fn start(name: &str, command: &Command, folder: &Path) -> Self {
        let log = folder.join(format!("{name}.log"));
        let file = fs::File::options().create(true).append(true).open(&log).expect("a log file");
        let mut tied = Command::new("setpriv");
        tied.args(["--pdeathsig", "TERM", "--"]).arg(command.get_program());
        tied.args(command.get_args());
        for (key, value) in command.get_envs() {
            match value {
                Some(value) => tied.env(key, value),
                None => tied.env_remove(key),
            };
        }
        if let Some(folder) = command.get_current_dir() {
            tied.current_dir(folder);
        }
        let log_begins = file.metadata().map_or(0, |facts| facts.len());
        let log_begins = usize::try_from(log_begins).unwrap_or(usize::MAX);
        let errors = file.try_clone().expect("a second handle");
        let started = Instant::now();
        let child = tied.stdin(Stdio::null()).stdout(file).stderr(errors).spawn();
        let child = child.expect("setpriv is installed");
        Self { name: name.to_owned(), child, log, log_begins, started, peak_kib: 0 }
    }

    pub(crate) fn id(&self) -> u32 {
        self.child.id()
    }

    /// What it has said so far.
    pub(crate) fn said(&self) -> String {
        fs::read_to_string(&self.log).unwrap_or_default()
    }

    /// Whether a word stands in what it has said; what an earlier process of this name said is not its own.
    pub(crate) fn said_since_start(&self, word: &str) -> bool {
        let said = self.said();
        said.get(self.log_begins..).unwrap_or_default().contains(word)
    }

    /// What it has cost so far.
    pub(crate) fn so_far(&mut self) -> Spent {
        self.peak_kib = self.peak_kib.max(status_kib(self.id(), "VmHWM:"));
        Spent {
            cpu_millis: stat(self.id()).map_or(0, |stat| stat.own_millis + stat.reaped_millis),
            peak_kib: self.peak_kib,
            wall: self.started.elapsed(),
        }
    }

    /// Memory that it occupies now, in KiB.
    pub(crate) fn resident_kib(&self) -> u64 {
        status_kib(self.id(), "VmRSS:")
    }

    /// Waits until it ends by itself, and well.
    pub(crate) async fn finished(mut self, limit: Duration) -> Spent {
        loop {
            let spent = self.so_far();
            if stat(self.id()).is_none_or(|stat| stat.ended) {
                let status = self.child.wait().expect("our child");
                assert!(status.success(), "{} failed: {}", self.name, self.said());
                return spent;
            }
            assert!(spent.wall < limit, "{} takes too long: {}", self.name, self.said());
            tokio::time::sleep(LOOK).await;
        }
    }

    /// Asks it to stop, and waits for it; kills it when it does not.
    pub(crate) async fn stop(mut self) -> Spent {
        let last = self.so_far();
        self.signal("-TERM");
        let asked = Instant::now();
        while stat(self.id()).is_some_and(|stat| !stat.ended) {
            if asked.elapsed() > STOP_MAX {
                self.signal("-KILL");
            }
            tokio::time::sleep(LOOK).await;
        }
        self.child.wait().expect("our child");
        last
    }

    fn signal(&self, signal: &str) {
        let sent = Command::new("kill").args([signal, &self.id().to_string()]).status();
        sent.expect("kill is installed");
    }
}

impl Drop for Running {
    /// Neither the end of a bench nor its failure leaves anything behind, and a server has ended before its
    /// folder goes.
    fn drop(&mut self) {
        if !matches!(self.child.try_wait(), Ok(None)) {
            return;
        }
        self.signal("-TERM");
        let asked = Instant::now();
        while matches!(self.child.try_wait(), Ok(None)) {
            if asked.elapsed() > DROP_MAX {
                self.signal("-KILL");
            }
            std::thread::sleep(LOOK);
        }
    }
}

/// Processor time of a process, of its children that live and of those that have ended, in
/// milliseconds: a server with a process per connection.
pub(crate) fn tree_millis(root: u32) -> u64 {
    let all = fs::read_dir("/proc").into_iter().flatten().flatten();
    let pids = all.filter_map(|entry| entry.file_name().to_str()?.parse::<u32>().ok());
    let stats: Vec<(u32, Stat)> = pids.filter_map(|pid| Some((pid, stat(pid)?))).collect();
    let mut tree = vec![root];
    let mut next = 0;
    while let Some(parent) = tree.get(next).copied() {
        tree.extend(stats.iter().filter(|(_, s)| s.parent == parent).map(|(pid, _)| *pid));
        next += 1;
    }
    let within = stats.iter().filter(|(pid, _)| tree.contains(pid));
    within.map(|(_, stat)| stat.own_millis + stat.reaped_millis).sum()
}

#[derive(Debug, Clone, Copy)]
struct Stat {
    ended: bool,
    parent: u32,
    own_millis: u64,
    /// Of children that were waited for.
    reaped_millis: u64,
}

/// proc(5), /proc/PID/stat: what follows the name, which may hold blanks and ends with the last `)`.
fn stat(pid: u32) -> Option<Stat> {
    let text = fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    let fields: Vec<&str> = text.rsplit_once(')')?.1.split_ascii_whitespace().collect();
    let ticks = |place: usize| fields.get(place).and_then(|field| field.parse::<u64>().ok());
    Some(Stat {
        ended: matches!(fields.first(), Some(&("Z" | "X"))),
        parent: fields.get(1)?.parse().ok()?,
        own_millis: (ticks(11)? + ticks(12)?) * TICK_MILLIS,
        reaped_millis: (ticks(13)? + ticks(14)?) * TICK_MILLIS,
    })
}

fn status_kib(pid: u32, name: &str) -> u64 {
    let text = fs::read_to_string(format!("/proc/{pid}/status")).unwrap_or_default();
    let line = text.lines().find_map(|line| line.strip_prefix(name));
    line.and_then(|rest| rest.split_ascii_whitespace().next()?.parse().ok()).unwrap_or(0)
}
