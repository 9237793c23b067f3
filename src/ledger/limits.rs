//! How much may leave an account: per transfer, per hour in number, per rolling day, week and month.
//!
//! Not for: choosing the limits (`accounts` does), or what one confirmation may cover (`policy`).

use std::time::Duration;

use super::{Limit, Refusal};
use crate::money::Money;

/// The window of `hourly_count`.
pub(super) const HOUR: Duration = Duration::from_secs(3_600);
/// The window of `day`.
pub(super) const DAY: Duration = Duration::from_secs(24 * 3_600);
/// The window of `week`.
pub(super) const WEEK: Duration = Duration::from_secs(7 * 24 * 3_600);
/// The window of `month`: 30 days.
pub(super) const MONTH: Duration = Duration::from_secs(30 * 24 * 3_600);

/// What the payer may spend, in the payer's currency; `None` is no limit. All windows roll: they
/// end now.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Limits {
    /// At most this much at once.
    pub per_transfer: Option<Money>,
    /// At most this many operations within an hour.
    pub hourly_count: Option<i64>,
    /// At most this much within 24 hours.
    pub day: Option<Money>,
    /// At most this much within 7 days.
    pub week: Option<Money>,
    /// At most this much within 30 days.
    pub month: Option<Money>,
}

/// What has left an account, or is promised by open holds, in each window. Refunds given do not
/// count.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, sqlx_macros::FromRow)]
pub struct Spent {
    /// Operations within the hour.
    pub hourly_count: i64,
    /// Minor units within 24 hours.
    pub day_minor: i64,
    /// Minor units within 7 days.
    pub week_minor: i64,
    /// Minor units within 30 days.
    pub month_minor: i64,
}

impl Limits {
    /// No limit at all; for the house's own movements.
    pub const NONE: Self =
        Self { per_transfer: None, hourly_count: None, day: None, week: None, month: None };

    /// Whether what was spent before must be known.
    pub(super) const fn need_history(&self) -> bool {
        self.hourly_count.is_some()
            || self.day.is_some()
            || self.week.is_some()
            || self.month.is_some()
    }

    /// Whether `amount` may go on top of what has been spent.
    pub(super) fn check(&self, amount: Money, spent: &Spent) -> Result<(), Refusal> {
        let sums = [
            (Limit::PerTransfer, self.per_transfer, 0),
            (Limit::Day, self.day, spent.day_minor),
            (Limit::Week, self.week, spent.week_minor),
            (Limit::Month, self.month, spent.month_minor),
        ];
        for (limit, allowed, spent_minor) in sums {
            let Some(allowed) = allowed else { continue };
            if allowed.currency != amount.currency {
                return Err(Refusal::CurrencyMismatch);
            }
            let left_minor = allowed.minor.saturating_sub(spent_minor).max(0);
            if amount.minor > left_minor {
                let left = Money::new(left_minor, allowed.currency);
                return Err(Refusal::OverLimit { limit, allowed, left });
            }
        }
        match self.hourly_count {
            Some(allowed) if spent.hourly_count >= allowed => Err(Refusal::TooOften { allowed }),
            _ => Ok(()),
        }
    }
}
