//! Who holds a lease: a process of a machine, so that its neighbours there can tell that it is dead.
//!
//! Taking over from a process that only seems dead does no harm: the fence keeps it out.

use std::{
    fs, process,
    sync::atomic::{AtomicUsize, Ordering},
};

/// Pollers of this process so far.
static POLLERS: AtomicUsize = AtomicUsize::new(0);

/// A name for one poller: `host/pid/start/namespace/number`.
pub(super) fn fresh() -> String {
    let number = POLLERS.fetch_add(1, Ordering::Relaxed);
    let pid = process::id();
    let start = started(pid).unwrap_or_default();
    format!("{}/{pid}/{start}/{}/{number}", host(), namespace())
}

/// Whether the process behind a name lived on this machine and is gone. Where that cannot be told, it is not.
pub(super) fn is_dead(name: &str) -> bool {
    let mut parts = name.split('/');
    let (Some(of_host), Some(pid), Some(start), Some(of_namespace)) =
        (parts.next(), parts.next(), parts.next(), parts.next())
    else {
        return false;
    };
    let (Ok(pid), namespace) = (pid.parse(), namespace()) else { return false };
    let here = of_host == host() && of_namespace == namespace && !namespace.is_empty();
    here && started(pid).is_none_or(|now| now != start)
}

fn host() -> String {
    let name = fs::read_to_string("/proc/sys/kernel/hostname").unwrap_or_default();
    name.trim().replace('/', "-")
}

/// This boot and this namespace of process ids: in another one the same id is another process.
fn namespace() -> String {
    let boot = fs::read_to_string("/proc/sys/kernel/random/boot_id").unwrap_or_default();
    let boot: String = boot.chars().filter(char::is_ascii_alphanumeric).take(12).collect();
    let ids = fs::read_link("/proc/self/ns/pid").ok();
    let ids = ids.and_then(|link| link.to_str().map(str::to_owned)).unwrap_or_default();
    let ids: String = ids.chars().filter(char::is_ascii_digit).collect();
    if boot.is_empty() || ids.is_empty() { String::new() } else { format!("{boot}.{ids}") }
}

/// When a process began, in ticks since the boot; none when it has ended, even if nobody was told yet.
fn started(pid: u32) -> Option<String> {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    // The name in brackets may hold blanks and brackets of its own.
    let (_, after_name) = stat.rsplit_once(')')?;
    let mut fields = after_name.split_ascii_whitespace();
    let state = fields.next()?;
    (!matches!(state, "Z" | "X")).then(|| fields.nth(18).map(str::to_owned))?
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_living_process_is_not_dead() {
        let name = fresh();
        assert!(!is_dead(&name), "{name}");
        assert_ne!(name, fresh());
    }

    #[test]
    fn a_process_that_ended_is_dead_here_and_nowhere_else() {
        let mut child = process::Command::new("true").spawn().expect("it runs");
        let gone = child.id();
        child.wait().expect("it ends");
        let (host, namespace) = (host(), namespace());
        assert!(is_dead(&format!("{host}/{gone}/1/{namespace}/0")));
        // Our id, but another beginning: it was used again.
        assert!(is_dead(&format!("{host}/{}/1/{namespace}/0", process::id())));
        assert!(!is_dead(&format!("elsewhere/{gone}/1/{namespace}/0")));
        assert!(!is_dead(&format!("{host}/{gone}/1/other/0")));
        assert!(!is_dead(""));
    }
}
