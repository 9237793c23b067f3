//! Mail that could not be read is kept apart, in nobody's way, and read once it can be.

use std::{process::Command, sync::Arc};

use pennypost::inbox::{MailId, Quarantined};

use super::{
    script::{Host, Turn},
    till::{Till, ids, mail},
};
use crate::support::{TestDb, app};

const QUICK: [(&str, &str); 2] = [("POLLER_REPOLL_SECONDS", "1"), ("POLLER_SILENCE_SECONDS", "1")];
const APART: &str = "SELECT COUNT(*) FROM quarantine q JOIN inbox i ON i.id = q.mail \
                     WHERE i.state = 'quarantined'";
const WHOLE: &str = "SELECT COUNT(*) FROM inbox i JOIN inbox_raw r ON r.mail = i.id \
                     WHERE i.state = 'received' AND NOT i.header_only AND length(r.bytes) > 100";
const JOBS: &str = "SELECT COUNT(*) FROM jobs WHERE kind = 'mail.classify'";
const LOOKS: &str = "SELECT CAST(COALESCE(SUM(looks), 0) AS BIGINT) FROM quarantine";

impl Till {
    /// As if the time of the next look at what is kept apart had come.
    async fn is_due(&self) {
        self.change("UPDATE quarantine SET due_at = 0 WHERE due_at IS NOT NULL").await;
    }
}

fn no() -> Turn {
    Turn::Says("{tag} NO [SERVERBUG] cannot read it\r\n")
}

/// Nothing is given of a message that is asked for alone.
fn refuse(host: &Host) {
    host.once("UID FETCH 1 (UID BODY.PEEK[])", no());
    host.once("UID FETCH 1 (UID BODY.PEEK[HEADER])", no());
}

/// The first message is refused, in the batch and alone; its neighbour is given.
fn one_of_two(host: &Host) {
    host.deliver(mail("bad"));
    host.deliver(mail("good"));
    host.once("UID FETCH 1:2 (UID BODY.PEEK[])", no());
    refuse(host);
}

both! {
    async fn faults_that_pass_cost_no_body(db: TestDb) {
        let host = Host::start().await;
        let till = Till::with(&Arc::new(db), &host.url(), &QUICK).await;
        till.look().await;
        host.deliver(mail("a"));
        for _ in 0..3 {
            host.once("UID FETCH 1 (UID BODY.PEEK[])", Turn::HangsUp);
            till.fails().await;
        }
        assert_eq!(till.look().await, 1, "its header is here");
        assert_eq!((till.count(APART).await, till.count(JOBS).await), (1, 0));
        assert_eq!(till.stored().await, ids(&["a"]));
        assert_eq!(till.look().await, 0, "it is not due yet");
        host.deliver(mail("b"));
        assert_eq!(till.look().await, 1, "it holds up nobody");
        till.is_due().await;
        assert_eq!(till.look().await, 1);
        assert_eq!((till.count(APART).await, till.count(WHOLE).await), (0, 2));
        assert_eq!(till.count(JOBS).await, 2);
        assert_eq!((till.look().await, till.stored().await), (0, ids(&["a", "b"])));
    }

    async fn what_is_refused_is_asked_for_again_and_again(db: TestDb) {
        let host = Host::start().await;
        let till = Till::with(&Arc::new(db), &host.url(), &QUICK).await;
        till.look().await;
        one_of_two(&host);
        assert_eq!(till.look().await, 2);
        assert_eq!((till.count(APART).await, till.count(WHOLE).await), (1, 1));
        let why = "SELECT COUNT(*) FROM quarantine WHERE why LIKE '%cannot read it%'";
        assert_eq!(till.count(why).await, 1);
        // Refused once more, then the connection ends: the next connection does not begin with it.
        till.is_due().await;
        refuse(&host);
        assert_eq!(till.look().await, 0);
        till.is_due().await;
        host.once("UID FETCH 1 (UID BODY.PEEK[])", Turn::HangsUp);
        till.fails().await;
        assert_eq!((till.look().await, till.count(LOOKS).await), (0, 2));
        let waits = "SELECT COUNT(*) FROM quarantine WHERE due_at > 0";
        assert_eq!(till.count(waits).await, 1);
        // After the last look of the schedule it is the operator's.
        till.change("UPDATE quarantine SET looks = 23, due_at = 0").await;
        refuse(&host);
        assert_eq!(till.look().await, 0);
        assert_eq!(till.count("SELECT COUNT(*) FROM quarantine WHERE due_at IS NULL").await, 1);
        let mail = till.apart().await.remove(0).mail;
        assert_eq!(till.operates("replay", &mail), 0);
        assert_eq!(till.look().await, 1);
        assert_eq!((till.count(APART).await, till.count(WHOLE).await), (0, 2));
        assert_eq!(till.operates("replay", &mail), 2, "there is nothing to be looked at");
    }

    async fn what_came_while_observing_never_acts_however_late_it_is_read(db: TestDb) {
        let host = Host::start().await;
        let db = Arc::new(db);
        let watching = Till::with(&db, &host.url(), &[("MODE", "observe")]).await;
        watching.look().await;
        one_of_two(&host);
        assert_eq!(watching.look().await, 2);
        let till = Till::with(&db, &host.url(), &QUICK).await;
        till.is_due().await;
        assert_eq!(till.look().await, 1);
        let observing = "SELECT COUNT(*) FROM jobs WHERE args LIKE '%\"observe\":true%'";
        assert_eq!((till.count(JOBS).await, till.count(observing).await), (2, 2));
    }
}

