//! The letters about an account.

use serde::Serialize;

use crate::{
    address::Address,
    config::Settings,
    intent::Command,
    ledger::Account,
    letters::{Action, Body, CONFIRM_LINK, Class, Fact, Letter, prefilled},
    mail::mailto::MailtoError,
    money::{Amount, Money},
};

/// What one can write, as help and welcome letters list it.
const EXAMPLES: [&str; 5] = [
    "“pay ben@example.org $20 for lunch” sends money, after you have confirmed it.",
    "“balance” tells you how much is in your account.",
    "“cancel T-771” takes back a payment that is not confirmed yet.",
    "“freeze” stops all money from leaving your account.",
    "“help” gets you this list.",
];

fn examples() -> Vec<String> {
    EXAMPLES.iter().map(|line| (*line).to_owned()).collect()
}

fn pay_somebody(settings: &Settings) -> Result<Action, MailtoError> {
    let body = "pay\namount: ____\nto: ____\n";
    prefilled("Write a payment", &settings.service_address, "Payment", body)
}

fn balance_facts(accounts: &[Account]) -> Vec<Fact> {
    let line = |account: &Account| {
        let held = if account.held_minor == 0 {
            String::new()
        } else {
            format!(" ({} of it held)", account.held())
        };
        Fact::new(account.currency.code(), format!("{}{held}", account.posted()))
    };
    accounts.iter().map(line).collect()
}

/// A new account.
#[derive(Debug, Clone, Serialize)]
pub struct Welcome {
    address: String,
    service: String,
    balance: String,
    currency: String,
    pay: Action,
}

impl Welcome {
    pub(super) fn new(
        address: &Address,
        account: &Account,
        settings: &Settings,
    ) -> Result<Self, MailtoError> {
        Ok(Self {
            address: address.to_string(),
            service: settings.service_name.clone(),
            balance: account.posted().to_string(),
            currency: account.currency.to_string(),
            pay: pay_somebody(settings)?,
        })
    }
}

impl Letter for Welcome {
    const KIND: &'static str = "account_welcome";

    fn class(&self) -> Class {
        Class::Receipt
    }

    fn subject(&self) -> String {
        format!("Welcome to {}: your account is open", self.service)
    }

    fn body(&self) -> Body {
        Body {
            title: "Your account is open".to_owned(),
            paragraphs: vec![
                format!(
                    "Your account for {} is open. Your balance is {}.",
                    self.address, self.balance
                ),
                "You use it by writing ordinary mails to this address:".to_owned(),
            ],
            list: examples(),
            facts: vec![
                Fact::new("Account", &*self.address),
                Fact::new("Currency", &*self.currency),
                Fact::new("Balance", &*self.balance),
            ],
            primary: Some(self.pay.clone()),
            why: "You get this because an account was opened for your address.".to_owned(),
            ..Body::default()
        }
    }
}

/// Somebody who has an account signs up again.
#[derive(Debug, Clone, Serialize)]
pub struct AlreadyOpen {
    service: String,
    facts: Vec<Fact>,
}

impl AlreadyOpen {
    pub(super) fn new(accounts: &[Account], settings: &Settings) -> Self {
        Self { service: settings.service_name.clone(), facts: balance_facts(accounts) }
    }
}

impl Letter for AlreadyOpen {
    const KIND: &'static str = "account_already_open";

    fn class(&self) -> Class {
        Class::Answer
    }

    fn subject(&self) -> String {
        format!("You have an account at {} already", self.service)
    }

    fn body(&self) -> Body {
        Body {
            title: "You have an account already".to_owned(),
            paragraphs: vec![
                "Your account is open, and nothing has changed. What you can write to us:"
                    .to_owned(),
            ],
            facts: self.facts.clone(),
            list: examples(),
            why: "You get this because you asked to sign up.".to_owned(),
            ..Body::default()
        }
    }
}

/// A command that is to be confirmed on a page, because its sender was not believed enough.
#[derive(Debug, Clone, Serialize)]
pub struct GateLetter {
    address: String,
    what: &'static str,
}

impl GateLetter {
    pub(super) fn new(address: &Address, command: &Command) -> Self {
        let what = match command {
            Command::SignUp { .. } => "open an account for you",
            Command::Balance {} => "send you your balance",
            Command::Freeze {} => "freeze your account",
            Command::Cancel(_) => "cancel a payment of yours",
            _ => "do something for you",
        };
        Self { address: address.to_string(), what }
    }

    pub(super) fn question(&self) -> String {
        format!("Shall we {}, {}?", self.what, self.address)
    }
}

impl Letter for GateLetter {
    const KIND: &'static str = "account_gate";

    fn class(&self) -> Class {
        Class::Answer
    }

    fn subject(&self) -> String {
        "Please confirm that this was you".to_owned()
    }

    fn body(&self) -> Body {
        Body {
            title: "Please confirm that this was you".to_owned(),
            paragraphs: vec![format!(
                "Nothing has been done yet. A mail from {} asked us to {}, but nothing proved that it came from \
                 you. If it was you, please press the button once.",
                self.address, self.what
            )],
            primary: Some(Action::new("Yes, that was me", CONFIRM_LINK)),
            why: "You get this because a mail in your name reached us. If it was not you, do nothing."
                .to_owned(),
            ..Body::default()
        }
    }
}

