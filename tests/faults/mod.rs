//! The whole product under SIGKILL: real mails, the real binary, killed again and again, and a history
//! of mails and letters kept outside that must agree with the books in the end.
//!
//! The small form runs with all tests. The large one:
//! `FAULTS_MAILS=1000 cargo test --test main faults::storms -- --nocapture --test-threads=1`
//! It prints its progress, its counts and its seed; `FAULTS_SEED` takes the same people, mails and
//! pauses between kills again, as far as two races can be alike.

mod browser;
mod history;
mod mails;
mod people;
mod presence;
mod process;
mod stopping;
mod storm;
mod verdict;

use std::sync::Arc;

use process::Deployment;
use storm::Plan;

/// Mails of the small form.
const MAILS: usize = 60;

mod storms {
    use super::*;

    both! {
        async fn every_mail_is_acted_on_once_whatever_is_killed(db: TestDb) {
            let deployment = Arc::new(Deployment::new(&db.url));
            let plan = Plan::from_environment(MAILS);
            let history = storm::rage(&deployment, &plan).await;
            let breaches = verdict::breaches(&deployment, &history);
            println!("{}: {}", plan.told(), history.told());
            assert!(breaches.is_empty(), "{}\n{}", plan.told(), breaches.join("\n"));
        }
    }
}
