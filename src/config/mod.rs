//! Configuration: compiled-in defaults, a file, the environment; checked whole at the start.
//!
//! The only reader of the environment. What it hands out is typed and valid; a secret in it is never
//! printed.

mod check;
mod check_limits;
mod check_mail;
mod keys;
mod place;
mod read;
mod settings;

pub use check::{Problems, is_public_url, is_service_address};
pub(crate) use keys::mac;
pub use keys::{Keys, SECRET_MIN};
pub use place::{Login, MailServer, MailboxPlace, RelayPlace, Security};
pub use read::{
    DEFAULTS, FILE, Origin, file, init_password, key_in, load, load_file, load_from, settings_named,
};
pub use settings::{
    AccountSettings, After, AnchorWords, HealthSettings, Junk, LetterSettings, LogFormat,
    LogSettings, MailboxSettings, Mode, PollerSettings, QueueSettings, RedisSettings,
    RelaySettings, Settings, TransferSettings,
};
