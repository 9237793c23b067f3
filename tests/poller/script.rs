//! A mail host that plays a script: a small IMAP server with one folder, which keeps to the RFC until it is
//! told not to.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, MutexGuard},
    time::Duration,
};

use tokio::{
    io::{AsyncBufReadExt, AsyncWriteExt, BufReader},
    net::{TcpListener, TcpStream, tcp::OwnedWriteHalf},
    sync::Notify,
};

use crate::support::port;

/// What is done once instead of the usual answer to a command that begins so.
#[derive(Clone)]
pub(super) enum Turn {
    /// These lines, then no more; `{tag}` stands for the command's tag.
    Says(&'static str),
    /// Half of the answer, then nothing any more.
    StopsHalfway,
    /// Nothing any more.
    IsMute,
    /// Hangs up.
    HangsUp,
    /// The usual answer, once somebody says so.
    Waits(Arc<Notify>),
    /// Talks on and on and never comes to the point.
    Babbles,
}

/// What the server is and has.
pub(super) struct State {
    pub(super) greeting: &'static str,
    pub(super) capabilities: &'static str,
    pub(super) uid_validity: Option<u32>,
    pub(super) uid_next: Option<u32>,
    pub(super) status_uid_next: Option<u32>,
    pub(super) messages: BTreeMap<u32, Vec<u8>>,
    /// When they were received, where that is not in 2090; "" where nobody knows.
    pub(super) dates: BTreeMap<u32, &'static str>,
    pub(super) turns: Vec<(&'static str, Turn)>,
    /// Everything that was asked, without tags.
    pub(super) asked: Vec<String>,
}

pub(super) struct Host {
    pub(super) port: u16,
    state: Arc<Mutex<State>>,
}

impl Host {
    pub(super) async fn start() -> Self {
        let port = port::free();
        let state = Arc::new(Mutex::new(State {
            greeting: "* OK here\r\n",
            capabilities: "IMAP4rev1 IDLE MOVE UIDPLUS",
            uid_validity: Some(7),
            uid_next: Some(1),
            status_uid_next: None,
            messages: BTreeMap::new(),
            dates: BTreeMap::new(),
            turns: Vec::new(),
            asked: Vec::new(),
        }));
        let listener = TcpListener::bind(("127.0.0.1", port)).await.expect("a free port");
        let shared = Arc::clone(&state);
        tokio::spawn(async move {
            while let Ok((socket, _)) = listener.accept().await {
                let state = Arc::clone(&shared);
                tokio::spawn(async move { serve(socket, &state).await });
            }
        });
        Self { port, state }
    }

    pub(super) fn url(&self) -> String {
        format!("imap://till%40post.example:opensesame@127.0.0.1:{}", self.port)
    }

    pub(super) fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().expect("nobody panics with it")
    }

    /// A message arrives; its UID.
    pub(super) fn deliver(&self, bytes: Vec<u8>) -> u32 {
        let mut state = self.state();
        let uid = state.messages.last_key_value().map_or(0, |(uid, _)| *uid);
        let uid = (uid + 1).max(state.uid_next.unwrap_or(1));
        state.messages.insert(uid, bytes);
        if let Some(next) = &mut state.uid_next {
            *next = uid + 1;
        }
        uid
    }

    /// What happens at the next commands that begin so.
    pub(super) fn once(&self, command: &'static str, turn: Turn) {
        self.state().turns.push((command, turn));
    }

