//! When a limit that stood in the way will leave enough again, for the letter that says so.
//!
//! Promises nothing: what is spent meanwhile counts as well.

use std::time::Duration;

use super::{AccountId, Limit, Refusal, limits, store_spent};
use crate::{clock::At, db::Tx, money::Amount};

/// From when `amount` will be within the limit that refused it, when nothing more is spent; none when it
/// never will, or when no limit of a span refused it.
///
/// # Errors
/// The database's.
pub async fn eases_at(
    tx: &mut Tx,
    account: &AccountId,
    amount: Amount,
    refusal: &Refusal,
    now: At,
) -> Result<Option<At>, sqlx::Error> {
    match refusal {
        Refusal::OverLimit { limit, allowed, left } => {
            let Some(span) = span(*limit).filter(|_| amount.minor() <= allowed.minor) else {
                return Ok(None);
            };
            let mut lacking = amount.minor().saturating_sub(left.minor);
            for spent in store_spent::since(tx, account, now.minus(span)).await? {
                lacking = lacking.saturating_sub(spent.amount_minor);
                if lacking <= 0 {
                    return Ok(Some(spent.at.plus(span)));
                }
            }
            Ok(None)
        }
        Refusal::TooOften { allowed } => {
            let times = store_spent::operations_since(tx, account, now.minus(limits::HOUR)).await?;
            let surplus = times.len().saturating_sub(usize::try_from(*allowed).unwrap_or(0));
            Ok(times.get(surplus).map(|at| at.plus(limits::HOUR)))
        }
        _ => Ok(None),
    }
}

fn span(limit: Limit) -> Option<Duration> {
    match limit {
        Limit::PerTransfer => None,
        Limit::Day => Some(limits::DAY),
        Limit::Week => Some(limits::WEEK),
        Limit::Month => Some(limits::MONTH),
    }
}
