//! Job kinds and acts are wire formats: what stands in a row must be found again.

use std::collections::BTreeSet;

use pennypost::jobs;

use super::source::sources;

fn is_word(text: &str) -> bool {
    !text.is_empty() && text.chars().all(|c| c.is_ascii_lowercase() || c == '_')
}

#[test]
fn every_kind_is_an_area_and_a_verb() {
    let registry = jobs::registry();
    let queues = registry.queues();
    let mut kinds = BTreeSet::new();
    for (kind, queue) in registry.kinds() {
        let (area, verb) = kind.split_once('.').unwrap_or((kind, ""));
        assert!(is_word(area) && is_word(verb), "{kind} is not area.verb");
        assert!(queues.contains(&queue), "{kind} is in {queue}, which nobody lists");
        assert!(kinds.insert(kind), "{kind} stands twice");
    }
}

#[test]
fn every_kind_in_the_source_is_registered() {
    let registry = jobs::registry();
    let registered: BTreeSet<_> = registry.kinds().map(|(kind, _)| kind.to_owned()).collect();
    let mut written = BTreeSet::new();
    for source in sources(&["src"]) {
        let tests = source.code.find("#[cfg(test)]").unwrap_or(source.code.len());
        for (at, _) in source.code[..tests].match_indices("impl Work for ") {
            let kind = source.literals.iter().find(|literal| literal.at > at);
            let kind = kind.expect("a kind of job names itself").value.clone();
            assert!(written.insert(kind.clone()), "{kind} is written twice");
        }
    }
    assert_eq!(written, registered);
}

#[test]
fn every_act_a_confirmation_names_is_registered() {
    let acts = jobs::acts();
    let mut named = BTreeSet::new();
    for source in sources(&["src"]) {
        for (at, _) in source.code.match_indices("act: ") {
            let name = source.code[at + 5..].split([',', '\n']).next().unwrap_or_default();
            // A field of a question; elsewhere `act` is read, not named.
            let name = name.rsplit("::").next().unwrap_or(name);
            if !name.is_empty() && name.chars().all(|c| c.is_ascii_uppercase() || c == '_') {
                named.insert(name.to_owned());
            }
        }
    }
    let constants = sources(&["src"]).iter().flat_map(constants).collect::<Vec<_>>();
    let value = |name: &String| constants.iter().find(|(of, _)| of == name).map(|(_, v)| v.clone());
    let values: BTreeSet<_> = named.iter().filter_map(value).collect();
    assert_eq!(values.len(), named.len(), "{named:?} are constants with a text");
    let registered: BTreeSet<_> = acts.keys().map(|name| (*name).to_owned()).collect();
    assert_eq!(values, registered);
}

/// `const NAME: &str = "value"` of a file.
fn constants(source: &super::source::Source) -> Vec<(String, String)> {
    let found = source.code.match_indices("const ").filter_map(|(at, head)| {
        let rest = &source.code[at + head.len()..];
        let (name, rest) = rest.split_once(": &str = ")?;
        let begins = source.code.len() - rest.len();
        let literal = source.literals.iter().find(|literal| literal.at == begins)?;
        Some((name.to_owned(), literal.value.clone()))
    });
    found.filter(|(name, _)| name.chars().all(|c| c.is_ascii_uppercase() || c == '_')).collect()
}
