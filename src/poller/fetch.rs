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
    inbox::{self, MailId},
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
            // Of what has no size only the header is safe to ask for.
            let size = meta.size.map_or(u64::MAX, u64::from);
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
    fn is_tidied(&self, mail: &inbox::Arrived) -> bool {
        let whole = !mail.header_only || self.desk.settings.after != After::Delete;
        self.tidies && !mail.unreadable && whole
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
            Err(error) if error.is_answer() => plan.all().cloned().collect::<Vec<_>>(),
            Err(error) => {
                let uids: Vec<u32> = plan.all().map(|meta| meta.uid).collect();
                self.troubles.failed(&uids);
                return Err(error.into());
            }
        };
        self.one_by_one(session, missing, &mut rows).await?;
        rows.sort_by_key(|(uid, _)| *uid);
        if let Some((last, _)) = rows.last() {
            self.troubles.over(*last);
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
                Found::Body(body, part) => {
                    rows.push((meta.uid, self.row(body, part, meta.size)));
                }
                Found::Gone => {}
                Found::Nothing => refused.push(meta),
            }
        }
        for meta in refused {
            let given_up = self.troubles.parts(meta.uid).is_empty();
            // Where its neighbours can be read it is the message; else it may be the server.
            if rows.is_empty() && !given_up {
                self.troubles.failed(&[meta.uid]);
                return Err(anyhow!("the host gives nothing of message {}", meta.uid));
            }
            let why = Content::Unreadable("its host gives nothing of it".to_owned());
            let size = meta.size.map_or(0, u64::from);
            rows.push((meta.uid, row(self.id(), self.key(meta.uid), (size, why))));
        }
        Ok(())
    }

    async fn alone(&self, session: &mut Session, meta: &Meta) -> anyhow::Result<Found> {
        let size = meta.size.map_or(self.settings().message_bytes_max, u64::from);
        for part in self.troubles.parts(meta.uid) {
            if *part == Part::Whole && size > self.settings().message_bytes_max {
                continue;
            }
            match session.read(&[meta.uid], *part, size).await {
                Ok(mut bodies) => {
                    if let Some(body) = bodies.pop() {
                        return Ok(Found::Body(body, *part));
                    }
                }
                Err(error) if error.is_answer() => {}
                Err(error) => {
                    self.troubles.failed(&[meta.uid]);
                    return Err(error.into());
                }
            }
            if session.present(&[meta.uid]).await?.is_empty() {
                return Ok(Found::Gone);
            }
        }
        Ok(Found::Nothing)
    }

    fn row(&self, body: Body, part: Part, size: Option<u32>) -> inbox::Arrived {
        let counted = u64::try_from(body.bytes.len()).unwrap_or(u64::MAX);
        let size = size.map_or(counted, u64::from);
        let content = match part {
            Part::Whole => Content::Whole(body.bytes),
            Part::Header => Content::HeaderOnly(body.bytes),
        };
        row(self.id(), self.key(body.uid), (size, content))
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
enum Found {
    Body(Body, Part),
    Gone,
    Nothing,
}

/// What a header is taken to hold, for the budget; a larger one is cut off by the scan.
const HEADER_BYTES: u64 = 256 * 1024;
