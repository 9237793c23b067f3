//! The letter that says what is missing or wrong, all at once, with the corrected mail prefilled.

use serde::Serialize;

use super::{
    payment::{reference_fact, sample_address},
    words,
};
use crate::{
    address::Address,
    config::Settings,
    intent::Reason,
    language::Language,
    ledger::Refusal,
    letters::{Action, Body, Class, Fact, Letter, payment_lines, prefilled, sample, sign_up},
    mail::mailto::MailtoError,
    money::{Amount, Currency, Money},
    transfers::{Draft, Problem, RequestRow},
};

/// Names every problem of a request and offers the corrected mail.
#[derive(Debug, Clone, Serialize)]
pub struct ProblemLetter {
    reference: String,
    problems: Vec<Problem>,
    words: Option<String>,
    amount: Option<Amount>,
    to: Option<Address>,
    note: Option<String>,
    /// One corrected mail per possible reading, three at most; a missing value is a marked blank.
    fixes: Vec<Option<Money>>,
    reply_to: Address,
}

impl ProblemLetter {
    pub(super) fn new(
        row: &RequestRow,
        words: Option<&str>,
        (draft, problems): (&Draft, &[Problem]),
        reply_to: Address,
    ) -> Self {
        Self {
            reference: row.reference.clone(),
            problems: problems.to_vec(),
            words: words.map(str::to_owned),
            amount: draft.amount,
            to: draft.recipient.clone(),
            note: draft.note.clone(),
            fixes: fixes(draft, problems),
            reply_to,
        }
    }

    fn facts(&self, language: Language) -> Vec<Fact> {
        let mut facts = Vec::new();
        let amount = self.amount.map(|amount| language.money_with_code(amount));
        facts.extend(amount.map(|amount| Fact::new(&say!(language, "fact.amount"), amount)));
        let to = self.to.as_ref();
        facts.extend(to.map(|to| Fact::new(&say!(language, "fact.to"), to.as_str())));
        let note = self.note.as_deref();
        facts.extend(note.map(|note| Fact::new(&say!(language, "fact.note"), note)));
        facts.push(reference_fact(language, &self.reference));
        facts
    }

    fn actions(&self, language: Language) -> Result<Vec<Action>, MailtoError> {
        let wrong = self.problems.iter().any(is_about_recipient);
        let to = self.to.as_ref().filter(|_| !wrong);
        let instead = self.problems.iter().any(|problem| affordable(problem).is_some());
        let subject = say!(language, "command.corrected_subject", reference = self.reference);
        let action = |amount: &Option<Money>| {
            let lines = payment_lines(language, *amount, to, self.note.as_deref());
            let label = match (amount.map(|amount| language.money(amount)), to) {
                (Some(amount), Some(to)) if instead => {
                    say!(language, "transfer_problem.send_instead", amount = amount, to = to)
                }
                (Some(amount), Some(to)) => {
                    say!(language, "transfer_problem.send", amount = amount, to = to)
                }
                _ => say!(language, "transfer_problem.fill_in"),
            };
            prefilled(label, &self.reply_to, &subject, &lines)
        };
        self.fixes.iter().map(action).collect()
    }

    /// An amount that can be read in two ways: one prefilled mail for each.
    pub(super) fn sample_of_two_amounts() -> Self {
        let usd = |minor| Some(Money::new(minor, Currency::USD));
        Self {
            problems: vec![Problem::Unread(Reason::AmbiguousAmount)],
            words: Some("pay ben@ferry.example $1,250 or so".to_owned()),
            fixes: vec![usd(125), usd(125_000)],
            ..Self::sample()
        }
    }
}

/// The amounts that a corrected mail could name.
fn fixes(draft: &Draft, problems: &[Problem]) -> Vec<Option<Money>> {
    if problems.iter().any(no_mail_helps) {
        return Vec::new();
    }
    let affordable =
        problems.iter().filter_map(affordable).min_by_key(|left| left.map_or(0, |m| m.minor));
    match (draft.amount, affordable) {
        (_, Some(left)) => vec![left],
        (Some(amount), None) => vec![Some(amount.money())],
        (None, None) => {
            let read = draft.amounts(draft.currency.unwrap_or(Currency::USD));
            if read.is_empty() {
                vec![None]
            } else {
                read.iter().map(|amount| Some(amount.money())).collect()
            }
        }
    }
}

/// Whether the sender can do nothing about it in a mail of theirs.
fn no_mail_helps(problem: &Problem) -> bool {
    matches!(problem.refusal(), Some(Refusal::PayerFrozen | Refusal::TooOften { .. }))
}

