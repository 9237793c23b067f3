//! A private server and the shell that guards it: it starts the server, kills it when told to, and ends
//! it when this process is gone, however that went.
//!
//! The shell waits for words on its standard input, which the kernel closes when this process ends.

use std::{
    io::{BufRead, BufReader, Write},
    path::{Path, PathBuf},
    process::{Child, ChildStdin, ChildStdout, Command, Stdio},
    sync::Mutex,
};

/// The shell, and the folder that it removes in the end.
pub(crate) struct Guard {
    folder: PathBuf,
    talk: Mutex<(ChildStdin, BufReader<ChildStdout>)>,
    _shell: Child,
}

/// What a script may define anew, beside `start`, which sets `pid` to the leader of a process group.
const USUAL: &str = r#"
crash() {
  # Once dead, its id may become somebody else's.
  [ -n "$pid" ] || return 0
  # Until the group is there: the server may be about to become its leader.
  until kill -9 "-$pid" 2>/dev/null; do kill -0 "$pid" 2>/dev/null || break; sleep 0.01; done
  wait "$pid" 2>/dev/null
  pid=
}
end() { crash; }
"#;

const LOOP: &str = r#"
while read -r word; do
  "$word" >>"$DIR/guard.log" 2>&1
  echo done
done
end >>"$DIR/guard.log" 2>&1
rm -rf "$DIR"
"#;

impl Guard {
    /// A guard in a new folder, which the script finds as `$DIR`. Nothing is started yet.
    pub(crate) fn new(prefix: &str, script: &str, environment: &[(&str, String)]) -> Self {
        let folder = tempfile::Builder::new().prefix(prefix).tempdir().expect("a folder").keep();
        let mut shell = Command::new("sh")
            .arg("-c")
            .arg(format!("{USUAL}{script}{LOOP}"))
            .env("DIR", &folder)
            .envs(environment.iter().map(|(name, value)| (name, value)))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("a shell");
        let words = shell.stdin.take().expect("it is piped");
        let answers = BufReader::new(shell.stdout.take().expect("it is piped"));
        Self { folder, talk: Mutex::new((words, answers)), _shell: shell }
    }

    pub(crate) fn folder(&self) -> &Path {
        &self.folder
    }

    /// Does one of the script's words, `start`, or `crash`: SIGKILL for the server and all its children.
    pub(crate) fn does(&self, word: &str) {
        let mut talk = self.talk.lock().expect("nobody panics while talking");
        writeln!(talk.0, "{word}").expect("the shell listens");
        let mut answer = String::new();
        talk.1.read_line(&mut answer).expect("the shell answers");
        assert_eq!(answer, "done\n", "{word}");
    }

    /// What its server, and the shell, have said.
    pub(crate) fn log(&self) -> String {
        let logs = ["guard.log", "log"].map(|name| std::fs::read(self.folder.join(name)));
        let logs = logs.into_iter().flatten().map(|log| String::from_utf8_lossy(&log).into_owned());
        logs.collect::<Vec<_>>().join("\n")
    }
}
