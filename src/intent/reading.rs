//! What the reader made of one mail: commands, a question back, or nothing to answer.
//!
//! The JSON form is that of the vocabulary and is stored with the mail; it is a wire format, so
//! names never change. Not for: whether the sender may do this (`policy` decides).

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::address::Address;
pub use crate::intent::ask_back::{AskBack, AskBackFields, Candidate, Reason, Share};
use crate::intent::wire;
use crate::mail::automatic::{BounceClass, Why};
use crate::money::{Amount, Money};

/// One reading per mail.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "wire::Wire", into = "wire::Wire")]
pub enum Reading {
    /// One thing to do.
    Command(Box<Command>),
    /// Several, in the order of the mail; at least two, none of them contradicting another.
    Multi(Vec<Command>),
    /// Nothing is done; the sender is asked.
    AskBack(Box<AskBack>),
    /// Automatic mail: never answered.
    Ignore(Ignore),
}

/// Why a mail is left alone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ignore {
    /// What kind of automatic mail it is.
    pub why: Why,
    /// For a bounce: the address that could not be reached.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub failed: Option<Address>,
    /// For a bounce: for good, or for now.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub class: Option<BounceClass>,
}

/// A line of an order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Item {
    /// The product's unique id.
    pub sku: String,
    /// How many.
    pub qty: u32,
}

/// Whom a message by criteria is for.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Criteria {
    /// What they list as an interest.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub interest: Option<String>,
    /// Where they are.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub region: Option<String>,
    /// What they read.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub language: Option<String>,
    /// A tag in their profile.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tag: Option<String>,
    /// The most that they charge: decimal, in the message's currency.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_charge: Option<String>,
}

/// What a person asks for. Field names and forms are those of the vocabulary.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "intent", content = "fields", rename_all = "snake_case")]
#[expect(missing_docs, reason = "the vocabulary documents each field by its name")]
pub enum Command {
    Transfer {
        #[serde(flatten, with = "wire::sum")]
        amount: Amount,
        recipient: Address,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        note: Option<String>,
    },
    RequestMoney {
        #[serde(flatten, with = "wire::sum")]
        amount: Amount,
        payer: Address,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        note: Option<String>,
    },
    Order {
        items: Vec<Item>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        customer: Option<String>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        signature: Option<String>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        coupon: Option<String>,
    },
    Confirm(Answer),
    Cancel(Answer),
    Status {
        #[serde(rename = "ref", default, skip_serializing_if = "Option::is_none")]
        reference: Option<String>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        note: Option<String>,
    },
    Claim(Answer),
    Remind(Answer),
    ReturnPayment(Answer),
    Correction {
        #[serde(rename = "ref")]
        reference: String,
        #[serde(flatten, with = "wire::maybe_sum")]
        amount: Option<Amount>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        recipient: Option<Address>,
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        items: Vec<Item>,
    },
    Refund {
        #[serde(rename = "ref")]
        reference: String,
        #[serde(flatten, with = "wire::maybe_sum")]
        amount: Option<Amount>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reason: Option<String>,
    },
    Accept(Answer),
    Decline(Answer),
    Shipped {
        #[serde(rename = "ref")]
        reference: String,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        note: Option<String>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        tracking: Option<String>,
    },
    ApplyCoupon {
        code: String,
        #[serde(rename = "ref", default, skip_serializing_if = "Option::is_none")]
        reference: Option<String>,
    },
    Coupons {},
    Balance {},
    Statement {
        #[serde(default, skip_serializing_if = "Option::is_none")]
        period: Option<String>,
    },
    Help {
        #[serde(default, skip_serializing_if = "Option::is_none")]
        topic: Option<String>,
    },
    SignUp {
        #[serde(default, skip_serializing_if = "Option::is_none")]
        name: Option<String>,
    },
    Freeze {},
    /// Money may leave again.
    Unfreeze {},
    Inbox {},
    Catalogue {},
    Export {},
    Erase {},
    Read {
        number: u32,
    },
    ReportAbuse {
        number: u32,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        note: Option<String>,
    },
    TopUp {
        #[serde(flatten, with = "wire::sum")]
        amount: Amount,
    },
    Withdraw {
        #[serde(flatten, with = "wire::sum")]
        amount: Amount,
    },
    SetPrice {
        /// Zero makes it free.
        #[serde(flatten, with = "wire::price")]
        amount: Money,
        scope: String,
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        free: Vec<String>,
    },
    AllowSender {
        sender: String,
    },
    BlockSender {
        sender: String,
    },
    Profile {
        #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
        set: BTreeMap<String, Vec<String>>,
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        remove: Vec<String>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        searchable: Option<bool>,
    },
    ContactAdd {
        name: String,
        address: Address,
    },
    /// No longer in the address book.
    ContactRemove {
        name: String,
    },
    /// What stands in the address book.
    Contacts {},
    Alias {
        address: Address,
    },
    /// An address that is to belong to the account no longer.
    AliasRemove {
        address: Address,
    },
    PaidMessage {
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        recipients: Vec<Address>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        criteria: Option<Criteria>,
        #[serde(flatten, with = "wire::fee")]
        fee: Amount,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        total_cap: Option<String>,
        message: String,
    },
    ChatMessage {
        #[serde(rename = "ref")]
        reference: String,
        text: String,
    },
    Unsubscribe {
        scope: UnsubscribeScope,
    },
}

