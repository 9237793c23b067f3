//! From a list of messages to batches that can be stored: bounded in bytes and count, the next one fetched
//! while the one before is committed, and none held up by a message that its host cannot give.

use anyhow::anyhow;
use tokio_util::sync::CancellationToken;

use super::{
    desk::{Batch, Desk, Place, row},
    trouble::Troubles,
};
use crate::{
    config::{After, PollerSettings},
    inbox::{self, MailId, PutOff},
    mail::{
        budget::Share,
        mailbox::{
            Content,
            imap::{Body, ImapError, Meta, Part, Session},
        },
    },
};

/// What the messages of one folder are fetched for.
#[derive(Debug)]
pub(super) struct Fetcher<'a> {
    pub(super) desk: Desk<'a>,
    pub(super) place: Place,
    /// Whether something happens to them at the host once they are stored.
    pub(super) tidies: bool,
    pub(super) troubles: &'a Troubles,
    pub(super) stop: &'a CancellationToken,
}

/// Some messages, neighbours in the list.
#[derive(Debug, Default)]
struct Plan {
    whole: Vec<Meta>,
    /// Of these only the header is read.
    large: Vec<Meta>,
    octets: u64,
}

impl Plan {
    fn len(&self) -> usize {
        self.whole.len() + self.large.len()
    }

    fn all(&self) -> impl Iterator<Item = &Meta> {
        self.whole.iter().chain(&self.large)
    }
}

