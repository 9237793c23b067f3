//! Redis away, flushed, full or silent: everything only takes longer.

use crate::support::redis::{self, Redis};

#[tokio::test]
async fn a_private_redis_comes_back_empty_on_its_port() {
    let redis = Redis::start().await;
    redis.tell::<i64>(&["RPUSH", "t:q", "a"]);
    assert_eq!(redis.keys("t"), ["t:q"]);
    redis.kill();
    redis.restart().await;
    assert!(redis.keys("t").is_empty());
    redis::shared().await.flush();
    assert_ne!(redis::fresh_prefix(), redis::fresh_prefix());
}
