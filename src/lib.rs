//! Pennypost: commerce and payments from an ordinary hosted mailbox.
//!
//! The map, in layer order: a module imports only from the lines above its own, and the modules of
//! one line never import each other (kept by `tests/house/layers.rs`).

// 1. Words of the product; no I/O.
pub mod address;
pub mod clock;
pub mod ids;
pub mod money;

// 3. The two databases behind one SQL text.
pub mod db;

// 7. The money.
pub mod ledger;
