//! One integration binary, laid out as `src/`: stores and capabilities on both databases, journeys
//! (mail in, mail out), the house rules.
#![expect(clippy::disallowed_methods, reason = "tests start servers and tasks of their own")]

#[macro_use]
mod support;

mod db;
mod journeys;
mod ledger;
mod mail;
mod queue;
mod web;
