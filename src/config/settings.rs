//! The settings as the product uses them: typed, checked, with units in their names.

use std::{path::PathBuf, time::Duration};

use crate::{address::Address, config::Keys, money::Currency};

/// Everything that can be configured. Built by [`crate::config::load`] alone.
#[derive(Debug, Clone)]
pub struct Settings {
    /// `sqlite:` or `postgres:`; may hold a password, so it is a secret.
    pub database_url: secrecy::SecretString,
    /// Connections of this process to PostgreSQL.
    pub database_connections: u32,
    /// How long a transaction waits for a connection.
    pub database_wait: Duration,
    /// The hosted mailbox; may hold a password.
    pub mailbox_url: secrecy::SecretString,
    /// Where letters leave; may hold a password.
    pub relay_url: secrecy::SecretString,
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
    /// The mail host's id in `Authentication-Results`; empty believes nobody.
    pub authserv_id: String,
    /// `Received` fields the host writes above it; none: as is known of that host.
    pub received_above: Option<usize>,
    /// Host names after `by` in those.
    pub received_hosts: Vec<String>,
    /// Taking mail in.
    pub mailbox: MailboxSettings,
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

/// Taking mail in.
#[derive(Debug, Clone)]
pub struct MailboxSettings {
    /// Time between two looks.
    pub poll: Duration,
    /// Messages of one transaction at most.
    pub batch_messages: usize,
    /// Bytes of one transaction at most.
    pub batch_bytes: u64,
    /// A larger mail is taken by its header alone.
    pub message_bytes_max: u64,
    /// What happens to a stored mail.
    pub after: After,
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
    /// How numbers are read until a person says otherwise: `en-US`.
    pub locale: String,
}

/// Transfers and their limits; sums in whole units of the account's currency.
#[derive(Debug, Clone)]
pub struct TransferSettings {
    /// How long a confirmation can be given.
    pub confirm: Duration,
    /// One transfer.
    pub per_transfer_max: i64,
    /// A rolling day.
    pub day_max: i64,
    /// A rolling week.
    pub week_max: i64,
    /// A rolling month.
    pub month_max: i64,
    /// Number of transfers in a rolling hour.
    pub per_hour_max: i64,
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
