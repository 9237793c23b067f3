//! `Authentication-Results` as hosts write it (RFC 8601), with the deviations seen in the wild.
//!
//! Not for: deciding which field to believe (`anchors`) or what follows from it (`sender`).

use std::{iter::Peekable, slice::Iter};

use super::lexer::{self, Kind, Token};

/// The tokens between two semicolons that are still to be read.
type Rest<'a> = Peekable<Iter<'a, Token>>;

/// One field, read.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AuthResults {
    /// The authserv-id, in lower case; Exchange Online writes none.
    pub id: Option<String>,
    /// What was found, in order; empty for `none`.
    pub results: Vec<MethodResult>,
}

/// The result of one method: `dkim=pass header.d=example.org`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct MethodResult {
    /// `dkim`, `spf`, `dmarc` …, in lower case and without a version.
    pub method: String,
    /// `pass`, `fail` …, in lower case.
    pub result: String,
    /// What it was found on, in order: `header.d`, `smtp.mailfrom`, and `reason` and `action` which
    /// have no type; names in lower case, values as written.
    pub properties: Vec<(String, String)>,
}

impl MethodResult {
    /// The value of a property, if it stands exactly once: two values for one name prove nothing.
    pub fn property(&self, name: &str) -> Option<&str> {
        let mut values = self.properties.iter().filter(|(key, _)| key == name).map(|(_, v)| v);
        let value = values.next()?;
        values.next().is_none().then_some(value)
    }
}

/// Reads the value of one field. `None` when it cannot be read to its end without guessing: then
/// nothing in it is believed.
///
/// Accepted beyond RFC 8601, because large hosts write it: no authserv-id (Exchange Online), a lone
/// word between semicolons (the same), a comment glued to the result (Yahoo), a property without a
/// type, a trailing semicolon.
pub fn parse(value: &str) -> Option<AuthResults> {
    let tokens = lexer::tokens(value, ";=")?;
    let mut parsed = AuthResults::default();
    let segments = tokens.split(|token| token.kind == Kind::Special(';'));
    for (place, segment) in segments.enumerate() {
        let mut rest = segment.iter().peekable();
        let Some(word) = name(&mut rest) else {
            if segment.is_empty() {
                continue;
            }
            return None;
        };
        if !eat_equals(&mut rest) {
            lone_word(place, &word, &mut rest, &mut parsed)?;
            continue;
        }
        parsed.results.push(method_result(&word, &mut rest)?);
    }
    Some(parsed)
}

/// `mx.example.org`, `mx.example.org 1`, `none`, or a word that Exchange left behind.
fn lone_word(
    place: usize,
    word: &str,
    rest: &mut Rest<'_>,
    parsed: &mut AuthResults,
) -> Option<()> {
    if place == 0 {
        parsed.id = Some(word.to_ascii_lowercase());
        if let Some(version) = name(rest) {
            version.bytes().all(|b| b.is_ascii_digit()).then_some(())?;
        }
    }
    rest.next().is_none().then_some(())
}

/// `dkim=pass`, `dkim/1=pass`, and what follows up to the semicolon.
fn method_result(word: &str, rest: &mut Rest<'_>) -> Option<MethodResult> {
    let method = word.split_once('/').map_or(word, |(method, _version)| method);
    let mut found = MethodResult {
        method: method.to_ascii_lowercase(),
        result: name(rest)?.to_ascii_lowercase(),
        properties: Vec::new(),
    };
    (!found.method.is_empty() && !found.result.is_empty()).then_some(())?;
    while let Some(key) = name(rest) {
        eat_equals(rest).then_some(())?;
        found.properties.push((key.to_ascii_lowercase(), property_value(rest)));
    }
    rest.next().is_none().then_some(found)
}

fn eat_equals(rest: &mut Rest<'_>) -> bool {
    rest.next_if(|token| token.kind == Kind::Special('=')).is_some()
}

/// A word or quoted string, and what is glued to it: the name of a method or property, a result.
fn name(rest: &mut Rest<'_>) -> Option<String> {
    let mut text = text_of(rest.next_if(|token| !is_special(token))?);
    while let Some(token) = rest.next_if(|token| !token.spaced && !is_special(token)) {
        text.push_str(&text_of(token));
    }
    Some(text)
}

/// The value of a property. It may hold equals signs (`smtp.mailfrom=bounce+ada=example.org@…`) and
/// it may be empty, as some hosts write it: `smtp.mailfrom= smtp.helo=…`.
fn property_value(rest: &mut Rest<'_>) -> String {
    let mut ahead = rest.clone();
    let parted = ahead.peek().is_some_and(|token| token.spaced);
    if parted && name(&mut ahead).is_some() && eat_equals(&mut ahead) {
        return String::new();
    }
    let mut text = rest.next().map(text_of).unwrap_or_default();
    while let Some(token) = rest.next_if(|token| !token.spaced) {
        text.push_str(&text_of(token));
    }
    text
}

