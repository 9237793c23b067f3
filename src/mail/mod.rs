//! Mail itself, below any meaning: what came in, who sent it, and how a letter is built and leaves.
//!
//! Not for: what people ask for (`intent`), nor for which letters exist and why (`letters`). All of
//! it is pure but `mailbox`, `relay` and the loading of a template folder. Whatever is read here was
//! written by strangers, so a slip of an index is refused by the compiler.
#![deny(clippy::indexing_slicing, clippy::string_slice)]

// Reading: the raw header, its results, the sender, the decoded message.
pub mod anchors;
pub mod auth_results;
pub mod automatic;
pub mod budget;
mod lexer;
pub mod message;
pub mod message_id;
pub mod scan;
pub mod sender;

// Writing: links, letters, their bytes.
pub mod compose;
pub mod mailto;
pub mod render;

// The two ends: where mail comes from and where it goes.
pub mod mailbox;
pub mod providers;
pub mod relay;
pub mod wire;
