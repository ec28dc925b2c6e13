//! The idle timeout: a connection on which no byte moves for that time is closed.

use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;
use hyper::body::{Body, Frame, Incoming, SizeHint};
use tokio::time::{Instant, Sleep, sleep};

use super::connections::{Connections, Sender};
use crate::body::BoxError;

type Polled = Poll<Option<Result<Frame<Bytes>, BoxError>>>;

/// The progress of an upload.
#[derive(Debug, Clone)]
pub(super) struct Activity(Arc<Mutex<Progress>>);

#[derive(Debug)]
struct Progress {
    last: Instant,
    under_way: bool,
    broken: bool,
}

impl Activity {
    /// The progress of a body that has begun.
    pub(super) fn begin() -> Self {
        Self(Arc::new(Mutex::new(Progress { last: Instant::now(), under_way: true, broken: false })))
    }

    /// The progress of a request without a body.
    pub(super) fn none() -> Self {
        let activity = Self::begin();
        activity.note(false);
        activity
    }

    /// Notes that bytes have moved.
    pub(super) fn moved(&self) {
        self.progress().last = Instant::now();
    }

    /// When bytes last moved.
    pub(super) fn last(&self) -> Instant {
        self.progress().last
    }

    /// Whether the client has more of the body to send.
    pub(super) fn is_under_way(&self) -> bool {
        self.progress().under_way
    }

    /// Whether the client broke the body off, or sent one that is not well formed.
    pub(super) fn is_broken(&self) -> bool {
        self.progress().broken
    }

    fn note(&self, under_way: bool) {
        let mut progress = self.progress();
        progress.last = Instant::now();
        progress.under_way = under_way;
    }

    fn progress(&self) -> std::sync::MutexGuard<'_, Progress> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A request's body, which notes its activity. `HttpTarget::response` holds the idle timeout.
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
        if matches!(frame, Some(Err(_))) {
            self.activity.progress().broken = true;
        }
        Poll::Ready(frame.map(|frame| frame.map_err(BoxError::from)))
    }

    fn is_end_stream(&self) -> bool {
        self.inner.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.inner.size_hint()
    }
}

/// A response's body, which fails when the target is silent for too long, and gives its connection back when
/// all of it has been read.
pub(super) struct Download {
    inner: Incoming,
    idle: Duration,
    /// Made at the first wait, because most bodies arrive without one.
    silence: Option<Pin<Box<Sleep>>>,
    connection: Option<(Sender, Connections)>,
}

impl Download {
    pub(super) fn new(inner: Incoming, idle: Duration, connection: Option<(Sender, Connections)>) -> Self {
        let mut download = Self { inner, idle, silence: None, connection };
        if download.inner.is_end_stream() {
            download.ended();
        }
        download
    }

    fn ended(&mut self) {
        if let Some((sender, connections)) = self.connection.take() {
            connections.keep(sender);
        }
    }
}

impl Body for Download {
    type Data = Bytes;
    type Error = BoxError;

    fn poll_frame(self: Pin<&mut Self>, context: &mut Context<'_>) -> Polled {
        let this = self.get_mut();
        if let Poll::Ready(frame) = Pin::new(&mut this.inner).poll_frame(context) {
            if let Some(silence) = &mut this.silence {
                silence.as_mut().reset(Instant::now() + this.idle);
            }
            if frame.is_none() || this.inner.is_end_stream() {
                this.ended();
            }
            return Poll::Ready(frame.map(|frame| frame.map_err(BoxError::from)));
        }
        let silence = this.silence.get_or_insert_with(|| Box::pin(sleep(this.idle)));
        if silence.as_mut().poll(context).is_ready() {
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
