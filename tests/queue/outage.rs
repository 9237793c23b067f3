//! Redis away, flushed, full, mistaken or silent: everything only takes longer.

use std::time::Duration;

use pennypost::{
    config::RedisSettings,
    queue::{Bells, Reach, Settings, enqueue_many},
};

use super::support::{How, Note, World, until};
use crate::support::{TestDb, ca::Ca, port, redis::Redis};

/// A queue on PostgreSQL and on a Redis that may be harmed.
async fn world(redis: &Redis, settings: Settings) -> World {
    let mut db = TestDb::postgres().await;
    db.redis = Some(redis.settings("t"));
    World::with(db, settings).await
}

/// Short pauses: these stories are long enough.
fn soon() -> Settings {
    Settings { places: 4, refill_interval: Duration::from_millis(100), ..Settings::default() }
}

async fn notes(world: &World, numbers: std::ops::Range<i64>) {
    let now = world.clock.now();
    let notes: Vec<_> = numbers.map(|n| (Note { n, how: How::Well }, None)).collect();
    let mut tx = world.db.begin().await.unwrap();
    enqueue_many(&mut tx, &notes, now, now).await.unwrap();
    tx.commit().await.unwrap();
}

async fn until_written(world: &World, many: i64) {
    until("all are written", async || world.notes().await.len() >= many.try_into().unwrap()).await;
    assert_eq!(world.notes().await, (0..many).collect::<Vec<_>>(), "each once");
}

async fn until_fine(world: &World) {
    until("Redis carries bells", async || world.queue.bells().ping().await == Reach::Fine).await;
}

