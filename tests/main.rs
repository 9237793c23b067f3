//! One integration binary, laid out as `src/`: stores and capabilities on both databases, journeys
//! (mail in, mail out), the house rules.
#![expect(clippy::disallowed_methods, reason = "tests start servers and tasks of their own")]
#![expect(clippy::panic, reason = "a test fails in the helpers of its story too")]

#[macro_use]
mod support;

mod cli;
mod config;
mod db;
mod faults;
mod house;
mod intent;
mod journeys;
mod ledger;
mod letters;
mod mail;
mod poller;
mod processes;
mod queue;
mod servers;
mod web;
