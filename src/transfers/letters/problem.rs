//! The letter that says what is missing or wrong, all at once, with the corrected mail prefilled.

use serde::Serialize;

use super::words;
use crate::{
    address::Address,
    config::Settings,
    intent::Reason,
    ledger::Refusal,
    letters::{Action, Body, Class, Fact, Letter, prefilled, sample},
    money::{Amount, Currency, Money},
    transfers::{Draft, Problem, RequestRow},
};

/// What a blank looks like that the sender is to fill in.
pub(super) const BLANK: &str = "____";
/// Octets of a note that a prefilled mail repeats: each may take three in a link, and the longest
/// addresses must fit beside them.
const NOTE_MAX: usize = 90;

/// Names every problem of a request and offers the corrected mail.
#[derive(Debug, Clone, Serialize)]
pub struct ProblemLetter {
    reference: String,
    title: String,
    sentences: Vec<String>,
    words: Option<String>,
    facts: Vec<Fact>,
    fixes: Vec<Action>,
}

impl ProblemLetter {
    pub(super) fn new(
        row: &RequestRow,
        words: Option<&str>,
        (draft, problems): (&Draft, &[Problem]),
        reply_to: &Address,
    ) -> anyhow::Result<Self> {
        let mut facts = Vec::new();
        facts.extend(draft.amount.map(|amount| Fact::new("Amount", amount.money().with_code())));
        facts.extend(draft.recipient.as_ref().map(|to| Fact::new("To", to.as_str())));
        facts.extend(draft.note.as_deref().map(|note| Fact::new("Note", note)));
        facts.push(Fact::new("Reference", &*row.reference));
        Ok(Self {
            reference: row.reference.clone(),
            title: problems.first().map_or_else(String::new, words::title),
            sentences: problems.iter().map(words::sentence).collect(),
            words: words.map(str::to_owned),
            facts,
            fixes: fixes(row, draft, problems, reply_to)?,
        })
    }
}

/// One prefilled mail per possible reading, three at most; a missing value is a marked blank.
fn fixes(
    row: &RequestRow,
    draft: &Draft,
    problems: &[Problem],
    reply_to: &Address,
) -> anyhow::Result<Vec<Action>> {
    if problems.iter().any(no_mail_helps) {
        return Ok(Vec::new());
    }
    let to = if problems.iter().any(is_about_recipient) { None } else { draft.recipient.as_ref() };
    let currency = draft.amount.map(Amount::currency).unwrap_or(Currency::USD);
    let affordable =
        problems.iter().filter_map(affordable).min_by_key(|left| left.map_or(0, |m| m.minor));
    let instead = if affordable.is_some() { " instead" } else { "" };
    let amounts: Vec<Option<Money>> = match (draft.amount, affordable) {
        (_, Some(left)) => vec![left],
        (Some(amount), None) => vec![Some(amount.money())],
        (None, None) => {
            let read = draft.amounts(candidate_currency(draft).unwrap_or(currency));
            if read.is_empty() {
                vec![None]
            } else {
                read.iter().map(|a| Some(a.money())).collect()
            }
        }
    };
    let subject = format!("Corrected payment [{}]", row.reference);
    let mut actions = Vec::new();
    for amount in amounts {
        let body = mail_body(amount, to, draft.note.as_deref());
        let label = match (amount, to) {
            (Some(amount), Some(to)) => format!("Send {amount} to {to}{instead}"),
            _ => "Fill in and send the corrected mail".to_owned(),
        };
        actions.push(prefilled(label, reply_to, &subject, &body)?);
    }
    Ok(actions)
}

/// As many whole characters as fit into `octets`.
fn at_most(text: &str, octets: usize) -> String {
    let ends = text.char_indices().map(|(at, c)| at + c.len_utf8());
    let end = ends.take_while(|end| *end <= octets).last().unwrap_or(0);
    text.get(..end).unwrap_or_default().to_owned()
}

/// The lines our reader understands without asking back.
pub(super) fn mail_body(amount: Option<Money>, to: Option<&Address>, note: Option<&str>) -> String {
    let amount = amount.map_or_else(|| BLANK.to_owned(), Money::with_code);
    let to = to.map_or(BLANK, Address::as_str);
    let note = note.map(|note| at_most(note, NOTE_MAX));
    let note = note.map(|note| format!("note: {note}\n")).unwrap_or_default();
    format!("pay\namount: {amount}\nto: {to}\n{note}")
}

fn candidate_currency(draft: &Draft) -> Option<Currency> {
    draft.currency
}

/// Whether the sender can do nothing about it in a mail of theirs.
fn no_mail_helps(problem: &Problem) -> bool {
    matches!(problem, Problem::Refused(Refusal::PayerFrozen | Refusal::TooOften { .. }))
}

fn is_about_recipient(problem: &Problem) -> bool {
    match problem {
        Problem::NoAccountThere(_) | Problem::ToYourself => true,
        Problem::Refused(refusal) => matches!(refusal, Refusal::PayeeFrozen | Refusal::PayeeFull),
        Problem::Unread(_) | Problem::CurrencyNotHeld(_) => false,
    }
}