impl Till {
    /// The mails that are kept apart.
    async fn apart(&self) -> Vec<Quarantined> {
        let mut tx = self.db.snapshot().await.expect("begins");
        pennypost::inbox::quarantined(&mut tx, 10).await.expect("lists")
    }

    /// Runs `pennypost quarantine` on a mail; its exit code.
    fn operates(&self, verb: &str, mail: &MailId) -> i32 {
        let folder = tempfile::tempdir().expect("a folder");
        let mut command = Command::new(env!("CARGO_BIN_EXE_pennypost"));
        let mut environment = app::environment(folder.path(), &self.db.url);
        environment.extend(self.db.environment());
        command.current_dir(folder.path()).env_clear().envs(environment);
        let output = command.args(["quarantine", verb, mail.as_str()]).output();
        output.expect("the binary runs").status.code().expect("it ended by itself")
    }
}

#[tokio::test]
async fn what_is_kept_apart_can_be_listed_and_dropped() {
    let host = Host::start().await;
    let till = Till::with(&Arc::new(TestDb::sqlite().await), &host.url(), &QUICK).await;
    till.look().await;
    one_of_two(&host);
    till.look().await;
    let [listed] = &till.apart().await[..] else { panic!("one") };
    assert_eq!((listed.uid, listed.looks, listed.observed), (1, 0, false));
    assert_eq!(till.operates("drop", &listed.mail), 0);
    assert_eq!((till.count(APART).await, till.stored().await), (0, ids(&["good"])));
    assert_eq!(till.look().await, 0);
}

#[tokio::test]
async fn what_is_gone_is_not_looked_for() {
    let host = Host::start().await;
    let till = Till::with(&Arc::new(TestDb::sqlite().await), &host.url(), &QUICK).await;
    till.look().await;
    one_of_two(&host);
    till.look().await;
    host.state().messages.remove(&1);
    till.is_due().await;
    assert_eq!(till.look().await, 0);
    let gone =
        "SELECT COUNT(*) FROM quarantine WHERE due_at IS NULL AND why LIKE '%no longer there'";
    assert_eq!(till.count(gone).await, 1);
}

#[tokio::test]
async fn what_is_kept_apart_is_found_again_under_a_new_number() {
    let host = Host::start().await;
    let till = Till::with(&Arc::new(TestDb::sqlite().await), &host.url(), &QUICK).await;
    till.look().await;
    host.deliver(mail("bad"));
    host.deliver(mail("good"));
    host.once("UID FETCH 1:2 (UID BODY.PEEK[])", no());
    host.once("UID FETCH 1 (UID BODY.PEEK[])", no());
    till.look().await;
    assert_eq!((till.count(APART).await, till.stored().await), (1, ids(&["bad", "good"])));
    host.state().uid_validity = Some(8);
    assert_eq!(till.look().await, 1, "its header alone does not make it known");
    assert_eq!(till.count(WHOLE).await, 2);
    till.change("UPDATE quarantine SET due_at = 0").await;
    assert_eq!(till.look().await, 0, "its old number means another now");
    let mail = till.apart().await.remove(0).mail;
    assert_eq!(till.operates("replay", &mail), 2);
}
