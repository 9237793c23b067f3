//! Which handler runs which kind of job: one line per kind, in the assembly.

use std::{collections::BTreeMap, future::Future, sync::Arc, time::Duration};

use anyhow::Context;
use futures_util::future::BoxFuture;
use serde::de::DeserializeOwned;

use crate::{clock::At, db::Tx};

use super::{Claimed, Fault, JobId, Work};

/// What one attempt of an *effect* job is told.
#[derive(Debug, Clone)]
pub struct Attempt<W> {
    /// The job's arguments.
    pub work: W,
    /// The job.
    pub job: JobId,
    /// Which attempt this is, from 1.
    pub number: i64,
    /// How many there are in all: at `number == of` a failure is final.
    pub of: i64,
}

impl<W> Attempt<W> {
    /// Whether no other attempt follows if this one fails.
    pub fn is_last(&self) -> bool {
        self.number >= self.of
    }
}

/// A plain `async fn(&C, A) -> Result<P, Fault>`: input and output, without a transaction.
pub trait Outside<'a, C: 'a, A, P>: Send + Sync {
    /// What the function returns.
    type Running: Future<Output = Result<P, Fault>> + Send + 'a;
    /// Calls it.
    fn call(&self, context: &'a C, with: A) -> Self::Running;
}

impl<'a, C: 'a, A, P, F, R> Outside<'a, C, A, P> for F
where
    F: Fn(&'a C, A) -> R + Send + Sync,
    R: Future<Output = Result<P, Fault>> + Send + 'a,
{
    type Running = R;
    fn call(&self, context: &'a C, with: A) -> R {
        self(context, with)
    }
}

/// A plain `async fn(&C, A, &mut Tx) -> Result<(), Fault>`: nothing is awaited in it but SQL.
pub trait Inside<'a, C: 'a, A>: Send + Sync {
    /// What the function returns.
    type Running: Future<Output = Result<(), Fault>> + Send + 'a;
    /// Calls it.
    fn call(&self, context: &'a C, with: A, tx: &'a mut Tx) -> Self::Running;
}

impl<'a, C: 'a, A, F, R> Inside<'a, C, A> for F
where
    F: Fn(&'a C, A, &'a mut Tx) -> R + Send + Sync,
    R: Future<Output = Result<(), Fault>> + Send + 'a,
{
    type Running = R;
    fn call(&self, context: &'a C, with: A, tx: &'a mut Tx) -> R {
        self(context, with, tx)
    }
}

/// A job that has just been given up.
#[derive(Debug, Clone)]
pub struct Buried<W> {
    /// The job's arguments.
    pub work: W,
    /// Why, as the job's row keeps it.
    pub why: String,
}

type Done<'a> = BoxFuture<'a, Result<(), Fault>>;
type Transact<C> = Box<dyn for<'a> Fn(&'a C, &str, &'a mut Tx) -> Done<'a> + Send + Sync>;
type First<C> = Box<
    dyn for<'a> Fn(&'a C, &Claimed, i64) -> BoxFuture<'a, Result<Settle<C>, Fault>> + Send + Sync,
>;
/// What follows in the transaction that marks the job dead; nothing where the arguments do not parse.
pub(super) type Burial<C> =
    Box<dyn for<'a> Fn(&'a C, &Claimed, String, &'a mut Tx) -> Done<'a> + Send + Sync>;
/// What follows in the transaction that marks the job done.
pub(super) type Second<C> = Box<dyn for<'a> FnMut(&'a C, &'a mut Tx) -> Done<'a> + Send + Sync>;

/// As [`Second`], where one statement does it and marks the job done, without a transaction around it.
pub(super) type Alone<C> = Box<dyn for<'a> Fn(&'a C, Finish) -> Option<Marked<'a>> + Send + Sync>;

/// How a job that has come so far ends.
pub(super) struct Settle<C> {
    pub(super) second: Second<C>,
    pub(super) alone: Option<Alone<C>>,
}

/// What one statement needs to mark a job done beside its own mark.
#[derive(Debug, Clone)]
pub struct Finish {
    /// The job.
    pub job: JobId,
    /// The claim it must still hold.
    pub claim: String,
    /// When.
    pub now: At,
}

/// Whether the job still held its claim; if not, nothing was marked.
pub type Marked<'a> = BoxFuture<'a, Result<bool, Fault>>;

/// The three shapes of a job.
pub(super) enum Shape<C> {
    /// One transaction.
    Transact(Transact<C>),
    /// Outside first, then one transaction.
    Prepare(First<C>),
    /// Something done to the world, then its mark. The mark is tried again by itself when the database
    /// fails: the effect would otherwise be repeated.
    Effect(First<C>),
}

pub(super) struct Kind<C> {
    pub(super) queue: &'static str,
    pub(super) attempts: i64,
    pub(super) limit: Duration,
    pub(super) shape: Shape<C>,
    pub(super) burial: Option<Burial<C>>,
}

/// The kinds of jobs and their handlers, over the context `C` each handler gets.
pub struct Registry<C> {
    kinds: BTreeMap<&'static str, Kind<C>>,
}

impl<C> Default for Registry<C> {
    fn default() -> Self {
        Self { kinds: BTreeMap::new() }
    }
}

