//! What is wrong with a draft, all at once: what the reader could not read, and what the accounts
//! say. Looks, never locks; the ledger decides for good when the money moves.

use serde::{Deserialize, Serialize};

use super::{RequestRow, held};
use crate::{
    accounts::{self, Person},
    address::Address,
    clock::At,
    config::{Settings, TransferSettings},
    db::Tx,
    intent::{AskBack, AskBackFields, Candidate, Reason},
    ledger::{self, Limits, Refusal},
    money::{Amount, Currency, Money},
};

/// What is known of a transfer before it is asked for.
#[derive(Debug, Clone, Default)]
pub struct Draft {
    /// How much.
    pub amount: Option<Amount>,
    /// To whom.
    pub recipient: Option<Address>,
    /// What for, in the sender's words.
    pub note: Option<String>,
    /// What the reader could not read.
    pub reasons: Vec<Reason>,
    /// Of the candidates, when no amount was certain.
    pub currency: Option<Currency>,
    /// The readings that were possible.
    pub candidates: Vec<Candidate>,
}

/// One thing that is wrong.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Problem {
    /// Not in the words of the mail, or not clearly.
    Unread(Reason),
    /// The ledger would refuse it.
    Refused(Refusal),
    /// The ledger would refuse it now, and will not from then on.
    Until(Refusal, At),
    /// The sender holds no account in that currency.
    CurrencyNotHeld(Currency),
    /// Nobody has an account under the recipient's address, and as many such payments as are allowed
    /// have been made.
    TooManyHeld {
        /// In a rolling day.
        allowed: i64,
        /// When the next one can be made.
        again: At,
    },
    /// Only the reader's own figures disagree with the recipient: the sender themselves.
    ToYourself,
}

impl Problem {
    /// The ledger's, with the time from which it no longer holds.
    pub(super) fn refused(refusal: Refusal, again: Option<At>) -> Self {
        match again {
            Some(again) => Self::Until(refusal, again),
            None => Self::Refused(refusal),
        }
    }

    /// What the ledger would say.
    pub fn refusal(&self) -> Option<&Refusal> {
        match self {
            Self::Refused(refusal) | Self::Until(refusal, _) => Some(refusal),
            _ => None,
        }
    }
}

impl Draft {
    /// From the reader's question: what it read with certainty, and what it could not.
    pub fn of_question(ask: &AskBack) -> Self {
        let fields: &AskBackFields = &ask.fields;
        let amount = match (&fields.amount, fields.currency) {
            (Some(text), Some(currency)) => Money::from_decimal(text, currency).ok(),
            _ => None,
        };
        Self {
            amount: amount.and_then(|money| Amount::new(money).ok()),
            recipient: fields.recipient.clone(),
            note: fields.note.clone(),
            reasons: ask.reasons().to_vec(),
            currency: fields.currency,
            candidates: fields.candidates.clone(),
        }
    }

    /// What a request says already, with `self` on top.
    #[must_use]
    pub fn over(mut self, row: &RequestRow) -> Self {
        let unclear = |reasons: &[Reason], of: fn(Reason) -> bool| reasons.iter().any(|r| of(*r));
        // What the new mail names unclearly must not be filled from the old one.
        if self.amount.is_none() && !unclear(&self.reasons, is_about_amount) {
            self.amount = row.amount();
        }
        if self.recipient.is_none() && !unclear(&self.reasons, is_about_people) {
            self.recipient.clone_from(&row.recipient);
        }
        if self.note.is_none() {
            self.note.clone_from(&row.note);
        }
        self.reasons.retain(|reason| match reason {
            Reason::MissingAmount => self.amount.is_none(),
            Reason::MissingRecipient => self.recipient.is_none(),
            _ => true,
        });
        self
    }

    /// The amounts that could have been meant, when the reader named several.
    pub fn amounts(&self, currency: Currency) -> Vec<Amount> {
        let values = self.candidates.iter().filter_map(|candidate| match candidate {
            Candidate::Value(text) => Money::from_decimal(text, currency).ok(),
            Candidate::Payment { .. } => None,
        });
        values.filter_map(|money| Amount::new(money).ok()).take(3).collect()
    }
}

fn is_about_amount(reason: Reason) -> bool {
    reason > Reason::MissingAmount && reason <= Reason::MissingFee
}

