//! Leaving a relay alone that is down or asks for patience, instead of hammering it.

use std::{
    sync::{Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

/// The first pause; each further one doubles it.
const PAUSE_MIN: Duration = Duration::from_secs(1);
/// The longest: so long after a relay is back the first letter leaves.
const PAUSE_MAX: Duration = Duration::from_secs(30);

/// One relay's pause, for all its connections together.
#[derive(Debug, Default)]
pub(super) struct Calm(Mutex<Pause>);

#[derive(Debug, Default)]
struct Pause {
    until: Option<Instant>,
    /// Pauses since it last took a letter.
    count: u32,
    why: String,
}

impl Calm {
    /// Begins a pause, unless there is one: connections that fail together are one fault. How long the
    /// relay is left alone.
    pub(super) fn pause(&self, why: &str, now: Instant) -> Duration {
        let mut pause = self.lock();
        pause.why = why.to_owned();
        if let Some(until) = pause.until
            && until > now
        {
            return until - now;
        }
        let longest = PAUSE_MIN.saturating_mul(1 << pause.count.min(10)).min(PAUSE_MAX);
        pause.count = pause.count.saturating_add(1);
        pause.until = Some(now + longest);
        longest
    }

    /// It took a letter.
    pub(super) fn end(&self) {
        let mut pause = self.lock();
        (pause.until, pause.count) = (None, 0);
    }

    /// How long it is still left alone, and why.
    pub(super) fn left(&self, now: Instant) -> Option<(Duration, String)> {
        let pause = self.lock();
        let left = pause.until?.checked_duration_since(now)?;
        (!left.is_zero()).then(|| (left, pause.why.clone()))
    }

    fn lock(&self) -> MutexGuard<'_, Pause> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_double_up_to_their_bound_and_faults_within_one_are_one() {
        let calm = Calm::default();
        let mut now = Instant::now();
        assert_eq!(calm.left(now), None);
        for seconds in [1, 2, 4, 8, 16, 30, 30] {
            assert_eq!(calm.pause("refused", now).as_secs(), seconds);
            assert_eq!(calm.pause("refused again", now).as_secs(), seconds);
            assert_eq!(calm.left(now).expect("paused").1, "refused again");
            now += Duration::from_secs(seconds);
            assert_eq!(calm.left(now), None);
        }
        calm.end();
        assert_eq!(calm.pause("refused", now).as_secs(), 1);
    }
}
