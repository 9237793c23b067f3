//! Reading: what messages there are, then their bodies.

use std::collections::BTreeMap;

use async_imap::imap_proto::{AttributeValue, Response};

use super::{ImapError, Session, names};
use crate::clock::At;

/// What is known of a message before its body is read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Meta {
    /// Its UID.
    pub uid: u32,
    /// Octets, as the server counts them.
    pub size: Option<u32>,
    /// When the host received it.
    pub received: Option<At>,
    /// The header with the Message-ID alone, where it was asked for.
    pub id_header: Option<Vec<u8>>,
}

/// How much of a message is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// All of it.
    Whole,
    /// Its header.
    Header,
}

/// What was read of a message.
#[derive(Clone, PartialEq, Eq)]
pub struct Body {
    /// Its UID.
    pub uid: u32,
    /// Its octets.
    pub bytes: Vec<u8>,
}

/// A part of a folder's list.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Window {
    /// By rising UID.
    pub messages: Vec<Meta>,
    /// Nothing up to this UID is missing from it.
    pub complete_to: u32,
}

/// What a listing asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Listing {
    /// From this UID.
    pub from: u32,
    /// To this UID; none: to the end, as far as the server has told of it.
    pub to: Option<u32>,
    /// Most messages that are kept, the oldest.
    pub most: usize,
}

/// What is asked of each message.
const FACTS: &str = "(UID RFC822.SIZE INTERNALDATE)";
/// Messages that are asked for one by one at most.
const ALONE_MAX: usize = 100;
/// Octets of a message's response beside the message.
const OVERHEAD: u64 = 4 * 1024;

impl Session {
    /// Lists the messages of a range by size and date. What the server cannot tell of a message is left out.
    ///
    /// # Errors
    /// [`ImapError`].
    pub async fn list(&mut self, of: Listing) -> Result<Window, ImapError> {
        if of.to.is_none() {
            self.announced = false;
        }
        match self.list_by(of, FACTS).await {
            // It may be one message that the server stumbles over: each is asked for by itself.
            Err(error @ ImapError::Refused { no: true, .. }) if error.throttle().is_none() => {}
            other => return other,
        }
        let mut window =
            self.list_by(Listing { most: of.most.min(ALONE_MAX), ..of }, "(UID)").await?;
        for message in &mut window.messages {
            let (from, to) = (message.uid, Some(message.uid));
            match self.list_by(Listing { from, to, most: 1 }, FACTS).await {
                Ok(mut one) => *message = one.messages.pop().unwrap_or_else(|| message.clone()),
                Err(error) if error.is_of_a_message() => {}
                Err(error) => return Err(error),
            }
        }
        Ok(window)
    }

    async fn list_by(&mut self, of: Listing, facts: &str) -> Result<Window, ImapError> {
        let to = of.to.map_or_else(|| "*".to_owned(), |to| to.to_string());
        let mut kept: BTreeMap<u32, Meta> = BTreeMap::new();
        let (mut last, mut cut) = (of.from.saturating_sub(1), false);
        let command = format!("UID FETCH {}:{to} {facts}", of.from);
        self.ask("FETCH", &command, |response| {
            let Some(meta) = meta(response) else { return };
            // `7:*` names the last message even when its UID is 3.
            if meta.uid < of.from || of.to.is_some_and(|to| meta.uid > to) {
                return;
            }
            last = last.max(meta.uid);
            // Somebody may flag it at this moment, which the server tells in the same words.
            if kept.get(&meta.uid).is_none_or(|known| known.size.is_none()) {
                kept.insert(meta.uid, meta);
            }
            if kept.len() > of.most {
                kept.pop_last();
                cut = true;
            }
        })
        .await?;
        let complete_to = match (cut, kept.last_key_value(), of.to) {
            (true, Some((uid, _)), _) => *uid,
            (false, _, Some(to)) => to,
            _ => last,
        };
        Ok(Window { messages: kept.into_values().collect(), complete_to })
    }

    /// The largest UID in the folder.
    ///
    /// # Errors
    /// [`ImapError`].
    pub async fn last_uid(&mut self) -> Result<Option<u32>, ImapError> {
        let mut last = None;
        self.ask("FETCH", "UID FETCH * (UID)", |response| {
            last = last.max(meta(response).map(|meta| meta.uid));
        })
        .await?;
        Ok(last)
    }

    /// Adds the Message-IDs of some messages, by rising UID; those that are gone are left out.
    ///
    /// # Errors
    /// [`ImapError`].
    pub async fn identify(&mut self, uids: &[u32]) -> Result<Vec<Meta>, ImapError> {
        let mut found = BTreeMap::new();
        let set = names::uid_set(uids);
        let command =
            format!("UID FETCH {set} (UID RFC822.SIZE BODY.PEEK[HEADER.FIELDS (MESSAGE-ID)])");
        self.ask("FETCH", &command, |response| {
            if let Some(meta) = meta(response).filter(|meta| meta.id_header.is_some()) {
                found.insert(meta.uid, meta);
            }
        })
        .await?;
        Ok(found.into_values().collect())
    }

