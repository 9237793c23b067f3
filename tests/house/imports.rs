//! Which modules of the crate a file names, and where: `crate::x`, `crate::{x, y::{…}}`, and
//! `super::x` at the top.

use super::source::Source;

/// A module or macro of the crate, named by a file.
#[derive(Debug)]
pub(super) struct Import<'a> {
    pub(super) name: &'a str,
    pub(super) line: usize,
}

/// Everything a file takes from the crate.
pub(super) fn imports(source: &Source) -> Vec<Import<'_>> {
    let mut found = Vec::new();
    after(source, "crate::", &mut found);
    if source.is_top() {
        after(source, "super::", &mut found);
    }
    found
}

fn after<'a>(source: &'a Source, path: &str, into: &mut Vec<Import<'a>>) {
    for (at, _) in source.code.match_indices(path) {
        let begins = at + path.len();
        let rest = &source.code[begins..];
        let inner = match rest.trim_start().strip_prefix('{') {
            Some(inner) => group(inner),
            None => vec![rest],
        };
        for item in inner {
            let name = item.trim_start();
            let end = name.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(name.len());
            // Both are parts of one text, so the distance of their beginnings is a place in it.
            let place = name.as_ptr() as usize - source.code.as_ptr() as usize;
            into.push(Import { name: &name[..end], line: source.line(place) });
        }
    }
}

/// The items of a group up to its closing brace, split at the commas of its own level.
fn group(inner: &str) -> Vec<&str> {
    let (mut items, mut depth, mut begins) = (Vec::new(), 0_usize, 0);
    for (at, c) in inner.char_indices() {
        match c {
            '{' => depth += 1,
            '}' if depth > 0 => depth -= 1,
            ',' if depth == 0 => {
                items.push(&inner[begins..at]);
                begins = at + 1;
            }
            '}' => {
                items.push(&inner[begins..at]);
                break;
            }
            _ => {}
        }
    }
    items.retain(|item| !item.trim().is_empty());
    items
}

#[test]
fn every_way_to_name_a_module_is_found() {
    let text = "use crate::{\n    a::{b, c::D},\n    e,\n};\nuse crate::f::G;\n// crate::no\n\
                fn x() { crate::h::i(\"crate::no\"); super::j::k() }\n";
    let source = Source::of("src/x.rs".to_owned(), text.to_owned());
    let named: Vec<_> = imports(&source).iter().map(|one| (one.name, one.line)).collect();
    assert_eq!(named, [("a", 2), ("e", 3), ("f", 5), ("h", 7), ("j", 7)]);
    let below = Source::of("src/x/y.rs".to_owned(), text.to_owned());
    assert_eq!(imports(&below).len(), 4, "super of a file below is the module itself");
}
