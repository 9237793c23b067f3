//! Running one claimed job to its end: done, put back, dead, or lost to another runner.

use std::{panic::AssertUnwindSafe, sync::Arc, time::Duration};

use anyhow::anyhow;
use futures_util::FutureExt;
use metrics::counter;
use rand::Rng;
use tokio_util::sync::CancellationToken;
use tracing::Instrument;

use crate::db::{Error, Tx, in_time};

use super::{
    Claimed, Fault, Queue, Registry,
    registry::{Finish, Kind, Settle, Shape},
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
/// A job that no handler of this version knows was enqueued by a newer one, whose workers may come later.
const UNKNOWN_PAUSE: Duration = Duration::from_secs(60);
/// It is dead when none has come for so long.
const UNKNOWN_MAX: Duration = Duration::from_hours(7 * 24);
/// A job that is put off comes back after this long at the soonest.
const PUT_OFF_MIN: Duration = Duration::from_millis(100);
/// All tries of a mark together, well below the time a lease lasts beyond its limit.
const MARK_LIMIT: Duration = Duration::from_secs(20);

impl<C: Clone + Send + Sync + 'static> Runner<C> {
    /// Runs `job`. Whatever happens is written to its row; a row that cannot be written is taken over
    /// when its lease ends.
    pub(super) async fn run(&self, job: Claimed) {
        // Whatever is logged meanwhile, by whomever, carries the job. Arguments and lanes name people.
        let span =
            tracing::info_span!("job", id = %job.id, kind = %job.kind, attempt = job.attempts);
        self.run_logged(job).instrument(span).await;
    }

    async fn run_logged(&self, job: Claimed) {
        let settled = match self.end(&job).await {
            Ok(true) => self.done(&job).await.map_err(Fault::from),
            Ok(false) => {
                tracing::info!(job = %job.id, kind = %job.kind, "Claim lost, attempt undone");
                Ok(())
            }
            Err(fault) => self.fail(&job, &fault).await,
        };
        if let Err(fault) = settled {
            let error = fault.text();
            tracing::warn!(job = %job.id, kind = %job.kind, error, "Job's end not written");
        }
    }

    /// Whether the job is done; `false` when the claim was lost and everything is rolled back.
    async fn end(&self, job: &Claimed) -> Result<bool, Fault> {
        let Some(kind) = self.registry.kind(&job.kind) else {
            return Err(self.unknown(job));
        };
        if job.attempts > kind.attempts {
            return Err(Fault::dead("Attempts are spent: the last one never ended"));
        }
        let reached = tokio::select! {
            reached = guarded(kind.limit, self.attempt(kind, job)) => reached?,
            () = self.cut.cancelled() => return Err(anyhow!("Cut by the stop").into()),
        };
        match reached {
            // Outside the limit of its kind, which may be over by now.
            Reached::Commit(tx) => {
                commit(tx).await?;
                Ok(true)
            }
            Reached::Mark(settle) => guarded(MARK_LIMIT, self.mark(job, settle)).await,
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
                let mut settle = prepare(&self.context, job, kind.attempts).await?;
                let Some(mut tx) = self.begin(job).await? else { return Ok(Reached::Lost) };
                (settle.second)(&self.context, &mut tx).await?;
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
    async fn mark(&self, job: &Claimed, mut settle: Settle<C>) -> Result<bool, Fault> {
        let mut tries = 1;
        loop {
            match self.mark_once(job, &mut settle).await {
                Err(fault) if tries < MARK_TRIES && fault.is_transient() => {
                    tokio::time::sleep(MARK_PAUSE * tries).await;
                    tries += 1;
                }
                ended => return ended,
            }
        }
    }

    async fn mark_once(&self, job: &Claimed, settle: &mut Settle<C>) -> Result<bool, Fault> {
        let finish = || Finish {
            job: job.id.clone(),
            claim: job.claim.clone(),
            now: self.queue.clock.now(),
        };
        let alone = settle.alone.as_ref().and_then(|alone| alone(&self.context, finish()));
        if let Some(marked) = alone {
            fault_point!("job-committing");
            let held = marked.await?;
            fault_point!("job-committed");
            return Ok(held);
        }
        let Some(mut tx) = self.begin(job).await? else { return Ok(false) };
        (settle.second)(&self.context, &mut tx).await?;
        commit(tx).await?;
        Ok(true)
    }

    async fn done(&self, job: &Claimed) -> Result<(), Error> {
        tracing::debug!(job = %job.id, kind = %job.kind, "Job done");
        counter!("pennypost_jobs_done_total", "queue" => job.queue.clone()).increment(1);
        self.queue.ring_lane(job).await
    }

    fn unknown(&self, job: &Claimed) -> Fault {
        let (now, version) = (self.queue.clock.now(), env!("CARGO_PKG_VERSION"));
        let fault = Fault::from(anyhow!("No handler for this kind in version {version}"));
        if now.since(job.created) >= UNKNOWN_MAX {
            return fault.for_good();
        }
        tracing::warn!(job = %job.id, kind = %job.kind, "of a kind that this version does not know");
        fault.later(now.plus(UNKNOWN_PAUSE))
    }

    /// Later again, or never.
    async fn fail(&self, job: &Claimed, fault: &Fault) -> Result<(), Fault> {
        let (db, now, error) = (&self.queue.db, self.queue.clock.now(), fault.text());
        if let Some(due) = fault.due() {
            tracing::info!(job = %job.id, kind = %job.kind, %due, %error, "Job put off");
            counter!("pennypost_jobs_put_off_total", "queue" => job.queue.clone()).increment(1);
            let due = due.max(now.plus(PUT_OFF_MIN));
            return Ok(in_time(store::put_off(db, job, due, &error)).await?);
        }
        let of = self.registry.kind(&job.kind).map_or(0, |kind| kind.attempts);
        if !fault.is_dead() && job.attempts < of {
            let pause = backoff(&self.queue.settings, job.attempts);
            let number = job.attempts;
            tracing::warn!(job = %job.id, kind = %job.kind, number, %error, "Job failed, will retry");
            counter!("pennypost_jobs_failed_total", "queue" => job.queue.clone()).increment(1);
            return Ok(in_time(store::retry(db, job, now.plus(pause), &error)).await?);
        }
        tracing::error!(job = %job.id, kind = %job.kind, %error, "Job is dead");
        counter!("pennypost_jobs_dead_total", "queue" => job.queue.clone()).increment(1);
        guarded(MARK_LIMIT, self.bury(job, &error)).await?;
        Ok(self.queue.ring_lane(job).await?)
    }

    /// Marks the job dead, with what else its kind has to write then. Where that fails for another reason
    /// than the database's, the job is dead all the same.
    async fn bury(&self, job: &Claimed, error: &str) -> Result<(), Fault> {
        let burial = self.registry.kind(&job.kind).and_then(|kind| kind.burial.as_ref());
        if let Some(burial) = burial {
            let mut tx = self.queue.db.begin().await?;
            if !store::bury(&mut tx, job, self.queue.clock.now(), error).await? {
                return Ok(tx.rollback().await?);
            }
            match burial(&self.context, job, error.to_owned(), &mut tx).await {
                Ok(()) => return Ok(tx.commit().await?),
                Err(fault) if fault.is_transient() => return Err(fault),
                Err(fault) => {
                    tx.rollback().await?;
                    let error = fault.text();
                    tracing::error!(job = %job.id, error, "what follows a dead job is not written");
                }
            }
        }
        let mut tx = self.queue.db.begin().await?;
        store::bury(&mut tx, job, self.queue.clock.now(), error).await?;
        Ok(tx.commit().await?)
    }
}

/// Without an answer it is unknown whether it happened. It is then written down as a failed attempt, which
/// changes nothing where it did: the claim is gone.
async fn commit(tx: Tx) -> Result<(), Error> {
    fault_point!("job-committing");
    in_time(tx.commit()).await?;
    fault_point!("job-committed");
    Ok(())
}

/// How far an attempt came.
enum Reached<C> {
    /// Only the commit is left.
    Commit(Tx),
    /// The effect is done, its mark is left.
    Mark(Settle<C>),
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
