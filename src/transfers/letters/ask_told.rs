//! The letters that say where a request for money stands: to the asker, and how it ended to the payer.

use serde::Serialize;

use super::payment::{amount_fact, reference_fact, sample_address, sample_amount};
use crate::{
    address::Address,
    clock::At,
    language::Language,
    letters::{Body, Class, Fact, Letter, sample},
    mail::mailto::MailtoError,
    money::Amount,
    transfers::RequestRow,
};

word_enum! {
    /// What is told.
    pub enum Told {
        /// To the asker: it has gone out.
        Asked = "asked",
        /// To the asker: nobody has answered.
        Waiting = "waiting",
        /// To the asker: a reminder has gone out.
        Reminded = "reminded",
        /// To the asker: no reminder has, it is too soon.
        TooSoon = "too_soon",
        /// To the asker: the money has come.
        Paid = "paid",
        /// To the asker: the payer does not want to.
        Declined = "declined",
        /// To the asker: they took it back.
        Withdrawn = "withdrawn",
        /// To the asker: its time is over.
        Expired = "expired",
        /// To the payer: they declined.
        YouDeclined = "you_declined",
        /// To the payer: the asker took it back.
        TakenBack = "taken_back",
    }
}

impl Told {
    /// All of them.
    pub(super) const ALL: [Self; 10] = [
        Self::Asked,
        Self::Waiting,
        Self::Reminded,
        Self::TooSoon,
        Self::Paid,
        Self::Declined,
        Self::Withdrawn,
        Self::Expired,
        Self::YouDeclined,
        Self::TakenBack,
    ];

    fn is_open(self) -> bool {
        matches!(self, Self::Asked | Self::Waiting | Self::Reminded | Self::TooSoon)
    }
}

/// Where a request for money stands.
#[derive(Debug, Clone, Serialize)]
pub struct AskTold {
    reference: String,
    amount: Amount,
    other: Address,
    note: Option<String>,
    until: At,
    what: Told,
}

impl AskTold {
    pub(super) fn new(row: &RequestRow, (amount, other): (Amount, &Address), what: Told) -> Self {
        Self {
            reference: row.reference.clone(),
            amount,
            other: other.clone(),
            note: row.note.clone(),
            until: row.expires_at,
            what,
        }
    }

    pub(super) fn sample_of(what: Told) -> Self {
        Self { what, ..Self::sample() }
    }

    fn title(&self, language: Language) -> String {
        let (amount, other) = (language.money(self.amount), &self.other);
        match self.what {
            Told::Asked => say!(language, "ask_told.title_asked", amount = amount, other = other),
            Told::Waiting | Told::TooSoon => {
                say!(language, "ask_told.title_waiting", amount = amount, other = other)
            }
            Told::Reminded => {
                say!(language, "ask_told.title_reminded", amount = amount, other = other)
            }
            Told::Paid => say!(language, "ask_told.title_paid", amount = amount, other = other),
            Told::Declined => {
                say!(language, "ask_told.title_declined", amount = amount, other = other)
            }
            Told::Withdrawn => {
                say!(language, "ask_told.title_withdrawn", amount = amount, other = other)
            }
            Told::Expired => {
                say!(language, "ask_told.title_expired", amount = amount, other = other)
            }
            Told::YouDeclined => {
                say!(language, "ask_told.title_you_declined", amount = amount, other = other)
            }
            Told::TakenBack => {
                say!(language, "ask_told.title_taken_back", amount = amount, other = other)
            }
        }
    }

    fn sentence(&self, language: Language) -> String {
        let (amount, other) = (language.money(self.amount), &self.other);
        match self.what {
            Told::Asked => say!(language, "ask_told.asked", amount = amount, other = other),
            Told::Waiting => say!(language, "ask_told.waiting", amount = amount, other = other),
            Told::Reminded => say!(language, "ask_told.reminded", amount = amount, other = other),
            Told::TooSoon => say!(language, "ask_told.too_soon", amount = amount, other = other),
            Told::Paid => say!(language, "ask_told.paid", amount = amount, other = other),
            Told::Declined => say!(language, "ask_told.declined", amount = amount, other = other),
            Told::Withdrawn => {
                say!(language, "ask_told.withdrawn", amount = amount, other = other)
            }
            Told::Expired => say!(language, "ask_told.expired", amount = amount, other = other),
            Told::YouDeclined => {
                say!(language, "ask_told.you_declined", amount = amount, other = other)
            }
            Told::TakenBack => {
                say!(language, "ask_told.taken_back", amount = amount, other = other)
            }
        }
    }
}

