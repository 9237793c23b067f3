//! What a handler may use: the database, the clock, the settings, the relay, the templates, and the
//! acts that a confirmation can release.
//!
//! Not for: deciding. A context is opened once per process and cloned into every handler.

use std::{collections::BTreeMap, sync::Arc};

use futures_util::future::BoxFuture;

use crate::{
    address::Address,
    clock::{At, Clock},
    config::Settings,
    db::{Db, Tx},
    language::Language,
    mail::{
        anchors::AnchorSettings, budget::Budget, relay::Relays, render::Templates, wire::Dialer,
    },
    queue::{Bells, events::Events},
};

/// A stored job that a confirmation releases: runs in the confirmation's own transaction and answers
/// with what the page and the letter say.
pub type Act =
    for<'a> fn(&'a Context, &'a mut Tx, Release) -> BoxFuture<'a, anyhow::Result<Released>>;

/// What an act is told.
#[derive(Debug, Clone)]
pub struct Release {
    /// The stored arguments (JSON text).
    pub args: String,
    /// When it was selected: business time.
    pub at: At,
    /// `page`, `mailto` or `reply`.
    pub how: &'static str,
    /// When the page was first looked at.
    pub seen_at: Option<At>,
    /// What was asked in, and is answered in.
    pub language: Language,
    /// Whether the answer was the other one, where there are two: no.
    pub declined: bool,
}

/// What came of an act: shown on the page; the letters say it again.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Released {
    /// Whether what was confirmed has happened.
    pub done: bool,
    /// The answer in one line.
    pub title: String,
    /// One or two sentences more.
    pub text: String,
}

/// Everything a handler may use. Cheap to clone.
#[derive(Clone)]
pub struct Context {
    inner: Arc<Inner>,
}

/// The fields of a [`Context`].
pub struct Inner {
    /// Rows are the truth.
    pub db: Db,
    /// Business time.
    pub clock: Clock,
    /// What the operator configured.
    pub settings: Settings,
    /// Whose word on a mail's sender counts, by the name of its mailbox.
    pub anchors: BTreeMap<String, AnchorSettings>,
    /// How bells travel; asked whether they do.
    pub bells: Bells,
    /// Connects to mail servers.
    pub dialer: Dialer,
    /// Where letters leave.
    pub relays: Relays,
    /// How much raw mail this process may hold.
    pub raw_mail: Budget,
    /// What letters look like.
    pub templates: Templates,
    /// Who hears of what.
    pub events: Events,
    /// By the name a confirmation stores.
    pub acts: BTreeMap<&'static str, Act>,
}

impl Context {
    /// Bundles what has been opened.
    pub fn new(inner: Inner) -> Self {
        Self { inner: Arc::new(inner) }
    }

    /// Whose word on the sender of a mail of this mailbox counts: nobody's, when the mailbox is no
    /// longer configured.
    pub fn anchor(&self, mailbox: &str) -> AnchorSettings {
        self.inner.anchors.get(mailbox).cloned().unwrap_or_else(AnchorSettings::nobody)
    }

    /// Every address that reaches one of the mailboxes, the service's own first.
    pub fn service_addresses(&self) -> Vec<Address> {
        let own = &self.inner.settings.service_address;
        let mut all = vec![own.clone()];
        for mailbox in &self.inner.settings.mailboxes {
            if !all.contains(&mailbox.address) {
                all.push(mailbox.address.clone());
            }
        }
        all
    }

    /// The present instant of business time.
    pub fn now(&self) -> At {
        self.inner.clock.now()
    }
}

impl std::ops::Deref for Context {
    type Target = Inner;

    fn deref(&self) -> &Inner {
        &self.inner
    }
}

impl std::fmt::Debug for Context {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Context")
    }
}
