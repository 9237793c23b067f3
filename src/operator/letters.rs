//! The letters to the operator.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::{
    language::Language,
    letters::{Body, Class, Fact, Letter, Sample},
    mail::mailto::MailtoError,
    policy,
};

/// Every letter to the operator, as the templates are tried with it; all in English.
pub fn samples() -> Vec<Sample> {
    let quiet = DigestLetter::quiet();
    vec![Sample::of::<DigestLetter>(Language::En), Sample::variant("quiet", &quiet, Language::En)]
}

/// One mail of the digest.
#[derive(Debug, Clone, Serialize)]
pub(super) struct Line {
    pub(super) time: String,
    pub(super) from: String,
    pub(super) intent: String,
    pub(super) decision: String,
}

/// What a service that only observes would have done in a day.
#[derive(Debug, Clone, Serialize)]
pub(super) struct DigestLetter {
    pub(super) day: String,
    /// Mails by decision, the most frequent first.
    pub(super) counts: Vec<(String, i64)>,
    /// The first of them.
    pub(super) lines: Vec<Line>,
}

impl DigestLetter {
    pub(super) fn is_empty(&self) -> bool {
        self.counts.is_empty()
    }

    fn quiet() -> Self {
        Self { counts: Vec::new(), lines: Vec::new(), ..Self::sample() }
    }

    fn mails(&self) -> i64 {
        self.counts.iter().map(|(_, mails)| mails).sum()
    }

    /// Several decisions come to the same.
    fn facts(&self) -> Vec<Fact> {
        let mut facts: BTreeMap<&str, i64> = BTreeMap::new();
        for (decision, mails) in &self.counts {
            *facts.entry(policy::would_be(decision)).or_default() += mails;
        }
        facts.into_iter().map(|(label, mails)| Fact::new(label, mails.to_string())).collect()
    }
}

impl Letter for DigestLetter {
    const KIND: &'static str = "operator_digest";

    /// Bounded by its date, which is its cause.
    fn class(&self) -> Class {
        Class::Receipt
    }

    fn subject(&self, _: Language) -> String {
        format!("Observed on {}: {}", self.day, counted(self.mails()))
    }

    fn body(&self, language: Language) -> Result<Body, MailtoError> {
        let mails = self.mails();
        let mut paragraphs = vec![format!(
            "On {}, {} came. The service only observes: nothing was done, and nobody was answered.",
            self.day,
            counted(mails)
        )];
        let listed = !self.lines.is_empty();
        let left = mails - i64::try_from(self.lines.len()).unwrap_or(0);
        if left > 0 {
            paragraphs.push(format!(
                "The first {} are listed; `pennypost export --json` has all.",
                self.lines.len()
            ));
        }
        if listed {
            paragraphs.push(
                "If this is what you want it to do, set MODE=live and start it again. The mails below \
                 stay as they are: only what comes from then on is acted on."
                    .to_owned(),
            );
        }
        let line = |line: &Line| {
            format!("{} {}: {}, {}", line.time, line.from, line.intent, line.decision)
        };
        Ok(Body {
            title: self.subject(language),
            paragraphs,
            list: self.lines.iter().map(line).collect(),
            facts: self.facts(),
            why: "You get this once a day because MODE=observe is set and you are the operator."
                .to_owned(),
            ..Body::default()
        })
    }

    fn sample() -> Self {
        let line = |time: &str, from: &str, intent: &str, decision: &str| Line {
            time: time.to_owned(),
            from: from.to_owned(),
            intent: intent.to_owned(),
            decision: policy::would_be(decision).to_owned(),
        };
        Self {
            day: "24 November 2026".to_owned(),
            counts: vec![("silence".to_owned(), 31), ("confirm".to_owned(), 1)],
            lines: vec![
                line("08:12", "ada@home.example", "transfer", "confirm"),
                line("08:15", "news@shop.example", "ignore", "silence"),
            ],
        }
    }
}

fn counted(mails: i64) -> String {
    match mails {
        0 => "no mail".to_owned(),
        1 => "1 mail".to_owned(),
        many => format!("{many} mails"),
    }
}
