//! Why an attempt at a job failed, and whether and when another one makes sense.
//!
//! Not for: refusals. What a sender must read is a value of the capability and becomes a letter.

use std::fmt;

use crate::{clock::At, db};

/// A failed attempt. Any error becomes one with `?` and is tried again; [`Fault::dead`] is not, and
/// [`Fault::later`] says when.
#[derive(Debug)]
pub struct Fault {
    cause: anyhow::Error,
    again: Again,
}

/// Whether the job is tried again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Again {
    /// After a pause that grows with the attempts.
    Soon,
    /// At this time, and the attempt was none.
    At(At),
    Never,
}

/// Characters of an error's text that a job's row keeps.
const TEXT_MAX: usize = 500;

impl Fault {
    /// Never try again: the job is dead, kept with this reason and shown to the operator.
    pub fn dead(reason: impl fmt::Display + fmt::Debug + Send + Sync + 'static) -> Self {
        Self::from(anyhow::Error::msg(reason)).for_good()
    }

    /// The same fault, but trying again is pointless; for errors that keep their causes.
    #[must_use]
    pub fn for_good(self) -> Self {
        Self { again: Again::Never, ..self }
    }

    /// The same fault, but not now: the job is due again `at`, and uses up no attempt. For what is no
    /// fault of the job, such as a budget that is spent or a server that is down; whoever says so bounds
    /// how often.
    #[must_use]
    pub fn later(self, at: At) -> Self {
        Self { again: Again::At(at), ..self }
    }

    /// When the job is due again, if the fault says so.
    pub fn due(&self) -> Option<At> {
        match self.again {
            Again::At(at) => Some(at),
            Again::Soon | Again::Never => None,
        }
    }

    /// Whether trying again is pointless.
    pub fn is_dead(&self) -> bool {
        self.again == Again::Never
    }

    /// Whether the database failed in a way that the same transaction may survive at once.
    pub fn is_transient(&self) -> bool {
        self.again == Again::Soon && self.cause.downcast_ref().is_some_and(db::is_transient)
    }

    /// The error with its causes in one line, bounded. Errors carry no secrets and no bodies; the bound
    /// keeps a chatty one from filling the table.
    pub fn text(&self) -> String {
        // NUL is the one character PostgreSQL's TEXT refuses.
        format!("{:#}", self.cause).chars().filter(|c| *c != '\0').take(TEXT_MAX).collect()
    }
}

impl<E: Into<anyhow::Error>> From<E> for Fault {
    fn from(cause: E) -> Self {
        Self { cause: cause.into(), again: Again::Soon }
    }
}

#[cfg(test)]
mod tests {
    use anyhow::Context;

    use super::*;

    #[test]
    fn any_error_is_tried_again_and_keeps_its_causes() {
        fn read() -> Result<(), Fault> {
            let read = Err(std::io::Error::other("disk is gone"));
            read.context("Read the spool")?;
            Ok(())
        }
        let fault = read().expect_err("fails");
        assert!(!fault.is_dead());
        assert_eq!(fault.text(), "Read the spool: disk is gone");
    }

    #[test]
    fn the_kept_text_is_bounded_and_storable() {
        let fault = Fault::dead(format!("\0é{}", "x".repeat(5_000)));
        assert!(fault.is_dead());
        assert_eq!(fault.text().chars().count(), TEXT_MAX);
        assert!(fault.text().starts_with("éx"));
    }
}
