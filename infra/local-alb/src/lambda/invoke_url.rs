//! A function behind a Lambda Invoke URL: `cargo lambda watch`, `sam local start-lambda`, the emulator.

use std::time::Duration;

use bytes::Bytes;
use http_body_util::{BodyExt, Full, Limited};
use hyper::header::CONTENT_TYPE;
use hyper::{HeaderMap, Request, StatusCode, Uri};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use serde_json::Value;

use super::error::{InvokeError, excerpt};

/// Lambda's own limit of a response document, 6 MB. (The balancer's is smaller.)
const RESPONSE_MAX: usize = 6 * 1024 * 1024;
/// Lambda's longest timeout. The tool behind the URL applies the function's own timeout, and may compile first.
const WAIT_MAX: Duration = Duration::from_mins(15);

/// An Invoke URL and its client.
#[derive(Debug, Clone)]
pub struct InvokeUrl {
    url: Uri,
    client: Client<HttpConnector, Full<Bytes>>,
}

impl InvokeUrl {
    /// An Invoke URL such as `http://127.0.0.1:9000/2015-03-31/functions/NAME/invocations`.
    ///
    /// # Errors
    /// The reason for which the text is not an Invoke URL.
    pub fn parse(text: &str) -> Result<Self, String> {
        let url: Uri = text.parse().map_err(|error| format!("{text} is not a URL: {error}"))?;
        if url.scheme_str() != Some("http") || url.authority().is_none() {
            return Err(format!("{text} must begin with http://"));
        }
        if !(url.path().starts_with("/2015-03-31/functions/") && url.path().ends_with("/invocations")) {
            return Err(format!("{text} must end with /2015-03-31/functions/NAME/invocations"));
        }
        // An invocation must not be sent twice, so each gets a new connection: a kept one may be closing.
        let client = Client::builder(TokioExecutor::new())
            .pool_max_idle_per_host(0)
            .retry_canceled_requests(false)
            .build_http();
        Ok(Self { url, client })
    }

    pub(super) async fn invoke(&self, payload: Bytes) -> Result<Bytes, InvokeError> {
        let unreachable = |error: &dyn std::error::Error| InvokeError::Unreachable(describe(error));
        let request = Request::post(self.url.clone())
            .header(CONTENT_TYPE, "application/json")
            .body(Full::new(payload))
            .map_err(|error| unreachable(&error))?;
        let exchange = async {
            let response = self.client.request(request).await.map_err(|error| unreachable(&error))?;
            let (head, body) = response.into_parts();
            let body = Limited::new(body, RESPONSE_MAX).collect().await;
            let body = body.map_err(|error| InvokeError::Unreachable(error.to_string()))?.to_bytes();
            understand(head.status, &head.headers, body)
        };
        match tokio::time::timeout(WAIT_MAX, exchange).await {
            Ok(result) => result,
            Err(_) => Err(InvokeError::TimedOut(WAIT_MAX)),
        }
    }
}

/// The Invoke API answers 200 for a function error too. A header or the error document marks it.
fn understand(status: StatusCode, headers: &HeaderMap, body: Bytes) -> Result<Bytes, InvokeError> {
    if !status.is_success() {
        return Err(InvokeError::Unreachable(format!("{status}: {}", excerpt(&body))));
    }
    if headers.contains_key("x-amz-function-error") || is_error_document(&body) {
        return Err(InvokeError::Function(body));
    }
    Ok(body)
}

fn is_error_document(body: &[u8]) -> bool {
    let Ok(Value::Object(document)) = serde_json::from_slice(body) else { return false };
    document.contains_key("errorType") && !document.contains_key("statusCode")
}

/// An error with its causes. The text of hyper's error alone names none of them.
fn describe(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(inner) = cause {
        text = format!("{text}: {inner}");
        cause = inner.source();
    }
    text
}
