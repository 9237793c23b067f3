//! The relay's budget: how many letters may leave in a minute and in a day, of all processes together.
//!
//! Not for: the connections of one process (`relay`). Nothing is counted where nothing is bounded.

use std::time::Duration;

use anyhow::anyhow;
use rand::Rng;
use tokio_util::task::TaskTracker;

use super::store_relay::{self, Used};
use crate::{
    clock::At,
    config::RelaySettings,
    context::Context,
    db::in_time,
    mail::relay::{Begun, Lane},
    queue::Fault,
};

word_enum! {
    /// A bound's span of time.
    pub(super) enum Span {
        /// Counted in slots of five seconds.
        Minute = "minute",
        /// Counted in slots of five minutes.
        Day = "day",
    }
}

/// A letter without room looks again after this long at the latest: others may give theirs back.
const WAIT_MAX: Duration = Duration::from_secs(600);
/// So many parts of its span a letter comes back later than it must: those that wait together do not
/// come back together. Adverts are many, and nobody waits for one.
const SPREAD_SERVICE: u32 = 100;
const SPREAD_CAMPAIGN: u32 = 20;

impl Span {
    const ALL: [Self; 2] = [Self::Minute, Self::Day];

    fn length(self) -> Duration {
        match self {
            Self::Minute => Duration::from_secs(60),
            Self::Day => Duration::from_secs(86_400),
        }
    }

    fn slot_length(self) -> Duration {
        match self {
            Self::Minute => Duration::from_secs(5),
            Self::Day => Duration::from_secs(300),
        }
    }

    fn limit(self, settings: &RelaySettings) -> Option<i64> {
        match self {
            Self::Minute => settings.per_minute,
            Self::Day => settings.per_day,
        }
    }

    /// The slot of an instant.
    fn slot(self, at: At) -> i64 {
        at.unix_seconds().div_euclid(self.slot_length().as_secs().cast_signed())
    }

    /// The first slot that still counts: one that began before the span did counts whole, so that no
    /// span, wherever it begins, holds more than its limit.
    fn first_slot(self, now: At) -> i64 {
        self.slot(now.minus(self.length()))
    }

    /// When a slot stops counting.
    fn ends_to_count(self, slot: i64) -> At {
        let next = (slot + 1).saturating_mul(self.slot_length().as_secs().cast_signed());
        At::from_unix_seconds(next).plus(self.length())
    }
}

/// Clocks of processes that differ by less count by the one that is ahead.
pub(super) const SKEW_MAX: Duration = Duration::from_secs(60);

/// Room for one letter, taken from the budget. Dropped before the letter has begun to be said, as when a
/// process is stopped, it is given back.
#[derive(Debug)]
pub(super) struct Permit {
    cx: Context,
    relay: &'static str,
    lane: Lane,
    /// When; none where nothing is bounded, and once it is settled.
    taken_at: Option<At>,
    /// Set by the relay.
    pub(super) begun: Begun,
}

/// Takes room for one letter.
///
/// # Errors
/// Without room, a fault that puts the letter off until there may be some.
pub(super) async fn take(cx: &Context, relay: &'static str, lane: Lane) -> Result<Permit, Fault> {
    let (settings, now) = (&cx.settings.relay, cx.now());
    let bounded = Span::ALL.iter().any(|span| span.limit(settings).is_some());
    if !bounded {
        return Ok(Permit::of(cx, relay, lane, None));
    }
    let mut tx = cx.db.begin().await?;
    // One at a time: what is read below holds until the commit.
    let now = store_relay::lock(&mut tx, relay, now, SKEW_MAX).await?;
    for span in Span::ALL {
        let Some(limit) = span.limit(settings) else { continue };
        let used = store_relay::used(&mut tx, relay, span, span.first_slot(now)).await?;
        if let Some(at) = full_until(span, &used, lane, (limit, settings.campaign_percent)) {
            tx.rollback().await?;
            metrics::counter!("pennypost_letters_without_room_total", "lane" => lane.as_str())
                .increment(1);
            let at = at.min(now.plus(WAIT_MAX)).plus(spread(span, lane));
            let fault = anyhow!("The relay's budget of the {span} is spent");
            return Err(Fault::from(fault).later(at));
        }
    }
    for span in Span::ALL {
        store_relay::forget(&mut tx, relay, span, span.first_slot(now)).await?;
        store_relay::add(&mut tx, relay, span, span.slot(now), lane).await?;
    }
    tx.commit().await?;
    Ok(Permit::of(cx, relay, lane, Some(now)))
}

impl Permit {
    fn of(cx: &Context, relay: &'static str, lane: Lane, taken_at: Option<At>) -> Self {
        Self { cx: cx.clone(), relay, lane, taken_at, begun: Begun::default() }
    }

    /// The relay took the letter, or may have.
    pub(super) fn keep(mut self) {
        self.taken_at = None;
    }

    /// The relay took nothing: another letter may have the room.
    pub(super) async fn give_back(mut self) {
        if let Some(at) = self.taken_at.take() {
            give_back(&self.cx, self.relay, self.lane, at).await;
        }
    }
}

