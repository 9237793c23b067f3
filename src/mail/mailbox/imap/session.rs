//! A signed-in session: one command at a time, each answered within its limits.

use std::io;

use async_imap::{
    Authenticator, Client,
    error::Error,
    imap_proto::{Capability, MailboxDatum, Outcome, RequestId, Response, Status},
};
use secrecy::ExposeSecret;
use tokio::{
    io::BufReader,
    time::{Instant, timeout, timeout_at},
};

use super::{ImapError, Limits, Said, greet, patience::Patient};
use crate::{
    config::{Login, MailServer, Security},
    mail::wire::Dialer,
};

/// All of connecting and signing in may take as long as so many silences.
const SIGN_IN_SILENCES: u32 = 2;
/// Octets read at once: several small mails.
const READ_AHEAD: usize = 64 * 1024;
/// Most octets of an answer that holds no mail: the list of all UIDs of a large folder.
const ANSWER_MAX: u64 = 64 * 1024 * 1024;
/// What any answer may hold.
const ANSWER_MIN: u64 = 1024 * 1024;

/// What the server can, as far as it matters here.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Capabilities {
    /// IDLE: it announces new mail.
    pub idle: bool,
    /// MOVE.
    pub mv: bool,
    /// UIDPLUS: UID EXPUNGE.
    pub uidplus: bool,
    /// SPECIAL-USE: it marks the junk folder.
    pub special_use: bool,
}

/// A signed-in session. An error that is no answer (see [`ImapError::is_answer`]) leaves it useless.
#[derive(Debug)]
pub struct Session {
    inner: async_imap::Session<Patient>,
    name: String,
    limits: Limits,
    can: Capabilities,
    /// Whether the server spoke of new mail since the last look.
    pub(super) announced: bool,
    /// Messages in the folder as the server last counted them.
    pub(super) exists: u32,
}

impl Session {
    /// Connects, demands TLS where it is configured, and signs in.
    ///
    /// # Errors
    /// [`ImapError`], with the server's name and never with the password.
    pub async fn open(
        dialer: &Dialer,
        server: &MailServer,
        limits: Limits,
    ) -> Result<Self, ImapError> {
        let all = limits.silence.saturating_mul(SIGN_IN_SILENCES);
        let opened = timeout(all, Self::begin(dialer, server, limits)).await;
        opened.unwrap_or_else(|_elapsed| Err(ImapError::Slow(server.to_string())))
    }

    async fn begin(
        dialer: &Dialer,
        server: &MailServer,
        limits: Limits,
    ) -> Result<Self, ImapError> {
        let name = server.to_string();
        let mut stream = Patient::new(dialer.connect(server).await?, limits.silence);
        greet::greeting(&mut stream, &name).await?;
        let mut can = greet::capabilities(&mut stream, &name).await?;
        if server.security == Security::StartTls {
            if !can.iter().any(|word| word == "STARTTLS") {
                return Err(ImapError::NoStartTls(name));
            }
            greet::start_tls(&mut stream, &name).await?;
            let secured = dialer.secure(server, stream.into_inner()).await?;
            stream = Patient::new(secured, limits.silence);
            // What was said in clear is forgotten, what the server can included.
            can = greet::capabilities(&mut stream, &name).await?;
        }
        let Some(login) = &server.login else { return Err(ImapError::LoginDisabled(name)) };
        // Only now may anything be read ahead.
        let ahead = BufReader::with_capacity(READ_AHEAD, stream.into_inner());
        let stream = Patient::new(Box::new(ahead), limits.silence);
        let inner = sign_in(Client::new(stream), (&name, login), &can).await?;
        let mut session =
            Self { inner, name, limits, can: Capabilities::default(), announced: false, exists: 0 };
        session.can = session.ask_capabilities().await?;
        Ok(session)
    }

    /// What the server can.
    pub fn can(&self) -> Capabilities {
        self.can
    }

    async fn ask_capabilities(&mut self) -> Result<Capabilities, ImapError> {
        let mut can = Capabilities::default();
        self.ask("CAPABILITY", "CAPABILITY", |response| {
            let Response::Capabilities(words) = response else { return };
            for word in words {
                let Capability::Atom(word) = word else { continue };
                match &*word.to_ascii_uppercase() {
                    "IDLE" => can.idle = true,
                    "MOVE" => can.mv = true,
                    "UIDPLUS" => can.uidplus = true,
                    "SPECIAL-USE" => can.special_use = true,
                    _ => {}
                }
            }
        })
        .await?;
        Ok(can)
    }

    /// Says goodbye; whether the server still hears it is no matter.
    pub async fn close(mut self) {
        self.inner.as_mut().wait_at_most(std::time::Duration::from_secs(1));
        let said = self.ask("LOGOUT", "LOGOUT", |_| {}).await;
        drop(said);
    }

