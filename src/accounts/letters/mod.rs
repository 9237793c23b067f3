//! The letters about an account, by what they are about.

mod alias;
mod contacts;
mod doubt;
mod frozen;
mod help;
mod opened;
mod state;
mod statement;

use crate::{
    address::Address,
    language::Language,
    ledger::Account,
    letters::{Fact, Sample},
    money::{Currency, Money},
};

pub use alias::{AliasAsked, AliasChanged, AliasProblem, Obstacle};
pub use contacts::{Book, Contacts};
pub use doubt::{ForeignYesLetter, GateLetter, UnbelievedLetter};
pub use frozen::{Frozen, Thaw, Unfrozen};
pub use help::{Help, NotOffered, NotUnderstood, TooLarge};
pub use opened::{AlreadyOpen, Welcome};
pub use state::{Balance, Booked, LanguageChanged};
pub use statement::{Movement, Part, Statement};

/// Every letter about an account, as the templates are tried with it.
pub fn samples(language: Language) -> Vec<Sample> {
    vec![
        Sample::of::<Welcome>(language),
        Sample::of::<AlreadyOpen>(language),
        Sample::of::<GateLetter>(language),
        Sample::variant("alias", &GateLetter::of_an_alias(), language),
        Sample::of::<AliasAsked>(language),
        Sample::of::<AliasChanged>(language),
        Sample::variant("removed", &AliasChanged::removed(), language),
        Sample::of::<AliasProblem>(language),
        Sample::variant("last", &AliasProblem::last(), language),
        Sample::of::<Contacts>(language),
        Sample::variant("list", &Contacts::list(), language),
        Sample::variant("forgotten", &Contacts::forgotten(), language),
        Sample::of::<UnbelievedLetter>(language),
        Sample::of::<ForeignYesLetter>(language),
        Sample::of::<Balance>(language),
        Sample::of::<Statement>(language),
        Sample::variant("long", &Statement::long(), language),
        Sample::variant("quiet", &Statement::quiet(), language),
        Sample::of::<Booked>(language),
        Sample::variant("debit", &Booked::debit(), language),
        Sample::of::<Frozen>(language),
        Sample::of::<Unfrozen>(language),
        Sample::variant("operator", &Unfrozen::by_operator(), language),
        Sample::of::<LanguageChanged>(language),
        Sample::of::<Help>(language),
        Sample::variant("stranger", &Help::to_a_stranger(), language),
        Sample::of::<NotOffered>(language),
        Sample::of::<NotUnderstood>(language),
        Sample::of::<TooLarge>(language),
    ]
}

/// What one can write, as help and welcome letters list it.
fn examples(language: Language) -> Vec<String> {
    let wishes = wishes(language);
    vec![
        say!(language, "example.pay", words = say!(language, "words.pay")),
        say!(language, "example.ask", words = say!(language, "words.ask")),
        say!(language, "example.balance", words = say!(language, "words.balance")),
        say!(language, "example.statement", words = say!(language, "words.statement")),
        say!(language, "example.contact", words = say!(language, "words.contact")),
        say!(language, "example.alias", words = say!(language, "words.alias")),
        say!(language, "example.cancel", words = say!(language, "words.cancel")),
        say!(language, "example.freeze", words = say!(language, "words.freeze")),
        say!(language, "example.language", wishes = wishes),
        say!(language, "example.help", words = say!(language, "words.help")),
    ]
}

/// How one asks for each of the other languages.
fn wishes(language: Language) -> String {
    let others = Language::ALL.into_iter().filter(|other| *other != language);
    let wish = |other| say!(language, "example.wish", words = say!(other, "words.language"));
    others.map(wish).collect::<Vec<_>>().join(", ")
}

/// What an account holds; a part of it may be held for something.
#[derive(Debug, Clone, serde::Serialize)]
struct Holding {
    balance: Money,
    held: Money,
}

impl Holding {
    fn of(accounts: &[Account]) -> Vec<Self> {
        let of = |account: &Account| Self { balance: account.posted(), held: account.held() };
        accounts.iter().map(of).collect()
    }

    fn fact(&self, language: Language) -> Fact {
        let balance = language.money(self.balance);
        let value = if self.held.minor == 0 {
            balance
        } else {
            say!(language, "payment.held", balance = balance, held = language.money(self.held))
        };
        Fact::new(self.balance.currency.code(), value)
    }
}

fn facts(language: Language, holdings: &[Holding]) -> Vec<Fact> {
    holdings.iter().map(|holding| holding.fact(language)).collect()
}

fn sample_money(minor: i64) -> Money {
    Money::new(minor, Currency::USD)
}

fn sample_address(text: &str) -> Address {
    text.parse().expect("a plain address")
}
