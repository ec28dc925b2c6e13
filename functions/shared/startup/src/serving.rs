//! Serves a function's answers, under the Lambda runtime or as plain HTTP.

use std::convert::Infallible;
use std::future::ready;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Instant;

use jiff::Timestamp;
use lambda_http::http::Response;
use lambda_http::{Body, Request};
use lambda_runtime::{Error, LambdaEvent, service_fn};
use lockfill_http::{Problem, RequestLine, invocation};
use serde_json::value::RawValue;
use tracing::Instrument;

use crate::clock;
use crate::plain_http;
use crate::reporting::Reporting;
use crate::settings::Serving;

/// An answer that is being made.
pub type Answering = Pin<Box<dyn Future<Output = Response<Body>> + Send>>;

/// Serves with `answer`, without metrics. The clock is read here, once a request.
///
/// # Errors
/// The address cannot be listened on, or the Lambda runtime cannot be asked.
pub async fn serve<F>(
    serving: Serving,
    answer: impl Fn(Request, Timestamp) -> F + Send + Sync + 'static,
) -> Result<(), Error>
where
    F: Future<Output = Response<Body>> + Send + 'static,
{
    serve_measured(serving, Reporting::none(), answer).await
}

/// Serves with `answer`, and tells of it.
///
/// # Errors
/// An address cannot be listened on, or the Lambda runtime cannot be asked.
pub(crate) async fn serve_measured<F>(
    serving: Serving,
    reporting: Reporting,
    answer: impl Fn(Request, Timestamp) -> F + Send + Sync + 'static,
) -> Result<(), Error>
where
    F: Future<Output = Response<Body>> + Send + 'static,
{
    let reporting = Arc::new(reporting);
    let own = Arc::clone(&reporting);
    let handle = move |request: Result<Request, Problem>| {
        let now = clock::now();
        let line = RequestLine::of(request.as_ref().ok());
        // Boxed where it is made: it has kilobytes, which each future around it would hold and copy.
        let answered: Answering = match request {
            Ok(request) => Box::pin(answer(request, now)),
            Err(problem) => Box::pin(ready(problem.into_response())),
        };
        logged(line, answered, now, Arc::clone(&own))
    };
    match serving {
        Serving::Lambda => serve_invocations(handle).await,
        Serving::Http(address) => {
            tokio::try_join!(plain_http::serve(address, handle), reporting.serve_metrics()).map(|_| ())
        }
    }
}

/// The answer to a request that arrived at `now`, and what is told of it.
pub fn logged(
    line: RequestLine,
    answered: Answering,
    now: Timestamp,
    reporting: Arc<Reporting>,
) -> impl Future<Output = Response<Body>> + Send {
    let (span, began) = (line.span(), Instant::now());
    async move {
        let answer = answered.await;
        line.write(&answer, began.elapsed(), &reporting.lines, now);
        reporting.write_metrics(now);
        answer
    }
    .instrument(span)
}

/// Answers each invocation, also one whose payload holds no request.
async fn serve_invocations<F>(
    handle: impl Fn(Result<Request, Problem>) -> F + Send + Sync,
) -> Result<(), Error>
where
    F: Future<Output = Response<Body>> + Send,
{
    // The payload stays text until this function reads it: the runtime fails an invocation that it cannot read.
    let service = service_fn(move |invocation: LambdaEvent<Box<RawValue>>| {
        let answered = handle(invocation::request(invocation.payload.get()));
        async move { Ok::<_, Infallible>(invocation::response(answered.await)) }
    });
    lambda_runtime::run(service).await
}
