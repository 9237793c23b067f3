//! Commands and replies on one connection (RFC 5321 section 4.2), each with its time limit.
//!
//! Not for: which command follows which (`connection`).

use std::{fmt, io, time::Duration};

use futures_util::FutureExt;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    time::timeout,
};

use crate::mail::{
    relay::without_addresses,
    wire::{Stream, WireError},
};

/// Longest line of a reply in octets (RFC 5321 section 4.5.3.1.5 says 512), and most lines.
const LINE_MAX: usize = 2_048;
const LINES_MAX: usize = 100;
/// Octets asked of the connection at once.
const READ_AT_ONCE: usize = 1_024;

/// How long things may take. All together they stay below the limit of the job that sends a letter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// The wait for a connection while all are in use.
    pub turn: Duration,
    /// A connection's opening in all, sign-in included.
    pub whole_opening: Duration,
    /// The greeting, and each answer to what opens a connection.
    pub opening: Duration,
    /// The answer to each command.
    pub command: Duration,
    /// Taking a letter and saying whether it is kept: some look into it first.
    pub letter: Duration,
    /// All of a letter's dialogue on an open connection.
    pub whole_letter: Duration,
    /// The sign of life of an idle connection.
    pub check: Duration,
    /// One that idled this long is asked for it: a wire that was cut in silence would otherwise cost a
    /// letter the whole limit of a command.
    pub unchecked: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            turn: Duration::from_secs(15),
            whole_opening: Duration::from_secs(30),
            opening: Duration::from_secs(10),
            command: Duration::from_secs(15),
            letter: Duration::from_secs(60),
            whole_letter: Duration::from_secs(65),
            check: Duration::from_secs(3),
            unchecked: Duration::from_secs(5),
        }
    }
}

/// Where in the dialogue.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Stage {
    Greeting,
    Hello,
    StartTls,
    /// A word of AUTH LOGIN that is not the last.
    Challenge,
    SignIn,
    Mail,
    Rcpt,
    Data,
    /// The letter itself, up to the answer to its last dot.
    Letter,
    /// NOOP or RSET.
    Check,
}

impl Stage {
    fn limit(self, limits: &Limits) -> Duration {
        match self {
            Self::Greeting | Self::Hello | Self::StartTls | Self::Challenge | Self::SignIn => {
                limits.opening
            }
            Self::Mail | Self::Rcpt | Self::Data => limits.command,
            Self::Letter => limits.letter,
            Self::Check => limits.check,
        }
    }

    /// Whether a code agrees to it. Any other of 2yz and 3yz belongs to another command, and is taken
    /// for no answer: a refused letter would else be marked as sent.
    fn takes(self, code: u16) -> bool {
        match self {
            Self::Greeting | Self::StartTls => code == 220,
            Self::Challenge => code == 334,
            Self::SignIn => code == 235,
            Self::Data => code == 354,
            Self::Hello | Self::Mail | Self::Rcpt | Self::Letter | Self::Check => {
                (200..300).contains(&code)
            }
        }
    }
}

impl fmt::Display for Stage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Greeting => "greeting",
            Self::Hello => "EHLO",
            Self::StartTls => "STARTTLS",
            Self::Challenge | Self::SignIn => "AUTH",
            Self::Mail => "MAIL",
            Self::Rcpt => "RCPT",
            Self::Data => "DATA",
            Self::Letter => "the letter",
            Self::Check => "NOOP",
        })
    }
}

/// What went wrong in a dialogue.
#[derive(Debug, thiserror::Error)]
pub(super) enum Trouble {
    #[error(transparent)]
    Wire(#[from] WireError),
    #[error("no answer to {0} within {1:?}")]
    Silent(Stage, Duration),
    #[error("the connection was lost at {0}")]
    Lost(Stage, #[source] io::Error),
    #[error("what it answers to {0} is no reply of SMTP")]
    Garbled(Stage),
    #[error("{1} is no answer to {0}: the dialogue is out of step")]
    OutOfStep(Stage, u16),
    #[error("{1} to {0}")]
    Said(Stage, Reply),
    #[error("it offers no STARTTLS, and nothing is said in clear")]
    NoStartTls,
    #[error("it speaks ahead of the TLS handshake")]
    Ahead,
    #[error("it offers no way to sign in (AUTH PLAIN or LOGIN)")]
    NoSignIn,
}

impl Trouble {
    /// Whether the connection is gone, or can no longer be trusted to be in step.
    pub(super) fn is_of_connection(&self) -> bool {
        match self {
            Self::Said(_, reply) => reply.code == 421,
            _ => true,
        }
    }

    /// All of it in one line.
    pub(super) fn words(self) -> String {
        without_addresses(&format!("{:#}", anyhow::Error::new(self)))
    }
}

/// A reply: its code and what is said beside it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Reply {
    pub(super) code: u16,
    pub(super) lines: Vec<String>,
}

impl Reply {
    /// The enhanced status code (RFC 3463), when the first line begins with one: `4.7.0`.
    pub(super) fn status(&self) -> Option<&str> {
        let word = self.lines.first()?.split(' ').next()?;
        let mut parts = word.split('.');
        let class = parts.next().is_some_and(|class| ["2", "4", "5"].contains(&class));
        let number = |part: Option<&str>| {
            part.is_some_and(|p| {
                (1..=3).contains(&p.len()) && p.bytes().all(|b| b.is_ascii_digit())
            })
        };
        (class && number(parts.next()) && number(parts.next()) && parts.next().is_none())
            .then_some(word)
    }
}

impl fmt::Display for Reply {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.code, self.lines.join(" "))
    }
}

