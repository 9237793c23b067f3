//! What somebody reads for whom money is held: they may never have heard of us.

use serde::Serialize;

use super::{About, without_links};
use crate::{
    address::Address,
    clock::At,
    config::Settings,
    language::Language,
    letters::{
        Action, Body, CONFIRM_CLAIM, CONFIRM_LINK, CONFIRM_RETURN, Class, Fact, Letter, sample,
    },
    mail::mailto::MailtoError,
    money::Amount,
    transfers::letters::payment::{amount_fact, reference_fact, sample_address, sample_amount},
};

/// Which of its letters it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
enum Ask {
    First,
    Reminder,
    /// A mail was not believed enough: the link alone.
    Link,
}

/// Money waits: who sent it, how much, what for, how to take it or send it back.
#[derive(Debug, Clone, Serialize)]
pub struct ClaimLetter {
    reference: String,
    amount: Amount,
    from: Address,
    to: Address,
    note: Option<String>,
    until: At,
    service: String,
    ask: Ask,
}

impl ClaimLetter {
    pub(super) fn new((row, amount, held): About<'_>, settings: &Settings) -> Self {
        Self {
            reference: row.reference.clone(),
            amount,
            from: row.sender_address.clone(),
            to: held.payee.clone(),
            note: row.note.as_deref().map(without_links),
            until: held.expires_at,
            service: settings.service_name.clone(),
            ask: Ask::First,
        }
    }

    pub(super) fn reminder(about: About<'_>, settings: &Settings) -> Self {
        Self { ask: Ask::Reminder, ..Self::new(about, settings) }
    }

    pub(super) fn by_link(about: About<'_>, settings: &Settings) -> Self {
        Self { ask: Ask::Link, ..Self::new(about, settings) }
    }

    pub(super) fn sample_reminder() -> Self {
        Self { ask: Ask::Reminder, ..Self::sample() }
    }

    pub(super) fn sample_link() -> Self {
        Self { ask: Ask::Link, ..Self::sample() }
    }

    fn facts(&self, language: Language) -> Vec<Fact> {
        let mut facts = vec![
            amount_fact(language, self.amount),
            Fact::new(&say!(language, "fact.from"), self.from.as_str()),
            Fact::new(&say!(language, "fact.to"), self.to.as_str()),
        ];
        let note = self.note.as_deref();
        facts.extend(note.map(|note| Fact::new(&say!(language, "fact.their_note"), note)));
        facts.push(Fact::new(&say!(language, "fact.claim_by"), language.time(self.until)));
        facts.push(reference_fact(language, &self.reference));
        facts
    }
}

impl Letter for ClaimLetter {
    const KIND: &'static str = "transfer_claim";

    fn class(&self) -> Class {
        // A stranger who writes in somebody's name must not be able to fill that person's mailbox.
        if self.ask == Ask::Link { Class::Unproved } else { Class::Confirmation }
    }

    fn subject(&self, language: Language) -> String {
        let (amount, from) = (language.money(self.amount), &self.from);
        let reference = &self.reference;
        match self.ask {
            Ask::First | Ask::Link => say!(
                language,
                "transfer_claim.subject",
                amount = amount,
                from = from,
                reference = reference
            ),
            Ask::Reminder => say!(
                language,
                "transfer_claim.subject_reminder",
                amount = amount,
                from = from,
                reference = reference
            ),
        }
    }

    fn body(&self, language: Language) -> Result<Body, MailtoError> {
        let (amount, from) = (language.money(self.amount), &self.from);
        let until = language.time(self.until);
        let first = say!(
            language,
            "transfer_claim.first",
            from = from,
            amount = amount,
            service = self.service
        );
        let then = say!(language, "transfer_claim.then", from = from, until = until);
        let mut paragraphs = vec![first, then];
        if self.ask == Ask::Link {
            paragraphs.insert(0, say!(language, "transfer_claim.by_link"));
        }
        let (mut others, mut in_words) = (Vec::new(), None);
        if self.ask != Ask::Link {
            let claim = say!(language, "command.claim");
            let back = say!(language, "command.give_back");
            let label = say!(language, "transfer_claim.by_mail", claim = claim);
            others.push(Action::new(label, CONFIRM_CLAIM));
            others.push(Action::new(say!(language, "transfer_claim.give_back"), CONFIRM_RETURN));
            in_words = Some(say!(language, "transfer_claim.in_words", claim = claim, back = back));
        }
        let button = say!(language, "transfer_claim.button", amount = amount);
        Ok(Body {
            title: say!(language, "transfer_claim.title", amount = amount, from = from),
            paragraphs,
            facts: self.facts(language),
            primary: Some(Action::new(button, CONFIRM_LINK)),
            others,
            in_words,
            why: say!(language, "transfer_claim.why", from = from),
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
            until: At::from_unix_seconds(1_751_797_800),
            service: sample::SERVICE_NAME.to_owned(),
            ask: Ask::First,
        }
    }
}
