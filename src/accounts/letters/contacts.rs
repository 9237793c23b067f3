//! The letter about somebody's address book.

use serde::Serialize;

use super::sample_address;
use crate::{
    address::Address,
    language::Language,
    letters::{Body, Class, Fact, Letter, sample},
    mail::mailto::MailtoError,
};

/// What was done with an address book, or what stands in it.
#[derive(Debug, Clone, Serialize)]
pub struct Contacts {
    book: Book,
}

/// As an address book answers.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Book {
    /// A name means an address from now on.
    Saved {
        /// As its owner writes it.
        name: String,
        /// Whom it means.
        address: Address,
        /// Whom it meant until now, where that was another.
        before: Option<Address>,
    },
    /// A name means nobody any more.
    Forgotten {
        /// Which.
        name: String,
    },
    /// There was no such name.
    Unknown {
        /// Which.
        name: String,
    },
    /// No name fits in any more.
    Full {
        /// How many names do.
        most: usize,
    },
    /// All names.
    Listed {
        /// Each with its address.
        lines: Vec<(String, Address)>,
    },
}

impl Contacts {
    pub(in crate::accounts) fn new(book: Book) -> Self {
        Self { book }
    }

    pub(super) fn list() -> Self {
        let line = |name: &str, address| (name.to_owned(), sample_address(address));
        let lines = vec![line("Ben", sample::OTHER), line("Zoe Harbour", "zoe@harbour.example")];
        Self { book: Book::Listed { lines } }
    }

    pub(super) fn forgotten() -> Self {
        Self { book: Book::Forgotten { name: "Ben".to_owned() } }
    }

    fn first(&self, language: Language) -> String {
        match &self.book {
            Book::Saved { name, address, .. } => {
                say!(language, "account_contacts.saved", name = name, address = address)
            }
            Book::Forgotten { name } => say!(language, "account_contacts.forgotten", name = name),
            Book::Unknown { name } => say!(language, "account_contacts.unknown", name = name),
            Book::Full { most } => say!(language, "account_contacts.full", most = most),
            Book::Listed { lines } if lines.is_empty() => say!(language, "account_contacts.none"),
            Book::Listed { .. } => say!(language, "account_contacts.listed"),
        }
    }
}

impl Letter for Contacts {
    const KIND: &'static str = "account_contacts";

    fn class(&self) -> Class {
        Class::Answer
    }

    fn subject(&self, language: Language) -> String {
        match &self.book {
            Book::Saved { .. } => say!(language, "account_contacts.title_saved"),
            Book::Forgotten { .. } => say!(language, "account_contacts.title_forgotten"),
            Book::Unknown { .. } | Book::Full { .. } => {
                say!(language, "account_contacts.title_nothing")
            }
            Book::Listed { .. } => say!(language, "account_contacts.title_listed"),
        }
    }

    fn body(&self, language: Language) -> Result<Body, MailtoError> {
        let mut paragraphs = vec![self.first(language)];
        let mut list = Vec::new();
        match &self.book {
            Book::Saved { name, before, .. } => {
                let before = before.as_ref();
                paragraphs
                    .extend(before.map(|b| say!(language, "account_contacts.before", address = b)));
                paragraphs.push(say!(language, "account_contacts.use", name = name));
            }
            Book::Listed { lines } if lines.is_empty() => {
                let words = say!(language, "words.contact");
                paragraphs.push(say!(language, "account_contacts.add", words = words));
            }
            Book::Listed { lines } => {
                let line = |(name, address): &(String, Address)| {
                    say!(language, "account_contacts.line", name = name, address = address)
                };
                list = lines.iter().map(line).collect();
            }
            Book::Forgotten { .. } | Book::Unknown { .. } | Book::Full { .. } => {
                let words = say!(language, "words.contacts");
                paragraphs.push(say!(language, "account_contacts.see", words = words));
            }
        }
        let facts = match &self.book {
            Book::Saved { name, address, .. } => vec![Fact::new(name, address.as_str())],
            _ => Vec::new(),
        };
        Ok(Body {
            title: self.subject(language),
            paragraphs,
            list,
            facts,
            why: say!(language, "account_contacts.why"),
            ..Body::default()
        })
    }

    fn sample() -> Self {
        Self {
            book: Book::Saved {
                name: "Ben".to_owned(),
                address: sample_address(sample::OTHER),
                before: Some(sample_address("ben@old.example")),
            },
        }
    }
}
