//! What can be read of a deployment's health, on one snapshot of its database.
//!
//! Not for: what it means (`judge`).

use std::time::Duration;

use serde::Serialize;

use super::{ProcessRow, store};
use crate::{
    clock::At,
    config::{MailboxSettings, Mode, Settings},
    context::Context,
    db::{Db, Tx},
    ids,
    inbox::{self, MailboxState},
    jobs,
    letters::{self, RelayState, Send},
    queue::{self, Bells, Count, Reach, State},
};

/// How long reading may take: a database that answers later does not answer.
const READ_MAX: Duration = Duration::from_secs(5);

/// Letters that failed are told of for so long after they were written.
const FAILED_FOR: Duration = Duration::from_secs(30 * 86_400);

/// The state of a deployment at one moment.
#[derive(Debug, Clone, Serialize)]
pub struct Facts {
    /// When they were read.
    pub at: At,
    /// Whether anybody is answered.
    #[serde(skip)]
    pub mode: Mode,
    /// Whether the database answers; if not, nothing below is known.
    pub database: bool,
    /// Whether Redis answers; none where there is none.
    pub redis: Option<bool>,
    /// Each configured mailbox.
    pub mailboxes: Vec<MailboxFact>,
    /// Mails that are stored and not yet read.
    pub mails_waiting: i64,
    /// Since when the oldest of them waits.
    pub oldest_mail: Option<At>,
    /// Each queue that is worked on.
    pub queues: Vec<QueueFact>,
    /// Each relay.
    pub relays: Vec<RelayFact>,
    /// Since when the oldest letter that somebody waits for has been waiting to leave.
    pub oldest_letter: Option<At>,
    /// Letters of the last thirty days that failed and were not sent again.
    pub letters_failed: i64,
    /// Processes that have said they run.
    pub processes: Vec<ProcessRow>,
}

/// What is known of a mailbox.
#[derive(Debug, Clone, Default, Serialize)]
pub struct MailboxFact {
    /// Its name.
    pub name: String,
    /// When a look at it was last completed.
    pub looked_at: Option<At>,
    /// Mails that lie there and are not yet taken: UIDNEXT minus the watermark.
    pub behind: Option<i64>,
    /// Mails held back after a renumbering, until the operator says.
    pub held_back: i64,
    /// Mails whose bytes the host did not give yet.
    pub quarantined: i64,
    /// The process that reads it at present, if any.
    pub holder: Option<String>,
    /// Why it cannot be read at present.
    pub failure: Option<String>,
}

/// What is known of a queue.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct QueueFact {
    /// Its name.
    pub name: String,
    /// Jobs that wait.
    pub ready: i64,
    /// Jobs that run.
    pub running: i64,
    /// Jobs that were given up.
    pub dead: i64,
    /// When the earliest that waits is due, or was.
    pub oldest_due: Option<At>,
}

/// What is known of a relay.
#[derive(Debug, Clone, Serialize)]
pub struct RelayFact {
    /// Its name.
    pub name: String,
    /// Since when it takes nothing.
    pub refusing_since: Option<At>,
    /// What it said last, or what failed.
    pub last_error: Option<String>,
    /// When it last took a letter, to a few seconds.
    pub last_accepted_at: Option<At>,
}

impl From<RelayState> for RelayFact {
    fn from(state: RelayState) -> Self {
        let RelayState { name, refusing_since, last_error, last_accepted_at, .. } = state;
        Self { name, refusing_since, last_error, last_accepted_at }
    }
}

/// Reads everything, also of the configured mailboxes that were never looked at. A database that fails,
/// or takes too long, is a fact and no error.
pub async fn gather(db: &Db, settings: &Settings, bells: Option<&Bells>, now: At) -> Facts {
    let mut facts = without_database(now, settings);
    let reading = tokio::time::timeout(READ_MAX, read(db, settings, &mut facts));
    let (reading, redis) = tokio::join!(reading, ping(bells));
    match reading {
        Ok(Ok(())) => facts.database = true,
        Ok(Err(error)) => tracing::error!(%error, "the health of the deployment cannot be read"),
        Err(_elapsed) => tracing::error!("the database does not answer in time"),
    }
    facts.redis = redis;
    facts
}

