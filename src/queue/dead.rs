//! Taking over what a killed process left running while others live: its leases end as soon as it has
//! been absent for a while, not when they would have run out.
//!
//! Not for correctness: a claim keeps two runners apart even when a living process counts as absent.

use std::{collections::BTreeMap, time::Instant};

use super::{Queue, claim::CLAIMANT_LEN, store};
use crate::db::{Error, is_present};

/// Claimants with claims that are not present, and since when.
#[derive(Debug, Default)]
pub(super) struct Absent {
    since: BTreeMap<String, Instant>,
}

impl Queue {
    /// Ends the leases of claimants that have been absent at every look for `absent_min`. On PostgreSQL
    /// alone: SQLite has one process, which takes over at once when it starts.
    pub(super) async fn release_the_dead(&self, absent: &mut Absent) -> Result<(), Error> {
        if !self.db.is_postgres() {
            return Ok(());
        }
        let length = i64::try_from(CLAIMANT_LEN).unwrap_or(i64::MAX);
        let claimants = store::claimants(&self.db, length).await?;
        absent.since.retain(|claimant, _| claimants.contains(claimant));
        for claimant in claimants {
            if claimant == self.claimant.as_str() || is_present(&self.db, &claimant).await? {
                absent.since.remove(&claimant);
                continue;
            }
            let since = *absent.since.entry(claimant.clone()).or_insert_with(Instant::now);
            if since.elapsed() >= self.settings.absent_min {
                let jobs = store::end_leases_of(&self.db, &claimant, self.clock.now()).await?;
                tracing::info!(jobs, "taking over what a killed process left running");
                absent.since.remove(&claimant);
            }
        }
        Ok(())
    }
}
