//! Pennypost: commerce and payments from an ordinary hosted mailbox.
//!
//! The map, in layer order: a module imports only from the lines above its own, and the modules of
//! one line never import each other (kept by `tests/house/layers.rs`).

// 1. Words of the product; no I/O.
pub mod address;
pub mod clock;
pub mod ids;
pub mod money;

// 2. The only reader of the environment.
pub mod config;

// 2a. Sealed words: needs the keys, nothing else.
pub mod tokens;

// 3. The two databases behind one SQL text.
pub mod db;

// 4. Jobs: enqueue, take, run, fail, refill; events.
pub mod queue;
