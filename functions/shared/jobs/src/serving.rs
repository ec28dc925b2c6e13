//! How jobs are served: their invocations by the Lambda runtime, or the Invoke API's path by HTTP.

use std::pin::Pin;
use std::sync::Arc;

use lambda_http::Request;
use lambda_runtime::{Diagnostic, Error, LambdaEvent, service_fn};
use lockfill_http::{FunctionError, Problem, RequestLine, invocations};
use lockfill_startup::{Reporting, Serving, clock, logged, serve_http};
use serde_json::value::RawValue;
use tracing::Instrument;

/// The answer to an invocation, while it is made.
pub(crate) type Answering<'a> =
    Pin<Box<dyn Future<Output = Result<Box<RawValue>, FunctionError>> + Send + 'a>>;

/// What a function does when it is invoked. Both ways of serving call one compiled future by this trait.
pub(crate) trait Job: Send + Sync {
    /// Answers an invocation.
    fn invoke<'a>(&'a self, payload: &'a str) -> Answering<'a>;
}

/// Serves invocations until the environment is shut down. Where there is no Lambda runtime, serves the Invoke API's
/// path.
pub(crate) async fn serve(
    serving: Serving,
    reporting: Reporting,
    job: impl Job + 'static,
) -> Result<(), Error> {
    let (reporting, job): (_, Arc<dyn Job>) = (Arc::new(reporting), Arc::new(job));
    match serving {
        Serving::Lambda => serve_invocations(&reporting, &*job).await,
        Serving::Http(address) => {
            let own = Arc::clone(&reporting);
            let handle = move |request: Result<Request, Problem>| {
                let (job, line, now) =
                    (Arc::clone(&job), RequestLine::of(request.as_ref().ok()), clock::now());
                let answering = async move {
                    match request {
                        Ok(request) => {
                            invocations::handle(&request, async |payload: &str| job.invoke(payload).await)
                                .await
                        }
                        Err(problem) => problem.into_response(),
                    }
                };
                logged(line, None, Box::pin(answering), now, Arc::clone(&own))
            };
            serve_http(address, &reporting, Arc::new(handle)).await
        }
    }
}

/// Answers each invocation. The payload stays text until the controller reads it: the runtime fails an invocation that
/// it cannot read.
async fn serve_invocations(reporting: &Reporting, job: &dyn Job) -> Result<(), Error> {
    let service = service_fn(async |invocation: LambdaEvent<Box<RawValue>>| {
        let LambdaEvent { payload, context } = invocation;
        let (id, xray) = (context.request_id.as_str(), context.xray_trace_id.as_deref());
        let span = tracing::info_span!("invocation", requestId = id, xrayTraceId = xray);
        let answer = job.invoke(payload.get()).instrument(span).await;
        reporting.write_metrics(clock::now());
        answer.map_err(|FunctionError { error_type, error_message }| Diagnostic {
            error_type: error_type.to_owned(),
            error_message,
        })
    });
    lambda_runtime::run(service).await
}
