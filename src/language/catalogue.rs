//! One language's file, compiled in and read once.

use std::{
    collections::{BTreeMap, HashMap},
    sync::LazyLock,
};

use serde::Deserialize;

use super::Language;

/// A language's file as it stands.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    names: Vec<String>,
    format: Format,
    currency: BTreeMap<String, Unit>,
    say: BTreeMap<String, BTreeMap<String, Message>>,
}

/// How numbers and dates are written.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Format {
    pub(super) decimal: String,
    pub(super) group: String,
    /// Digits before the decimals from which on they are grouped.
    pub(super) group_from: usize,
    /// Whether a currency's sign stands behind its figures.
    pub(super) sign_after: bool,
    /// Whether nothing takes the singular.
    pub(super) zero_is_one: bool,
    /// Whether a blank, never a line's end, stands before `: ; ? »` and behind `«`.
    blank_before_signs: bool,
    /// The first day of a month, as in `1er juin`.
    pub(super) first_day: String,
    pub(super) date: String,
    pub(super) time: String,
    pub(super) months: [String; 12],
    /// Of major and minor units in words.
    pub(super) sum: String,
    pub(super) minus: String,
}

/// A currency's units in words.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Unit {
    pub(super) one: String,
    pub(super) many: String,
    #[serde(default)]
    pub(super) feminine: bool,
    /// Singular and plural of the minor unit, where the language has a word for it.
    pub(super) cent: Option<[String; 2]>,
    #[serde(default)]
    pub(super) cent_feminine: bool,
}

/// A message; one that counts has a form for one.
#[derive(Debug, Clone, Deserialize)]
#[serde(untagged)]
pub(super) enum Message {
    Plain(String),
    Counted { one: String, other: String },
}

/// A language's file, ready to be used.
pub(super) struct Catalogue {
    pub(super) names: Vec<String>,
    pub(super) format: Format,
    pub(super) currency: BTreeMap<String, Unit>,
    /// By `section.name`.
    pub(super) messages: HashMap<String, Message>,
}

static CATALOGUES: LazyLock<Vec<Catalogue>> =
    LazyLock::new(|| Language::ALL.into_iter().map(Catalogue::read).collect());

pub(super) fn of(language: Language) -> &'static Catalogue {
    let place = Language::ALL.iter().position(|one| *one == language);
    place.and_then(|place| CATALOGUES.get(place)).expect("every language is read")
}

impl Catalogue {
    fn read(language: Language) -> Self {
        let file: File = toml::from_str(language.file()).expect("the compiled-in files are sound");
        let File { names, format, currency, say } = file;
        let mut messages = HashMap::new();
        for (section, named) in say {
            for (name, message) in named {
                let message =
                    if format.blank_before_signs { message.kept_together() } else { message };
                messages.insert(format!("{section}.{name}"), message);
            }
        }
        Self { names, format, currency, messages }
    }
}

impl Message {
    /// The form that the value named `count` asks for.
    pub(super) fn form(&self, language: Language, values: &[(&str, String)]) -> &str {
        match self {
            Self::Plain(text) => text,
            Self::Counted { one, other } => {
                let count = values.iter().find(|(name, _)| *name == "count");
                let count = count.map_or("", |(_, count)| count);
                let zero = of(language).format.zero_is_one && count == "0";
                if count == "1" || zero { one } else { other }
            }
        }
    }

    fn kept_together(self) -> Self {
        match self {
            Self::Plain(text) => Self::Plain(kept_together(&text)),
            Self::Counted { one, other } => {
                Self::Counted { one: kept_together(&one), other: kept_together(&other) }
            }
        }
    }
}

/// No line ends before a sign that a blank stands before.
fn kept_together(text: &str) -> String {
    let mut kept = text.replace("« ", "«\u{a0}");
    for sign in [':', ';', '?', '»', '%'] {
        kept = kept.replace(&format!(" {sign}"), &format!("\u{a0}{sign}"));
    }
    kept
}

/// A text with each `{name}` replaced by its value. What stands in a value is never looked at again.
pub(super) fn filled(text: &str, values: &[(&str, String)]) -> String {
    let mut filled = String::with_capacity(text.len() + 32);
    let mut rest = text;
    while let Some((before, behind)) = rest.split_once('{') {
        filled.push_str(before);
        let (name, behind) = behind.split_once('}').unwrap_or((behind, ""));
        let value = values.iter().find(|(of, _)| *of == name).map(|(_, value)| &**value);
        debug_assert!(value.is_some(), "no value for {{{name}}} in {text}");
        filled.push_str(value.unwrap_or_default());
        rest = behind;
    }
    filled.push_str(rest);
    filled
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_stands_in_a_value_stays_as_it_is() {
        let values = [("to", "{from} {".to_owned()), ("from", "x".to_owned())];
        assert_eq!(filled("a {to} b {from}.", &values), "a {from} { b x.");
    }

    #[test]
    fn one_is_counted_as_each_language_does() {
        let message = Message::Counted { one: "one".to_owned(), other: "many".to_owned() };
        let form = |language, count: &str| message.form(language, &[("count", count.to_owned())]);
        assert_eq!([form(Language::De, "0"), form(Language::De, "1")], ["many", "one"]);
        assert_eq!([form(Language::Fr, "0"), form(Language::Fr, "2")], ["one", "many"]);
    }

    #[test]
    fn french_signs_stay_with_their_words() {
        assert_eq!(kept_together("Qui ? « Moi »"), "Qui\u{a0}? «\u{a0}Moi\u{a0}»");
    }
}