/// Somebody wrote in a registered person's name; at most one such letter a day.
#[derive(Debug, Clone, Serialize)]
pub struct UnbelievedLetter {
    address: String,
}

impl UnbelievedLetter {
    pub(super) fn new(address: &Address) -> Self {
        Self { address: address.to_string() }
    }
}

impl Letter for UnbelievedLetter {
    const KIND: &'static str = "account_unbelieved";

    fn class(&self) -> Class {
        Class::Notice
    }

    fn subject(&self) -> String {
        "A mail in your name was not acted on".to_owned()
    }

    fn body(&self) -> Body {
        Body {
            title: "A mail in your name was not acted on".to_owned(),
            paragraphs: vec![
                format!(
                    "No money has moved. A mail that says it is from {} asked for a payment, but nothing proved \
                     that it came from you.",
                    self.address
                ),
                "If it was you, please write again from your usual mail program. If it was not, there is nothing \
                 to do."
                    .to_owned(),
            ],
            why: "You get this because the mail used your address. We send it once a day at most.".to_owned(),
            ..Body::default()
        }
    }
}

/// A YES came from an address that was not asked; at most one such letter a day.
#[derive(Debug, Clone, Serialize)]
pub struct ForeignYesLetter {
    reference: String,
}

impl ForeignYesLetter {
    pub(super) fn new(reference: &str) -> Self {
        Self { reference: reference.to_owned() }
    }
}

impl Letter for ForeignYesLetter {
    const KIND: &'static str = "account_foreign_yes";

    fn class(&self) -> Class {
        Class::Notice
    }

    fn subject(&self) -> String {
        format!("A YES came from another address — nothing sent [{}]", self.reference)
    }

    fn body(&self) -> Body {
        Body {
            title: "A YES came from another address".to_owned(),
            paragraphs: vec![
                format!(
                    "No money has moved. Somebody answered YES to {} from an address that does not belong to \
                     your account.",
                    self.reference
                ),
                "If that was you, please confirm with the button in our earlier letter, or answer from the address \
                 this letter reached."
                    .to_owned(),
            ],
            why: "You get this because you were asked to confirm. We send it once a day at most.".to_owned(),
            ..Body::default()
        }
    }
}

/// What is in the account.
#[derive(Debug, Clone, Serialize)]
pub struct Balance {
    facts: Vec<Fact>,
    first: String,
}

impl Balance {
    pub(super) fn new(accounts: &[Account]) -> Self {
        let first = accounts.first().map(|a| a.posted().to_string()).unwrap_or_default();
        Self { facts: balance_facts(accounts), first }
    }
}

impl Letter for Balance {
    const KIND: &'static str = "account_balance";

    fn class(&self) -> Class {
        Class::Answer
    }

    fn subject(&self) -> String {
        format!("Your balance is {}", self.first)
    }

    fn body(&self) -> Body {
        Body {
            title: format!("Your balance is {}", self.first),
            paragraphs: vec![format!("Your balance is {}.", self.first)],
            facts: self.facts.clone(),
            why: "You get this because you asked for your balance.".to_owned(),
            ..Body::default()
        }
    }
}

/// Nothing leaves the account any more.
#[derive(Debug, Clone, Serialize)]
pub struct Frozen {
    operator: Option<String>,
}

impl Frozen {
    pub(super) fn new(settings: &Settings) -> Self {
        Self { operator: settings.operator_address.as_ref().map(Address::to_string) }
    }
}

impl Letter for Frozen {
    const KIND: &'static str = "account_frozen";

    fn class(&self) -> Class {
        Class::Receipt
    }

    fn subject(&self) -> String {
        "Your account is frozen: no money can leave it".to_owned()
    }

    fn body(&self) -> Body {
        let whom = self.operator.as_deref().unwrap_or("the operator of this service");
        Body {
            title: "Your account is frozen".to_owned(),
            paragraphs: vec![
                "No money can leave your account from now on; money can still arrive.".to_owned(),
                format!("To open it again, please write to {whom}."),
            ],
            why: "You get this because a mail from your address asked to freeze your account."
                .to_owned(),
            ..Body::default()
        }
    }
}

/// What one can write.
#[derive(Debug, Clone, Serialize)]
pub struct Help {
    service: String,
    registered: bool,
    action: Action,
    #[serde(skip)]
    class: Class,
}

impl Help {
    pub(super) fn new(
        registered: bool,
        class: Class,
        settings: &Settings,
    ) -> Result<Self, MailtoError> {
        let action = if registered {
            pay_somebody(settings)?
        } else {
            prefilled("Sign up by mail", &settings.service_address, "Sign up", "sign up\n")?
        };
        Ok(Self { service: settings.service_name.clone(), registered, action, class })
    }
}

impl Letter for Help {
    const KIND: &'static str = "account_help";

    fn class(&self) -> Class {
        self.class
    }

    fn subject(&self) -> String {
        format!("What you can write to {}", self.service)
    }

