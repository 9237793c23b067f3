//! A mailbox: reached, signed in to, its abilities and folders, and whose word its mails carry.

use std::{path::Path, time::Duration};

use super::{Findings, in_words, senders};
use crate::{
    clock::At,
    config::{After, Junk, MailServer, MailboxSettings, Settings},
    mail::{
        mailbox::imap::{Folder, ImapError, Limits, Listing, Part, Selected, Session},
        providers,
        wire::Dialer,
    },
};

const PART: &str = "mailbox";

/// How long the server may say nothing.
const SILENCE_MAX: Duration = Duration::from_secs(15);
/// How long one command may take.
const COMMAND_MAX: Duration = Duration::from_secs(60);
/// The newest mails whose headers are looked at.
const NEWEST: usize = 20;
/// UIDs among which they are looked for.
const UIDS: u32 = 500;
/// Octets of their headers together.
const HEADERS_MAX: u64 = 2 * 1024 * 1024;
/// A mail may have been received so far in our future.
const AHEAD_MAX: Duration = Duration::from_secs(120);

/// One mailbox at a mail host.
pub(super) struct Place<'a> {
    pub(super) settings: &'a Settings,
    pub(super) own: &'a MailboxSettings,
    pub(super) server: &'a MailServer,
    pub(super) folder: &'a str,
}

pub(super) fn maildir(found: &mut Findings, own: &MailboxSettings, path: &Path) {
    let name = path.display();
    if ["new", "cur", "tmp"].iter().all(|part| path.join(part).is_dir()) {
        found.ok(PART, format!("{}: the Maildir {name} is there.", own.name));
    } else {
        found.warn(
            PART,
            format!("{}: {name} is no Maildir yet.", own.name),
            "It is made at the start; let your mail server deliver there.",
        );
    }
    if ["", "none"].contains(&&*own.anchor.authserv_id) {
        found.warn(
            PART,
            format!("{}: no authserv_id is set, so nobody's mail is believed.", own.name),
            "Set authentication.authserv_id to the id that your mail server writes.",
        );
    }
}

pub(super) async fn imap(found: &mut Findings, dialer: &Dialer, place: &Place<'_>, now: At) {
    let limits = Limits { silence: SILENCE_MAX, command: COMMAND_MAX };
    let mut session = match Session::open(dialer, place.server, limits).await {
        Ok(session) => session,
        Err(error) => {
            found.bad(PART, in_words(&error), what_to_do(&error, place.server));
            return;
        }
    };
    let name = &place.own.name;
    found.ok(PART, format!("{name}: {} takes our sign-in.", place.server));
    abilities(found, &session, place);
    if let Err(error) = folders(found, &mut session, place, now).await {
        found.bad(PART, format!("{name}: {}", in_words(&error)), "Try again; then ask the host.");
    }
    session.close().await;
}

/// By the first cause that somebody can do something about.
fn what_to_do(error: &ImapError, server: &MailServer) -> String {
    let provider = providers::of_imap(&server.host);
    match error {
        ImapError::SignIn(..) | ImapError::LoginDisabled(_) => match provider {
            Some(row) if row.oauth_only => {
                format!("{} takes no passwords from programs; OAuth is not offered yet.", row.name)
            }
            Some(row) => format!("Look at user and password. {} wants {}.", row.name, row.password),
            None => "Look at user and password; many hosts want an app password, and IMAP to be \
                     switched on."
                .to_owned(),
        },
        ImapError::NoStartTls(_) => "Write imaps:// instead of imap://.".to_owned(),
        _ => "Look at the host and the port, and at what stands between this machine and it."
            .to_owned(),
    }
}

fn abilities(found: &mut Findings, session: &Session, place: &Place<'_>) {
    let (can, name) = (session.can(), &place.own.name);
    if can.idle {
        found.ok(PART, format!("{name}: new mail is announced at once (IDLE)."));
    } else {
        let often = place.settings.poller.repoll.as_secs();
        found.warn(
            PART,
            format!(
                "{name}: the host announces no new mail (IDLE); it is looked at every {often} s."
            ),
            "Lower poller.repoll_seconds if answers are to come sooner.",
        );
    }
    match (&place.own.after, can.mv, can.uidplus) {
        (After::Leave | After::Flag, ..) | (After::Move(_), true, _) | (_, _, true) => {}
        _ => found.warn(
            PART,
            format!(
                "{name}: without MOVE and UIDPLUS, removing our mails would remove others too."
            ),
            "Set after = \"flag\" or \"leave\".",
        ),
    }
    if let Some(row) = providers::of_imap(&place.server.host).filter(|row| !row.plus) {
        found.warn(
            PART,
            format!("{name}: {} delivers nothing to {}.", row.name, tagged(place)),
            "Replies then count by their thread alone; a host with plus-addressing is better.",
        );
    }
}

