//! Bells in Redis: a list per queue, `PREFIX:QUEUE`, filled by one task over one connection.
//!
//! Commits hand their bells to that task and never wait for it; while Redis is away it drops them, and
//! the rows are found by the pools and the clock. Connections of a process: this one, and one for each
//! pool it runs ([`super::ear`]). One for all pools would need to know each pool's free places while it
//! waits; hosted plans begin at twenty connections, which is three processes of all queues.

use std::{
    collections::{BTreeMap, BTreeSet},
    pin::pin,
    time::Duration,
};

use metrics::counter;
use redis::{Cmd, Pipeline, RedisError, RedisResult, Value, cmd, pipe};
use tokio::{
    sync::{mpsc, oneshot},
    time::timeout,
};
use tokio_util::task::TaskTracker;

use super::{
    link::{Address, Link, LinkError},
    reach::{Reach, Reports},
};
use crate::{config::RedisSettings, db::Bell};

/// Errands that wait for the task at most: what does not fit is dropped, and the clock finds the rows.
const ERRANDS_MAX: usize = 4_096;
/// Errands that travel in one pipeline at most.
const PIPELINE_MAX: usize = 256;
/// How long a pipeline may take before the connection is given up.
const ANSWER_MAX: Duration = Duration::from_secs(5);
/// How long somebody who asks waits for the answer.
const ASK_MAX: Duration = Duration::from_secs(6);
/// A nudge that nobody is left to feel goes away by itself after these milliseconds.
const NUDGE_MILLIS: u32 = 60_000;
/// The connection's name in reports.
const NAME: &str = "shared";

/// Something to be said to Redis, in this order.
enum Errand {
    Ring(Vec<Bell>),
    RingFirst(Vec<Bell>),
    /// What one command answers.
    Ask(Cmd, oneshot::Sender<RedisResult<Value>>),
    /// The lengths of these lists.
    Lengths(Vec<String>, oneshot::Sender<Vec<usize>>),
    Nudge(String),
}

/// Bells in Redis. Cloning shares the connection.
#[derive(Debug, Clone)]
pub struct Redis {
    address: Address,
    prefix: String,
    reports: Reports,
    errands: mpsc::Sender<Errand>,
}

impl Redis {
    pub(super) fn open(settings: &RedisSettings, cap: usize) -> Result<Self, LinkError> {
        let (errands, waiting) = mpsc::channel(ERRANDS_MAX);
        let address = Address::of(settings)?;
        let redis =
            Self { address, prefix: settings.prefix.clone(), reports: Reports::default(), errands };
        let carrier = Carrier {
            address: redis.address.clone(),
            prefix: redis.prefix.clone(),
            cap,
            reports: redis.reports.clone(),
            missed: false,
        };
        // Ends when nobody is left who could send it on an errand.
        TaskTracker::new().spawn(carrier.run(waiting));
        Ok(redis)
    }

    pub(super) fn key(&self, name: &str) -> String {
        format!("{}:{name}", self.prefix)
    }

    pub(super) fn address(&self) -> Address {
        self.address.clone()
    }

    pub(super) fn reports(&self) -> &Reports {
        &self.reports
    }

    pub(super) fn reach(&self) -> Reach {
        self.reports.reach()
    }

    pub(super) fn ring(&self, bells: Vec<Bell>) {
        self.send(Errand::Ring(bells));
    }

    pub(super) fn ring_first(&self, bells: Vec<Bell>) {
        self.send(Errand::RingFirst(bells));
    }

    pub(super) fn nudge(&self, key: &str) {
        self.send(Errand::Nudge(key.to_owned()));
    }

