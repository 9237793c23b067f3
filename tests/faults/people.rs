//! A dozen invented people: what they write, and what they do about the letters they get.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use rand::{Rng, SeedableRng, rngs::StdRng};
use tokio::task::JoinSet;

use super::{
    browser::{self, Answer},
    history::{History, Mail, Received, Says},
    mails::{Draft, decimal},
    process::Deployment,
};
use crate::support::letter::Letter;

const NAMES: [&str; 12] =
    ["ada", "ben", "cleo", "dana", "emil", "fay", "gus", "hana", "ivan", "jo", "kim", "lou"];
/// In every hundred mails, those that are delivered twice.
const TWICE: u32 = 20;
/// In every hundred links, those that a scanner opens again and again before anybody sees them.
const SCANNED: u32 = 20;
/// No answer takes longer than this, kills included.
const PATIENCE: Duration = Duration::from_secs(120);

/// No relay takes longer than this once nothing happens to it.
const DELIVERY: Duration = Duration::from_secs(30);

/// Everybody, with what they have still to do.
pub(super) struct People {
    deployment: Arc<Deployment>,
    random: StdRng,
    /// Addresses of those who have money.
    ready: Vec<String>,
    files: usize,
    /// Second deliveries to come.
    later: Vec<(Instant, String, Vec<u8>)>,
    clicks: JoinSet<Option<Answer>>,
    bookings: JoinSet<()>,
    looks: JoinSet<()>,
    pub(super) history: History,
}

impl People {
    pub(super) fn new(deployment: Arc<Deployment>, seed: u64) -> Self {
        Self {
            deployment,
            random: StdRng::seed_from_u64(seed),
            ready: Vec::new(),
            files: 0,
            later: Vec::new(),
            clicks: JoinSet::new(),
            bookings: JoinSet::new(),
            looks: JoinSet::new(),
            history: History::default(),
        }
    }

    /// Chance of its own for somebody else, from the same seed.
    pub(super) fn fork(&mut self) -> StdRng {
        StdRng::seed_from_u64(self.random.random())
    }

    pub(super) fn sign_up(&mut self) {
        for name in NAMES {
            self.write(&format!("{name}@{name}.example"), Says::SignUp, &Draft::new("sign up"));
        }
    }

    /// Somebody who has money wants something.
    pub(super) fn begin(&mut self) {
        let many = self.ready.len();
        if many < 2 {
            return;
        }
        let who = self.random.random_range(0..many);
        let other = (who + self.random.random_range(1..many)) % many;
        let (from, to) = (self.ready[who].clone(), self.ready[other].clone());
        match self.random.random_range(0..100) {
            0..58 => {
                let minor = self.random.random_range(100..2_500);
                self.pay(&from, to, minor);
            }
            // More than anybody has.
            58..62 => self.pay(&from, to, 50_000_000),
            62..77 => {
                let draft = Draft::new(format!("please pay {to} for lunch"));
                self.write(&from, Says::Incomplete, &draft);
            }
            77..80 => {
                let mut draft = Draft::new(format!("pay {to} $5"));
                draft.more = "Auto-Submitted: auto-replied\n".to_owned();
                self.write(&from, Says::Automatic, &draft);
            }
            80..89 => self.write(&from, Says::Balance, &Draft::new("What is my balance?")),
            _ => self.write(&from, Says::Help, &Draft::new("help")),
        }
    }

    fn pay(&mut self, from: &str, to: String, minor: i64) {
        let amount = decimal(minor);
        let draft = match self.random.random_range(0..5) {
            0 => Draft::new(format!("pay {to} ${amount} for lunch")),
            1 => Draft::new(format!("send ${amount} to {to}")),
            2 => Draft::new(format!("please transfer {amount} USD to {to}")),
            3 => Draft::new(format!("Could you please pay {to} {amount} dollars?")),
            _ => Draft {
                to: to.clone(),
                subject: format!("${amount}"),
                body: "pizza last night, thanks!".to_owned(),
                more: format!("Cc: {}\n", crate::support::app::SERVICE),
            },
        };
        self.write(from, Says::Pay { to, minor }, &draft);
    }

    /// Delivers a mail, and some of them once more: at once, or a while later.
    pub(super) fn write(&mut self, from: &str, says: Says, draft: &Draft) {
        let (_, domain) = from.split_once('@').expect("an address");
        let id = format!("m{}@{domain}", self.history.mails.len());
        let bytes = draft.genuine(from, &id);
        let mail = Mail { from: from.to_owned(), says, deliveries: 0 };
        self.history.mails.insert(id.clone(), mail);
        self.deliver(&id, &bytes);
        if self.random.random_range(0..100) < TWICE {
            if self.random.random_bool(0.5) {
                self.deliver(&id, &bytes);
            } else {
                let pause = Duration::from_millis(self.random.random_range(100..4_000));
                self.later.push((Instant::now() + pause, id, bytes));
            }
        }
    }

    fn deliver(&mut self, id: &str, bytes: &[u8]) {
        self.deployment.deliver(&format!("{:07}.storm", self.files), bytes);
        self.files += 1;
        self.history.mails.get_mut(id).expect("a mail somebody wrote").deliveries += 1;
    }

