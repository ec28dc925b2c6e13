//! Converts between plain HTTP and the controllers' types, where there is no Lambda.

use lambda_http::aws_lambda_events::query_map::QueryMap;
use lambda_http::http::request::Parts;
use lambda_http::http::{HeaderValue, Response};
use lambda_http::{Body, Request, RequestExt};

use crate::responses::SERVED_BY;

/// The longest body of a request. In front of a Lambda function the load balancer keeps the same limit.
pub const BODY_BYTES_MAX: usize = 1024 * 1024;

/// The request in the form that an invocation payload would have given it.
#[must_use]
pub fn request(head: Parts, body: Vec<u8>) -> Request {
    let path = head.uri.path().to_owned();
    let parameters: QueryMap = head.uri.query().unwrap_or_default().parse().unwrap_or_default();
    let body = match String::from_utf8(body) {
        Ok(text) => Body::Text(text),
        Err(bytes) => Body::Binary(bytes.into_bytes()),
    };
    Request::from_parts(head, body).with_raw_http_path(path).with_query_string_parameters(parameters)
}

/// The answer with a header that tells plain HTTP from Lambda.
#[must_use]
pub fn response(mut answer: Response<Body>) -> Response<Body> {
    answer.headers_mut().insert(SERVED_BY, HeaderValue::from_static("http"));
    answer
}