/// A word on one of our requests.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Answer {
    /// As written on our letters: `T-771`.
    #[serde(rename = "ref")]
    pub reference: String,
    /// What else was said, in the sender's words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
}

/// What a person no longer wants.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum UnsubscribeScope {
    /// Adverts; receipts still come.
    Offers,
    /// Whatever is not owed to them.
    All,
}

impl Command {
    /// The word of the vocabulary: `transfer`.
    pub fn intent(&self) -> &'static str {
        wire::intent(self)
    }

    /// Whether it moves, orders, confirms, prices or sends; the others only inform.
    pub fn executes(&self) -> bool {
        !matches!(
            self,
            Self::Status { .. }
                | Self::Coupons {}
                | Self::Balance {}
                | Self::Statement { .. }
                | Self::Help { .. }
                | Self::SignUp { .. }
                | Self::Freeze {}
                | Self::Unfreeze {}
                | Self::Inbox {}
                | Self::Catalogue {}
                | Self::Export {}
                | Self::Erase {}
                | Self::Read { .. }
                | Self::ReportAbuse { .. }
                | Self::ContactAdd { .. }
                | Self::ContactRemove { .. }
                | Self::Contacts {}
                | Self::Alias { .. }
                | Self::AliasRemove { .. }
        )
    }

    /// The language in which somebody wants to be written to, as they call it.
    pub fn language(&self) -> Option<&str> {
        let Self::Profile { set, remove, searchable: None } = self else { return None };
        let (only, values) = set.iter().next().filter(|_| set.len() == 1 && remove.is_empty())?;
        let one = values.first().filter(|_| values.len() == 1)?;
        (only == "language").then_some(one)
    }

    /// The request it speaks of.
    pub fn reference(&self) -> Option<&str> {
        match self {
            Self::Confirm(answer)
            | Self::Cancel(answer)
            | Self::Claim(answer)
            | Self::Remind(answer)
            | Self::ReturnPayment(answer)
            | Self::Accept(answer)
            | Self::Decline(answer) => Some(&answer.reference),
            Self::Correction { reference, .. }
            | Self::Refund { reference, .. }
            | Self::Shipped { reference, .. }
            | Self::ChatMessage { reference, .. } => Some(reference),
            Self::Status { reference, .. } | Self::ApplyCoupon { reference, .. } => {
                reference.as_deref()
            }
            _ => None,
        }
    }
}

impl Reading {
    /// Nothing is done; the sender is asked for one reason.
    pub fn ask(reason: Reason, fields: AskBackFields) -> Self {
        Self::AskBack(Box::new(AskBack::new(reason, fields)))
    }

    /// All commands; none when it asks back or ignores.
    pub fn commands(&self) -> &[Command] {
        match self {
            Self::Command(command) => std::slice::from_ref(command),
            Self::Multi(commands) => commands,
            Self::AskBack(_) | Self::Ignore(_) => &[],
        }
    }

    /// The word of the vocabulary: `transfer`, `multi`, `ask-back`, `ignore`.
    pub fn intent(&self) -> &'static str {
        match self {
            Self::Command(command) => command.intent(),
            Self::Multi(_) => "multi",
            Self::AskBack(_) => "ask-back",
            Self::Ignore(_) => "ignore",
        }
    }
}

impl From<Command> for Reading {
    fn from(command: Command) -> Self {
        Self::Command(Box::new(command))
    }
}