impl Fetcher<'_> {
    /// Fetches and stores messages, by rising UID; answers with the number of those that were new. It stops
    /// between two batches when it is asked to.
    pub(super) async fn take(
        &self,
        session: &mut Session,
        messages: Vec<Meta>,
    ) -> anyhow::Result<usize> {
        let mut ready = None;
        let stored = self.carry(session, messages, &mut ready).await?;
        Ok(stored + self.desk.store_if(ready).await?)
    }

    /// As [`Fetcher::take`], but that the last batch is left in `ready`, and what is there already is
    /// stored: so that the host and the database work at once, whatever comes after.
    pub(super) async fn carry(
        &self,
        session: &mut Session,
        messages: Vec<Meta>,
        ready: &mut Option<Batch>,
    ) -> anyhow::Result<usize> {
        let mut stored = 0;
        for plan in self.plans(messages) {
            if self.stop.is_cancelled() {
                break;
            }
            let before = ready.take();
            let (fetched, done) =
                tokio::join!(self.fetch(session, plan), self.desk.store_if(before));
            stored += done?;
            *ready = Some(fetched?);
        }
        Ok(stored)
    }

    /// The rows of some messages that are not stored yet.
    pub(super) async fn rows(
        &self,
        session: &mut Session,
        messages: Vec<Meta>,
        mut each: impl FnMut(Vec<(u32, inbox::Arrived)>),
    ) -> anyhow::Result<()> {
        for plan in self.plans(messages) {
            let batch = self.fetch_rows(session, &plan).await?;
            each(batch.0);
        }
        Ok(())
    }

    fn settings(&self) -> &PollerSettings {
        &self.desk.cx.settings.poller
    }

    /// Splits a list: a batch takes half of the budget, so that another can be fetched meanwhile.
    fn plans(&self, messages: Vec<Meta>) -> Vec<Plan> {
        let settings = self.settings();
        let room = settings.batch_bytes / 2;
        let alone_to = self.troubles.alone_to();
        let (mut plans, mut plan) = (Vec::new(), Plan::default());
        for meta in messages {
            // What has no size takes the room of the largest that may be read whole.
            let size = meta.size.map_or(settings.message_bytes_max, u64::from);
            let large = size > settings.message_bytes_max;
            let octets = if large { HEADER_BYTES } else { size };
            let full = plan.len() >= settings.batch_messages
                || plan.octets.saturating_add(octets) > room
                || meta.uid <= alone_to;
            if full && plan.len() > 0 {
                plans.push(std::mem::take(&mut plan));
            }
            plan.octets = plan.octets.saturating_add(octets);
            if large { plan.large.push(meta) } else { plan.whole.push(meta) }
        }
        if plan.len() > 0 {
            plans.push(plan);
        }
        plans
    }

    async fn fetch(&self, session: &mut Session, plan: Plan) -> anyhow::Result<Batch> {
        let (rows, share) = self.fetch_rows(session, &plan).await?;
        let watermark = rows.iter().map(|(uid, _)| i64::from(*uid)).max();
        let tidy = rows.iter().filter(|(_, mail)| self.is_tidied(mail));
        let tidy = tidy.map(|(uid, _)| i64::from(*uid)).collect();
        let mails = rows.into_iter().map(|(_, mail)| mail).collect();
        Ok(Batch { place: self.place.clone(), mails, tidy, watermark, share: Some(share) })
    }

    /// What is not wholly here is not deleted there.
    pub(super) fn is_tidied(&self, mail: &inbox::Arrived) -> bool {
        let whole = !mail.header_only || self.desk.settings.after != After::Delete;
        self.tidies && mail.put_off.is_none() && whole
    }

    async fn fetch_rows(
        &self,
        session: &mut Session,
        plan: &Plan,
    ) -> anyhow::Result<(Vec<(u32, inbox::Arrived)>, Share)> {
        let share = self.desk.cx.raw_mail.take(plan.octets).await;
        let mut rows = Vec::with_capacity(plan.len());
        let missing = match self.read(session, plan).await {
            Ok(found) => {
                let got = |uid: u32| found.iter().any(|(body, _)| body.uid == uid);
                let missing = plan.all().filter(|meta| !got(meta.uid)).cloned().collect();
                let sizes = |uid| plan.all().find(|meta| meta.uid == uid);
                for (body, part) in found {
                    let size = sizes(body.uid).and_then(|meta| meta.size);
                    rows.push((body.uid, self.row(body, part, size)));
                }
                missing
            }
            // One of them, or each, cannot be given: which, is found out one by one.
            Err(error) if error.is_of_a_message() => plan.all().cloned().collect::<Vec<_>>(),
            Err(error) => {
                if !error.is_answer() {
                    let uids: Vec<u32> = plan.all().map(|meta| meta.uid).collect();
                    self.troubles.failed(&uids);
                }
                return Err(error.into());
            }
        };
        self.one_by_one(session, missing, &mut rows).await?;
        rows.sort_by_key(|(uid, _)| *uid);
        let uids = || plan.all().map(|meta| meta.uid);
        if let (Some(first), Some(last)) = (uids().min(), uids().max()) {
            self.troubles.over(first..=last);
        }
        Ok((rows, share))
    }

    async fn read(
        &self,
        session: &mut Session,
        plan: &Plan,
    ) -> Result<Vec<(Body, Part)>, ImapError> {
        let mut found = Vec::with_capacity(plan.len());
        for (messages, part) in [(&plan.whole, Part::Whole), (&plan.large, Part::Header)] {
            let troubled = |meta: &&Meta| !self.troubles.parts(meta.uid).contains(&part);
            if messages.is_empty() || messages.iter().any(|meta| troubled(&meta)) {
                continue;
            }
            let uids: Vec<u32> = messages.iter().map(|meta| meta.uid).collect();
            let bodies = session.read(&uids, part, plan.octets).await?;
            found.extend(bodies.into_iter().map(|body| (body, part)));
        }
        Ok(found)
    }

    /// What a batch did not give: gone meanwhile, or given by itself, or its header, or not at all.
    async fn one_by_one(
        &self,
        session: &mut Session,
        messages: Vec<Meta>,
        rows: &mut Vec<(u32, inbox::Arrived)>,
    ) -> anyhow::Result<()> {
        let mut refused = Vec::new();
        for meta in messages {
            match self.alone(session, &meta).await? {
                Found::Body(mail) => rows.push((meta.uid, *mail)),
                Found::Gone => {}
                Found::Nothing(why) => refused.push((meta, why)),
            }
        }
        for (meta, why) in refused {
            let given_up = self.troubles.parts(meta.uid).is_empty();
            // Where its neighbours can be read it is the message; else it may be the server.
            if rows.is_empty() && !given_up {
                self.troubles.failed(&[meta.uid]);
                return Err(anyhow!("the host gives nothing of message {}: {why}", meta.uid));
            }
            let nothing = Body { uid: meta.uid, bytes: Vec::new() };
            rows.push((meta.uid, self.half(nothing, meta.size, why)));
        }
        Ok(())
    }

    /// One message by itself: all that is wanted of it, or as much as its host gives.
    pub(super) async fn alone(&self, session: &mut Session, meta: &Meta) -> anyhow::Result<Found> {
        let most = self.settings().message_bytes_max;
        let size = meta.size.map_or(most, u64::from);
        let mut why = "every connection ends where it is read".to_owned();
        for part in self.troubles.parts(meta.uid) {
            if *part == Part::Whole && size > most {
                continue;
            }
            match session.read(&[meta.uid], *part, size).await {
                Ok(mut bodies) => match bodies.pop() {
                    Some(body) if *part == Part::Header && size <= most => {
                        return Ok(Found::Body(Box::new(self.half(body, meta.size, why))));
                    }
                    Some(body) => {
                        return Ok(Found::Body(Box::new(self.row(body, *part, meta.size))));
                    }
                    None => "its host gives nothing of it".clone_into(&mut why),
                },
                Err(error) if error.is_of_a_message() => why = error.to_string(),
                Err(error) => {
                    if !error.is_answer() {
                        self.troubles.failed(&[meta.uid]);
                    }
                    return Err(error.into());
                }
            }
            if session.present(&[meta.uid]).await?.is_empty() {
                return Ok(Found::Gone);
            }
        }
        Ok(Found::Nothing(why))
    }

    fn row(&self, body: Body, part: Part, size: Option<u32>) -> inbox::Arrived {
        let counted = u64::try_from(body.bytes.len()).unwrap_or(u64::MAX);
        let large = size.is_none() && counted > self.settings().message_bytes_max;
        let size = size.map_or(counted, u64::from);
        let content = match part {
            Part::Whole if large => Content::HeaderOnly(header(body.bytes)),
            Part::Whole => Content::Whole(body.bytes),
            Part::Header => Content::HeaderOnly(body.bytes),
        };
        row(self.id(), self.key(body.uid), (size, content))
    }

    /// The row of a message of which its host gave less than was wanted: it is looked at again.
    fn half(&self, body: Body, size: Option<u32>, why: String) -> inbox::Arrived {
        let uid = i64::from(body.uid);
        let mail = self.row(body, Part::Header, size);
        inbox::Arrived { put_off: Some(PutOff { uid, why }), ..mail }
    }

    fn id(&self) -> MailId {
        MailId::fresh(self.desk.cx.now())
    }

    fn key(&self, uid: u32) -> String {
        match self.place.epoch {
            0 => uid.to_string(),
            epoch => format!("{uid}/{epoch}"),
        }
    }
}

/// What asking for one message came to.
pub(super) enum Found {
    Body(Box<inbox::Arrived>),
    Gone,
    /// And why.
    Nothing(String),
}

/// The part of a message before its first empty line.
fn header(mut bytes: Vec<u8>) -> Vec<u8> {
    let end = bytes.windows(4).position(|four| four == b"\r\n\r\n");
    bytes.truncate(end.map_or(0, |at| at + 4));
    bytes
}

/// What a header is taken to hold, for the budget; a larger one is cut off by the scan.
const HEADER_BYTES: u64 = 256 * 1024;
