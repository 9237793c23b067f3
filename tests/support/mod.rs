//! What the tests stand on: private servers, both databases, people who write mail.

#[macro_use]
mod both;
pub(crate) mod app;
pub(crate) mod ca;
mod databases;
pub(crate) mod dovecot;
mod guard;
pub(crate) mod letter;
pub(crate) mod orphans;
pub(crate) mod person;
pub(crate) mod port;
pub(crate) mod postfix;
mod postgres;
pub(crate) mod proxy;
pub(crate) mod redis;
pub(crate) mod server;
pub(crate) mod smtp_sink;
pub(crate) mod stamp;
pub(crate) mod stamping;

pub(crate) use app::TestApp;
pub(crate) use databases::TestDb;
pub(crate) use postgres::fresh_database;
