//! Real servers: that the tests' own do what they promise, and stories on all of them together.

mod dovecot;
mod journeys;
mod person;
mod postfix;
mod proxy;
mod stack;
