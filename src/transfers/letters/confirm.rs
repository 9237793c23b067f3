//! The letter that asks: who, to whom, how much in figures and words, until when.

use serde::Serialize;

use super::payment::{reference_fact, sample_address, sample_amount};
use crate::{
    address::Address,
    clock::At,
    language::Language,
    letters::{
        Action, Body, CONFIRM_CANCEL, CONFIRM_LINK, CONFIRM_YES, Class, Confirmable, Fact, Letter,
        sample,
    },
    mail::mailto::MailtoError,
    money::Amount,
    transfers::RequestRow,
};

/// Asks the sender to confirm a transfer.
#[derive(Debug, Clone, Serialize)]
pub struct Confirm {
    reference: String,
    amount: Amount,
    from: Address,
    to: Address,
    note: Option<String>,
    expires: At,
    reply_allowed: bool,
    again: bool,
    /// When the payee has no account: for how many days the money would be held.
    days: Option<u64>,
}

impl Confirm {
    pub(super) fn new(
        row: &RequestRow,
        (amount, to): (Amount, &Address),
        asked: &Confirmable,
        days: Option<u64>,
    ) -> Self {
        Self {
            reference: row.reference.clone(),
            amount,
            from: row.sender_address.clone(),
            to: to.clone(),
            note: row.note.clone(),
            expires: asked.claims.expires,
            reply_allowed: asked.reply_allowed,
            again: false,
            days,
        }
    }

    /// The same once more, after a YES that could not be believed.
    pub(super) fn again(
        row: &RequestRow,
        payment: (Amount, &Address),
        asked: &Confirmable,
        days: Option<u64>,
    ) -> Self {
        Self { again: true, reply_allowed: false, ..Self::new(row, payment, asked, days) }
    }

    pub(super) fn sample_stranger() -> Self {
        Self { days: Some(30), ..Self::sample() }
    }

    pub(super) fn sample_again() -> Self {
        Self { again: true, reply_allowed: false, ..Self::sample() }
    }

    fn facts(&self, language: Language) -> Vec<Fact> {
        let amount = say!(
            language,
            "payment.in_words",
            amount = language.money_with_code(self.amount),
            words = language.money_in_words(self.amount)
        );
        let mut facts = vec![
            Fact::new(&say!(language, "fact.amount"), amount),
            Fact::new(&say!(language, "fact.to"), self.to.as_str()),
            Fact::new(&say!(language, "fact.from"), self.from.as_str()),
        ];
        let note = self.note.as_deref();
        facts.extend(note.map(|note| Fact::new(&say!(language, "fact.note"), note)));
        facts.push(reference_fact(language, &self.reference));
        facts.push(Fact::new(&say!(language, "fact.confirm_by"), language.time(self.expires)));
        facts
    }
}

impl Letter for Confirm {
    const KIND: &'static str = "transfer_confirm";

    fn class(&self) -> Class {
        // A stranger who writes in somebody's name must not be able to fill that person's mailbox.
        if self.reply_allowed { Class::Confirmation } else { Class::Unproved }
    }

    fn subject(&self, language: Language) -> String {
        say!(
            language,
            "transfer_confirm.subject",
            amount = language.money(self.amount),
            to = self.to,
            reference = self.reference
        )
    }

    fn body(&self, language: Language) -> Result<Body, MailtoError> {
        let figures = language.money(self.amount);
        let first = say!(
            language,
            "transfer_confirm.first",
            amount = language.money_with_code(self.amount),
            words = language.money_in_words(self.amount),
            to = self.to
        );
        let (yes, cancel) = (say!(language, "command.yes"), say!(language, "command.cancel"));
        let mut paragraphs = vec![first];
        let to = &self.to;
        let stranger =
            |count: u64| say!(language, "transfer_confirm.stranger", to = to, count = count);
        paragraphs.extend(self.days.map(stranger));
        if self.again {
            paragraphs.push(say!(language, "transfer_confirm.again"));
        }
        let (mut others, mut in_words) = (Vec::new(), None);
        if self.reply_allowed {
            let label = say!(language, "transfer_confirm.yes", yes = yes);
            others.push(Action::new(label, CONFIRM_YES));
            others.push(Action::new(say!(language, "transfer_confirm.cancel"), CONFIRM_CANCEL));
            let amount = say!(language, "words.amount");
            in_words = Some(say!(
                language,
                "transfer_confirm.in_words",
                yes = yes,
                cancel = cancel,
                amount = amount
            ));
        }
        let button = say!(language, "transfer_confirm.button", amount = figures);
        Ok(Body {
            title: say!(language, "transfer_confirm.title", amount = figures, to = self.to),
            paragraphs,
            facts: self.facts(language),
            primary: Some(Action::new(button, CONFIRM_LINK)),
            others,
            in_words,
            why: say!(language, "transfer_confirm.why"),
            ..Body::default()
        })
    }

    fn sample() -> Self {
        Self {
            reference: "T-771".to_owned(),
            amount: sample_amount(2_000),
            from: sample_address(sample::PERSON),
            to: sample_address(sample::OTHER),
            note: Some("lunch".to_owned()),
            expires: At::from_unix_seconds(1_749_205_800),
            reply_allowed: true,
            again: false,
            days: None,
        }
    }
}
