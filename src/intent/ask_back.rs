//! Why the reader acts on nothing and asks instead, and what it knows already.
//!
//! Not for: the words of the letter that asks (each capability has its own).

use serde::{Deserialize, Serialize};

use crate::address::Address;
use crate::intent::reading::Item;
use crate::money::{Amount, Currency, Money};

/// Most candidates that one letter offers.
pub const CANDIDATES_MAX: usize = 3;

/// The reasons in the order in which a letter names them: amounts, people, meaning.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reason {
    // Amounts.
    /// No amount stands in the sender's own words.
    MissingAmount,
    /// Two readings that the currency can represent.
    AmbiguousAmount,
    /// More digits than the currency has.
    ExcessPrecision,
    /// Zero, negative or absurd.
    InvalidAmount,
    /// "About", ranges.
    ApproximateAmount,
    /// "Everything", "half".
    AmountNotExplicit,
    /// No currency of ours is meant by that word or sign.
    UnknownCurrency,
    /// A currency that the sender's account is not held in.
    CurrencyNotHeld,
    /// The subject names another amount than the body.
    ConflictSubjectBody,
    /// A confirmation that names another amount.
    AmountMismatch,
    /// A paid message without a literal fee.
    MissingFee,
    // People.
    /// Nobody is named who could get it.
    MissingRecipient,
    /// Somebody is to pay, but no address stands there.
    MissingPayerAddress,
    /// Several people could be meant.
    AmbiguousRecipient,
    /// Something like an address that is none.
    InvalidRecipient,
    /// Mixed scripts, or a look-alike of a contact.
    SuspiciousRecipient,
    /// The sender, or ourselves.
    SelfRecipient,
    /// One amount and several people: for each, or to be split?
    SplitOrEach,
    /// A sum to be split with others, who have not agreed.
    SplitNeedsAgreement,
    /// Another person's request.
    SenderMismatch,
    /// Another customer's advert.
    CustomerMismatch,
    // Meaning.
    /// Nothing asks for anything we do.
    NoCommand,
    /// Nothing stands there at all.
    Empty,
    /// A reaction, a lone emoji, somebody else's wish.
    NotExplicit,
    /// A question stands above an order line.
    QuestionBeforeOrder,
    /// "If …", "once …".
    Conditional,
    /// "Don't …" with nothing waiting that it could mean.
    Negated,
    /// It tells of something that has happened.
    Past,
    /// The figures stand only in a forwarded mail.
    DetailsOnlyInForward,
    /// The command stands only in a quote.
    OnlyInQuote,
    /// Two commands that contradict each other.
    Contradiction,
    /// "On Friday", "every month".
    UnsupportedSchedule,
    /// The text part and the HTML part say different things.
    TextHtmlMismatch,
    /// Several waiting requests could be meant, or none.
    AmbiguousReference,
    /// Several products could be meant.
    AmbiguousProduct,
    /// No product of that name.
    UnknownProduct,
    /// A price for people whom no list or domain of ours names.
    AmbiguousScope,
    /// "The same again": shown before it is ordered.
    ReorderConfirm,
    /// An order line that lost a piece.
    DamagedToken,
}

/// A question back to the sender: nothing was done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AskBack {
    /// Sorted, without repeats, never empty.
    reasons: Vec<Reason>,
    /// What is known.
    pub fields: AskBackFields,
}

/// What was read with certainty, and the candidates for what was not.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct AskBackFields {
    /// Which command it would have been: `transfer`, `order` …
    #[serde(skip_serializing_if = "Option::is_none")]
    pub act: Option<String>,
    /// Decimal, in the currency's own digits.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub amount: Option<String>,
    /// Of the amount or of the candidates.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub currency: Option<Currency>,
    /// Who would get it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub recipient: Option<Address>,
    /// Who would pay.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub payer: Option<Address>,
    /// Several people who were named.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub recipients: Vec<Address>,
    /// What it was for, in the sender's words.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
    /// The request that is meant.
    #[serde(rename = "ref", skip_serializing_if = "Option::is_none")]
    pub reference: Option<String>,
    /// At most three possible readings: amounts, references, products, payments.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub candidates: Vec<Candidate>,
    /// A word more on the reason: `zero`, `negative`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub detail: Option<String>,
    /// How a sum would be split.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub proposal: Vec<Share>,
    /// What a question is about.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub topic: Option<String>,
    /// The product that a question is about.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub about: Option<String>,
    /// The customer whom an order line names.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub token_customer: Option<String>,
    /// Who wrote instead.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sender: Option<String>,
    /// What a damaged order line may have meant.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub guess: Vec<Item>,
    /// How many.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub qty: Option<u32>,
    /// The word that names no list of ours.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub term: Option<String>,
    /// A command stands in the quoted part, and nowhere else.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub seen_only_in_quote: Option<bool>,
    /// The sender's own words, to be quoted in the letter.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub words: Option<String>,
}

/// One possible reading of what was unclear.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Candidate {
    /// An amount, a reference, a product id, an address.
    Value(String),
    /// A whole payment, read from a forwarded mail.
    Payment {
        /// Decimal, in the currency's own digits.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        amount: Option<String>,
        /// Of the amount.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        currency: Option<Currency>,
        /// Who would get it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        recipient: Option<Address>,
    },
}

/// One person's part of a split sum.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Share {
    /// Whose part.
    pub recipient: Address,
    /// Decimal, in the currency's own digits.
    pub amount: String,
}

impl AskBack {
    /// Asks for one reason.
    pub fn new(reason: Reason, fields: AskBackFields) -> Self {
        Self { reasons: vec![reason], fields }
    }

    /// Asks for all of `reasons` at once; `None` when there is nothing to ask.
    pub fn all(mut reasons: Vec<Reason>, fields: AskBackFields) -> Option<Self> {
        reasons.sort_unstable();
        reasons.dedup();
        (!reasons.is_empty()).then_some(Self { reasons, fields })
    }

    /// The first reason, in the order amounts, people, meaning.
    pub fn reason(&self) -> Reason {
        self.reasons.first().copied().unwrap_or(Reason::NoCommand)
    }

    /// All reasons, sorted.
    pub fn reasons(&self) -> &[Reason] {
        &self.reasons
    }

    /// Whether this reason is among them.
    pub fn has(&self, reason: Reason) -> bool {
        self.reasons.contains(&reason)
    }

    /// The candidates that are amounts of the named currency.
    pub fn amounts(&self) -> Vec<Amount> {
        let Some(currency) = self.fields.currency else { return Vec::new() };
        let values = self.fields.candidates.iter().filter_map(|candidate| match candidate {
            Candidate::Value(text) => Money::from_decimal(text, currency).ok(),
            Candidate::Payment { .. } => None,
        });
        values.filter_map(|money| Amount::new(money).ok()).collect()
    }
}
