//! Letters whose job was given up by a fault of ours: they have failed, somebody is told, and they can be
//! sent again; as can those the relay refused.

use std::time::Duration;

use pennypost::{
    execute, fetch, health,
    letters::{self, LetterId, Resent},
    mail::relay::Lane,
    queue::{Filter, JobId, State, list, replay},
};

use super::Post;
use crate::support::{
    TestDb,
    letter::Letter,
    smtp_sink::{Stage, Taken, Turn},
};

const OPERATOR: &str = "olga@bridge.example";

async fn post(db: TestDb) -> Post {
    Post::with(db, &[("OPERATOR_ADDRESS", OPERATOR)]).await
}

fn to_operator(post: &Post) -> Vec<Taken> {
    post.sink.taken().into_iter().filter(|taken| taken.to == [OPERATOR]).collect()
}

/// Makes the letter's context what no version can render; what it was.
async fn spoil(post: &Post, id: &LetterId) -> String {
    let mut tx = post.app.process.cx.db.begin().await.expect("begins");
    let row = fetch!(fetch_one, tx, (String,), "SELECT context FROM letters WHERE id = $1", id);
    execute!(tx, "UPDATE letters SET context = '{\"to\":\"ada@lake.example' WHERE id = $1", id)
        .expect("updates");
    tx.commit().await.expect("commits");
    row.expect("is there").0
}

async fn restore(post: &Post, id: &LetterId, context: &str) {
    let mut tx = post.app.process.cx.db.begin().await.expect("begins");
    execute!(tx, "UPDATE letters SET context = $2 WHERE id = $1", id, context).expect("updates");
    tx.commit().await.expect("commits");
}

async fn dead(post: &Post) -> Vec<JobId> {
    let mut tx = post.app.process.cx.db.read().await.expect("reads");
    let filter = Filter { state: Some(State::Dead), ..Filter::default() };
    let jobs = list(&mut tx, &filter, 100).await.expect("lists");
    jobs.into_iter().map(|job| job.id).collect()
}

/// What is said beside the verdict on health.
async fn notes(post: &Post) -> Vec<String> {
    let cx = &post.app.process.cx;
    let facts = health::gather_of(cx).await;
    let found = health::judge(&facts, &cx.settings.health).into_iter();
    found.filter(|one| one.check == health::Check::Letters).map(|one| one.says).collect()
}

