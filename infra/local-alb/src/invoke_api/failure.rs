//! What the API answers where it has no result: errors of the API, and error documents of functions.

use hyper::header::{CONTENT_TYPE, HeaderName, HeaderValue};
use hyper::{Response, StatusCode};
use serde_json::json;

use crate::body::{self, Body};
use crate::lambda::InvokeError;

const ERROR_TYPE: HeaderName = HeaderName::from_static("x-amzn-errortype");

/// An error of the API: the function did not run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Failure {
    status: StatusCode,
    kind: &'static str,
    message: String,
}

impl Failure {
    fn new(status: StatusCode, kind: &'static str, message: impl Into<String>) -> Self {
        Self { status, kind, message: message.into() }
    }

    pub(super) fn no_such_operation() -> Self {
        let message = "local-alb offers POST /2015-03-31/functions/NAME/invocations alone";
        Self::new(StatusCode::NOT_FOUND, "UnknownOperationException", message)
    }

    pub(super) fn no_such_function(name: &str) -> Self {
        Self::new(StatusCode::NOT_FOUND, "ResourceNotFoundException", format!("Function not found: {name}"))
    }

    pub(super) fn parameter(message: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, "InvalidParameterValueException", message)
    }

    pub(super) fn content(message: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, "InvalidRequestContentException", message)
    }

    pub(super) fn too_large(limit: usize) -> Self {
        let message = format!("Request must be smaller than {limit} bytes for the InvokeFunction operation");
        Self::new(StatusCode::PAYLOAD_TOO_LARGE, "RequestTooLargeException", message)
    }

    pub(super) fn too_slow() -> Self {
        Self::new(
            StatusCode::REQUEST_TIMEOUT,
            "RequestTimeoutException",
            "the request's body does not arrive",
        )
    }

    pub(super) fn throttled() -> Self {
        Self::new(StatusCode::TOO_MANY_REQUESTS, "TooManyRequestsException", "Rate Exceeded.")
    }

    /// A web page must not be able to invoke functions. No SDK sends `Origin`.
    pub(super) fn of_a_web_page() -> Self {
        let message = "local-alb: a request with an Origin is a web page's, and is not served";
        Self::new(StatusCode::FORBIDDEN, "AccessDeniedException", message)
    }

    /// The error of the API for a function that did not run; `None` if it ran and failed.
    pub(super) fn of(error: &InvokeError) -> Option<Self> {
        match error {
            InvokeError::Throttled(_) | InvokeError::QueueFull => Some(Self::throttled()),
            InvokeError::Unreachable(reason) => {
                let message = format!("local-alb: {reason}");
                Some(Self::new(StatusCode::INTERNAL_SERVER_ERROR, "ServiceException", message))
            }
            InvokeError::Init(_)
            | InvokeError::Crashed(_)
            | InvokeError::TimedOut(_)
            | InvokeError::OutOfMemory { .. }
            | InvokeError::Function(_) => None,
        }
    }

    pub(super) fn into_response(self) -> Response<Body> {
        // SDKs read `message`, or `Message` where AWS writes it so.
        let text = json!({ "Type": "User", "message": self.message, "Message": self.message }).to_string();
        let mut response = Response::new(body::full(text));
        *response.status_mut() = self.status;
        response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        response.headers_mut().insert(ERROR_TYPE, HeaderValue::from_static(self.kind));
        response
    }
}

/// The error document of a function that ran and failed, as Lambda writes it where the function did not.
pub(super) fn document(error: &InvokeError, request_id: &str) -> bytes::Bytes {
    let (kind, message) = match error {
        InvokeError::Function(document) => return document.clone(),
        InvokeError::TimedOut(limit) => {
            ("Sandbox.Timedout", format!("Task timed out after {:.2} seconds", limit.as_secs_f64()))
        }
        InvokeError::OutOfMemory { .. } => {
            ("Runtime.OutOfMemory", "Runtime exited with error: signal: killed".to_owned())
        }
        InvokeError::Crashed(reason) => ("Runtime.ExitError", format!("Runtime exited with error: {reason}")),
        other => ("Runtime.InitError", other.to_string()),
    };
    json!({ "errorType": kind, "errorMessage": format!("RequestId: {request_id} Error: {message}") })
        .to_string()
        .into()
}
