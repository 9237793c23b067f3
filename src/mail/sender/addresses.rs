//! Addresses of a header field, read without repairing anything.
//!
//! Not for: showing people a display name (`message` does that); a name is never identity.

use crate::{
    address::{Address, AddressError},
    mail::{
        lexer::{self, Kind, Token},
        scan::Header,
    },
};

/// Most addresses read from one field.
const ADDRESSES_MAX: usize = 1_000;

/// Why a `From` names nobody.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum FromFault {
    /// No `From` field.
    #[error("there is no From field")]
    Missing,
    /// More than one field, or a list, or a group.
    #[error("From names several mailboxes")]
    Several,
    /// Anything but `addr` or `name <addr>`.
    #[error("From is written in a way that mail programs read differently")]
    Shape,
    /// The one address is none that we accept.
    #[error("From has no plain address: {0}")]
    Address(#[from] AddressError),
    /// A second reader found another address in the same bytes.
    #[error("two readers of mail disagree on the address in From")]
    Disputed,
}

/// The one address in the one `From`.
///
/// # Errors
/// [`FromFault`]; such a sender is unknown to us (SECURITY: A3 point 2).
pub fn from(header: &Header) -> Result<Address, FromFault> {
    let mut values = header.all("From");
    let value = values.next().ok_or(FromFault::Missing)?;
    if values.next().is_some() {
        return Err(FromFault::Several);
    }
    let address = mailbox(value)?;
    if second_reading(value).as_deref() == Some(address.as_str()) {
        Ok(address)
    } else {
        Err(FromFault::Disputed)
    }
}

/// `addr` or `name <addr>`; comments may stand around, quotes only in the name.
pub(super) fn mailbox(value: &str) -> Result<Address, FromFault> {
    let tokens = lexer::tokens(value, "<>,;:").ok_or(FromFault::Shape)?;
    if tokens.iter().any(|token| matches!(token.kind, Kind::Special(',' | ';' | ':'))) {
        return Err(FromFault::Several);
    }
    one_mailbox(&tokens)
}

fn one_mailbox(tokens: &[Token]) -> Result<Address, FromFault> {
    let open = tokens.iter().position(|token| token.kind == Kind::Special('<'));
    let (name, path) = open.map_or((&[] as &[Token], tokens), |at| tokens.split_at(at));
    // A bare `someone@example.org` in the name is what a forger shows and a careless reader takes.
    if name.iter().any(|token| matches!(&token.kind, Kind::Word(word) if word.contains('@'))) {
        return Err(FromFault::Shape);
    }
    let bare = match path {
        [open, word, close]
            if open.kind == Kind::Special('<')
                && close.kind == Kind::Special('>')
                && !word.spaced
                && !close.spaced =>
        {
            word
        }
        [word] => word,
        _ => return Err(FromFault::Shape),
    };
    match &bare.kind {
        Kind::Word(word) => Ok(Address::parse(word)?),
        Kind::Quoted(_) | Kind::Special(_) => Err(FromFault::Shape),
    }
}

/// The single address as the mail library reads the same field.
fn second_reading(value: &str) -> Option<String> {
    let line = format!("{value}\r\n");
    let read = mail_parser::parsers::MessageStream::new(line.as_bytes()).parse_address();
    let mut all = read.as_address()?.iter();
    let one = all.next()?.address()?.to_ascii_lowercase();
    all.next().is_none().then_some(one)
}

/// The plain addresses in the `To` and `Cc` fields, in order; what is no plain address is passed
/// over. Names, comments and quotes are not looked into.
pub fn recipients(header: &Header) -> Vec<Address> {
    let values = header.all("To").chain(header.all("Cc"));
    let lists = values.filter_map(|value| lexer::tokens(value, "<>,;:"));
    let mut found = Vec::new();
    for tokens in lists {
        let parts = tokens.split(|token| matches!(token.kind, Kind::Special(',' | ';' | ':')));
        found.extend(parts.filter_map(|part| one_mailbox(part).ok()).take(ADDRESSES_MAX));
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mail::scan::scan;

    fn read(value: &str) -> Result<String, FromFault> {
        let scan = scan(format!("From: {value}\r\n\r\n").as_bytes());
        from(&scan.header).map(|address| address.to_string())
    }

    #[test]
    fn plain_forms_are_read() {
        for plain in [
            "ada@lake.example",
            "<ADA@Lake.Example>",
            "Ada <ada@lake.example>",
            "\"Lovelace, Ada; <x@y.example>\" <ada@lake.example>",
            "=?utf-8?q?Ad=C3=A4?= <ada@lake.example>",
            "Adä Ł <ada@lake.example>",
            "Ada L. <ada@lake.example> (at the lake, ben@x.example)",
        ] {
            assert_eq!(read(plain).as_deref(), Ok("ada@lake.example"), "{plain}");
        }
    }

    #[test]
    fn odd_forms_name_nobody() {
        for odd in [
            "",
            "Ada",
            "ada@lake.example, ben@x.example",
            "ada@lake.example ben@x.example",
            "<ada@lake.example> <ben@x.example>",
            "ada@lake.example <ben@x.example>",
            "Ada <ada@lake.example> ben@x.example",
            "Ada < ada@lake.example >",
            "Ada <<ada@lake.example>>",
            "Ada <ada@lake.example",
            "friends: ada@lake.example;",
            "\"ada\"@lake.example",
            "<@hop.example:ada@lake.example>",
            "ada@[192.0.2.1]",
            "ada@läke.example",
            "аda@lake.example",
            "ada@lake.example\u{0}",
            "ada(x)@lake.example",
            "=?utf-8?q?ada=40lake.example?=",
        ] {
            assert!(read(odd).is_err(), "{odd}: {:?}", read(odd));
        }
    }

    #[test]
    fn an_address_that_two_readers_see_differently_names_nobody() {
        // Legal characters of a local part for one reader, an encoded word for the other.
        assert_eq!(read("=?utf-8?b?YQ==?=ada@lake.example"), Err(FromFault::Disputed));
    }

    #[test]
    fn recipients_are_found_in_lists_and_groups_but_not_in_names() {
        let scan = scan(
            b"To: \"till@x.example\" <a@x.example>, b@x.example (till@x.example),\r\n \
              friends: C <c@x.example>, d@x.example;\r\nCc: e@x.example\r\nBcc: f@x.example\r\n\r\n",
        );
        let found: Vec<_> = recipients(&scan.header).iter().map(Address::to_string).collect();
        assert_eq!(
            found,
            ["a@x.example", "b@x.example", "c@x.example", "d@x.example", "e@x.example"]
        );
    }
}
