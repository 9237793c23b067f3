//! What an outside history can show and the books' own invariants cannot: every mail acted on once,
//! one final answer each, letters and money in agreement (LEDGER: E1 to E5, E9 to E11, E14).
//!
//! Asks the deployment as an operator does: `export`, `audit`, `jobs`.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::{
    browser::Shown,
    history::{History, Mail, Received, Says},
    process::Deployment,
};

/// Everything that disagrees, a sentence each.
pub(super) fn breaches(deployment: &Deployment, history: &History) -> Vec<String> {
    let books = Books { export: deployment.json(&["export", "--json"]), history };
    let mut wrong = history.seen_wrong.clone();
    books.every_delivery_is_a_row_and_one_acts(&mut wrong);
    for (id, mail) in &history.mails {
        if let Some(said) = answered(history, id, mail) {
            wrong.push(said);
        }
    }
    let references: BTreeSet<&str> =
        history.letters.values().filter_map(Received::reference).collect();
    for reference in references {
        books.one_request(reference, &mut wrong);
    }
    books.every_letter_arrived(&mut wrong);
    books.balances_follow_from_the_history(&mut wrong);
    let audit = deployment.run(&["audit", "--json"]);
    if !audit.status.success() {
        wrong.push(format!("the audit: {}", String::from_utf8_lossy(&audit.stdout)));
    }
    for state in ["dead", "running"] {
        let jobs = deployment.json(&["jobs", "list", "--state", state, "--json"]);
        wrong.extend(rows(&jobs, "jobs").iter().map(|job| format!("a job is {state}: {job}")));
    }
    wrong
}

fn rows<'a>(value: &'a Value, name: &str) -> &'a [Value] {
    value[name].as_array().map_or(&[], Vec::as_slice)
}

fn text<'a>(row: &'a Value, name: &str) -> &'a str {
    row[name].as_str().unwrap_or_default()
}

/// A Message-ID without its angle brackets.
fn id<'a>(row: &'a Value, name: &str) -> &'a str {
    text(row, name).trim_matches(['<', '>'])
}

/// One final answer each. A YES that won is answered in its request's thread instead.
fn answered(history: &History, id: &str, mail: &Mail) -> Option<String> {
    let subjects: Vec<&str> =
        history.replies(id).map(|received| received.letter.subject.as_str()).collect();
    let asks = |to: &str, minor: i64| {
        let figures = format!("${}", super::mails::decimal(minor));
        format!("Please confirm: {figures} to {to}")
    };
    let right: Vec<String> = match &mail.says {
        Says::SignUp => vec!["Welcome to ".to_owned()],
        Says::Balance => vec!["Your balance is $".to_owned()],
        Says::Help => vec!["What you can write to ".to_owned()],
        Says::Pay { to, minor } => vec![asks(to, *minor), "Your balance is ".to_owned()],
        Says::Incomplete => vec!["We need the amount".to_owned()],
        Says::Amount { minor, .. } => vec![asks("", *minor), "Your balance is ".to_owned()],
        Says::Cancel { .. } => vec!["Cancelled: ".to_owned()],
        Says::LateYes { .. } => {
            vec!["A newer request waits".to_owned(), "This request was cancelled".to_owned()]
        }
        Says::Automatic | Says::Yes { .. } if subjects.is_empty() => return None,
        Says::Automatic => Vec::new(),
        Says::Yes { .. } => vec!["You have confirmed this already".to_owned()],
    };
    let fits = |subject: &&str| right.iter().any(|start| subject.starts_with(start));
    let well = subjects.len() == 1 && subjects.iter().all(fits);
    (!well).then(|| format!("{id}, {:?} by {}, is answered by {subjects:?}", mail.says, mail.from))
}

struct Books<'a> {
    export: Value,
    history: &'a History,
}

