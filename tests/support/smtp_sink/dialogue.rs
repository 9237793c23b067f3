//! One connection of the sink: what it answers to each command.

use std::sync::Arc;

use base64::{Engine, prelude::BASE64_STANDARD};
use tokio::{
    io::{AsyncBufReadExt, AsyncRead, AsyncWrite, AsyncWriteExt, BufReader},
    net::TcpStream,
};
use tokio_rustls::TlsAcceptor;

use super::{Manner, Protection, Shared, Stage, Taken, Turn};

trait Wire: AsyncRead + AsyncWrite + Send + Unpin {}
impl<T: AsyncRead + AsyncWrite + Send + Unpin> Wire for T {}

/// Counts an open connection.
struct Open(Arc<Shared>, usize);

impl Open {
    fn count(shared: Arc<Shared>) -> Self {
        let mut seen = shared.lock();
        seen.connections += 1;
        seen.open += 1;
        seen.most_open = seen.most_open.max(seen.open);
        let number = seen.connections;
        drop(seen);
        Self(shared, number)
    }
}

impl Drop for Open {
    fn drop(&mut self) {
        self.0.lock().open -= 1;
    }
}

/// The end of a connection.
struct Over;

impl From<std::io::Error> for Over {
    fn from(_: std::io::Error) -> Self {
        Self
    }
}

struct Dialogue {
    wire: BufReader<Box<dyn Wire>>,
    manner: Manner,
    open: Open,
    encrypted: bool,
    user: Option<String>,
    from: Option<String>,
    to: Vec<String>,
}

pub(super) async fn dialogue(socket: TcpStream, manner: Manner, shared: Arc<Shared>) {
    let open = Open::count(shared);
    let (wire, encrypted): (Box<dyn Wire>, bool) = match &manner.protection {
        Protection::Tls(config) => {
            let accepted = TlsAcceptor::from(Arc::clone(config)).accept(socket).await;
            let Ok(stream) = accepted else { return };
            (Box::new(stream), true)
        }
        Protection::None | Protection::StartTls(_) => (Box::new(socket), false),
    };
    let wire = BufReader::new(wire);
    let (from, to) = (None, Vec::new());
    let mut dialogue = Dialogue { wire, manner, open, encrypted, user: None, from, to };
    dialogue.run().await.ok();
}

impl Dialogue {
    async fn run(&mut self) -> Result<(), Over> {
        self.take_turn(Stage::Greeting, "220 sink.example ESMTP").await?;
        loop {
            let Some(line) = self.line().await? else {
                self.say("500 5.5.2 a line ends with CRLF").await?;
                continue;
            };
            self.open.0.lock().said.push(line.clone());
            let (verb, rest) = line.split_once(' ').unwrap_or((&line, ""));
            match &*verb.to_ascii_uppercase() {
                "EHLO" => self.ehlo().await?,
                "STARTTLS" => self.starttls().await?,
                "AUTH" => self.auth(rest).await?,
                "NOOP" => self.take_turn(Stage::Noop, "250 2.0.0 ok").await?,
                "RSET" => {
                    self.forget();
                    self.say("250 2.0.0 ok").await?;
                }
                "QUIT" => {
                    self.say("221 2.0.0 bye").await?;
                    return Ok(());
                }
                "MAIL" | "RCPT" | "DATA" if self.wants_tls() => {
                    self.say("530 5.7.0 Must issue a STARTTLS command first").await?;
                }
                "MAIL" | "RCPT" | "DATA" if self.manner.login.is_some() && self.user.is_none() => {
                    self.say("530 5.7.0 Authentication required").await?;
                }
                "MAIL" => self.mail(rest).await?,
                "RCPT" => self.rcpt(rest).await?,
                "DATA" => self.data().await?,
                _ => self.say("500 5.5.1 unknown command").await?,
            }
        }
    }

