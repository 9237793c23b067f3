//! Letters from their templates: a text and an HTML part from the same context.
//!
//! CSS is written into the elements once, when the templates are loaded, and not for each letter.
//!
//! Not for: which letters exist and what they know (`letters`), pages (`web`).

mod inline;
pub(crate) mod wrap;

use std::{
    fmt::Write,
    fs, io,
    path::{Path, PathBuf},
};

use minijinja::{
    AutoEscape, Environment, Error, Output, State, UndefinedBehavior, Value, escape_formatter,
    syntax::SyntaxConfig, value::Serde,
};
use serde::Serialize;

/// What every letter stands on; a letter's templates extend `base.html` and `base.txt`.
const BASE_HTML: &str = include_str!("../../../templates/letters/base.html");
const BASE_TEXT: &str = include_str!("../../../templates/letters/base.txt");
const STYLE: &str = include_str!("../../../templates/letters/style.css");

/// Widest line of a text part, in characters: a reply can still quote it within 78 (RFC 5322 section
/// 2.1.1).
const TEXT_WIDTH: usize = 76;

/// All templates, ready to be filled in.
#[derive(Debug)]
pub struct Templates {
    environment: Environment<'static>,
}

/// The two parts of a letter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rendered {
    /// The text part.
    pub text: String,
    /// The HTML part.
    pub html: String,
}

/// What `base.html` and `base.txt` need of every letter. A letter's own context holds one of these
/// with `#[serde(flatten)]`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, serde::Deserialize)]
pub struct Frame {
    /// The language of the letter, as in `lang="en"`.
    pub lang: String,
    /// What stands behind a label of the text part.
    pub colon: String,
    /// What an inbox shows beside the subject.
    pub preheader: String,
    /// The answer, in a sentence.
    pub title: String,
    /// The small table: what happened, in figures.
    pub facts: Vec<Fact>,
    /// The one primary act.
    pub action: Option<Action>,
    /// Other acts, as links.
    pub secondary: Vec<Action>,
    /// The primary act in words, as in "Or reply YES to this letter."; only where that would act.
    pub reply_line: Option<String>,
    /// First line of the footer: who writes.
    pub service_name: String,
    /// Second line of the footer: why this letter came.
    pub why: String,
}

/// A row of the small table.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, serde::Deserialize)]
pub struct Fact {
    /// What it is.
    pub label: String,
    /// How much or who.
    pub value: String,
}

/// Something that the reader can do by pressing it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, serde::Deserialize)]
pub struct Action {
    /// What it does, in a few words.
    pub label: String,
    /// An `https:` or `mailto:` link.
    pub href: String,
}

impl Fact {
    /// A row.
    pub fn new(label: &str, value: impl Into<String>) -> Self {
        Self { label: label.to_owned(), value: value.into() }
    }
}

impl Action {
    /// Something to press.
    pub fn new(label: impl Into<String>, href: impl Into<String>) -> Self {
        Self { label: label.into(), href: href.into() }
    }
}

/// Why templates could not be loaded or filled in.
#[derive(Debug, thiserror::Error)]
pub enum RenderError {
    /// A template is broken, or its context lacks a value that it names.
    #[error("the template {name} cannot be used: {source}")]
    Template {
        /// Its file name.
        name: String,
        /// Where and why.
        source: Error,
    },
    /// The styles cannot be written into a template.
    #[error("the styles of {name} cannot be inlined: {reason}")]
    Style {
        /// Its file name.
        name: String,
        /// Why.
        reason: String,
    },
    /// An override could not be read.
    #[error("Read the template {}", path.display())]
    Read {
        /// Which file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
}

impl Templates {
    /// Loads the letters `(kind, text, html)`. A file of the folder `overrides` named `KIND.txt`,
    /// `KIND.html`, `base.txt`, `base.html` or `style.css` takes the place of the compiled-in one.
    ///
    /// # Errors
    /// [`RenderError`] with the template's name: a broken template stops the start, not a letter.
    pub fn load(
        letters: &[(&str, &str, &str)],
        overrides: Option<&Path>,
    ) -> Result<Self, RenderError> {
        let style = overridden(overrides, "style.css", STYLE)?;
        let mut environment = Environment::new();
        environment.set_syntax(syntax()?);
        environment.set_undefined_behavior(UndefinedBehavior::Strict);
        environment.set_auto_escape_callback(|name| {
            if name.ends_with(".html") { AutoEscape::Html } else { AutoEscape::None }
        });
        environment.add_filter("breakable", breakable);
        let base = [("base", BASE_TEXT, BASE_HTML)];
        environment.set_formatter(format);
        for (kind, text, html) in base.iter().chain(letters) {
            let name = format!("{kind}.txt");
            let text = overridden(overrides, &name, text)?;
            add(&mut environment, name, text)?;
            let name = format!("{kind}.html");
            let html = overridden(overrides, &name, html)?;
            let inlined = inline::inline(&html, &style)
                .map_err(|reason| RenderError::Style { name: name.clone(), reason })?;
            add(&mut environment, name, inlined)?;
        }
        Ok(Self { environment })
    }

