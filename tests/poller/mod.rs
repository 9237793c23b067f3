//! Mailboxes at mail hosts, read by the real poller: against Dovecot, and against a host that plays a script.

mod hosts;
mod till;
