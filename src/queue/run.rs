//! Running one claimed job to its end: done, put back, dead, or lost to another runner.

use std::{panic::AssertUnwindSafe, sync::Arc, time::Duration};

use anyhow::anyhow;
use futures_util::FutureExt;
use metrics::counter;
use rand::Rng;
use tokio_util::sync::CancellationToken;

use crate::db::{Error, Tx};

use super::{
    Claimed, Fault, Queue, Registry,
    registry::{Kind, Second, Shape},
    settings::Settings,
    store,
};

/// What runs the jobs of a pool.
pub(super) struct Runner<C> {
    pub(super) queue: Queue,
    pub(super) registry: Arc<Registry<C>>,
    pub(super) context: C,
    /// Ends what still runs when the grace of a stop is over.
    pub(super) cut: CancellationToken,
}

/// How often the mark of an effect is tried, and the pause before each further time.
const MARK_TRIES: u32 = 4;
const MARK_PAUSE: Duration = Duration::from_millis(100);
/// Attempts at a job that no handler of this version knows.
const ATTEMPTS_UNKNOWN: i64 = 12;
/// A job that is put off comes back after this long at the soonest.
const PUT_OFF_MIN: Duration = Duration::from_millis(100);
/// All tries of a mark together, well below the time a lease lasts beyond its limit.
const MARK_LIMIT: Duration = Duration::from_secs(20);

impl<C: Clone + Send + Sync + 'static> Runner<C> {
    /// Runs `job`. Whatever happens is written to its row; a row that cannot be written is taken over
    /// when its lease ends.
    pub(super) async fn run(&self, job: Claimed) {
        let settled = match self.end(&job).await {
            Ok(true) => self.done(&job).await,
            Ok(false) => {
                tracing::info!(job = %job.id, kind = %job.kind, "Claim lost, attempt undone");
                Ok(())
            }
            Err(fault) => self.fail(&job, &fault).await,
        };
        if let Err(error) = settled {
            tracing::warn!(job = %job.id, kind = %job.kind, %error, "Job's end not written");
        }
    }

    /// Whether the job is done; `false` when the claim was lost and everything is rolled back.
    async fn end(&self, job: &Claimed) -> Result<bool, Fault> {
        let Some(kind) = self.registry.kind(&job.kind) else {
            // A newer version enqueued it; one that knows it will come.
            return Err(anyhow!("No handler for this kind").into());
        };
        if job.attempts > kind.attempts {
            return Err(Fault::dead("Attempts are spent: the last one never ended"));
        }
        let reached = tokio::select! {
            reached = guarded(kind.limit, self.attempt(kind, job)) => reached?,
            () = self.cut.cancelled() => return Err(anyhow!("Cut by the stop").into()),
        };
        match reached {
            // Outside the limit: the outcome of a commit that is cut would be unknown.
            Reached::Commit(tx) => {
                commit(tx).await?;
                Ok(true)
            }
            Reached::Mark(second) => guarded(MARK_LIMIT, self.mark(job, second)).await,
            Reached::Lost => Ok(false),
        }
    }

    async fn attempt(&self, kind: &Kind<C>, job: &Claimed) -> Result<Reached<C>, Fault> {
        match &kind.shape {
            Shape::Transact(transact) => {
                let Some(mut tx) = self.begin(job).await? else { return Ok(Reached::Lost) };
                transact(&self.context, &job.args, &mut tx).await?;
                Ok(Reached::Commit(tx))
            }
            Shape::Prepare(prepare) => {
                let mut second = prepare(&self.context, job, kind.attempts).await?;
                let Some(mut tx) = self.begin(job).await? else { return Ok(Reached::Lost) };
                second(&self.context, &mut tx).await?;
                Ok(Reached::Commit(tx))
            }
            Shape::Effect(act) => Ok(Reached::Mark(act(&self.context, job, kind.attempts).await?)),
        }
    }

    /// The transaction of the job's effects, opened by marking the job done in it.
    async fn begin(&self, job: &Claimed) -> Result<Option<Tx>, Error> {
        let mut tx = self.queue.db.begin().await?;
        if store::finish(&mut tx, job, self.queue.clock.now()).await? {
            return Ok(Some(tx));
        }
        tx.rollback().await?;
        Ok(None)
    }

    /// The effect is done already: a database that fails now is tried again before anything else, as
    /// the whole job would repeat the effect.
    async fn mark(&self, job: &Claimed, mut second: Second<C>) -> Result<bool, Fault> {
        let mut tries = 1;
        loop {
            match self.mark_once(job, &mut second).await {
                Err(fault) if tries < MARK_TRIES && fault.is_transient() => {
                    tokio::time::sleep(MARK_PAUSE * tries).await;
                    tries += 1;
                }
                ended => return ended,
            }
        }
    }

    async fn mark_once(&self, job: &Claimed, second: &mut Second<C>) -> Result<bool, Fault> {
        let Some(mut tx) = self.begin(job).await? else { return Ok(false) };
        second(&self.context, &mut tx).await?;
        commit(tx).await?;
        Ok(true)
    }

    async fn done(&self, job: &Claimed) -> Result<(), Error> {
        counter!("pennypost_jobs_done_total", "queue" => job.queue.clone()).increment(1);
        self.queue.ring_lane(job).await
    }

    /// Later again, or never.
    async fn fail(&self, job: &Claimed, fault: &Fault) -> Result<(), Error> {
        let (db, now, error) = (&self.queue.db, self.queue.clock.now(), fault.text());
        if let Some(due) = fault.due() {
            tracing::info!(job = %job.id, kind = %job.kind, %due, %error, "Job put off");
            counter!("pennypost_jobs_put_off_total", "queue" => job.queue.clone()).increment(1);
            return store::put_off(db, job, due.max(now.plus(PUT_OFF_MIN)), &error).await;
        }
        let of = self.registry.kind(&job.kind).map_or(ATTEMPTS_UNKNOWN, |kind| kind.attempts);
        if !fault.is_dead() && job.attempts < of {
            let pause = backoff(&self.queue.settings, job.attempts);
            let number = job.attempts;
            tracing::warn!(job = %job.id, kind = %job.kind, number, %error, "Job failed, will retry");
            counter!("pennypost_jobs_failed_total", "queue" => job.queue.clone()).increment(1);
            return store::retry(db, job, now.plus(pause), &error).await;
        }
        tracing::error!(job = %job.id, kind = %job.kind, %error, "Job is dead");
        counter!("pennypost_jobs_dead_total", "queue" => job.queue.clone()).increment(1);
        store::bury(db, job, now, &error).await?;
        self.queue.ring_lane(job).await
    }
}