    pub(super) async fn empty<'a>(&self, queues: &[&'a str]) -> Vec<&'a str> {
        let keys = queues.iter().map(|queue| self.key(queue)).collect();
        let (answer, answered) = oneshot::channel();
        self.send(Errand::Lengths(keys, answer));
        let Ok(Ok(lengths)) = timeout(ASK_MAX, answered).await else { return Vec::new() };
        let empty = queues.iter().zip(lengths).filter(|(_, length)| *length == 0);
        empty.map(|(queue, _)| *queue).collect()
    }

    pub(super) async fn ping(&self) -> Reach {
        match (self.ask(cmd("PING")).await, self.reach()) {
            (None, Reach::Fine) => Reach::Away(LinkError::Silent(ASK_MAX).to_string()),
            (_, reach) => reach,
        }
    }

    pub(super) async fn clients(&self) -> Option<Clients> {
        let mut info = cmd("INFO");
        info.arg("clients");
        let text = redis::from_redis_value::<String>(self.ask(info).await?).ok()?;
        let number = |name: &str| {
            let line = text.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(':'));
            line?.trim().parse().ok()
        };
        Some(Clients { connected: number("connected_clients")?, max: number("maxclients")? })
    }

    /// None when it is refused, or while Redis is away.
    async fn ask(&self, what: Cmd) -> Option<Value> {
        let (answer, answered) = oneshot::channel();
        self.send(Errand::Ask(what, answer));
        timeout(ASK_MAX, answered).await.ok()?.ok()?.ok()
    }

    fn send(&self, errand: Errand) {
        if let Err(refused) = self.errands.try_send(errand) {
            drop_errand(&refused.into_inner());
        }
    }
}

/// How many are connected to Redis, this process included, and how many may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Clients {
    /// At present.
    pub connected: usize,
    /// At most.
    pub max: usize,
}

/// The task that says everything.
struct Carrier {
    address: Address,
    prefix: String,
    cap: usize,
    reports: Reports,
    /// Bells were dropped: whatever a list still holds, rows may wait that are not in it.
    missed: bool,
}

impl Carrier {
    async fn run(mut self, mut errands: mpsc::Receiver<Errand>) {
        let mut failures = 0;
        loop {
            let Some(connected) = self.connect(failures, &mut errands).await else { return };
            let error = match connected {
                Ok(link) => {
                    failures = 0;
                    self.reports.fine(NAME);
                    match self.carry(link, &mut errands).await {
                        Ok(()) => return,
                        Err(error) => error,
                    }
                }
                Err(error) => error,
            };
            failures += 1;
            self.reports.away(NAME, &error.to_string());
        }
    }

    /// Connects, dropping meanwhile what it is asked to carry. None when nobody is left.
    async fn connect(
        &mut self,
        failures: u32,
        errands: &mut mpsc::Receiver<Errand>,
    ) -> Option<Result<Link, LinkError>> {
        let mut connecting = pin!(self.address.clone().reconnect(failures));
        loop {
            tokio::select! {
                connected = &mut connecting => return Some(connected),
                errand = errands.recv(), if failures > 0 => {
                    self.missed |= drop_errand(&errand?);
                }
            }
        }
    }

    /// Does errands until the connection fails, or nobody is left.
    async fn carry(
        &mut self,
        mut link: Link,
        errands: &mut mpsc::Receiver<Errand>,
    ) -> Result<(), LinkError> {
        let mut some = Vec::with_capacity(PIPELINE_MAX);
        while errands.recv_many(&mut some, PIPELINE_MAX).await > 0 {
            fault_point!("bells-pushed");
            let said = self.pipeline(&some);
            // The library would wait for an answer to nothing.
            if said.is_empty() {
                self.settle(some.drain(..), Vec::new())?;
                continue;
            }
            let saying = said.query_async::<Vec<Value>>(&mut link.connection);
            let answers = timeout(ANSWER_MAX, saying).await;
            let answers = match answers {
                Ok(Ok(answers)) => answers,
                Ok(Err(error)) => return Err(self.failed(&some, error.into())),
                Err(_elapsed) => {
                    return Err(self.failed(&some, LinkError::Silent(ANSWER_MAX)));
                }
            };
            self.settle(some.drain(..), answers)?;
        }
        Ok(())
    }

    fn failed(&mut self, errands: &[Errand], error: LinkError) -> LinkError {
        for errand in errands {
            self.missed |= drop_errand(errand);
        }
        error
    }

