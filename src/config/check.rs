//! Checking all settings at once; every problem says which, where from, and what is allowed.

use std::{
    fmt,
    net::SocketAddr,
    path::{Path, PathBuf},
    time::Duration,
};

use secrecy::{ExposeSecret, SecretString};

use super::{
    keys::{Keys, SECRET_MIN},
    read::{Origin, Raw},
    settings::{
        AccountSettings, HealthSettings, LetterSettings, LogFormat, LogSettings, Mode,
        PollerSettings, QueueSettings, Settings, TransferSettings,
    },
};
use crate::{address::Address, money::Currency};

/// Fewest characters of the token that monitors show.
const TOKEN_MIN: usize = 16;
/// Longest local part of the service's address: 64 less what a tag takes.
const LOCAL_MAX: usize = 32;

/// What is wrong with a configuration, one line each. Values are not repeated: one may be a secret.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Problems(Vec<String>);

impl Problems {
    /// One that is found where a setting is used.
    pub fn one(name: &str, allowed: &str) -> Self {
        Self(vec![format!("{name}: {allowed}")])
    }

    pub(super) fn add(&mut self, name: &str, origin: &Origin, allowed: &str) {
        self.0.push(format!("{name} (from {origin}): {allowed}"));
    }

    pub(super) fn unknown<'a>(
        &mut self,
        name: &str,
        origin: &Origin,
        known: impl Iterator<Item = &'a String>,
    ) {
        let last = name.rsplit('.').next().unwrap_or(name);
        let near =
            known.filter(|k| k.ends_with(last) || k.contains(last) || last.contains(k.as_str()));
        let hint: Vec<&str> = near.map(String::as_str).take(3).collect();
        let hint = if hint.is_empty() {
            String::new()
        } else {
            format!("; did you mean {}?", hint.join(" or "))
        };
        self.0.push(format!("{name} (from {origin}): there is no such setting{hint}"));
    }

    /// One line for each.
    pub fn lines(&self) -> &[String] {
        &self.0
    }

    pub(super) fn or<T>(self, value: T) -> Result<T, Self> {
        if self.0.is_empty() { Ok(value) } else { Err(self) }
    }
}

impl fmt::Display for Problems {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("The configuration is not complete:")?;
        for problem in &self.0 {
            write!(f, "\n  {problem}")?;
        }
        Ok(())
    }
}

impl std::error::Error for Problems {}

/// One pass over the raw values that keeps going after a problem.
pub(super) struct Checker<'a> {
    pub(super) raw: &'a Raw,
    problems: Problems,
}

