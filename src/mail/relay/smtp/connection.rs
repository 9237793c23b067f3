//! One connection to a submission server: opened, protected, signed in; then one letter after another.
//!
//! The dialogue is our own: lettre's connection reads its greeting itself, so it cannot take over after
//! STARTTLS on a connection of ours; it knows no PIPELINING, and hangs up after each refusal.

use base64::{Engine, prelude::BASE64_STANDARD};
use secrecy::ExposeSecret;

use super::{
    stuffed::stuffed,
    talk::{Limits, Reply, Stage, Talk, Trouble, positive},
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
        let greeting = positive(Stage::Greeting, talk.hear(Stage::Greeting).await?)?;
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
            Some(login) => Some(sign_in(&mut talk, &offers, login).await.map_err(unquoted(login))?),
            None => None,
        };
        Ok(Self { talk, offers, greeting: greeting.lines.join(" "), signed_in })
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
        positive(Stage::Letter, self.talk.hear(Stage::Letter).await?).map(drop)
    }

    /// One round trip instead of three (RFC 2920).
    async fn envelope_at_once(&mut self, mail: &str, rcpt: &str) -> Result<(), Trouble> {
        let commands = format!("{mail}\r\n{rcpt}\r\nDATA\r\n");
        self.talk.say(Stage::Mail, commands.as_bytes()).await?;
        let mail = self.talk.hear(Stage::Mail).await?;
        if mail.code == 421 {
            return Err(Trouble::Said(Stage::Mail, mail));
        }
        let rcpt = self.talk.hear(Stage::Rcpt).await?;
        if rcpt.code == 421 {
            return Err(Trouble::Said(Stage::Rcpt, rcpt));
        }
        let data = self.talk.hear(Stage::Data).await?;
        if data.code == 354 && !(mail.is_positive() && rcpt.is_positive()) {
            // A server that would take a letter for nobody is given none (RFC 2920 section 3.1).
            self.talk.ask(Stage::Data, ".").await.ok();
        }
        positive(Stage::Mail, mail)?;
        positive(Stage::Rcpt, rcpt)?;
        positive(Stage::Data, data).map(drop)
    }

    /// Forgets what was begun, after a refusal; whether the connection can be used again.
    pub(super) async fn reset(&mut self) -> bool {
        self.talk.ask(Stage::Check, "RSET").await.is_ok()
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

/// Some servers quote what they were sent: the words are kept without them.
fn unquoted(login: &Login) -> impl Fn(Trouble) -> Trouble {
    let password = login.password.expose_secret();
    let sent = [
        password.to_owned(),
        BASE64_STANDARD.encode(password),
        BASE64_STANDARD.encode(format!("\0{}\0{password}", login.user)),
    ];
    move |trouble| match trouble {
        Trouble::Said(stage, Reply { code, lines }) => {
            let clean = |line: String| sent.iter().fold(line, |line, one| line.replace(one, "…"));
            Trouble::Said(stage, Reply { code, lines: lines.into_iter().map(clean).collect() })
        }
        other => other,
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
        talk.ask(Stage::SignIn, "AUTH LOGIN").await?;
        talk.ask(Stage::SignIn, &encoded(&login.user)).await?;
        talk.ask(Stage::SignIn, &encoded(password)).await?;
        return Ok("LOGIN");
    }
    Err(Trouble::NoSignIn)
}
