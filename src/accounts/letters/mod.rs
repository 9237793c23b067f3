//! The letters about an account, by what they are about.

mod doubt;
mod help;
mod opened;
mod state;

use crate::{
    config::Settings,
    ledger::Account,
    letters::{Action, Fact, Sample, prefilled},
    mail::mailto::MailtoError,
};

pub use doubt::{ForeignYesLetter, GateLetter, UnbelievedLetter};
pub use help::{Help, NotOffered, NotUnderstood, TooLarge};
pub use opened::{AlreadyOpen, Welcome};
pub use state::{Balance, Booked, Frozen};

/// Every letter about an account, as the templates are tried with it.
pub fn samples() -> Vec<Sample> {
    vec![
        Sample::of::<Welcome>(),
        Sample::of::<AlreadyOpen>(),
        Sample::of::<GateLetter>(),
        Sample::of::<UnbelievedLetter>(),
        Sample::of::<ForeignYesLetter>(),
        Sample::of::<Balance>(),
        Sample::of::<Booked>(),
        Sample::variant("debit", &Booked::debit()),
        Sample::of::<Frozen>(),
        Sample::of::<Help>(),
        Sample::variant("stranger", &Help::to_a_stranger()),
        Sample::of::<NotOffered>(),
        Sample::of::<NotUnderstood>(),
        Sample::of::<TooLarge>(),
    ]
}

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

fn sign_up(settings: &Settings) -> Result<Action, MailtoError> {
    prefilled("Sign up by mail", &settings.service_address, "Sign up", "sign up\n")
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
