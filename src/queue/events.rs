//! How capabilities hear of each other: an event, told in the transaction in which it happens, becomes
//! the jobs that the assembly has mapped it to.
//!
//! Not for: anything that must happen in that very transaction; that is a call.

use std::{
    any::{Any, TypeId},
    collections::HashMap,
};

use futures_util::future::BoxFuture;

use crate::{
    clock::At,
    db::{Error, Tx},
};

use super::{Work, enqueue};

/// Something that has happened, of interest beyond the capability it happened in.
pub trait Event: Send + Sync + 'static {}

/// The job an event becomes, with its lane; none when it is not of interest.
pub type Heard<W> = Option<(W, Option<String>)>;

type Told = dyn Any + Send + Sync;
type Subscription =
    Box<dyn for<'a> Fn(&'a mut Tx, &'a Told, At) -> BoxFuture<'a, Result<(), Error>> + Send + Sync>;

/// Which events become which jobs. The assembly fills it; the context carries it to the handlers.
#[derive(Default)]
pub struct Events {
    subscriptions: HashMap<TypeId, Vec<Subscription>>,
}

impl std::fmt::Debug for Events {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Events").field("kinds", &self.subscriptions.len()).finish()
    }
}

impl Events {
    /// Nobody listens.
    pub fn new() -> Self {
        Self::default()
    }

    /// From now on an `E` becomes the job (and lane) that `job` makes of it, if it makes one.
    pub fn on<E: Event, W: Work>(&mut self, job: fn(&E) -> Heard<W>) {
        let subscription: Subscription = Box::new(move |tx, told, now| {
            let made = told.downcast_ref::<E>().and_then(job);
            Box::pin(async move {
                if let Some((work, lane)) = made {
                    enqueue(tx, &work, lane.as_deref(), now, now).await?;
                }
                Ok(())
            })
        });
        self.subscriptions.entry(TypeId::of::<E>()).or_default().push(subscription);
    }

    /// Tells an event in the transaction in which it happens. Nobody listening is fine.
    ///
    /// # Errors
    /// The database's.
    pub async fn emit<E: Event>(&self, tx: &mut Tx, event: &E, now: At) -> Result<(), Error> {
        for subscription in self.subscriptions.get(&TypeId::of::<E>()).into_iter().flatten() {
            subscription(tx, event, now).await?;
        }
        Ok(())
    }
}