    fn wants_tls(&self) -> bool {
        matches!(self.manner.protection, Protection::StartTls(_)) && !self.encrypted
    }

    fn forget(&mut self) {
        self.from = None;
        self.to.clear();
    }

    async fn ehlo(&mut self) -> Result<(), Over> {
        let mut lines = vec!["sink.example".to_owned()];
        lines.extend(self.manner.extensions.iter().map(|line| (*line).to_owned()));
        if self.wants_tls() {
            lines.push("STARTTLS".to_owned());
        } else if self.manner.login.is_some() {
            lines.push(format!("AUTH {}", self.manner.mechanisms));
        }
        let last = lines.len() - 1;
        let lines = lines.iter().enumerate();
        let answer: Vec<_> = lines
            .map(|(at, line)| format!("250{}{line}", if at == last { ' ' } else { '-' }))
            .collect();
        self.forget();
        self.take_turn(Stage::Ehlo, &answer.join("\r\n")).await
    }

    async fn starttls(&mut self) -> Result<(), Over> {
        let Protection::StartTls(config) = &self.manner.protection else {
            return self.say("502 5.5.1 not here").await;
        };
        let acceptor = TlsAcceptor::from(Arc::clone(config));
        if !self.wire.buffer().is_empty() {
            self.say("501 5.5.4 something was said ahead of the handshake").await?;
            return Err(Over);
        }
        let answered = self.turn(Stage::StartTls, "220 2.0.0 go ahead").await?;
        if !answered.starts_with('2') {
            return Ok(());
        }
        let (nothing, _) = tokio::io::duplex(1);
        let clear = std::mem::replace(&mut self.wire, BufReader::new(Box::new(nothing)));
        let stream = acceptor.accept(clear.into_inner()).await?;
        self.wire = BufReader::new(Box::new(stream));
        self.encrypted = true;
        Ok(())
    }

    async fn auth(&mut self, rest: &str) -> Result<(), Over> {
        let Some((user, password)) = self.manner.login else {
            return self.say("502 5.5.1 not here").await;
        };
        let (mechanism, initial) = rest.split_once(' ').unwrap_or((rest, ""));
        let offered = self.manner.mechanisms.split(' ').any(|one| one == mechanism);
        let given = match mechanism {
            "PLAIN" if offered => decoded(initial),
            "LOGIN" if offered => {
                let mut words = vec![String::new()];
                for ask in ["334 VXNlcm5hbWU6", "334 UGFzc3dvcmQ6"] {
                    self.say(ask).await?;
                    words.push(decoded(&self.line().await?.unwrap_or_default()));
                }
                words.join("\0")
            }
            _ => return self.say("504 5.5.4 unknown mechanism").await,
        };
        if given == format!("\0{user}\0{password}") {
            let answered = self.turn(Stage::Auth, "235 2.7.0 welcome").await?;
            self.user = answered.starts_with('2').then(|| user.to_owned());
            Ok(())
        } else {
            self.say("535 5.7.8 bad credentials").await
        }
    }

    async fn mail(&mut self, rest: &str) -> Result<(), Over> {
        let answered = self.turn(Stage::Mail, "250 2.1.0 ok").await?;
        if answered.starts_with('2') {
            self.from = Some(path(rest));
        }
        Ok(())
    }

    async fn rcpt(&mut self, rest: &str) -> Result<(), Over> {
        if self.from.is_none() {
            return self.say("503 5.5.1 MAIL first").await;
        }
        let refused = self.open.0.lock().refused.get(&path(rest)).copied();
        if let Some(words) = refused {
            return self.say(words).await;
        }
        let answered = self.turn(Stage::Rcpt, "250 2.1.5 ok").await?;
        if answered.starts_with('2') {
            self.to.push(path(rest));
        }
        Ok(())
    }

