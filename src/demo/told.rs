//! How the demo tells its story: each mail as it comes and goes, and what held.

use std::{io::Write, path::Path};

use crate::config::Settings;

/// Widest line of a mail that is printed in full.
const WIDTH: usize = 96;

/// Writes to standard output, with colour when somebody looks at it.
#[derive(Debug, Clone, Copy)]
pub struct Told {
    /// Whether colours are understood.
    pub colour: bool,
}

impl Told {
    fn line(self, text: &str) {
        // Nobody reading is no reason to stop the story.
        writeln!(std::io::stdout().lock(), "{text}").ok();
    }

    fn painted(self, code: &str, text: &str) -> String {
        if self.colour { format!("\x1b[{code}m{text}\x1b[0m") } else { text.to_owned() }
    }

    /// A new part of the story.
    pub(super) fn chapter(self, title: &str) {
        self.line("");
        self.line(&self.painted("1", &format!("── {title} ──")));
    }

    /// What happens besides mail.
    pub(super) fn stage(self, what: &str) {
        self.line(&self.painted("2", &format!("   {what}")));
    }

    /// A mail on its way.
    pub(super) fn mail(self, (from, to): (&str, &str), subject: &str, body: &str, forged: bool) {
        self.line("");
        let forged = if forged { "   (nothing proves who wrote it)" } else { "" };
        self.line(&self.painted("36", &format!("✉  {from} → {to}{forged}")));
        if !subject.is_empty() {
            self.line(&self.painted("1", &format!("   {subject}")));
        }
        let own = body.split("\n-- ").next().unwrap_or(body);
        for line in own.lines().map(str::trim_end).filter(|line| !line.is_empty()) {
            let short: String = line.chars().take(WIDTH).collect();
            let more = if short.len() < line.len() { "…" } else { "" };
            self.line(&format!("   │ {short}{more}"));
        }
    }

    /// Something that should have happened.
    pub(super) fn check(self, what: &str, held: bool) {
        let (mark, code) = if held { ("✓", "32") } else { ("✗", "31") };
        self.line(&self.painted(code, &format!("   {mark} {what}")));
    }

    /// Where it lives and what to try next.
    pub(super) fn afterwards(self, folder: &Path, settings: &Settings) {
        let folder = folder.display();
        self.chapter("What to try next");
        for line in [
            format!(
                "Everything of this demo lies in {folder}; it goes on serving until you press Ctrl-C."
            ),
            format!("The pages are at {}.", settings.public_url),
            "In another terminal:".to_owned(),
            format!("   export PENNYPOST_CONFIG={folder}/pennypost.toml"),
            "   cargo run -- accounts list".to_owned(),
            "   cargo run -- accounts credit ben@ferry.example 5.00 --reference gift-1".to_owned(),
            "   cargo run -- audit".to_owned(),
            format!("Letters arrive in {folder}/people/ADDRESS/new; put a mail of your own into"),
            format!("{folder}/mailbox/new to write to the service."),
        ] {
            self.line(&format!("   {line}"));
        }
    }

    /// The last line.
    pub fn end(self, failed: &[String]) {
        self.line("");
        if failed.is_empty() {
            self.line(&self.painted("32", "All of it held."));
        } else {
            self.line(&self.painted("31", &format!("{} thing(s) did not hold.", failed.len())));
        }
    }
}
