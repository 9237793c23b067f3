//! The letter that asks: who, to whom, how much in figures and words, until when.

use serde::Serialize;

use crate::{
    address::Address,
    letters::{
        Action, Body, CONFIRM_CANCEL, CONFIRM_LINK, CONFIRM_YES, Class, Confirmable, Fact, Letter,
        sample,
    },
    money::Amount,
    transfers::RequestRow,
};

/// Asks the sender to confirm a transfer.
#[derive(Debug, Clone, Serialize)]
pub struct Confirm {
    reference: String,
    amount: String,
    amount_with_code: String,
    amount_in_words: String,
    from: String,
    to: String,
    note: Option<String>,
    expires: String,
    reply_allowed: bool,
    again: bool,
}

impl Confirm {
    pub(super) fn new(row: &RequestRow, amount: Amount, to: &Address, asked: &Confirmable) -> Self {
        Self {
            reference: row.reference.clone(),
            amount: amount.to_string(),
            amount_with_code: amount.money().with_code(),
            amount_in_words: amount.money().in_words(),
            from: row.sender_address.to_string(),
            to: to.to_string(),
            note: row.note.clone(),
            expires: asked.claims.expires.in_words(),
            reply_allowed: asked.reply_allowed,
            again: false,
        }
    }

    /// The same once more, after a YES that could not be believed.
    pub(super) fn again(
        row: &RequestRow,
        amount: Amount,
        to: &Address,
        asked: &Confirmable,
    ) -> Self {
        Self { again: true, reply_allowed: false, ..Self::new(row, amount, to, asked) }
    }
}

impl Confirm {
    pub(super) fn sample_again() -> Self {
        Self { again: true, reply_allowed: false, ..Self::sample() }
    }
}

impl Letter for Confirm {
    const KIND: &'static str = "transfer_confirm";

    fn class(&self) -> Class {
        // A stranger who writes in somebody's name must not be able to fill that person's mailbox.
        if self.reply_allowed { Class::Confirmation } else { Class::Unproved }
    }

    fn subject(&self) -> String {
        format!("Please confirm: {} to {} [{}]", self.amount, self.to, self.reference)
    }

    fn body(&self) -> Body {
        let first = format!(
            "You asked us to send {} ({}) to {}. Nothing has been sent yet.",
            self.amount_with_code, self.amount_in_words, self.to
        );
        let again = "Your answer reached us, but we could not be sure that it came from you. Please use \
                     the button; it opens a page that shows the payment once more.";
        let mut others = Vec::new();
        if self.reply_allowed {
            others.push(Action::new("Confirm by mail: send YES", CONFIRM_YES));
            others.push(Action::new("Cancel this payment", CONFIRM_CANCEL));
        }
        let in_words = "Or simply reply YES to confirm or CANCEL to stop. To change something, reply with \
                        what is right, such as “make it 30”.";
        let mut facts = vec![
            Fact::new("Amount", format!("{} ({})", self.amount_with_code, self.amount_in_words)),
            Fact::new("To", &*self.to),
            Fact::new("From", &*self.from),
        ];
        facts.extend(self.note.as_deref().map(|note| Fact::new("Note", note)));
        facts.push(Fact::new("Reference", &*self.reference));
        facts.push(Fact::new("Confirm by", &*self.expires));
        Body {
            title: format!("Please confirm: {} to {}", self.amount, self.to),
            paragraphs: [Some(first), self.again.then(|| again.to_owned())]
                .into_iter()
                .flatten()
                .collect(),
            facts,
            primary: Some(Action::new(format!("Review and send {}", self.amount), CONFIRM_LINK)),
            others,
            in_words: self.reply_allowed.then(|| in_words.to_owned()),
            why: "You get this because a mail from your address asked for a payment. If that was not \
                  you, do nothing: no money moves without a confirmation."
                .to_owned(),
            ..Body::default()
        }
    }

    fn sample() -> Self {
        Self {
            reference: "T-771".to_owned(),
            amount: "$20.00".to_owned(),
            amount_with_code: "20.00 USD".to_owned(),
            amount_in_words: "twenty US dollars".to_owned(),
            from: sample::PERSON.to_owned(),
            to: sample::OTHER.to_owned(),
            note: Some("lunch".to_owned()),
            expires: "6 June 2025, 10:30 UTC".to_owned(),
            reply_allowed: true,
            again: false,
        }
    }
}
