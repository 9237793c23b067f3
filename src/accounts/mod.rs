//! People: who writes to us, under which addresses, holding which accounts of the ledger.
//!
//! Not for: money (the `ledger` holds it) or what a mail is worth (`mail::sender` judges that).

mod aliases;
mod contacts;
mod freeze;
mod jobs;
pub mod letters;
mod open;
mod statement;
mod store;
mod store_contacts;
mod store_statement;

pub use aliases::{ADD_ALIAS, add_alias_act};
pub use jobs::{
    Answer, ForeignYes, Gate, RELEASE_MAIL, SignUp, Unbelieved, answer, foreign_yes, gate, sign_up,
    unbelieved,
};
pub use open::{
    Opened, credit_from_house, debit_to_house, language_of, open, open_untold, welcome,
};
pub use store::{addresses_of, by_address, by_id, froze, list, lock, wrote_in};
pub use store_contacts::{ContactRow, contacts_of};

use serde::{Deserialize, Serialize};

use crate::{address::Address, clock::At, language::Language, queue::events::Event};

crate::id_type! {
    /// A person's id; the `owner` of their accounts in the ledger.
    PersonId
}

/// Someone with an account.
#[derive(Debug, Clone, sqlx_macros::FromRow)]
pub struct Person {
    /// Row id.
    pub id: PersonId,
    /// The short customer id that order lines carry: not a secret.
    pub code: String,
    /// How their numbers are read: `en-US`.
    pub locale: String,
    /// The language they asked for.
    pub language: Option<Language>,
    /// The language of the last mail of theirs that told one.
    pub language_read: Option<Language>,
    /// Since when.
    pub created_at: At,
}

impl Person {
    /// What they are written to in, where no mail of theirs is answered.
    pub fn language(&self) -> Language {
        let usual = || Language::of_locale(&self.locale).unwrap_or(Language::En);
        self.language.or(self.language_read).unwrap_or_else(usual)
    }
}

/// An account was opened for an address: what waited for it can go on.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct AccountOpened {
    /// Whose.
    pub person: PersonId,
    /// Under which address.
    pub address: Address,
}

impl Event for AccountOpened {}

/// A further address belongs to an account: what waited for it can go on.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct AliasAdded {
    /// Whose.
    pub person: PersonId,
    /// Which.
    pub address: Address,
}

impl Event for AliasAdded {}
