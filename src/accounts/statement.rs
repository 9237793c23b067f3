//! A person's statement: which period is meant, and what moved in it.
//!
//! Not for: how it is written down (`letters`).

use super::{
    letters::{Movement, Part, Statement},
    store_statement,
};
use crate::{
    clock::At,
    db::Tx,
    ledger::{self, Account},
    money::Money,
};

/// Most movements of one statement, in the file as well; of several currencies each has its share.
const MOVEMENTS_MAX: usize = 2_000;

/// From an instant until before another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Period {
    from: At,
    to: At,
}

impl Period {
    /// A month (`2025-05`) or a year (`2025`); without one, or of what is none, the running month and
    /// the one before. What is still to come belongs to none that has begun.
    fn of(text: Option<&str>, now: At) -> Self {
        let named = text.and_then(Self::named).unwrap_or_else(|| Self::usual(now));
        let end = At(now.0.saturating_add(1));
        if named.from < end { Self { to: named.to.min(end), ..named } } else { named }
    }

    fn named(text: &str) -> Option<Self> {
        let (year, month) = match text.split_once('-') {
            Some((year, month)) => (year.parse().ok()?, Some(month.parse().ok()?)),
            None => (text.parse().ok()?, None),
        };
        let from = At::of_day(year, month.unwrap_or(1), 1)?;
        let to = match month {
            Some(month) if month < 12 => At::of_day(year, month.saturating_add(1), 1)?,
            _ => At::of_day(year.saturating_add(1), 1, 1)?,
        };
        Some(Self { from, to })
    }

    fn usual(now: At) -> Self {
        let (year, month, _) = now.calendar();
        let (year, month) =
            if month > 1 { (year, month.saturating_sub(1)) } else { (year.saturating_sub(1), 12) };
        let from = At::of_day(year, month, 1).unwrap_or(At(0));
        Self { from, to: At(now.0.saturating_add(1)) }
    }
}

/// What moved in a person's accounts in a period that their mail named.
///
/// # Errors
/// The database's.
pub(super) async fn compiled(
    tx: &mut Tx,
    accounts: &[Account],
    period: Option<&str>,
    now: At,
) -> Result<Statement, sqlx::Error> {
    let Period { from, to } = Period::of(period, now);
    let share = MOVEMENTS_MAX / accounts.len().max(1);
    let mut parts = Vec::with_capacity(accounts.len());
    for account in accounts {
        parts.push(part(tx, account, (from, to), share).await?);
    }
    Ok(Statement::new((from, At(to.0.saturating_sub(1))), parts))
}

async fn part(
    tx: &mut Tx,
    account: &Account,
    period: (At, At),
    share: usize,
) -> Result<Part, sqlx::Error> {
    let money = |minor| Money::new(minor, account.currency);
    let max = i64::try_from(share.max(1)).unwrap_or(i64::MAX);
    let rows = store_statement::movements(tx, &account.id, period, max).await?;
    let total = store_statement::count(tx, &account.id, period).await?;
    let opening = money(ledger::balance_before(tx, &account.id, period.0).await?);
    let movements = rows.into_iter().rev().map(|row| Movement {
        at: row.at,
        kind: row.kind,
        party: row.party,
        reference: row.reference,
        amount: money(row.amount_minor),
        after: money(row.after_minor),
    });
    let total = u64::try_from(total).unwrap_or(0);
    Ok(Part { opening, total, movements: movements.collect() })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: Option<&str>) -> (String, String) {
        let now = At::from_unix_seconds(1_748_946_600);
        let Period { from, to } = Period::of(text, now);
        (from.to_string(), to.to_string())
    }

    #[test]
    fn a_period_is_a_month_a_year_or_what_has_just_been() {
        let of = |from: &str, to: &str| (format!("{from}T00:00:00Z"), to.to_owned());
        let now = "2025-06-03T10:30:00Z";
        assert_eq!(shown(Some("2024-02")), of("2024-02-01", "2024-03-01T00:00:00Z"));
        assert_eq!(shown(Some("2024-12")), of("2024-12-01", "2025-01-01T00:00:00Z"));
        assert_eq!(shown(Some("2024")), of("2024-01-01", "2025-01-01T00:00:00Z"));
        // What runs ends now.
        assert_eq!(shown(Some("2025-06")), of("2025-06-01", now));
        assert_eq!(shown(Some("2025")), of("2025-01-01", now));
        assert_eq!(shown(Some("2025-07")), of("2025-07-01", "2025-08-01T00:00:00Z"));
        for odd in [None, Some("2025-13"), Some("x"), Some("2025-06-03"), Some("99999")] {
            assert_eq!(shown(odd), of("2025-05-01", now), "{odd:?}");
        }
    }
}