impl Checker<'_> {
    pub(super) fn problem(&mut self, name: &str, allowed: &str) {
        let origin = self.raw.origins.get(name).unwrap_or(&Origin::Default).clone();
        if origin == Origin::Default {
            let variable = name.replace('.', "_").to_ascii_uppercase();
            self.problems.0.push(format!("{name} is not set: {allowed} (environment: {variable})"));
        } else {
            self.problems.add(name, &origin, allowed);
        }
    }

    pub(super) fn add(&mut self, name: &str, origin: &Origin, allowed: &str) {
        self.problems.add(name, origin, allowed);
    }

    pub(super) fn text(&mut self, name: &str) -> String {
        match self.raw.figment.extract_inner::<String>(name) {
            Ok(text) => text.trim().to_owned(),
            Err(_) => {
                self.problem(name, "a text is expected");
                String::new()
            }
        }
    }

    pub(super) fn one_of<T: Clone>(&mut self, name: &str, choices: &[(&str, T)]) -> Option<T> {
        let text = self.text(name);
        let found = choices.iter().find(|(word, _)| *word == text).map(|(_, value)| value.clone());
        if found.is_none() {
            let words: Vec<&str> = choices.iter().map(|(word, _)| *word).collect();
            self.problem(name, &format!("one of {} is expected", words.join(", ")));
        }
        found
    }

    pub(super) fn number(&mut self, name: &str, allowed: std::ops::RangeInclusive<i64>) -> i64 {
        match self.raw.figment.extract_inner::<i64>(name) {
            Ok(number) if allowed.contains(&number) => number,
            _ => {
                let (low, high) = (allowed.start(), allowed.end());
                self.problem(name, &format!("a whole number from {low} to {high} is expected"));
                *allowed.start()
            }
        }
    }

    pub(super) fn size(&mut self, name: &str, allowed: std::ops::RangeInclusive<i64>) -> usize {
        usize::try_from(self.number(name, allowed)).unwrap_or(0)
    }

    fn seconds(&mut self, name: &str, allowed: std::ops::RangeInclusive<i64>) -> Duration {
        Duration::from_secs(u64::try_from(self.number(name, allowed)).unwrap_or(0))
    }

    fn millis(&mut self, name: &str, allowed: std::ops::RangeInclusive<i64>) -> Duration {
        Duration::from_millis(u64::try_from(self.number(name, allowed)).unwrap_or(0))
    }

    fn days(&mut self, name: &str, allowed: std::ops::RangeInclusive<i64>) -> Duration {
        Duration::from_secs(u64::try_from(self.number(name, allowed)).unwrap_or(0) * 86_400)
    }

    /// An existing file, or none.
    pub(super) fn file(&mut self, name: &str) -> Option<PathBuf> {
        let text = self.text(name);
        if !text.is_empty() && !Path::new(&text).is_file() {
            self.problem(name, "an existing file is expected, or nothing");
        }
        (!text.is_empty()).then(|| text.into())
    }

    fn database_url(&mut self) -> SecretString {
        let url = self.url("database_url", &["sqlite:", "postgres:", "postgresql:"]);
        if self.raw.ephemeral && url.expose_secret().starts_with("sqlite:") {
            self.problem(
                "database_url",
                "this machine's disk is thrown away at each restart, and the money with it: \
                 postgres: is expected here",
            );
        }
        url
    }

    pub(super) fn url(&mut self, name: &str, schemes: &[&str]) -> SecretString {
        let text = self.text(name);
        let fits = schemes.iter().any(|s| text.strip_prefix(s).is_some_and(|rest| rest.len() > 1));
        if !fits {
            self.problem(
                name,
                &format!("a URL that begins with {} is expected", schemes.join(" or ")),
            );
        }
        SecretString::from(text)
    }

    pub(super) fn address(&mut self, name: &str) -> Option<Address> {
        let text = self.text(name);
        Address::parse(&text).map_err(|e| self.problem(name, &e.to_string())).ok()
    }

    pub(super) fn optional_address(&mut self, name: &str) -> Option<Address> {
        if self.text(name).is_empty() { None } else { self.address(name) }
    }

    fn public_url(&mut self) -> String {
        let url = self.text("public_url").trim_end_matches('/').to_owned();
        if !is_public_url(&url) {
            self.problem(
                "public_url",
                "https:// and a host name is expected, without a path (http:// only for localhost)",
            );
        }
        url
    }

    fn keys(&mut self) -> Keys {
        let (present, previous) = (self.text("secret_key"), self.text("secret_key_previous"));
        let long = |text: &str| text.chars().count() >= SECRET_MIN;
        if !long(&present) {
            self.problem(
                "secret_key",
                "at least 32 characters of your own randomness are expected",
            );
        }
        if !previous.is_empty() && !long(&previous) {
            self.problem("secret_key_previous", "at least 32 characters are expected, or none");
        }
        let previous = (!previous.is_empty()).then(|| SecretString::from(previous));
        Keys::new(SecretString::from(present), previous)
    }

    fn listen(&mut self) -> SocketAddr {
        let port = u16::try_from(self.number("port", 0..=65_535)).unwrap_or(0);
        let text = self.text("listen");
        let ip = text.parse().unwrap_or_else(|_| {
            self.problem("listen", "an IP address is expected");
            std::net::Ipv4Addr::LOCALHOST.into()
        });
        SocketAddr::new(ip, port)
    }

    pub(super) fn hosts(&mut self, name: &str) -> Vec<String> {
        match self.raw.figment.extract_inner::<Vec<String>>(name) {
            Ok(hosts) => hosts.iter().map(|host| host.to_ascii_lowercase()).collect(),
            Err(_) => {
                self.problem(name, "a list of host names is expected");
                Vec::new()
            }
        }
    }

    fn currency(&mut self) -> Currency {
        let text = self.text("accounts.currency");
        Currency::parse(&text)
            .map_err(|e| self.problem("accounts.currency", &e.to_string()))
            .unwrap_or(Currency::USD)
    }

    fn poller(&mut self) -> PollerSettings {
        PollerSettings {
            interval: self.millis("poller.interval_millis", 10..=300_000),
            repoll: self.seconds("poller.repoll_seconds", 1..=60),
            silence: self.seconds("poller.silence_seconds", 1..=60),
            batch_messages: self.size("poller.batch_messages", 1..=1_000),
            batch_bytes: self.number("poller.batch_bytes", 65_536..=268_435_456).unsigned_abs(),
            message_bytes_max: self
                .number("poller.message_bytes_max", 65_536..=26_214_400)
                .unsigned_abs(),
        }
    }

    fn health(&mut self) -> HealthSettings {
        let text = self.text("health.listen");
        let listen = (!text.is_empty()).then(|| {
            text.parse().unwrap_or_else(|_| {
                self.problem("health.listen", "ADDRESS:PORT is expected, or nothing");
                (std::net::Ipv4Addr::LOCALHOST, 0).into()
            })
        });
        let token = self.text("health.token");
        if !token.is_empty() && token.chars().count() < TOKEN_MIN {
            self.problem("health.token", "at least 16 characters are expected, or nothing");
        }
        HealthSettings {
            listen,
            token: (!token.is_empty()).then(|| token.into()),
            poll_age_max: self.seconds("health.poll_age_max_seconds", 10..=86_400),
            waiting_max: self.seconds("health.waiting_max_seconds", 10..=86_400),
            relay_refusing_max: self.seconds("health.relay_refusing_max_seconds", 10..=86_400),
        }
    }

    fn transfers(&mut self) -> TransferSettings {
        TransferSettings {
            confirm: self.seconds("transfers.confirm_seconds", 1..=2_592_000),
            usual: self.usual_limits(),
            limits: self.limits_of_currencies(),
            per_hour_max: self.number("transfers.per_hour_max", 1..=10_000),
            asks_expire: self.seconds("transfers.asks_expire_seconds", 3_600..=7_776_000),
            asks_daily_max: self.number("transfers.asks_daily_max", 0..=1_000),
            asks_new_people_daily_max: self
                .number("transfers.asks_new_people_daily_max", 0..=1_000),
            held: self.days("transfers.held_days", 1..=365),
            remind: self.days("transfers.remind_days", 1..=365),
            held_per_day_max: self.number("transfers.held_per_day_max", 0..=10_000),
        }
    }

    fn letters(&mut self) -> LetterSettings {
        let folder = self.text("letters.templates");
        if !folder.is_empty() && !Path::new(&folder).is_dir() {
            self.problem("letters.templates", "an existing folder is expected, or nothing");
        }
        LetterSettings {
            answers_per_hour: self.number("letters.answers_per_hour", 1..=1_000),
            templates: (!folder.is_empty()).then(|| folder.into()),
        }
    }

    fn log(&mut self) -> LogSettings {
        use tracing::Level;
        let formats = [("text", LogFormat::Text), ("json", LogFormat::Json)];
        let levels = [
            ("error", Level::ERROR),
            ("warn", Level::WARN),
            ("info", Level::INFO),
            ("debug", Level::DEBUG),
        ];
        LogSettings {
            format: self.one_of("log.format", &formats).unwrap_or(LogFormat::Text),
            level: self.one_of("log.level", &levels).unwrap_or(Level::INFO),
        }
    }
}

