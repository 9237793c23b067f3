//! The database and Redis: reachable, up to date, of a size that fits, on the same time.

use std::{path::Path, time::Duration};

use super::{Findings, in_words};
use crate::{
    clock::{At, Clock},
    config::{RedisSettings, Settings},
    db::{self, Db, Options},
    queue::{self, Bells, Reach},
};

use secrecy::ExposeSecret;

const PART: &str = "database";
const REDIS: &str = "redis";

/// Connections that a process needs beside its pool.
const BESIDE: i64 = 1;
/// How long a connection may take.
const CONNECT_MAX: Duration = Duration::from_secs(10);
/// Clocks may differ by so much: leases and links are counted in seconds.
const SKEW_MAX: Duration = Duration::from_secs(2);

pub(super) async fn examine(found: &mut Findings, settings: &Settings, clock: &Clock) {
    let url = settings.database_url.expose_secret();
    if let Some(path) = db::sqlite_path(url)
        && !Path::new(path).exists()
    {
        // Opening would make it, and doctor changes nothing.
        found.ok(PART, format!("The database {path} is made at the first start (SQLite)."));
        return;
    }
    let options = Options { connections: 2, wait: CONNECT_MAX };
    let opened = tokio::time::timeout(CONNECT_MAX, Db::open(url, options)).await;
    let db = match opened {
        Ok(Ok(db)) => db,
        Ok(Err(error)) => {
            let todo = "Look at database_url: the host, the name, the user and the password.";
            found.bad(PART, in_words(&error), todo);
            return;
        }
        Err(_elapsed) => {
            let todo = "Look at database_url, and at what stands between this machine and it.";
            found.bad(PART, "The database does not answer within 10 s.", todo);
            return;
        }
    };
    let kind = if db.is_postgres() { "PostgreSQL" } else { "SQLite" };
    found.ok(PART, format!("The database answers ({kind})."));
    schema(found, &db).await;
    let needed = i64::from(settings.database_connections) + BESIDE;
    match db::room(&db, needed).await {
        Ok(Ok(())) => found.ok(PART, "It has connections enough for one more process."),
        Ok(Err(lacks)) => found.bad(
            PART,
            in_words(&lacks),
            "Lower database.connections, or let the server allow more.",
        ),
        Err(error) => found.warn(PART, in_words(&error), "Its connections cannot be counted."),
    }
    if let Ok(Some(theirs)) = db::clock(&db).await {
        told_skew(found, clock.now(), theirs);
    }
    db.close().await;
}

fn told_skew(found: &mut Findings, ours: At, theirs: At) {
    let skew = ours.since(theirs).max(theirs.since(ours));
    if skew <= SKEW_MAX {
        found.ok(PART, "Its clock and ours agree.");
    } else {
        found.warn(
            PART,
            format!("Its clock and ours differ by {} s.", skew.as_secs()),
            "Let both machines follow a time server.",
        );
    }
}

async fn schema(found: &mut Findings, db: &Db) {
    match db::pending(db).await {
        Ok(missing) if missing.is_empty() => found.ok(PART, "Its schema is up to date."),
        Ok(missing) => found.warn(
            PART,
            format!("Its schema lacks {}.", missing.join(", ")),
            "Run `pennypost migrate`; `pennypost all` does it by itself.",
        ),
        Err(error) => {
            found.bad(PART, in_words(&error), "Let the database's user make tables.");
        }
    }
}

pub(super) async fn redis(found: &mut Findings, settings: &RedisSettings) {
    let bells = match Bells::redis(settings, queue::Settings::default().list_cap) {
        Ok(bells) => bells,
        Err(error) => {
            found.bad(REDIS, in_words(&error), "Look at redis_url and redis_tls_ca.");
            return;
        }
    };
    if let Reach::Away(why) = bells.ping().await {
        found.bad(
            REDIS,
            format!("Redis does not answer: {why}."),
            "Look at redis_url. Until it answers everything takes longer; nothing is lost.",
        );
        return;
    }
    if !settings.tls_verify && settings.url.expose_secret().starts_with("rediss:") {
        found.warn(
            REDIS,
            "Its certificate is not looked at (redis_tls_verify = none).",
            "Where the host gives you its authority's certificate, name it in redis_tls_ca instead.",
        );
    }
    let about = |text: &str, name: &str| {
        let line = text.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(':'));
        line.map(|value| value.trim().to_owned())
    };
    let server = bells.info("server").await.unwrap_or_default();
    let version = about(&server, "redis_version").unwrap_or_else(|| "of no version".to_owned());
    let major: Option<u32> = version.split('.').next().and_then(|number| number.parse().ok());
    if major.is_some_and(|major| major < 7) {
        let says = format!("Redis {version} answers; it lacks what bells are waited for with.");
        found.bad(REDIS, says, "Use Redis 7 or later, or Valkey.");
    } else {
        found.ok(REDIS, format!("Redis {version} answers."));
    }
    let memory = bells.info("memory").await.unwrap_or_default();
    match about(&memory, "maxmemory_policy") {
        Some(policy)
            if policy != "noeviction" && about(&memory, "maxmemory") != Some("0".into()) =>
        {
            found.warn(
                REDIS,
                format!("It throws keys away when it is full (maxmemory-policy {policy})."),
                "noeviction is better; a bell that is lost costs a minute, no mail.",
            );
        }
        _ => found.ok(REDIS, "It keeps what it is given."),
    }
    if let Some(clients) = bells.clients().await
        && clients.max < clients.connected.saturating_add(10)
    {
        found.warn(
            REDIS,
            format!("{} of {} connections are used.", clients.connected, clients.max),
            "A worker of all queues needs about ten: use a larger plan, or fewer processes.",
        );
    }
}
