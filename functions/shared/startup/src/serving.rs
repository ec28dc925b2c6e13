//! Serves a function's answers, under the Lambda runtime or as plain HTTP.

use std::convert::Infallible;
use std::future::ready;
use std::net::SocketAddr;
use std::sync::Arc;

use jiff::Timestamp;
use lambda_http::http::Response;
use lambda_http::{Body, Request};
use lambda_runtime::layers::TracingLayer;
use lambda_runtime::{Context, Error, LambdaEvent, Runtime, service_fn};
use lockfill_http::{Problem, RequestLine, invocation, metrics};
use serde_json::value::RawValue;
use tower::util::AndThenLayer;

use crate::clock;
use crate::logged::{Answering, Handle, logged, unlogged};
use crate::plain_http;
use crate::reporting::Reporting;
use crate::settings::Serving;

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
    serve_measured(serving, Reporting::none(), answer, async || ()).await
}

/// Serves with `answer`, and tells of it. Between an answer to an invocation and the next one, before which the
/// environment is frozen, `catch_up` does what requests must not wait for. A plain HTTP server goes on all the time.
///
/// # Errors
/// An address cannot be listened on, or the Lambda runtime cannot be asked.
pub(crate) async fn serve_measured<F>(
    serving: Serving,
    reporting: Reporting,
    answer: impl Fn(Request, Timestamp) -> F + Send + Sync + 'static,
    catch_up: impl AsyncFn(),
) -> Result<(), Error>
where
    F: Future<Output = Response<Body>> + Send + 'static,
{
    let reporting = Arc::new(reporting);
    let own = Arc::clone(&reporting);
    let handle = move |request: Result<Request, Problem>, invocation: Option<&Context>| {
        let now = clock::now();
        let line = RequestLine::of(request.as_ref().ok());
        // Boxed where it is made: it has kilobytes, which each future around it would hold and copy.
        let answered: Answering = match request {
            Ok(request) => Box::pin(answer(request, now)),
            Err(problem) => Box::pin(ready(problem.into_response())),
        };
        logged(line, invocation, answered, now, Arc::clone(&own))
    };
    match serving {
        Serving::Lambda => serve_invocations(handle, catch_up).await,
        Serving::Http(address) => {
            let handle = Arc::new(move |request| handle(request, None));
            serve_http(address, &reporting, handle).await
        }
    }
}

/// Serves at an address, and its metrics at theirs if there is one, until the process is asked to end.
///
/// # Errors
/// An address cannot be listened on.
pub async fn serve_http(address: SocketAddr, reporting: &Reporting, handle: Handle) -> Result<(), Error> {
    let served = plain_http::serve(address, handle);
    let Some(prometheus) = reporting.prometheus else { return served.await };
    let answer = |request: Result<Request, Problem>| {
        let answer = request.map(|request| metrics(&request, clock::now()));
        unlogged(Box::pin(ready(answer.unwrap_or_else(Problem::into_response))))
    };
    tokio::try_join!(served, plain_http::serve(prometheus, Arc::new(answer))).map(|_| ())
}

/// Answers each invocation, also one whose payload holds no request.
async fn serve_invocations<F>(
    handle: impl Fn(Result<Request, Problem>, Option<&Context>) -> F + Send + Sync,
    catch_up: impl AsyncFn(),
) -> Result<(), Error>
where
    F: Future<Output = Response<Body>> + Send,
{
    // The payload stays text until this function reads it: the runtime fails an invocation that it cannot read.
    let service = service_fn(move |invocation: LambdaEvent<Box<RawValue>>| {
        let LambdaEvent { payload, context } = invocation;
        let answered = handle(invocation::request(payload.get()), Some(&context));
        async move { Ok::<_, Infallible>(invocation::response(answered.await)) }
    });
    // Lambda has the answer already when the inner service is done, and freezes the environment when the runtime asks
    // for the next invocation.
    let catch_up = &catch_up;
    let after_answer = AndThenLayer::new(move |()| async move {
        catch_up().await;
        Ok::<_, Error>(())
    });
    Runtime::new(service).layer(TracingLayer::new()).layer(after_answer).run().await
}
