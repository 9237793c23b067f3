//! How many octets of raw mail this process holds at once, whatever its mailboxes hold.

use std::sync::Arc;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// Octets of one permit.
const UNIT: u64 = 1024;

/// The budget that all mailboxes of a process share. Cloning shares it.
#[derive(Debug, Clone)]
pub struct Budget {
    units: Arc<Semaphore>,
    all: u32,
}

/// A part of it, given back when dropped.
#[derive(Debug)]
#[expect(dead_code, reason = "held until dropped, never asked")]
pub(super) struct Share(OwnedSemaphorePermit);

impl Budget {
    /// Of so many octets.
    pub fn new(octets: u64) -> Self {
        let all = u32::try_from(octets / UNIT).unwrap_or(u32::MAX).max(1);
        Self { units: Arc::new(Semaphore::new(all.try_into().unwrap_or(usize::MAX))), all }
    }

    /// Waits for room; what is larger than everything gets everything.
    pub(super) async fn take(&self, octets: u64) -> Share {
        let units = u32::try_from(octets.div_ceil(UNIT)).unwrap_or(u32::MAX).clamp(1, self.all);
        let share = Arc::clone(&self.units).acquire_many_owned(units).await;
        Share(share.expect("the semaphore is never closed"))
    }
}
