//! Taking over what a killed process left running while others live: its leases end as soon as it has shown
//! no life for a while, not when they would have run out.
//!
//! Not for correctness: a claim keeps two runners apart even when a living process counts as gone. Claims of
//! whoever shows no life at all, as workers of another version may, are left to their leases.

use std::{collections::BTreeMap, time::Instant};

use super::{Queue, store};
use crate::db::{Error, in_time};

/// What one clock has seen of the claimants.
#[derive(Debug, Default)]
pub(super) struct Watch {
    /// How often each had beaten when that last changed, and when it was seen.
    beats: BTreeMap<String, (i64, Instant)>,
    looked: Option<Instant>,
}

impl Queue {
    /// Ends the leases of claimants that have shown no life at any look for `absent_min`. On PostgreSQL
    /// alone: SQLite has one process, which takes over at once when it starts.
    pub(super) async fn release_the_dead(&self, watch: &mut Watch) -> Result<(), Error> {
        if !self.db.is_postgres() {
            return Ok(());
        }
        // While nobody looked, or the database was away, silence says nothing.
        let blind = (self.settings.absent_min / 2).max(self.settings.refill_interval * 2);
        let looked = watch.looked.replace(Instant::now());
        if looked.is_some_and(|at| at.elapsed() > blind) {
            watch.beats.clear();
        }
        let told = in_time(store::claimants(&self.db)).await;
        let claimants = told.inspect_err(|_| watch.beats.clear())?;
        watch.beats.retain(|name, _| claimants.iter().any(|(of, _)| of == name));
        for (name, beats) in claimants {
            let seen = (beats, Instant::now());
            let (before, since) = *watch.beats.entry(name.clone()).or_insert(seen);
            if before != beats || name == self.claimant.as_str() {
                watch.beats.insert(name, seen);
            } else if since.elapsed() >= self.settings.absent_min {
                let now = self.clock.now();
                let jobs = in_time(store::take_over(&self.db, (&name, beats), now)).await?;
                if jobs > 0 {
                    tracing::info!(jobs, "taking over what a killed process left running");
                }
                watch.beats.remove(&name);
            }
        }
        Ok(())
    }
}
