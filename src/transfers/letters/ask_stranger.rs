//! The letter that asks somebody without an account for money. Its note carries no links.

use serde::Serialize;

use super::payment::{amount_fact, reference_fact, sample_address, sample_amount};
use crate::{
    address::Address,
    clock::At,
    config::Settings,
    language::Language,
    letters::{Body, Class, Fact, Letter, prefilled, sample, sign_up},
    mail::mailto::MailtoError,
    money::Amount,
    transfers::RequestRow,
};

/// Invites the payer to sign up, or to decline.
#[derive(Debug, Clone, Serialize)]
pub struct AskStranger {
    reference: String,
    amount: Amount,
    asker: Address,
    note: Option<String>,
    expires: At,
    reminder: bool,
    service: String,
    service_address: Address,
    reply_to: Address,
}

impl AskStranger {
    pub(super) fn new(
        row: &RequestRow,
        (amount, asker): (Amount, &Address),
        (reply_to, reminder): (Address, bool),
        settings: &Settings,
    ) -> Self {
        Self {
            reference: row.reference.clone(),
            amount,
            asker: asker.clone(),
            note: row.note.as_deref().map(without_links),
            expires: row.expires_at,
            reminder,
            service: settings.service_name.clone(),
            service_address: settings.service_address.clone(),
            reply_to,
        }
    }

    pub(super) fn sample_reminder() -> Self {
        Self { reminder: true, ..Self::sample() }
    }

    fn title(&self, language: Language) -> String {
        let (asker, amount) = (&self.asker, language.money(self.amount));
        if self.reminder {
            say!(language, "ask_payer.title_reminder", asker = asker, amount = amount)
        } else {
            say!(language, "ask_payer.title", asker = asker, amount = amount)
        }
    }
}

/// A stranger's mail program makes links of what looks like one; nobody sends them through us.
fn without_links(note: &str) -> String {
    let words = note.split_whitespace();
    let plain = words.map(|word| if looks_like_a_link(word) { "…" } else { word });
    plain.collect::<Vec<_>>().join(" ")
}

fn looks_like_a_link(word: &str) -> bool {
    let letters = |text: &str| text.chars().take_while(|c| c.is_alphabetic()).count();
    let dots = word.match_indices('.');
    let domain = dots.into_iter().any(|(at, _)| {
        let before = word.get(..at).and_then(|text| text.chars().next_back());
        let behind = word.get(at + 1..).unwrap_or_default();
        before.is_some_and(char::is_alphanumeric) && letters(behind) >= 2
    });
    domain || word.contains("://") || word.contains('@') || word.contains('/') && word.len() > 20
}

impl Letter for AskStranger {
    const KIND: &'static str = "ask_stranger";

    fn class(&self) -> Class {
        Class::Confirmation
    }

    fn subject(&self, language: Language) -> String {
        let (title, reference) = (self.title(language), &self.reference);
        say!(language, "ask_payer.subject", title = title, reference = reference)
    }

    fn body(&self, language: Language) -> Result<Body, MailtoError> {
        let (asker, amount) = (&self.asker, language.money(self.amount));
        let mut facts = vec![
            amount_fact(language, self.amount),
            Fact::new(&say!(language, "fact.to"), asker.as_str()),
        ];
        let note = self.note.as_deref();
        facts.extend(note.map(|note| Fact::new(&say!(language, "fact.their_note"), note)));
        facts.push(reference_fact(language, &self.reference));
        facts.push(Fact::new(&say!(language, "fact.answer_by"), language.time(self.expires)));
        let cancel = say!(language, "command.cancel");
        let subject = format!("{cancel} [{}]", self.reference);
        let no = say!(language, "ask_payer.no");
        let decline = prefilled(no, &self.reply_to, &subject, &format!("{cancel}\n"))?;
        let block = say!(language, "command.block", address = asker);
        let (no, sign) = (say!(language, "command.no"), say!(language, "words.sign_up"));
        let service = &self.service;
        Ok(Body {
            title: self.title(language),
            paragraphs: vec![
                say!(language, "ask_stranger.first", asker = asker, amount = amount),
                say!(language, "ask_stranger.second", service = service),
            ],
            facts,
            primary: Some(sign_up(language, &self.service_address)?),
            others: vec![decline],
            in_words: Some(say!(
                language,
                "ask_stranger.in_words",
                words = sign,
                no = no,
                block = block
            )),
            why: say!(language, "ask_stranger.why", asker = asker, service = service),
            ..Body::default()
        })
    }

    fn sample() -> Self {
        Self {
            reference: "T-771".to_owned(),
            amount: sample_amount(1_850),
            asker: sample_address(sample::OTHER),
            note: Some(without_links("for the pizza, see www.pizza.example")),
            expires: At::from_unix_seconds(1_750_156_200),
            reminder: false,
            service: sample::SERVICE_NAME.to_owned(),
            service_address: sample_address(sample::SERVICE),
            reply_to: sample_address(sample::SERVICE),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_note_to_a_stranger_carries_no_link() {
        for (note, left) in [
            ("for the pizza, 18.50 each", "for the pizza, 18.50 each"),
            ("see https://evil.example/x now", "see … now"),
            ("evil.example has it", "… has it"),
            ("the 3.5 km run, e.g. Sunday. Thanks", "the 3.5 km run, e.g. Sunday. Thanks"),
            ("write to eve@evil", "write to …"),
        ] {
            assert_eq!(without_links(note), left, "{note}");
        }
    }
}
