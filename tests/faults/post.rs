//! How mails reach the service and letters reach people: in folders, or in mailboxes of a mail host.

use std::{
    fs,
    path::{Path, PathBuf},
    sync::Arc,
};

use pennypost::{address::Address, mail::relay};

use crate::support::{app::SERVICE, dovecot::Dovecot};

/// Where the hosted mailbox and people's own are.
pub(crate) enum Post {
    /// Maildirs in a deployment's folder.
    Folders { mailbox: PathBuf, people: PathBuf },
    /// Mailboxes of a Dovecot.
    Host(Arc<Dovecot>),
}

impl Post {
    /// Maildirs below `folder`.
    pub(super) fn in_folder(folder: &Path) -> Self {
        let (mailbox, people) = (folder.join("mailbox"), folder.join("people"));
        for part in ["tmp", "new", "cur"] {
            fs::create_dir_all(mailbox.join(part)).expect("a Maildir");
        }
        Self::Folders { mailbox, people }
    }

    /// Puts bytes into the hosted mailbox as a mail host does: whole, or not at all. `name` is a file's.
    pub(super) fn deliver(&self, name: &str, bytes: &[u8]) {
        match self {
            Self::Folders { mailbox, .. } => {
                let unfinished = mailbox.join("tmp").join(name);
                fs::write(&unfinished, bytes).expect("the mailbox is a folder");
                fs::rename(unfinished, mailbox.join("new").join(name)).expect("the same disk");
            }
            Self::Host(dovecot) => dovecot.deliver(SERVICE, bytes),
        }
    }

    /// Letters that came to an address since it last looked, in the order of their files.
    pub(super) fn take(&self, address: &str) -> Vec<Vec<u8>> {
        let folder = match self {
            Self::Folders { people, .. } => {
                let address: Address = address.parse().expect("a plain address");
                people.join(relay::folder_name(&address))
            }
            Self::Host(dovecot) => dovecot.maildir(address, "INBOX"),
        };
        let mut letters = Vec::new();
        for path in files(&folder.join("new")) {
            letters.push(fs::read(&path).expect("a letter"));
            let name = path.file_name().expect("a name").to_string_lossy().into_owned();
            fs::rename(&path, folder.join("cur").join(name)).expect("both folders exist");
        }
        letters
    }
}

/// Files of a folder that may not be there yet, in the order of their names.
pub(crate) fn files(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    let mut paths: Vec<PathBuf> = entries.map(|entry| entry.path()).collect();
    paths.sort();
    paths
}
