//! What commands print: JSON for programs, columns for people.

use std::io::Write;

use serde::Serialize;

/// Prints one JSON object.
pub(crate) fn json(value: &impl Serialize) -> anyhow::Result<()> {
    line(serde_json::to_string_pretty(value)?);
    Ok(())
}

/// Prints one line. A reader who has gone (`| head`) is no fault: the rest is for nobody.
pub(crate) fn line(text: impl std::fmt::Display) {
    writeln!(std::io::stdout().lock(), "{text}").ok();
}

/// Widest line printed for people, in characters.
const WIDTH: usize = 80;

/// Prints `head`, then the words beside it, in as many lines as they need. A word that is too long for
/// a line stays whole.
pub(crate) fn beside(head: &str, words: &str) {
    let indent = " ".repeat(head.chars().count());
    let mut current = head.to_owned();
    let mut begun = false;
    for word in words.split_whitespace() {
        let wide = current.chars().count() + 1 + word.chars().count() > WIDTH;
        if begun && wide {
            line(current.trim_end());
            current.clone_from(&indent);
            begun = false;
        }
        if begun {
            current.push(' ');
        }
        current.push_str(word);
        begun = true;
    }
    line(current.trim_end());
}

/// Prints columns, each as wide as its widest cell.
pub(crate) fn columns(head: &[&str], rows: &[Vec<String>]) {
    let width = |column: usize| {
        let cells = rows.iter().filter_map(|row| row.get(column)).map(|cell| cell.chars().count());
        cells.chain(head.get(column).map(|cell| cell.chars().count())).max().unwrap_or(0)
    };
    let print = |cells: Vec<&str>| {
        let padded = cells.iter().enumerate().map(|(column, cell)| {
            let blanks = width(column).saturating_sub(cell.chars().count());
            format!("{cell}{}", " ".repeat(blanks))
        });
        line(padded.collect::<Vec<_>>().join("  ").trim_end());
    };
    print(head.to_vec());
    for row in rows {
        print(row.iter().map(String::as_str).collect());
    }
}
