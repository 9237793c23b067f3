//! Mails that could not be read: each is looked at again, after longer and longer waits, behind new mail and a
//! few at a time; then only when the operator asks for it.

use std::time::Duration;

use super::{
    fetch::{Fetcher, Found},
    folder::Reader,
    host::Host,
    trouble::Troubles,
};
use crate::{
    clock::At,
    inbox::{self, Quarantined},
    mail::mailbox::imap::Session,
};

/// The first wait, and the longest.
const FIRST: Duration = Duration::from_secs(60);
const LONGEST: Duration = Duration::from_hours(6);
/// Looks before the operator has to ask for the next: they span about four days.
const LOOKS_MAX: i64 = 24;
/// Mails looked at before new mail is asked for again.
const AT_ONCE: i64 = 10;

/// When a mail is due again after so many looks; none when that is up to the operator.
pub(super) fn next(now: At, looks: i64) -> Option<At> {
    let doublings = u32::try_from(looks.clamp(0, 16)).unwrap_or(0);
    let wait = FIRST.saturating_mul(1 << doublings).min(LONGEST);
    (looks < LOOKS_MAX).then(|| now.plus(wait))
}

impl Reader {
    /// Reads what could not be read before and is due; answers with the number of mails that now are here.
    pub(super) async fn again(
        &self,
        session: &mut Session,
        host: &Host<'_>,
    ) -> anyhow::Result<usize> {
        let cx = host.desk.cx;
        let mut tx = cx.db.read().await?;
        let whose = (&*self.state.name, self.state.epoch);
        let due = inbox::due_again(&mut tx, whose, cx.now(), AT_ONCE).await?;
        tx.rollback().await?;
        let mut taken = 0;
        for one in due {
            if host.stop.is_cancelled() {
                break;
            }
            // Counted before it is taken: what breaks the connection does not break the next one at once.
            let mut tx = host.desk.lease.begin().await?;
            inbox::counted_look(&mut tx, &one.mail, next(cx.now(), one.looks + 1)).await?;
            tx.commit().await?;
            let looked = self.look_at(session, host, &one).await;
            if let Err(error) = &looked {
                self.note(host, &one, Noted::Still(&format!("{error:#}"))).await?;
            }
            taken += usize::from(looked?);
        }
        Ok(taken)
    }

    async fn look_at(
        &self,
        session: &mut Session,
        host: &Host<'_>,
        one: &Quarantined,
    ) -> anyhow::Result<bool> {
        let uid = u32::try_from(one.uid).unwrap_or(0);
        let Some(meta) = session.measure(uid).await? else {
            self.note(host, one, Noted::Gone).await?;
            return Ok(false);
        };
        // It failed often enough before: here it is asked for all of it again.
        let troubles = Troubles::default();
        let fetcher = Fetcher { troubles: &troubles, ..host.fetcher(self) };
        let most = host.desk.cx.settings.poller.message_bytes_max;
        let octets = meta.size.map_or(most, |size| u64::from(size).min(most));
        let _room = host.desk.cx.raw_mail.take(octets).await;
        match fetcher.alone(session, &meta).await? {
            Found::Gone => self.note(host, one, Noted::Gone).await?,
            Found::Nothing(why) => self.note(host, one, Noted::Still(&why)).await?,
            Found::Body(mail) => {
                if let Some(of) = &mail.put_off {
                    self.note(host, one, Noted::Still(&of.why)).await?;
                    return Ok(false);
                }
                let mail = inbox::Arrived { id: one.mail.clone(), ..*mail };
                let tidied = fetcher.is_tidied(&mail);
                let taken = host.desk.take_out(&self.place(), (one, &mail), tidied).await?;
                if taken {
                    tracing::info!(mail = %one.mail, "it can be read now");
                }
                return Ok(taken);
            }
        }
        Ok(false)
    }

    async fn note(
        &self,
        host: &Host<'_>,
        one: &Quarantined,
        noted: Noted<'_>,
    ) -> anyhow::Result<()> {
        let mut tx = host.desk.lease.begin().await?;
        match noted {
            Noted::Still(why) => inbox::still_apart(&mut tx, &one.mail, why).await?,
            Noted::Gone => inbox::gone(&mut tx, &one.mail, "it is no longer there").await?,
        };
        tx.commit().await?;
        Ok(())
    }
}

/// What a look that brought nothing came to.
enum Noted<'a> {
    /// It cannot be read yet.
    Still(&'a str),
    /// It is no longer where it lay.
    Gone,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn looks_come_after_longer_and_longer_waits_and_end() {
        let now = At(0);
        let waits: Vec<u64> = (0..LOOKS_MAX)
            .map(|looks| next(now, looks).expect("due").since(now).as_secs() / 60)
            .collect();
        assert_eq!(waits[..10], [1, 2, 4, 8, 16, 32, 64, 128, 256, 360]);
        assert!(waits[10..].iter().all(|wait| *wait == 360), "{waits:?}");
        let days = waits.iter().sum::<u64>() / 60 / 24;
        assert_eq!((days, next(now, LOOKS_MAX)), (4, None));
    }
}
