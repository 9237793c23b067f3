//! A relay that is away for days, or refuses the service itself: everything waits, nothing is lost.

use std::time::Duration;

use pennypost::{
    letters::{RelayState, relay_states},
    mail::relay::Lane,
};

use super::Post;
use crate::support::smtp_sink::{Stage, Turn};

async fn state(post: &Post) -> RelayState {
    let mut tx = post.app.process.cx.db.read().await.expect("reads");
    relay_states(&mut tx).await.expect("asks").remove(0)
}

/// Works through a span of time, however the letters' pauses fall.
async fn pass(post: &Post, span: Duration) {
    let until = post.app.clock.now().plus(span);
    loop {
        let due = post.jobs().await.into_iter().map(|job| job.due).min();
        let Some(due) = due.filter(|due| *due <= until) else { break };
        post.app.clock.advance(due.since(post.app.clock.now()));
        post.work().await;
    }
    post.app.clock.advance(until.since(post.app.clock.now()));
}

both! {
    /// The relay's own refusal counts as an outage too: its pauses are real seconds, so most of the
    /// attempts of these days are made without asking it.
    async fn an_outage_of_days_delays_and_loses_nothing(db: TestDb) {
        let mut post = Post::on(db).await;
        let ids = [post.write(Lane::Service).await, post.write(Lane::Campaign).await];
        let began = post.app.clock.now();
        post.sink.stop().await;
        post.work().await;
        let down = state(&post).await;
        assert_eq!((&*down.name, down.refusing_since), ("service", Some(began)));
        let why = down.last_error.expect("says why");
        assert!(why.contains("cannot be reached"), "{why}");
        // Two days in a few steps: each of them looks the letter up and puts it off.
        for _ in 0..12 {
            post.after(Duration::from_secs(4 * 3_600)).await;
        }
        for job in post.jobs().await {
            assert_eq!(job.attempts, 0);
            let pause = job.due.since(post.app.clock.now());
            assert!(pause <= Duration::from_secs(300), "found again soon: {pause:?}");
        }
        assert_eq!(state(&post).await.refusing_since, Some(began), "since it began");
        post.sink.start_again().await;
        for _ in 0..100 {
            post.after(Duration::from_secs(300)).await;
            if post.sink.taken().len() == 2 {
                break;
            }
            tokio::time::sleep(Duration::from_millis(500)).await;
        }
        for id in &ids {
            assert_eq!(post.row(id).await.state, "sent");
        }
        let up = state(&post).await;
        assert_eq!(up.refusing_since, None);
        assert!(up.last_accepted_at.is_some());
    }

    async fn a_refused_login_is_the_operators_fault_and_no_letters(db: TestDb) {
        let post = Post::on(db).await;
        post.sink.next(1, Stage::Mail, Turn::Says("530 5.7.0 Authentication required"));
        let id = post.write(Lane::Service).await;
        post.work().await;
        assert_eq!(post.row(&id).await.state, "queued");
        let down = state(&post).await;
        assert!(down.refusing_since.is_some());
        assert_eq!(down.last_error.as_deref(), Some("530 5.7.0 Authentication required to MAIL"));
        post.after(Duration::from_secs(10)).await;
        assert_eq!(post.row(&id).await.state, "sent");
        assert_eq!(state(&post).await.refusing_since, None);
    }

    async fn a_letter_that_is_put_off_for_five_days_is_given_up(db: TestDb) {
        let post = Post::on(db).await;
        post.sink.always(Stage::Rcpt, Turn::Says("450 4.2.0 <ada@lake.example> greylisted"));
        let id = post.write(Lane::Service).await;
        post.work().await;
        pass(&post, Duration::from_secs(5 * 86_400 - 7_200)).await;
        assert_eq!(post.row(&id).await.state, "queued");
        let asked = post.sink.reached(Stage::Rcpt);
        assert!((100..300).contains(&asked), "asked {asked} times in five days");
        pass(&post, Duration::from_secs(3 * 3_600)).await;
        assert_eq!(post.row(&id).await.state, "failed");
        // The next one, to the same relay, is another matter.
        post.sink.behave();
        let next = post.write(Lane::Service).await;
        post.work().await;
        assert_eq!(post.row(&next).await.state, "sent");
        assert!(post.jobs().await.is_empty());
    }
}
