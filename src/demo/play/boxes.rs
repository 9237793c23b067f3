//! People's mailboxes as their programs show them: letters that came, mails they sent.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::Path,
    time::UNIX_EPOCH,
};

use serde::Serialize;

use super::{
    super::cast::{ADA, BEN, CLEO, SERVICE},
    Play,
};
use crate::{
    address::Address,
    mail::{
        message::{Mailbox, Message},
        relay::folder_name,
    },
};

/// Mails shown of one mailbox, the newest.
const SHOWN_MAX: usize = 30;
/// Mailboxes shown beside those of the story.
const BOXES_MAX: usize = 12;
/// Mails that are kept as read; more are read again.
const READ_MAX: usize = 2_000;

/// What was read of files, by file name; a mail never changes.
pub(super) type Read = BTreeMap<String, Mail>;

/// One person's mailbox.
#[derive(Debug, Serialize)]
pub(super) struct Person {
    pub(super) address: String,
    /// The name of its folder.
    whose: String,
    pub(super) balance: Option<String>,
    /// Newest first.
    mails: Vec<Mail>,
}

/// A mail in a mailbox.
#[derive(Debug, Clone, Serialize)]
pub(super) struct Mail {
    /// Its file's name.
    name: String,
    /// Whether the mailbox's owner wrote it.
    sent: bool,
    from: String,
    to: Vec<String>,
    subject: String,
    /// What a person wrote; none for letters of the service, which have a page of their own.
    text: Option<String>,
    message_id: String,
    /// Where answers go.
    reply_to: String,
    /// When it came, in milliseconds since 1970.
    at: u64,
}

impl Play {
    /// Whose mailboxes are shown: the story's people, and whoever else has got or sent a mail.
    pub(super) fn addresses(&self) -> Vec<Address> {
        let story = [ADA, BEN, CLEO].into_iter().filter_map(|address| address.parse().ok());
        let mut addresses: Vec<Address> = story.collect();
        let mut others = BTreeSet::new();
        for folder in [self.host.people(), self.host.sent()] {
            let found = std::fs::read_dir(folder).into_iter().flatten().flatten();
            let names = found.filter_map(|entry| entry.file_name().into_string().ok());
            others.extend(names.filter_map(|name| name.parse::<Address>().ok()));
        }
        others.retain(|address| !addresses.contains(address));
        addresses.extend(others.into_iter().take(BOXES_MAX));
        addresses
    }

    pub(super) fn boxes_of(&self, addresses: &[Address]) -> anyhow::Result<Vec<Person>> {
        let mut read =
            self.boxes.lock().map_err(|_poisoned| anyhow::anyhow!("a reader panicked"))?;
        if read.len() > READ_MAX {
            read.clear();
        }
        let boxes = addresses.iter().map(|address| {
            let whose = folder_name(address);
            let mut mails = Vec::new();
            for (folder, sent) in [(self.host.people(), false), (self.host.sent(), true)] {
                for part in ["new", "cur"] {
                    gather(&folder.join(&whose).join(part), sent, &mut read, &mut mails);
                }
            }
            mails.sort_by(|a, b| (b.at, &b.name).cmp(&(a.at, &a.name)));
            mails.truncate(SHOWN_MAX);
            Person { address: address.to_string(), whose, balance: None, mails }
        });
        Ok(boxes.collect())
    }

    /// The bytes of a mail in somebody's mailbox.
    pub(super) fn bytes(&self, whose: &str, name: &str) -> Option<Vec<u8>> {
        let address = self.addresses().into_iter().find(|address| folder_name(address) == whose)?;
        let folder = self.host.people().join(folder_name(&address));
        // Only a name that stands in the folder is opened, whatever was asked for.
        let files = ["new", "cur"].map(|part| std::fs::read_dir(folder.join(part)));
        let mut files = files.into_iter().flatten().flatten().flatten();
        let file =
            files.find(|file| file.file_name().to_str().is_some_and(|own| bare(own) == name))?;
        std::fs::read(file.path()).ok()
    }
}

/// A file's name without the flags that a program adds.
fn bare(name: &str) -> &str {
    name.split(':').next().unwrap_or(name)
}

/// A mail that cannot be read is left out: it is being delivered, or moved.
fn gather(folder: &Path, sent: bool, read: &mut Read, into: &mut Vec<Mail>) {
    for file in std::fs::read_dir(folder).into_iter().flatten().flatten() {
        let Ok(name) = file.file_name().into_string() else { continue };
        let key = format!("{}/{}", folder.display(), bare(&name));
        if let Some(known) = read.get(&key) {
            into.push(known.clone());
            continue;
        }
        let since = file.metadata().and_then(|data| data.modified()).ok();
        let at = since.and_then(|at| at.duration_since(UNIX_EPOCH).ok()).unwrap_or_default();
        let at = u64::try_from(at.as_millis()).unwrap_or(0);
        let message = std::fs::read(file.path()).ok().and_then(|raw| Message::parse(&raw).ok());
        if let Some(message) = message {
            let mail = Mail::of(message, (bare(&name), sent, at));
            read.insert(key, mail.clone());
            into.push(mail);
        }
    }
}

impl Mail {
    fn of(message: Message, (name, sent, at): (&str, bool, u64)) -> Self {
        let written = |mailbox: &Mailbox| mailbox.written.clone();
        let from = message.from.first().map(written).unwrap_or_default();
        let letter = !sent && from == SERVICE && message.html.is_some();
        let everybody = message.to.iter().chain(&message.cc);
        Self {
            name: name.to_owned(),
            sent,
            to: everybody.map(written).collect(),
            subject: message.subject,
            text: message.text.map(|text| text.body).filter(|_| !letter),
            message_id: message.message_id.unwrap_or_default(),
            reply_to: message.reply_to.first().map_or_else(|| from.clone(), written),
            from,
            at,
        }
    }
}
