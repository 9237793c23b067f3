//! The reader against its corpus: what people write, and what must never act.

mod corpus;
mod properties;
mod rows;
