//! Time as the product knows it: instants in microseconds, and the one place that reads the clock.
//!
//! Not for: measuring how long something took (`std::time::Instant` is for that).

use std::{
    fmt,
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    },
    time::Duration,
};

use serde::{Deserialize, Serialize};

/// An instant: microseconds since 1970-01-01T00:00:00Z. The same number in both databases, so it
/// sorts and subtracts in SQL.
#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    Serialize,
    Deserialize,
    sqlx_macros::Type,
)]
#[sqlx(transparent)]
#[serde(transparent)]
pub struct At(pub i64);

impl At {
    /// The instant `span` later; stays at the end of time instead of overflowing.
    #[must_use]
    pub fn plus(self, span: Duration) -> Self {
        Self(self.0.saturating_add(i64::try_from(span.as_micros()).unwrap_or(i64::MAX)))
    }

    /// The instant `span` earlier.
    #[must_use]
    pub fn minus(self, span: Duration) -> Self {
        Self(self.0.saturating_sub(i64::try_from(span.as_micros()).unwrap_or(i64::MAX)))
    }

    /// How long after `earlier` this is; zero when it is not after.
    pub fn since(self, earlier: Self) -> Duration {
        Duration::from_micros(u64::try_from(self.0.saturating_sub(earlier.0)).unwrap_or(0))
    }

    /// Whole seconds since 1970, as Unix counts them.
    pub fn unix_seconds(self) -> i64 {
        self.0.div_euclid(1_000_000)
    }

    /// From whole seconds since 1970.
    pub fn from_unix_seconds(seconds: i64) -> Self {
        Self(seconds.saturating_mul(1_000_000))
    }

    fn timestamp(self) -> jiff::Timestamp {
        jiff::Timestamp::from_microsecond(self.0).unwrap_or(jiff::Timestamp::UNIX_EPOCH)
    }

    /// RFC 5322 section 3.3 date-time, in UTC, for a `Date` field.
    pub fn rfc5322(self) -> String {
        self.timestamp().strftime("%a, %d %b %Y %H:%M:%S +0000").to_string()
    }

    /// `2025-06-03`, in UTC.
    pub fn date(self) -> String {
        self.timestamp().strftime("%Y-%m-%d").to_string()
    }

    /// Year, month from 1 and day of the month, in UTC.
    pub fn calendar(self) -> (i16, u8, u8) {
        let date = jiff::tz::Offset::UTC.to_datetime(self.timestamp()).date();
        (date.year(), date.month().unsigned_abs(), date.day().unsigned_abs())
    }

    /// The first instant of a day of the calendar, in UTC; none when there is no such day.
    pub fn of_day(year: i16, month: u8, day: u8) -> Option<Self> {
        let (month, day) = (i8::try_from(month).ok()?, i8::try_from(day).ok()?);
        let date = jiff::civil::Date::new(year, month, day).ok()?;
        let at = date.to_zoned(jiff::tz::TimeZone::UTC).ok()?;
        Some(Self(at.timestamp().as_microsecond()))
    }

    /// `10:30:07.042`, in UTC.
    pub fn time_to_millis(self) -> String {
        self.timestamp().strftime("%H:%M:%S%.3f").to_string()
    }

    /// `10:30`, in UTC.
    pub fn time_of_day(self) -> String {
        self.timestamp().strftime("%H:%M").to_string()
    }
}

impl fmt::Display for At {
    /// RFC 3339 with seconds, in UTC.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.timestamp().strftime("%Y-%m-%dT%H:%M:%SZ").to_string())
    }
}

/// Where the time comes from. Handed in everywhere, so that a test decides what time it is.
#[derive(Debug, Clone, Default)]
pub enum Clock {
    /// The machine's clock.
    #[default]
    System,
    /// A clock that stands still until a test moves it.
    Fixed(Arc<AtomicI64>),
}

impl Clock {
    /// A clock that stands at `at`.
    pub fn fixed(at: At) -> Self {
        Self::Fixed(Arc::new(AtomicI64::new(at.0)))
    }

    /// The present instant.
    pub fn now(&self) -> At {
        match self {
            #[expect(clippy::disallowed_methods, reason = "the one place that reads the clock")]
            Self::System => At(jiff::Timestamp::now().as_microsecond()),
            Self::Fixed(at) => At(at.load(Ordering::SeqCst)),
        }
    }

    /// Moves a fixed clock on; the machine's clock is nobody's to move.
    pub fn advance(&self, span: Duration) {
        if let Self::Fixed(at) = self {
            at.fetch_add(i64::try_from(span.as_micros()).unwrap_or(0), Ordering::SeqCst);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_written_as_mail_wants_them() {
        let at = At::from_unix_seconds(1_748_946_600);
        assert_eq!(at.rfc5322(), "Tue, 03 Jun 2025 10:30:00 +0000");
        assert_eq!(at.to_string(), "2025-06-03T10:30:00Z");
        assert_eq!(at.calendar(), (2025, 6, 3));
        assert_eq!(At::of_day(2025, 6, 3).map(At::date), Some("2025-06-03".to_owned()));
        assert_eq!(At::of_day(2025, 2, 30), None);
    }

    #[test]
    fn spans_never_overflow() {
        assert_eq!(At(i64::MAX).plus(Duration::from_secs(1)), At(i64::MAX));
        assert_eq!(At(5).since(At(9)), Duration::ZERO);
    }
}
