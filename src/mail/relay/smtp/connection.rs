//! One connection to a submission server: opened, protected, signed in; then one letter after another.
//!
//! The dialogue is our own: lettre's connection reads its greeting itself, so it cannot take over after
//! STARTTLS on a connection of ours; it knows no PIPELINING, and hangs up after each refusal.

use base64::{Engine, prelude::BASE64_STANDARD};
use secrecy::ExposeSecret;

use super::{
    stuffed::stuffed,
    talk::{Limits, Reply, Stage, Talk, Trouble, agreed},
};
use crate::{
    address::Address,
    config::{Login, MailServer, Security},
    mail::wire::Dialer,
};

/// An open connection, signed in to.
#[derive(Debug)]
pub(super) struct Connection {
    talk: Talk,
    offers: Offers,
    greeting: String,
    signed_in: Option<&'static str>,
    /// Whether every command has had its reply.
    in_step: bool,
}

/// Whom to connect to, and how.
#[derive(Debug)]
pub(super) struct Hello {
    pub(super) dialer: Dialer,
    pub(super) server: MailServer,
    /// How we introduce ourselves.
    pub(super) name: String,
}

/// What the server says it can do, in its answer to the EHLO that counts: the protected one.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Offers {
    pub(super) lines: Vec<String>,
}

impl Offers {
    fn of(reply: &Reply) -> Self {
        Self { lines: reply.lines.iter().skip(1).map(|line| line.to_ascii_uppercase()).collect() }
    }

    fn has(&self, keyword: &str) -> bool {
        self.lines.iter().any(|line| line.split(' ').next() == Some(keyword))
    }

    /// `AUTH PLAIN LOGIN`, or as old servers have it, `AUTH=PLAIN LOGIN`.
    fn has_mechanism(&self, name: &str) -> bool {
        let lines = self.lines.iter().filter_map(|line| line.strip_prefix("AUTH"));
        let mut names = lines.flat_map(|rest| rest.split([' ', '=']));
        names.any(|one| one == name)
    }

    pub(super) fn size_max(&self) -> Option<u64> {
        let size = self.lines.iter().find_map(|line| line.strip_prefix("SIZE "));
        size.and_then(|size| size.trim().parse().ok()).filter(|size| *size > 0)
    }
}

impl Connection {
    /// Connects, protects the connection as the configuration demands and signs in. No login is sent
    /// over a connection that others could read: [`Security::Plain`] is for this machine alone.
    pub(super) async fn open(hello: &Hello, limits: Limits) -> Result<Self, Trouble> {
        let Hello { dialer, server, name } = hello;
        let mut talk = Talk::new(dialer.connect(server).await?, limits);
        let greeting = agreed(Stage::Greeting, talk.hear(Stage::Greeting).await?)?;
        let ehlo = format!("EHLO {name}");
        let mut offers = Offers::of(&talk.ask(Stage::Hello, &ehlo).await?);
        if server.security == Security::StartTls {
            if !offers.has("STARTTLS") {
                return Err(Trouble::NoStartTls);
            }
            talk.ask(Stage::StartTls, "STARTTLS").await?;
            talk = Talk::new(dialer.secure(server, talk.into_stream()?).await?, limits);
            // What was offered in clear may have been written by anybody.
            offers = Offers::of(&talk.ask(Stage::Hello, &ehlo).await?);
        }
        let signed_in = match &server.login {
            Some(login) => Some(sign_in(&mut talk, &offers, login).await?),
            None => None,
        };
        let greeting = greeting.lines.join(" ");
        Ok(Self { talk, offers, greeting, signed_in, in_step: true })
    }

    pub(super) fn offers(&self) -> &Offers {
        &self.offers
    }

    pub(super) fn greeting(&self) -> &str {
        &self.greeting
    }

