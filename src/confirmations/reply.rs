//! A YES by mail: the same selection as the page's, by the token the mail carries.

use serde::{Deserialize, Serialize};

use super::{How, Said, Selected, letters::Closed, select::select_found, store};
use crate::{
    clock::At,
    context::Context,
    db::Tx,
    inbox::{self, MailId, MailRow},
    letters::{self, Note, Thread},
    queue::{Fault, Work},
};

/// Confirms by mail. Policy has decided that this mail may.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Reply {
    /// The mail.
    pub mail: MailId,
    /// The request it confirms.
    pub reference: String,
    /// The confirmation whose token it carries; without one, the live one of the request is meant.
    pub token: Option<String>,
    /// Whether the token came as the prefilled YES.
    pub prefilled: bool,
}

impl Work for Reply {
    const KIND: &'static str = "confirmations.reply";
    const QUEUE: &'static str = "confirmations";
}

/// Runs [`Reply`].
///
/// # Errors
/// A fault; the job is tried again, and the token is as live as before.
pub async fn reply(cx: &Context, work: Reply, tx: &mut Tx) -> Result<(), Fault> {
    let now = cx.now();
    let Some(mail) = inbox::mail(tx, &work.mail).await? else { return Ok(()) };
    let row = match &work.token {
        Some(token) => store::find(tx, token).await?,
        None => store::live_of(tx, &work.reference).await?,
    };
    // Only who was asked may answer; without an account nobody was.
    let Some(row) = row.filter(|row| row.person.is_some() && row.person == mail.person) else {
        return Ok(());
    };
    if !row.reply_allowed {
        return say(cx, tx, (&mail, &row.reference), Closed::NeedsLink, now).await;
    }
    let how = if work.prefilled { How::Mailto } else { How::Reply };
    let closed = match select_found(cx, tx, &row.id, (how, Said::Yes), now).await? {
        // Its letters say what came of it.
        Selected::Released(_) | Selected::Unknown => return Ok(()),
        Selected::Already(before) => Closed::Already(before.title),
        Selected::Revoked(row) => match store::live_of(tx, &row.reference).await? {
            Some(newer) => Closed::Newer(newer.question),
            None => Closed::Withdrawn,
        },
        Selected::Expired(_) => Closed::Expired,
    };
    say(cx, tx, (&mail, &row.reference), closed, now).await
}

async fn say(
    cx: &Context,
    tx: &mut Tx,
    (mail, reference): (&MailRow, &str),
    closed: Closed,
    now: At,
) -> Result<(), Fault> {
    let Some(to) = mail.from_address.as_deref().and_then(|from| from.parse().ok()) else {
        return Ok(());
    };
    let letter = super::letters::ClosedLetter::new(reference, closed);
    let note = Note {
        cause: format!("{}/closed", mail.id),
        to: &to,
        reference: Some(reference),
        thread: Thread::answering(mail.message_id.as_deref()),
        language: mail.language,
    };
    letters::write(&cx.settings, tx, note, (&letter, None), now).await?;
    Ok(())
}
