//! Bells within one process: a list per queue.

use std::{
    collections::{HashMap, VecDeque},
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use tokio::sync::Notify;

use crate::db::Bell;

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
    pub(super) fn new(cap: usize) -> Self {
        Self { cap, lists: Arc::default() }
    }

    pub(super) fn ring(&self, bells: Vec<Bell>) {
        for bell in bells {
            self.with(&bell.queue, |list| {
                if list.jobs.len() < self.cap {
                    list.jobs.push_back(bell.job);
                    list.rung.notify_one();
                }
            });
        }
    }

    pub(super) fn ring_first(&self, bells: Vec<Bell>) {
        for bell in bells.into_iter().rev() {
            self.with(&bell.queue, |list| {
                list.jobs.push_front(bell.job);
                list.jobs.truncate(self.cap);
                list.rung.notify_one();
            });
        }
    }

    pub(super) fn empty<'a>(&self, queues: &[&'a str]) -> Vec<&'a str> {
        let is_empty = |queue: &&&str| self.with(queue, |list| list.jobs.is_empty());
        queues.iter().filter(is_empty).copied().collect()
    }

    pub(super) fn listen(&self, queue: &str) -> InProcessEar {
        InProcessEar { lists: self.clone(), queue: queue.to_owned() }
    }

    fn with<R>(&self, queue: &str, act: impl FnOnce(&mut List) -> R) -> R {
        let mut lists = self.lists.lock().unwrap_or_else(PoisonError::into_inner);
        match lists.get_mut(queue) {
            Some(list) => act(list),
            None => act(lists.entry(queue.to_owned()).or_default()),
        }
    }
}

/// Hears one list.
#[derive(Debug, Clone)]
pub(in crate::queue) struct InProcessEar {
    lists: InProcess,
    queue: String,
}

impl InProcessEar {
    pub(super) async fn pop(&self, max: usize, wait: Duration) -> Vec<String> {
        let take = |list: &mut List| {
            let many = max.min(list.jobs.len());
            let taken: Vec<String> = list.jobs.drain(..many).collect();
            if !list.jobs.is_empty() {
                // One stored permit may stand for many bells: pass it on to the next pool.
                list.rung.notify_one();
            }
            (taken, Arc::clone(&list.rung))
        };
        let (taken, rung) = self.lists.with(&self.queue, take);
        if !taken.is_empty() {
            return taken;
        }
        tokio::time::timeout(wait, rung.notified()).await.ok();
        self.lists.with(&self.queue, take).0
    }

    pub(super) fn nudge(&self) {
        self.lists.with(&self.queue, |list| list.rung.notify_one());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_waiting_pop_hears_the_bell() {
        let lists = InProcess::new(2);
        let ear = lists.listen("q");
        let heard = ear.pop(1, Duration::from_secs(60));
        let bell = Bell { queue: "q".to_owned(), job: "a".to_owned() };
        let (heard, ()) = tokio::join!(heard, async { lists.ring(vec![bell]) });
        assert_eq!(heard, ["a"]);
    }
}
