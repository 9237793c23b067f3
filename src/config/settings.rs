//! The settings as the product uses them: typed, checked, with units in their names.

use std::{path::PathBuf, time::Duration};

use super::{
    keys::Keys,
    place::{MailboxPlace, RelayPlace},
};
use crate::{address::Address, language::Language, money::Currency};

/// Everything that can be configured. Built by [`crate::config::load`] alone.
#[derive(Debug, Clone)]
pub struct Settings {
    /// Whether anybody is answered.
    pub mode: Mode,
    /// `sqlite:` or `postgres:`; may hold a password, so it is a secret.
    pub database_url: secrecy::SecretString,
    /// Connections of this process to PostgreSQL.
    pub database_connections: u32,
    /// How long a transaction waits for a connection.
    pub database_wait: Duration,
    /// What carries bells between processes; none: they stay within one.
    pub redis: Option<RedisSettings>,
    /// The hosted mailboxes, at least one; their names differ.
    pub mailboxes: Vec<MailboxSettings>,
    /// Where letters leave.
    pub relay: RelaySettings,
    /// Certificates (PEM) that vouch for mail servers beside the public ones.
    pub mail_tls_ca: Option<PathBuf>,
    /// The mailbox's own address.
    pub service_address: Address,
    /// How the service calls itself.
    pub service_name: String,
    /// Where browsers reach us, without a slash at the end.
    pub public_url: String,
    /// The web process listens here.
    pub listen: std::net::SocketAddr,
    /// What signs and seals.
    pub keys: Keys,
    /// Who runs this service.
    pub operator_address: Option<Address>,
    /// Taking mail in.
    pub poller: PollerSettings,
    /// When the deployment counts as unwell.
    pub health: HealthSettings,
    /// New accounts.
    pub accounts: AccountSettings,
    /// Transfers and their limits.
    pub transfers: TransferSettings,
    /// What leaves.
    pub letters: LetterSettings,
    /// Jobs.
    pub queue: QueueSettings,
    /// What is said in the log.
    pub log: LogSettings,
}

/// Whether anybody is answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// Mails act and are answered.
    Live,
    /// Mails are read and judged; nothing acts and nobody is answered.
    Observe,
}

/// What carries bells between processes.
#[derive(Debug, Clone)]
pub struct RedisSettings {
    /// `redis:` or `rediss:`; may hold a password.
    pub url: secrecy::SecretString,
    /// Certificates (PEM) that vouch for the server beside the public ones.
    pub tls_ca: Option<PathBuf>,
    /// Whether its certificate is looked at.
    pub tls_verify: bool,
    /// What the names of all our keys begin with.
    pub prefix: String,
}

/// One hosted mailbox.
#[derive(Debug, Clone)]
pub struct MailboxSettings {
    /// Its identity in the database: stays the same when the host or the password changes.
    pub name: String,
    /// Where it is.
    pub place: MailboxPlace,
    /// The address that reaches it.
    pub address: Address,
    /// What happens to a stored mail there.
    pub after: After,
    /// Which folder holds what its host took for junk; read too.
    pub junk: Junk,
    /// Whose word on a mail's sender counts there.
    pub anchor: AnchorWords,
}

/// The anchor of a mailbox as it was written; `mail::anchors` reads it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AnchorWords {
    /// The mail host's id in `Authentication-Results`; empty believes nobody.
    pub authserv_id: String,
    /// `Received` fields the host writes above it; none: as is known of that host.
    pub received_above: Option<usize>,
    /// Host names after `by` in those.
    pub received_hosts: Vec<String>,
}

/// Which folder holds what the host took for junk.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Junk {
    /// The one that the server marks so (RFC 6154), if any.
    Marked,
    /// The one of this name.
    Named(String),
    /// None is read.
    Unread,
}

/// Taking mail in.
#[derive(Debug, Clone)]
pub struct PollerSettings {
    /// Time between two looks where nothing announces new mail (a Maildir).
    pub interval: Duration,
    /// Time between two unconditional looks at an IMAP mailbox, whether or not it announces new mail.
    pub repoll: Duration,
    /// A mail host that owes an answer may say nothing for so long.
    pub silence: Duration,
    /// Messages of one transaction at most.
    pub batch_messages: usize,
    /// Bytes of one transaction at most.
    pub batch_bytes: u64,
    /// A larger mail is taken by its header alone.
    pub message_bytes_max: u64,
}

