//! One mail as the reader sees it: own words in sheets, the thread it belongs to, who is addressed.

use crate::address::Address;
use crate::intent::context::{Pending, ReaderContext};
use crate::intent::new_words::NewWords;
use crate::intent::passage::{Passage, key};
use crate::intent::reader::Told;
use crate::intent::reading::Reading;
use crate::intent::sheet::Sheet;
use crate::intent::spans::{Source, Span};
use crate::intent::tokens::{Kind, Token, Tokens};
use crate::intent::words::{self, Language};
use crate::mail::message::{Mailbox, Message};

/// A reading with its proof.
#[derive(Debug, Clone)]
pub(super) struct Draft {
    pub(super) reading: Reading,
    pub(super) spans: Vec<Span>,
}

impl Draft {
    /// Without a proof: readings that move nothing.
    pub(super) fn plain(reading: impl Into<Reading>) -> Self {
        Self { reading: reading.into(), spans: Vec::new() }
    }
}

/// What all the reading functions look at.
pub(super) struct Mail<'a> {
    pub(super) message: &'a Message,
    pub(super) context: &'a ReaderContext,
    pub(super) words: &'a NewWords,
    /// It answers another mail: the subject commands nothing.
    pub(super) reply: bool,
    /// It forwards another mail: neither does its subject.
    pub(super) forward: bool,
    /// The subject of a mail that starts a thread (else empty), and the body.
    pub(super) subject: Sheet,
    pub(super) body: Sheet,
    /// The language it seems to be written in.
    pub(super) language: Language,
    /// The one that its words tell.
    pub(super) told: Option<Told>,
    /// The request that its thread names.
    pub(super) thread: Option<String>,
}

const REPLIES: [&str; 16] = [
    "re", "aw", "sv", "antw", "antwort", "vs", "rif", "r", "odp", "ynt", "res", "ref", "ad", "atb",
    "回复", "返信",
];
const FORWARDS: [&str; 14] = [
    "fw",
    "fwd",
    "wg",
    "tr",
    "rv",
    "enc",
    "vb",
    "vl",
    "doorst",
    "i",
    "pd",
    "转发",
    "転送",
    "weitergeleitet",
];

/// Which prefixes stand before a subject: (answers, forwards).
fn prefixes(subject: &str) -> (bool, bool) {
    let (mut reply, mut forward) = (false, false);
    let mut rest = subject.trim();
    while let Some((prefix, tail)) = rest.split_once([':', '：']) {
        // "Re[2]:", "AW (extern):"
        let word = prefix.split(['[', '(']).next().unwrap_or_default();
        let word = key(word.trim());
        if REPLIES.contains(&word.as_str()) {
            reply = true;
        } else if FORWARDS.contains(&word.as_str()) {
            forward = true;
        } else {
            break;
        }
        rest = tail.trim_start();
    }
    (reply, forward)
}

/// Letters that must speak for a language to tell it clearly.
const CLEAR_LETTERS: usize = 6;

fn told(tokens: &[Token], reply: bool) -> Option<Told> {
    // A lone word of an answer may be the one that our own letter asked for; "NO" is one in many languages.
    if reply && tokens.iter().filter(|token| token.kind == Kind::Word).count() < 2 {
        return None;
    }
    let (language, letters) = words::told(tokens)?;
    Some(Told { language: language.code(), clearly: letters >= CLEAR_LETTERS })
}

impl<'a> Mail<'a> {
    /// Prepares one rendering of the body.
    pub(super) fn new(
        message: &'a Message,
        context: &'a ReaderContext,
        words: &'a NewWords,
        body_source: Source,
    ) -> Self {
        let (reply_subject, forward) = prefixes(&message.subject);
        let reply = reply_subject || message.answers() || context.thread.is_some();
        let counts = !reply && !forward && !words.forwarded;
        let subject = if counts { Passage::of(&message.subject) } else { Passage::default() };
        let subject_tokens = Tokens::of(&subject);
        let body = words.own.clone();
        let body_tokens = Tokens::of(&body);
        let locale = context.locale.as_deref();
        let all = [subject_tokens.as_slice(), body_tokens.as_slice()].concat();
        let languages = words::languages(&all, locale);
        let sheet =
            |source, passage, tokens| Sheet::new(source, passage, tokens, &languages, context);
        let mut mail = Self {
            message,
            context,
            words,
            reply,
            forward: forward || words.forwarded,
            subject: sheet(Source::Subject, subject, subject_tokens),
            body: sheet(body_source, body, body_tokens),
            language: languages.first().copied().unwrap_or(Language::En),
            told: told(&all, reply),
            thread: None,
        };
        mail.thread = mail.find_thread();
        mail
    }

