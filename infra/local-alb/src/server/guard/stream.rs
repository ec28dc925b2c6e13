//! The guard as a stream: its reader gets checked bytes, and each wait has a deadline.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use bytes::Buf;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::time::Instant;
use tokio_util::io::poll_read_buf;

use super::guarded::{Guard, READ_SIZE, State};

/// The most bytes that are read after a refusal. A client that is still writing would not see the answer otherwise.
const LINGER_MAX: usize = 4 * 1024 * 1024;
const LINGER_TIME: Duration = Duration::from_secs(2);

impl<S: AsyncRead + Unpin> AsyncRead for Guard<S> {
    fn poll_read(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        into: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        loop {
            if this.approved == 0 {
                this.judge()?;
            }
            if this.approved > 0 {
                let count = this.approved.min(into.remaining());
                into.put_slice(&this.buffer[..count]);
                this.buffer.advance(count);
                this.approved -= count;
                this.gate.receive(count);
                return Poll::Ready(Ok(()));
            }
            match &this.state {
                // Not the end of the input, which would look like a client that is gone.
                State::Refused => return Poll::Pending,
                State::Open => return Pin::new(&mut this.inner).poll_read(context, into),
                // No more than one buffer is read ahead.
                State::Undecided(_) if this.buffer.len() > READ_SIZE => return Poll::Pending,
                _ => {}
            }
            if matches!(this.state, State::Undecided(_)) {
                this.gate.wait(context.waker());
            }
            let began = this.buffer.is_empty();
            this.buffer.reserve(READ_SIZE);
            match poll_read_buf(Pin::new(&mut this.inner), context, &mut this.buffer) {
                Poll::Ready(Ok(0)) => return Poll::Ready(Ok(())),
                // The time of a head begins with its first byte.
                Poll::Ready(Ok(_)) if began => this.head_began = Instant::now(),
                Poll::Ready(Ok(_)) => {}
                Poll::Ready(Err(error)) => return Poll::Ready(Err(error)),
                Poll::Pending => {
                    if !this.is_late(context) {
                        return Poll::Pending;
                    }
                    if this.buffer.is_empty() {
                        return Poll::Ready(Ok(()));
                    }
                    this.refuse(408);
                }
            }
        }
    }
}

impl<S: AsyncRead + AsyncWrite + Unpin> Guard<S> {
    /// Gives up a client that does not read its answer for the idle timeout.
    fn written<T>(&mut self, context: &mut Context<'_>, result: Poll<io::Result<T>>) -> Poll<io::Result<T>> {
        if result.is_ready() {
            self.writing.disarm();
            return result;
        }
        self.writing.arm(self.idle);
        ready!(self.writing.poll(context));
        Poll::Ready(Err(io::ErrorKind::TimedOut.into()))
    }
}

impl<S: AsyncRead + AsyncWrite + Unpin> AsyncWrite for Guard<S> {
    fn poll_write(self: Pin<&mut Self>, context: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let this = self.get_mut();
        let result = Pin::new(&mut this.inner).poll_write(context, bytes);
        this.written(context, result)
    }

    fn poll_write_vectored(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        slices: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let this = self.get_mut();
        let result = Pin::new(&mut this.inner).poll_write_vectored(context, slices);
        this.written(context, result)
    }

    fn is_write_vectored(&self) -> bool {
        self.inner.is_write_vectored()
    }

    fn poll_flush(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        let result = Pin::new(&mut this.inner).poll_flush(context);
        this.written(context, result)
    }

    /// Reads the rest of a refused request first: closing a socket with unread input resets it, and the client may lose
    /// the answer.
    fn poll_shutdown(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        if this.lingered == 0 {
            ready!(Pin::new(&mut this.inner).poll_shutdown(context))?;
        }
        if !matches!(this.state, State::Refused | State::Length(_) | State::Chunks(_)) {
            return Poll::Ready(Ok(()));
        }
        if this.lingered == 0 {
            this.reading.arm_again(LINGER_TIME);
            this.lingered = 1;
        }
        while this.lingered < LINGER_MAX && this.reading.poll(context).is_pending() {
            this.buffer.clear();
            this.buffer.reserve(READ_SIZE);
            match ready!(poll_read_buf(Pin::new(&mut this.inner), context, &mut this.buffer)) {
                Ok(0) | Err(_) => break,
                Ok(count) => this.lingered += count,
            }
        }
        Poll::Ready(Ok(()))
    }
}