fn is_special(token: &Token) -> bool {
    matches!(token.kind, Kind::Special(_))
}

fn text_of(token: &Token) -> String {
    match &token.kind {
        Kind::Word(text) | Kind::Quoted(text) => text.clone(),
        Kind::Special(c) => c.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(value: &str) -> String {
        let Some(parsed) = parse(value) else { return "unreadable".to_owned() };
        let mut shown = parsed.id.unwrap_or_else(|| "-".to_owned());
        for result in parsed.results {
            shown.push_str(&format!("; {}={}", result.method, result.result));
            for (key, value) in result.properties {
                shown.push_str(&format!(" {key}={value}"));
            }
        }
        shown
    }

    #[test]
    fn the_examples_of_the_standard_are_read() {
        assert_eq!(read("example.org 1; none"), "example.org");
        assert_eq!(
            read("example.com; spf=pass smtp.mailfrom=example.net"),
            "example.com; spf=pass smtp.mailfrom=example.net"
        );
        assert_eq!(
            read(
                "foo.example.net (foobar) 1 (baz); dkim (Because I like it) / 1 (One yay) = (wait for it) fail policy (A dot can go here) . (like that) expired (this surprised me) = (as I wasn't expecting it) 1362471462"
            ),
            "unreadable",
            "blanks inside a name are legal and never written; nothing is guessed"
        );
        assert_eq!(
            read(
                "a.example; auth=pass (cleartext) smtp.auth=\"sen der\"@b.example; dkim/1=pass reason=\"good; really\" header.i=@b.example"
            ),
            "a.example; auth=pass smtp.auth=sen der@b.example; dkim=pass reason=good; really header.i=@b.example"
        );
    }

    #[test]
    fn the_forms_of_large_hosts_are_read() {
        assert_eq!(
            read(
                "spf=pass (sender IP is 192.0.2.1) smtp.mailfrom=a.example; a.example; dkim=pass (signature was verified) header.d=a.example;dmarc=pass action=none header.from=a.example;compauth=pass reason=100"
            ),
            "-; spf=pass smtp.mailfrom=a.example; dkim=pass header.d=a.example; dmarc=pass action=none header.from=a.example; compauth=pass reason=100"
        );
        assert_eq!(
            read("atlas1.mail.yahoo.com; dmarc=pass(p=NONE,sp=NONE) header.from=a.example;"),
            "atlas1.mail.yahoo.com; dmarc=pass header.from=a.example"
        );
        assert_eq!(
            read("mx.example; spf=none smtp.mailfrom= smtp.helo=h.example; dkim=none"),
            "mx.example; spf=none smtp.mailfrom= smtp.helo=h.example; dkim=none"
        );
        assert_eq!(
            read("mx.example; spf=pass smtp.mailfrom=bounce+ada=b.example@a.example"),
            "mx.example; spf=pass smtp.mailfrom=bounce+ada=b.example@a.example"
        );
    }

    #[test]
    fn comments_and_quotes_hide_results() {
        assert_eq!(
            read("mx.example; dkim=fail (dkim=pass header.d=a.example)"),
            "mx.example; dkim=fail"
        );
        assert_eq!(
            read("mx.example; spf=pass smtp.mailfrom=\"x; dmarc=pass\"@a.example"),
            "mx.example; spf=pass smtp.mailfrom=x; dmarc=pass@a.example"
        );
    }

    #[test]
    fn what_cannot_be_read_to_its_end_is_not_believed() {
        for broken in [
            "mx.example; dkim=pass (open",
            "mx.example; dkim=pass header.d",
            "mx.example; dkim=pass header.d=\"a",
            "mx.example; =pass",
            "mx.example; /1=pass",
            "mx.example; dkim=\"\" header.d=a.example",
            "mx.example extra; dkim=pass",
            "mx.example; dkim=",
            "mx.example; dkim==pass",
            "mx.example; dkim=pass =header.d",
            "mx.example 1 2; dkim=pass",
        ] {
            assert_eq!(parse(broken), None, "{broken}");
        }
    }

    #[test]
    fn a_property_given_twice_has_no_value() {
        let parsed = parse("m.example; dmarc=pass header.from=a.example header.from=b.example");
        let results = parsed.expect("readable").results;
        assert_eq!(results.first().expect("one").property("header.from"), None);
    }
}
