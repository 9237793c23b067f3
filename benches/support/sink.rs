//! The relay: takes every letter at once and remembers when its 250 left. Plain Tokio on sockets without
//! delay, so that it is never what is measured.

use std::{
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
};
use tokio_util::task::TaskTracker;

/// Longest header that is looked at.
const HEADER_BYTES_MAX: usize = 64 * 1024;

/// What a letter says in its subject.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// "Please confirm: …"
    Confirm,
    /// "Sent: …" or "Received: …"
    Receipt,
    /// Anything else; a run that is measured has none.
    Other,
}

/// A letter that was taken.
#[derive(Debug, Clone)]
pub(crate) struct Taken {
    pub(crate) kind: Kind,
    /// When its 250 had been written.
    pub(crate) at: Instant,
    pub(crate) to: String,
    pub(crate) subject: String,
    pub(crate) message_id: String,
    /// The address that answers go to.
    pub(crate) reply_to: String,
}

#[derive(Debug, Default)]
struct Shelf {
    taken: Mutex<Vec<Taken>>,
    counts: [AtomicU64; 3],
}

/// A running relay on 127.0.0.1.
#[derive(Debug)]
pub(crate) struct Sink {
    pub(crate) port: u16,
    shelf: Arc<Shelf>,
}

impl Sink {
    pub(crate) async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let port = listener.local_addr().expect("bound").port();
        let shelf = Arc::new(Shelf::default());
        let tracker = TaskTracker::new();
        let (inside, tasks) = (Arc::clone(&shelf), tracker.clone());
        tracker.spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let shelf = Arc::clone(&inside);
                tasks.spawn(async move { Session::new(stream, shelf).run().await });
            }
        });
        Self { port, shelf }
    }

    /// Forgets what was taken; the caller knows that nothing is on its way.
    pub(crate) fn clear(&self) {
        self.lock().clear();
        self.shelf.counts.iter().for_each(|count| count.store(0, Ordering::SeqCst));
    }

    pub(crate) fn count(&self, kind: Kind) -> u64 {
        self.shelf.counts[kind as usize].load(Ordering::SeqCst)
    }

    /// Waits for the letter that makes it `count` of this kind; when its 250 left.
    pub(crate) async fn until(&self, kind: Kind, count: u64, limit: Duration) -> Instant {
        let begun = Instant::now();
        while self.count(kind) < count {
            let (have, other) = (self.count(kind), self.count(Kind::Other));
            assert!(
                begun.elapsed() < limit,
                "{have} of {count} letters ({kind:?}), {other} others: {:?}",
                self.lock().iter().find(|taken| taken.kind == Kind::Other)
            );
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
        let taken = self.lock();
        let last = taken.iter().filter(|taken| taken.kind == kind).map(|taken| taken.at).max();
        last.expect("as many as counted")
    }

    /// All letters of a kind.
    pub(crate) fn taken(&self, kind: Kind) -> Vec<Taken> {
        self.lock().iter().filter(|taken| taken.kind == kind).cloned().collect()
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Vec<Taken>> {
        self.shelf.taken.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// One client's connection.
struct Session {
    stream: TcpStream,
    shelf: Arc<Shelf>,
    input: Vec<u8>,
    output: Vec<u8>,
    to: String,
}

impl Session {
    fn new(stream: TcpStream, shelf: Arc<Shelf>) -> Self {
        stream.set_nodelay(true).ok();
        Self { stream, shelf, input: Vec::new(), output: Vec::new(), to: String::new() }
    }

    /// Until the client leaves. Answers are held back while a pipelining client has more to say.
    async fn run(mut self) -> Option<()> {
        self.output.extend(b"220 sink.post.example ESMTP\r\n");
        loop {
            let line = self.line().await?;
            let verb = line.get(..4).unwrap_or(&line).to_ascii_uppercase();
            match &*verb {
                "EHLO" | "HELO" => self.output.extend(
                    b"250-sink.post.example\r\n250-PIPELINING\r\n250-8BITMIME\r\n250-SMTPUTF8\r\n\
                      250-AUTH PLAIN\r\n250 SIZE 52428800\r\n",
                ),
                "AUTH" => self.output.extend(b"235 2.7.0 welcome\r\n"),
                "RCPT" => {
                    let address = line.split_once('<').and_then(|(_, rest)| rest.split_once('>'));
                    self.to = address.map(|(to, _)| to.to_owned()).unwrap_or_default();
                    self.output.extend(b"250 2.1.5 fine\r\n");
                }
                "DATA" => self.letter().await?,
                "QUIT" => {
                    self.output.extend(b"221 2.0.0 bye\r\n");
                    return self.flush().await;
                }
                _ => self.output.extend(b"250 2.0.0 fine\r\n"),
            }
        }
    }

    async fn letter(&mut self) -> Option<()> {
        self.output.extend(b"354 go on\r\n");
        self.flush().await?;
        let mut from = 0;
        let end = loop {
            let found = self.input.get(from..)?.windows(5).position(|five| five == b"\r\n.\r\n");
            match found {
                Some(place) => break from + place,
                None => from = self.input.len().saturating_sub(4),
            }
            self.read().await?;
        };
        let header = String::from_utf8_lossy(&self.input[..end.min(HEADER_BYTES_MAX)]).into_owned();
        self.input.drain(..end + 5);
        self.output.extend(b"250 2.0.0 taken\r\n");
        self.flush().await?;
        let at = Instant::now();
        let taken = read(&header, at, std::mem::take(&mut self.to));
        let kind = taken.kind;
        self.shelf.taken.lock().unwrap_or_else(PoisonError::into_inner).push(taken);
        self.shelf.counts[kind as usize].fetch_add(1, Ordering::SeqCst);
        Some(())
    }

    async fn line(&mut self) -> Option<String> {
        loop {
            if let Some(end) = self.input.windows(2).position(|two| two == b"\r\n") {
                let line = String::from_utf8_lossy(&self.input[..end]).into_owned();
                self.input.drain(..end + 2);
                return Some(line);
            }
            self.flush().await?;
            self.read().await?;
        }
    }

    async fn read(&mut self) -> Option<()> {
        let read = self.stream.read_buf(&mut self.input).await.ok()?;
        (read > 0).then_some(())
    }

    async fn flush(&mut self) -> Option<()> {
        self.stream.write_all(&self.output).await.ok()?;
        self.output.clear();
        Some(())
    }
}

/// The few fields that the benches look at.
fn read(letter: &str, at: Instant, to: String) -> Taken {
    let header = letter.split_once("\r\n\r\n").map_or(letter, |(header, _)| header);
    let unfolded = header.replace("\r\n ", " ").replace("\r\n\t", " ");
    let field = |name: &str| {
        let mut fields = unfolded.lines().filter_map(|line| line.split_once(':'));
        let found = fields.find(|(field, _)| field.eq_ignore_ascii_case(name));
        found.map(|(_, value)| value.trim().to_owned()).unwrap_or_default()
    };
    let subject = field("Subject");
    let kind = if subject.starts_with("Please confirm:") {
        Kind::Confirm
    } else if subject.starts_with("Sent:") || subject.starts_with("Received:") {
        Kind::Receipt
    } else {
        Kind::Other
    };
    let reply_to = field("Reply-To");
    let address = reply_to.rsplit_once('<').and_then(|(_, rest)| rest.split_once('>'));
    let reply_to = address.map_or(reply_to.clone(), |(address, _)| address.to_owned());
    Taken { kind, at, to, subject, message_id: field("Message-ID"), reply_to }
}
