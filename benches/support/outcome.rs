//! What a row of DESIGN.md's table came to: tables, bars and charts, kept as JSON beside RESULTS.md so
//! that one row can be measured anew without the others.

use std::{
    fs,
    path::{Path, PathBuf},
    time::Duration,
};

use serde::{Deserialize, Serialize};

/// A measured row.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(crate) struct Outcome {
    pub(crate) row: String,
    pub(crate) title: String,
    /// On what it ran, and when.
    pub(crate) ran: String,
    pub(crate) bars: Vec<Bar>,
    pub(crate) tables: Vec<Table>,
    pub(crate) charts: Vec<Chart>,
    pub(crate) notes: Vec<String>,
}

/// A bar of DESIGN.md and what was measured. Both in hundredths of the unit.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Bar {
    pub(crate) what: String,
    pub(crate) unit: String,
    pub(crate) measured: u64,
    pub(crate) wanted: u64,
    /// Whether more is better.
    pub(crate) at_least: bool,
}

/// Of Markdown; numbers are texts already.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(crate) struct Table {
    pub(crate) head: Vec<String>,
    pub(crate) rows: Vec<Vec<String>>,
}

/// Contenders side by side, to be drawn.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Chart {
    pub(crate) title: String,
    pub(crate) unit: String,
    pub(crate) lines: Vec<(String, u64)>,
}

impl Bar {
    /// At least `wanted` hundredths of the base.
    pub(crate) fn at_least(what: &str, (of, base): (u64, u64), wanted: u64) -> Self {
        let measured = (of * 100).checked_div(base).unwrap_or(0);
        Self { what: what.to_owned(), unit: "×".to_owned(), measured, wanted, at_least: true }
    }

    /// At most `wanted` hundredths of a unit.
    pub(crate) fn at_most(what: &str, unit: &str, measured: u64, wanted: u64) -> Self {
        Self { what: what.to_owned(), unit: unit.to_owned(), measured, wanted, at_least: false }
    }

    pub(crate) fn reached(&self) -> bool {
        if self.at_least { self.measured >= self.wanted } else { self.measured <= self.wanted }
    }

    /// How much of the bar was reached, in hundredths: 100 is just enough, more is better.
    pub(crate) fn share(&self) -> u64 {
        let (of, base) =
            if self.at_least { (self.measured, self.wanted) } else { (self.wanted, self.measured) };
        (of * 100).checked_div(base).unwrap_or(0)
    }

    /// `3.42× (at least 3.00×)`.
    pub(crate) fn in_words(&self) -> String {
        let word = if self.at_least { "at least" } else { "at most" };
        let unit = &self.unit;
        format!("{}{unit} ({word} {}{unit})", hundredths(self.measured), hundredths(self.wanted))
    }
}

impl Table {
    pub(crate) fn new(head: &[&str]) -> Self {
        Self { head: head.iter().map(|&name| name.to_owned()).collect(), rows: Vec::new() }
    }

    pub(crate) fn markdown(&self) -> String {
        let line = |cells: &[String]| format!("| {} |\n", cells.join(" | "));
        let rule: Vec<String> = self.head.iter().map(|_| "---".to_owned()).collect();
        let rows: String = self.rows.iter().map(|row| line(row)).collect();
        format!("{}{}{rows}", line(&self.head), line(&rule))
    }
}

impl Outcome {
    pub(crate) fn new(row: &str, title: &str) -> Self {
        Self { row: row.to_owned(), title: title.to_owned(), ..Self::default() }
    }

    /// A section of RESULTS.md.
    pub(crate) fn markdown(&self) -> String {
        let tables: Vec<String> = self.tables.iter().map(Table::markdown).collect();
        let bars = self.bars.iter().map(|bar| {
            let word = if bar.reached() { "reached" } else { "**NOT reached**" };
            format!("- {}: {}: {word}.\n", bar.what, bar.in_words())
        });
        let bars: String = bars.collect();
        let notes: String = self.notes.iter().map(|note| format!("- {note}\n")).collect();
        format!("## {}\n\n{}\n\n{}\n{bars}{notes}", self.title, self.ran, tables.join("\n"))
    }

    pub(crate) fn keep(&self) {
        fs::create_dir_all(kept()).expect("our folder");
        let mut text = serde_json::to_string_pretty(self).expect("plain values");
        text.push('\n');
        fs::write(kept().join(format!("{}.json", self.row)), text).expect("our folder");
    }

    /// What was kept of a row.
    pub(crate) fn kept(row: &str) -> Option<Self> {
        let text = fs::read_to_string(kept().join(format!("{row}.json"))).ok()?;
        serde_json::from_str(&text).ok()
    }
}

/// `benches/`, where the results are written.
pub(crate) fn benches() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("benches")
}

fn kept() -> PathBuf {
    benches().join("results")
}

/// `3.42`.
pub(crate) fn hundredths(number: u64) -> String {
    format!("{}.{:02}", number / 100, number % 100)
}

/// A rate per second.
pub(crate) fn per_second(count: u64, time: Duration) -> u64 {
    let micros = u64::try_from(time.as_micros()).unwrap_or(u64::MAX).max(1);
    count * 1_000_000 / micros
}

/// Milliseconds for each of `count`, as a text: `0.42`.
pub(crate) fn millis_each(millis: u64, count: u64) -> String {
    hundredths((millis * 100).checked_div(count).unwrap_or(0))
}

/// `27 MB`, in units of 1,048,576 bytes, rounded up.
pub(crate) fn megabytes(kib: u64) -> String {
    format!("{} MB", kib.div_ceil(1_024))
}

/// The mean; zero of nothing.
pub(crate) fn mean(numbers: &[u64]) -> u64 {
    let count = u64::try_from(numbers.len()).unwrap_or(1);
    numbers.iter().sum::<u64>().checked_div(count).unwrap_or(0)
}

/// `812 790 833`.
pub(crate) fn listed(numbers: &[u64]) -> String {
    numbers.iter().map(u64::to_string).collect::<Vec<_>>().join(" ")
}
