//! The JSON of readings: money as `amount` and `currency`, and one object for all four shapes.
//!
//! Not for: callers; they use [`Reading`] and its serde.

use serde::{Deserialize, Serialize};

use crate::intent::ask_back::{AskBack, AskBackFields, Reason};
use crate::intent::reading::{Command, Ignore, Reading};

/// The shapes that a stored reading can have.
#[derive(Serialize, Deserialize)]
#[serde(untagged)]
pub enum Wire {
    /// `{"ask-back": true, "reason": …, "reasons": […], "fields": {…}}`
    Ask {
        #[serde(rename = "ask-back")]
        ask_back: bool,
        reason: Reason,
        #[serde(default)]
        reasons: Vec<Reason>,
        #[serde(default)]
        fields: Box<AskBackFields>,
    },
    /// `{"intent": "multi", "commands": […]}`
    Multi { intent: MultiTag, commands: Vec<Command> },
    /// `{"intent": "ignore", "fields": {"why": …}}`
    Ignore { intent: IgnoreTag, fields: Ignore },
    /// `{"intent": …, "fields": {…}}`
    Command(Box<Command>),
}

/// The literal `multi`.
#[derive(Serialize, Deserialize)]
pub enum MultiTag {
    #[serde(rename = "multi")]
    Multi,
}

/// The literal `ignore`.
#[derive(Serialize, Deserialize)]
pub enum IgnoreTag {
    #[serde(rename = "ignore")]
    Ignore,
}

impl From<Reading> for Wire {
    fn from(reading: Reading) -> Self {
        match reading {
            Reading::Command(command) => Self::Command(command),
            Reading::Multi(commands) => Self::Multi { intent: MultiTag::Multi, commands },
            Reading::Ignore(fields) => Self::Ignore { intent: IgnoreTag::Ignore, fields },
            Reading::AskBack(ask) => Self::Ask {
                ask_back: true,
                reason: ask.reason(),
                reasons: ask.reasons().to_vec(),
                fields: Box::new(ask.fields),
            },
        }
    }
}

impl TryFrom<Wire> for Reading {
    type Error = &'static str;

    fn try_from(wire: Wire) -> Result<Self, Self::Error> {
        Ok(match wire {
            Wire::Command(command) => Self::Command(command),
            Wire::Multi { commands, .. } => Self::Multi(commands),
            Wire::Ignore { fields, .. } => Self::Ignore(fields),
            Wire::Ask { reason, mut reasons, fields, .. } => {
                reasons.push(reason);
                let ask = AskBack::all(reasons, *fields).ok_or("an ask-back without a reason")?;
                Self::AskBack(Box::new(ask))
            }
        })
    }
}

/// The tag of serde, for those who need only the word.
pub(super) fn intent(command: &Command) -> &'static str {
    match command {
        Command::Transfer { .. } => "transfer",
        Command::RequestMoney { .. } => "request_money",
        Command::Order { .. } => "order",
        Command::Confirm(_) => "confirm",
        Command::Cancel(_) => "cancel",
        Command::Status { .. } => "status",
        Command::Claim(_) => "claim",
        Command::Remind(_) => "remind",
        Command::ReturnPayment(_) => "return_payment",
        Command::Correction { .. } => "correction",
        Command::Refund { .. } => "refund",
        Command::Accept(_) => "accept",
        Command::Decline(_) => "decline",
        Command::Shipped { .. } => "shipped",
        Command::ApplyCoupon { .. } => "apply_coupon",
        Command::Coupons {} => "coupons",
        Command::Balance {} => "balance",
        Command::Statement { .. } => "statement",
        Command::Help { .. } => "help",
        Command::SignUp { .. } => "sign_up",
        Command::Freeze {} => "freeze",
        Command::Unfreeze {} => "unfreeze",
        Command::Inbox {} => "inbox",
        Command::Catalogue {} => "catalogue",
        Command::Export {} => "export",
        Command::Erase {} => "erase",
        Command::Read { .. } => "read",
        Command::ReportAbuse { .. } => "report_abuse",
        Command::TopUp { .. } => "top_up",
        Command::Withdraw { .. } => "withdraw",
        Command::SetPrice { .. } => "set_price",
        Command::AllowSender { .. } => "allow_sender",
        Command::BlockSender { .. } => "block_sender",
        Command::Profile { .. } => "profile",
        Command::ContactAdd { .. } => "contact_add",
        Command::ContactRemove { .. } => "contact_remove",
        Command::Contacts {} => "contacts",
        Command::Alias { .. } => "alias",
        Command::AliasRemove { .. } => "alias_remove",
        Command::PaidMessage { .. } => "paid_message",
        Command::ChatMessage { .. } => "chat_message",
        Command::Unsubscribe { .. } => "unsubscribe",
    }
}

/// Declares how a sum stands in JSON: a decimal under `$key` beside its currency.
macro_rules! sum_fields {
    ($(#[$doc:meta])* $module:ident, $type:ty, $key:ident, $money:expr, $build:expr) => {
        $(#[$doc])*
        pub(super) mod $module {
            use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error};

            use crate::money::{Amount, Currency, Money};

            #[derive(Serialize, Deserialize)]
            struct Fields {
                #[serde(default, skip_serializing_if = "Option::is_none")]
                $key: Option<String>,
                #[serde(default, skip_serializing_if = "Option::is_none")]
                currency: Option<Currency>,
            }

            pub(crate) fn serialize<S: Serializer>(sum: &$type, to: S) -> Result<S::Ok, S::Error> {
                let as_money: fn(&$type) -> Option<Money> = $money;
                let money = as_money(sum);
                Fields {
                    $key: money.map(Money::decimal),
                    currency: money.map(|money| money.currency),
                }
                .serialize(to)
            }

            pub(crate) fn deserialize<'de, D: Deserializer<'de>>(
                from: D,
            ) -> Result<$type, D::Error> {
                let fields = Fields::deserialize(from)?;
                let money = match (fields.$key, fields.currency) {
                    (Some(text), Some(currency)) => {
                        Some(Money::from_decimal(&text, currency).map_err(D::Error::custom)?)
                    }
                    _ => None,
                };
                let amount = money.map(Amount::new).transpose();
                let build: fn(Option<Money>, Option<Amount>) -> Option<$type> = $build;
                // A price may be zero, so the bounds of an amount are checked per kind.
                build(money, amount.unwrap_or(None))
                    .ok_or_else(|| D::Error::custom("no amount and currency"))
            }
        }
    };
}

sum_fields!(
    /// `{"amount": "25.00", "currency": "USD"}`
    sum, Amount, amount, |sum| Some(sum.money()), |_, amount| amount
);
sum_fields!(
    /// The same, or neither.
    maybe_sum, Option<Amount>, amount, |sum| sum.map(Amount::money),
    |money, amount| (money.is_none() || amount.is_some()).then_some(amount)
);
sum_fields!(
    /// A price, which may be zero.
    price, Money, amount, |sum| Some(*sum), |money, _| money
);
sum_fields!(
    /// `{"fee": "3.00", "currency": "USD"}`
    fee, Amount, fee, |sum| Some(sum.money()), |_, amount| amount
);