impl<C: Clone + Send + Sync + 'static> Registry<C> {
    /// None yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// A job that is one transaction.
    ///
    /// # Panics
    /// When the kind is registered already, as all three.
    pub fn transact<W: Work>(&mut self, run: impl for<'a> Inside<'a, C, W> + 'static) {
        self.add::<W>(Shape::Transact(Box::new(move |context, args, tx| match parse::<W>(args) {
            Ok(work) => Box::pin(run.call(context, work, tx)),
            Err(fault) => Box::pin(std::future::ready(Err(fault))),
        })));
    }

    /// A job that reads the world first (DNS, say), then is one transaction. The preparation may be
    /// repeated and must leave no trace.
    pub fn prepare<W: Work, P: Send + Sync + 'static>(
        &mut self,
        prepare: impl for<'a> Outside<'a, C, W, P> + 'static,
        transact: impl for<'a> Inside<'a, C, P> + 'static,
    ) {
        let transact = Arc::new(transact);
        self.add::<W>(Shape::Prepare(Box::new(move |context, job, _| {
            let work = parse::<W>(&job.args);
            let preparing = work.map(|work| prepare.call(context, work));
            let transact = Arc::clone(&transact);
            Box::pin(async move {
                let mut prepared = Some(preparing?.await?);
                let second: Second<C> = Box::new(move |context, tx| {
                    let prepared = prepared.take().expect("a prepared job is settled once");
                    Box::pin(transact.call(context, prepared, tx))
                });
                Ok(Settle { second, alone: None })
            })
        })));
    }

    /// A job that does something to the world (a letter, a webhook) between its claim and its mark.
    /// After a crash between the two it is done again, so `act` sends the same identity each time.
    /// `mark` may be called again with the same value when the database fails it.
    pub fn effect<W: Work, P: Clone + Send + Sync + 'static>(
        &mut self,
        act: impl for<'a> Outside<'a, C, Attempt<W>, P> + 'static,
        mark: impl for<'a> Inside<'a, C, P> + 'static,
    ) {
        self.effect_marked_alone(act, mark, |_, _, _| None);
    }

    /// As [`Registry::effect`]; where `alone` can, it marks the effect and the job in one statement, which
    /// saves the round trips of a transaction.
    pub fn effect_marked_alone<W: Work, P: Clone + Send + Sync + 'static>(
        &mut self,
        act: impl for<'a> Outside<'a, C, Attempt<W>, P> + 'static,
        mark: impl for<'a> Inside<'a, C, P> + 'static,
        alone: for<'a> fn(&'a C, &P, Finish) -> Option<Marked<'a>>,
    ) {
        let mark = Arc::new(mark);
        self.add::<W>(Shape::Effect(Box::new(move |context, job, of| {
            let attempt = parse::<W>(&job.args).map(|work| Attempt {
                work,
                job: job.id.clone(),
                number: job.attempts,
                of,
            });
            let acting = attempt.map(|attempt| act.call(context, attempt));
            let mark = Arc::clone(&mark);
            Box::pin(async move {
                let result = acting?.await?;
                let known = result.clone();
                let alone: Alone<C> =
                    Box::new(move |context, finish| alone(context, &known, finish));
                let second: Second<C> =
                    Box::new(move |context, tx| Box::pin(mark.call(context, result.clone(), tx)));
                Ok(Settle { second, alone: Some(alone) })
            })
        })));
    }

    /// What else is written when a job of this kind is given up, in the same transaction: for what waits
    /// for it would wait for ever.
    ///
    /// # Panics
    /// When the kind is not registered yet.
    pub fn when_buried<W: Work>(&mut self, run: impl for<'a> Inside<'a, C, Buried<W>> + 'static) {
        let kind = self.kinds.get_mut(W::KIND).expect("a kind is registered before its burial");
        kind.burial = Some(Box::new(move |context, job, why, tx| match parse::<W>(&job.args) {
            Ok(work) => Box::pin(run.call(context, Buried { work, why }, tx)),
            Err(_) => Box::pin(std::future::ready(Ok(()))),
        }));
    }

    fn add<W: Work>(&mut self, shape: Shape<C>) {
        let (queue, attempts, limit) = (W::QUEUE, W::ATTEMPTS, W::LIMIT);
        let kind = Kind { queue, attempts, limit, shape, burial: None };
        let before = self.kinds.insert(W::KIND, kind);
        assert!(before.is_none(), "the job kind {} is registered twice", W::KIND);
    }

    /// Every kind with its queue, in the order of names.
    pub fn kinds(&self) -> impl Iterator<Item = (&'static str, &'static str)> + '_ {
        self.kinds.iter().map(|(name, kind)| (*name, kind.queue))
    }

    /// Every queue that has a kind, once.
    pub fn queues(&self) -> Vec<&'static str> {
        let queues: std::collections::BTreeSet<_> = self.kinds().map(|(_, queue)| queue).collect();
        queues.into_iter().collect()
    }

    pub(super) fn kind(&self, name: &str) -> Option<&Kind<C>> {
        self.kinds.get(name)
    }

    /// The longest time limit in a queue: one claiming statement gives one lease.
    pub(super) fn longest_limit(&self, queue: &str) -> Duration {
        let of_queue = self.kinds.values().filter(|kind| kind.queue == queue);
        of_queue.map(|kind| kind.limit).max().unwrap_or_default()
    }
}

/// Arguments that do not parse will not parse next time either.
fn parse<W: DeserializeOwned>(args: &str) -> Result<W, Fault> {
    let work = serde_json::from_str(args).context("Read the job's arguments");
    work.map_err(|error| Fault::from(error).for_good())
}
