//! Messages that could not be read: which are fetched alone, and when their host is believed to have nothing
//! to give of them. Kept across connections, as a bad message may cost each of them.

use std::{
    collections::BTreeMap,
    ops::RangeInclusive,
    sync::{Mutex, PoisonError},
};

use crate::mail::mailbox::imap::Part;

/// Failures after which only the header is asked for, and after which nothing is.
const WHOLE_MAX: u32 = 3;
const HEADER_MAX: u32 = 6;
/// Messages that are remembered at most; more than that is no message's fault.
const REMEMBERED_MAX: usize = 10_000;

/// The troubles with one folder's messages.
#[derive(Debug, Default)]
pub(super) struct Troubles(Mutex<Inner>);

#[derive(Debug, Default)]
struct Inner {
    epoch: i64,
    alone_to: u32,
    failures: BTreeMap<u32, u32>,
}

impl Troubles {
    /// UIDs mean the messages of this epoch: troubles with those of another are over.
    pub(super) fn of_epoch(&self, epoch: i64) {
        let mut inner = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if inner.epoch != epoch {
            *inner = Inner { epoch, ..Inner::default() };
        }
    }

    /// Messages up to this UID are fetched one by one.
    pub(super) fn alone_to(&self) -> u32 {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).alone_to
    }

    /// The connection failed while these were read: from then on each is read by itself.
    pub(super) fn failed(&self, uids: &[u32]) {
        let mut inner = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        match uids {
            [uid] => {
                if inner.failures.len() < REMEMBERED_MAX {
                    *inner.failures.entry(*uid).or_default() += 1;
                }
            }
            uids => inner.alone_to = inner.alone_to.max(uids.iter().copied().max().unwrap_or(0)),
        }
    }

    /// What is asked of a message: all of it, then its header; in the end nothing.
    pub(super) fn parts(&self, uid: u32) -> &'static [Part] {
        let inner = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        match inner.failures.get(&uid).copied().unwrap_or(0) {
            0..WHOLE_MAX => &[Part::Whole, Part::Header],
            WHOLE_MAX..HEADER_MAX => &[Part::Header],
            _ => &[],
        }
    }

    /// The troubles with the messages of a span are over; those with others, which are read in turn with
    /// them, are not.
    pub(super) fn over(&self, span: RangeInclusive<u32>) {
        let mut inner = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        inner.failures.retain(|uid, _| !span.contains(uid));
        if span.contains(&inner.alone_to) {
            inner.alone_to = 0;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_that_fails_is_asked_for_less_and_less() {
        let troubles = Troubles::default();
        troubles.failed(&[3, 5]);
        assert_eq!((troubles.alone_to(), troubles.parts(5).len()), (5, 2));
        let asked: Vec<usize> = (0..8)
            .map(|_| {
                let parts = troubles.parts(5).len();
                troubles.failed(&[5]);
                parts
            })
            .collect();
        assert_eq!(asked, [2, 2, 2, 1, 1, 1, 0, 0]);
        troubles.over(6..=9);
        assert_eq!((troubles.alone_to(), troubles.parts(5).len()), (5, 0), "others do well");
        troubles.over(4..=5);
        assert_eq!((troubles.alone_to(), troubles.parts(5).len()), (0, 2));
    }

    #[test]
    fn a_new_numbering_ends_the_troubles_with_the_old() {
        let troubles = Troubles::default();
        (0..9).for_each(|_| troubles.failed(&[5]));
        troubles.failed(&[3, 5]);
        troubles.of_epoch(0);
        assert_eq!((troubles.alone_to(), troubles.parts(5).len()), (5, 0));
        troubles.of_epoch(1);
        assert_eq!((troubles.alone_to(), troubles.parts(5).len()), (0, 2));
    }
}
