//! A connection that gives up when nothing moves: a big mail on a slow line may take long, silence may not.
//!
//! Not for: bounding a whole dialogue; the session does that.

use std::{
    fmt, io,
    pin::Pin,
    task::{Context, Poll},
    time::Duration,
};

use tokio::{
    io::{AsyncRead, AsyncWrite, ReadBuf},
    time::{Instant, Sleep, sleep_until},
};

use crate::mail::wire::Stream;

/// A stream on which no read or write waits longer than its limit without any octet moving.
pub(super) struct Patient {
    inner: Stream,
    limit: Duration,
    /// Octets that may still be read.
    left: u64,
    /// Runs while a read or write waits.
    until: Option<Pin<Box<Sleep>>>,
}

impl Patient {
    pub(super) fn new(inner: Stream, limit: Duration) -> Self {
        Self { inner, limit, left: u64::MAX, until: None }
    }

    /// From now on, silence may last this long.
    pub(super) fn wait_at_most(&mut self, limit: Duration) {
        self.limit = limit;
        self.until = None;
    }

    /// From now on, this many octets may be read: memory is bounded whatever a server says.
    pub(super) fn hear_at_most(&mut self, octets: u64) {
        self.left = octets;
    }

    /// The stream itself, for TLS over it.
    pub(super) fn into_inner(self) -> Stream {
        self.inner
    }

    fn watch<T>(
        &mut self,
        cx: &mut Context<'_>,
        moved: Poll<io::Result<T>>,
    ) -> Poll<io::Result<T>> {
        if moved.is_ready() {
            self.until = None;
            return moved;
        }
        let limit = self.limit;
        let until = self.until.get_or_insert_with(|| Box::pin(sleep_until(Instant::now() + limit)));
        until.as_mut().poll(cx).map(|()| {
            self.until = None;
            Err(io::ErrorKind::TimedOut.into())
        })
    }
}

impl AsyncRead for Patient {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        if self.left == 0 {
            return Poll::Ready(Err(io::Error::other("more was said than was asked for")));
        }
        let before = buf.filled().len();
        let moved = Pin::new(&mut self.inner).poll_read(cx, buf);
        let read = u64::try_from(buf.filled().len().saturating_sub(before)).unwrap_or(u64::MAX);
        self.left = self.left.saturating_sub(read);
        self.watch(cx, moved)
    }
}

impl AsyncWrite for Patient {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &[u8],
    ) -> Poll<io::Result<usize>> {
        let moved = Pin::new(&mut self.inner).poll_write(cx, buf);
        self.watch(cx, moved)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let moved = Pin::new(&mut self.inner).poll_flush(cx);
        self.watch(cx, moved)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let moved = Pin::new(&mut self.inner).poll_shutdown(cx);
        self.watch(cx, moved)
    }
}

impl fmt::Debug for Patient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Patient").field("limit", &self.limit).finish_non_exhaustive()
    }
}
