//! Serves a function's answers, under the Lambda runtime or as plain HTTP.

use std::convert::Infallible;

use jiff::Timestamp;
use lambda_http::http::Response;
use lambda_http::{Body, Request};
use lambda_runtime::{Error, LambdaEvent, service_fn};
use lockfill_http::{RequestLine, invocation};
use serde_json::value::RawValue;
use tracing::Instrument;

use crate::clock;
use crate::plain_http;
use crate::settings::Serving;

/// Serves with `answer`. The clock is read here, once a request.
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
    let handle = move |request| logged(RequestLine::of(&request), answer(request, clock::now()));
    match serving {
        Serving::Lambda => serve_invocations(handle).await,
        Serving::Http(address) => plain_http::serve(address, handle).await,
    }
}

/// The answer to a request, and its line in the log.
pub(crate) fn logged(
    line: RequestLine,
    answer: impl Future<Output = Response<Body>> + Send,
) -> impl Future<Output = Response<Body>> + Send {
    let span = line.span();
    // Boxed, because the futures around it would all be as large.
    let answered = Box::pin(answer);
    async move {
        let answer = answered.await;
        line.write(&answer);
        answer
    }
    .instrument(span)
}

/// Answers each invocation, also one whose payload holds no request.
async fn serve_invocations<F>(handle: impl Fn(Request) -> F + Send + Sync) -> Result<(), Error>
where
    F: Future<Output = Response<Body>> + Send,
{
    // The payload stays text until this function reads it: the runtime fails an invocation that it cannot read.
    let service = service_fn(move |invocation: LambdaEvent<Box<RawValue>>| {
        let handled = invocation::request(invocation.payload.get()).map(&handle);
        async move {
            let answer = match handled {
                Ok(answer) => answer.await,
                Err(problem) => {
                    let answer = problem.into_response();
                    RequestLine::unreadable().write(&answer);
                    answer
                }
            };
            Ok::<_, Infallible>(invocation::response(answer))
        }
    });
    lambda_runtime::run(service).await
}