    /// Whether there is a letter of this name.
    pub fn has(&self, kind: &str) -> bool {
        self.environment.get_template(&format!("{kind}.html")).is_ok()
    }

    /// Fills in both parts of a letter. A value that a template names and `context` lacks is an
    /// error; text is escaped in the HTML part.
    ///
    /// # Errors
    /// [`RenderError::Template`] with the template's name.
    pub fn render(&self, kind: &str, context: &impl Serialize) -> Result<Rendered, RenderError> {
        let part = |name: String| {
            let template = self.environment.get_template(&name);
            template
                .and_then(|template| template.render(Serde(context)))
                .map_err(|source| RenderError::Template { name, source })
        };
        let text = closed_up(&part(format!("{kind}.txt"))?);
        Ok(Rendered { text, html: part(format!("{kind}.html"))? })
    }
}

/// The text in lines of a readable width, with one empty line wherever optional parts left several,
/// and one line end at its end.
fn closed_up(text: &str) -> String {
    let mut closed = String::with_capacity(text.len());
    let mut empty_lines = 0;
    for line in text.trim().lines() {
        empty_lines = if line.is_empty() { empty_lines + 1 } else { 0 };
        if empty_lines < 2 {
            for line in wrap::lines(line, TEXT_WIDTH) {
                closed.push_str(&line);
                closed.push('\n');
            }
        }
    }
    closed
}

/// Shortest word that may need a break on a narrow screen, in characters.
const LONG_WORD: usize = 20;

/// Text for HTML in which a long address may break after its `@` and its dots rather than anywhere.
pub(crate) fn breakable(text: &str) -> Value {
    let mut html = String::with_capacity(text.len());
    for word in text.split_inclusive(' ') {
        let long = word.trim_end().chars().count() >= LONG_WORD;
        for c in word.chars() {
            escape(&mut html, c).ok();
            if long && matches!(c, '@' | '.') {
                html.push_str("<wbr>");
            }
        }
    }
    Value::from_safe_string(html)
}

fn escape(out: &mut impl Write, c: char) -> std::fmt::Result {
    match c {
        '<' => out.write_str("&lt;"),
        '>' => out.write_str("&gt;"),
        '&' => out.write_str("&amp;"),
        '"' => out.write_str("&quot;"),
        '\'' => out.write_str("&#39;"),
        plain => out.write_char(plain),
    }
}

/// A line that holds a statement alone leaves no empty line behind.
fn syntax() -> Result<SyntaxConfig, RenderError> {
    let syntax = SyntaxConfig::builder().trim_blocks(true).lstrip_blocks(true).build();
    syntax.map_err(|source| RenderError::Template { name: "(syntax)".to_owned(), source })
}

/// Escapes what HTML needs and no more: the library would write the slashes of every link as
/// `&#x2f;`, which people see when they look at a letter's source.
fn format(out: &mut Output<'_>, state: &mut State<'_, '_>, value: &Value) -> Result<(), Error> {
    let text = match value.as_str() {
        Some(text) if *state.auto_escape() == AutoEscape::Html && !value.is_safe() => text,
        _ => return escape_formatter(out, state, value),
    };
    for c in text.chars() {
        escape(out, c)?;
    }
    Ok(())
}

fn add(
    environment: &mut Environment<'static>,
    name: String,
    source: String,
) -> Result<(), RenderError> {
    environment
        .add_template_owned(name.clone(), source)
        .map_err(|source| RenderError::Template { name, source })
}

/// The operator's file, or what is compiled in.
fn overridden(
    overrides: Option<&Path>,
    name: &str,
    compiled_in: &str,
) -> Result<String, RenderError> {
    let Some(path) = overrides.map(|folder| folder.join(name)) else {
        return Ok(compiled_in.to_owned());
    };
    match fs::read_to_string(&path) {
        Ok(text) => Ok(text),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(compiled_in.to_owned()),
        Err(source) => Err(RenderError::Read { path, source }),
    }
}