    /// Second deliveries whose time has come; answers of pages; letters, and what follows from them.
    pub(super) fn live(&mut self) {
        let now = Instant::now();
        let (due, later) = self.later.drain(..).partition(|(at, ..)| *at <= now);
        self.later = later;
        let due: Vec<(Instant, String, Vec<u8>)> = due;
        for (_, id, bytes) in due {
            self.deliver(&id, &bytes);
        }
        while let Some(ended) = self.clicks.try_join_next() {
            self.history.answers.extend(ended.expect("a click does not panic"));
        }
        while self.looks.try_join_next().is_some() {}
        while let Some(ended) = self.bookings.try_join_next() {
            ended.expect("a booking succeeds");
        }
        for (by, letter) in self.read() {
            self.react(&by, &letter);
        }
    }

    /// Letters nobody has seen under their Message-ID.
    pub(super) fn read(&mut self) -> Vec<(String, Letter)> {
        let mut fresh = Vec::new();
        for name in NAMES {
            let by = format!("{name}@{name}.example");
            for bytes in self.deployment.post.take(&by) {
                let letter = Letter::parse(&bytes);
                let received = Received { by: by.clone(), letter: letter.clone() };
                if self.history.receive(received) {
                    fresh.push((by.clone(), letter));
                }
            }
        }
        fresh
    }

    /// Waits for letters that have left and not yet arrived: a relay takes a while to deliver.
    pub(super) async fn awaits_letters(&mut self) {
        let export = self.deployment.json(&["export", "--json"]);
        let sent = export["letters"].as_array().map_or(0, Vec::len);
        let until = Instant::now() + DELIVERY;
        loop {
            self.read();
            if self.history.letters.len() >= sent || Instant::now() > until {
                return;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }

    fn react(&mut self, by: &str, letter: &Letter) {
        let subject = letter.subject.as_str();
        let reference = subject.strip_suffix(']').and_then(|s| s.rsplit_once('['));
        match reference.map(|(_, reference)| reference.to_owned()) {
            None if subject.starts_with("Welcome to ") => self.book(by),
            None if subject.starts_with("Added to your account") => self.ready.push(by.to_owned()),
            Some(reference) if subject.starts_with("Please confirm: ") => {
                self.decide(by, letter, reference);
            }
            Some(reference) if subject.starts_with("We need the amount") => {
                let minor = self.random.random_range(100..2_500);
                let amount = decimal(minor);
                let draft = match self.random.random_bool(0.5) {
                    true => Some(Draft::reply(letter, &amount)),
                    false => Draft::prefilled(letter, "____", &format!("{amount} USD")),
                };
                let draft = draft.expect("the letter has a button");
                self.write(by, Says::Amount { reference, minor }, &draft);
            }
            _ => {}
        }
    }

    /// The operator books money that came from outside; some do it twice under the same reference.
    fn book(&mut self, by: &str) {
        let minor = if self.random.random_bool(0.6) { 100_000 } else { 3_000 };
        let twice = self.random.random_bool(0.5);
        let (deployment, to) = (Arc::clone(&self.deployment), by.to_owned());
        self.history.credits.insert(to.clone(), minor);
        self.bookings.spawn_blocking(move || {
            let (amount, reference) = (decimal(minor), format!("bank-{to}"));
            let errand = ["accounts", "credit", &to, &amount, "--reference", &reference, "--json"];
            let until = Instant::now() + PATIENCE;
            for _ in 0..=usize::from(twice) {
                // The database may be away for a moment, and what it said may be lost.
                while !deployment.run(&errand).status.success() {
                    assert!(Instant::now() < until, "{}", deployment.log_end());
                }
            }
        });
    }

    /// Somebody is asked to confirm.
    fn decide(&mut self, by: &str, letter: &Letter, reference: String) {
        if self.random.random_range(0..100) < SCANNED {
            self.looks.spawn(browser::scan(self.link(letter)));
        }
        let yes = Says::Yes { reference: reference.clone() };
        match self.random.random_range(0..100) {
            0..40 => self.write(by, yes, &Draft::reply(letter, "YES")),
            40..58 => self.click(letter, reference),
            58..66 => {
                self.click(letter, reference);
                self.write(by, yes, &Draft::reply(letter, "Yes"));
            }
            66..80 => {
                let draft = Draft::prefilled(letter, "YES", "").expect("the letter has a button");
                self.write(by, yes, &draft);
            }
            80..88 => {
                self.write(by, Says::Cancel { reference }, &Draft::reply(letter, "CANCEL"));
            }
            88..96 => {
                let minor = self.random.random_range(100..2_500);
                let says = Says::Amount { reference: reference.clone(), minor };
                self.write(by, says, &Draft::reply(letter, &format!("make it {}", decimal(minor))));
                if self.random.random_bool(0.5) {
                    self.write(by, Says::LateYes { reference }, &Draft::reply(letter, "YES"));
                }
            }
            // Thinks about it for longer than this lasts.
            _ => {}
        }
    }

    fn click(&mut self, letter: &Letter, reference: String) {
        let link = self.link(letter);
        self.clicks.spawn(browser::click(reference, link, Instant::now() + PATIENCE));
    }

    fn link(&self, letter: &Letter) -> String {
        let start = format!("{}/c/", self.deployment.public_url);
        let link = letter.text.split_whitespace().find(|word| word.starts_with(&start));
        link.expect("the letter has a link").to_owned()
    }

    /// Whether nothing is under way outside and nobody waits for an answer.
    pub(super) fn is_content(&self) -> bool {
        self.clicks.is_empty()
            && self.bookings.is_empty()
            && self.later.is_empty()
            && !self.history.waits()
    }
}
