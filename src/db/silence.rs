//! Connections that are open and dead: the network may have forgotten them without telling either side, and
//! the driver would wait for an answer for as long as the kernel tries, a quarter of an hour.
//!
//! Once a statement was not answered in time, whatever goes back to the pool is tried first for a while;
//! until then nothing is paid for it.

use std::{
    io,
    pin::pin,
    sync::{Mutex, PoisonError},
    time::{Duration, Instant},
};

use sqlx::{Connection, Error, PgConnection};
use tokio::time::timeout;

/// A connection that has rested for so long is tried before it is used.
pub(super) const RESTED: Duration = Duration::from_secs(1);
/// How long a single round trip may take.
pub(super) const ANSWER_MAX: Duration = Duration::from_secs(5);
/// How long a few short statements may take that nobody cuts otherwise.
const ROUND_MAX: Duration = Duration::from_secs(10);
/// How long connections are suspected after one of them was silent. Work that was under way then is cut
/// by its own limit before.
const SUSPECTED: Duration = Duration::from_secs(120);

static SILENT_AT: Mutex<Option<Instant>> = Mutex::new(None);

/// Work on PostgreSQL that ends in an error when there is no answer.
///
/// # Errors
/// The work's own, or that it took too long.
pub async fn in_time<T, E: From<Error>>(work: impl Future<Output = Result<T, E>>) -> Result<T, E> {
    within(ROUND_MAX, Box::pin(work)).await
}

/// As [`in_time`], with a limit of its own: for what is more than a few short statements.
///
/// # Errors
/// As there.
pub async fn within<T, E: From<Error>>(
    limit: Duration,
    work: impl Future<Output = Result<T, E>>,
) -> Result<T, E> {
    let mut work = pin!(work);
    match timeout(limit, &mut work).await {
        Ok(done) => done,
        Err(_elapsed) => {
            // Before the work is dropped and its connection goes back.
            *SILENT_AT.lock().unwrap_or_else(PoisonError::into_inner) = Some(Instant::now());
            Err(Error::Io(io::ErrorKind::TimedOut.into()).into())
        }
    }
}

/// Whether connections that go back to the pool have to be tried.
pub(super) fn is_suspected() -> bool {
    let silent = SILENT_AT.lock().unwrap_or_else(PoisonError::into_inner);
    silent.is_some_and(|at| at.elapsed() < SUSPECTED)
}

/// Fails when a connection is dead; the pool then closes it without another word.
pub(super) async fn answers(connection: &mut PgConnection) -> Result<bool, Error> {
    within(ANSWER_MAX, connection.ping()).await.map(|()| true)
}
