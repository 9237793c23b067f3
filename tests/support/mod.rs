//! What the tests stand on: private servers, both databases, people who write mail.

#[macro_use]
mod both;
pub(crate) mod app;
pub(crate) mod ca;
mod databases;
pub(crate) mod letter;
pub(crate) mod person;
pub(crate) mod port;
mod postgres;
pub(crate) mod redis;
mod server;
pub(crate) mod stamp;

pub(crate) use app::TestApp;
pub(crate) use databases::TestDb;
pub(crate) use postgres::fresh_database;