fn is_about_recipient(problem: &Problem) -> bool {
    match problem {
        Problem::NoAccountThere(_) | Problem::ToYourself => true,
        Problem::Refused(refusal) | Problem::Until(refusal, _) => {
            matches!(refusal, Refusal::PayeeFrozen | Refusal::PayeeFull)
        }
        Problem::Unread(_) | Problem::CurrencyNotHeld(_) => false,
    }
}

/// What could be sent instead, where the ledger named it; a blank where nothing is left.
fn affordable(problem: &Problem) -> Option<Option<Money>> {
    let left = match problem {
        Problem::Refused(Refusal::ShortBy { available, .. }) => *available,
        Problem::Refused(Refusal::OverLimit { left, .. })
        | Problem::Until(Refusal::OverLimit { left, .. }, _) => *left,
        // Which other currency is not ours to guess.
        Problem::CurrencyNotHeld(_) => return Some(None),
        _ => return None,
    };
    Some((left.minor > 0).then_some(left))
}

impl Letter for ProblemLetter {
    const KIND: &'static str = "transfer_problem";

    fn class(&self) -> Class {
        Class::Answer
    }

    fn subject(&self, language: Language) -> String {
        let title = self.problems.first().map(|problem| words::title(language, problem));
        let title = title.unwrap_or_default();
        let reference = &self.reference;
        say!(language, "transfer_problem.subject", title = title, reference = reference)
    }

    fn body(&self, language: Language) -> Result<Body, MailtoError> {
        let actions = self.actions(language)?;
        let one = actions.len() == 1;
        let in_words = (!actions.is_empty()).then(|| {
            let amount = say!(language, "words.amount");
            let recipient = say!(language, "words.recipient");
            say!(language, "transfer_problem.in_words", amount = amount, recipient = recipient)
        });
        let sentences: Vec<String> =
            self.problems.iter().map(|problem| words::sentence(language, problem)).collect();
        let (first, list) = match &sentences[..] {
            [only] => (say!(language, "transfer_problem.one", sentence = only), Vec::new()),
            _ => (say!(language, "transfer_problem.several"), sentences),
        };
        let mut actions = actions.into_iter();
        let title = self.problems.first().map(|problem| words::title(language, problem));
        Ok(Body {
            title: title.unwrap_or_default(),
            paragraphs: vec![first],
            quote: self.words.clone(),
            list,
            facts: self.facts(language),
            primary: if one { actions.next() } else { None },
            others: actions.collect(),
            in_words,
            why: say!(language, "transfer_problem.why"),
        })
    }

    fn sample() -> Self {
        Self {
            reference: "T-771".to_owned(),
            problems: vec![
                Problem::Unread(Reason::MissingAmount),
                Problem::NoAccountThere(sample_address(sample::OTHER)),
            ],
            words: Some("please pay ben@ferry.example for lunch".to_owned()),
            amount: None,
            to: Some(sample_address(sample::OTHER)),
            note: Some("lunch".to_owned()),
            fixes: vec![None],
            reply_to: sample_address(sample::SERVICE),
        }
    }
}

/// Somebody without an account asked for a payment: it waits for the sign-up.
#[derive(Debug, Clone, Serialize)]
pub struct SignUpFirst {
    reference: String,
    service: String,
    service_address: Address,
}

impl SignUpFirst {
    pub(super) fn new(row: &RequestRow, settings: &Settings) -> Self {
        Self {
            reference: row.reference.clone(),
            service: settings.service_name.clone(),
            service_address: settings.service_address.clone(),
        }
    }
}

impl Letter for SignUpFirst {
    const KIND: &'static str = "transfer_sign_up_first";

    fn class(&self) -> Class {
        Class::Answer
    }

    fn subject(&self, language: Language) -> String {
        say!(language, "transfer_sign_up_first.subject", reference = self.reference)
    }

    fn body(&self, language: Language) -> Result<Body, MailtoError> {
        let words = say!(language, "words.sign_up");
        Ok(Body {
            title: say!(language, "transfer_sign_up_first.title"),
            paragraphs: vec![say!(
                language,
                "transfer_sign_up_first.first",
                service = self.service,
                reference = self.reference
            )],
            primary: Some(sign_up(language, &self.service_address)?),
            in_words: Some(say!(language, "transfer_sign_up_first.in_words", words = words)),
            why: say!(language, "transfer_sign_up_first.why"),
            ..Body::default()
        })
    }

    fn sample() -> Self {
        Self {
            reference: "T-771".to_owned(),
            service: sample::SERVICE_NAME.to_owned(),
            service_address: sample_address(sample::SERVICE),
        }
    }
}
