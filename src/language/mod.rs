//! The languages of letters and pages: which one, the messages, and how sums and dates are written.
//!
//! A language is a file in `languages/`, a line of [`Language`] and its numbers in `spell/`. Not for:
//! reading what people write (`intent` does, in more languages than these).

mod catalogue;
mod format;
mod spell;

word_enum! {
    /// A language in which we write; BCP 47.
    pub enum Language {
        /// English.
        En = "en",
        /// German.
        De = "de",
        /// French.
        Fr = "fr",
        /// Spanish.
        Es = "es",
    }
}

/// The message of a name, in a language, with its values filled in:
/// `say!(language, "transfer_sent.title", amount = amount, to = to)`. A whole number named `count`
/// chooses between `one` and `other`. `tests/house/languages.rs` holds names and values together.
macro_rules! say {
    ($language:expr, $name:literal $(, $value:ident = $with:expr)* $(,)?) => {
        $crate::language::Language::say(
            $language,
            $name,
            &[$((stringify!($value), ($with).to_string())),*],
        )
    };
}

impl Language {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::En, Self::De, Self::Fr, Self::Es];

    /// The file of a language.
    pub const fn file(self) -> &'static str {
        match self {
            Self::En => include_str!("../../languages/en.toml"),
            Self::De => include_str!("../../languages/de.toml"),
            Self::Fr => include_str!("../../languages/fr.toml"),
            Self::Es => include_str!("../../languages/es.toml"),
        }
    }

    /// The language of a locale such as `de-CH`, when we write it.
    pub fn of_locale(locale: &str) -> Option<Self> {
        let code = locale.split(['-', '_']).next().unwrap_or_default();
        Self::ALL.into_iter().find(|language| language.as_str().eq_ignore_ascii_case(code))
    }

    /// The language that people call so: `Deutsch`, `German`, `de`.
    pub fn named(name: &str) -> Option<Self> {
        let name = name.trim().to_lowercase();
        Self::ALL.into_iter().find(|language| catalogue::of(*language).names.contains(&name))
    }

    /// What a browser would like best of what we write (RFC 9110 section 12.5.4).
    pub fn accepted(header: &str) -> Option<Self> {
        let mut best: Option<(u16, Self)> = None;
        for part in header.split(',').take(ACCEPTED_MAX) {
            let (range, weight) = part.split_once(';').unwrap_or((part, ""));
            let weight = weight.trim().strip_prefix("q=").map_or(Some(1_000), thousandths);
            let (Some(language), Some(weight @ 1..)) = (Self::of_locale(range.trim()), weight)
            else {
                continue;
            };
            if best.is_none_or(|(before, _)| weight > before) {
                best = Some((weight, language));
            }
        }
        best.map(|(_, language)| language)
    }

    /// A message with its values filled in; [`say!`] is how it is called.
    pub fn say(self, name: &str, values: &[(&str, String)]) -> String {
        let message = catalogue::of(self).messages.get(name);
        let message = message.expect("every message stands in every language, which a test keeps");
        let text = message.form(self, values);
        catalogue::filled(text, values)
    }
}

/// Ranges of an `Accept-Language` that are looked at.
const ACCEPTED_MAX: usize = 20;

/// `0.8` as 800.
fn thousandths(weight: &str) -> Option<u16> {
    let (whole, rest) = weight.trim().split_once('.').unwrap_or((weight.trim(), ""));
    let digits = rest.len() <= 3 && rest.bytes().all(|b| b.is_ascii_digit());
    match whole {
        "1" if digits => Some(1_000),
        "0" if digits => format!("{rest:0<3}").parse().ok(),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_browser_gets_what_it_likes_best_of_what_there_is() {
        for (header, best) in [
            ("de-CH, fr;q=0.9", Some(Language::De)),
            ("pl, fr;q=0.8, es;q=0.9", Some(Language::Es)),
            ("fr;q=0, en;q=0.1", Some(Language::En)),
            ("*", None),
            ("", None),
            ("de;q=zwei, fr;q=0.123", Some(Language::Fr)),
        ] {
            assert_eq!(Language::accepted(header), best, "{header}");
        }
    }

    #[test]
    fn a_language_is_known_by_its_names() {
        for (name, language) in
            [("Deutsch", Language::De), ("alemán", Language::De), (" ES ", Language::Es)]
        {
            assert_eq!(Language::named(name), Some(language), "{name}");
        }
        assert_eq!(Language::named("Klingon"), None);
        assert_eq!(Language::of_locale("fr_CA"), Some(Language::Fr));
        assert_eq!(Language::of_locale("frr"), None);
    }
}
