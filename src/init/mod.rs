//! Making a configuration: what was answered becomes a file that can be loaded, readable by its owner alone.
//!
//! Not for: asking (the command does), nor for trying what was written (doctor).

mod answers;
mod find;
mod write;

pub use answers::{Answers, Place, Problem};
pub use find::find;
pub use write::{WriteError, key_of, write};
