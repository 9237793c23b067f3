//! Mail from before the first connection: taken only when the operator asks for it, once its number is known.

use anyhow::{Context as _, bail, ensure};
use tokio_util::sync::CancellationToken;

use super::{
    Poller, Source,
    folder::{Reader, place},
    lease::Lease,
};
use crate::{
    clock::At,
    inbox::{self, MailboxState},
    mail::mailbox::imap::{Folder, Limits, Session},
};

/// From when on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Since {
    at: jiff::Timestamp,
}

impl Since {
    /// A day (`2026-01-31`, from its beginning in UTC) or an instant (RFC 3339).
    pub fn parse(text: &str) -> Option<Self> {
        if let Ok(at) = text.parse::<jiff::Timestamp>() {
            return Some(Self { at });
        }
        let day = text.parse::<jiff::civil::Date>().ok()?;
        let at = day.to_zoned(jiff::tz::TimeZone::UTC).ok()?.timestamp();
        Some(Self { at })
    }

    /// The instant.
    pub fn at(self) -> At {
        At(self.at.as_microsecond())
    }

    /// Its day: `31-Jan-2026`.
    fn day(self) -> String {
        self.at.strftime("%-d-%b-%Y").to_string()
    }
}

impl Poller {
    /// How many messages at the host were received since then, by its calendar; none for a Maildir, whose
    /// mail has no such date.
    ///
    /// # Errors
    /// The mailbox's.
    pub async fn count_since(&self, since: Since) -> anyhow::Result<Option<usize>> {
        let Source::Host { server, folder, .. } = &self.source else { return Ok(None) };
        let silence = self.cx.settings.poller.silence;
        let limits = Limits { silence, ..Limits::default() };
        let mut session = Session::open(&self.cx.dialer, server, limits).await?;
        let opened = session.select(&Folder { name: folder.clone(), changes: false }).await;
        opened.with_context(|| format!("Open the folder {folder}"))?;
        let count = session.count_since(&since.day()).await?;
        session.close().await;
        Ok(Some(count))
    }

    /// Notes that mail received since then is to be taken; the next looks do it, whoever takes them.
    ///
    /// # Errors
    /// The mailbox's or the database's.
    pub async fn backfill(&self, since: Since) -> anyhow::Result<()> {
        let Source::Host { server, folder, .. } = &self.source else {
            bail!("a Maildir's mail has no date of its receipt");
        };
        let mut tx = self.cx.db.read().await?;
        let known = inbox::mailbox(&mut tx, self.name()).await?;
        tx.rollback().await?;
        let place = place(server, folder);
        let began = |state: MailboxState| {
            state.uidvalidity.is_some() && state.place.as_ref() == Some(&place)
        };
        if !known.is_some_and(began) {
            self.begin(folder).await?;
        }
        let mut tx = self.cx.db.begin().await?;
        let noted = inbox::backfill(&mut tx, self.name(), since.at()).await?;
        tx.commit().await?;
        ensure!(
            noted,
            "mails of {name} are looked at, or wait for your word, because its host has numbered them anew: \
             first say `pennypost poller --accept-renumbered {name}`, or wait until it is done",
            name = self.name()
        );
        Ok(())
    }

    /// The first connection, with nothing taken.
    async fn begin(&self, folder: &str) -> anyhow::Result<()> {
        let stop = CancellationToken::new();
        let asked = Lease::ask(&self.cx.db, (self.name(), &self.holder)).await?;
        let Ok(lease) = asked else { bail!("another process polls this mailbox: stop it first") };
        let desk = self.desk(&lease);
        let host = self.host(desk, &stop);
        let opened = async {
            let mut session = host.sign_in().await?;
            let folder = Folder { name: folder.to_owned(), changes: false };
            Reader::open(&mut session, &host, (self.name(), folder)).await?;
            session.close().await;
            anyhow::Ok(())
        };
        let opened = opened.await;
        lease.release().await;
        opened
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_and_an_instant_are_understood() {
        let day = Since::parse("2026-01-31").expect("a day");
        assert_eq!(
            (day.at().to_string(), &*day.day()),
            ("2026-01-31T00:00:00Z".into(), "31-Jan-2026")
        );
        let instant = Since::parse("2026-01-31T12:30:00+01:00").expect("an instant");
        assert_eq!(instant.at().to_string(), "2026-01-31T11:30:00Z");
        for wrong in ["", "yesterday", "2026-02-30", "31-Jan-2026"] {
            assert_eq!(Since::parse(wrong), None, "{wrong}");
        }
    }
}