/// Where letters leave, and how fast.
#[derive(Debug, Clone)]
pub struct RelaySettings {
    /// Of everything but adverts; of those too where they have no relay of their own.
    pub place: RelayPlace,
    /// Of adverts.
    pub campaign: Option<RelayPlace>,
    /// Connections of one process at most.
    pub connections: usize,
    /// Letters in a minute at most, of all processes together; none: unbounded.
    pub per_minute: Option<i64>,
    /// Letters in a rolling day at most, of all processes together; none: unbounded.
    pub per_day: Option<i64>,
    /// The part of these that adverts may use, in hundredths.
    pub campaign_percent: i64,
}

/// When the deployment counts as unwell.
#[derive(Debug, Clone)]
pub struct HealthSettings {
    /// Where poller, worker and clock answer health checks; none: nowhere.
    pub listen: Option<std::net::SocketAddr>,
    /// What a monitor shows to read numbers and details; none: over the network nobody reads them.
    pub token: Option<secrecy::SecretString>,
    /// The last completed look at a mailbox may be so old.
    pub poll_age_max: Duration,
    /// A stored mail or a due job may wait so long.
    pub waiting_max: Duration,
    /// The relay may refuse so long.
    pub relay_refusing_max: Duration,
}

/// What happens on the mail host once a mail is stored here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum After {
    /// Nothing.
    Leave,
    /// Marked as seen.
    Flag,
    /// Moved to a folder.
    Move(String),
    /// Removed.
    Delete,
}

/// New accounts.
#[derive(Debug, Clone)]
pub struct AccountSettings {
    /// Opened in this currency.
    pub currency: Currency,
    /// How numbers are read and letters written until a person says otherwise: `en-US`.
    pub locale: String,
}

impl AccountSettings {
    /// What people are written to in who never said otherwise.
    pub fn language(&self) -> Language {
        Language::of_locale(&self.locale).unwrap_or(Language::En)
    }
}

/// Transfers and their limits; sums in whole units of the account's currency.
#[derive(Debug, Clone)]
pub struct TransferSettings {
    /// How long a confirmation can be given.
    pub confirm: Duration,
    /// What one person may send in a currency that has no limits of its own.
    pub usual: SendingMax,
    /// Those of other currencies: a whole unit is worth something else in each.
    pub limits: Vec<CurrencyLimits>,
    /// Number of transfers in a rolling hour.
    pub per_hour_max: i64,
    /// How long a request for money waits for its payer.
    pub asks_expire: Duration,
    /// Number of requests for money in a rolling day.
    pub asks_daily_max: i64,
    /// Of these, the number of people who are asked for the first time.
    pub asks_new_people_daily_max: i64,
    /// How long money is held for somebody without an account.
    pub held: Duration,
    /// How long after the first letter they are reminded of it.
    pub remind: Duration,
    /// Number of payments to people without an account in a rolling day.
    pub held_per_day_max: i64,
}

/// The most one person may send, in whole units of a currency.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SendingMax {
    /// In one transfer.
    pub per_transfer: i64,
    /// In a rolling day.
    pub day: i64,
    /// In a rolling week.
    pub week: i64,
    /// In a rolling month.
    pub month: i64,
}

/// A currency with limits of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CurrencyLimits {
    /// Which.
    pub currency: Currency,
    /// Its limits.
    pub max: SendingMax,
}

impl TransferSettings {
    /// What one person may send in a currency.
    pub fn max_of(&self, currency: Currency) -> SendingMax {
        let own = self.limits.iter().find(|limits| limits.currency == currency);
        own.map_or(self.usual, |limits| limits.max)
    }
}

/// What leaves.
#[derive(Debug, Clone)]
pub struct LetterSettings {
    /// Help, ask-back, error and notice letters to one address in an hour.
    pub answers_per_hour: i64,
    /// The operator's own templates.
    pub templates: Option<PathBuf>,
}

/// Jobs.
#[derive(Debug, Clone)]
pub struct QueueSettings {
    /// Jobs at a time.
    pub places: usize,
    /// Time between two looks for overdue jobs.
    pub refill: Duration,
    /// How long finished jobs are kept.
    pub keep_done: Duration,
}

/// What is said in the log.
#[derive(Debug, Clone)]
pub struct LogSettings {
    /// How lines look.
    pub format: LogFormat,
    /// The least that is said.
    pub level: tracing::Level,
}

/// How log lines look.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LogFormat {
    /// For people.
    Text,
    /// One JSON object per line.
    Json,
}
