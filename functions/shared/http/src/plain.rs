//! Converts between plain HTTP and the controllers' types, where there is no Lambda.

use lambda_http::http::request::Parts;
use lambda_http::http::{HeaderValue, Response};
use lambda_http::{Body, Request};

use crate::responses::SERVED_BY;

/// The longest body of a request. In front of a Lambda function the load balancer keeps the same limit.
pub const BODY_BYTES_MAX: usize = 1024 * 1024;

/// The request as a controller takes it. Path and query stay in the address.
#[must_use]
pub fn request(head: Parts, body: Vec<u8>) -> Request {
    let body = match String::from_utf8(body) {
        Ok(text) => Body::Text(text),
        Err(bytes) => Body::Binary(bytes.into_bytes()),
    };
    Request::from_parts(head, body)
}

/// The answer with a header that tells plain HTTP from Lambda.
#[must_use]
pub fn response(mut answer: Response<Body>) -> Response<Body> {
    answer.headers_mut().insert(SERVED_BY, HeaderValue::from_static("http"));
    answer
}
