//! A request in words: as a subject names it, inside a sentence, and as a table.

use serde::Serialize;

use crate::{
    address::Address,
    language::Language,
    letters::{Fact, sample},
    money::{Amount, Currency},
    transfers::RequestRow,
};

/// As much of a request as is known.
#[derive(Debug, Clone, Serialize)]
pub(super) struct Payment {
    pub(super) reference: String,
    pub(super) amount: Option<Amount>,
    pub(super) to: Option<Address>,
    pub(super) note: Option<String>,
}

impl Payment {
    pub(super) fn of(row: &RequestRow) -> Self {
        Self {
            reference: row.reference.clone(),
            amount: row.amount(),
            to: row.recipient.clone(),
            note: row.note.clone(),
        }
    }

    pub(super) fn sample() -> Self {
        Self {
            reference: "T-771".to_owned(),
            amount: Some(sample_amount(2_000)),
            to: Some(sample_address(sample::OTHER)),
            note: Some("lunch".to_owned()),
        }
    }

    /// `$50.00 to bob@ferry.example`.
    pub(super) fn described(&self, language: Language) -> String {
        match (self.amount.map(|amount| language.money(amount)), &self.to) {
            (Some(amount), Some(to)) => say!(language, "payment.whole", amount = amount, to = to),
            (Some(amount), None) => say!(language, "payment.amount_only", amount = amount),
            (None, Some(to)) => say!(language, "payment.to_only", to = to),
            (None, None) => say!(language, "payment.nothing"),
        }
    }

    /// The same inside a sentence: `your payment of …`.
    pub(super) fn in_sentence(&self, language: Language) -> String {
        match (self.amount.map(|amount| language.money(amount)), &self.to) {
            (Some(amount), Some(to)) => {
                say!(language, "payment.your_whole", amount = amount, to = to)
            }
            (Some(amount), None) => say!(language, "payment.your_amount", amount = amount),
            (None, Some(to)) => say!(language, "payment.your_to", to = to),
            (None, None) => say!(language, "payment.your_nothing"),
        }
    }

    /// What is known, as a table.
    pub(super) fn facts(&self, language: Language) -> Vec<Fact> {
        let amount = self.amount.map(|amount| amount_fact(language, amount));
        let to = self.to.as_ref().map(|to| Fact::new(&say!(language, "fact.to"), to.as_str()));
        let note = self.note.as_deref();
        let note = note.map(|note| Fact::new(&say!(language, "fact.note"), note));
        let reference = reference_fact(language, &self.reference);
        [amount, to, note, Some(reference)].into_iter().flatten().collect()
    }
}

/// `$50.00 (fifty US dollars)`.
pub(super) fn amount_fact(language: Language, amount: Amount) -> Fact {
    let (figures, words) = (language.money(amount), language.money_in_words(amount));
    let both = say!(language, "payment.in_words", amount = figures, words = words);
    Fact::new(&say!(language, "fact.amount"), both)
}

pub(super) fn reference_fact(language: Language, reference: &str) -> Fact {
    Fact::new(&say!(language, "fact.reference"), reference)
}

pub(super) fn sample_amount(minor: i64) -> Amount {
    Amount::of(minor, Currency::USD).expect("within the bounds")
}

pub(super) fn sample_address(text: &str) -> Address {
    text.parse().expect("a plain address")
}
