//! The after-effects at the host: in sets, after the commit, again until they are done, whatever is restarted
//! in between (INGEST rule 2).

use std::{
    collections::BTreeMap,
    sync::{Mutex, PoisonError},
    time::{Duration, Instant},
};

use super::{folder::Reader, host::Host};
use crate::{
    config::After,
    inbox::{self, Untidied},
    mail::mailbox::imap::{Expunged, ImapError, Session, UIDS_MAX},
};

/// Sets of one look; the rest waits for the next, so that new mail does not wait behind it.
const SETS_MAX: usize = 50;
/// So many that are refused one after the other are the host's refusal, and no message's.
const REFUSED_MAX: usize = 3;
/// How long a message is passed by that its host has refused, and how many of them are remembered.
const PASSED_BY: Duration = Duration::from_secs(600);
const REMEMBERED_MAX: usize = 10_000;

/// Messages, by epoch and UID, that their host refused to change.
#[derive(Debug, Default)]
pub(super) struct Refused(Mutex<BTreeMap<(i64, i64), Instant>>);

impl Refused {
    fn add(&self, epoch: i64, uid: i64) {
        let mut refused = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if refused.len() < REMEMBERED_MAX {
            refused.insert((epoch, uid), Instant::now());
        }
    }

    fn has(&self, epoch: i64, uid: i64) -> bool {
        let mut refused = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if refused.get(&(epoch, uid)).is_some_and(|at| at.elapsed() >= PASSED_BY) {
            refused.remove(&(epoch, uid));
        }
        refused.contains_key(&(epoch, uid))
    }
}

impl Reader {
    /// Flags, moves or deletes what is stored and still to be tidied. A host that refuses is asked again at
    /// a later look; a message that it refuses holds up no other.
    pub(super) async fn tidy(&self, session: &mut Session, host: &Host<'_>) -> anyhow::Result<()> {
        if self.state.part_of.is_some() || host.desk.settings.after == After::Leave {
            return Ok(());
        }
        let most = i64::try_from(UIDS_MAX).unwrap_or(i64::MAX);
        let (mut after, mut refusals) = (0, 0);
        for _ in 0..SETS_MAX {
            let mut tx = host.desk.cx.db.read().await?;
            let whose = (&*self.state.name, self.state.epoch);
            let listed = inbox::untidied(&mut tx, whose, after, most).await?;
            tx.rollback().await?;
            let Some(last) = listed.last() else { return Ok(()) };
            after = last.uid;
            let passed_by = |one: &Untidied| host.troubles.refused.has(self.state.epoch, one.uid);
            let due: Vec<_> = listed.into_iter().filter(|one| !passed_by(one)).collect();
            if due.is_empty() {
                continue;
            }
            if host.stop.is_cancelled() {
                return Ok(());
            }
            let Err(why) = self.tidy_set(session, host, &due).await? else { continue };
            host.troubles.tell_once(&format!("stored mail cannot be tidied: {why}"));
            // It may be one of them: which, is found out one by one.
            for one in due.chunks(1) {
                if host.stop.is_cancelled() || refusals >= REFUSED_MAX {
                    return Ok(());
                }
                let alone = due.len() == 1;
                if !alone && self.tidy_set(session, host, one).await?.is_ok() {
                    refusals = 0;
                    continue;
                }
                one.iter().for_each(|one| host.troubles.refused.add(self.state.epoch, one.uid));
                refusals += 1;
            }
        }
        Ok(())
    }

    /// One set; the host's refusal, if it refuses.
    async fn tidy_set(
        &self,
        session: &mut Session,
        host: &Host<'_>,
        due: &[Untidied],
    ) -> anyhow::Result<Result<(), ImapError>> {
        let whose = (&*self.state.name, self.state.epoch);
        match self.change(session, host, due).await? {
            Ok(Expunged::Yes) => {}
            Ok(Expunged::Marked) => host.troubles.tell_once(
                "the host cannot remove single messages (no UIDPLUS): they are marked as deleted and stay",
            ),
            Err(error) if error.is_answer() && error.throttle().is_none() => return Ok(Err(error)),
            Err(error) => return Err(error.into()),
        }
        let numbers: Vec<i64> = due.iter().map(|one| one.uid).collect();
        let mut tx = host.desk.lease.begin().await?;
        inbox::tidied(&mut tx, whose, &numbers).await?;
        tx.commit().await?;
        Ok(Ok(()))
    }

    async fn change(
        &self,
        session: &mut Session,
        host: &Host<'_>,
        due: &[Untidied],
    ) -> anyhow::Result<Result<Expunged, ImapError>> {
        let uids = uids(due.iter());
        Ok(match &host.desk.settings.after {
            After::Leave => Ok(Expunged::Yes),
            After::Flag => session.flag_seen(&uids).await.map(|()| Expunged::Yes),
            After::Delete => session.delete(&uids).await,
            After::Move(folder) if session.can().mv => {
                session.move_to(&uids, folder).await.map(|()| Expunged::Yes)
            }
            After::Move(folder) => {
                // What was copied by us is known here: a mark at the host may be somebody else's.
                let left: Vec<&Untidied> = due.iter().filter(|one| !one.copied).collect();
                if !left.is_empty() {
                    if let Err(error) = session.copy_to(&uids_of(&left), folder).await {
                        return Ok(Err(error));
                    }
                    let numbers: Vec<i64> = left.iter().map(|one| one.uid).collect();
                    let whose = (&*self.state.name, self.state.epoch);
                    let mut tx = host.desk.lease.begin().await?;
                    inbox::copied(&mut tx, whose, &numbers).await?;
                    tx.commit().await?;
                }
                session.delete(&uids).await
            }
        })
    }
}

fn uids<'a>(of: impl Iterator<Item = &'a Untidied>) -> Vec<u32> {
    of.filter_map(|one| u32::try_from(one.uid).ok()).collect()
}

fn uids_of(of: &[&Untidied]) -> Vec<u32> {
    uids(of.iter().copied())
}