    /// A message as far as the server can tell of it; none when it is gone.
    ///
    /// # Errors
    /// [`ImapError`].
    pub async fn measure(&mut self, uid: u32) -> Result<Option<Meta>, ImapError> {
        let mut found = None;
        let command = format!("UID FETCH {uid} (UID RFC822.SIZE)");
        let asked = self.ask("FETCH", &command, |response| {
            found = meta(response).filter(|meta| meta.uid == uid).or(found.take());
        });
        match asked.await {
            Ok(()) => return Ok(found),
            Err(error) if error.is_of_a_message() => {}
            Err(error) => return Err(error),
        }
        let there = self.present(&[uid]).await?;
        let bare = Meta { uid, size: None, received: None, id_header: None };
        Ok((!there.is_empty()).then_some(bare))
    }

    /// Which of some messages are still there.
    ///
    /// # Errors
    /// [`ImapError`].
    pub async fn present(&mut self, uids: &[u32]) -> Result<Vec<u32>, ImapError> {
        let mut found = Vec::new();
        let command = format!("UID FETCH {} (UID)", names::uid_set(uids));
        self.ask("FETCH", &command, |response| {
            found.extend(meta(response).map(|meta| meta.uid).filter(|uid| uids.contains(uid)));
        })
        .await?;
        Ok(found)
    }

    /// Reads some messages, in the order in which the server sends them. `octets` is what they were said
    /// to hold: a server that says far more is cut off.
    ///
    /// # Errors
    /// [`ImapError`].
    pub async fn read(
        &mut self,
        uids: &[u32],
        part: Part,
        octets: u64,
    ) -> Result<Vec<Body>, ImapError> {
        let section = match part {
            Part::Whole => "BODY.PEEK[]",
            Part::Header => "BODY.PEEK[HEADER]",
        };
        let command = format!("UID FETCH {} (UID {section})", names::uid_set(uids));
        let messages = u64::try_from(uids.len()).unwrap_or(u64::MAX);
        // Line ends are counted in different ways.
        let most = octets.saturating_mul(2).saturating_add(messages.saturating_mul(OVERHEAD));
        let mut bodies: Vec<Body> = Vec::with_capacity(uids.len());
        let tag = self.send_within(&command, most).await?;
        self.answered("FETCH", &tag, |response| {
            if let Some(body) = body(response)
                && uids.contains(&body.uid)
                && bodies.iter().all(|known| known.uid != body.uid)
            {
                bodies.push(body);
            }
        })
        .await?;
        Ok(bodies)
    }
}

fn meta(response: &Response<'_>) -> Option<Meta> {
    let Response::Fetch(_, attributes) = response else { return None };
    let mut uid = None;
    let (mut size, mut received, mut id_header) = (None, None, None);
    for attribute in attributes {
        match attribute {
            AttributeValue::Uid(number) => uid = Some(*number),
            AttributeValue::Rfc822Size(octets) => size = Some(*octets),
            AttributeValue::InternalDate(date) => received = internal_date(date),
            AttributeValue::BodySection { section: Some(_), data, .. } => {
                id_header = data.as_ref().map(|data| data.to_vec());
            }
            _ => {}
        }
    }
    Some(Meta { uid: uid?, size, received, id_header })
}

fn body(response: &Response<'_>) -> Option<Body> {
    let Response::Fetch(_, attributes) = response else { return None };
    let uid = attributes.iter().find_map(|attribute| match attribute {
        AttributeValue::Uid(uid) => Some(*uid),
        _ => None,
    })?;
    attributes.iter().find_map(|attribute| match attribute {
        AttributeValue::BodySection { data: Some(data), .. } => {
            Some(Body { uid, bytes: data.to_vec() })
        }
        _ => None,
    })
}

/// `17-Jul-1996 02:44:25 -0700` (RFC 3501 section 9, date-time).
fn internal_date(text: &str) -> Option<At> {
    let parsed = jiff::Timestamp::strptime("%d-%b-%Y %H:%M:%S %z", text.trim());
    parsed.ok().map(|at| At(at.as_microsecond()))
}

impl std::fmt::Debug for Body {
    /// People's mails do not belong into logs.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Body({}, {} bytes)", self.uid, self.bytes.len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn internal_dates_are_read_in_their_zone() {
        let at = |seconds| Some(At::from_unix_seconds(seconds));
        assert_eq!(internal_date("17-Jul-1996 02:44:25 -0700"), at(837_596_665));
        assert_eq!(internal_date(" 1-Feb-2026 00:00:00 +0000"), at(1_769_904_000));
        assert_eq!(internal_date("yesterday"), None);
    }
}
