//! The demo's mail host: takes a mail from its sender's program, states what proves its sender, and lays
//! it into the mailboxes it is addressed to.

use std::path::{Path, PathBuf};

use anyhow::Context as _;

use super::{
    cast::{HOST, SERVICE},
    told::{Mail, Told},
};
use crate::{
    address::Address,
    clock::Clock,
    mail::{
        mailbox::maildir::Maildir,
        message::{Mailbox, Message},
        relay::folder_name,
    },
};

/// Whether the sender's domain vouches for a mail.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Proof {
    Genuine,
    Forged,
}

/// The folders of a demo, and who tells of each mail.
#[derive(Debug, Clone)]
pub(super) struct Host {
    folder: PathBuf,
    clock: Clock,
    told: Told,
}

impl Host {
    pub(super) fn new(folder: &Path, clock: Clock, told: Told) -> Self {
        Self { folder: folder.to_owned(), clock, told }
    }

    pub(super) fn told(&self) -> Told {
        self.told
    }

    /// Where people's mailboxes are, one Maildir each.
    pub(super) fn people(&self) -> PathBuf {
        self.folder.join("people")
    }

    /// Where what people have sent is kept, one Maildir each.
    pub(super) fn sent(&self) -> PathBuf {
        self.folder.join("sent")
    }

    /// Delivers a mail to everybody in To and Cc, and keeps it with what its sender has sent. In the
    /// service's mailbox it bears the host's verdict on top.
    ///
    /// # Errors
    /// A folder's; a mail from nobody.
    pub(super) async fn deliver(&self, mail: &str, proof: Proof) -> anyhow::Result<()> {
        let message = Message::parse(mail.as_bytes())?;
        let from = message.sender().context("A mail needs a sender")?.clone();
        let service: Address = SERVICE.parse()?;
        let mut to_service = false;
        for to in
            message.to.iter().chain(&message.cc).filter_map(|mailbox| mailbox.address.as_ref())
        {
            if to.reaches(&service) {
                to_service = true;
            } else {
                self.lay(self.people().join(folder_name(to)), mail.into()).await?;
            }
        }
        if to_service {
            let results = match proof {
                Proof::Genuine => {
                    format!("dkim=pass header.d={0}; dmarc=pass header.from={0}", from.domain())
                }
                Proof::Forged => format!("dkim=none; dmarc=fail header.from={}", from.domain()),
            };
            let stamped = format!("Authentication-Results: {HOST}; {results}\r\n{mail}");
            self.lay(self.folder.join("mailbox"), stamped.into()).await?;
        }
        // Whoever writes in another's name leaves nothing in that person's own program.
        if proof == Proof::Genuine {
            self.lay(self.sent().join(folder_name(&from)), mail.into()).await?;
        }
        self.tell(&message, from.as_str(), proof);
        Ok(())
    }

    async fn lay(&self, folder: PathBuf, mail: Vec<u8>) -> anyhow::Result<()> {
        Maildir::open(folder).await?.deliver(mail, self.clock.now()).await?;
        Ok(())
    }

    fn tell(&self, message: &Message, from: &str, proof: Proof) {
        let everybody: Vec<&str> = message.to.iter().chain(&message.cc).map(written).collect();
        self.told.mail(&Mail {
            from,
            to: &everybody.join(", "),
            subject: &message.subject,
            body: message.text.as_ref().map_or("", |text| &text.body),
            remark: if proof == Proof::Forged { "nothing proves who wrote it" } else { "" },
            links: false,
        });
    }
}

fn written(mailbox: &Mailbox) -> &str {
    &mailbox.written
}
