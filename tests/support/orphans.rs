//! No process outlives the tests that started it, however they end.
//!
//! A shell knows their ids, and kills what is left when its standard input closes, which the kernel does
//! when this process is gone.

use std::{
    io::Write,
    process::{Child, ChildStdin, Command, Stdio},
    sync::{Mutex, OnceLock, PoisonError},
};

static SHELL: OnceLock<(Mutex<ChildStdin>, Child)> = OnceLock::new();

/// `+ID` and `-ID` come one a line.
const SCRIPT: &str = r#"
left=' '
while read -r word; do
  id=${word#?}
  case $word in
  +*) left="$left$id " ;;
  -*) case $left in *" $id "*) left="${left%% $id *} ${left#* $id }" ;; esac ;;
  esac
done
for id in $left; do kill -9 "$id"; done
"#;

/// A child that is to die with this process.
pub(crate) fn add(child: &Child) {
    say('+', child);
}

/// A child that has ended, and been waited for: its id may become somebody else's.
pub(crate) fn remove(child: &Child) {
    say('-', child);
}

fn say(sign: char, child: &Child) {
    let (words, _) = SHELL.get_or_init(|| {
        let mut shell = Command::new("sh")
            .args(["-c", SCRIPT])
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("a shell");
        (Mutex::new(shell.stdin.take().expect("it is piped")), shell)
    });
    let mut words = words.lock().unwrap_or_else(PoisonError::into_inner);
    writeln!(words, "{sign}{}", child.id()).expect("the shell listens");
}