async fn until_away(world: &World, words: &str) {
    until(words, async || match world.queue.bells().reach() {
        Reach::Fine => false,
        Reach::Away(why) => {
            assert!(why.contains(words), "{why}");
            true
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn bells_that_are_flushed_are_rung_again() {
    let redis = Redis::start().await;
    let world = world(&redis, soon()).await;
    notes(&world, 0..400).await;
    until("they have rung", async || redis.tell::<usize>(&["LLEN", "t:notes"]) == 400).await;
    redis.flush();
    let (working, clock) = (world.work(), world.clock());
    until("some are written", async || world.notes().await.len() > 20).await;
    redis.flush();
    until_written(&world, 400).await;
    working.stopped().await;
    clock.stopped().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_redis_that_dies_and_comes_back_delays_jobs_and_loses_none() {
    let redis = Redis::start().await;
    let world = world(&redis, soon()).await;
    let (working, clock) = (world.work(), world.clock());
    notes(&world, 0..200).await;
    until("some are written", async || world.notes().await.len() > 20).await;
    redis.kill();
    until_written(&world, 200).await;
    notes(&world, 200..400).await;
    // Without Redis, and not only after it.
    until_written(&world, 400).await;
    assert_ne!(world.queue.bells().reach(), Reach::Fine);
    redis.restart().await;
    until_fine(&world).await;
    notes(&world, 400..500).await;
    until_written(&world, 500).await;
    working.stopped().await;
    clock.stopped().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn without_redis_and_clock_the_pools_look_for_themselves() {
    let redis = Redis::start().await;
    let world = world(&redis, soon()).await;
    redis.kill();
    let working = world.work();
    notes(&world, 0..50).await;
    until_written(&world, 50).await;
    working.stopped().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_redis_without_memory_takes_no_bells_and_jobs_go_on() {
    let redis = Redis::start().await;
    let world = world(&redis, soon()).await;
    until_fine(&world).await;
    redis.tell::<()>(&["CONFIG", "SET", "maxmemory", "1"]);
    let (working, clock) = (world.work(), world.clock());
    notes(&world, 0..50).await;
    until_away(&world, "OOM").await;
    until_written(&world, 50).await;
    redis.tell::<()>(&["CONFIG", "SET", "maxmemory", "0"]);
    notes(&world, 50..60).await;
    until_fine(&world).await;
    until_written(&world, 60).await;
    working.stopped().await;
    clock.stopped().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_key_of_another_type_takes_no_bells_and_jobs_go_on() {
    let redis = Redis::start().await;
    redis.tell::<()>(&["SET", "t:notes", "mine"]);
    let world = world(&redis, soon()).await;
    let working = world.work();
    notes(&world, 0..50).await;
    until_away(&world, "WRONGTYPE").await;
    until_written(&world, 50).await;
    assert_eq!(redis.tell::<String>(&["GET", "t:notes"]), "mine");
    redis.tell::<()>(&["DEL", "t:notes"]);
    notes(&world, 50..60).await;
    until_written(&world, 60).await;
    until_fine(&world).await;
    working.stopped().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_redis_that_has_become_a_replica_takes_no_bells_and_jobs_go_on() {
    let redis = Redis::start().await;
    let world = world(&redis, soon()).await;
    let working = world.work();
    until_fine(&world).await;
    redis.tell::<()>(&["REPLICAOF", "127.0.0.1", "1"]);
    notes(&world, 0..50).await;
    until_away(&world, "replica").await;
    until_written(&world, 50).await;
    redis.tell::<()>(&["REPLICAOF", "NO", "ONE"]);
    notes(&world, 50..60).await;
    until_fine(&world).await;
    until_written(&world, 60).await;
    working.stopped().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_redis_that_falls_silent_is_noticed_and_jobs_go_on() {
    let redis = Redis::start().await;
    let world = world(&redis, soon()).await;
    let working = world.work();
    notes(&world, 0..5).await;
    until_written(&world, 5).await;
    // Connections stay open, and nothing is answered on them.
    redis.tell::<()>(&["CLIENT", "PAUSE", "8000", "ALL"]);
    notes(&world, 5..25).await;
    until_away(&world, "did not answer").await;
    until_written(&world, 25).await;
    until_fine(&world).await;
    working.stopped().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_list_is_bounded_keeps_the_oldest_and_the_rest_waits_in_rows() {
    let redis = Redis::start().await;
    let world = world(&redis, Settings { list_cap: 10, ..soon() }).await;
    notes(&world, 0..25).await;
    notes(&world, 25..50).await;
    until("ten have rung", async || redis.tell::<usize>(&["LLEN", "t:notes"]) == 10).await;
    world.queue.bells().ping().await;
    let kept: Vec<String> = redis.tell(&["LRANGE", "t:notes", "0", "-1"]);
    let mut tx = world.db.snapshot().await.unwrap();
    let filter = pennypost::queue::Filter::default();
    let jobs = pennypost::queue::list(&mut tx, &filter, 100).await.unwrap();
    let oldest: Vec<_> = jobs.iter().rev().take(10).map(|job| job.id.0.clone()).collect();
    assert_eq!(kept, oldest);
    let (working, clock) = (world.work(), world.clock());
    until_written(&world, 50).await;
    working.stopped().await;
    clock.stopped().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_without_blmpop_gives_its_bells_singly() {
    let redis = Redis::start().await;
    redis.tell::<()>(&["ACL", "SETUSER", "old", "on", ">secret", "~t:*", "+@all", "-blmpop"]);
    let mut db = TestDb::postgres().await;
    let mut settings = redis.settings("t");
    settings.url = format!("redis://old:secret@127.0.0.1:{}/3", redis.port).into();
    db.redis = Some(settings);
    // Who hears nothing would look for itself only after five seconds.
    let world = World::with(db, soon()).await;
    let working = world.work();
    let begun = std::time::Instant::now();
    notes(&world, 0..20).await;
    until_written(&world, 20).await;
    assert!(begun.elapsed() < Duration::from_secs(4), "{:?}", begun.elapsed());
    assert_eq!(world.queue.bells().reach(), Reach::Fine);
    working.stopped().await;
    assert!(
        redis.tell::<String>(&["INFO", "keyspace"]).lines().all(|line| !line.starts_with("db0"))
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_login_that_is_refused_is_told_without_its_password() {
    let redis = Redis::start().await;
    let mut settings = redis.settings("t");
    settings.url = format!("redis://ada:hunter2@127.0.0.1:{}", redis.port).into();
    let bells = Bells::redis(&settings, 10).unwrap();
    let mut why = String::new();
    until("it is refused", async || match bells.ping().await {
        Reach::Fine => false,
        Reach::Away(words) => {
            why = words;
            true
        }
    })
    .await;
    assert!(why.contains("auth") || why.contains("Auth") || why.contains("WRONGPASS"), "{why}");
    assert!(!why.contains("hunter2"), "{why}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn tls_takes_the_private_authority_that_is_configured_and_no_other() {
    let folder = tempfile::tempdir().unwrap();
    let ca = Ca::new(folder.path());
    let files = ca.certificate(folder.path());
    let port = port::free().to_string();
    let (chain, key) = (files.chain.display().to_string(), files.key.display().to_string());
    let redis = Redis::with(&[
        "--tls-port",
        &port,
        "--tls-cert-file",
        &chain,
        "--tls-key-file",
        &key,
        "--tls-ca-cert-file",
        &ca.file.display().to_string(),
        "--tls-auth-clients",
        "no",
    ])
    .await;
    let mut db = TestDb::postgres().await;
    let url = format!("rediss://127.0.0.1:{port}");
    let stranger = RedisSettings { url: url.into(), ..redis.settings("t") };
    let bells = Bells::redis(&stranger, 10).unwrap();
    until("it is not believed", async || match bells.ping().await {
        Reach::Fine => false,
        Reach::Away(why) => why.contains("TLS"),
    })
    .await;
    let bells = Bells::redis(&RedisSettings { tls_verify: false, ..stranger.clone() }, 10).unwrap();
    until("it is taken as it is", async || bells.ping().await == Reach::Fine).await;
    db.redis = Some(RedisSettings { tls_ca: Some(ca.file.clone()), ..stranger });
    let world = World::with(db, soon()).await;
    let working = world.work();
    until_fine(&world).await;
    notes(&world, 0..20).await;
    until_written(&world, 20).await;
    working.stopped().await;
}
