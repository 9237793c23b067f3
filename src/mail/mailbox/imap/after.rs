//! What happens to messages that are safe in the database: in sets of UIDs, and right when it is repeated.

use super::{ImapError, Session, names};

/// Most UIDs of one command: servers bound a line to some thousand octets.
pub const UIDS_MAX: usize = 200;

/// Whether messages that were marked as deleted are gone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Expunged {
    /// They are.
    Yes,
    /// The server cannot remove these and no others (no UIDPLUS): they stay, marked as deleted.
    Marked,
}

impl Session {
    /// Marks messages as seen.
    ///
    /// # Errors
    /// [`ImapError`].
    pub async fn flag_seen(&mut self, uids: &[u32]) -> Result<(), ImapError> {
        self.store(uids, "\\Seen").await
    }

    /// Deletes messages, and no others that somebody marked for deletion.
    ///
    /// # Errors
    /// [`ImapError`].
    pub async fn delete(&mut self, uids: &[u32]) -> Result<Expunged, ImapError> {
        self.store(uids, "\\Deleted").await?;
        // Plain EXPUNGE would remove what others have marked and still mean to look at.
        if !self.can().uidplus {
            return Ok(Expunged::Marked);
        }
        let command = format!("UID EXPUNGE {}", names::uid_set(uids));
        self.ask("EXPUNGE", &command, |_| {}).await?;
        Ok(Expunged::Yes)
    }

    /// Moves messages into a folder, which is made when it is missing; only where the server can MOVE.
    ///
    /// # Errors
    /// [`ImapError`].
    pub async fn move_to(&mut self, uids: &[u32], folder: &str) -> Result<(), ImapError> {
        self.carry("MOVE", uids, folder).await
    }

    /// Copies messages into a folder, which is made when it is missing.
    ///
    /// # Errors
    /// [`ImapError`].
    pub async fn copy_to(&mut self, uids: &[u32], folder: &str) -> Result<(), ImapError> {
        self.carry("COPY", uids, folder).await
    }

    async fn carry(
        &mut self,
        verb: &'static str,
        uids: &[u32],
        folder: &str,
    ) -> Result<(), ImapError> {
        let name = names::folder(folder)?;
        let command = format!("UID {verb} {} {name}", names::uid_set(uids));
        match self.ask(verb, &command, |_| {}).await {
            Err(error @ ImapError::Refused { no: true, .. }) if error.throttle().is_none() => {}
            other => return other,
        }
        // Most likely it is missing. Somebody may make it at the same moment.
        match self.ask("CREATE", &format!("CREATE {name}"), |_| {}).await {
            Ok(()) | Err(ImapError::Refused { .. }) => {}
            Err(error) => return Err(error),
        }
        self.ask(verb, &command, |_| {}).await
    }

    async fn store(&mut self, uids: &[u32], flag: &str) -> Result<(), ImapError> {
        let command = format!("UID STORE {} +FLAGS.SILENT ({flag})", names::uid_set(uids));
        self.ask("STORE", &command, |_| {}).await
    }
}
