//! The letter that says why nobody was asked for money.

use serde::Serialize;

use super::{payment::sample_address, words};
use crate::{
    address::Address,
    clock::At,
    config::Settings,
    intent::Reason,
    language::Language,
    letters::{Action, Body, Class, Letter, sample, sign_up},
    mail::mailto::MailtoError,
    transfers::{AskProblem, Problem},
};

/// Names everything that stood in the way.
#[derive(Debug, Clone, Serialize)]
pub struct NotAsked {
    problems: Vec<AskProblem>,
    words: Option<String>,
    service_address: Address,
}

impl NotAsked {
    pub(super) fn new(problems: Vec<AskProblem>, words: Option<&str>, settings: &Settings) -> Self {
        let service_address = settings.service_address.clone();
        Self { problems, words: words.map(str::to_owned), service_address }
    }

    pub(super) fn sample_of(problem: AskProblem) -> Self {
        Self { problems: vec![problem], ..Self::sample() }
    }

    /// Over the limit of people, which ends on 3 June 2025.
    pub(super) fn sample_over() -> Self {
        let again = At::from_unix_seconds(1_748_946_600);
        Self::sample_of(AskProblem::NewPeople { allowed: 5, again })
    }

    pub(super) fn sample_too_many() -> Self {
        let again = At::from_unix_seconds(1_748_946_600);
        Self::sample_of(AskProblem::TooMany { allowed: 20, again })
    }

    fn sign_up(&self, language: Language) -> Result<Option<Action>, MailtoError> {
        let stranger = self.problems.contains(&AskProblem::NoAccount);
        stranger.then(|| sign_up(language, &self.service_address)).transpose()
    }
}

fn sentence(language: Language, problem: &AskProblem) -> String {
    match problem {
        AskProblem::Unread(Reason::MissingPayerAddress | Reason::MissingRecipient) => {
            say!(language, "not_asked.payer_missing")
        }
        AskProblem::Unread(reason) => words::sentence(language, &Problem::Unread(*reason)),
        AskProblem::NoAccount => say!(language, "not_asked.no_account"),
        AskProblem::Yourself => say!(language, "not_asked.yourself"),
        AskProblem::NewPeople { allowed, again } => {
            let again = language.time(*again);
            say!(language, "not_asked.new_people", count = allowed, again = again)
        }
        AskProblem::TooMany { allowed, again } => {
            let again = language.time(*again);
            say!(language, "not_asked.too_many", count = allowed, again = again)
        }
    }
}

impl Letter for NotAsked {
    const KIND: &'static str = "not_asked";

    fn class(&self) -> Class {
        Class::Answer
    }

    fn subject(&self, language: Language) -> String {
        say!(language, "not_asked.subject")
    }

    fn body(&self, language: Language) -> Result<Body, MailtoError> {
        let sentences: Vec<String> =
            self.problems.iter().map(|problem| sentence(language, problem)).collect();
        let (first, list) = match &sentences[..] {
            [only] => (say!(language, "not_asked.one", sentence = only), Vec::new()),
            _ => (say!(language, "not_asked.several"), sentences),
        };
        let example = say!(language, "words.ask");
        Ok(Body {
            title: say!(language, "not_asked.title"),
            paragraphs: vec![first],
            quote: self.words.clone(),
            list,
            primary: self.sign_up(language)?,
            in_words: Some(say!(language, "not_asked.in_words", words = example)),
            why: say!(language, "not_asked.why"),
            ..Body::default()
        })
    }

    fn sample() -> Self {
        Self {
            problems: vec![
                AskProblem::Unread(Reason::MissingAmount),
                AskProblem::Unread(Reason::MissingPayerAddress),
            ],
            words: Some("please ask Ben for the pizza".to_owned()),
            service_address: sample_address(sample::SERVICE),
        }
    }
}
