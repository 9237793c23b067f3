//! Where letters go: the relay that takes a finished mail and carries it on.
//!
//! Not for: whether and when a letter is sent (`letters`), nor its bytes (`compose`).

mod condition;
mod maildir;
mod smtp;
mod words;

use std::{
    fmt,
    path::PathBuf,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use super::wire::Dialer;
use crate::{
    address::Address,
    clock::At,
    config::{RelayPlace, RelaySettings, Security},
};

pub use condition::{Change, Condition};
pub use maildir::folder_name;
pub use smtp::Limits;
pub use words::without_addresses;

word_enum! {
    /// The two ways out. They share a relay unless adverts have their own; adverts then leave a
    /// connection free; a letter that somebody waits for opens a second one where they are on the only one.
    pub enum Lane {
        /// What somebody waits for: confirmations, receipts, answers.
        Service = "service",
        /// Adverts.
        Campaign = "campaign",
    }
}

/// The relays of a deployment. Cloning shares their connections.
#[derive(Debug, Clone)]
pub struct Relays {
    service: Arc<Outlet>,
    campaign: Option<Arc<Outlet>>,
}

/// A relay with the name that its numbers are kept under.
#[derive(Debug)]
pub struct Outlet {
    /// `service`, or `campaign` where adverts have their own.
    pub name: &'static str,
    /// Where letters leave.
    pub relay: Relay,
    /// How it does.
    pub condition: Condition,
}

/// Whether a letter has begun to be said: from then on, what is broken off may have been taken.
#[derive(Debug, Default)]
pub struct Begun(AtomicBool);

impl Begun {
    pub(super) fn set(&self) {
        self.0.store(true, Ordering::Relaxed);
    }

    /// Whether it has.
    pub fn is_set(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }
}

/// What came of a letter.
pub type Sent = Result<(), SendError>;

/// A relay of one of the kinds that can be used. Cloning shares its connections.
#[derive(Debug, Clone)]
pub enum Relay {
    /// A folder with a Maildir for each recipient: for the demo and for tests.
    Maildir(PathBuf),
    /// A submission server.
    Smtp(smtp::Smtp),
}

/// Why a letter was not sent. What the relay said stands in it without addresses of people.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SendError {
    /// The relay, or the way to it, is at fault and not this letter, of which nothing was taken.
    #[error("the relay cannot be used: {why}")]
    Unwell {
        /// What it said, or what failed.
        why: String,
        /// It is left alone for so long.
        pause: Duration,
    },
    /// All connections were in use for longer than a letter waits: it is slow, or we are many.
    #[error("no connection to the relay was free for {0:?}")]
    Busy(Duration),
    /// It will take this letter later (4yz), or once it trusts us again (5.7.z after the letter).
    #[error("the relay puts the letter off: {why}")]
    Deferred {
        /// What it said.
        why: String,
        /// Whether it was about the relay as a whole: too many letters, no space, no trust.
        throttled: bool,
    },
    /// The connection was lost after the letter had been sent and before the relay said whether it
    /// keeps it. It is sent again, with the same Message-ID: rather twice than never.
    #[error("the relay did not say whether it keeps the letter: {0}")]
    Unknown(String),
    /// It will never take this letter (5yz).
    #[error("the relay refuses the letter for good: {0}")]
    Permanent(String),
}

/// What a relay says of itself; nothing was sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Probe {
    /// Which: `host:port`, or the folder.
    pub place: String,
    /// Its greeting.
    pub greeting: String,
    /// How the connection is protected; none where there is no connection.
    pub security: Option<Security>,
    /// How it was signed in to (`PLAIN`, `LOGIN`); none where no login is configured.
    pub signed_in: Option<&'static str>,
    /// The largest letter it takes, in octets, where it says so.
    pub size_max: Option<u64>,
    /// The extensions it offers once the connection is protected, as it names them.
    pub extensions: Vec<String>,
}

impl Relays {
    /// The configured relays; connections are opened when they are needed. Letters leave in the name
    /// of `from`.
    pub fn open(settings: &RelaySettings, from: &Address, dialer: &Dialer) -> Self {
        let open = |place, lane: Lane| {
            let relay = Relay::open(place, dialer, from, settings.connections);
            Arc::new(Outlet { name: lane.as_str(), relay, condition: Condition::default() })
        };
        Self {
            service: open(&settings.place, Lane::Service),
            campaign: settings.campaign.as_ref().map(|place| open(place, Lane::Campaign)),
        }
    }

    /// Where the letters of a lane leave.
    pub fn of(&self, lane: Lane) -> &Outlet {
        match (&self.campaign, lane) {
            (Some(own), Lane::Campaign) => own,
            _ => &self.service,
        }
    }

    /// Every relay there is.
    pub fn all(&self) -> impl Iterator<Item = &Outlet> {
        std::iter::once(&*self.service).chain(self.campaign.as_deref())
    }
}

impl Relay {
    /// The relay at a place, with at most `connections`; they are opened when they are needed.
    pub fn open(place: &RelayPlace, dialer: &Dialer, from: &Address, connections: usize) -> Self {
        Self::within(place, dialer, from, (connections, Limits::default()))
    }

    /// As [`Relay::open`], with time limits of one's own.
    pub fn within(
        place: &RelayPlace,
        dialer: &Dialer,
        from: &Address,
        (connections, limits): (usize, Limits),
    ) -> Self {
        match place {
            RelayPlace::Maildir(folder) => Self::Maildir(folder.clone()),
            RelayPlace::Smtp(server) => {
                let (server, dialer) = (server.clone(), dialer.clone());
                Self::Smtp(smtp::Smtp::new(server, dialer, from, connections, limits))
            }
        }
    }

    /// Hands a composed letter over. When it returns, the relay keeps the letter. A letter of the
    /// campaign's lane waits for a connection that no other letter would miss.
    ///
    /// # Errors
    /// [`SendError`] says whether to try again.
    pub async fn send(
        &self,
        (letter, begun): (&[u8], &Begun),
        to: &Address,
        lane: Lane,
        now: At,
    ) -> Sent {
        match self {
            Self::Maildir(folder) => {
                begun.set();
                maildir::deliver(folder, letter, to, now).await
            }
            Self::Smtp(smtp) => smtp.send((letter, begun), to, lane).await,
        }
    }

    /// Connects, signs in and takes leave: what `pennypost doctor` tries. Sends nothing.
    ///
    /// # Errors
    /// What failed, in words, without the password.
    pub async fn probe(&self) -> Result<Probe, SendError> {
        match self {
            Self::Maildir(folder) => Ok(Probe {
                place: folder.display().to_string(),
                greeting: String::new(),
                security: None,
                signed_in: None,
                size_max: None,
                extensions: Vec::new(),
            }),
            Self::Smtp(smtp) => smtp.probe().await,
        }
    }

    /// Connections that are open now.
    pub fn connections(&self) -> usize {
        match self {
            Self::Maildir(_) => 0,
            Self::Smtp(smtp) => smtp.connections(),
        }
    }
}

impl fmt::Display for Relay {
    /// Where it is, without a login.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Maildir(folder) => write!(f, "{}", folder.display()),
            Self::Smtp(smtp) => write!(f, "{}", smtp.server()),
        }
    }
}
