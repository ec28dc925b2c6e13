//! Silence: a connection on which nothing moves for the idle timeout is given up.

use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;
use hyper::body::{Body, Frame, Incoming, SizeHint};
use tokio::time::{Instant, Sleep, sleep};

use crate::body::BoxError;

type Polled = Poll<Option<Result<Frame<Bytes>, BoxError>>>;

/// What an upload is doing.
#[derive(Debug, Clone)]
pub(super) struct Activity(Arc<Mutex<Progress>>);

#[derive(Debug)]
struct Progress {
    last: Instant,
    under_way: bool,
}

impl Activity {
    /// A body has begun.
    pub(super) fn begin() -> Self {
        Self(Arc::new(Mutex::new(Progress { last: Instant::now(), under_way: true })))
    }

    /// There is no body.
    pub(super) fn none() -> Self {
        let activity = Self::begin();
        activity.note(false);
        activity
    }

    /// When something last moved.
    pub(super) fn last(&self) -> Instant {
        self.progress().last
    }

    /// Whether more of the body is to come from the client.
    pub(super) fn is_under_way(&self) -> bool {
        self.progress().under_way
    }

    fn note(&self, under_way: bool) {
        *self.progress() = Progress { last: Instant::now(), under_way };
    }

    fn progress(&self) -> std::sync::MutexGuard<'_, Progress> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A request's body, which notes its activity. Whoever waits for the answer judges the silence.
pub(super) struct Upload {
    inner: Incoming,
    activity: Activity,
}

impl Upload {
    pub(super) fn new(inner: Incoming, activity: Activity) -> Self {
        activity.note(!inner.is_end_stream());
        Self { inner, activity }
    }
}

impl Body for Upload {
    type Data = Bytes;
    type Error = BoxError;

    fn poll_frame(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Polled {
        let Poll::Ready(frame) = Pin::new(&mut self.inner).poll_frame(context) else { return Poll::Pending };
        self.activity.note(frame.is_some() && !self.inner.is_end_stream());
        Poll::Ready(frame.map(|frame| frame.map_err(BoxError::from)))
    }

    fn is_end_stream(&self) -> bool {
        self.inner.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.inner.size_hint()
    }
}

/// A response's body, which fails when the target is silent for too long.
pub(super) struct Download {
    inner: Incoming,
    idle: Duration,
    silence: Pin<Box<Sleep>>,
}

impl Download {
    pub(super) fn new(inner: Incoming, idle: Duration) -> Self {
        Self { inner, idle, silence: Box::pin(sleep(idle)) }
    }
}

impl Body for Download {
    type Data = Bytes;
    type Error = BoxError;

    fn poll_frame(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Polled {
        if let Poll::Ready(frame) = Pin::new(&mut self.inner).poll_frame(context) {
            let next = Instant::now() + self.idle;
            self.silence.as_mut().reset(next);
            return Poll::Ready(frame.map(|frame| frame.map_err(BoxError::from)));
        }
        if self.silence.as_mut().poll(context).is_ready() {
            return Poll::Ready(Some(Err("silence for longer than the idle timeout".into())));
        }
        Poll::Pending
    }

    fn is_end_stream(&self) -> bool {
        self.inner.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.inner.size_hint()
    }
}
