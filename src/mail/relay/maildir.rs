//! Where letters go: the relay that takes a finished mail and carries it on.
//!
//! Not for: whether and when a letter is sent (`letters`), nor its bytes (`compose`).

use std::path::PathBuf;

use super::{
    mailbox::{MailboxError, maildir::Maildir},
    wire::Dialer,
};
use crate::{address::Address, clock::At, config::RelayPlace};

/// Longest name of a letter's file; file systems take 255.
const FILE_NAME_MAX: usize = 200;

/// A relay of one of the kinds that can be used.
#[derive(Debug, Clone)]
pub enum Relay {
    /// A folder with a Maildir for each recipient: for the demo and for tests.
    Maildir(PathBuf),
}

/// Why a letter was not sent.
#[derive(Debug, thiserror::Error)]
pub enum SendError {
    /// It may succeed later: the same letter, with the same Message-ID, is sent again.
    #[error("the relay cannot take the letter now")]
    Transient(#[source] MailboxError),
    /// It will never succeed.
    #[error("the relay refuses the letter for good: {0}")]
    Permanent(String),
}

impl Relay {
    /// The relay at a place; connections are opened when they are needed.
    pub fn open(place: &RelayPlace, _dialer: &Dialer) -> Self {
        match place {
            RelayPlace::Maildir(folder) => Self::Maildir(folder.clone()),
            RelayPlace::Smtp(server) => todo!("{server}"),
        }
    }

    /// Hands a composed letter over for `recipients`. When it returns, the relay keeps the letter.
    /// Cut off or failed in between, some recipients may have it already and get it twice at the
    /// next attempt: a letter has one recipient wherever that matters.
    ///
    /// # Errors
    /// [`SendError`] says whether to try again.
    pub async fn send(
        &self,
        letter: &[u8],
        recipients: &[Address],
        now: At,
    ) -> Result<(), SendError> {
        if recipients.is_empty() {
            return Err(SendError::Permanent("it has no recipient".to_owned()));
        }
        let Self::Maildir(folder) = self;
        for recipient in recipients {
            let path = folder.join(folder_name(recipient));
            let maildir = Maildir::open(path).await.map_err(SendError::Transient)?;
            // Named after the letter, so that an attempt whose mark was lost leaves no second copy.
            let name = file_name(letter, now);
            maildir.deliver_once(name, letter.to_vec()).await.map_err(SendError::Transient)?;
        }
        Ok(())
    }
}

/// The letter's own Message-ID as a file name; sorted by time, as our ids are.
fn file_name(letter: &[u8], now: At) -> String {
    let scan = super::scan::scan(letter);
    let id = scan.header.first("Message-ID").unwrap_or_default();
    let plain = |c: &char| c.is_ascii_alphanumeric() || ['@', '.', '-', '_'].contains(c);
    let name: String = id.chars().filter(plain).take(FILE_NAME_MAX).collect();
    let name = name.trim_start_matches('.');
    if name.is_empty() { format!("{}.pennypost", crate::ids::fresh(now)) } else { name.to_owned() }
}

/// The name of a recipient's folder: its address. A slash is legal in an address and is not let
/// into a path; every other unusual character is written as `%2f` is.
pub fn folder_name(address: &Address) -> String {
    let plain = |b: u8| b.is_ascii_alphanumeric() || b"@.+-_=".contains(&b);
    let bytes = address.as_str().bytes();
    bytes.map(|b| if plain(b) { char::from(b).to_string() } else { format!("%{b:02x}") }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_address_leads_out_of_its_folder() {
        let name = |text: &str| folder_name(&Address::parse(text).expect("plain"));
        assert_eq!(name("ada+x@lake.example"), "ada+x@lake.example");
        assert_eq!(name("a/b@lake.example"), "a%2fb@lake.example");
        assert_eq!(name("/etc/~%2f@lake.example"), "%2fetc%2f%7e%252f@lake.example");
    }
}