    async fn data(&mut self) -> Result<(), Over> {
        if self.to.is_empty() {
            return self.say("554 5.5.1 no valid recipients").await;
        }
        let answered = self.turn(Stage::Data, "354 go on").await?;
        if !answered.starts_with('3') {
            return Ok(());
        }
        let mut bytes = Vec::new();
        loop {
            let Some(line) = self.raw_line().await? else {
                self.say("554 5.6.0 a line ends with CRLF").await?;
                return Err(Over);
            };
            match line.strip_prefix(b".") {
                Some(b"\r\n") => break,
                Some(rest) => bytes.extend_from_slice(rest),
                None => bytes.extend_from_slice(&line),
            }
        }
        let taken = Taken {
            from: self.from.take().unwrap_or_default(),
            to: std::mem::take(&mut self.to),
            bytes,
            connection: self.open.1,
            user: self.user.clone(),
            encrypted: self.encrypted,
        };
        match self.open.0.turn(Stage::Dot) {
            Some(Turn::KeepsAndHangsUp) => {
                self.open.0.lock().taken.push(taken);
                Err(Over)
            }
            Some(Turn::Dawdles(span)) => {
                tokio::time::sleep(span).await;
                self.keep(taken).await
            }
            Some(turn) => self.act(turn).await.map(drop),
            None => self.keep(taken).await,
        }
    }

    async fn keep(&mut self, taken: Taken) -> Result<(), Over> {
        self.open.0.lock().taken.push(taken);
        self.say("250 2.0.0 queued").await
    }

    async fn take_turn(&mut self, stage: Stage, usual: &str) -> Result<(), Over> {
        self.turn(stage, usual).await.map(drop)
    }

    /// Answers as told, or as usual; what was said.
    async fn turn(&mut self, stage: Stage, usual: &str) -> Result<String, Over> {
        match self.open.0.turn(stage) {
            Some(Turn::Dawdles(span)) => tokio::time::sleep(span).await,
            Some(turn) => return self.act(turn).await,
            None => {}
        }
        self.say(usual).await?;
        Ok(usual.to_owned())
    }

    async fn act(&mut self, turn: Turn) -> Result<String, Over> {
        match turn {
            Turn::Says(words) => {
                self.say(words).await?;
                Ok(words.to_owned())
            }
            Turn::IsMute => {
                self.wire.get_mut().flush().await?;
                std::future::pending().await
            }
            Turn::HangsUp | Turn::KeepsAndHangsUp => Err(Over),
            Turn::Dawdles(_) => unreachable!("told apart before"),
        }
    }

    async fn say(&mut self, answer: &str) -> Result<(), Over> {
        let wire = self.wire.get_mut();
        wire.write_all(format!("{answer}\r\n").as_bytes()).await?;
        Ok(wire.flush().await?)
    }

    /// A line without its end; none when it ends with a bare LF.
    async fn line(&mut self) -> Result<Option<String>, Over> {
        let line = self.raw_line().await?;
        let line = line.and_then(|line| line.strip_suffix(b"\r\n").map(<[u8]>::to_vec));
        Ok(line.map(|line| String::from_utf8_lossy(&line).into_owned()))
    }

    /// A line with its CRLF; none when a CR or LF stands alone in it.
    async fn raw_line(&mut self) -> Result<Option<Vec<u8>>, Over> {
        let mut line = Vec::new();
        if self.wire.read_until(b'\n', &mut line).await? == 0 {
            return Err(Over);
        }
        let content = line.strip_suffix(b"\r\n");
        let sound = content.is_some_and(|content| !content.contains(&b'\r'));
        Ok(sound.then_some(line))
    }
}

fn path(rest: &str) -> String {
    let (_, rest) = rest.split_once('<').unwrap_or_default();
    rest.split_once('>').unwrap_or_default().0.to_owned()
}

fn decoded(base64: &str) -> String {
    let octets = BASE64_STANDARD.decode(base64).unwrap_or_default();
    String::from_utf8(octets).unwrap_or_default()
}
