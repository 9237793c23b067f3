//! The whole product under SIGKILL and worse: real mails, the real binary, killed again and again, its
//! servers too, and a history of mails and letters kept outside that must agree with the books in the end.
//!
//! The small forms run with all tests. The large one, on real servers with a process for each part, which
//! takes eleven minutes:
//! ```sh
//! FAULTS_MAILS=2000 FAULTS_SECONDS=630 cargo test --features failpoints --test main \
//!   on_real_servers_whatever_happens -- --nocapture
//! ```
//! It prints its progress, its counts and its seed; `FAULTS_SEED` takes the same people, mails and
//! pauses between blows again, as far as two races can be alike. The others grow by `FAULTS_MAILS` too:
//! `cargo test --test main faults::storms -- --nocapture --test-threads=1`.

pub(crate) mod browser;
mod crowd;
mod havoc;
mod history;
mod house;
mod killer;
#[cfg(feature = "failpoints")]
mod late;
pub(crate) mod mails;
mod people;
#[cfg(feature = "failpoints")]
mod points;
mod pollers;
pub(crate) mod post;
mod presence;
pub(crate) mod process;
mod sleeper;
mod stopping;
mod storm;
mod stranded;
mod verdict;
mod visitor;

use std::sync::Arc;

use havoc::Havoc;
use history::History;
use house::House;
use killer::Killer;
#[cfg(feature = "failpoints")]
use late::Late;
use pennypost::db::Db;
use process::Deployment;
use sleeper::Sleeper;
use storm::Plan;

use crate::support::TestDb;

/// Mails of the small form; more where little happens by the minute.
const MAILS: usize = 60;
const MAILS_OF_A_HOUSE: usize = 100;
const MAILS_OF_A_SLEEPER: usize = 120;

mod storms {
    use super::*;

    both! {
        async fn every_mail_is_acted_on_once_whatever_is_killed(db: TestDb) {
            let deployment = Arc::new(Deployment::on(&db));
            let plan = Plan::from_environment(MAILS);
            let killer = Killer::new(&deployment, plan.seed);
            judge(&deployment, &plan, &storm::rage(&deployment, &plan, killer).await);
        }
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn nothing_is_done_twice_by_a_process_that_wakes_after_its_leases_on_postgres() {
        let db = TestDb::postgres().await;
        // Mails come in bursts, and few connections leave claimed jobs waiting for their turn.
        let deployment = Deployment::on(&db)
            .with("POLLER_INTERVAL_MILLIS", "400")
            .with("DATABASE_CONNECTIONS", "2");
        let deployment = Arc::new(deployment);
        let plan = Plan::from_environment(MAILS_OF_A_SLEEPER);
        let Db::Postgres { pool, .. } = &db.db else { unreachable!("it is PostgreSQL") };
        let sleeper = Sleeper::new(&deployment, pool, plan.seed);
        judge(&deployment, &plan, &storm::rage(&deployment, &plan, sleeper).await);
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn every_mail_is_acted_on_once_on_real_servers_whatever_happens() {
        let plan = Plan::from_environment(MAILS_OF_A_HOUSE);
        let after = ["leave", "flag", "move"][usize::try_from(plan.seed % 3).expect("small")];
        let house = House::build(&[("POLLER_AFTER", after)]).await;
        let havoc = Havoc::new(&house, plan.seed).await;
        judge(&house.deployment, &plan, &storm::rage(&house.deployment, &plan, havoc).await);
    }

    #[cfg(feature = "failpoints")]
    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn what_comes_after_its_lease_does_nothing() {
        let plan = Plan::from_environment(MAILS_OF_A_HOUSE);
        let house = House::build(&[]).await;
        let late = Late::new(&house).await;
        judge(&house.deployment, &plan, &storm::rage(&house.deployment, &plan, late).await);
    }

    #[expect(clippy::print_stdout, reason = "told to whoever watches")]
    fn judge(deployment: &Deployment, plan: &Plan, history: &History) {
        let breaches = verdict::breaches(deployment, history);
        println!("{}: {}", plan.told(), history.told());
        assert!(breaches.is_empty(), "{}\n{}", plan.told(), breaches.join("\n"));
    }
}