impl Books<'_> {
    /// E1.
    fn every_delivery_is_a_row_and_one_acts(&self, wrong: &mut Vec<String>) {
        let mut states: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
        for row in rows(&self.export, "inbox") {
            states.entry(id(row, "message_id")).or_default().push(text(row, "state"));
        }
        for (id, mail) in &self.history.mails {
            let found = states.remove(id.as_str()).unwrap_or_default();
            let count = |state| found.iter().filter(|of| **of == state).count();
            let again = count("duplicate") + 1;
            let moved = self.history.moved.get(id).copied().unwrap_or(0);
            let least = if self.history.renumberings > 0 { 1 } else { mail.deliveries };
            let fits = (least..=mail.deliveries * (1 + moved)).contains(&again);
            if count("done") != 1 || !fits {
                wrong.push(format!("{id} came {} times and is {found:?}", mail.deliveries));
            }
        }
        wrong.extend(states.keys().map(|id| format!("nobody wrote {id}")));
    }

    /// E2, E3 and E4 for one request.
    fn one_request(&self, reference: &str, wrong: &mut Vec<String>) {
        let history = self.history;
        let letters = |start| history.of(reference, start).collect::<Vec<_>>();
        let (sent, refused) = (letters("Sent: "), letters("Not sent: "));
        let (received, cancelled) = (letters("Received: "), letters("Cancelled: "));
        let mut say = |what: String| wrong.push(format!("{reference}: {what}"));
        let ends = (sent.len(), refused.len(), cancelled.len());
        let confirmed = self.presses(reference) > 0 || self.answers(reference).next().is_some();
        let fits = match ends {
            (1, 0, 0) | (0, 1, 0) => confirmed,
            (0, 0, 1) | (0, 0, 0) => !confirmed,
            _ => false,
        };
        if !fits {
            say(format!("confirmed: {confirmed}; sent, refused, cancelled letters: {ends:?}"));
        }
        let moved: Vec<&Value> = rows(&self.export, "transfers")
            .iter()
            .filter(|row| text(row, "reference") == reference)
            .collect();
        if moved.len() != sent.len() || received.len() != sent.len() {
            let (moved, received) = (moved.len(), received.len());
            say(format!("{moved} transfers, {} sent letters, {received} receipts", sent.len()));
        }
        if let ([sent], [received], [moved]) = (&sent[..], &received[..], &moved[..]) {
            let minor = moved["amount_minor"].as_i64();
            let from = self.owner(text(moved, "debit"));
            let to = self.owner(text(moved, "credit"));
            let told = (sent.minor_after("Sent: "), received.minor_after("Received: "));
            let parties = (sent.by.as_str(), received.by.as_str());
            let newest = self.newest_question(reference);
            if told != (minor, minor) || parties != (from, to) || newest != minor {
                say(format!("told {told:?} of {parties:?}, asked {newest:?}, moved {moved}"));
            }
        }
        let state =
            rows(&self.export, "requests").iter().find(|r| text(r, "reference") == reference);
        let state = state.map_or("missing", |row| text(row, "state"));
        let told = match ends {
            (1, ..) => "done",
            (_, 1, _) => "refused",
            (.., 1) => "cancelled",
            _ => state,
        };
        if state != told || (ends == (0, 0, 0) && !["asked", "incomplete"].contains(&state)) {
            say(format!("its state is {state}; sent, refused, cancelled letters: {ends:?}"));
        }
        self.one_press_wins(reference, wrong);
    }

    /// Definite answers of the page that mean a confirmation was given.
    fn presses(&self, reference: &str) -> usize {
        let answers = self.history.answers.iter().filter(|answer| answer.reference == reference);
        answers.filter(|answer| !answer.shown.is_gone()).count()
    }

    fn answers<'a>(&'a self, reference: &'a str) -> impl Iterator<Item = &'a str> {
        let mails = self.history.mails.iter();
        let yes = Says::Yes { reference: reference.to_owned() };
        mails.filter(move |(_, mail)| mail.says == yes).map(|(id, _)| id.as_str())
    }

    /// Of all presses and YES mails of a request one moved the money; the others were told so.
    fn one_press_wins(&self, reference: &str, wrong: &mut Vec<String>) {
        let won = |shown: &Shown| matches!(shown, Shown::Sent | Shown::NotSent);
        let pages = self.history.answers.iter().filter(|answer| answer.reference == reference);
        let shown: Vec<Shown> = pages.map(|answer| answer.shown).collect();
        let by_page = shown.iter().filter(|shown| won(shown)).count();
        let unanswered =
            self.answers(reference).filter(|id| self.history.replies(id).next().is_none()).count();
        // A page whose first answer was lost with its process says "Already done".
        let unknown = shown.contains(&Shown::Already);
        let winners = by_page + unanswered;
        let any = self.answers(reference).next().is_some() || !shown.is_empty();
        let fits = if any { winners == 1 || (unknown && winners == 0) } else { winners == 0 };
        if !fits || shown.iter().any(Shown::is_gone) {
            wrong.push(format!("{reference}: pages {shown:?}, {unanswered} YES without an answer"));
        }
    }

    /// The amount of the newest letter that asked: ids of letters rise with time.
    fn newest_question(&self, reference: &str) -> Option<i64> {
        let asked = self.history.of(reference, "Please confirm: ");
        let newest = asked.max_by(|a, b| a.letter.message_id.cmp(&b.letter.message_id));
        newest.and_then(|received| received.minor_after("Please confirm: "))
    }

    fn owner(&self, account: &str) -> &str {
        let accounts = rows(&self.export, "accounts");
        let found = accounts.iter().find(|row| text(row, "id") == account);
        found.and_then(|row| row["addresses"][0].as_str()).unwrap_or_default()
    }

    fn every_letter_arrived(&self, wrong: &mut Vec<String>) {
        let mut arrived: BTreeSet<&str> = self.history.letters.keys().map(String::as_str).collect();
        for row in rows(&self.export, "letters") {
            if !arrived.remove(id(row, "message_id")) || text(row, "state") != "sent" {
                wrong.push(format!("a letter is {}: {}", text(row, "state"), text(row, "subject")));
            }
        }
        wrong.extend(arrived.into_iter().map(|id| format!("nobody here wrote the letter {id}")));
    }

    /// Balances recomputed from credits and "Sent" letters alone; nothing is made or lost.
    fn balances_follow_from_the_history(&self, wrong: &mut Vec<String>) {
        let mut expected = self.history.credits.clone();
        for letter in self.history.letters.values() {
            if let Some(minor) = letter.minor_after("Sent: ") {
                *expected.entry(letter.by.clone()).or_default() -= minor;
            }
            if let Some(minor) = letter.minor_after("Received: ") {
                *expected.entry(letter.by.clone()).or_default() += minor;
            }
        }
        let mut total = 0;
        for row in rows(&self.export, "accounts") {
            let posted = row["posted_minor"].as_i64().expect("a balance");
            total += posted;
            let Some(owner) = row["addresses"][0].as_str() else { continue };
            let due = expected.remove(owner).unwrap_or(0);
            if posted != due || row["held_minor"] != 0 {
                wrong.push(format!("{owner} should have {due}: {row}"));
            }
        }
        if total != 0 {
            wrong.push(format!("all balances together are {total}"));
        }
        wrong.extend(expected.keys().map(|owner| format!("{owner} has no account")));
    }
}
