//! Mail below the reader, from outside: senders, mailboxes, letters.

mod compose;
mod mailbox;
mod random;
mod relay;
mod render;
mod sender;