fn tagged(place: &Place<'_>) -> String {
    let address = &place.own.address;
    format!("{}+anything@{}", address.local(), address.domain())
}

async fn folders(
    found: &mut Findings,
    session: &mut Session,
    place: &Place<'_>,
    now: At,
) -> Result<(), ImapError> {
    let name = &place.own.name;
    junk(found, session, place).await?;
    if let After::Move(folder) = &place.own.after {
        match open(session, folder).await? {
            Some(_) => found.ok(PART, format!("{name}: mails are moved to {folder} once stored.")),
            None => found.ok(PART, format!("{name}: {folder} is missing; it is made when needed.")),
        }
    }
    let Some(selected) = open(session, place.folder).await? else {
        let says = format!("{name}: there is no folder {}.", place.folder);
        found.bad(PART, says, "Name a folder that is there, at the end of the mailbox's URL.");
        return Ok(());
    };
    found.ok(PART, format!("{name}: {} holds {} mails.", place.folder, selected.exists));
    if selected.uid_validity.is_none() || selected.uid_next.is_none() {
        found.warn(
            PART,
            format!("{name}: the host gives no UIDVALIDITY or no UIDNEXT."),
            "Each look then takes longer; nothing is lost.",
        );
    }
    if !selected.keywords && place.own.after == After::Flag {
        found.ok(PART, format!("{name}: the host takes no marks of our own; \\Seen is used."));
    }
    newest(found, session, (place, &selected), now).await
}

async fn junk(
    found: &mut Findings,
    session: &mut Session,
    place: &Place<'_>,
) -> Result<(), ImapError> {
    let name = &place.own.name;
    match &place.own.junk {
        Junk::Unread => found.ok(PART, format!("{name}: no folder of junk is read.")),
        Junk::Marked => match session.junk_folder().await? {
            Some(folder) => {
                found.ok(PART, format!("{name}: {folder} holds junk, and is read too."))
            }
            None => found.warn(
                PART,
                format!("{name}: the host marks no folder as that of junk."),
                "Name it in poller.junk if there is one: real orders end there at times.",
            ),
        },
        Junk::Named(folder) => match open(session, folder).await? {
            Some(_) => found.ok(PART, format!("{name}: {folder} holds junk, and is read too.")),
            None => {
                let says = format!("{name}: there is no folder {folder}.");
                found.bad(PART, says, "Name the folder of junk as the host does, in poller.junk.");
            }
        },
    }
    Ok(())
}

/// Opens a folder for reading; none when there is none.
async fn open(session: &mut Session, folder: &str) -> Result<Option<Selected>, ImapError> {
    let wanted = Folder { name: folder.to_owned(), changes: false };
    match session.select(&wanted).await {
        Ok(selected) => Ok(Some(selected)),
        Err(ImapError::Refused { .. }) => Ok(None),
        Err(error) => Err(error),
    }
}

/// The headers of the newest mails, and the host's clock by the newest of them.
async fn newest(
    found: &mut Findings,
    session: &mut Session,
    (place, selected): (&Place<'_>, &Selected),
    now: At,
) -> Result<(), ImapError> {
    let next = match selected.uid_next {
        Some(next) => next,
        None => session.last_uid().await?.unwrap_or(0).saturating_add(1),
    };
    let from = next.saturating_sub(UIDS).max(1);
    let most = usize::try_from(UIDS).unwrap_or(0);
    let mut metas = Vec::new();
    if selected.exists > 0 {
        metas = session.list(Listing { from, to: None, most }).await?.messages;
    }
    let newest = metas.split_off(metas.len().saturating_sub(NEWEST));
    if let Some(ahead) = newest.iter().filter_map(|meta| meta.received).max()
        && ahead.since(now) > AHEAD_MAX
    {
        found.warn(
            PART,
            format!(
                "{}: its newest mail was received {} s from now, by the host's clock.",
                place.own.name,
                ahead.since(now).as_secs()
            ),
            "Let this machine follow a time server.",
        );
    }
    let uids: Vec<u32> = newest.iter().map(|meta| meta.uid).collect();
    let headers = if uids.is_empty() {
        Vec::new()
    } else {
        session.read(&uids, Part::Header, HEADERS_MAX).await?
    };
    let headers: Vec<&[u8]> = headers.iter().map(|body| &*body.bytes).collect();
    senders::examine(found, place, &headers, now);
    Ok(())
}
