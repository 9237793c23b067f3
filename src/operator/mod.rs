//! What the operator is told by mail: once a day what a service that only observes would have done.
//!
//! Not for: anybody else; these letters name people's addresses to the operator alone, and no body of
//! any mail.

mod digest;
mod letters;

pub use digest::digest;
pub use letters::samples;