    pub(super) fn signed_in(&self) -> Option<&'static str> {
        self.signed_in
    }

    /// Hands a letter over; when it returns, the server keeps it. Trouble at [`Stage::Letter`] that is
    /// not a reply leaves that open; at any other stage nothing was taken.
    pub(super) async fn deliver(
        &mut self,
        from: &Address,
        to: &Address,
        letter: &[u8],
    ) -> Result<(), Trouble> {
        let size = self.offers.has("SIZE").then(|| format!(" SIZE={}", letter.len()));
        // Ours are of 7 bits; a server without 8BITMIME gets them as they are.
        let eight = !letter.is_ascii() && self.offers.has("8BITMIME");
        let body = if eight { " BODY=8BITMIME" } else { "" };
        let mail = format!("MAIL FROM:<{from}>{}{body}", size.unwrap_or_default());
        let rcpt = format!("RCPT TO:<{to}>");
        if self.offers.has("PIPELINING") {
            self.envelope_at_once(&mail, &rcpt).await?;
        } else {
            self.talk.ask(Stage::Mail, &mail).await?;
            self.talk.ask(Stage::Rcpt, &rcpt).await?;
            self.talk.ask(Stage::Data, "DATA").await?;
        }
        self.talk.say(Stage::Letter, &stuffed(letter)).await?;
        agreed(Stage::Letter, self.talk.hear(Stage::Letter).await?).map(drop)
    }

    /// One round trip instead of three (RFC 2920).
    async fn envelope_at_once(&mut self, mail: &str, rcpt: &str) -> Result<(), Trouble> {
        let commands = format!("{mail}\r\n{rcpt}\r\nDATA\r\n");
        self.talk.say(Stage::Mail, commands.as_bytes()).await?;
        let mail = within_dialogue(Stage::Mail, self.talk.hear(Stage::Mail).await?)?;
        let rcpt = within_dialogue(Stage::Rcpt, self.talk.hear(Stage::Rcpt).await?)?;
        let data = self.talk.hear(Stage::Data).await?;
        let refused = agreed(Stage::Mail, mail).and_then(|_| agreed(Stage::Rcpt, rcpt)).err();
        let Some(refusal) = refused else { return agreed(Stage::Data, data).map(drop) };
        if data.code == 354 {
            self.end_for_nobody().await;
        } else if data.code < 400 {
            return Err(Trouble::OutOfStep(Stage::Data, data.code));
        }
        Err(refusal)
    }

    /// A server that would take a letter for nobody is given none (RFC 2920 section 3.1).
    async fn end_for_nobody(&mut self) {
        // Whether it took nothing gladly or not is all one, if only it says so: an answer that comes
        // later would be read as that to the next command.
        self.in_step = match self.talk.ask(Stage::Data, ".").await {
            Ok(_) => true,
            Err(Trouble::OutOfStep(_, code)) => code < 300,
            Err(trouble) => !trouble.is_of_connection(),
        };
    }

    /// Forgets what was begun, after a refusal; whether the connection can be used again.
    pub(super) async fn reset(&mut self) -> bool {
        self.in_step && self.talk.ask(Stage::Check, "RSET").await.is_ok()
    }

    /// Whether nothing came that nobody asked for, nor the end of the connection.
    pub(super) fn is_quiet(&mut self) -> bool {
        self.in_step && self.talk.is_quiet()
    }

    /// Whether it is still alive.
    pub(super) async fn is_alive(&mut self) -> bool {
        self.talk.ask(Stage::Check, "NOOP").await.is_ok()
    }

    /// Takes leave; does not wait for the answer.
    pub(super) async fn quit(mut self) {
        self.talk.say(Stage::Check, b"QUIT\r\n").await.ok();
    }
}

/// A reply after which further ones can be read: neither the server's farewell nor another command's.
fn within_dialogue(stage: Stage, reply: Reply) -> Result<Reply, Trouble> {
    match reply.code {
        421 => Err(Trouble::Said(stage, reply)),
        400.. => Ok(reply),
        _ => agreed(stage, reply),
    }
}

/// AUTH PLAIN (RFC 4616), else LOGIN; the mechanism used.
async fn sign_in(talk: &mut Talk, offers: &Offers, login: &Login) -> Result<&'static str, Trouble> {
    let encoded = |text: &str| BASE64_STANDARD.encode(text);
    let password = login.password.expose_secret();
    if offers.has_mechanism("PLAIN") {
        let words = encoded(&format!("\0{}\0{password}", login.user));
        talk.ask(Stage::SignIn, &format!("AUTH PLAIN {words}")).await?;
        return Ok("PLAIN");
    }
    if offers.has_mechanism("LOGIN") {
        talk.ask(Stage::Challenge, "AUTH LOGIN").await?;
        talk.ask(Stage::Challenge, &encoded(&login.user)).await?;
        talk.ask(Stage::SignIn, &encoded(password)).await?;
        return Ok("LOGIN");
    }
    Err(Trouble::NoSignIn)
}