    fn pipeline(&self, errands: &[Errand]) -> Pipeline {
        let mut said = pipe();
        said.ignore_errors();
        for errand in errands {
            match errand {
                Errand::Ring(bells) => self.push(&mut said, "RPUSH", bells.iter()),
                // Pushed one by one to the front, the last comes first.
                Errand::RingFirst(bells) => self.push(&mut said, "LPUSH", bells.iter().rev()),
                Errand::Lengths(keys, _) => {
                    for key in keys {
                        said.cmd("LLEN").arg(key);
                    }
                }
                Errand::Nudge(key) => {
                    said.cmd("RPUSH").arg(key).arg("");
                    said.cmd("PEXPIRE").arg(key).arg(NUDGE_MILLIS);
                }
                Errand::Ask(what, _) => {
                    said.add_command(what.clone());
                }
            }
        }
        said
    }

    fn push<'a>(&self, said: &mut Pipeline, verb: &str, bells: impl Iterator<Item = &'a Bell>) {
        let mut lists = BTreeMap::<&str, Vec<&str>>::new();
        for bell in bells {
            lists.entry(&bell.queue).or_default().push(&bell.job);
        }
        for (queue, jobs) in lists {
            let key = format!("{}:{queue}", self.prefix);
            said.cmd(verb).arg(&key).arg(jobs);
            // The oldest stay.
            said.cmd("LTRIM").arg(&key).arg(0).arg(self.cap.saturating_sub(1));
        }
    }

    /// Reads the answers to a pipeline: everybody who asked gets theirs; a refused push is a dropped
    /// bell. The error is one that another connection may be spared.
    fn settle(
        &mut self,
        errands: impl Iterator<Item = Errand>,
        answers: Vec<Value>,
    ) -> Result<(), LinkError> {
        let mut moved = None;
        let mut answers = answers.into_iter().map(Value::extract_error);
        for errand in errands {
            match errand {
                Errand::Ring(bells) | Errand::RingFirst(bells) => {
                    for queue in lists(&bells) {
                        let name = format!("list {queue}");
                        // Its push and its trim.
                        match answers.by_ref().take(2).find_map(Result::err) {
                            None => self.reports.fine(&name),
                            Some(error) => {
                                self.missed |= drop_bells(&bells);
                                self.reports.away(&name, &error.to_string());
                                moved = Some(error).filter(is_elsewhere).or(moved);
                            }
                        }
                    }
                }
                Errand::Lengths(keys, asker) => {
                    let lengths = answers.by_ref().take(keys.len());
                    let missed = self.missed;
                    let lengths = lengths.map(|answer| if missed { 0 } else { length(answer) });
                    if asker.send(lengths.collect()).is_ok() {
                        self.missed = false;
                    }
                }
                Errand::Nudge(_) => drop(answers.by_ref().take(2).last()),
                Errand::Ask(_, asker) => {
                    if let Some(answer) = answers.next() {
                        asker.send(answer).ok();
                    }
                }
            }
        }
        moved.map_or(Ok(()), |error| Err(error.into()))
    }
}

/// The queues of some bells, in the order in which they are pushed.
fn lists(bells: &[Bell]) -> BTreeSet<&str> {
    bells.iter().map(|bell| &*bell.queue).collect()
}

/// Whether the server has become a replica, or has not yet become anything: the address may already lead
/// to another.
fn is_elsewhere(error: &RedisError) -> bool {
    error.code().is_some_and(|code| ["READONLY", "MASTERDOWN", "LOADING", "NOAUTH"].contains(&code))
}

/// A list that cannot be asked counts as full: its pool looks for itself.
fn length(answer: RedisResult<Value>) -> usize {
    let length =
        answer.and_then(|value| redis::from_redis_value::<usize>(value).map_err(Into::into));
    length.unwrap_or(usize::MAX)
}

/// Counts what is dropped with an errand; whether that was any bell.
fn drop_errand(errand: &Errand) -> bool {
    let (Errand::Ring(bells) | Errand::RingFirst(bells)) = errand else { return false };
    drop_bells(bells)
}

fn drop_bells(bells: &[Bell]) -> bool {
    let many = u64::try_from(bells.len()).unwrap_or(u64::MAX);
    counter!("pennypost_bells_dropped_total").increment(many);
    many > 0
}
