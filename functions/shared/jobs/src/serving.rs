//! How jobs are served: their invocations by the Lambda runtime, or the Invoke API's path by HTTP.

use lambda_runtime::{Diagnostic, Error, LambdaEvent, service_fn};
use lockfill_http::FunctionError;
use lockfill_startup::{Reporting, clock};
use serde_json::value::RawValue;

/// Answers each invocation. The payload stays text until the controller reads it: the runtime fails an invocation that
/// it cannot read.
pub(crate) async fn serve_invocations(
    reporting: &Reporting,
    invoke: impl AsyncFn(&str) -> Result<Box<RawValue>, FunctionError>,
) -> Result<(), Error> {
    let service = service_fn(async |invocation: LambdaEvent<Box<RawValue>>| {
        let answer = invoke(invocation.payload.get()).await;
        reporting.write_metrics(clock::now());
        answer.map_err(|FunctionError { error_type, error_message }| Diagnostic {
            error_type: error_type.to_owned(),
            error_message,
        })
    });
    lambda_runtime::run(service).await
}
