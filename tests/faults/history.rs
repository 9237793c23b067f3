//! What was seen from outside: mails delivered, letters received, answers of pages.

use std::collections::BTreeMap;

use super::browser::Answer;
use crate::support::letter::Letter;

/// What a mail says, and so which answers are right.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Says {
    SignUp,
    Balance,
    Help,
    /// An order that a machine sends.
    Automatic,
    /// A whole payment.
    Pay {
        to: String,
        minor: i64,
    },
    /// A payment without its amount.
    Incomplete,
    /// The missing amount, or another one.
    Amount {
        reference: String,
        minor: i64,
    },
    /// An answer to the newest question of a request.
    Yes {
        reference: String,
    },
    /// An answer to a question that the same person has changed before.
    LateYes {
        reference: String,
    },
    Cancel {
        reference: String,
    },
}

/// A mail somebody wrote.
#[derive(Debug)]
pub(super) struct Mail {
    pub(super) from: String,
    pub(super) says: Says,
    /// How often its bytes were put into the mailbox.
    pub(super) deliveries: usize,
}

/// A letter in somebody's mailbox.
#[derive(Debug)]
pub(super) struct Received {
    pub(super) by: String,
    pub(super) letter: Letter,
}

impl Received {
    /// The same to its reader. A link is sealed anew at each attempt, and opens the same page.
    fn is_the_same(&self, other: &Self) -> bool {
        let words = |letter: &Letter| {
            let words = letter.text.split_whitespace().filter(|word| !word.contains("/c/"));
            (letter.subject.clone(), words.map(str::to_owned).collect::<Vec<_>>())
        };
        self.by == other.by && words(&self.letter) == words(&other.letter)
    }

    /// The request its subject names: `T-771`.
    pub(super) fn reference(&self) -> Option<&str> {
        self.letter.subject.strip_suffix(']')?.rsplit_once('[').map(|(_, reference)| reference)
    }

    /// The figures after `start`, up to the next blank: 1234 of `Sent: $12.34 to …`.
    pub(super) fn minor_after(&self, start: &str) -> Option<i64> {
        let figures = self.letter.subject.strip_prefix(start)?.strip_prefix('$')?;
        let figures = figures.split(' ').next()?;
        figures.replace([',', '.'], "").parse().ok()
    }
}

/// Everything, by the ids that the outside knows.
#[derive(Debug, Default)]
pub(super) struct History {
    pub(super) mails: BTreeMap<String, Mail>,
    pub(super) letters: BTreeMap<String, Received>,
    pub(super) answers: Vec<Answer>,
    /// What the operator put into accounts, in minor units.
    pub(super) credits: BTreeMap<String, i64>,
    /// How often somebody moved a mail away and back by hand: each time it may come again.
    pub(super) moved: BTreeMap<String, usize>,
    /// How often the host numbered its mails anew: one that came twice may be known by then.
    pub(super) renumberings: usize,
    /// What was wrong at the moment it was seen.
    pub(super) seen_wrong: Vec<String>,
    /// How often the process was killed, or put to sleep.
    pub(super) blows: usize,
    pub(super) repeated_letters: usize,
    pub(super) seconds: u64,
}

impl History {
    /// Notes a letter; false when it came before under the same Message-ID.
    pub(super) fn receive(&mut self, received: Received) -> bool {
        let id = received.letter.message_id.clone();
        if let Some(before) = self.letters.get(&id) {
            self.repeated_letters += 1;
            if !before.is_the_same(&received) {
                self.seen_wrong.push(format!("Message-ID {id} came with two contents"));
            }
            return false;
        }
        self.letters.insert(id, received);
        true
    }

    /// The letters to a mail's author that answer it.
    pub(super) fn replies<'a>(&'a self, id: &'a str) -> impl Iterator<Item = &'a Received> {
        let author = self.mails.get(id).map(|mail| mail.from.as_str());
        self.letters.values().filter(move |received| {
            Some(received.by.as_str()) == author
                && received.letter.in_reply_to.as_deref() == Some(id)
        })
    }

    /// The letters of a request whose subject begins with `start`.
    pub(super) fn of<'a>(
        &'a self,
        reference: &'a str,
        start: &'a str,
    ) -> impl Iterator<Item = &'a Received> {
        self.letters.values().filter(move |received| {
            received.reference() == Some(reference) && received.letter.subject.starts_with(start)
        })
    }

    /// Whether a request has ended, as far as its sender was told.
    pub(super) fn has_ended(&self, reference: &str) -> bool {
        ["Sent: ", "Not sent: "].into_iter().any(|start| self.of(reference, start).next().is_some())
    }

    /// Whether somebody still waits for an answer.
    pub(super) fn waits(&self) -> bool {
        self.mails.iter().any(|(id, mail)| match &mail.says {
            Says::Yes { reference } => !self.has_ended(reference),
            Says::Automatic => false,
            _ => self.replies(id).next().is_none(),
        })
    }

    pub(super) fn deliveries(&self) -> usize {
        self.mails.values().map(|mail| mail.deliveries).sum()
    }

    pub(super) fn told(&self) -> String {
        let mails = self.mails.len();
        let sent = self.letters.values().filter(|l| l.letter.subject.starts_with("Sent: ")).count();
        format!(
            "{mails} mails in {} deliveries, {} blows in {} s, {} letters ({} came twice), {} pages, \
             {sent} transfers",
            self.deliveries(),
            self.blows,
            self.seconds,
            self.letters.len(),
            self.repeated_letters,
            self.answers.len(),
        )
    }
}