async fn commit(tx: Tx) -> Result<(), Error> {
    fault_point!("job-committing");
    tx.commit().await?;
    fault_point!("job-committed");
    Ok(())
}

/// How far an attempt came.
enum Reached<C> {
    /// Only the commit is left.
    Commit(Tx),
    /// The effect is done, its mark is left.
    Mark(Second<C>),
    /// Somebody else holds the job.
    Lost,
}

/// A handler's own limit, applied here: cut by a layer around the worker, its body would run on.
async fn guarded<T>(
    limit: Duration,
    handler: impl Future<Output = Result<T, Fault>>,
) -> Result<T, Fault> {
    match tokio::time::timeout(limit, AssertUnwindSafe(handler).catch_unwind()).await {
        Ok(Ok(ended)) => ended,
        // The payload may quote what was being read; the log has it.
        Ok(Err(_)) => Err(anyhow!("Panicked").into()),
        Err(_) => Err(anyhow!("Cut after {limit:?}").into()),
    }
}

/// The pause after the failure of attempt `number`: doubling, and anywhere in its upper half, so that
/// jobs that failed together do not come back together.
fn backoff(settings: &Settings, number: i64) -> Duration {
    let doublings = u32::try_from(number.saturating_sub(1).clamp(0, 30)).unwrap_or(0);
    let longest = settings.backoff_min.saturating_mul(1 << doublings).min(settings.backoff_max);
    rand::rng().random_range(longest / 2..=longest)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_double_up_to_their_bound() {
        let settings = Settings::default();
        for (number, longest) in [(1, 2), (2, 4), (5, 32), (12, 3_600), (i64::MAX, 3_600)] {
            let pause = backoff(&settings, number);
            let longest = Duration::from_secs(longest);
            assert!(longest / 2 <= pause && pause <= longest, "{number}: {pause:?}");
        }
    }
}
