//! The invented people and their mail programs.

use std::{
    collections::BTreeSet,
    path::{Path, PathBuf},
    time::Duration,
};

use anyhow::Context as _;
use tokio_util::sync::CancellationToken;

use super::{
    host::{Host, Proof},
    told::{Mail, Told},
};
use crate::{
    accounts,
    address::Address,
    context::Context,
    ids, ledger,
    mail::{
        mailto::Mailto,
        message::{Mailbox, Message},
        relay,
    },
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
/// Has no account until somebody plays her.
pub(super) const CLEO: &str = "cleo@orchard.example";
const PEOPLE: [&str; 2] = [ADA, BEN];

/// How often the demo looks for letters while it serves.
const LOOK: Duration = Duration::from_millis(300);

/// A letter as it lies in somebody's mailbox.
#[derive(Debug, Clone)]
pub(super) struct Letter {
    from: String,
    pub(super) to: String,
    pub(super) subject: String,
    pub(super) text: String,
    pub(super) message_id: String,
    pub(super) reply_to: String,
}

/// Everything a story needs.
pub(super) struct Cast<'a> {
    host: &'a Host,
    process: &'a Process,
    pollers: &'a [Poller],
}

impl<'a> Cast<'a> {
    pub(super) fn new(host: &'a Host, process: &'a Process, pollers: &'a [Poller]) -> Self {
        Self { host, process, pollers }
    }

    pub(super) fn told(&self) -> Told {
        self.host.told()
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
        let mail = self.mail(&letter.to, (&letter.reply_to, &subject, words));
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

    /// Delivers a mail as the host does.
    pub(super) async fn deliver(&self, mail: &str, proof: Proof) -> anyhow::Result<()> {
        self.host.deliver(mail, proof).await
    }

    /// Lets the service work until nothing is left to do; answers with the letters that came.
    pub(super) async fn settle(&self) -> anyhow::Result<Vec<Letter>> {
        self.process.once(self.pollers).await?;
        let mut letters = Vec::new();
        for person in PEOPLE {
            letters.extend(self.collect(person)?);
        }
        for letter in &letters {
            self.tell(letter, false);
        }
        Ok(letters)
    }

    fn tell(&self, letter: &Letter, links: bool) {
        self.told().mail(&Mail {
            from: SERVICE,
            to: &letter.to,
            subject: &letter.subject,
            body: &letter.text,
            remark: "",
            links,
        });
    }

    /// Tells each letter that arrives, whoever gets it, until `stop`; leaves it where it lies.
    pub(super) async fn watch(&self, stop: CancellationToken) {
        let mut seen = BTreeSet::new();
        while stop.run_until_cancelled(tokio::time::sleep(LOOK)).await.is_some() {
            for path in self.arrived() {
                if seen.insert(path.clone()) {
                    // A letter that cannot be read is no reason to stop serving.
                    if let Ok(letter) = Letter::read(&path)
                        && letter.from == SERVICE
                    {
                        self.tell(&letter, true);
                    }
                }
            }
        }
    }

    /// The unread letters of everybody.
    fn arrived(&self) -> Vec<PathBuf> {
        let people = std::fs::read_dir(self.host.people()).into_iter().flatten().flatten();
        let folders = people.filter_map(|person| std::fs::read_dir(person.path().join("new")).ok());
        let mut paths: Vec<PathBuf> = folders.flatten().flatten().map(|file| file.path()).collect();
        paths.sort();
        paths
    }

    /// Sends one mail and waits for what comes of it.
    pub(super) async fn send(&self, mail: &str) -> anyhow::Result<Vec<Letter>> {
        self.deliver(mail, Proof::Genuine).await?;
        self.settle().await
    }

    fn collect(&self, person: &str) -> anyhow::Result<Vec<Letter>> {
        let address: Address = person.parse()?;
        let new = self.host.people().join(relay::folder_name(&address)).join("new");
        if !new.exists() {
            return Ok(Vec::new());
        }
        let mut paths: Vec<PathBuf> =
            std::fs::read_dir(&new)?.flatten().map(|f| f.path()).collect();
        paths.sort();
        let mut letters = Vec::new();
        for path in paths {
            let letter = Letter::read(&path)?;
            if let Some(name) = path.file_name() {
                std::fs::rename(&path, new.with_file_name("cur").join(name))?;
            }
            letters.push(letter);
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
    /// A letter from its file.
    fn read(path: &Path) -> anyhow::Result<Self> {
        let message = Message::parse(&std::fs::read(path)?)?;
        let written = |mailbox: &Mailbox| mailbox.written.clone();
        Ok(Self {
            from: message.from.first().map(written).unwrap_or_default(),
            to: message.to.first().map(written).unwrap_or_default(),
            subject: message.subject,
            text: message.text.map(|text| text.body).unwrap_or_default(),
            message_id: message.message_id.unwrap_or_default(),
            reply_to: message.reply_to.first().map(written).unwrap_or(SERVICE.into()),
        })
    }

    /// The confirmation link.
    pub(super) fn link(&self) -> anyhow::Result<&str> {
        let mut words = self.text.split_whitespace();
        words.find(|word| word.contains("/c/")).context("The letter has no link")
    }
}
