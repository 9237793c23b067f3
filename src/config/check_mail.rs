//! Checking what names the mail servers and Redis: mailboxes with their anchors, the relay.

use std::collections::BTreeSet;

use figment::value::Dict;

use super::{
    check::Checker,
    place::{MAILBOX_FORMS, MailboxPlace, RELAY_FORMS, RelayPlace},
    read::{MAILBOXES, Origin},
    settings::{After, AnchorWords, Junk, MailboxSettings, RedisSettings, RelaySettings},
};
use crate::address::Address;

/// What a table of the list may hold.
const KEYS: [&str; 9] = [
    "url",
    "name",
    "address",
    "after",
    "after_folder",
    "junk",
    "authserv_id",
    "received_above",
    "received_hosts",
];
/// Most mailboxes of one deployment.
const MAILBOXES_MAX: usize = 20;
/// Longest name of a mailbox.
const NAME_MAX: usize = 100;

impl Checker<'_> {
    pub(super) fn redis(&mut self) -> Option<RedisSettings> {
        let url = self.text("redis_url");
        let tls_ca = self.file("redis_tls_ca");
        let choices = [("full", true), ("none", false)];
        let tls_verify = self.one_of("redis_tls_verify", &choices).unwrap_or(true);
        if tls_ca.is_some() && !tls_verify {
            self.problem("redis_tls_verify", "full is expected where redis_tls_ca names a file");
        }
        let prefix = self.text("queue.redis_prefix");
        let plain = |c: char| c.is_ascii_alphanumeric() || "-_.".contains(c);
        if prefix.is_empty() || !prefix.chars().all(plain) {
            self.problem("queue.redis_prefix", "letters, digits, - _ and . are expected");
        }
        if url.is_empty() {
            return None;
        }
        let url = self.url("redis_url", &["redis:", "rediss:"]);
        Some(RedisSettings { url, tls_ca, tls_verify, prefix })
    }

    pub(super) fn relay(&mut self) -> RelaySettings {
        let bound = |number: i64| (number > 0).then_some(number);
        RelaySettings {
            place: self.relay_place("relay_url"),
            campaign: (!self.text("campaign_relay_url").is_empty())
                .then(|| self.relay_place("campaign_relay_url")),
            connections: self.size("relay.connections", 1..=64),
            per_minute: bound(self.number("relay.per_minute", 0..=1_000_000)),
            per_day: bound(self.number("relay.per_day", 0..=1_000_000_000)),
            campaign_percent: self.number("relay.campaign_percent", 0..=100),
        }
    }

    fn relay_place(&mut self, name: &str) -> RelayPlace {
        let place = RelayPlace::parse(&self.text(name));
        place.unwrap_or_else(|| {
            self.problem(name, RELAY_FORMS);
            RelayPlace::Maildir("nowhere".into())
        })
    }

    /// The mailboxes: those of the list, or the one that `mailbox_url` names.
    pub(super) fn mailboxes(&mut self, service: &Address) -> Vec<MailboxSettings> {
        let usual = self.usual(service);
        let tables = match self.raw.figment.extract_inner::<Vec<Dict>>(MAILBOXES) {
            Ok(tables) if tables.len() <= MAILBOXES_MAX => tables,
            _ => {
                self.problem(MAILBOXES, "a list of at most 20 tables, [[mailbox]], is expected");
                return Vec::new();
            }
        };
        let url = self.text("mailbox_url");
        if tables.is_empty() {
            let place = MailboxPlace::parse(&url);
            if place.is_none() {
                self.problem("mailbox_url", MAILBOX_FORMS);
            }
            let mailboxes: Vec<_> =
                place.map(|place| MailboxSettings { place, ..usual }).into_iter().collect();
            if mailboxes.iter().any(moves_into_itself) {
                self.problem("poller.after_folder", ITSELF);
            }
            self.anchored(&mailboxes);
            return mailboxes;
        }
        if !url.is_empty() {
            self.problem(
                "mailbox_url",
                "either this or a list, [[mailbox]], is expected, not both",
            );
        }
        let mut mailboxes = Vec::new();
        for (number, table) in tables.iter().enumerate() {
            mailboxes.extend(self.mailbox(number + 1, table, &usual));
        }
        let names: BTreeSet<&String> = mailboxes.iter().map(|mailbox| &mailbox.name).collect();
        if names.len() < mailboxes.len() {
            self.problem(
                MAILBOXES,
                "names that differ are expected: the first mailbox may do without, each further \
                 one needs name = \"…\"",
            );
        }
        self.anchored(&mailboxes);
        mailboxes
    }

    /// What holds for a mailbox that does not say otherwise.
    fn usual(&mut self, service: &Address) -> MailboxSettings {
        let folder = self.text("poller.after_folder");
        let after = self.text("poller.after");
        let after = after_effect(&after, &folder).unwrap_or_else(|| {
            self.problem("poller.after", "one of leave, flag, move, delete is expected");
            After::Leave
        });
        let above = self.number("authentication.received_above", -1..=10);
        MailboxSettings {
            // The identity in the database; it holds no password.
            name: service.to_string(),
            place: MailboxPlace::Maildir("nowhere".into()),
            address: service.clone(),
            after,
            junk: junk(&self.text("poller.junk")),
            anchor: AnchorWords {
                authserv_id: self.text("authentication.authserv_id").to_ascii_lowercase(),
                received_above: usize::try_from(above).ok(),
                received_hosts: self.hosts("authentication.received_hosts"),
            },
        }
    }

    /// One table of the list; none when something in it is wrong.
    fn mailbox(
        &mut self,
        number: usize,
        values: &Dict,
        usual: &MailboxSettings,
    ) -> Option<MailboxSettings> {
        let folder = self.text("poller.after_folder");
        let mut table = Table { values, wrong: Vec::new() };
        table.has_only_known_keys();
        let mailbox = MailboxSettings {
            place: table.place(),
            name: table.name(&usual.name),
            address: table.address(&usual.address),
            after: table.after(&usual.after, &folder),
            junk: table.text("junk").map_or(usual.junk.clone(), |words| junk(&words)),
            anchor: table.anchor(&usual.anchor),
        };
        table.must("after_folder", !moves_into_itself(&mailbox), ITSELF);
        let origin = self.raw.origins.get(MAILBOXES).unwrap_or(&Origin::Default).clone();
        let right = table.wrong.is_empty();
        for (key, allowed) in table.wrong {
            self.add(&format!("mailbox {number}, {key}"), &origin, &allowed);
        }
        right.then_some(mailbox)
    }

    /// A mailbox at a mail host whose word on senders nobody takes would act on no mail at all.
    fn anchored(&mut self, mailboxes: &[MailboxSettings]) {
        let lacks = |mailbox: &&MailboxSettings| {
            matches!(mailbox.place, MailboxPlace::Imap { .. })
                && mailbox.anchor.authserv_id.is_empty()
        };
        if mailboxes.iter().any(|mailbox| lacks(&mailbox)) {
            self.problem(
                "authentication.authserv_id",
                "the id your mail host writes into Authentication-Results is expected \
                 (`pennypost doctor` shows the ones it finds), or `none` to believe nobody",
            );
        }
    }
}

