//! One mail explained: what it would do, and which words were read as what. Offline; changes nothing.

use serde_json::{Value, json};

use crate::intent::context::ReaderContext;
use crate::intent::reader::{self, Explained};
use crate::intent::reading::{Command, Reading};
use crate::intent::spans::{Source, Span};
use crate::mail::message::{Message, TooMuch};

/// What kind of mail it is to us, as stored and counted.
fn class(explained: &Explained) -> &'static str {
    match &explained.reading {
        Reading::Ignore(_) => "automatic",
        Reading::AskBack(_) if explained.only_copied => "copy",
        Reading::AskBack(_) => "ask_back",
        Reading::Command(_) | Reading::Multi(_) => "command",
    }
}

/// The reading of raw bytes, as JSON: `{"class", "reading", "spans", "language"}`.
///
/// # Errors
/// [`TooMuch`] when the mail is beyond the limits.
pub fn explain(raw: &[u8], context: &ReaderContext) -> Result<Value, TooMuch> {
    let message = Message::parse(raw)?;
    let explained = reader::explain(&message, context);
    Ok(json!({
        "class": class(&explained),
        "reading": explained.reading,
        "spans": explained.spans,
        "language": explained.language,
    }))
}

/// The same for people.
///
/// # Errors
/// [`TooMuch`] when the mail is beyond the limits.
pub fn in_words(raw: &[u8], context: &ReaderContext) -> Result<String, TooMuch> {
    let message = Message::parse(raw)?;
    let explained = reader::explain(&message, context);
    let mut lines = vec![headline(&explained)];
    match &explained.reading {
        Reading::AskBack(ask) => {
            lines.push("The sender is asked, because:".to_owned());
            lines.extend(ask.reasons().iter().map(|reason| format!("  - {}", sentence(*reason))));
        }
        Reading::Ignore(ignore) => {
            lines.push(format!("It is automatic mail ({}).", word(&ignore.why)));
        }
        Reading::Command(_) | Reading::Multi(_) => {
            let commands = explained.reading.commands().iter().map(command_line);
            lines.extend(commands.map(|line| format!("  - {line}")));
        }
    }
    if !explained.spans.is_empty() {
        lines.push("Read from these words:".to_owned());
        lines.extend(explained.spans.iter().map(span_line));
    }
    Ok(lines.join("\n"))
}

fn headline(explained: &Explained) -> String {
    match &explained.reading {
        Reading::AskBack(_) => "Nothing would be done.".to_owned(),
        Reading::Ignore(_) => "Nothing would be done, and nothing answered.".to_owned(),
        Reading::Command(_) => "This mail asks for one thing:".to_owned(),
        Reading::Multi(commands) => format!("This mail asks for {} things:", commands.len()),
    }
}

/// The vocabulary's own words, with their fields.
fn command_line(command: &Command) -> String {
    let fields = serde_json::to_value(command).unwrap_or_default();
    let shown: Vec<String> = fields
        .get("fields")
        .and_then(Value::as_object)
        .into_iter()
        .flatten()
        .map(|(name, value)| match value {
            Value::String(text) => format!("{name} {text}"),
            other => format!("{name} {other}"),
        })
        .collect();
    let intent = command.intent().replace('_', " ");
    if shown.is_empty() { intent } else { format!("{intent}: {}", shown.join(", ")) }
}

/// The reason as its word in the vocabulary, without underscores.
fn sentence(reason: crate::intent::Reason) -> String {
    word(&reason).replace('_', " ")
}

fn word(value: &impl serde::Serialize) -> String {
    let value = serde_json::to_value(value).unwrap_or_default();
    value.as_str().unwrap_or_default().to_owned()
}

fn span_line(span: &Span) -> String {
    let place = match span.source {
        Source::Subject => "the subject",
        Source::Text => "the text",
        Source::Html => "the HTML text",
        Source::To => "the To field",
        Source::Cc => "the Cc field",
        Source::Thread => "the thread",
    };
    format!("  - {}: \"{}\" in {place}", span.field, span.words)
}
