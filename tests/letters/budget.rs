//! The relay's budget holds over all processes, and adverts leave room.

use std::{sync::Arc, time::Duration};

use pennypost::{mail::relay::Lane, process::Process};

use super::Post;
use crate::support::smtp_sink::{Stage, Turn};

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

    async fn nothing_is_counted_where_nothing_is_bounded(db: TestDb) {
        let post = Post::on(db).await;
        post.write(Lane::Service).await;
        post.work().await;
        assert_eq!(post.sink.taken().len(), 1);
        assert_eq!(post.app.count("SELECT COUNT(*) FROM relay_slots").await, 0);
    }
}