impl Letter for AskTold {
    const KIND: &'static str = "ask_told";

    fn class(&self) -> Class {
        match self.what {
            // Answers to mails that may come as often as somebody likes.
            Told::Waiting | Told::TooSoon | Told::Paid => Class::Answer,
            _ => Class::Receipt,
        }
    }

    fn subject(&self, language: Language) -> String {
        let (title, reference) = (self.title(language), &self.reference);
        say!(language, "ask_told.subject", title = title, reference = reference)
    }

    fn body(&self, language: Language) -> Result<Body, MailtoError> {
        let mut facts = vec![amount_fact(language, self.amount)];
        let payer = matches!(self.what, Told::YouDeclined | Told::TakenBack);
        let (label, note) = if payer {
            (say!(language, "fact.to"), say!(language, "fact.their_note"))
        } else {
            (say!(language, "fact.from"), say!(language, "fact.note"))
        };
        facts.push(Fact::new(&label, self.other.as_str()));
        facts.extend(self.note.as_deref().map(|text| Fact::new(&note, text)));
        facts.push(reference_fact(language, &self.reference));
        let mut in_words = None;
        if self.what.is_open() {
            facts.push(Fact::new(&say!(language, "fact.answer_by"), language.time(self.until)));
            let cancel = say!(language, "command.cancel");
            let remind = say!(language, "command.remind");
            in_words = Some(say!(language, "ask_told.in_words", cancel = cancel, remind = remind));
        }
        let why = if payer {
            say!(language, "ask_told.why_payer", other = self.other)
        } else {
            say!(language, "ask_told.why")
        };
        Ok(Body {
            title: self.title(language),
            paragraphs: vec![self.sentence(language)],
            facts,
            in_words,
            why,
            ..Body::default()
        })
    }

    fn sample() -> Self {
        Self {
            reference: "T-771".to_owned(),
            amount: sample_amount(1_850),
            other: sample_address(sample::OTHER),
            note: Some("for the pizza".to_owned()),
            until: At::from_unix_seconds(1_750_156_200),
            what: Told::Asked,
        }
    }
}

/// Somebody asks no more, or may again.
#[derive(Debug, Clone, Serialize)]
pub struct Blocked {
    sender: Address,
    block: bool,
}

impl Blocked {
    pub(super) fn new(sender: &Address, block: bool) -> Self {
        Self { sender: sender.clone(), block }
    }

    pub(super) fn sample_lifted() -> Self {
        Self { block: false, ..Self::sample() }
    }
}

impl Letter for Blocked {
    const KIND: &'static str = "ask_blocked";

    fn class(&self) -> Class {
        Class::Answer
    }

    fn subject(&self, language: Language) -> String {
        let sender = &self.sender;
        if self.block {
            say!(language, "ask_blocked.title", sender = sender)
        } else {
            say!(language, "ask_blocked.title_lifted", sender = sender)
        }
    }

    fn body(&self, language: Language) -> Result<Body, MailtoError> {
        let sender = &self.sender;
        let first = if self.block {
            let words = say!(language, "command.allow", address = sender);
            say!(language, "ask_blocked.first", sender = sender, words = words)
        } else {
            say!(language, "ask_blocked.lifted", sender = sender)
        };
        Ok(Body {
            title: self.subject(language),
            paragraphs: vec![first],
            why: say!(language, "ask_blocked.why"),
            ..Body::default()
        })
    }

    fn sample() -> Self {
        Self { sender: sample_address(sample::OTHER), block: true }
    }
}