/// One end of a connection.
#[derive(Debug)]
pub(super) struct Talk {
    stream: Stream,
    /// Read and not yet understood.
    read: Vec<u8>,
    limits: Limits,
}

impl Talk {
    pub(super) fn new(stream: Stream, limits: Limits) -> Self {
        Self { stream, read: Vec::new(), limits }
    }

    /// The bare connection, for TLS to be put over it.
    pub(super) fn into_stream(self) -> Result<Stream, Trouble> {
        // Words ahead of the handshake were not protected by it (CVE-2011-0411).
        if self.read.is_empty() { Ok(self.stream) } else { Err(Trouble::Ahead) }
    }

    /// Whether nothing has come that nobody asked for: the next reply would be read as another's.
    pub(super) fn is_quiet(&mut self) -> bool {
        self.read.is_empty() && self.stream.read_buf(&mut self.read).now_or_never().is_none()
    }

    /// Sends octets in one go.
    pub(super) async fn say(&mut self, stage: Stage, octets: &[u8]) -> Result<(), Trouble> {
        let saying = async {
            self.stream.write_all(octets).await?;
            self.stream.flush().await
        };
        let limit = stage.limit(&self.limits);
        match timeout(limit, saying).await {
            Ok(said) => said.map_err(|error| Trouble::Lost(stage, error)),
            Err(_elapsed) => Err(Trouble::Silent(stage, limit)),
        }
    }

    /// The next reply.
    pub(super) async fn hear(&mut self, stage: Stage) -> Result<Reply, Trouble> {
        let limit = stage.limit(&self.limits);
        match timeout(limit, self.reply(stage)).await {
            Ok(reply) => reply,
            Err(_elapsed) => Err(Trouble::Silent(stage, limit)),
        }
    }

    /// A command and its reply; one that does not agree is an error.
    pub(super) async fn ask(&mut self, stage: Stage, command: &str) -> Result<Reply, Trouble> {
        self.say(stage, format!("{command}\r\n").as_bytes()).await?;
        agreed(stage, self.hear(stage).await?)
    }

    async fn reply(&mut self, stage: Stage) -> Result<Reply, Trouble> {
        let mut reply = Reply { code: 0, lines: Vec::new() };
        while reply.lines.len() < LINES_MAX {
            let line = self.line(stage).await?;
            let (code, rest) = line.split_at_checked(3).ok_or(Trouble::Garbled(stage))?;
            let digits = code.bytes().all(|b| b.is_ascii_digit());
            let code = code.parse().ok().filter(|code| digits && (200..600).contains(code));
            let code = code.ok_or(Trouble::Garbled(stage))?;
            if !reply.lines.is_empty() && reply.code != code {
                return Err(Trouble::Garbled(stage));
            }
            reply.code = code;
            let more = rest.starts_with('-');
            if !more && !rest.is_empty() && !rest.starts_with(' ') {
                return Err(Trouble::Garbled(stage));
            }
            reply.lines.push(rest.get(1..).unwrap_or_default().trim().to_owned());
            if !more {
                return Ok(reply);
            }
        }
        Err(Trouble::Garbled(stage))
    }

    /// A line without its end. Some servers send other than ASCII; it is for people's eyes alone.
    async fn line(&mut self, stage: Stage) -> Result<String, Trouble> {
        loop {
            if let Some(end) = self.read.iter().position(|b| *b == b'\n') {
                let line: Vec<u8> = self.read.drain(..=end).collect();
                return Ok(String::from_utf8_lossy(&line).trim_end().to_owned());
            }
            if self.read.len() > LINE_MAX {
                return Err(Trouble::Garbled(stage));
            }
            self.read.reserve(READ_AT_ONCE);
            let read = self.stream.read_buf(&mut self.read).await;
            if read.map_err(|error| Trouble::Lost(stage, error))? == 0 {
                let end = io::Error::from(io::ErrorKind::UnexpectedEof);
                return Err(Trouble::Lost(stage, end));
            }
        }
    }
}

/// The reply when it agrees; refused with 4yz or 5yz, or another command's, it is an error.
pub(super) fn agreed(stage: Stage, reply: Reply) -> Result<Reply, Trouble> {
    match reply.code {
        code if stage.takes(code) => Ok(reply),
        400.. => Err(Trouble::Said(stage, reply)),
        code => Err(Trouble::OutOfStep(stage, code)),
    }
}