impl Drop for Permit {
    fn drop(&mut self) {
        if self.begun.is_set() {
            return;
        }
        if let Some(at) = self.taken_at.take() {
            let (cx, relay, lane) = (self.cx.clone(), self.relay, self.lane);
            TaskTracker::new().spawn(async move { give_back(&cx, relay, lane, at).await });
        }
    }
}

/// Where the database fails it, the room stays used until its slot ends: the safe side.
async fn give_back(cx: &Context, relay: &str, lane: Lane, at: At) {
    let giving = async {
        let mut tx = cx.db.begin().await?;
        store_relay::lock(&mut tx, relay, cx.now(), SKEW_MAX).await?;
        for span in Span::ALL {
            store_relay::subtract(&mut tx, relay, span, span.slot(at), lane).await?;
        }
        tx.commit().await
    };
    if let Err(error) = in_time(giving).await {
        tracing::warn!(relay, %error, "room in the relay's budget not given back");
    }
}

/// Until when there is no room for a letter of a lane; none when there is. `used` is in the order of
/// slots; of the limit adverts may use `percent` hundredths.
fn full_until(span: Span, used: &[Used], lane: Lane, (limit, percent): (i64, i64)) -> Option<At> {
    // The smallest share is one: of a small limit they would else have none, for ever.
    let share = (limit.saturating_mul(percent) / 100).max(percent.min(1));
    let of_all = |_: &&Used| true;
    let of_adverts = |used: &&Used| used.lane == Lane::Campaign;
    let all = until_below(span, used.iter().filter(of_all), limit);
    match lane {
        Lane::Service => all,
        Lane::Campaign => all.max(until_below(span, used.iter().filter(of_adverts), share)),
    }
}

/// When so many slots have stopped counting that the rest is below `limit`.
fn until_below<'a>(
    span: Span,
    used: impl Iterator<Item = &'a Used> + Clone,
    limit: i64,
) -> Option<At> {
    let mut sum: i64 = used.clone().map(|used| used.letters).sum();
    if sum < limit {
        return None;
    }
    for one in used {
        sum -= one.letters;
        if sum < limit {
            return Some(span.ends_to_count(one.slot));
        }
    }
    // A limit of nothing.
    Some(At(i64::MAX))
}

fn spread(span: Span, lane: Lane) -> Duration {
    let parts = match lane {
        Lane::Service => SPREAD_SERVICE,
        Lane::Campaign => SPREAD_CAMPAIGN,
    };
    rand::rng().random_range(Duration::ZERO..=(span.length() / parts).min(WAIT_MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn used(slots: &[(i64, Lane, i64)]) -> Vec<Used> {
        slots.iter().map(|&(slot, lane, letters)| Used { slot, lane, letters }).collect()
    }

    #[test]
    fn adverts_leave_room_for_receipts_and_receipts_use_all_of_it() {
        let half = (10, 50);
        let full = |slots: &[(i64, Lane, i64)], lane| {
            full_until(Span::Minute, &used(slots), lane, half).is_some()
        };
        use Lane::{Campaign, Service};
        assert!(!full(&[(1, Campaign, 4)], Campaign));
        assert!(full(&[(1, Campaign, 5)], Campaign));
        assert!(!full(&[(1, Campaign, 5)], Service));
        assert!(!full(&[(1, Campaign, 5), (2, Service, 4)], Service));
        assert!(full(&[(1, Campaign, 5), (2, Service, 5)], Service));
        assert!(full(&[(1, Service, 10)], Campaign), "receipts may use what adverts do not");
    }

    #[test]
    fn a_limit_of_one_is_some_day_an_adverts_turn() {
        let one = |slots: &[(i64, Lane, i64)], percent| {
            full_until(Span::Minute, &used(slots), Lane::Campaign, (1, percent))
        };
        assert_eq!(one(&[], 50), None);
        assert!(one(&[(1, Lane::Service, 1)], 50).is_some());
        assert_eq!(one(&[], 0), Some(At(i64::MAX)), "none, where none is wanted");
    }

    #[test]
    fn a_letter_waits_for_the_slot_whose_end_makes_room() {
        let slots = used(&[(100, Lane::Service, 2), (101, Lane::Service, 2)]);
        let until = full_until(Span::Minute, &slots, Lane::Service, (3, 50)).expect("full");
        assert_eq!(until, At::from_unix_seconds(101 * 5 + 60));
        let until = full_until(Span::Minute, &slots, Lane::Service, (2, 50)).expect("full");
        assert_eq!(until, At::from_unix_seconds(102 * 5 + 60));
        let none = full_until(Span::Minute, &slots, Lane::Campaign, (9, 0));
        assert_eq!(none, Some(At(i64::MAX)));
    }

    #[test]
    fn every_slot_that_touches_the_span_counts() {
        let now = At::from_unix_seconds(1_003);
        assert_eq!(Span::Minute.first_slot(now), 943 / 5);
        assert!(Span::Minute.ends_to_count(943 / 5) > now);
        assert!(Span::Minute.ends_to_count(943 / 5 - 1) <= now);
    }
}
