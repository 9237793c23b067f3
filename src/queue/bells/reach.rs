//! Whether Redis can be reached and does what it is told: said once per change, in the log
//! and to whoever asks.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, PoisonError},
};

/// Whether bells can be carried.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reach {
    /// They can.
    Fine,
    /// They cannot, and why: jobs take longer, none is lost.
    Away(String),
}

/// What each connection of this process last saw.
#[derive(Debug, Clone, Default)]
pub(super) struct Reports {
    /// Why it fails, by the name of the connection.
    failing: Arc<Mutex<BTreeMap<String, String>>>,
}

impl Reports {
    /// `connection` has just done its work.
    pub(super) fn fine(&self, connection: &str) {
        let mut failing = self.failing.lock().unwrap_or_else(PoisonError::into_inner);
        if failing.remove(connection).is_some() && failing.is_empty() {
            tracing::info!("Redis carries bells again");
        }
    }

    /// `connection` has just failed.
    pub(super) fn away(&self, connection: &str, why: &str) {
        let mut failing = self.failing.lock().unwrap_or_else(PoisonError::into_inner);
        if failing.is_empty() {
            tracing::warn!(error = why, "Redis carries no bells; jobs are taken from the database");
        }
        failing.insert(connection.to_owned(), why.to_owned());
    }

    /// A connection that is not needed any more says nothing.
    pub(super) fn forget(&self, connection: &str) {
        let mut failing = self.failing.lock().unwrap_or_else(PoisonError::into_inner);
        failing.remove(connection);
    }

    pub(super) fn reach(&self) -> Reach {
        let failing = self.failing.lock().unwrap_or_else(PoisonError::into_inner);
        failing.values().next().map_or(Reach::Fine, |why| Reach::Away(why.clone()))
    }
}
