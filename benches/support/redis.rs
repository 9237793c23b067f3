//! A private Redis that keeps nothing on disk, as the peers' benches use it.

use std::{
    io::{Read, Write},
    net::{TcpListener, TcpStream},
    path::Path,
    process::Command,
    time::Duration,
};

use super::process::Running;

/// A running server on 127.0.0.1.
#[derive(Debug)]
pub(crate) struct Redis {
    pub(crate) port: u16,
    pub(crate) process: Running,
}

impl Redis {
    pub(crate) async fn start(folder: &Path) -> Self {
        let port = free_port();
        let mut command = Command::new("redis-server");
        command.args(["--bind", "127.0.0.1", "--save", "", "--appendonly", "no"]);
        command.arg("--port").arg(port.to_string()).arg("--dir").arg(folder);
        let process = Running::start("redis", &command, folder);
        for _ in 0..200 {
            if TcpStream::connect(("127.0.0.1", port)).is_ok() {
                return Self { port, process };
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        unreachable!("the private Redis did not start: {}", process.said())
    }

    /// Forgets everything.
    pub(crate) fn flush(&self) {
        assert_eq!(self.ask("FLUSHALL"), "+OK");
    }

    /// How many elements a list has.
    pub(crate) fn len(&self, list: &str) -> u64 {
        let answer = self.ask(&format!("LLEN {list}"));
        answer.strip_prefix(':').and_then(|n| n.parse().ok()).expect("a number")
    }

    /// One command on a connection of its own; the answer's first line.
    fn ask(&self, command: &str) -> String {
        let mut stream = TcpStream::connect(("127.0.0.1", self.port)).expect("Redis listens");
        stream.write_all(format!("{command}\r\n").as_bytes()).expect("Redis reads");
        let mut answer = [0_u8; 256];
        let read = stream.read(&mut answer).expect("Redis answers");
        let text = String::from_utf8_lossy(&answer[..read]);
        text.lines().next().unwrap_or_default().to_owned()
    }
}

/// A port that nobody listens on at this moment.
pub(crate) fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0")
        .and_then(|socket| socket.local_addr())
        .expect("a free port")
        .port()
}
