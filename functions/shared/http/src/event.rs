//! Between a load balancer's events and `http`: JSON in, JSON out.
//!
//! `lambda_http` turns events into requests, and panics on those that no request can be made of: a path that
//! is no path, a query that outgrows a URI when it is encoded anew, a body that is not the Base64 it claims
//! to be. What a client may send must not end as a failed invocation, so all of that is a 400 here.

use std::panic;

use lambda_http::aws_lambda_events::alb::AlbTargetGroupResponse;
use lambda_http::http::Response;
use lambda_http::{Body, Request};

use crate::Problem;

/// The request that an event holds, in single-value or multi-value form.
///
/// # Errors
/// If no request can be made of it.
pub fn request(event: &str) -> Result<Request, Problem> {
    // The conversion takes text and gives a request: nothing that it could leave half done outlives it.
    let converted = panic::catch_unwind(|| lambda_http::request::from_str(event));
    converted.ok().and_then(Result::ok).ok_or_else(Problem::unreadable_request)
}

/// The document of an answer. It has both header maps, because the target group's mode says which is read.
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
