//! Everything that can happen to a deployment on real servers happens, at random moments: processes and
//! servers are killed and come back, Redis is flushed, connections are cut or fall silent, leases end
//! early, a person moves mails by hand, the host numbers its mails anew.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use rand::{Rng, SeedableRng, rngs::StdRng};
use tokio::task::JoinHandle;

use super::{
    history::History,
    house::{House, Part},
    storm::Weather,
    visitor,
};

/// Milliseconds between two blows; several may be under way at once.
const PAUSE: std::ops::Range<u64> = 100..1_000;
/// Milliseconds that something stays dead, silent or moved.
const AWAY: std::ops::Range<u64> = 0..3_000;
/// How long a process that has given up waits for its supervisor.
const SUPERVISOR: Duration = Duration::from_millis(500);

/// How often the operator looks whether mails wait for a word since the host has numbered them anew: a
/// backlog of more than fifty does.
const WORD: Duration = Duration::from_secs(20);

/// What has to be mended, and what that is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Thing {
    Part(usize),
    Wire(usize, usize),
    Database,
    Redis,
    Dovecot,
    Postfix,
    Archive,
}

pub(super) struct Havoc {
    house: Arc<House>,
    parts: Vec<Part>,
    random: StdRng,
    next: Instant,
    word: Instant,
    broken: Vec<(Instant, Thing)>,
    /// Servers that are starting, and visits by hand.
    under_way: Vec<(Thing, JoinHandle<()>)>,
    blows: usize,
}

impl Havoc {
    pub(super) async fn new(house: &Arc<House>, seed: u64) -> Self {
        Self {
            house: Arc::clone(house),
            parts: house.start().await,
            random: StdRng::seed_from_u64(seed ^ 1),
            next: Instant::now(),
            word: Instant::now() + WORD,
            broken: Vec::new(),
            under_way: Vec::new(),
            blows: 0,
        }
    }

    fn is_broken(&self, thing: Thing) -> bool {
        self.broken.iter().any(|(_, broken)| *broken == thing)
            || self.under_way.iter().any(|(starting, _)| *starting == thing)
    }

    fn breaks(&mut self, thing: Thing) {
        let away = Duration::from_millis(self.random.random_range(AWAY));
        self.broken.push((Instant::now() + away, thing));
        self.blows += 1;
    }

    /// One thing more goes wrong, unless it already has.
    async fn strike(&mut self, history: &mut History) {
        let part = self.random.random_range(0..self.parts.len());
        let wire = self.random.random_range(0..4);
        match self.random.random_range(0..100) {
            0..40 if !self.is_broken(Thing::Part(part)) => {
                self.parts[part].kill();
                self.breaks(Thing::Part(part));
            }
            40..55 => {
                self.parts[part].wires[wire].cut();
                self.blows += 1;
            }
            55..65 if !self.is_broken(Thing::Wire(part, wire)) => {
                match self.random.random_range(0..3) {
                    0 => self.parts[part].wires[wire].refuse(),
                    1 => self.parts[part].wires[wire].slow_down(Duration::from_millis(200)),
                    _ => self.parts[part].wires[wire].fall_silent(),
                }
                self.breaks(Thing::Wire(part, wire));
            }
            65..70 if !self.is_broken(Thing::Redis) => {
                self.house.redis.kill();
                self.breaks(Thing::Redis);
            }
            70..76 if !self.is_broken(Thing::Redis) => {
                self.house.redis.flush();
                self.blows += 1;
            }
            76..80 if !self.is_broken(Thing::Database) => {
                self.house.database.crash();
                self.breaks(Thing::Database);
            }
            80..85 if !self.is_broken(Thing::Dovecot) => {
                self.house.dovecot.crash();
                self.breaks(Thing::Dovecot);
            }
            85..88 if !self.is_broken(Thing::Postfix) => {
                self.house.postfix.crash();
                self.breaks(Thing::Postfix);
            }
            88..94 if !self.is_broken(Thing::Database) => {
                self.blows += usize::from(self.house.end_leases().await);
            }
            94..98 if !self.is_broken(Thing::Archive) => self.visit(history),
            98.. if !self.is_broken(Thing::Dovecot) => {
                self.house.dovecot.renumber(crate::support::app::SERVICE);
                history.renumberings += 1;
                self.blows += 1;
            }
            _ => {}
        }
    }

