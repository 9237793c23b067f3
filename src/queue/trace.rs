//! Which jobs concern a thing, for the operator.

use crate::{
    db::{Error, Tx},
    fetch,
};

use super::Job;

/// Jobs that one question may bring.
const JOBS_MAX: i64 = 100;

/// The jobs whose arguments name `id` as a whole text, from the job id `since` on: nothing is spoken of
/// before it is there.
///
/// # Errors
/// The database's.
pub async fn concerning(tx: &mut Tx, id: &str, since: &str) -> Result<Vec<Job>, Error> {
    let named = format!("%\"{id}\"%");
    fetch!(
        fetch_all,
        tx,
        Job,
        "SELECT id, queue, kind, args, lane, state, due, attempts, lease, created, ended, last_error \
         FROM jobs WHERE id >= $2 AND args LIKE $1 ORDER BY id LIMIT $3",
        named,
        since,
        JOBS_MAX,
    )
}
