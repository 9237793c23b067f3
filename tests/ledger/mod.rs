//! The ledger: stories on both databases, what the database refuses by itself, the audit, a machine
//! against a plain model, a bank under load.

mod bank;
mod enforced;
mod machine;
mod model;
mod people;
mod stories;
mod tampering;
