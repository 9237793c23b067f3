//! The after-effects at the host: in sets, after the commit, again until they are done, whatever is restarted
//! in between (INGEST rule 2).

use super::{folder::Reader, host::Host};
use crate::{
    config::After,
    inbox,
    mail::mailbox::imap::{Expunged, ImapError, Session, UIDS_MAX},
};

/// Sets of one look; the rest waits for the next, so that new mail does not wait behind it.
const SETS_MAX: usize = 50;

impl Reader {
    /// Flags, moves or deletes what is stored and still to be tidied. A host that refuses is asked again at
    /// the next look.
    pub(super) async fn tidy(&self, session: &mut Session, host: &Host<'_>) -> anyhow::Result<()> {
        let after = &host.desk.settings.after;
        if self.state.part_of.is_some() || *after == After::Leave {
            return Ok(());
        }
        let whose = (&*self.state.name, self.state.epoch);
        let most = i64::try_from(UIDS_MAX).unwrap_or(i64::MAX);
        for _ in 0..SETS_MAX {
            let mut tx = host.desk.cx.db.read().await?;
            let due = inbox::untidied(&mut tx, whose, most).await?;
            tx.rollback().await?;
            if due.is_empty() || host.stop.is_cancelled() {
                return Ok(());
            }
            let uids: Vec<u32> = due.iter().filter_map(|uid| u32::try_from(*uid).ok()).collect();
            match change(session, &uids, after).await {
                Ok(Expunged::Yes) => {}
                Ok(Expunged::Marked) => host.troubles.tell_once(
                    "the host cannot remove single messages (no UIDPLUS): they are marked as deleted and stay",
                ),
                Err(error) if error.is_answer() => {
                    host.troubles.tell_once(&format!("stored mail cannot be tidied: {error}"));
                    return Ok(());
                }
                Err(error) => return Err(error.into()),
            }
            let mut tx = host.desk.lease.begin().await?;
            inbox::tidied(&mut tx, whose, &due).await?;
            tx.commit().await?;
        }
        Ok(())
    }
}

async fn change(session: &mut Session, uids: &[u32], after: &After) -> Result<Expunged, ImapError> {
    match after {
        After::Leave => Ok(Expunged::Yes),
        After::Flag => session.flag_seen(uids).await.map(|()| Expunged::Yes),
        After::Move(folder) => session.move_to(uids, folder).await,
        After::Delete => session.delete(uids).await,
    }
}
