//! Mailboxes at mail hosts, read by the real poller: against Dovecot, and against a host that plays a script.

mod after;
mod again;
mod asked;
mod command;
mod examined;
mod hosts;
mod junk;
mod leases;
mod script;
mod scripted;
mod till;
mod unreadable;