fn is_about_people(reason: Reason) -> bool {
    reason > Reason::MissingRecipient && reason < Reason::NoCommand
}

/// The limits of a person's transfers in a currency.
pub(super) fn limits(settings: &TransferSettings, currency: Currency) -> Limits {
    let unit = 10_i64.pow(u32::from(currency.exponent()));
    let max = settings.max_of(currency);
    let of = |major: i64| Some(Money::new(major.saturating_mul(unit), currency));
    Limits {
        per_transfer: of(max.per_transfer),
        hourly_count: Some(settings.per_hour_max),
        day: of(max.day),
        week: of(max.week),
        month: of(max.month),
    }
}

/// Everything that stands in a draft's way; empty when it can be asked.
///
/// # Errors
/// The database's.
pub(super) async fn examine(
    settings: &Settings,
    tx: &mut Tx,
    sender: &Person,
    draft: &Draft,
    now: At,
) -> Result<Vec<Problem>, sqlx::Error> {
    let mut problems: Vec<Problem> = draft.reasons.iter().copied().map(Problem::Unread).collect();
    if draft.amount.is_none() && !draft.reasons.iter().any(|r| *r <= Reason::MissingFee) {
        problems.push(Problem::Unread(Reason::MissingAmount));
    }
    if draft.recipient.is_none()
        && !draft.reasons.iter().any(|r| *r == Reason::MissingRecipient || is_about_people(*r))
    {
        problems.push(Problem::Unread(Reason::MissingRecipient));
    }
    let payee = match &draft.recipient {
        Some(address) => accounts::by_address(tx, address).await?,
        None => None,
    };
    if let Some(address) = &draft.recipient {
        match &payee {
            _ if problems.contains(&Problem::Unread(Reason::SelfRecipient)) => {}
            Some(payee) if payee.id == sender.id => problems.push(Problem::ToYourself),
            Some(_) => {}
            None if is_ours(settings, address) => {
                problems.push(Problem::Unread(Reason::InvalidRecipient));
            }
            None => {
                let allowed = settings.transfers.held_per_day_max;
                problems.extend(held::too_many(allowed, tx, sender, now).await?);
            }
        }
    }
    if let Some(amount) = draft.amount {
        // Nobody's limits or balance matter to a payment to oneself.
        let payee = payee.filter(|payee| payee.id != sender.id);
        let found = of_accounts(settings, tx, (sender, payee.as_ref()), amount, now).await?;
        let known = problems.contains(&Problem::Unread(Reason::CurrencyNotHeld));
        problems.extend(
            found.into_iter().filter(|p| !known || !matches!(p, Problem::CurrencyNotHeld(_))),
        );
    }
    Ok(problems)
}

/// Whether mail to an address comes to us: nobody could claim anything there.
fn is_ours(settings: &Settings, address: &Address) -> bool {
    let mailboxes = settings.mailboxes.iter().map(|mailbox| &mailbox.address);
    mailboxes.chain([&settings.service_address]).any(|own| address.reaches(own))
}

async fn of_accounts(
    settings: &Settings,
    tx: &mut Tx,
    (sender, payee): (&Person, Option<&Person>),
    amount: Amount,
    now: At,
) -> Result<Vec<Problem>, sqlx::Error> {
    let currency = amount.currency();
    let Some(from) = ledger::find(tx, sender.id.as_str(), currency).await? else {
        return Ok(vec![Problem::CurrencyNotHeld(currency)]);
    };
    let to = match payee {
        Some(payee) => ledger::find(tx, payee.id.as_str(), currency).await?,
        None => None,
    };
    let limits = limits(&settings.transfers, currency);
    let refusal = ledger::preview(tx, (&from, to.as_ref()), amount, &limits, now).await?;
    let mut problems = Vec::new();
    if let Some(refusal) = refusal {
        let again = ledger::eases_at(tx, &from.id, amount, &refusal, now).await?;
        problems.push(Problem::refused(refusal, again));
    }
    // The rule book names the first reason; whoever is over a limit and short wants to know both.
    let available = from.available();
    let over =
        matches!(problems.first().and_then(Problem::refusal), Some(Refusal::OverLimit { .. }));
    if over
        && let Ok(missing) = amount.money().minus(available)
        && missing.minor > 0
    {
        problems.push(Problem::Refused(Refusal::ShortBy { missing, available }));
    }
    Ok(problems)
}
