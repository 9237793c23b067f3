//! Somebody with a real mail program: mails leave by SMTP after a sign-in, letters are read by IMAP.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use async_imap::Session;
use futures_util::TryStreamExt;
use lettre::{
    Address, AsyncSmtpTransport, AsyncTransport, Tokio1Executor, address::Envelope,
    transport::smtp::authentication::Credentials,
};
use tokio::{net::TcpStream, sync::Mutex};

use super::stack::Stack;
use crate::{
    faults::{
        browser::{self, Shown},
        mails::Draft,
    },
    support::{dovecot::PASSWORD, letter::Letter},
};

/// No answer takes longer here.
const PATIENCE: Duration = Duration::from_secs(30);

pub(super) struct Person {
    stack: Arc<Stack>,
    pub(super) address: String,
    mailbox: Mutex<Mailbox>,
}

struct Mailbox {
    session: Session<TcpStream>,
    /// The largest UID that was read.
    read: u32,
    unread: Vec<Letter>,
}

impl Person {
    pub(super) async fn new(stack: Arc<Stack>, name: &str) -> Self {
        let address = format!("{name}@{name}.example");
        let mut session = stack.dovecot.sign_in(&address).await;
        let inbox = session.select("INBOX").await.expect("there is an INBOX");
        let read = inbox.uid_next.expect("Dovecot says so") - 1;
        let mailbox = Mutex::new(Mailbox { session, read, unread: Vec::new() });
        Self { stack, address, mailbox }
    }

    /// Writes to the service.
    pub(super) async fn writes(&self, body: &str) {
        self.sends(&Draft { to: self.stack.service.clone(), ..Draft::new(body) }).await;
    }

    /// Sends a mail after a sign-in.
    pub(super) async fn sends(&self, draft: &Draft) {
        self.sends_as(draft, Some(&self.address)).await;
    }

    /// Sends a mail in one's own name, signed in as `user`, or not at all.
    pub(super) async fn sends_as(&self, draft: &Draft, user: Option<&str>) {
        let (_, domain) = self.address.split_once('@').expect("an address");
        let id = format!("{:032x}@{domain}", rand::random::<u128>());
        let mail = draft.mail(&self.address, &id).replace('\n', "\r\n");
        let mut transport = AsyncSmtpTransport::<Tokio1Executor>::builder_dangerous("127.0.0.1")
            .port(self.stack.postfix.port);
        if let Some(user) = user {
            transport = transport.credentials(Credentials::new(user.to_owned(), PASSWORD.into()));
        }
        let address = |text: &str| text.parse::<Address>().expect("an address");
        // Whoever else it is written to is of no interest here.
        let service = if draft.more.starts_with("Cc: ") { &self.stack.service } else { &draft.to };
        let envelope = Envelope::new(Some(address(&self.address)), vec![address(service)]);
        let (transport, envelope) = (transport.build(), envelope.expect("one addressee"));
        transport.send_raw(&envelope, mail.as_bytes()).await.expect("Postfix takes it");
    }

    /// Waits for a letter whose subject begins so.
    pub(super) async fn receives(&self, start: &str) -> Letter {
        let until = Instant::now() + PATIENCE;
        let mut mailbox = self.mailbox.lock().await;
        loop {
            mailbox.look().await;
            let found = mailbox.unread.iter().position(|letter| letter.subject.starts_with(start));
            if let Some(found) = found {
                return mailbox.unread.remove(found);
            }
            let others: Vec<&str> = mailbox.unread.iter().map(|l| l.subject.as_str()).collect();
            let log = || self.stack.deployment.log_end();
            assert!(
                Instant::now() < until,
                "{}: no {start}, but {others:?}; {}",
                self.address,
                log()
            );
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }

    /// Waits for the answer to a new question, which says what is there.
    pub(super) async fn balance(&self) -> String {
        self.writes("balance").await;
        let subject = self.receives("Your balance is $").await.subject;
        subject["Your balance is ".len()..].to_owned()
    }

    /// Presses the button of the page that a letter links to.
    pub(super) async fn clicks(&self, letter: &Letter) -> Shown {
        let start = format!("{}/c/", self.stack.deployment.public_url);
        let link = letter.text.split_whitespace().find(|word| word.starts_with(&start));
        let link = link.expect("the letter has a link").to_owned();
        let answer = browser::click(String::new(), link, Instant::now() + PATIENCE).await;
        answer.expect("the page answers").shown
    }
}

impl Mailbox {
    async fn look(&mut self) {
        self.session.noop().await.expect("Dovecot answers");
        let next = self.read + 1;
        let fetched = self.session.uid_fetch(format!("{next}:*"), "(UID BODY.PEEK[])").await;
        let fetched: Vec<_> =
            fetched.expect("Dovecot answers").try_collect().await.expect("all of them");
        for fetch in &fetched {
            // "N:*" past the end is the last message.
            let Some(uid) = fetch.uid.filter(|uid| *uid > self.read) else { continue };
            self.read = uid;
            self.unread.push(Letter::parse(fetch.body().expect("it was asked for")));
        }
    }
}
