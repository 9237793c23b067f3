//! Mails as people's programs write them and their host stamps them.

use pennypost::clock::Clock;

use crate::support::{app::SERVICE, letter::Letter, stamp::Stamp};

/// A mail before it is delivered.
pub(crate) struct Draft {
    pub(crate) to: String,
    pub(crate) subject: String,
    pub(crate) body: String,
    /// Further header lines, each with its end.
    pub(crate) more: String,
}

impl Draft {
    /// A new mail to the service.
    pub(crate) fn new(body: impl Into<String>) -> Self {
        let body = body.into();
        Self { to: SERVICE.to_owned(), subject: String::new(), body, more: String::new() }
    }

    /// An answer above the letter's quote.
    pub(crate) fn reply(letter: &Letter, words: &str) -> Self {
        let quoted: Vec<String> = letter.text.lines().map(|line| format!("> {line}")).collect();
        let quoted = quoted.join("\n");
        let id = &letter.message_id;
        Self {
            to: letter.reply_to.clone().unwrap_or_else(|| SERVICE.to_owned()),
            subject: format!("Re: {}", letter.subject),
            body: format!("{words}\n\nOn Tue, 3 Jun 2025, Till <{SERVICE}> wrote:\n{quoted}"),
            more: format!("In-Reply-To: <{id}>\nReferences: <{id}>\n"),
        }
    }

    /// What the letter's button opens, with `words` in its blank; the first that holds `mark`.
    pub(crate) fn prefilled(letter: &Letter, mark: &str, words: &str) -> Option<Self> {
        let mail = letter.mailtos().into_iter().find(|mail| mail.body.contains(mark))?;
        Some(Self {
            to: mail.to.to_string(),
            subject: mail.subject,
            body: mail.body.replace("____", words),
            more: String::new(),
        })
    }

    /// As its author's program sends it, under the Message-ID `id`.
    pub(crate) fn mail(&self, from: &str, id: &str) -> String {
        format!(
            "From: {from}\nTo: {}\nSubject: {}\nMessage-ID: <{id}>\n{}MIME-Version: 1.0\n\
             Content-Type: text/plain; charset=utf-8\n\n{}\n",
            self.to, self.subject, self.more, self.body
        )
    }

    /// The bytes at delivery, genuine.
    pub(crate) fn genuine(&self, from: &str, id: &str) -> Vec<u8> {
        let (_, domain) = from.split_once('@').expect("an address");
        Stamp { now: Clock::System.now() }.genuine(domain, &self.mail(from, id))
    }
}

/// `12.34` of 1234 minor units.
pub(crate) fn decimal(minor: i64) -> String {
    format!("{}.{:02}", minor / 100, minor % 100)
}