/// What could be sent instead, where the ledger named it; a blank where nothing is left.
fn affordable(problem: &Problem) -> Option<Option<Money>> {
    let left = match problem {
        Problem::Refused(Refusal::ShortBy { available, .. }) => *available,
        Problem::Refused(Refusal::OverLimit { left, .. }) => *left,
        // Which other currency is not ours to guess.
        Problem::CurrencyNotHeld(_) => return Some(None),
        _ => return None,
    };
    Some((left.minor > 0).then_some(left))
}

impl ProblemLetter {
    /// An amount that can be read in two ways: one prefilled mail for each.
    pub(super) fn sample_of_two_amounts() -> Self {
        let problem = Problem::Unread(Reason::AmbiguousAmount);
        let fix = |amount: &str, figures: &str| {
            let label = format!("Send {figures} to {}", sample::OTHER);
            let body = format!("pay\namount: {amount} USD\nto: {}\n", sample::OTHER);
            sample::mail(&label, "Corrected payment [T-771]", &body)
        };
        Self {
            title: words::title(&problem),
            sentences: vec![words::sentence(&problem)],
            words: Some("pay ben@ferry.example $1,250 or so".to_owned()),
            fixes: vec![fix("1.25", "$1.25"), fix("1250.00", "$1,250.00")],
            ..Self::sample()
        }
    }
}

impl Letter for ProblemLetter {
    const KIND: &'static str = "transfer_problem";

    fn class(&self) -> Class {
        Class::Answer
    }

    fn subject(&self) -> String {
        format!("{} — nothing sent yet [{}]", self.title, self.reference)
    }

    fn body(&self) -> Body {
        let mut fixes = self.fixes.iter().cloned();
        let one = self.fixes.len() == 1;
        let in_words = "Please send the corrected mail, or simply reply with what is right, such as “make it \
                        30” or “it’s ben@example.org”. You will be asked to confirm before anything is sent.";
        let (first, list) = match &self.sentences[..] {
            [only] => (format!("No money has moved. {only}"), Vec::new()),
            all => ("No money has moved. This stands in the way:".to_owned(), all.to_vec()),
        };
        Body {
            title: self.title.clone(),
            paragraphs: vec![first],
            quote: self.words.clone(),
            list,
            facts: self.facts.clone(),
            primary: if one { fixes.next() } else { None },
            others: fixes.collect(),
            in_words: (!self.fixes.is_empty()).then(|| in_words.to_owned()),
            why: "You get this because you asked us for a payment.".to_owned(),
        }
    }

    fn sample() -> Self {
        let problems = [
            Problem::Unread(Reason::MissingAmount),
            Problem::NoAccountThere(sample::OTHER.parse().expect("a plain address")),
        ];
        let body = mail_body(None, None, Some("lunch"));
        let fix = "Fill in and send the corrected mail";
        Self {
            reference: "T-771".to_owned(),
            title: problems.first().map(words::title).unwrap_or_default(),
            sentences: problems.iter().map(words::sentence).collect(),
            words: Some("please pay ben@ferry.example for lunch".to_owned()),
            facts: vec![
                Fact::new("To", sample::OTHER),
                Fact::new("Note", "lunch"),
                Fact::new("Reference", "T-771"),
            ],
            fixes: vec![sample::mail(fix, "Corrected payment [T-771]", &body)],
        }
    }
}

/// Somebody without an account asked for a payment: it waits for the sign-up.
#[derive(Debug, Clone, Serialize)]
pub struct SignUpFirst {
    reference: String,
    service: String,
    sign_up: Action,
}

impl SignUpFirst {
    pub(super) fn new(row: &RequestRow, settings: &Settings) -> anyhow::Result<Self> {
        Ok(Self {
            reference: row.reference.clone(),
            service: settings.service_name.clone(),
            sign_up: prefilled(
                "Sign up by mail",
                &settings.service_address,
                "Sign up",
                "sign up\n",
            )?,
        })
    }
}

impl Letter for SignUpFirst {
    const KIND: &'static str = "transfer_sign_up_first";

    fn class(&self) -> Class {
        Class::Answer
    }

    fn subject(&self) -> String {
        format!("You have no account here yet — nothing sent [{}]", self.reference)
    }

    fn body(&self) -> Body {
        Body {
            title: "You have no account here yet".to_owned(),
            paragraphs: vec![format!(
                "No money has moved: your address has no account at {} yet. Your payment {} waits for two \
                 weeks; once you have signed up, we will ask you to confirm it.",
                self.service, self.reference
            )],
            primary: Some(self.sign_up.clone()),
            in_words: Some("Or write us a mail that says “sign up”.".to_owned()),
            why: "You get this because a mail from your address asked for a payment.".to_owned(),
            ..Body::default()
        }
    }

    fn sample() -> Self {
        Self {
            reference: "T-771".to_owned(),
            service: sample::SERVICE_NAME.to_owned(),
            sign_up: sample::mail("Sign up by mail", "Sign up", "sign up\n"),
        }
    }
}
