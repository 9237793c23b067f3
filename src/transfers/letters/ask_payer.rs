//! The letter that asks somebody for money: who asks, how much, what for, and how to pay or decline.

use serde::Serialize;

use super::{
    payment::{amount_fact, reference_fact, sample_address, sample_amount},
    words,
};
use crate::{
    address::Address,
    clock::At,
    language::Language,
    ledger::Refusal,
    letters::{
        Action, Body, CONFIRM_CANCEL, CONFIRM_LINK, CONFIRM_YES, Class, Confirmable, Fact, Letter,
        sample,
    },
    mail::mailto::MailtoError,
    money::Amount,
    transfers::{Problem, RequestRow},
};

/// Why the payer hears of it.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Opening {
    /// For the first time.
    First,
    /// The asker wants them reminded.
    Reminder,
    /// They wrote about it; only the link confirms now.
    Again,
    /// They confirmed it, and the ledger refused.
    Refused(Problem),
}

/// Asks the payer to confirm.
#[derive(Debug, Clone, Serialize)]
pub struct AskPayer {
    reference: String,
    amount: Amount,
    asker: Address,
    payer: Address,
    note: Option<String>,
    expires: At,
    opening: Opening,
    hindrance: Option<Problem>,
}

impl AskPayer {
    pub(super) fn new(
        row: &RequestRow,
        (amount, asker): (Amount, &Address),
        (opening, hindrance): (Opening, Option<Problem>),
        asked: &Confirmable,
    ) -> Self {
        Self {
            reference: row.reference.clone(),
            amount,
            asker: asker.clone(),
            payer: row.sender_address.clone(),
            note: row.note.clone(),
            expires: asked.claims.expires,
            opening,
            hindrance,
        }
    }

    pub(super) fn sample_of(opening: Opening) -> Self {
        let hindrance = match &opening {
            Opening::Refused(problem) => Some(problem.clone()),
            _ => None,
        };
        Self { opening, hindrance, ..Self::sample() }
    }

    /// Refused for want of five dollars.
    pub(super) fn sample_refused() -> Self {
        let (missing, available) = (sample_amount(500).money(), sample_amount(1_350).money());
        let problem = Problem::Refused(Refusal::ShortBy { missing, available });
        Self::sample_of(Opening::Refused(problem))
    }

    fn title(&self, language: Language) -> String {
        let (asker, amount) = (&self.asker, language.money(self.amount));
        match self.opening {
            Opening::First | Opening::Again => {
                say!(language, "ask_payer.title", asker = asker, amount = amount)
            }
            Opening::Reminder => {
                say!(language, "ask_payer.title_reminder", asker = asker, amount = amount)
            }
            Opening::Refused(_) => {
                say!(language, "ask_payer.title_refused", asker = asker, amount = amount)
            }
        }
    }

    fn paragraphs(&self, language: Language) -> Vec<String> {
        let (asker, amount) = (&self.asker, language.money(self.amount));
        let why = self.hindrance.as_ref().map(|problem| words::sentence(language, problem));
        if let (Opening::Refused(_), Some(why)) = (&self.opening, &why) {
            return vec![
                say!(language, "ask_payer.refused", why = why),
                say!(language, "ask_payer.stays", asker = asker),
            ];
        }
        let first = match self.opening {
            Opening::Reminder => {
                say!(language, "ask_payer.reminder", asker = asker, amount = amount)
            }
            _ => say!(language, "ask_payer.first", asker = asker, amount = amount),
        };
        let mut paragraphs = vec![first];
        if matches!(self.opening, Opening::Again) {
            paragraphs.push(say!(language, "ask_payer.again"));
        }
        paragraphs.extend(why.map(|why| say!(language, "ask_payer.hindrance", why = why)));
        paragraphs
    }

    fn facts(&self, language: Language) -> Vec<Fact> {
        let mut facts = vec![
            amount_fact(language, self.amount),
            Fact::new(&say!(language, "fact.to"), self.asker.as_str()),
            Fact::new(&say!(language, "fact.from"), self.payer.as_str()),
        ];
        let note = self.note.as_deref();
        facts.extend(note.map(|note| Fact::new(&say!(language, "fact.their_note"), note)));
        facts.push(reference_fact(language, &self.reference));
        facts.push(Fact::new(&say!(language, "fact.answer_by"), language.time(self.expires)));
        facts
    }
}

impl Letter for AskPayer {
    const KIND: &'static str = "ask_payer";

    fn class(&self) -> Class {
        Class::Confirmation
    }

    fn subject(&self, language: Language) -> String {
        let (title, reference) = (self.title(language), &self.reference);
        say!(language, "ask_payer.subject", title = title, reference = reference)
    }

    fn body(&self, language: Language) -> Result<Body, MailtoError> {
        let (yes, no) = (say!(language, "command.yes"), say!(language, "command.no"));
        let amount = language.money(self.amount);
        let mut others = Vec::new();
        let block = say!(language, "command.block", address = self.asker);
        let in_words = if matches!(self.opening, Opening::Again) {
            say!(language, "ask_payer.or_no", no = no, block = block)
        } else {
            let label = say!(language, "ask_payer.yes", yes = yes);
            others.push(Action::new(label, CONFIRM_YES));
            say!(language, "ask_payer.in_words", yes = yes, no = no, block = block)
        };
        others.push(Action::new(say!(language, "ask_payer.no"), CONFIRM_CANCEL));
        let button = say!(language, "ask_payer.button", amount = amount);
        Ok(Body {
            title: self.title(language),
            paragraphs: self.paragraphs(language),
            facts: self.facts(language),
            primary: Some(Action::new(button, CONFIRM_LINK)),
            others,
            in_words: Some(in_words),
            why: say!(language, "ask_payer.why", asker = self.asker),
            ..Body::default()
        })
    }

    fn sample() -> Self {
        Self {
            reference: "T-771".to_owned(),
            amount: sample_amount(1_850),
            asker: sample_address(sample::OTHER),
            payer: sample_address(sample::PERSON),
            note: Some("for the pizza".to_owned()),
            expires: At::from_unix_seconds(1_750_156_200),
            opening: Opening::First,
            hindrance: None,
        }
    }
}
