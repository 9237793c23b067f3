//! Letters that the relay refuses for good: recorded, and told to the operator, seldom.

use std::time::Duration;

use pennypost::{fetch, letters::LetterId, mail::relay::Lane};

use super::Post;
use crate::support::{
    letter::Letter,
    smtp_sink::{Stage, Taken, Turn},
};

const OPERATOR: &str = "olga@bridge.example";
const ADA: &str = "ada@lake.example";
const REFUSAL: &str = "550 5.1.1 <ada@lake.example>: no such user";

async fn post(db: crate::support::TestDb) -> Post {
    Post::with(db, &[("OPERATOR_ADDRESS", OPERATOR)]).await
}

fn told(post: &Post) -> Vec<Taken> {
    post.sink.taken().into_iter().filter(|taken| taken.to == [OPERATOR]).collect()
}

async fn error(post: &Post, id: &LetterId) -> Option<String> {
    let mut tx = post.app.process.cx.db.read().await.expect("reads");
    let row =
        fetch!(fetch_one, tx, (Option<String>,), "SELECT error FROM letters WHERE id = $1", id);
    row.expect("is there").0
}

both! {
    async fn a_refused_letter_is_recorded_and_told_once(db: TestDb) {
        let post = post(db).await;
        post.sink.refuse(ADA, REFUSAL);
        let id = post.write(Lane::Service).await;
        post.work().await;
        assert_eq!(post.row(&id).await.state, "failed");
        let error = error(&post, &id).await.expect("kept");
        assert_eq!(error, "550 5.1.1 … no such user to RCPT");
        let [told] = <[_; 1]>::try_from(told(&post)).expect("told once");
        let letter = Letter::parse(&told.bytes);
        assert_eq!(letter.subject, "1 letter could not be delivered");
        assert!(letter.says(&error) && letter.says(&id.0) && letter.says("T-771"), "{}", letter.text);
        assert!(!letter.text.contains("ada@"), "{}", letter.text);
        post.after(Duration::from_secs(86_400)).await;
        assert_eq!(post.sink.taken().len(), 1, "not sent again, and not told again");
        assert!(post.jobs().await.is_empty());
    }

    async fn many_refusals_are_told_together_when_the_stretch_ends(db: TestDb) {
        let post = post(db).await;
        post.sink.refuse(ADA, REFUSAL);
        post.write(Lane::Service).await;
        post.work().await;
        for _ in 0..29 {
            post.write(Lane::Service).await;
        }
        post.work().await;
        assert_eq!(told(&post).len(), 1, "the first at once");
        post.after(Duration::from_secs(4 * 3_600)).await;
        let [_, later] = <[_; 2]>::try_from(told(&post)).expect("the others together");
        let letter = Letter::parse(&later.bytes);
        assert_eq!(letter.subject, "29 letters could not be delivered");
        assert!(letter.says("9 more"), "{}", letter.text);
        post.after(Duration::from_secs(86_400)).await;
        assert_eq!(told(&post).len(), 2);
    }

    async fn a_refused_letter_to_the_operator_begins_no_loop(db: TestDb) {
        let post = post(db).await;
        post.sink.always(Stage::Rcpt, Turn::Says(REFUSAL));
        post.write(Lane::Service).await;
        post.work().await;
        for _ in 0..12 {
            post.after(Duration::from_secs(4 * 3_600)).await;
        }
        assert_eq!(post.sink.reached(Stage::Rcpt), 2, "the letter, and the one that told of it");
        assert!(post.jobs().await.is_empty());
        let failed = post.app.count("SELECT COUNT(*) FROM letters WHERE state = 'failed'").await;
        assert_eq!(failed, 2);
    }

    async fn without_an_operators_address_it_is_recorded_alone(db: TestDb) {
        let post = Post::on(db).await;
        post.sink.next(1, Stage::Dot, Turn::Says("554 5.6.0 malformed"));
        let id = post.write(Lane::Service).await;
        post.work().await;
        assert_eq!(post.row(&id).await.state, "failed");
        assert_eq!(post.app.count("SELECT COUNT(*) FROM letters").await, 1);
    }
}
