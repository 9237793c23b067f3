//! How long to wait after a failure: longer each time, never the same for all, and short again only once a
//! connection has proved itself.

use std::time::{Duration, Instant};

use rand::Rng;

/// The first wait, and the longest.
const FIRST: Duration = Duration::from_secs(1);
const LONGEST: Duration = Duration::from_secs(30);
/// The first wait when only the operator can mend it: hosts lock out who keeps knocking.
const FOR_THE_OPERATOR: Duration = Duration::from_secs(20);
/// The longest wait when the host says that it is asked for too much.
const THROTTLED: Duration = Duration::from_mins(15);
/// A connection that lived so long was a good one.
const PROVED: Duration = Duration::from_secs(20);

/// What mends a failure.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Mended {
    /// Another try.
    Trying,
    /// The operator.
    Operator,
    /// Leaving the host alone, for so long at least.
    Rest(Duration),
}

/// The waits of one poller.
#[derive(Debug, Default)]
pub(super) struct Backoff {
    failures: u32,
}

impl Backoff {
    /// After a failure of what began at `begun`, and completed a look at the mailbox or did not: how long to
    /// wait. Silence alone, however long it is borne, proves nothing.
    pub(super) fn after(&mut self, (begun, looked): (Instant, bool), mended: Mended) -> Duration {
        if looked && begun.elapsed() >= PROVED {
            self.failures = 0;
        }
        let (first, longest) = match mended {
            Mended::Trying => (FIRST, LONGEST),
            Mended::Operator => (FOR_THE_OPERATOR, LONGEST),
            Mended::Rest(wait) => (wait, THROTTLED),
        };
        let full = first.saturating_mul(1 << self.failures.min(8)).min(longest.max(first));
        self.failures = self.failures.saturating_add(1);
        match mended {
            // Not before the time that the host asks for.
            Mended::Rest(_) => full.mul_f64(rand::rng().random_range(1.0..1.5)),
            _ => full.mul_f64(rand::rng().random_range(0.5..1.0)),
        }
    }

    /// Whether it failed more than once in a row: somebody who stands by may fare better.
    pub(super) fn is_lasting(&self) -> bool {
        self.failures > 1
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_grow_to_a_bound_and_begin_anew_after_a_good_connection() {
        let mut backoff = Backoff::default();
        let begun = Instant::now();
        let waits: Vec<_> = (0..12).map(|_| backoff.after((begun, true), Mended::Trying)).collect();
        assert!(waits[0] < FIRST && waits[0] >= FIRST / 2, "{waits:?}");
        assert!(waits.iter().all(|wait| *wait <= LONGEST), "{waits:?}");
        assert!(waits[11] >= LONGEST / 2, "{waits:?}");
        assert!(backoff.is_lasting());
        let long_ago = Instant::now().checked_sub(PROVED);
        if let Some(long_ago) = long_ago {
            backoff.after((long_ago, false), Mended::Trying);
            assert!(backoff.is_lasting(), "a connection that only kept silent was no good one");
            assert!(backoff.after((long_ago, true), Mended::Trying) < FIRST);
            assert!(!backoff.is_lasting());
        }
    }

    #[test]
    fn a_host_that_asks_for_rest_gets_it_and_more_each_time() {
        let mut backoff = Backoff::default();
        let (begun, asked) = (Instant::now(), Duration::from_secs(60));
        let waits: Vec<_> =
            (0..6).map(|_| backoff.after((begun, false), Mended::Rest(asked))).collect();
        assert!(waits[0] >= asked && waits[1] >= asked * 2, "{waits:?}");
        assert!(waits[5] >= THROTTLED && waits[5] <= THROTTLED * 2, "{waits:?}");
        let hour = Duration::from_hours(1);
        assert!(backoff.after((begun, false), Mended::Rest(hour)) >= hour);
    }
}
