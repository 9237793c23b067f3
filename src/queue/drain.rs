//! Doing everything that is due, then returning: for `all --once`.

use std::{sync::Arc, time::Duration};

use tokio_util::sync::CancellationToken;

use crate::db::Error;

use super::{Queue, Registry, dead::Watch, store};

/// How often a drain looks whether something is left.
const LOOK: Duration = Duration::from_millis(20);

impl Queue {
    /// Works on every registered queue until nothing in them is due and nothing runs: follow-up jobs
    /// included, delayed jobs and retries left for later. A job that a dead process left running is
    /// waited for until it is taken over, then done.
    ///
    /// # Errors
    /// The database's, when it cannot be asked what is left; what runs has ended then.
    pub async fn drain<C: Clone + Send + Sync + 'static>(
        &self,
        registry: Arc<Registry<C>>,
        context: C,
    ) -> Result<(), Error> {
        let queues = registry.queues();
        let stop = CancellationToken::new();
        let work = self.work(registry, context, &queues, stop.clone());
        let watch = async {
            let drained = self.until_idle(&queues).await;
            stop.cancel();
            drained
        };
        tokio::join!(work, watch).1
    }

    async fn until_idle(&self, queues: &[&str]) -> Result<(), Error> {
        let mut watch = Watch::default();
        loop {
            self.release_the_dead(&mut watch).await?;
            self.refill(queues).await?;
            if self.is_idle(queues).await? {
                return Ok(());
            }
            tokio::time::sleep(LOOK).await;
        }
    }

    /// Whether in `queues` nothing runs and nothing could be claimed now, seen in one state of the
    /// database.
    async fn is_idle(&self, queues: &[&str]) -> Result<bool, Error> {
        let mut tx = self.db.snapshot().await?;
        for queue in queues {
            if store::any_running(&mut tx, queue).await?
                || !store::heads(&mut tx, queue, self.clock.now(), 1).await?.is_empty()
            {
                return Ok(false);
            }
        }
        tx.commit().await?;
        Ok(true)
    }
}
