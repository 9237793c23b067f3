//! The invented people, their mail programs, and the mail host that delivers and stamps.

use std::path::{Path, PathBuf};

use anyhow::Context as _;

use super::told::Told;
use crate::{
    accounts,
    address::Address,
    context::Context,
    ids, ledger,
    mail::{mailto::Mailto, message::Message, relay},
    money::Currency,
    poller::Poller,
    process::Process,
};

/// The service's address in the demo.
pub(super) const SERVICE: &str = "till@post.example";
/// The mail host's authserv-id.
pub(super) const HOST: &str = "mx.post.example";
pub(super) const ADA: &str = "ada@home.example";
pub(super) const BEN: &str = "ben@ferry.example";
const PEOPLE: [&str; 2] = [ADA, BEN];

/// Whether the sender's domain vouches for a mail.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Proof {
    Genuine,
    Forged,
}

/// A letter as it lies in somebody's mailbox.
#[derive(Debug, Clone)]
pub(super) struct Letter {
    pub(super) to: &'static str,
    pub(super) subject: String,
    pub(super) text: String,
    pub(super) message_id: String,
    pub(super) reply_to: String,
}

/// Everything a story needs.
pub(super) struct Cast<'a> {
    mailbox: PathBuf,
    people: PathBuf,
    process: &'a Process,
    poller: &'a Poller,
    told: &'a Told,
}

impl<'a> Cast<'a> {
    pub(super) fn new(
        folder: &Path,
        process: &'a Process,
        poller: &'a Poller,
        told: &'a Told,
    ) -> Self {
        let (mailbox, people) = (folder.join("mailbox"), folder.join("people"));
        Self { mailbox, people, process, poller, told }
    }

    pub(super) fn told(&self) -> &Told {
        self.told
    }

    pub(super) fn cx(&self) -> &Context {
        &self.process.cx
    }

    /// A mail as its sender's program makes it.
    pub(super) fn mail(&self, from: &str, (to, subject, body): (&str, &str, &str)) -> String {
        let now = self.cx().now();
        let domain = from.rsplit('@').next().unwrap_or_default();
        format!(
            "From: {from}\r\nTo: {to}\r\nSubject: {subject}\r\nDate: {}\r\nMessage-ID: <{}@{domain}>\r\n\
             MIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n{}\r\n",
            now.rfc5322(),
            ids::fresh(now),
            body.replace('\n', "\r\n"),
        )
    }

    /// An answer to a letter.
    pub(super) fn reply(&self, letter: &Letter, words: &str) -> String {
        let subject = format!("Re: {}", letter.subject);
        let mail = self.mail(letter.to, (&letter.reply_to, &subject, words));
        let thread =
            format!("In-Reply-To: <{id}>\r\nReferences: <{id}>\r\n", id = letter.message_id);
        format!("{thread}{mail}")
    }

    /// The mail behind a letter's prefilled button.
    pub(super) fn prefilled(&self, letter: &Letter, holds: &str) -> anyhow::Result<Mailto> {
        let links = letter.text.split_whitespace().filter(|word| word.starts_with("mailto:"));
        let mut mails = links.filter_map(|link| Mailto::parse(link).ok());
        mails.find(|mail| mail.body.contains(holds)).context("The letter has no such button")
    }

    /// Delivers a mail as the host does: with its verdict on the sender on top.
    pub(super) fn deliver(&self, mail: &str, proof: Proof) -> anyhow::Result<()> {
        let message = Message::parse(mail.as_bytes())?;
        let from = message.sender().map(Address::to_string).unwrap_or_default();
        let domain = from.rsplit('@').next().unwrap_or_default();
        let results = match proof {
            Proof::Genuine => {
                format!("dkim=pass header.d={domain}; dmarc=pass header.from={domain}")
            }
            Proof::Forged => format!("dkim=none; dmarc=fail header.from={domain}"),
        };
        let stamped = format!("Authentication-Results: {HOST}; {results}\r\n{mail}");
        let name = format!("{}.demo", ids::fresh(self.cx().now()));
        std::fs::write(self.mailbox.join("tmp").join(&name), stamped)?;
        std::fs::rename(
            self.mailbox.join("tmp").join(&name),
            self.mailbox.join("new").join(&name),
        )?;
        let body = message.text.map(|text| text.body).unwrap_or_default();
        self.told.mail((&from, SERVICE), &message.subject, &body, proof == Proof::Forged);
        Ok(())
    }

    /// Lets the service work until nothing is left to do; answers with the letters that came.
    pub(super) async fn settle(&self) -> anyhow::Result<Vec<Letter>> {
        self.process.once(self.poller).await?;
        let mut letters = Vec::new();
        for person in PEOPLE {
            letters.extend(self.collect(person)?);
        }
        for letter in &letters {
            self.told.mail((SERVICE, letter.to), &letter.subject, &letter.text, false);
        }
        Ok(letters)
    }

    /// Sends one mail and waits for what comes of it.
    pub(super) async fn send(&self, mail: &str) -> anyhow::Result<Vec<Letter>> {
        self.deliver(mail, Proof::Genuine)?;
        self.settle().await
    }

    fn collect(&self, person: &'static str) -> anyhow::Result<Vec<Letter>> {
        let address: Address = person.parse()?;
        let new = self.people.join(relay::folder_name(&address)).join("new");
        if !new.exists() {
            return Ok(Vec::new());
        }
        let mut paths: Vec<PathBuf> =
            std::fs::read_dir(&new)?.flatten().map(|f| f.path()).collect();
        paths.sort();
        let mut letters = Vec::new();
        for path in paths {
            let message = Message::parse(&std::fs::read(&path)?)?;
            if let Some(name) = path.file_name() {
                std::fs::rename(&path, new.with_file_name("cur").join(name))?;
            }
            letters.push(Letter {
                to: person,
                subject: message.subject,
                text: message.text.map(|text| text.body).unwrap_or_default(),
                message_id: message.message_id.unwrap_or_default(),
                reply_to: message
                    .reply_to
                    .first()
                    .map(|to| to.written.clone())
                    .unwrap_or(SERVICE.into()),
            });
        }
        letters.sort_by(|a, b| a.message_id.cmp(&b.message_id));
        Ok(letters)
    }

    /// What somebody's account holds, as people read it.
    pub(super) async fn balance(&self, person: &str) -> anyhow::Result<String> {
        let mut tx = self.cx().db.snapshot().await?;
        let found = accounts::by_address(&mut tx, &person.parse()?).await?;
        let account = match found {
            Some(found) => ledger::find(&mut tx, found.id.as_str(), Currency::USD).await?,
            None => None,
        };
        tx.rollback().await?;
        Ok(account.map_or_else(|| "no account".to_owned(), |a| a.posted().to_string()))
    }
}

impl Letter {
    /// The confirmation link.
    pub(super) fn link(&self) -> anyhow::Result<&str> {
        let mut words = self.text.split_whitespace();
        words.find(|word| word.contains("/c/")).context("The letter has no link")
    }
}
