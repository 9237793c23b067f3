//! The table of results: rates, and their ratios to the barest SQL and to each other.

use std::{fmt::Write, path::Path, time::Duration};

use super::{contest::Contender, pgbench};

/// What has been measured so far.
#[derive(Debug, Default)]
pub(crate) struct Report {
    server: String,
    rows: Vec<Row>,
}

#[derive(Debug)]
struct Row {
    name: &'static str,
    connections: u32,
    /// Per second, one for each round.
    rates: Vec<u64>,
}

impl Row {
    /// The mean of all rounds, per second.
    fn rate(&self) -> u64 {
        let rounds = u64::try_from(self.rates.len()).unwrap_or(1).max(1);
        self.rates.iter().sum::<u64>() / rounds
    }
}

impl Report {
    pub(crate) fn set_server(&mut self, version: String) {
        self.server = version;
    }

    /// One round: so many within that time.
    pub(crate) fn add(&mut self, name: &'static str, connections: u32, done: u64, time: Duration) {
        let millis = u64::try_from(time.as_millis()).unwrap_or(u64::MAX).max(1);
        self.add_rate(name, connections, done * 1_000 / millis);
    }

    /// One round, as a rate per second.
    pub(crate) fn add_rate(&mut self, name: &'static str, connections: u32, rate: u64) {
        let known = |row: &&mut Row| row.name == name && row.connections == connections;
        match self.rows.iter_mut().find(known) {
            Some(row) => row.rates.push(rate),
            None => self.rows.push(Row { name, connections, rates: vec![rate] }),
        }
    }

    fn rate_of(&self, name: &str, connections: u32) -> u64 {
        let row = self.rows.iter().find(|r| r.name == name && r.connections == connections);
        row.map_or(0, Row::rate)
    }

    /// A Markdown table.
    pub(crate) fn table(&self) -> String {
        let mut text =
            "| what | connections | per second | rounds | of barest SQL | of it in a transaction | of random pairs |\n\
             |---|---|---|---|---|---|---|\n"
                .to_owned();
        for row in &self.rows {
            let own = |other: Contender| match self.rate_of(other.name(), row.connections) {
                _ if row.name == pgbench::NAME => "".to_owned(),
                0 => "–".to_owned(),
                base => ratio(row.rate(), base),
            };
            let rounds: Vec<_> = row.rates.iter().map(u64::to_string).collect();
            writeln!(
                text,
                "| {} | {} | {} | {} | {} | {} | {} |",
                row.name,
                row.connections,
                row.rate(),
                rounds.join(" "),
                own(Contender::Bare),
                own(Contender::BareInTx),
                own(Contender::Random)
            )
            .expect("a String takes everything");
        }
        text
    }

    /// Each bar of DESIGN.md, and whether this run reached it.
    fn bars(&self) -> String {
        let mut text = String::new();
        for connections in super::super::CONNECTIONS {
            let rate = |contender: Contender| self.rate_of(contender.name(), connections);
            for (name, of, base) in [
                ("random pairs to the barest SQL", Contender::Random, Contender::Bare),
                ("one house account to random pairs", Contender::Hot, Contender::Random),
            ] {
                let reached = rate(of) * 10 >= rate(base) * 6;
                let word = if reached { "reached" } else { "NOT reached" };
                writeln!(text, "- {connections} connections, {name}: bar of 0.6 {word}.")
                    .expect("a String takes everything");
            }
        }
        text
    }

    /// Writes `benches/RESULTS.md`.
    pub(crate) fn write(&self, table: &str) {
        let cores = std::thread::available_parallelism().map_or(0, usize::from);
        let text = format!(
            "# Results\n\nWritten by `cargo bench --bench ledger`; what it does stands in README.md. \
             Compare the ratios, not the rates.\n\nPostgreSQL {} with fsync and full-page writes on, \
             {cores} cores shared by the server and its clients, sqlx 0.9, release build.\n\n{table}\n\
             {}",
            self.server,
            self.bars()
        );
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("benches/RESULTS.md");
        std::fs::write(path, text).expect("the results are written");
    }
}

/// `0.73`, cut, not rounded.
fn ratio(of: u64, base: u64) -> String {
    let hundredths = of * 100 / base;
    format!("{}.{:02}", hundredths / 100, hundredths % 100)
}
