//! From one thing to those that belong to it: a mail to the requests it began, a request to the mails
//! that changed it, both to their letters, confirmations, jobs and money.

use std::{collections::BTreeSet, fmt};

use serde_json::Value;

use super::{Event, events, money};
use crate::{
    confirmations,
    db::Tx,
    inbox::{self, MailId},
    letters::{self, LetterId, LetterTrace},
    queue::{self, Job, JobId},
    transfers,
};

/// Things that one story tells of at most.
const THINGS_MAX: usize = 60;

type Result<T> = std::result::Result<T, sqlx::Error>;

/// What can be traced.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Thing {
    Mail(MailId),
    /// By its reference.
    Request(String),
    Letter(LetterId),
    Job(JobId),
    /// The operator's own booking, by its reference.
    Booking(String),
}

impl fmt::Display for Thing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Mail(id) => write!(f, "mail {id}"),
            Self::Request(reference) => write!(f, "request {reference}"),
            Self::Letter(id) => write!(f, "letter {id}"),
            Self::Job(id) => write!(f, "job {id}"),
            Self::Booking(reference) => write!(f, "booking {reference}"),
        }
    }
}

/// What has been found so far.
#[derive(Debug, Default)]
pub(super) struct Story {
    pub(super) events: Vec<Event>,
    pub(super) more: bool,
    told: BTreeSet<Thing>,
    waiting: Vec<Thing>,
}

impl Story {
    /// Tells of `things` and of all that belongs to them.
    pub(super) async fn follow(&mut self, tx: &mut Tx, things: Vec<Thing>) -> Result<()> {
        self.waiting = things;
        while let Some(thing) = self.waiting.pop() {
            if self.told.contains(&thing) {
                continue;
            }
            if self.told.len() >= THINGS_MAX {
                self.more = true;
                return Ok(());
            }
            self.told.insert(thing.clone());
            match thing {
                Thing::Mail(id) => self.mail(tx, &id).await?,
                Thing::Request(reference) => self.request(tx, &reference).await?,
                Thing::Letter(id) => self.letter(tx, &id).await?,
                Thing::Job(id) => self.job(tx, &id).await?,
                Thing::Booking(reference) => {
                    let cause = format!("house/{reference}");
                    self.events.extend(money::told(tx, &cause, &cause).await?);
                    let letters = letters::traced_by(tx, &cause, None).await?;
                    self.letters(tx, letters).await?;
                }
            }
        }
        Ok(())
    }

    async fn mail(&mut self, tx: &mut Tx, id: &MailId) -> Result<()> {
        let Some(mail) = inbox::traced(tx, id).await? else { return Ok(()) };
        self.events.extend(events::of_mail(&mail));
        self.waiting.extend(mail.duplicate_of.clone().map(Thing::Mail));
        let copies = inbox::duplicates_of(tx, id).await?;
        self.waiting.extend(copies.into_iter().map(Thing::Mail));
        for reference in transfers::of_mail(tx, id).await? {
            self.waiting.push(Thing::Request(reference));
        }
        if let Some(token) = &mail.token
            && let Some(asked) = confirmations::traced(tx, token).await?
        {
            let request = confirmations::request_of(&asked.reference);
            self.waiting.push(Thing::Request(request.to_owned()));
        }
        // The gates of its commands are confirmations of its own.
        let (first, end) = (format!("MAIL-{id}-"), format!("MAIL-{id}."));
        let gates = confirmations::traced_between(tx, &first, &end).await?;
        self.events.extend(gates.iter().flat_map(events::of_confirmation));
        let letters = letters::traced_by(tx, id.as_str(), mail.message_id.as_deref()).await?;
        self.letters(tx, letters).await?;
        self.jobs(tx, id.as_str(), id.as_str()).await
    }

    async fn request(&mut self, tx: &mut Tx, reference: &str) -> Result<()> {
        let asked = confirmations::traced_between(tx, reference, reference).await?;
        self.events.extend(asked.iter().flat_map(events::of_confirmation));
        // What else of it was asked, of others.
        let (first, end) = (format!("{reference}/"), format!("{reference}0"));
        let asked = confirmations::traced_between(tx, &first, &end).await?;
        self.events.extend(asked.iter().flat_map(events::of_confirmation));
        let letters = letters::traced_of(tx, reference).await?;
        self.letters(tx, letters).await?;
        let Some(request) = transfers::traced(tx, reference).await? else { return Ok(()) };
        let revisions = transfers::revisions(tx, &request.id).await?;
        self.events.extend(events::of_request(&request, &revisions));
        self.waiting.extend(revisions.into_iter().map(|revision| Thing::Mail(revision.mail)));
        let id = request.id.as_str();
        let (first, end) = (format!("transfer/{id}/"), format!("transfer/{id}0"));
        self.events.extend(money::told(tx, &first, &end).await?);
        // What was held too long ends by an operation of the hold's own.
        if let Some(operation) = request.operation.as_deref().filter(|key| !key.starts_with(&first))
        {
            self.events.extend(money::told(tx, operation, operation).await?);
        }
        self.jobs(tx, id, id).await?;
        self.jobs(tx, reference, id).await
    }

    async fn letter(&mut self, tx: &mut Tx, id: &LetterId) -> Result<()> {
        let letter = letters::traced(tx, id.as_str()).await?;
        self.letters(tx, letter.into_iter().collect()).await
    }

    async fn letters(&mut self, tx: &mut Tx, letters: Vec<LetterTrace>) -> Result<()> {
        for letter in letters {
            self.told.insert(Thing::Letter(letter.id.clone()));
            self.events.extend(events::of_letter(&letter));
            let id = letter.id.as_str();
            let jobs = queue::concerning(tx, id, id).await?;
            self.events.extend(jobs.iter().map(events::of_job));
        }
        Ok(())
    }

    async fn job(&mut self, tx: &mut Tx, id: &JobId) -> Result<()> {
        if let Some(job) = queue::show(tx, id).await? {
            self.told_job(&job);
            let letter = argument(&job, "letter").map(|id| Thing::Letter(LetterId(id)));
            self.waiting.extend(letter);
        }
        Ok(())
    }

    async fn jobs(&mut self, tx: &mut Tx, id: &str, since: &str) -> Result<()> {
        for job in queue::concerning(tx, id, since).await? {
            self.told_job(&job);
        }
        Ok(())
    }

    fn told_job(&mut self, job: &Job) {
        self.told.insert(Thing::Job(job.id.clone()));
        self.events.push(events::of_job(job));
        let mail = argument(job, "mail").map(|id| Thing::Mail(MailId(id)));
        let request = argument(job, "reference").map(Thing::Request);
        self.waiting.extend(mail.into_iter().chain(request));
    }
}

/// What a job's arguments name.
fn argument(job: &Job, name: &str) -> Option<String> {
    let arguments: Value = serde_json::from_str(&job.args).ok()?;
    arguments.get(name)?.as_str().map(str::to_owned)
}
