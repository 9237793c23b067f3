//! How a relay does, as this process sees it, and what of that is worth writing down.
//!
//! Not for: writing it (`letters` has the rows). A row is written on each change, and otherwise seldom:
//! a busy relay must not cost a write more per letter.

use std::{
    sync::{Mutex, PoisonError},
    time::Duration,
};

use super::{SendError, Sent};
use crate::clock::At;

/// A relay that goes on as before is written down this often.
const WRITTEN_EVERY: Duration = Duration::from_secs(5);

/// One relay's condition.
#[derive(Debug, Default)]
pub struct Condition(Mutex<Known>);

#[derive(Debug, Default)]
struct Known {
    refusing: Option<bool>,
    written_at: Option<At>,
}

/// What is to be written down.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Change {
    /// It works, and took its last letter at this time if it took one.
    Works {
        /// Which relay.
        relay: &'static str,
        /// When it said so.
        at: At,
        /// Whether it took the letter.
        accepted: bool,
    },
    /// It cannot be used.
    Refuses {
        /// Which relay.
        relay: &'static str,
        /// When it said so.
        at: At,
        /// Why, without addresses.
        why: String,
    },
}

impl Condition {
    /// Takes note of what came of a letter; what is now to be written down.
    pub fn note(&self, relay: &'static str, sent: &Sent, now: At) -> Option<Change> {
        let change = match sent {
            Ok(()) => Change::Works { relay, at: now, accepted: true },
            // It knows its business, and refuses this letter alone.
            Err(SendError::Permanent(_) | SendError::Deferred { throttled: false, .. }) => {
                Change::Works { relay, at: now, accepted: false }
            }
            Err(SendError::Unwell { why, .. } | SendError::Deferred { why, throttled: true }) => {
                Change::Refuses { relay, at: now, why: why.clone() }
            }
            Err(SendError::Unknown(_) | SendError::Busy(_)) => return None,
        };
        let refusing = Some(matches!(change, Change::Refuses { .. }));
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let fresh = known.written_at.is_some_and(|at| now.since(at) < WRITTEN_EVERY && at <= now);
        if known.refusing == refusing && fresh {
            return None;
        }
        (known.refusing, known.written_at) = (refusing, Some(now));
        Some(change)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn changes_are_written_at_once_and_the_same_again_seldom() {
        let condition = Condition::default();
        let at = |seconds: i64| At::from_unix_seconds(1_000 + seconds);
        let unwell = || SendError::Unwell { why: "down".to_owned(), pause: Duration::ZERO };
        let noted =
            |sent: Sent, seconds: i64| condition.note("service", &sent, at(seconds)).is_some();
        assert!(noted(Ok(()), 0));
        assert!(!noted(Ok(()), 4));
        assert!(noted(Ok(()), 5));
        assert!(noted(Err(unwell()), 6));
        assert!(!noted(Err(unwell()), 7));
        assert!(!noted(Err(SendError::Unknown("lost".to_owned())), 8));
        assert!(noted(Err(SendError::Permanent("no such user".to_owned())), 8));
        assert!(!noted(Ok(()), 9));
        assert!(noted(Ok(()), 13));
    }
}
