//! Pennypost: commerce and payments from an ordinary hosted mailbox.
//!
//! The map, in layer order: a module imports only from the paragraphs above its own, and the modules
//! of one paragraph never import each other (kept by `tests/house/layers.rs`).

// 1. Words of the product; no I/O.
#[macro_use]
mod word;
#[macro_use]
mod fault_point;
pub mod address;
pub mod clock;
pub mod money;

// How what we write reads in each language.
#[macro_use]
pub mod language;

pub mod ids;

// 2. The only reader of the environment; then what its keys seal.
pub mod config;

pub mod tokens;

// 3. The two databases behind one SQL text. Mail below any meaning.
pub mod db;
pub mod mail;

// 4. Jobs: rows are the truth, bells say which rows to look at.
pub mod queue;

// 5. What a handler may use.
pub mod context;

// 6. Reading what people write: pure.
pub mod intent;

// 7. The received; what leaves. The money.
pub mod inbox;
pub mod ledger;
pub mod letters;

// 8. From a token to the stored act it releases.
pub mod confirmations;

// 9. People and their addresses.
pub mod accounts;

// 12. Capabilities.
pub mod transfers;

// 13. Assembly: what a mail may do; which mail becomes which job; who runs what.
pub mod policy;

// What the operator is told.
pub mod operator;

pub mod classifier;

pub mod jobs;
pub mod poller;

// Does mail flow; what happened to one thing.
pub mod health;
pub mod trace;

pub mod process;

// What a configuration can reach; making one.
pub mod doctor;
pub mod init;

// 14. What mail cannot.
pub mod web;

// 15. The product in two minutes.
pub mod demo;
