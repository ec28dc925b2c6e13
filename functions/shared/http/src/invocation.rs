//! Converts between a Lambda invocation of the load balancer and `http` types: the JSON payload to a request, and
//! an answer to the JSON that the balancer reads.
//!
//! `lambda_http` does the conversion, and panics on payloads that hold no request: a path that is no path, a
//! query that is too long for a URI after encoding, a body that is not the Base64 it claims to be. A client must
//! not be able to fail an invocation, so each of these becomes a 400 here.

use std::panic;

use lambda_http::aws_lambda_events::alb::AlbTargetGroupResponse;
use lambda_http::http::Response;
use lambda_http::{Body, Request};

use crate::problem::Problem;

/// The request in an invocation payload, with single-value or multi-value headers.
///
/// # Errors
/// If the payload holds no request.
pub fn request(payload: &str) -> Result<Request, Problem> {
    // A panic leaves nothing half done: the conversion reads the text and returns a request.
    let converted = panic::catch_unwind(|| lambda_http::request::from_str(payload));
    converted.ok().and_then(Result::ok).ok_or_else(Problem::unreadable_request)
}

/// The JSON document of an answer. It has both header maps, because the target group's setting decides which map
/// the balancer reads.
#[must_use]
pub fn response(answer: Response<Body>) -> AlbTargetGroupResponse {
    let (head, body) = answer.into_parts();
    let mut response = AlbTargetGroupResponse::default();
    response.status_code = i64::from(head.status.as_u16());
    response.status_description = Some(head.status.to_string());
    response.is_base64_encoded = matches!(body, Body::Binary(_));
    response.body = Some(body);
    response.headers.clone_from(&head.headers);
    response.multi_value_headers = head.headers;
    response
}
