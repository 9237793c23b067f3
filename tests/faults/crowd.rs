//! A mailbox that has been used for years is connected: none of its mail is answered, and the memory that
//! takes does not grow with it; then the host numbers all of it anew.

use std::{
    fs,
    time::{Duration, Instant},
};

use super::{house::House, mails::Draft, process::Deployment};
use crate::support::{app::SERVICE, letter::Letter};

const MAILS: usize = 100_000;
const ADA: &str = "ada@ada.example";
const PATIENCE: Duration = Duration::from_secs(120);
/// What a poller may ever have used, whatever the mailbox holds.
const MEMORY_MAX_KIB: u64 = 64 * 1024;

/// The most memory that a process has ever used.
fn peak_kib(id: u32) -> u64 {
    let status = fs::read_to_string(format!("/proc/{id}/status")).expect("it runs");
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).expect("Linux says so");
    line.trim().trim_end_matches(" kB").parse().expect("a number")
}

/// A new mail is answered: all that lay before it has been looked at.
async fn answers(deployment: &Deployment, id: &str) {
    deployment.deliver("", &Draft::new("help").genuine(ADA, id));
    let until = Instant::now() + PATIENCE;
    loop {
        if let Some(bytes) = deployment.post.take(ADA).into_iter().next() {
            let letter = Letter::parse(&bytes);
            assert_eq!(letter.in_reply_to.as_deref(), Some(id), "an old mail is answered");
            return;
        }
        assert!(Instant::now() < until, "{id} is not answered: {}", deployment.log_end());
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_a_mailbox_full_of_old_mail_none_is_answered_also_when_it_is_numbered_anew() {
    let house = House::build(&[("LETTERS_ANSWERS_PER_HOUR", "100")]).await;
    let begun = Instant::now();
    // Each would be answered, were it new.
    let old = Draft::new("help").genuine(ADA, "old@ada.example");
    house.dovecot.deliver_copies(SERVICE, &old, MAILS);
    let seeded = begun.elapsed();
    let deployment = &house.deployment;
    let mut poller = house.part(&["poller"]).await;
    let mut worker = house.part(&["worker", "all"]).await;
    poller.start(deployment);
    worker.start(deployment);
    house.awaits_mail().await;
    let connected = begun.elapsed();
    answers(deployment, "new@ada.example").await;
    house.dovecot.renumber(SERVICE);
    answers(deployment, "newer@ada.example").await;
    let until = Instant::now() + PATIENCE;
    while examines(&house).await {
        assert!(Instant::now() < until, "it is not done: {}", deployment.log_end());
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    answers(deployment, "newest@ada.example").await;
    let peak = peak_kib(poller.id());
    println!(
        "{MAILS} old mails: written in {seeded:?}, connected after {connected:?}, all done after \
         {:?}, {} MiB at most",
        begun.elapsed(),
        peak / 1024
    );
    assert!(peak < MEMORY_MAX_KIB, "{peak} KiB");
    let stored = deployment.json(&["export", "--json"])["inbox"].as_array().map_or(0, Vec::len);
    assert_eq!(stored, 3, "what is old is not stored");
    assert!(deployment.post.take(ADA).is_empty());
}

/// Whether messages are still looked at, or wait for the operator.
async fn examines(house: &House) -> bool {
    let mut connection = <sqlx::PgConnection as sqlx::Connection>::connect(&house.database_url())
        .await
        .expect("connects");
    let sql = "SELECT COUNT(*) FROM mailboxes WHERE examine_below IS NOT NULL OR held IS NOT NULL";
    let (count,): (i64,) =
        sqlx::query_as(sql).fetch_one(&mut connection).await.expect("it answers");
    count > 0
}