    fn body(&self) -> Body {
        let first = if self.registered {
            "You use your account by writing ordinary mails to this address:"
        } else {
            "You have no account here yet. Once you have signed up, you can write:"
        };
        Body {
            title: format!("What you can write to {}", self.service),
            paragraphs: vec![first.to_owned()],
            list: examples(),
            primary: Some(self.action.clone()),
            why: "You get this because you wrote to us.".to_owned(),
            ..Body::default()
        }
    }
}

/// Understood, but not something this service does.
#[derive(Debug, Clone, Serialize)]
pub struct NotOffered {
    intent: String,
    pay: Action,
    #[serde(skip)]
    class: Class,
}

impl NotOffered {
    pub(super) fn new(
        intent: &str,
        class: Class,
        settings: &Settings,
    ) -> Result<Self, MailtoError> {
        Ok(Self { intent: intent.replace('_', " "), pay: pay_somebody(settings)?, class })
    }
}

impl Letter for NotOffered {
    const KIND: &'static str = "account_not_offered";

    fn class(&self) -> Class {
        self.class
    }

    fn subject(&self) -> String {
        format!("Not offered here yet: {} — nothing was done", self.intent)
    }

    fn body(&self) -> Body {
        Body {
            title: format!("Not offered here yet: {}", self.intent),
            paragraphs: vec![
                "Nothing was done. We understood your mail, but this service does not offer that yet. What \
                 you can write:"
                    .to_owned(),
            ],
            list: examples(),
            primary: Some(self.pay.clone()),
            why: "You get this because you wrote to us.".to_owned(),
            ..Body::default()
        }
    }
}

/// Nothing in the mail asks for anything we do; at most one such letter a day.
#[derive(Debug, Clone, Serialize)]
pub struct NotUnderstood {
    words: Option<String>,
    pay: Action,
}

impl NotUnderstood {
    pub(super) fn new(words: Option<String>, settings: &Settings) -> Result<Self, MailtoError> {
        Ok(Self { words, pay: pay_somebody(settings)? })
    }
}

impl Letter for NotUnderstood {
    const KIND: &'static str = "account_not_understood";

    fn class(&self) -> Class {
        Class::Notice
    }

    fn subject(&self) -> String {
        "We are not sure what you want — nothing was done".to_owned()
    }

    fn body(&self) -> Body {
        Body {
            title: "We are not sure what you want".to_owned(),
            paragraphs: vec![
                "Nothing was done: we found nothing in your mail that we could act on. What you can write:"
                    .to_owned(),
            ],
            quote: self.words.clone(),
            list: examples(),
            primary: Some(self.pay.clone()),
            why: "You get this because you wrote to us. We send it once a day at most.".to_owned(),
            ..Body::default()
        }
    }
}

/// The mail is larger than what is read; at most one such letter a day.
#[derive(Debug, Clone, Serialize)]
pub struct TooLarge {
    megabytes: u64,
}

impl TooLarge {
    pub(super) fn new(settings: &Settings) -> Self {
        Self { megabytes: settings.mailbox.message_bytes_max / 1_048_576 }
    }
}

impl Letter for TooLarge {
    const KIND: &'static str = "account_too_large";

    fn class(&self) -> Class {
        Class::Notice
    }

    fn subject(&self) -> String {
        "Your mail is too large to be read — nothing was done".to_owned()
    }

    fn body(&self) -> Body {
        Body {
            title: "Your mail is too large to be read".to_owned(),
            paragraphs: vec![format!(
                "Nothing was done: we read mails of up to {} MB. Please write again without the attachments.",
                self.megabytes
            )],
            why: "You get this because you wrote to us. We send it once a day at most.".to_owned(),
            ..Body::default()
        }
    }
}

/// Money booked by the operator.
#[derive(Debug, Clone, Serialize)]
pub struct Booked {
    amount: String,
    amount_in_words: String,
    balance: String,
    credit: bool,
    reference: String,
}

impl Booked {
    pub(super) fn new(amount: Amount, balance: Money, (credit, reference): (bool, &str)) -> Self {
        Self {
            amount: amount.to_string(),
            amount_in_words: amount.money().in_words(),
            balance: balance.to_string(),
            credit,
            reference: reference.to_owned(),
        }
    }
}

impl Letter for Booked {
    const KIND: &'static str = "account_booked";

    fn class(&self) -> Class {
        Class::Receipt
    }

    fn subject(&self) -> String {
        let what = if self.credit { "Added to your account" } else { "Paid out of your account" };
        format!("{what}: {}", self.amount)
    }

    fn body(&self) -> Body {
        let what = if self.credit { "was added to" } else { "was paid out of" };
        Body {
            title: self.subject(),
            paragraphs: vec![format!(
                "{} {what} your account. Your balance is now {}.",
                self.amount, self.balance
            )],
            facts: vec![
                Fact::new("Amount", format!("{} ({})", self.amount, self.amount_in_words)),
                Fact::new("Your balance", &*self.balance),
                Fact::new("Reference", &*self.reference),
            ],
            why: "You get this because the balance of your account has changed.".to_owned(),
            ..Body::default()
        }
    }
}
