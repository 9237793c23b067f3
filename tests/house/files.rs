//! What every source file must be: introduced, of a size to be read, and without SQL unless it is a
//! store.

use super::{
    source::{Literal, sources},
    statements::is_sql,
};

/// Lines after which a file is looked at again.
const LINES_MAX: usize = 400;

/// Files that were looked at again and stay as long as they are.
const LONG: [(&str, &str); 2] = [
    ("src/intent/answers.rs", "one grammar; its rules are read against each other"),
    ("src/intent/new_words/html.rs", "one walk over a document, with its tests"),
];

#[test]
fn every_file_says_what_it_is_for() {
    for source in sources(&["src", "workers", "tests", "benches"]) {
        assert!(source.text.starts_with("//! "), "{} does not begin with //!", source.path);
    }
}

#[test]
fn no_file_is_too_long_to_be_read() {
    for source in sources(&["src", "workers"]) {
        let lines = source.text.lines().count();
        let known = LONG.iter().any(|(path, _)| *path == source.path);
        assert_eq!(lines > LINES_MAX, known, "{} has {lines} lines", source.path);
    }
}

#[test]
fn sql_stands_in_stores_alone() {
    for source in sources(&["src", "workers"]) {
        let name = source.path.rsplit('/').next().unwrap_or_default();
        let stores = name.starts_with("store") || ["db", "queue"].contains(&source.module());
        // What follows is the unit tests of the file.
        let tests = source.code.find("#[cfg(test)]").unwrap_or(source.code.len());
        let sql = |literal: &&Literal| literal.at < tests && is_sql(&literal.value);
        if let (false, Some(literal)) = (stores, source.literals.iter().find(sql)) {
            panic!("{}:{}: {}", source.path, source.line(literal.at), literal.value);
        }
    }
}
