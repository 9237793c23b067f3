//! The relay's budget holds over all processes, and adverts leave room.

use std::{sync::Arc, time::Duration};

use pennypost::{
    clock::Clock,
    letters::{self, LetterId, Send},
    mail::relay::Lane,
    process::Process,
    queue::{Attempt, JobId},
};

use super::Post;
use crate::support::smtp_sink::{Stage, Turn};

/// As a worker would try it.
fn attempt(letter: &LetterId) -> Attempt<Send> {
    let job = JobId("01job".to_owned());
    Attempt { work: Send { letter: letter.clone() }, job, number: 1, of: 20 }
}

both! {
    async fn two_processes_together_keep_to_the_minute(db: TestDb) {
        let post = Post::with(db, &[("RELAY_PER_MINUTE", "7")]).await;
        let cx = &post.app.process.cx;
        let other = Process::with(cx.settings.clone(), cx.clock.clone(), cx.db.clone()).expect("opens");
        for _ in 0..20 {
            post.write(Lane::Service).await;
        }
        let (mut sent, mut minutes) = (Vec::new(), 0);
        while sent.iter().sum::<usize>() < 20 {
            let before = post.sink.taken().len();
            let drained = other.queue.drain(Arc::clone(&other.registry), other.cx.clone());
            let ((), drained) = tokio::join!(post.work(), drained);
            drained.expect("the other process runs");
            sent.push(post.sink.taken().len() - before);
            post.app.clock.advance(Duration::from_secs(5));
            minutes += 1;
            assert!(minutes < 100, "{sent:?}");
        }
        // In no minute, wherever it begins, more than seven.
        for minute in sent.windows(12) {
            assert!(minute.iter().sum::<usize>() <= 7, "{sent:?}");
        }
        assert_eq!((sent[0], post.sink.taken().len()), (7, 20), "{sent:?}");
        for job in post.jobs().await {
            assert_eq!(job.attempts, 0);
        }
    }

    async fn adverts_never_take_the_last_of_a_day(db: TestDb) {
        let settings = [("RELAY_PER_DAY", "10"), ("RELAY_CAMPAIGN_PERCENT", "40")];
        let post = Post::with(db, &settings).await;
        for _ in 0..9 {
            post.write(Lane::Campaign).await;
        }
        post.work().await;
        assert_eq!(post.sink.taken().len(), 4);
        for _ in 0..7 {
            post.write(Lane::Service).await;
        }
        post.after(Duration::from_secs(3_600)).await;
        assert_eq!(post.sink.taken().len(), 10, "the six others are for those who wait");
        let waiting = post.jobs().await;
        assert_eq!(waiting.len(), 6);
        for job in &waiting {
            assert_eq!(job.attempts, 0);
            let pause = job.due.since(post.app.clock.now());
            assert!(pause <= Duration::from_secs(1_200), "looked at again soon: {pause:?}");
        }
        post.after(Duration::from_secs(86_400 + 1_200)).await;
        assert_eq!(post.sink.taken().len(), 15, "one of those who wait, and four adverts");
    }

    async fn what_the_relay_did_not_take_uses_no_room(db: TestDb) {
        let post = Post::with(db, &[("RELAY_PER_DAY", "2")]).await;
        post.sink.next(1, Stage::Rcpt, Turn::Says("550 5.1.1 no such user"));
        post.sink.next(3, Stage::Rcpt, Turn::Says("450 4.2.0 greylisted"));
        post.write(Lane::Service).await;
        post.work().await;
        post.write(Lane::Service).await;
        for _ in 0..12 {
            post.after(Duration::from_secs(300)).await;
        }
        post.write(Lane::Service).await;
        post.work().await;
        assert_eq!(post.sink.taken().len(), 2);
    }

    /// A process that is stopped cuts what still waits for a connection.
    async fn a_letter_that_was_cut_before_it_was_said_uses_no_room(db: TestDb) {
        let post = Post::with(db, &[("RELAY_PER_DAY", "1"), ("RELAY_CONNECTIONS", "1")]).await;
        let id = post.write(Lane::Service).await;
        let cx = &post.app.process.cx;
        post.sink.next(1, Stage::Greeting, Turn::IsMute);
        let mut send = Box::pin(letters::send(cx, attempt(&id)));
        let used = "SELECT COALESCE(CAST(SUM(letters) AS BIGINT), 0) FROM relay_slots WHERE span = 'day'";
        for _ in 0..500 {
            let cut = tokio::time::timeout(Duration::from_millis(20), &mut send).await;
            assert!(cut.is_err(), "the relay says nothing");
            if post.sink.reached(Stage::Greeting) > 0 {
                break;
            }
        }
        assert_eq!(post.app.count(used).await, 1);
        drop(send);
        for _ in 0..500 {
            if post.app.count(used).await == 0 {
                break;
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        post.work().await;
        assert_eq!(post.sink.taken().len(), 1);
    }

    async fn processes_whose_clocks_differ_keep_to_the_minute_together(db: TestDb) {
        let post = Post::with(db, &[("RELAY_PER_MINUTE", "4")]).await;
        let cx = &post.app.process.cx;
        let late = Clock::fixed(cx.now().minus(Duration::from_secs(20)));
        let other = Process::with(cx.settings.clone(), late, cx.db.clone()).expect("opens");
        let first = post.write(Lane::Service).await;
        letters::send(cx, attempt(&first)).await.expect("sent");
        for _ in 0..3 {
            let id = post.write(Lane::Service).await;
            letters::send(&other.cx, attempt(&id)).await.expect("sent");
        }
        assert_eq!(post.sink.taken().len(), 4);
        // By the clock that is behind, its three were sent more than a minute ago.
        post.app.clock.advance(Duration::from_secs(45));
        let id = post.write(Lane::Service).await;
        let refused = letters::send(cx, attempt(&id)).await.expect_err("no room yet");
        assert!(refused.text().contains("budget of the minute"), "{}", refused.text());
        post.app.clock.advance(Duration::from_secs(20));
        letters::send(cx, attempt(&id)).await.expect("sent");
    }

    async fn nothing_is_counted_where_nothing_is_bounded(db: TestDb) {
        let post = Post::on(db).await;
        post.write(Lane::Service).await;
        post.work().await;
        assert_eq!(post.sink.taken().len(), 1);
        assert_eq!(post.app.count("SELECT COUNT(*) FROM relay_slots").await, 0);
    }
}
