//! The letter that tells somebody of money held for them, refused by the relay for good.

use super::Post;
use crate::support::letter::Letter;

both! {
    async fn money_for_an_address_that_does_not_exist_comes_back_at_once(db: TestDb) {
        let post = Post::on(db).await;
        let ada = post.app.person("ada").await.with_balance("100.00 USD").await;
        post.sink.refuse("dana@dana.example", "550 5.1.1 <dana@dana.example>: no such user");
        ada.writes("pay dana@dana.example $20").await;
        let asked = post.sink.taken().pop().expect("asked");
        ada.clicks(&Letter::parse(&asked.bytes).link()).await;
        let told = post.sink.taken();
        let told: Vec<_> = told.iter().rev().take(2).map(|one| Letter::parse(&one.bytes)).collect();
        let back = told.iter().find(|letter| letter.subject.starts_with("Back with you: $20.00"));
        let back = back.unwrap_or_else(|| panic!("told: {told:?}"));
        assert!(back.says("no such user") && back.says("you have $100.00 to spend"), "{}", back.text);
        assert_eq!(post.app.count("SELECT COUNT(*) FROM ledger_holds WHERE state = 'open'").await, 0);
        post.app.is_sound().await;
    }
}
