//! The bytes of a letter, from its row: the same at each attempt.

use std::collections::BTreeMap;

use anyhow::{Context as _, anyhow};
use serde::Deserialize;
use serde_json::{Value, json};

use super::{
    Action, Attachment, Body, CONFIRM_CANCEL, CONFIRM_CLAIM, CONFIRM_LINK, CONFIRM_RETURN,
    CONFIRM_YES, Confirmable, LetterRow, Table, sample,
};
use crate::{
    address::Address,
    config::Settings,
    language::Language,
    mail::{
        compose::Outgoing,
        mailto::Mailto,
        render::{Frame, Rendered, Templates},
    },
    tokens,
};

/// What a letter's row keeps of it.
#[derive(Debug, Deserialize)]
struct Stored {
    letter: Value,
    body: Body,
    confirmable: Option<Confirmable>,
    /// Letters that were written before there were others are in English.
    #[serde(default = "english")]
    language: Language,
    attachment: Option<Attachment>,
}

fn english() -> Language {
    Language::En
}

/// A letter's bytes, as the relay gets them.
///
/// # Errors
/// A template or a row that does not fit; trying again would not help.
pub fn composed(
    settings: &Settings,
    templates: &Templates,
    row: &LetterRow,
) -> anyhow::Result<Vec<u8>> {
    let stored: Stored = serde_json::from_str(&row.context).context("Read the letter's context")?;
    let language = stored.language;
    let links = Links::of(settings, row, stored.confirmable.as_ref(), language)?;
    let body = links.filled_in(stored.body);
    let letter = (&*row.kind, &stored.letter);
    let rendered = rendered(templates, (&settings.service_name, language), letter, &body)?;
    let references: Vec<String> = serde_json::from_str(&row.reference_ids)?;
    let outgoing = Outgoing {
        message_id: row.message_id.clone(),
        date: row.created_at,
        from_name: settings.service_name.clone(),
        from: settings.service_address.clone(),
        to: row.to_address.clone(),
        reply_to: links.reply_to,
        subject: row.subject.clone(),
        in_reply_to: row.in_reply_to.clone(),
        references,
        text: rendered.text,
        html: rendered.html,
        attachment: stored.attachment,
        auto_submitted: true,
        extra: Vec::new(),
    };
    Ok(outgoing.compose()?)
}

/// The template of every letter for which the operator has none of their own.
pub const LETTER: &str = "letter";

/// Both parts of a letter, from its kind, its typed context and what it says.
pub(super) fn rendered(
    templates: &Templates,
    (service_name, language): (&str, Language),
    (kind, letter): (&str, &Value),
    body: &Body,
) -> anyhow::Result<Rendered> {
    let table = |table: &Table| json!({ "table": table, "lines": table.lines() });
    let tables: Vec<Value> = body.tables.iter().map(table).collect();
    let context = json!({
        "letter": letter,
        "paragraphs": body.paragraphs,
        "quote": body.quote,
        "you_wrote": say!(language, "letter.you_wrote"),
        "list": body.list,
        "tables": tables,
    });
    let context = merged(context, serde_json::to_value(frame(service_name, language, body))?);
    Ok(templates.render(if templates.has(kind) { kind } else { LETTER }, &context)?)
}

fn frame(service_name: &str, language: Language, body: &Body) -> Frame {
    Frame {
        lang: language.as_str().to_owned(),
        colon: say!(language, "letter.colon"),
        preheader: body.paragraphs.first().cloned().unwrap_or_default(),
        title: body.title.clone(),
        facts: body.facts.clone(),
        action: body.primary.clone(),
        secondary: body.others.clone(),
        reply_line: body.in_words.clone(),
        service_name: service_name.to_owned(),
        why: body.why.clone(),
    }
}

fn merged(mut into: Value, from: Value) -> Value {
    if let (Some(into), Value::Object(from)) = (into.as_object_mut(), from) {
        into.extend(from);
    }
    into
}

/// The words that answer a confirmation at its own address, by the mark that stands for their mail.
fn answers(language: Language) -> [(&'static str, String); 3] {
    [
        (CONFIRM_YES, say!(language, "command.yes")),
        (CONFIRM_CLAIM, say!(language, "command.claim")),
        (CONFIRM_RETURN, say!(language, "command.give_back")),
    ]
}

/// The secrets of a letter, made when it is sent and kept nowhere.
pub(super) struct Links {
    link: Option<String>,
    /// By the mark that stands for it.
    mails: BTreeMap<&'static str, String>,
    reply_to: Option<Address>,
}

impl Links {
    fn of(
        settings: &Settings,
        row: &LetterRow,
        confirmable: Option<&Confirmable>,
        language: Language,
    ) -> anyhow::Result<Self> {
        let thread = match &row.reference {
            Some(reference) => {
                let tag = tokens::thread_tag(&settings.keys, reference);
                Some(settings.service_address.tagged(&tag)?)
            }
            None => None,
        };
        let Some(asked) = confirmable else {
            return Ok(Self { link: None, mails: BTreeMap::new(), reply_to: thread });
        };
        let rotated = || anyhow!("The key of this confirmation is no longer configured");
        let sealed = tokens::seal_link(&settings.keys, &asked.claims, &asked.hashes);
        let link = format!("{}/c/{}", settings.public_url, sealed.ok_or_else(rotated)?);
        let tag = tokens::reply_tag(&settings.keys, &asked.claims.confirmation, &asked.hashes);
        let confirm_to = settings.service_address.tagged(&tag.ok_or_else(rotated)?)?;
        // Of a claim's `T-771/claim`, people know the first part.
        let reference = row.reference.as_deref().unwrap_or(&asked.claims.reference);
        let mail = |to: &Address, word: String| {
            let subject = format!("{word} [{reference}]");
            Mailto { to: to.clone(), subject, body: format!("{word}\n") }.href()
        };
        let mut mails = BTreeMap::new();
        if asked.reply_allowed {
            for (mark, word) in answers(language) {
                mails.insert(mark, mail(&confirm_to, word)?);
            }
        }
        if let Some(to) = &thread {
            mails.insert(CONFIRM_CANCEL, mail(to, say!(language, "command.cancel"))?);
        }
        let reply_to = if asked.reply_allowed { Some(confirm_to) } else { thread };
        Ok(Self { link: Some(link), mails, reply_to })
    }

    /// What stands in samples; none of it opens anything.
    pub(super) fn invented(language: Language) -> Self {
        let mail = |word: String| {
            let body = format!("{word}\n");
            sample::mail("", &format!("{word} [T-771]"), &body).href
        };
        let cancel = (CONFIRM_CANCEL, say!(language, "command.cancel"));
        let words = answers(language).into_iter().chain([cancel]);
        Self {
            link: Some("https://pay.post.example/c/sample".to_owned()),
            mails: words.map(|(mark, word)| (mark, mail(word))).collect(),
            reply_to: None,
        }
    }

    /// A body with links where marks stood; what has none is left out.
    pub(super) fn filled_in(&self, mut body: Body) -> Body {
        let real = |action: Action| {
            let href = match &*action.href {
                CONFIRM_LINK => self.link.clone(),
                CONFIRM_YES | CONFIRM_CANCEL | CONFIRM_CLAIM | CONFIRM_RETURN => {
                    self.mails.get(&*action.href).cloned()
                }
                _ => Some(action.href),
            };
            href.map(|href| Action { label: action.label, href })
        };
        body.primary = body.primary.and_then(real);
        body.others = body.others.into_iter().filter_map(real).collect();
        body
    }
}
