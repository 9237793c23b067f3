//! A folder as relay: one Maildir per addressee inside, for the demo and for tests.

use std::path::Path;

use super::{SendError, without_addresses};
use crate::{
    address::Address,
    clock::At,
    mail::{
        mailbox::{MailboxError, maildir::Maildir},
        scan,
    },
};

/// Longest name of a letter's file; file systems take 255.
const FILE_NAME_MAX: usize = 200;

/// Puts a letter into the Maildir of its addressee.
pub(super) async fn deliver(
    folder: &Path,
    letter: &[u8],
    to: &Address,
    now: At,
) -> Result<(), SendError> {
    let maildir = Maildir::open(folder.join(folder_name(to))).await.map_err(unwell)?;
    // Named after the letter, so that an attempt whose mark was lost leaves no second copy.
    maildir.deliver_once(file_name(letter, now), letter.to_vec()).await.map_err(unwell)
}

/// A full disk, say: later. The folder's name is an address.
fn unwell(error: MailboxError) -> SendError {
    let why = without_addresses(&format!("{:#}", anyhow::Error::new(error)));
    SendError::Unwell { why, pause: std::time::Duration::ZERO }
}

/// The letter's own Message-ID as a file name; sorted by time, as our ids are.
fn file_name(letter: &[u8], now: At) -> String {
    let scan = scan::scan(letter);
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