/// One table of the list, read on after a problem.
struct Table<'a> {
    values: &'a Dict,
    /// The key and what is allowed.
    wrong: Vec<(String, String)>,
}

impl Table<'_> {
    fn has_only_known_keys(&mut self) {
        for key in self.values.keys().filter(|key| !KEYS.contains(&key.as_str())) {
            let known = format!("there is no such setting; there are {}", KEYS.join(", "));
            self.wrong.push((key.clone(), known));
        }
    }

    fn must(&mut self, key: &str, holds: bool, allowed: &str) {
        if !holds {
            self.wrong.push((key.to_owned(), allowed.to_owned()));
        }
    }

    fn text(&mut self, key: &str) -> Option<String> {
        let value = self.values.get(key)?;
        self.must(key, value.as_str().is_some(), "a text is expected");
        value.as_str().map(|text| text.trim().to_owned())
    }

    fn place(&mut self) -> MailboxPlace {
        let place = MailboxPlace::parse(&self.text("url").unwrap_or_default());
        self.must("url", place.is_some(), MAILBOX_FORMS);
        place.unwrap_or_else(|| MailboxPlace::Maildir("nowhere".into()))
    }

    fn name(&mut self, usual: &str) -> String {
        let name = self.text("name").unwrap_or_else(|| usual.to_owned());
        let fits = !name.is_empty() && name.len() <= NAME_MAX && !name.contains(char::is_control);
        self.must("name", fits, "a name of at most 100 characters is expected");
        name
    }

    fn address(&mut self, usual: &Address) -> Address {
        let Some(text) = self.text("address") else { return usual.clone() };
        let address = Address::parse(&text);
        self.must("address", address.is_ok(), "an address is expected");
        address.unwrap_or_else(|_wrong| usual.clone())
    }

    fn after(&mut self, usual: &After, usual_folder: &str) -> After {
        let (after, folder) = (self.text("after"), self.text("after_folder"));
        if after.is_none() && folder.is_none() {
            return usual.clone();
        }
        // A folder alone says that mail is moved there.
        let word = after.as_deref().unwrap_or("move");
        let after = after_effect(word, folder.as_deref().unwrap_or(usual_folder));
        self.must("after", after.is_some(), "one of leave, flag, move, delete is expected");
        after.unwrap_or(After::Leave)
    }

    fn anchor(&mut self, usual: &AnchorWords) -> AnchorWords {
        let mut anchor = match self.text("authserv_id") {
            // The other two describe one host: they are not inherited by another's id.
            Some(id) => {
                AnchorWords { authserv_id: id.to_ascii_lowercase(), ..AnchorWords::default() }
            }
            None => usual.clone(),
        };
        if let Some(value) = self.values.get("received_above") {
            anchor.received_above = value.deserialize().ok().filter(|above| *above <= 10);
            self.must("received_above", anchor.received_above.is_some(), "0 to 10 is expected");
        }
        if let Some(value) = self.values.get("received_hosts") {
            let hosts: Option<Vec<String>> = value.deserialize().ok();
            self.must("received_hosts", hosts.is_some(), "a list of host names is expected");
            let hosts = hosts.unwrap_or_default();
            anchor.received_hosts = hosts.iter().map(|host| host.to_ascii_lowercase()).collect();
        }
        anchor
    }
}

/// What is wrong with such a folder.
const ITSELF: &str = "another folder than the mailbox itself is expected";

/// Whether its mail would be moved to where it lies, and be taken again and again.
fn moves_into_itself(mailbox: &MailboxSettings) -> bool {
    let After::Move(to) = &mailbox.after else { return false };
    match &mailbox.place {
        MailboxPlace::Imap { folder, .. } if folder == "INBOX" => to.eq_ignore_ascii_case("INBOX"),
        MailboxPlace::Imap { folder, .. } => to == folder,
        MailboxPlace::Maildir(_) => false,
    }
}

fn after_effect(word: &str, folder: &str) -> Option<After> {
    match word {
        "leave" => Some(After::Leave),
        "flag" => Some(After::Flag),
        "move" => (!folder.is_empty()).then(|| After::Move(folder.to_owned())),
        "delete" => Some(After::Delete),
        _ => None,
    }
}

fn junk(words: &str) -> Junk {
    match words {
        "" => Junk::Unread,
        "marked" => Junk::Marked,
        name => Junk::Named(name.to_owned()),
    }
}
