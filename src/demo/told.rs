//! How the demo tells its story: each mail as it comes and goes, and what held.

use std::{io::Write, path::Path};

use super::cast::{ADA, BEN, HOST, SERVICE};
use crate::{config::Settings, mail::render::wrap};

/// Widest line of a mail, in characters: with its margin it fits a terminal of 100 columns.
const WIDTH: usize = 92;

/// Writes to standard output, with colour when somebody looks at it.
#[derive(Debug, Clone, Copy)]
pub struct Told {
    /// Whether colours are understood.
    pub colour: bool,
}

/// A mail as the terminal shows it.
pub(super) struct Mail<'a> {
    pub(super) from: &'a str,
    pub(super) to: &'a str,
    pub(super) subject: &'a str,
    pub(super) body: &'a str,
    /// What the reader of the terminal should know of it.
    pub(super) remark: &'a str,
    /// Whether links are shown, to be opened.
    pub(super) links: bool,
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
        self.line("");
        self.line(&self.painted("1", &format!("── {title} ──")));
    }

    /// What happens besides mail.
    pub(super) fn stage(self, what: &str) {
        self.line("");
        self.line(&self.painted("2", &format!("   {what}")));
    }

    /// A mail on its way.
    pub(super) fn mail(self, mail: &Mail<'_>) {
        let Mail { from, to, subject, body, remark, links } = *mail;
        let remark = if remark.is_empty() { String::new() } else { format!("   ({remark})") };
        self.line("");
        self.line(&self.painted("36", &format!("✉  {from} → {to}{remark}")));
        if !subject.is_empty() {
            self.line(&self.painted("1", &format!("   {subject}")));
        }
        let own = body.split("\n-- ").next().unwrap_or(body).trim();
        // A letter's title says what its subject has said.
        let title = own
            .lines()
            .next()
            .filter(|title| subject.ends_with(title) || subject.starts_with(title));
        let own = own.strip_prefix(title.unwrap_or_default()).unwrap_or(own).trim_start();
        let mut lines = own.lines().map(str::trim_end).peekable();
        while let Some(line) = lines.next() {
            match lines.next_if(|next| is_link(next)) {
                Some(link) => self.button(line.trim_end_matches(':'), link, links),
                None => wrap::lines(line, WIDTH).iter().for_each(|line| self.shown(line)),
            }
        }
    }

    fn button(self, label: &str, link: &str, shown: bool) {
        let opens = if link.starts_with("mailto:") { "a prepared mail" } else { "a page" };
        let button = self.painted("1", &format!("[ {label} ]"));
        self.shown(&format!("{button} → {opens}"));
        if shown && !link.starts_with("mailto:") {
            self.shown(&format!("  {link}"));
        }
    }

    fn shown(self, line: &str) {
        self.line(format!("   │ {line}").trim_end());
    }

    /// Something that should have happened.
    pub(super) fn check(self, what: &str, held: bool) {
        let (mark, code) = if held { ("✓", "32") } else { ("✗", "31") };
        self.line(&self.painted(code, &format!("   {mark} {what}")));
    }

    /// Where it lives and what to try next.
    pub(super) fn afterwards(self, folder: &Path, settings: &Settings) {
        let program = std::env::current_exe();
        let program = program.map_or_else(|_| "pennypost".to_owned(), |p| p.display().to_string());
        self.chapter("What to try next");
        self.line(&format!(
            "\nThe demo now serves until you press Ctrl-C, and shows each new letter here.\n\
             Its folder:  {}\n",
            folder.display()
        ));
        self.line(&self.painted("1", "In your browser, as Ada, Ben or Cleo:"));
        self.line(&format!("\n  {}/play\n", settings.public_url));
        self.line(&self.painted("1", "In another terminal, as the operator:"));
        self.line(&operator(&program, folder));
        self.line(&self.painted("1", "As Ben, who pays Ada a dollar (paste it whole):"));
        self.line(&as_ben(folder));
        self.line(&format!(
            "Ben is asked to confirm: the letter appears here, with the link to its page, and lies in\n\
             {}/people/{BEN}/new",
            folder.display()
        ));
    }

    /// Whether all held.
    pub fn end(self, failed: &[String]) {
        self.line("");
        if failed.is_empty() {
            self.line(&self.painted("32", "All of it held."));
        } else {
            self.line(&self.painted("31", &format!("{} thing(s) did not hold.", failed.len())));
        }
    }
}

fn is_link(line: &str) -> bool {
    ["http://", "https://", "mailto:"].iter().any(|scheme| line.starts_with(scheme))
}

/// Commands of the operator, ready to be pasted into a shell.
fn operator(program: &str, folder: &Path) -> String {
    let folder = folder.display();
    format!(
        "
  export PENNYPOST_CONFIG='{folder}/pennypost.toml'
  pennypost() {{ '{program}' \"$@\"; }}
  pennypost accounts list
  pennypost accounts credit {BEN} 5.00 --reference gift-1
  pennypost audit
"
    )
}

/// A mail of Ben's as his host delivers it, ready to be pasted into a shell.
fn as_ben(folder: &Path) -> String {
    let mailbox = folder.join("mailbox");
    let mailbox = mailbox.display();
    let domain = BEN.rsplit('@').next().unwrap_or_default();
    format!(
        "
  {{ echo 'Authentication-Results: {HOST};'
    echo ' dkim=pass header.d={domain}; dmarc=pass header.from={domain}'
    echo 'From: {BEN}'
    echo 'To: {SERVICE}'
    echo 'Subject: coffee'
    echo \"Date: $(LC_ALL=C date '+%a, %d %b %Y %H:%M:%S %z')\"
    echo \"Message-ID: <$(date +%s).$$.$RANDOM@{domain}>\"
    echo
    echo 'pay {ADA} $1 for coffee'
  }} > '{mailbox}/tmp/ben'
  mv '{mailbox}/tmp/ben' '{mailbox}/new/'\"$(date +%s).$RANDOM\"
"
    )
}