    /// Sends a command and hands each untagged response to `each` until the server has answered.
    pub(super) async fn ask(
        &mut self,
        verb: &'static str,
        command: &str,
        each: impl FnMut(&Response<'_>),
    ) -> Result<(), ImapError> {
        let tag = self.send(command).await?;
        self.answered(verb, &tag, each).await
    }

    /// Sends a command; its answer is read by [`Session::answered`].
    pub(super) async fn send(&mut self, command: &str) -> Result<RequestId, ImapError> {
        self.send_within(command, ANSWER_MAX).await
    }

    /// Sends a command whose answer may hold `octets`.
    pub(super) async fn send_within(
        &mut self,
        command: &str,
        octets: u64,
    ) -> Result<RequestId, ImapError> {
        self.inner.as_mut().wait_at_most(self.limits.silence);
        self.inner.as_mut().hear_at_most(octets.saturating_add(ANSWER_MIN));
        let sent = self.inner.run_command(command).await;
        sent.map_err(|error| self.failure(error))
    }

    pub(super) async fn send_untagged(&mut self, line: &str) -> Result<(), ImapError> {
        let sent = self.inner.run_command_untagged(line).await;
        sent.map_err(|error| self.failure(error))
    }

    pub(super) async fn answered(
        &mut self,
        verb: &'static str,
        tag: &RequestId,
        mut each: impl FnMut(&Response<'_>),
    ) -> Result<(), ImapError> {
        let until = Instant::now() + self.limits.command;
        loop {
            let read = timeout_at(until, self.inner.read_response()).await;
            let read = read.map_err(|_elapsed| ImapError::Silent(self.name.clone()))?;
            let response = read.map_err(|error| failed(&self.name, error))?;
            let Some(response) = response else {
                return Err(ImapError::Lost(self.name.clone(), None));
            };
            let response = response.parsed();
            self.notice(response);
            match response {
                Response::Done { tag: of, status, outcome } if of == tag => {
                    return match status {
                        Status::Ok => Ok(()),
                        status => Err(ImapError::Refused {
                            verb,
                            no: *status == Status::No,
                            said: said(outcome),
                        }),
                    };
                }
                Response::Data { status: Status::Bye, outcome } if verb != "LOGOUT" => {
                    return Err(ImapError::Bye(self.name.clone(), said(outcome)));
                }
                response => each(response),
            }
        }
    }

    /// The next response while nothing was asked but IDLE; it may be waited for in vain.
    pub(super) async fn overheard<T>(
        &mut self,
        of: impl FnOnce(&Response<'_>) -> T,
    ) -> Result<T, ImapError> {
        let read = self.inner.read_response().await;
        let response = read.map_err(|error| failed(&self.name, error))?;
        let Some(response) = response else {
            return Err(ImapError::Lost(self.name.clone(), None));
        };
        let response = response.parsed();
        self.notice(response);
        if let Response::Data { status: Status::Bye, outcome } = response {
            return Err(ImapError::Bye(self.name.clone(), said(outcome)));
        }
        Ok(of(response))
    }

    /// Silence may last this long from now on.
    pub(super) fn wait_at_most(&mut self, limit: std::time::Duration) {
        self.inner.as_mut().wait_at_most(limit);
    }

    pub(super) fn limits(&self) -> Limits {
        self.limits
    }

    /// More messages than before are news; a server that repeats itself has none.
    fn notice(&mut self, response: &Response<'_>) {
        match response {
            Response::MailboxData(MailboxDatum::Exists(count)) => {
                self.announced |= *count > self.exists;
                self.exists = *count;
            }
            Response::Expunge(_) => self.exists = self.exists.saturating_sub(1),
            _ => {}
        }
    }

    fn failure(&self, error: Error) -> ImapError {
        match error {
            Error::Io(error) => failed(&self.name, error),
            Error::ConnectionLost => ImapError::Lost(self.name.clone(), None),
            // The text may be a mail's.
            _ => ImapError::Protocol(self.name.clone()),
        }
    }
}

/// A failure of the stream in words of ours: an error of the parser quotes what it could not read.
pub(super) fn failed(name: &str, error: io::Error) -> ImapError {
    match error.kind() {
        io::ErrorKind::TimedOut => ImapError::Silent(name.to_owned()),
        io::ErrorKind::Other => ImapError::Protocol(name.to_owned()),
        _ => ImapError::Lost(name.to_owned(), Some(error)),
    }
}

fn said(outcome: &Outcome<'_>) -> Said {
    Said::new(outcome.information.as_deref().unwrap_or_default())
}

/// SASL PLAIN (RFC 4616), for passwords that LOGIN cannot carry.
struct Plain<'a>(&'a Login);

impl Authenticator for Plain<'_> {
    type Response = String;

    fn process(&mut self, _challenge: &[u8]) -> String {
        format!("\0{}\0{}", self.0.user, self.0.password.expose_secret())
    }
}

async fn sign_in(
    client: Client<Patient>,
    (name, login): (&str, &Login),
    can: &[String],
) -> Result<async_imap::Session<Patient>, ImapError> {
    let has = |word: &str| can.iter().any(|can| can == word);
    let password = login.password.expose_secret();
    let needs_sasl = has("LOGINDISABLED") || !login.user.is_ascii() || !password.is_ascii();
    if has("LOGINDISABLED") && !has("AUTH=PLAIN") {
        return Err(ImapError::LoginDisabled(name.to_owned()));
    }
    let signed_in = if needs_sasl && has("AUTH=PLAIN") {
        client.authenticate("PLAIN", Plain(login)).await
    } else {
        client.login(&login.user, password).await
    };
    signed_in.map_err(|(error, _client)| match error {
        Error::No(text) | Error::Bad(text) => {
            // `code: …, info: Some("…")`. A server that repeats the password is not repeated.
            let words = text.split_once("info: Some(\"").map_or("", |(_, words)| words);
            let words = words.trim_end_matches(['"', ')']);
            let words = if text.contains(password) { "" } else { words };
            ImapError::SignIn(name.to_owned(), Said::new(words))
        }
        Error::Io(error) => failed(name, error),
        Error::ConnectionLost => ImapError::Lost(name.to_owned(), None),
        _ => ImapError::Protocol(name.to_owned()),
    })
}
