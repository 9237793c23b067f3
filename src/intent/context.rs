//! What the reader may know about the sender beside the mail itself.
//!
//! Not for: looking anything up. Whoever calls the reader fills this in, from rows or from a file.

use serde::{Deserialize, Serialize};

use crate::address::Address;
use crate::intent::reading::Item;
use crate::money::{Currency, Money};

/// Everything is optional: with an empty context the reader asks back where it would need more.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct ReaderContext {
    /// What a bare number means, and what a bare `$` means when it is a dollar.
    pub account_currency: Option<Currency>,
    /// Every currency the sender holds an account in; empty where only the first is known.
    pub currencies_held: Vec<Currency>,
    /// BCP 47, such as `de-CH`: how this person groups digits.
    pub locale: Option<String>,
    /// The mailbox that people write to; tags behind `+` are read as ours too.
    pub service_address: Option<Address>,
    /// Further addresses that are ours.
    pub service_addresses: Vec<Address>,
    /// The name we sign with, so that "Hi Till" is a greeting and no recipient.
    pub service_name: Option<String>,
    /// The sender's requests that wait for an answer.
    pub pending: Vec<Pending>,
    /// What can be ordered.
    pub catalogue: Vec<Product>,
    /// Customers by the id that stands in their adverts.
    pub customers: Vec<Customer>,
    /// The sender's own address book.
    pub contacts: Vec<Contact>,
    /// The request that our own signature in the mail's addresses or ids names: the mail answers one of
    /// its letters, whatever the subject says.
    pub thread: Option<String>,
    /// Message-IDs of letters we sent, with their angle brackets.
    pub sent_message_ids: Vec<String>,
}

/// A request of the sender that waits for an answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pending {
    /// As written on our letters: `T-771`.
    #[serde(rename = "ref")]
    pub reference: String,
    /// `transfer`, `request_money`, `order` …
    #[serde(default)]
    pub kind: String,
    /// Decimal, in the currency's own digits.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub amount: Option<String>,
    /// Of the amount.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub currency: Option<Currency>,
    /// Who is to get it (or, for a request for money, who is asked).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub recipient: Option<Address>,
    /// Whose request it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub owner: Option<Address>,
    /// What our last letter asked for: `amount`, `recipient`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub missing: Vec<String>,
    /// What an order holds.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub items: Vec<Item>,
}

impl Pending {
    /// The amount that stands in our letter, if it is known.
    pub fn money(&self) -> Option<Money> {
        Money::from_decimal(self.amount.as_deref()?, self.currency?).ok()
    }
}

/// Something that can be ordered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Product {
    /// The unique id that stands in adverts: `MUG-BLUE`.
    pub sku: String,
    /// As people call it: `Blue Mug`.
    pub name: String,
}

/// A customer as adverts name them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Customer {
    /// The id in the machine line: `8F3KQ`.
    pub id: String,
    /// From where this customer writes.
    #[serde(default)]
    pub addresses: Vec<Address>,
}

/// One line of the sender's address book.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Contact {
    /// As the sender calls them.
    pub name: String,
    /// Their address.
    pub address: Address,
}

impl ReaderContext {
    /// Whether the sender is known to hold no account in this currency.
    pub fn lacks(&self, currency: Currency) -> bool {
        self.account_currency.is_some_and(|own| own != currency)
            && !self.currencies_held.contains(&currency)
    }

    /// Whether mail to `address` comes to us, with or without a tag.
    pub fn is_ours(&self, address: &Address) -> bool {
        self.service_address.iter().chain(&self.service_addresses).any(|own| address.reaches(own))
    }

    /// The sender's pending requests: those that name no other owner.
    pub fn pending_of<'a>(
        &'a self,
        sender: Option<&'a Address>,
    ) -> impl Iterator<Item = &'a Pending> {
        self.pending.iter().filter(move |p| {
            p.owner.as_ref().is_none_or(|owner| sender.is_none_or(|sender| owner == sender))
        })
    }
}
