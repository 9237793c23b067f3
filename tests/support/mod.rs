//! What the tests stand on: private servers, both databases, people who write mail.

#[macro_use]
mod both;
mod databases;
mod postgres;
mod server;

pub(crate) use databases::TestDb;
