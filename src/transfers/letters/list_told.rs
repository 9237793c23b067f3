//! The letter that says what became of each payment of a list.

use serde::Serialize;

use super::{
    Problem, RequestRow, State, Written,
    payment::{Payment, reference_fact, sample_address, sample_amount},
    registered, words,
};
use crate::{
    context::Context,
    db::Tx,
    language::Language,
    ledger::Refusal,
    letters::{self, Body, Class, Fact, Letter, Note, Thread},
    mail::mailto::MailtoError,
    money::Money,
};

word_enum! {
    /// Why it is told.
    pub enum What {
        /// They were confirmed together.
        Settled = "settled",
        /// They were taken back together.
        Cancelled = "cancelled",
        /// Nobody confirmed in time.
        Expired = "expired",
        /// Somebody asked.
        Standing = "standing",
    }
}

/// What became of one payment.
#[derive(Debug, Clone, Serialize)]
pub struct Line {
    payment: Payment,
    state: State,
    problem: Option<Problem>,
    now: bool,
}

impl Line {
    pub(in crate::transfers) fn sent(row: &RequestRow) -> Self {
        Self { payment: Payment::of(row), state: State::Done, problem: None, now: true }
    }

    pub(in crate::transfers) fn refused(row: &RequestRow, problem: &Problem) -> Self {
        let problem = Some(problem.clone());
        Self { payment: Payment::of(row), state: State::Refused, problem, now: true }
    }

    /// Its money was set aside, for somebody without an account.
    pub(in crate::transfers) fn held(row: &RequestRow) -> Self {
        Self { payment: Payment::of(row), state: State::Held, problem: None, now: true }
    }

    /// As it stood before.
    pub(in crate::transfers) fn before(row: &RequestRow) -> Self {
        Self { payment: Payment::of(row), state: row.state, problem: None, now: false }
    }

    /// Whether its money moved, or was set aside, just now.
    pub(in crate::transfers) fn is_sent(&self) -> bool {
        self.now && matches!(self.state, State::Done | State::Held)
    }

    pub(in crate::transfers) fn said(&self, language: Language) -> String {
        let (what, reference) = (self.payment.described(language), &self.payment.reference);
        match (self.state, self.now, &self.problem) {
            (State::Done, true, _) => {
                say!(language, "transfer_list.sent", what = what, reference = reference)
            }
            (State::Done, false, _) => {
                say!(language, "transfer_list.sent_before", what = what, reference = reference)
            }
            (State::Held, ..) => {
                say!(language, "transfer_list.held", what = what, reference = reference)
            }
            (State::Refused, _, Some(problem)) => {
                let why = words::sentence(language, problem);
                say!(
                    language,
                    "transfer_list.refused",
                    what = what,
                    reference = reference,
                    why = why
                )
            }
            (State::Refused, ..) => {
                say!(language, "transfer_list.refused_before", what = what, reference = reference)
            }
            (State::Cancelled, ..) => {
                say!(language, "transfer_list.cancelled", what = what, reference = reference)
            }
            (State::Expired, ..) => {
                say!(language, "transfer_list.expired", what = what, reference = reference)
            }
            _ => say!(language, "transfer_list.apart", what = what, reference = reference),
        }
    }
}

/// What became of a list.
#[derive(Debug, Clone, Serialize)]
pub struct ListTold {
    reference: String,
    lines: Vec<Line>,
    balances: Vec<Money>,
    what: What,
}

/// `Sent: 2 of 3 payments`.
pub(in crate::transfers) fn title_of_all(
    language: Language,
    (done, count): (usize, usize),
) -> String {
    say!(language, "transfer_list.title_settled", done = done, count = count)
}

pub(in crate::transfers) async fn tell_list(
    cx: &Context,
    tx: &mut Tx,
    (reference, row): (&str, &RequestRow),
    (lines, balances): (Vec<Line>, Vec<Money>),
    (what, language, cause): (What, Language, &str),
) -> Written {
    let letter = ListTold { reference: reference.to_owned(), lines, balances, what };
    let to = registered(tx, row).await?;
    let thread = match letters::newest_of(tx, reference, &to).await? {
        Some(asked) => Thread::answering(Some(&asked)),
        None => Thread::default(),
    };
    let cause = format!("{reference}/list/{cause}");
    let note = Note { cause, to: &to, reference: Some(reference), thread, language };
    letters::write(&cx.settings, tx, note, (&letter, None), cx.now()).await?;
    Ok(())
}

impl ListTold {
    pub(super) fn sample_of(what: What) -> Self {
        let mut told = Self { what, balances: Vec::new(), ..Self::sample() };
        for line in &mut told.lines {
            (line.now, line.problem) = (false, None);
            line.state = match what {
                What::Cancelled => State::Cancelled,
                What::Expired => State::Expired,
                What::Settled | What::Standing => line.state,
            };
        }
        told
    }

    fn title(&self, language: Language) -> String {
        let count = self.lines.len();
        match self.what {
            What::Settled => {
                let done = self.lines.iter().filter(|line| line.is_sent()).count();
                title_of_all(language, (done, count))
            }
            What::Cancelled => say!(language, "transfer_list.title_cancelled", count = count),
            What::Expired => say!(language, "transfer_list.title_expired", count = count),
            What::Standing => say!(language, "transfer_list.title_standing", count = count),
        }
    }
}

impl Letter for ListTold {
    const KIND: &'static str = "transfer_list";

    fn class(&self) -> Class {
        match self.what {
            What::Standing => Class::Answer,
            What::Settled | What::Cancelled | What::Expired => Class::Receipt,
        }
    }

    fn subject(&self, language: Language) -> String {
        let (title, reference) = (self.title(language), &self.reference);
        say!(language, "transfer_list.subject", title = title, reference = reference)
    }

    fn body(&self, language: Language) -> Result<Body, MailtoError> {
        let first = match self.what {
            What::Settled => say!(language, "transfer_list.first_settled"),
            What::Cancelled => say!(language, "transfer_list.first_cancelled"),
            What::Expired => say!(language, "transfer_list.first_expired"),
            What::Standing => say!(language, "transfer_list.first_standing"),
        };
        let label = say!(language, "fact.balance");
        let balances = self.balances.iter().map(|sum| Fact::new(&label, language.money(*sum)));
        let mut facts: Vec<Fact> = balances.collect();
        facts.push(reference_fact(language, &self.reference));
        Ok(Body {
            title: self.title(language),
            paragraphs: vec![first],
            list: self.lines.iter().map(|line| line.said(language)).collect(),
            facts,
            why: say!(language, "transfer_list.why"),
            ..Body::default()
        })
    }

    fn sample() -> Self {
        let mut payment = Payment::sample();
        payment.reference = "T-769".to_owned();
        let mut other = Payment::sample();
        other.reference = "T-770".to_owned();
        other.to = Some(sample_address("carl@quay.example"));
        let (missing, available) = (sample_amount(500).money(), sample_amount(1_500).money());
        let problem = Some(Problem::Refused(Refusal::ShortBy { missing, available }));
        Self {
            reference: "T-771".to_owned(),
            lines: vec![
                Line { payment, state: State::Done, problem: None, now: true },
                Line { payment: other, state: State::Refused, problem, now: true },
            ],
            balances: vec![sample_amount(1_500).money()],
            what: What::Settled,
        }
    }
}