    /// Where nothing waits, or a server is away, nothing comes of it.
    fn gives_the_word(&self) {
        let deployment = Arc::clone(&self.house.deployment);
        let errand = ["poller", "--accept-renumbered", crate::support::app::SERVICE];
        tokio::task::spawn_blocking(move || drop(deployment.run(&errand)));
    }

    /// A person takes a mail that was answered away, or marks it, by hand.
    fn visit(&mut self, history: &mut History) {
        let answered: Vec<&String> =
            history.mails.keys().filter(|id| history.replies(id).next().is_some()).collect();
        if answered.is_empty() {
            return;
        }
        let id = answered[self.random.random_range(0..answered.len())].clone();
        let dovecot = Arc::clone(&self.house.dovecot);
        if self.random.random_bool(0.5) {
            tokio::spawn(async move { visitor::marks(&dovecot, &id).await });
            self.blows += 1;
            return;
        }
        *history.moved.entry(id.clone()).or_default() += 1;
        let visit = tokio::spawn(async move { visitor::takes_away(&dovecot, &id).await });
        self.under_way.push((Thing::Archive, visit));
        self.breaks(Thing::Archive);
    }

    /// Brings back what has been away for long enough; in the end everything.
    fn mend(&mut self, everything: bool) {
        let now = Instant::now();
        let (due, later) = self.broken.drain(..).partition(|(at, _)| everything || *at <= now);
        self.broken = later;
        let due: Vec<(Instant, Thing)> = due;
        for (_, thing) in due {
            let house = Arc::clone(&self.house);
            let starting = match thing {
                Thing::Part(part) => {
                    self.parts[part].start(&house.deployment);
                    continue;
                }
                Thing::Wire(part, wire) => {
                    self.parts[part].wires[wire].heal();
                    continue;
                }
                Thing::Database => tokio::spawn(async move { house.database.start_again().await }),
                Thing::Redis => tokio::spawn(async move { house.redis.restart().await }),
                Thing::Dovecot => tokio::task::spawn_blocking(move || house.dovecot.start_again()),
                Thing::Postfix => tokio::task::spawn_blocking(move || house.postfix.start_again()),
                Thing::Archive => {
                    let dovecot = Arc::clone(&house.dovecot);
                    tokio::spawn(async move { visitor::brings_back(&dovecot).await })
                }
            };
            self.under_way.push((thing, starting));
        }
    }

    async fn has_mended(&mut self, everything: bool) {
        for at in (0..self.under_way.len()).rev() {
            if everything || self.under_way[at].1.is_finished() {
                let (_, starting) = self.under_way.swap_remove(at);
                starting.await.expect("it starts again");
            }
        }
    }
}

impl Weather for Havoc {
    async fn blow(&mut self, history: &mut History) {
        self.has_mended(false).await;
        self.mend(false);
        for part in 0..self.parts.len() {
            if self.parts[part].has_given_up() {
                self.broken.push((Instant::now() + SUPERVISOR, Thing::Part(part)));
            }
        }
        if Instant::now() >= self.word {
            self.word = Instant::now() + WORD;
            self.gives_the_word();
        }
        if Instant::now() >= self.next {
            self.strike(history).await;
            let pause = Duration::from_millis(self.random.random_range(PAUSE));
            self.next = Instant::now() + pause;
        }
    }

    fn blows(&self) -> usize {
        self.blows
    }

    async fn calm(mut self) {
        // What was taken away can be brought back once its host is there.
        self.has_mended(true).await;
        self.mend(true);
        self.has_mended(true).await;
        visitor::brings_back(&self.house.dovecot).await;
        for part in &mut self.parts {
            part.kill();
        }
    }
}
