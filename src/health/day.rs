//! What has happened since midnight (UTC), for the operator's screen: mails, letters, money.

use serde::Serialize;

use crate::{
    clock::At,
    db::Tx,
    ids,
    inbox::{self, Received},
    ledger::{self, Counted},
    letters::{self, Written},
};

/// Microseconds of a day.
const DAY: i64 = 86_400_000_000;

/// One day so far.
#[derive(Debug, Clone, Serialize)]
pub struct Day {
    /// Mails.
    pub inbox: Received,
    /// Letters.
    pub letters: Written,
    /// Accounts, transfers, holds.
    pub money: Counted,
}

/// Counts the day that `now` lies in.
///
/// # Errors
/// The database's.
pub async fn day(tx: &mut Tx, now: At) -> Result<Day, sqlx::Error> {
    let since = ids::least(At(now.0 - now.0.rem_euclid(DAY)));
    Ok(Day {
        inbox: inbox::received(tx, &since).await?,
        letters: letters::written(tx, &since).await?,
        money: ledger::counted(tx, &since).await?,
    })
}
