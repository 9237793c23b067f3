//! The usual way, and every fault at one letter: the same letter again, until the relay has it.

use std::time::Duration;

use pennypost::{
    letters,
    mail::relay::Lane,
    queue::{Attempt, Finish},
};

use super::Post;
use crate::support::smtp_sink::{Stage, Turn};

both! {
    async fn a_letter_leaves_and_is_marked_right_after(db: TestDb) {
        let post = Post::on(db).await;
        let id = post.write(Lane::Service).await;
        post.work().await;
        let taken = post.sink.taken();
        assert_eq!(taken.len(), 1);
        assert_eq!(taken[0].to, ["ada@lake.example"]);
        assert!(taken[0].bytes.is_ascii(), "a letter is of 7 bits");
        assert!(taken[0].bytes.split(|b| *b == b'\n').all(|line| line.len() <= 998));
        let row = post.row(&id).await;
        assert_eq!((&*row.state, taken[0].field("Message-ID")), ("sent", Some(row.message_id)));
        assert!(post.jobs().await.is_empty());
    }

    async fn whatever_fails_the_same_letter_is_sent_again(db: TestDb) {
        let post = Post::on(db).await;
        let faults = [
            (1, Stage::Greeting, Turn::HangsUp),
            (1, Stage::Mail, Turn::Says("451 4.3.0 later")),
            (1, Stage::Rcpt, Turn::Says("450 4.2.0 greylisted")),
            // The second time over a new connection: the first may have idled too long.
            (2, Stage::Data, Turn::HangsUp),
            (1, Stage::Dot, Turn::Says("451 4.3.0 later")),
            // Kept, but the answer was lost: it goes out twice rather than never.
            (1, Stage::Dot, Turn::KeepsAndHangsUp),
        ];
        let id = post.write(Lane::Service).await;
        for (number, (times, stage, turn)) in faults.into_iter().enumerate() {
            post.sink.next(times, stage, turn);
            post.work().await;
            assert_eq!(post.row(&id).await.state, "queued", "{stage:?}");
            let [job] = <[_; 1]>::try_from(post.jobs().await).expect("one job");
            assert_eq!(job.attempts, 0, "a fault of the relay uses up no attempt");
            let pause = job.due.since(post.app.clock.now());
            assert!(pause >= Duration::from_secs(1), "{stage:?}: {pause:?}");
            assert!(pause <= Duration::from_secs(2 << number), "{stage:?}: {pause:?}");
            post.app.clock.advance(pause);
        }
        post.work().await;
        let taken = post.sink.taken();
        assert_eq!(taken.len(), 2);
        assert_eq!(taken[0].bytes, taken[1].bytes, "byte for byte, Date and Message-ID included");
        assert_eq!(post.row(&id).await.state, "sent");
    }

    async fn adverts_have_a_queue_and_a_relay_of_their_own(db: TestDb) {
        let own = crate::support::smtp_sink::SmtpSink::start().await;
        let post = Post::with(db, &[("CAMPAIGN_RELAY_URL", &own.url("smtp", ""))]).await;
        post.write(Lane::Campaign).await;
        post.write(Lane::Service).await;
        let jobs = post.jobs().await;
        let queues: Vec<_> = jobs.iter().map(|job| (&*job.queue, &*job.kind)).collect();
        assert!(queues.contains(&("adverts", "letters.send_advert")), "{queues:?}");
        assert!(queues.contains(&("letters", "letters.send")), "{queues:?}");
        post.work().await;
        assert_eq!((own.taken().len(), post.sink.taken().len()), (1, 1));
    }

    async fn a_letter_is_not_sent_again_once_it_is_marked(db: TestDb) {
        let post = Post::on(db).await;
        let id = post.write(Lane::Service).await;
        let [job] = <[_; 1]>::try_from(post.jobs().await).expect("one job");
        post.work().await;
        // A second job for the same letter, as a lost mark of the first would leave it.
        let cx = &post.app.process.cx;
        let mut tx = cx.db.begin().await.expect("begins");
        let again = letters::Send { letter: id };
        pennypost::queue::enqueue(&mut tx, &again, None, cx.now(), cx.now()).await.expect("enqueues");
        tx.commit().await.expect("commits");
        post.work().await;
        assert_eq!(post.sink.taken().len(), 1, "{job:?}");
    }

    async fn whose_claim_is_lost_marks_nothing(db: TestDb) {
        let post = Post::on(db).await;
        // The first one tells that the relay works, which is a mark of its own.
        post.write(Lane::Service).await;
        post.work().await;
        let id = post.write(Lane::Service).await;
        let [job] = <[_; 1]>::try_from(post.jobs().await).expect("one job");
        let cx = &post.app.process.cx;
        let work = letters::Send { letter: id.clone() };
        let attempt = Attempt { work, job: job.id.clone(), number: 1, of: 20 };
        let outcome = letters::send(cx, attempt).await.expect("the relay takes it");
        let finish = Finish { job: job.id, claim: "another's".to_owned(), now: cx.now() };
        match letters::mark_alone(cx, &outcome, finish) {
            Some(marked) => assert!(!marked.await.expect("the database answers")),
            None => assert!(!cx.db.is_postgres(), "PostgreSQL marks in one statement"),
        }
        assert_eq!(post.row(&id).await.state, "queued");
        post.work().await;
        assert_eq!((post.row(&id).await.state.as_str(), post.jobs().await.len()), ("sent", 0));
    }
}
