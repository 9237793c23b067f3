//! The clock's part: pushing the rows that no bell has brought, or will bring, to their pools.

use tokio_util::sync::CancellationToken;

use crate::db::{Error, in_time};

use super::{Queue, dead::Watch, enqueue::RING_AGAIN, store};

impl Queue {
    /// One look of the clock: rows whose `ring` has come (retries, delayed jobs, lost bells, abandoned
    /// claims) go before everything else; a queue of `queues` whose list is empty also gets the heads
    /// of its lanes. Returns how many bells rang.
    ///
    /// # Errors
    /// The database's; the next look does the same again.
    pub async fn refill(&self, queues: &[&str]) -> Result<usize, Error> {
        let (now, max) = (self.clock.now(), self.settings.refill_max);
        let overdue = store::overdue(&self.db, now, now.plus(RING_AGAIN), max).await?;
        let mut rung = overdue.len();
        self.bells.ring_first(overdue);
        let empty = self.bells.empty(queues).await;
        if empty.is_empty() {
            return Ok(rung);
        }
        let mut tx = self.db.snapshot().await?;
        for queue in empty {
            let heads = store::heads(&mut tx, queue, now, max).await?;
            rung += heads.len();
            self.bells.ring(heads);
        }
        tx.commit().await?;
        Ok(rung)
    }

    /// Ends the lease of every running job. Only for a process that is alone on its database, when it
    /// starts (SQLite): what its killed predecessor left is taken over at once instead of after the lease.
    /// Returns how many there were.
    ///
    /// # Errors
    /// The database's.
    pub async fn release_orphans(&self) -> Result<u64, Error> {
        store::end_leases(&self.db, self.clock.now()).await
    }

    /// Looks at once, as the bells of the process before died with it, then once per interval until
    /// `shutdown`.
    pub async fn run_refill(&self, queues: &[&str], shutdown: CancellationToken) {
        let pause = || tokio::time::sleep(self.settings.refill_interval);
        let mut watch = Watch::default();
        loop {
            if let Err(error) = self.release_the_dead(&mut watch).await {
                tracing::warn!(%error, "Jobs of dead processes not looked for");
            }
            if let Err(error) = in_time(self.refill(queues)).await {
                tracing::warn!(%error, "Queue not refilled");
            }
            if shutdown.run_until_cancelled(pause()).await.is_none() {
                return;
            }
        }
    }
}
