//! A person who reads the hosted mailbox in their own mail program and puts things in order there.

use std::time::Duration;

use async_imap::{Session, error::Result};
use futures_util::TryStreamExt;
use tokio::{net::TcpStream, time::timeout};

use crate::support::{app::SERVICE, dovecot::Dovecot};

/// How long a visit may take; the host may go away meanwhile.
const VISIT: Duration = Duration::from_secs(10);
const ARCHIVE: &str = "Archive";

/// Marks a mail as read and as worth keeping.
pub(super) async fn marks(dovecot: &Dovecot, id: &str) {
    timeout(VISIT, try_mark(dovecot, id)).await.ok();
}

/// Moves a mail, however often it came, out of the INBOX.
pub(super) async fn takes_away(dovecot: &Dovecot, id: &str) {
    timeout(VISIT, try_take(dovecot, id)).await.ok();
}

/// Moves everything back into the INBOX that was taken away.
pub(super) async fn brings_back(dovecot: &Dovecot) {
    timeout(VISIT, try_bring(dovecot)).await.ok();
}

async fn inbox(dovecot: &Dovecot) -> Result<Session<TcpStream>> {
    let mut session = dovecot.try_sign_in(SERVICE).await?;
    session.select("INBOX").await?;
    Ok(session)
}

/// The UIDs of a mail, as a set.
async fn find(session: &mut Session<TcpStream>, id: &str) -> Result<Option<String>> {
    let uids = session.uid_search(format!("HEADER Message-ID {id}")).await?;
    let uids: Vec<String> = uids.iter().map(u32::to_string).collect();
    Ok((!uids.is_empty()).then(|| uids.join(",")))
}

async fn try_mark(dovecot: &Dovecot, id: &str) -> Result<()> {
    let mut session = inbox(dovecot).await?;
    if let Some(uids) = find(&mut session, id).await? {
        let marked = session.uid_store(uids, "+FLAGS (\\Seen \\Flagged)").await?;
        marked.try_collect::<Vec<_>>().await?;
    }
    session.logout().await
}

async fn try_take(dovecot: &Dovecot, id: &str) -> Result<()> {
    let mut session = inbox(dovecot).await?;
    // It may be there already.
    session.create(ARCHIVE).await.ok();
    if let Some(uids) = find(&mut session, id).await? {
        session.uid_mv(uids, ARCHIVE).await?;
    }
    session.logout().await
}

async fn try_bring(dovecot: &Dovecot) -> Result<()> {
    let mut session = inbox(dovecot).await?;
    if session.select(ARCHIVE).await?.exists > 0 {
        session.uid_mv("1:*", "INBOX").await?;
    }
    session.logout().await
}
