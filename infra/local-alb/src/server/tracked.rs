//! The body of an answer on its way to the client.

use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::Bytes;
use hyper::body::{Frame, SizeHint};

use super::exchange::Exchange;
use super::guard::Begun;
use crate::body::{Body, BoxError};

/// A body whose drop ends the request: all of it has been written then, or the client is gone.
#[derive(Debug)]
pub(super) struct Tracked {
    inner: Body,
    /// Written when this is dropped.
    exchange: Exchange,
    _begun: Begun,
}

impl Tracked {
    pub(super) fn new(inner: Body, exchange: Exchange, begun: Begun) -> Self {
        Self { inner, exchange, _begun: begun }
    }
}

impl hyper::body::Body for Tracked {
    type Data = Bytes;
    type Error = BoxError;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BoxError>>> {
        let polled = Pin::new(&mut self.inner).poll_frame(context);
        if let Poll::Ready(Some(Ok(frame))) = &polled
            && let Some(data) = frame.data_ref()
        {
            self.exchange.sends(data.len());
        }
        polled
    }

    fn is_end_stream(&self) -> bool {
        self.inner.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.inner.size_hint()
    }
}
