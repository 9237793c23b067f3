//! Bells: which rows to look at. A bell may be lost or ring twice; rows are the truth.
//!
//! This is the one seam between the ways bells travel. A list per queue within the process is one;
//! lists in Redis will be another arm of [`Bells`], behind the same verbs.

use std::{
    collections::{HashMap, VecDeque},
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use tokio::sync::Notify;

use crate::db::Bell;

/// How bells travel from commits and the clock to the pools.
#[derive(Debug, Clone)]
pub enum Bells {
    /// Within this process, for the embedded default.
    InProcess(InProcess),
}

impl Bells {
    /// Bells within this process, at most `cap` kept for one queue.
    pub fn in_process(cap: usize) -> Self {
        Self::InProcess(InProcess { cap, lists: Arc::default() })
    }

    /// Rings behind what waits already. What does not fit waits in SQL for the clock.
    pub(super) fn ring(&self, bells: Vec<Bell>) {
        let Self::InProcess(here) = self;
        for bell in bells {
            here.with(&bell.queue, |list| {
                if list.jobs.len() < here.cap {
                    list.jobs.push_back(bell.job);
                    list.rung.notify_one();
                }
            });
        }
    }

    /// Rings before everything else: behind a long list an overdue job would wait once more, and on a
    /// full one be dropped. The newest bells make room.
    pub(super) fn ring_first(&self, bells: Vec<Bell>) {
        let Self::InProcess(here) = self;
        for bell in bells.into_iter().rev() {
            here.with(&bell.queue, |list| {
                list.jobs.push_front(bell.job);
                list.jobs.truncate(here.cap);
                list.rung.notify_one();
            });
        }
    }

    /// Takes up to `max` bells of a queue, waiting at most `wait` for the first. Not to be cancelled
    /// half-way: popped bells would be lost.
    pub(super) async fn pop(&self, queue: &str, max: usize, wait: Duration) -> Vec<String> {
        let Self::InProcess(here) = self;
        let take = |list: &mut List| {
            let many = max.min(list.jobs.len());
            let taken: Vec<String> = list.jobs.drain(..many).collect();
            if !list.jobs.is_empty() {
                // One stored permit may stand for many bells: pass it on to the next pool.
                list.rung.notify_one();
            }
            (taken, Arc::clone(&list.rung))
        };
        let (taken, rung) = here.with(queue, take);
        if !taken.is_empty() {
            return taken;
        }
        tokio::time::timeout(wait, rung.notified()).await.ok();
        here.with(queue, take).0
    }

    /// Wakes a pool that waits for bells of a queue, so that it notices a stop.
    pub(super) fn wake(&self, queue: &str) {
        let Self::InProcess(here) = self;
        here.with(queue, |list| list.rung.notify_one());
    }

    /// Whether no bell of the queue waits.
    pub(super) fn is_empty(&self, queue: &str) -> bool {
        let Self::InProcess(here) = self;
        here.with(queue, |list| list.jobs.is_empty())
    }
}

/// One list per queue.
#[derive(Debug, Clone)]
pub struct InProcess {
    cap: usize,
    lists: Arc<Mutex<HashMap<String, List>>>,
}

#[derive(Debug, Default)]
struct List {
    jobs: VecDeque<String>,
    rung: Arc<Notify>,
}

impl InProcess {
    fn with<R>(&self, queue: &str, act: impl FnOnce(&mut List) -> R) -> R {
        let mut lists = self.lists.lock().unwrap_or_else(PoisonError::into_inner);
        match lists.get_mut(queue) {
            Some(list) => act(list),
            None => act(lists.entry(queue.to_owned()).or_default()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bells(jobs: &[&str]) -> Vec<Bell> {
        let bell = |job: &&str| Bell { queue: "q".to_owned(), job: (*job).to_owned() };
        jobs.iter().map(bell).collect()
    }

    #[tokio::test]
    async fn overdue_jobs_come_first_and_in_their_order() {
        let lists = Bells::in_process(3);
        lists.ring(bells(&["c", "d"]));
        lists.ring_first(bells(&["a", "b"]));
        // The cap holds: "d", the newest, waits in SQL.
        assert_eq!(lists.pop("q", 2, Duration::ZERO).await, ["a", "b"]);
        assert_eq!(lists.pop("q", 9, Duration::ZERO).await, ["c"]);
        assert!(lists.is_empty("q"));
    }

    #[tokio::test]
    async fn a_full_list_keeps_the_oldest() {
        let lists = Bells::in_process(2);
        lists.ring(bells(&["a", "b", "c"]));
        assert_eq!(lists.pop("q", 9, Duration::ZERO).await, ["a", "b"]);
    }

    #[tokio::test]
    async fn a_waiting_pop_hears_the_bell() {
        let lists = Bells::in_process(2);
        let heard = lists.pop("q", 1, Duration::from_secs(60));
        let (heard, ()) = tokio::join!(heard, async { lists.ring(bells(&["a"])) });
        assert_eq!(heard, ["a"]);
    }
}
