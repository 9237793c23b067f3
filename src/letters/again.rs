//! When a letter that was not sent is tried again, and when no more.
//!
//! A relay that is down for days loses nothing: its faults use up no attempt of the job. The pauses grow
//! with the letter's age, so nothing has to be counted: each is about as long as the letter is old.

use std::time::Duration;

use rand::Rng;

use crate::{clock::At, mail::relay::SendError, queue::Fault};

/// The first pause.
const PAUSE_MIN: Duration = Duration::from_secs(2);
/// The longest while the relay cannot be used: so long after it is back the last letter leaves.
const PAUSE_UNWELL_MAX: Duration = Duration::from_secs(300);
/// The longest after the relay has put this letter off.
const PAUSE_DEFERRED_MAX: Duration = Duration::from_secs(3_600);
/// The longest where the relay may keep the letter already: each time it may arrive once more.
const PAUSE_UNKNOWN_MAX: Duration = Duration::from_secs(4 * 3_600);
/// A letter that only it is refused is given up at this age (RFC 5321 section 4.5.4.1: four to five days).
pub(super) const GIVE_UP: Duration = Duration::from_secs(5 * 86_400);

/// What follows from a failed sending.
pub(super) enum Verdict {
    /// Tried again.
    Again(Fault),
    /// Never: recorded on the letter, with these words.
    Failed(String),
}

/// `tried_from` is when it was written, or sent again by the operator.
pub(super) fn verdict(error: SendError, tried_from: At, now: At) -> Verdict {
    let age = now.since(tried_from);
    let old = age >= GIVE_UP;
    let fault =
        |error: SendError| anyhow::Error::new(error).context("Hand the letter to the relay");
    let later = |error: SendError, pause: Duration| {
        Verdict::Again(Fault::from(fault(error)).later(now.plus(pause)))
    };
    match error {
        SendError::Permanent(why) => Verdict::Failed(why),
        SendError::Deferred { why, .. } if old => Verdict::Failed(format!("{why} (for five days)")),
        SendError::Unknown(why) if old => Verdict::Failed(format!("{why} (for five days)")),
        // From now on attempts count, and end in a dead job and a failed letter (`resend`).
        SendError::Unwell { .. } | SendError::Busy(_) if old => Verdict::Again(fault(error).into()),
        SendError::Unwell { pause, .. } => later(error, pause.max(pause_at(age, PAUSE_UNWELL_MAX))),
        SendError::Busy(_) => later(error, pause_at(age, PAUSE_UNWELL_MAX)),
        SendError::Deferred { .. } => later(error, pause_at(age, PAUSE_DEFERRED_MAX)),
        SendError::Unknown(_) => later(error, pause_at(age, PAUSE_UNKNOWN_MAX)),
    }
}

/// About the letter's age, anywhere in its upper half.
fn pause_at(age: Duration, longest: Duration) -> Duration {
    let longest = age.clamp(PAUSE_MIN, longest);
    rand::rng().random_range(longest / 2..=longest)
}
