//! Answers that are told of once they are there.

use std::pin::Pin;
use std::sync::Arc;
use std::task::{self, Poll, ready};
use std::time::Instant;

use jiff::Timestamp;
use lambda_http::http::Response;
use lambda_http::{Body, Context, Request};
use lockfill_http::{Problem, RequestLine};
use tracing::instrument::Instrumented;
use tracing::{Instrument, Span};

use crate::reporting::Reporting;

/// An answer that is being made.
pub type Answering = Pin<Box<dyn Future<Output = Response<Body>> + Send>>;

/// An answer that is being made, within the span of its request.
pub type Logged = Instrumented<Told>;

/// What answers requests, and also what is none. One type for all that is served: a server of HTTP is compiled for each
/// type that it serves.
pub type Handle = Arc<dyn Fn(Result<Request, Problem>) -> Logged + Send + Sync>;

/// An answer that is being made, and what is told of it.
pub struct Told {
    answering: Answering,
    /// `None` if nothing is told, or all was.
    telling: Option<Telling>,
}

struct Telling {
    line: RequestLine,
    began: Instant,
    now: Timestamp,
    reporting: Arc<Reporting>,
}

impl Future for Told {
    type Output = Response<Body>;

    fn poll(mut self: Pin<&mut Self>, context: &mut task::Context<'_>) -> Poll<Self::Output> {
        let answer = ready!(self.answering.as_mut().poll(context));
        if let Some(Telling { line, began, now, reporting }) = self.telling.take() {
            line.write(&answer, began.elapsed(), &reporting.lines, now);
            reporting.write_metrics(now);
        }
        Poll::Ready(answer)
    }
}

/// The answer to a request that arrived at `now`, by an invocation if there is one, and what is told of it.
pub fn logged(
    line: RequestLine,
    invocation: Option<&Context>,
    answering: Answering,
    now: Timestamp,
    reporting: Arc<Reporting>,
) -> Logged {
    let (span, began) = (line.span(invocation), Instant::now());
    Told { answering, telling: Some(Telling { line, began, now, reporting }) }.instrument(span)
}

/// An answer of which nothing is told.
pub(crate) fn unlogged(answering: Answering) -> Logged {
    Told { answering, telling: None }.instrument(Span::none())
}