/// Whether pages can be reached there, over nothing but TLS; without a slash at its end.
pub fn is_public_url(url: &str) -> bool {
    let rest = url.strip_prefix("https://").or_else(|| {
        // Plain HTTP would put a link that moves money on the wire; only this machine may.
        let rest = url.strip_prefix("http://")?;
        let host = rest.split([':', '/']).next().unwrap_or_default();
        ["localhost", "127.0.0.1"].contains(&host).then_some(rest)
    });
    rest.is_some_and(|rest| !rest.is_empty() && !rest.contains(['/', '?', '#', ' ', '@']))
}

/// Whether an address leaves room for tags.
pub fn is_service_address(address: &Address) -> bool {
    address.local().len() <= LOCAL_MAX
}

pub(super) fn check(raw: &Raw) -> Result<Settings, Problems> {
    let mut c = Checker { raw, problems: Problems::default() };
    let service_address = c.address("service_address");
    if service_address.as_ref().is_some_and(|address| !is_service_address(address)) {
        c.problem("service_address", "at most 32 characters before the @ leave room for its tags");
    }
    // Only a placeholder to go on checking with: the problem is on the list.
    let service_address = service_address
        .unwrap_or_else(|| Address::parse("nobody@invalid.invalid").expect("a plain address"));
    let settings = Settings {
        mode: c
            .one_of("mode", &[("live", Mode::Live), ("observe", Mode::Observe)])
            .unwrap_or(Mode::Observe),
        database_url: c.database_url(),
        database_connections: u32::try_from(c.number("database.connections", 2..=500)).unwrap_or(2),
        database_wait: c.seconds("database.wait_seconds", 1..=600),
        redis: c.redis(),
        mailboxes: c.mailboxes(&service_address),
        relay: c.relay(),
        mail_tls_ca: c.file("mail_tls_ca"),
        service_address,
        service_name: c.text("service_name"),
        public_url: c.public_url(),
        listen: c.listen(),
        keys: c.keys(),
        operator_address: c.optional_address("operator_address"),
        poller: c.poller(),
        health: c.health(),
        accounts: AccountSettings { currency: c.currency(), locale: c.text("accounts.locale") },
        transfers: c.transfers(),
        letters: c.letters(),
        queue: QueueSettings {
            places: c.size("queue.places", 1..=1_000),
            refill: c.millis("queue.refill_millis", 10..=60_000),
            keep_done: c.seconds("queue.keep_done_seconds", 60..=31_536_000),
        },
        log: c.log(),
    };
    c.problems.or(settings)
}