    /// How often something was asked.
    pub(super) fn asked(&self, part: &str) -> usize {
        self.state().asked.iter().filter(|line| line.contains(part)).count()
    }
}

async fn serve(socket: TcpStream, state: &Mutex<State>) {
    let (read, mut write) = socket.into_split();
    let greeting = state.lock().expect("whole").greeting;
    if greeting.is_empty() {
        std::future::pending::<()>().await;
    }
    say(&mut write, greeting.as_bytes()).await;
    let mut lines = BufReader::new(read).lines();
    let mut idle = None;
    while let Ok(Some(line)) = lines.next_line().await {
        if line == "DONE" {
            let tag = idle.take().unwrap_or_default();
            say(&mut write, format!("{tag} OK done\r\n").as_bytes()).await;
            continue;
        }
        let (tag, command) = line.split_once(' ').unwrap_or((&line, ""));
        let (turn, answer) = {
            let mut state = state.lock().expect("whole");
            state.asked.push(command.to_owned());
            let turn = state.turns.iter().position(|(of, _)| command.starts_with(of));
            let turn = turn.map(|place| state.turns.remove(place).1);
            (turn, state.answer(tag, command))
        };
        if command == "IDLE" {
            idle = Some(tag.to_owned());
        }
        match turn {
            None => say(&mut write, &answer).await,
            Some(Turn::Says(lines)) => {
                say(&mut write, lines.replace("{tag}", tag).as_bytes()).await;
            }
            Some(Turn::StopsHalfway) => {
                say(&mut write, &answer[..answer.len() / 2]).await;
                std::future::pending::<()>().await;
            }
            Some(Turn::IsMute) => std::future::pending().await,
            Some(Turn::HangsUp) => return,
            Some(Turn::Babbles) => loop {
                say(&mut write, b"* OK one moment\r\n").await;
                tokio::time::sleep(Duration::from_millis(50)).await;
            },
            Some(Turn::Waits(until)) => {
                until.notified().await;
                say(&mut write, &answer).await;
            }
        }
    }
}

async fn say(to: &mut OwnedWriteHalf, octets: &[u8]) {
    // The other side may have gone.
    to.write_all(octets).await.ok();
}

impl State {
    fn answer(&mut self, tag: &str, command: &str) -> Vec<u8> {
        let words: Vec<&str> = command.split(' ').collect();
        let mut said = Vec::new();
        match words[..] {
            ["CAPABILITY"] => said = format!("* CAPABILITY {}\r\n", self.capabilities).into(),
            ["IDLE"] => return b"+ idling\r\n".to_vec(),
            ["SELECT" | "EXAMINE", ..] => said = self.opened(),
            ["STATUS", folder, ..] => {
                let next = self.status_uid_next.map(|next| format!("UIDNEXT {next}"));
                said = format!("* STATUS {folder} ({})\r\n", next.unwrap_or_default()).into();
            }
            ["UID", "FETCH", set, ..] => said = self.fetched(set, command),
            ["UID", "MOVE" | "EXPUNGE", set, ..] => {
                for uid in self.set(set) {
                    self.messages.remove(&uid);
                }
            }
            ["NOOP"] => said = format!("* {} EXISTS\r\n", self.messages.len()).into(),
            _ => {}
        }
        said.extend(format!("{tag} OK done\r\n").into_bytes());
        said
    }

    fn opened(&self) -> Vec<u8> {
        let mut said = format!("* {} EXISTS\r\n* FLAGS (\\Seen)\r\n", self.messages.len());
        if let Some(validity) = self.uid_validity {
            said += &format!("* OK [UIDVALIDITY {validity}] so\r\n");
        }
        if let Some(next) = self.uid_next {
            said += &format!("* OK [UIDNEXT {next}] so\r\n");
        }
        said.into_bytes()
    }

    /// `a`, `a:b`, `a:*` and `*`, of which the last is never empty.
    fn set(&self, set: &str) -> Vec<u32> {
        let last = self.messages.last_key_value().map_or(0, |(uid, _)| *uid);
        let number = |text: &str| if text == "*" { last } else { text.parse().expect("a UID") };
        let mut uids = Vec::new();
        for part in set.split(',') {
            let (from, to) = part.split_once(':').unwrap_or((part, part));
            let (from, to) = (number(from), number(to));
            uids.extend(self.messages.range(from.min(to)..=from.max(to)).map(|(uid, _)| *uid));
        }
        uids
    }

    fn fetched(&self, set: &str, command: &str) -> Vec<u8> {
        let mut said = Vec::new();
        for uid in self.set(set) {
            let bytes = &self.messages[&uid];
            let header = bytes.windows(4).position(|at| at == b"\r\n\r\n").map_or(0, |at| at + 4);
            said.extend(format!("* {uid} FETCH (UID {uid}").into_bytes());
            if command.contains("RFC822.SIZE") {
                said.extend(format!(" RFC822.SIZE {}", bytes.len()).into_bytes());
            }
            let date = self.dates.get(&uid).copied().unwrap_or("01-Jan-2090 00:00:00 +0000");
            if command.contains("INTERNALDATE") && !date.is_empty() {
                said.extend(format!(" INTERNALDATE \"{date}\"").into_bytes());
            }
            let part = if command.contains("HEADER") { &bytes[..header] } else { &bytes[..] };
            if command.contains("BODY.PEEK") {
                let name = if command.contains("HEADER") { "HEADER" } else { "" };
                said.extend(format!(" BODY[{name}] {{{}}}\r\n", part.len()).into_bytes());
                said.extend(part);
            }
            said.extend(b")\r\n");
        }
        said
    }
}