both! {
    async fn a_letter_whose_job_dies_has_failed_is_told_and_leaves_when_replayed(db: TestDb) {
        let post = post(db).await;
        let id = post.write(Lane::Service).await;
        let context = spoil(&post, &id).await;
        post.work().await;
        assert_eq!(post.row(&id).await.state, "failed");
        let [told] = <[_; 1]>::try_from(to_operator(&post)).expect("told once");
        let told = Letter::parse(&told.bytes);
        assert_eq!(told.subject, "1 letter could not be delivered");
        assert!(told.says(&id.0) && told.says("Read the letter's context"), "{}", told.text);
        assert!(!told.says("refused"), "no relay refused it: {}", told.text);
        assert!(!told.text.contains("ada@"), "{}", told.text);
        let [note] = <[_; 1]>::try_from(notes(&post).await).expect("one note");
        assert!(note.starts_with("1 letter of the last 30 days could not be sent"), "{note}");

        restore(&post, &id, &context).await;
        let [job] = <[_; 1]>::try_from(dead(&post).await).expect("one dead job");
        let cx = &post.app.process.cx;
        let mut tx = cx.db.begin().await.expect("begins");
        assert!(replay(&mut tx, &job, cx.now()).await.expect("replays"));
        tx.commit().await.expect("commits");
        post.work().await;
        assert_eq!(post.row(&id).await.state, "sent");
        assert_eq!(notes(&post).await, [""; 0]);
        assert!(post.sink.taken().iter().any(|taken| taken.to == ["ada@lake.example"]));
    }

    async fn a_letter_whose_attempts_are_spent_has_failed(db: TestDb) {
        let post = post(db).await;
        let id = post.write(Lane::Campaign).await;
        let mut tx = post.app.process.cx.db.begin().await.expect("begins");
        execute!(tx, "UPDATE jobs SET attempts = 20").expect("updates");
        tx.commit().await.expect("commits");
        post.work().await;
        assert_eq!(post.row(&id).await.state, "failed");
        assert_eq!(to_operator(&post).len(), 1);
        assert_eq!(dead(&post).await.len(), 1);
    }

    async fn one_that_tells_the_operator_and_dies_begins_no_loop(db: TestDb) {
        let post = post(db).await;
        post.sink.refuse("ada@lake.example", "550 5.1.1 no such user");
        post.sink.refuse(OPERATOR, "450 4.2.0 greylisted");
        post.write(Lane::Service).await;
        post.work().await;
        let mut tx = post.app.process.cx.db.begin().await.expect("begins");
        execute!(tx, "UPDATE jobs SET attempts = 20 WHERE state = 'ready'").expect("updates");
        tx.commit().await.expect("commits");
        post.after(Duration::from_secs(60)).await;
        assert_eq!(post.app.count("SELECT COUNT(*) FROM letters").await, 2);
        assert_eq!(post.app.count("SELECT COUNT(*) FROM letters WHERE state = 'failed'").await, 2);
        assert!(post.jobs().await.is_empty());
    }

    async fn what_the_relay_refused_can_be_sent_again_as_it_was(db: TestDb) {
        let post = post(db).await;
        post.sink.refuse("ada@lake.example", "550 5.1.1 no such user");
        let id = post.write(Lane::Service).await;
        post.work().await;
        let failed = post.row(&id).await;
        assert_eq!(failed.state, "failed");
        // After so long a letter that is only put off would be given up; this one is tried anew.
        post.after(Duration::from_secs(9 * 86_400)).await;
        post.sink.behave();
        post.sink.next(1, Stage::Rcpt, Turn::Says("450 4.2.0 greylisted"));
        let cx = &post.app.process.cx;
        let mut tx = cx.db.begin().await.expect("begins");
        let other = LetterId("01none".to_owned());
        assert_eq!(letters::resend(&mut tx, &other, cx.now()).await.expect("asks"), Resent::Unknown);
        assert_eq!(letters::resend(&mut tx, &id, cx.now()).await.expect("asks"), Resent::Queued);
        tx.commit().await.expect("commits");
        post.work().await;
        assert_eq!(post.row(&id).await.state, "queued", "put off, not given up");
        post.after(Duration::from_secs(60)).await;
        let again = post.row(&id).await;
        assert_eq!((&*again.state, &again.message_id), ("sent", &failed.message_id));
        let mut tx = cx.db.begin().await.expect("begins");
        let sent = letters::resend(&mut tx, &id, cx.now()).await.expect("asks");
        assert_eq!(sent, Resent::NotFailed("sent".to_owned()));
        assert!(post.jobs().await.is_empty());
    }

    async fn a_job_that_the_operator_drops_leaves_no_letter_behind(db: TestDb) {
        let post = post(db).await;
        post.sink.always(Stage::Rcpt, Turn::Says("450 4.2.0 greylisted"));
        let id = post.write(Lane::Service).await;
        post.work().await;
        let job = post.jobs().await.remove(0);
        let mut tx = post.app.process.cx.db.begin().await.expect("begins");
        letters::dropped(&mut tx, &job.kind, &job.args).await.expect("marks");
        tx.commit().await.expect("commits");
        assert_eq!(post.row(&id).await.state, "failed");
    }

    /// An account that the relay has stopped, a domain that lost its reputation: it is the operator's to
    /// mend, and takes days.
    async fn distrust_of_the_sender_fails_no_letter(db: TestDb) {
        let post = post(db).await;
        post.sink.always(Stage::Dot, Turn::Says("550 5.7.26 unauthenticated sender"));
        let ids = [post.write(Lane::Service).await, post.write(Lane::Service).await];
        for _ in 0..9 {
            post.after(Duration::from_secs(12 * 3_600)).await;
        }
        for id in &ids {
            assert_eq!(post.row(id).await.state, "queued");
        }
        assert!(post.sink.reached(Stage::Dot) < 20, "it is left alone meanwhile");
        let cx = &post.app.process.cx;
        let facts = health::gather_of(cx).await;
        let findings = health::judge(&facts, &cx.settings.health);
        let red: Vec<_> = health::red(&findings).filter(|one| one.check.as_str() == "relay").collect();
        assert!(red.len() == 1 && red[0].says.contains("5.7.26"), "{findings:?}");
        let [note] = <[_; 1]>::try_from(notes(&post).await).expect("one note");
        assert!(note.starts_with("A letter has been waiting for 108 h"), "{note}");
    }

    async fn a_sender_address_that_is_refused_fails_no_letter(db: TestDb) {
        let post = post(db).await;
        post.sink.next(1, Stage::Rcpt, Turn::Says("553 5.1.8 sender address rejected"));
        let id = post.write(Lane::Service).await;
        post.work().await;
        assert_eq!(post.row(&id).await.state, "queued");
        post.after(Duration::from_secs(60)).await;
        assert_eq!(post.row(&id).await.state, "sent");
    }
}