    /// Subject and body, in this order.
    pub(super) fn sheets(&self) -> [&Sheet; 2] {
        [&self.subject, &self.body]
    }

    /// Whether nothing was written.
    pub(super) fn is_empty(&self) -> bool {
        self.sheets().iter().all(|sheet| sheet.passage.is_blank())
    }

    /// The sender's pending requests.
    pub(super) fn pending(&self) -> Vec<&'a Pending> {
        self.context.pending_of(self.message.sender()).collect()
    }

    /// The pending request of a reference.
    pub(super) fn pending_with(&self, reference: &str) -> Option<&'a Pending> {
        self.context.pending.iter().find(|p| p.reference.eq_ignore_ascii_case(reference))
    }

    /// Everybody in To and Cc but us.
    pub(super) fn others(&self) -> Vec<(Source, &'a Mailbox)> {
        let to = self.message.to.iter().map(|mailbox| (Source::To, mailbox));
        let cc = self.message.cc.iter().map(|mailbox| (Source::Cc, mailbox));
        let mut others: Vec<(Source, &Mailbox)> = Vec::new();
        for (source, mailbox) in to.chain(cc) {
            let ours = mailbox.address.as_ref().is_some_and(|a| self.context.is_ours(a));
            if !ours && !others.iter().any(|(_, known)| known.written == mailbox.written) {
                others.push((source, mailbox));
            }
        }
        others
    }

    /// The single address beside ours in To and Cc.
    pub(super) fn friend(&self) -> Option<(Source, &'a Address)> {
        match self.others().as_slice() {
            [(source, only)] => only.address.as_ref().map(|address| (*source, address)),
            _ => None,
        }
    }

    /// We only get a copy: the mail is written to somebody else.
    pub(super) fn only_copied(&self) -> bool {
        !self.message.to.is_empty()
            && !self
                .message
                .to
                .iter()
                .any(|to| to.address.as_ref().is_some_and(|address| self.context.is_ours(address)))
    }

    /// The tag of our own address: `i.INV-2201.9QW2…`.
    pub(super) fn tag(&self) -> Option<&'a str> {
        let ours = self.context.service_address.iter().chain(&self.context.service_addresses);
        let ours: Vec<&Address> = ours.collect();
        let addressed = self.message.to.iter().chain(&self.message.cc);
        addressed
            .filter_map(|mailbox| mailbox.address.as_ref())
            .find_map(|address| ours.iter().find_map(|own| address.tag_of(own)))
    }

    /// The request that the thread names: as it is known, then by our tag, our Message-IDs, the subject.
    fn find_thread(&self) -> Option<String> {
        if self.context.thread.is_some() {
            return self.context.thread.clone();
        }
        let tagged = self.tag().and_then(|tag| tag.split('.').find_map(reference_in));
        let ids = self.message.in_reply_to.iter().chain(self.message.references.iter().rev());
        let local = |id: &'a String| id.split('@').next().unwrap_or_default();
        let by_id = || ids.map(local).find_map(reference_in);
        let by_subject = || reference_in(&self.message.subject);
        tagged.or_else(by_id).or_else(by_subject)
    }
}

/// The first reference in a text.
fn reference_in(text: &str) -> Option<String> {
    let tokens = Tokens::of(&Passage::of(&text.replace(['.', '<', '[', ']'], " ")));
    tokens.into_iter().find_map(|token| match token.kind {
        Kind::Reference(reference) => Some(reference),
        _ => None,
    })
}