/// As [`gather`], of this process.
pub async fn gather_of(cx: &Context) -> Facts {
    gather(&cx.db, &cx.settings, Some(&cx.bells), cx.now()).await
}

async fn ping(bells: Option<&Bells>) -> Option<bool> {
    let bells = bells.filter(|bells| bells.are_shared())?;
    Some(bells.ping().await == Reach::Fine)
}

/// What is known when the database does not answer.
pub fn without_database(at: At, settings: &Settings) -> Facts {
    Facts {
        at,
        mode: settings.mode,
        database: false,
        redis: None,
        mailboxes: Vec::new(),
        mails_waiting: 0,
        oldest_mail: None,
        queues: Vec::new(),
        relays: Vec::new(),
        oldest_letter: None,
        letters_failed: 0,
        processes: Vec::new(),
    }
}

async fn read(db: &Db, settings: &Settings, facts: &mut Facts) -> Result<(), sqlx::Error> {
    let mut tx = db.snapshot().await?;
    facts.mailboxes = mailboxes(&mut tx, settings).await?;
    let relays = letters::relay_states(&mut tx).await?;
    let own = |name: &str| name == "service" || settings.relay.campaign.is_some();
    let relays = relays.into_iter().filter(|relay| own(&relay.name));
    facts.relays = relays.map(RelayFact::from).collect();
    facts.mails_waiting = inbox::waiting(&mut tx).await?;
    facts.oldest_mail = inbox::oldest_waiting(&mut tx).await?;
    facts.queues = queues(&mut tx, settings.mode).await?;
    facts.oldest_letter = queue::oldest_waiting::<Send>(&mut tx).await?;
    let since = ids::least(facts.at.minus(FAILED_FOR));
    facts.letters_failed = letters::failed_since(&mut tx, &since).await?;
    facts.processes = store::all(&mut tx).await?;
    tx.rollback().await
}

async fn mailboxes(tx: &mut Tx, settings: &Settings) -> Result<Vec<MailboxFact>, sqlx::Error> {
    let states = inbox::mailboxes(tx).await?;
    let held = inbox::held_leases(tx).await?;
    let quarantined = inbox::quarantined_by_mailbox(tx).await?;
    let fact = |configured: &MailboxSettings| {
        let name = &configured.name;
        let own = |state: &&MailboxState| state.name == *name;
        // Its junk folder is a part of it.
        let parts = || {
            states
                .iter()
                .filter(|state| state.name == *name || state.part_of.as_ref() == Some(name))
        };
        let behind = |state: &MailboxState| Some(state.uid_next? - 1 - state.watermark?);
        let state = states.iter().find(own);
        MailboxFact {
            name: name.clone(),
            looked_at: state.and_then(|state| state.polled_at),
            behind: state.and_then(behind).map(|_| parts().filter_map(behind).sum()),
            held_back: parts().filter_map(|state| state.held).sum(),
            quarantined: parts()
                .filter_map(|state| quarantined.iter().find(|(of, _)| *of == state.name))
                .map(|(_, mails)| mails)
                .sum(),
            holder: held.iter().find(|(of, _)| of == name).map(|(_, holder)| holder.clone()),
            failure: parts().find_map(|state| state.failure.clone()),
        }
    };
    Ok(settings.mailboxes.iter().map(fact).collect())
}

/// Also those at nothing: a queue that ran empty must not keep its last number.
async fn queues(tx: &mut Tx, mode: Mode) -> Result<Vec<QueueFact>, sqlx::Error> {
    let counts = queue::counts(tx).await?;
    let of = |name: &str, state: State| -> Option<&Count> {
        counts.iter().find(|count| count.queue == name && count.state == state)
    };
    let number = |name: &str, state| of(name, state).map_or(0, |count| count.jobs);
    let fact = |name: &'static str| QueueFact {
        name: name.to_owned(),
        ready: number(name, State::Ready),
        running: number(name, State::Running),
        dead: number(name, State::Dead),
        oldest_due: of(name, State::Ready).map(|count| count.oldest_due),
    };
    Ok(jobs::registry_in(mode).queues().into_iter().map(fact).collect())
}
