//! A relay that keeps what it is given and can be told to misbehave at any stage of the dialogue.
//!
//! It is strict: a bare LF, a command before STARTTLS or AUTH where they are demanded, or words sent in
//! clear ahead of the handshake are answered with an error, as a careful server does.

mod dialogue;

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use rustls::ServerConfig;
use tokio::{net::TcpListener, task::JoinSet};

use dialogue::dialogue;

/// Where in the dialogue.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Stage {
    Greeting,
    Ehlo,
    StartTls,
    Auth,
    Mail,
    Rcpt,
    /// The command.
    Data,
    /// After the dot that ends the letter.
    Dot,
    Noop,
}

/// What it does there instead of agreeing.
#[derive(Debug, Clone)]
pub(crate) enum Turn {
    /// Answers with these lines; each but the last with a `-` after its code.
    Says(&'static str),
    /// Closes the connection without a word.
    HangsUp,
    /// Keeps the letter and closes the connection without a word.
    KeepsAndHangsUp,
    /// Says nothing and keeps the connection open.
    IsMute,
    /// Agrees, after this long.
    Dawdles(Duration),
}

/// How the connection is to be protected.
#[derive(Clone)]
pub(crate) enum Protection {
    None,
    /// Demanded before anything else.
    StartTls(Arc<ServerConfig>),
    Tls(Arc<ServerConfig>),
}

/// What it is like when nothing is said about a stage.
#[derive(Clone)]
pub(crate) struct Manner {
    pub(crate) protection: Protection,
    /// Demanded before MAIL; offered as `mechanisms`.
    pub(crate) login: Option<(&'static str, &'static str)>,
    pub(crate) mechanisms: &'static str,
    /// Lines of the EHLO answer beside STARTTLS and AUTH.
    pub(crate) extensions: Vec<&'static str>,
}

impl Default for Manner {
    fn default() -> Self {
        Self {
            protection: Protection::None,
            login: None,
            mechanisms: "PLAIN LOGIN",
            extensions: vec!["PIPELINING", "SIZE 26214400", "8BITMIME"],
        }
    }
}

/// A letter it keeps.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Taken {
    pub(crate) from: String,
    pub(crate) to: Vec<String>,
    /// With the doubled dots undone, up to and with the last line's CRLF.
    pub(crate) bytes: Vec<u8>,
    /// Which connection brought it, from 1.
    pub(crate) connection: usize,
    /// Who had signed in there.
    pub(crate) user: Option<String>,
    pub(crate) encrypted: bool,
}

impl Taken {
    /// The value of a header field.
    pub(crate) fn field(&self, name: &str) -> Option<String> {
        let text = String::from_utf8_lossy(&self.bytes);
        let start = format!("{}:", name.to_ascii_lowercase());
        let line = text.lines().find(|line| line.to_ascii_lowercase().starts_with(&start))?;
        Some(line[start.len()..].trim().to_owned())
    }
}

#[derive(Default)]
struct Seen {
    taken: Vec<Taken>,
    /// How many further times, and what; `usize::MAX` is for good.
    turns: HashMap<Stage, Vec<(usize, Turn)>>,
    reached: HashMap<Stage, usize>,
    /// Answers to RCPT by address.
    refused: HashMap<String, &'static str>,
    /// Every line a client said, without the letters.
    said: Vec<String>,
    connections: usize,
    open: usize,
    most_open: usize,
}

#[derive(Default)]
struct Shared(Mutex<Seen>);

impl Shared {
    fn lock(&self) -> MutexGuard<'_, Seen> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn turn(&self, stage: Stage) -> Option<Turn> {
        let mut seen = self.lock();
        *seen.reached.entry(stage).or_default() += 1;
        let turns = seen.turns.get_mut(&stage)?;
        let (left, turn) = turns.first_mut()?;
        let turn = turn.clone();
        if *left != usize::MAX {
            *left -= 1;
            if *left == 0 {
                turns.remove(0);
            }
        }
        Some(turn)
    }
}

