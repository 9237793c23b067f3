//! Opening a folder, and finding the one of the host's junk.

use async_imap::imap_proto::{
    MailboxDatum, NameAttribute, Response, ResponseCode, StatusAttribute,
};

use super::{ImapError, Session, names};

/// Which folder, and whether it will be changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Folder {
    /// As people write it.
    pub name: String,
    /// Whether messages in it will be flagged, moved or deleted; else it is opened for reading alone.
    pub changes: bool,
}

/// What the server says of an opened folder.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Selected {
    /// UIDVALIDITY; none where it is missing or 0: its UIDs mean nothing on another day.
    pub uid_validity: Option<u32>,
    /// UIDNEXT of this very view: whatever has a smaller UID is in it or gone.
    pub uid_next: Option<u32>,
    /// Messages in it.
    pub exists: u32,
}

impl Session {
    /// Opens a folder.
    ///
    /// # Errors
    /// [`ImapError`]; [`ImapError::Refused`] where there is no such folder.
    pub async fn select(&mut self, folder: &Folder) -> Result<Selected, ImapError> {
        let verb = if folder.changes { "SELECT" } else { "EXAMINE" };
        let mut selected = Selected::default();
        let command = format!("{verb} {}", names::folder(&folder.name)?);
        self.ask(verb, &command, |response| match response {
            Response::MailboxData(MailboxDatum::Exists(exists)) => selected.exists = *exists,
            Response::Data { outcome, .. } => match outcome.code {
                Some(ResponseCode::UidValidity(validity)) => {
                    selected.uid_validity = Some(validity).filter(|v| *v != 0);
                }
                Some(ResponseCode::UidNext(next)) => {
                    selected.uid_next = Some(next).filter(|n| *n != 0);
                }
                _ => {}
            },
            _ => {}
        })
        .await?;
        (self.announced, self.exists) = (false, selected.exists);
        Ok(selected)
    }

    /// UIDNEXT as STATUS tells it, for servers whose SELECT does not. It may be ahead of the view.
    ///
    /// # Errors
    /// [`ImapError`]; a server that refuses STATUS tells none.
    pub async fn status_uid_next(&mut self, folder: &str) -> Result<Option<u32>, ImapError> {
        let command = format!("STATUS {} (UIDNEXT)", names::folder(folder)?);
        let mut next = None;
        let asked = self.ask("STATUS", &command, |response| {
            let Response::MailboxData(MailboxDatum::Status { status, .. }) = response else {
                return;
            };
            for attribute in status {
                if let StatusAttribute::UidNext(told) = attribute {
                    next = Some(*told).filter(|n| *n != 0);
                }
            }
        });
        match asked.await {
            Err(ImapError::Refused { .. }) => Ok(None),
            other => other.map(|()| next),
        }
    }

    /// The folder that the server marks as that of junk (RFC 6154).
    ///
    /// # Errors
    /// [`ImapError`].
    pub async fn junk_folder(&mut self) -> Result<Option<String>, ImapError> {
        let command = if self.can().special_use {
            "LIST (SPECIAL-USE) \"\" \"*\""
        } else {
            "LIST \"\" \"*\""
        };
        let mut found = None;
        let asked = self.ask("LIST", command, |response| {
            let Response::MailboxData(MailboxDatum::List(entry)) = response else { return };
            if entry.name_attributes.contains(&NameAttribute::Junk) {
                found.get_or_insert_with(|| names::from_utf7(&entry.name));
            }
        });
        match asked.await {
            Err(ImapError::Refused { .. }) => Ok(None),
            other => other.map(|()| found),
        }
    }

    /// How many messages arrived on or after a day (`1-Feb-2026`), by the host's calendar.
    ///
    /// # Errors
    /// [`ImapError`].
    pub async fn count_since(&mut self, day: &str) -> Result<usize, ImapError> {
        let mut count = 0;
        self.ask("SEARCH", &format!("UID SEARCH SINCE {day}"), |response| {
            if let Response::MailboxData(MailboxDatum::Search(found)) = response {
                count += found.len();
            }
        })
        .await?;
        Ok(count)
    }
}