/// The relay, on a free port of this machine.
pub(crate) struct SmtpSink {
    pub(crate) port: u16,
    manner: Manner,
    shared: Arc<Shared>,
    serving: Option<tokio::task::JoinHandle<()>>,
}

impl SmtpSink {
    pub(crate) async fn start() -> Self {
        Self::with(Manner::default()).await
    }

    pub(crate) async fn with(manner: Manner) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let port = listener.local_addr().expect("a port").port();
        let mut sink = Self { port, manner, shared: Arc::default(), serving: None };
        sink.serve(listener);
        sink
    }

    /// As `RELAY_URL`: `scheme` is smtp or smtps, `login` is `USER:PASSWORD@` or nothing.
    pub(crate) fn url(&self, scheme: &str, login: &str) -> String {
        format!("{scheme}://{login}127.0.0.1:{}", self.port)
    }

    /// Refuses connections and drops those that are open.
    pub(crate) async fn stop(&mut self) {
        if let Some(serving) = self.serving.take() {
            serving.abort();
            serving.await.ok();
        }
    }

    /// Takes connections again, at the same port.
    pub(crate) async fn start_again(&mut self) {
        let listener = TcpListener::bind(("127.0.0.1", self.port)).await.expect("its own port");
        self.serve(listener);
    }

    /// Takes this turn at the next `times` occasions (after the turns told before).
    pub(crate) fn next(&self, times: usize, stage: Stage, turn: Turn) {
        self.shared.lock().turns.entry(stage).or_default().push((times, turn));
    }

    /// Takes this turn until told otherwise.
    pub(crate) fn always(&self, stage: Stage, turn: Turn) {
        self.shared.lock().turns.insert(stage, vec![(usize::MAX, turn)]);
    }

    /// Answers so to every letter for an address.
    pub(crate) fn refuse(&self, address: &str, words: &'static str) {
        self.shared.lock().refused.insert(address.to_owned(), words);
    }

    /// Agrees to everything again.
    pub(crate) fn behave(&self) {
        let mut seen = self.shared.lock();
        seen.turns.clear();
        seen.refused.clear();
    }

    /// The letters it keeps, oldest first.
    pub(crate) fn taken(&self) -> Vec<Taken> {
        self.shared.lock().taken.clone()
    }

    /// How often a stage was reached.
    pub(crate) fn reached(&self, stage: Stage) -> usize {
        self.shared.lock().reached.get(&stage).copied().unwrap_or_default()
    }

    /// Connections so far, and the most that were open at once.
    pub(crate) fn connections(&self) -> (usize, usize) {
        let seen = self.shared.lock();
        (seen.connections, seen.most_open)
    }

    /// Every command line so far.
    pub(crate) fn said(&self) -> Vec<String> {
        self.shared.lock().said.clone()
    }

    /// Waits until it keeps `count` letters, ten seconds at most.
    pub(crate) async fn until_taken(&self, count: usize) -> Vec<Taken> {
        for _ in 0..2_000 {
            if self.shared.lock().taken.len() >= count {
                break;
            }
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        let taken = self.taken();
        assert!(taken.len() >= count, "{} of {count} letters came", taken.len());
        taken
    }

    fn serve(&mut self, listener: TcpListener) {
        let (manner, shared) = (self.manner.clone(), Arc::clone(&self.shared));
        self.serving = Some(tokio::spawn(async move {
            // Dropped with this task, and every dialogue with it.
            let mut dialogues = JoinSet::new();
            loop {
                let Ok((socket, _)) = listener.accept().await else { continue };
                socket.set_nodelay(true).ok();
                while dialogues.try_join_next().is_some() {}
                dialogues.spawn(dialogue(socket, manner.clone(), Arc::clone(&shared)));
            }
        }));
    }
}

impl Drop for SmtpSink {
    fn drop(&mut self) {
        if let Some(serving) = &self.serving {
            serving.abort();
        }
    }
}
